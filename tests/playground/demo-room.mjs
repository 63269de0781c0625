// The demo room's state, in memory: what a homeserver would keep for the manager and its widgets.

const DAY = 86_400_000;

/** A room as `ManagerHost` wants it. It fires `change` when its state does. */
export class DemoRoom extends EventTarget {
    name = "Demo room";
    #events = [];
    #account = {};

    constructor({ id, userId, openId }) {
        super();
        this.id = id;
        this.userId = userId;
        this.openId = openId;
        const alice = "@alice:playground.localhost";
        const join = (displayname) => ({ membership: "join", displayname });
        const state = (type, key, content, sender = alice, daysAgo = 30) =>
            this.#put({ type, state_key: key, content, sender, daysAgo });
        state("m.room.name", "", { name: this.name });
        state("m.room.join_rules", "", { join_rule: "public" });
        state("m.room.power_levels", "", { users: { [userId]: 100, [alice]: 100 }, state_default: 50 });
        state("m.room.member", userId, join("You"), userId);
        state("m.room.member", alice, join("Alice"));
        const bot = "@hookshot:playground.localhost";
        state("m.room.member", bot, join("Hookshot"), bot, 12);
        const notes = {
            type: "m.custom",
            url: "https://scalar.vector.im/api/widgets/etherpad.html?padName=demo&user=$matrix_display_name",
            name: "Minutes",
            data: {},
        };
        state("im.vector.modular.widgets", "notes-of-alice", notes, alice, 20);
    }

    #put({ type, state_key, content, sender, daysAgo = 0 }) {
        const eventId = `$${crypto.randomUUID()}`;
        const event = {
            type,
            state_key,
            content,
            sender,
            room_id: this.id,
            event_id: eventId,
            origin_server_ts: Date.now() - daysAgo * DAY,
        };
        const others = this.#events.filter((old) => old.type !== type || old.state_key !== state_key);
        this.#events = [...others, event];
        this.dispatchEvent(new Event("change"));
        return eventId;
    }

    async state(type) {
        return this.#events.filter((event) => event.type === type);
    }

    async sendState(type, key, content) {
        return this.#put({ type, state_key: key, content, sender: this.userId });
    }

    async accountData(type) {
        return this.#account[type] ?? null;
    }

    async setAccountData(type, content) {
        this.#account[type] = content;
    }

    async invite(userId) {
        await this.sendState("m.room.member", userId, { membership: "invite" });
    }

    async kick(userId, reason) {
        await this.sendState("m.room.member", userId, { membership: "leave", reason });
    }
}
