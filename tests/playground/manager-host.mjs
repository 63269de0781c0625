// Hosts the integration manager exactly as Element Web does: the same address, no sandbox, the same
// 17 messages with the same replies and texts. Used by the playground and by the browser tests; what
// differs between them (who answers for the homeserver) comes in as `room`.

const WIDGET = "im.vector.modular.widgets";
const INSTALLATION = "io.element.integrations.installations";
const WRITABLE = ["m.widgets", WIDGET, INSTALLATION];
const READABLE = [
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.member",
    "m.room.name",
    ...WRITABLE,
];
const ROOM_NOT_NEEDED = ["get_widgets", "set_widget", "get_open_id_token"];

// Types of which Element knows a legacy and a preferred name.
const KNOWN_TYPES = [
    { legacy: "jitsi", preferred: "m.jitsi" },
    { legacy: "m.stickerpicker", preferred: "m.stickerpicker" },
    { legacy: "m.integration_manager", preferred: "m.integration_manager" },
    { legacy: "m.custom", preferred: "m.custom" },
    { legacy: "m.call", preferred: "m.call" },
];

const TEXTS = {
    noRoomId: "Missing room_id in request",
    noUserId: "Missing user_id in request",
    unknownRoom: "This room is not recognised.",
    notIn: "You are not in this room.",
    forbidden: "You do not have permission to do that in this room.",
    widget: "Unable to create widget.",
    widgetRoom: "Missing roomId.",
    request: "Failed to send request.",
    openId: "Unable to fetch openId token.",
    send: "Failed to send event",
    read: "Failed to read events",
    invite: "You need to be able to invite users to do that.",
    kick: "You need to be able to kick users to do that.",
    power: "Power level must be positive integer.",
};

/** What Element answers with as `response.error`. */
class Refusal extends Error {
    constructor(message, cause) {
        super(message);
        this.cause = cause;
    }

    response() {
        return { error: { message: this.message, ...(this.cause && { _error: this.cause }) } };
    }
}

const refused = (message) => (cause) => {
    throw new Refusal(message, cause);
};

/** The manager's address as Element opens it. */
export function managerUrl({ origin, token, room, theme, integrationId, screen }) {
    const url = new URL("/", origin);
    const set = (key, value) => value && url.searchParams.set(key, value);
    set("scalar_token", token);
    set("room_id", room?.id);
    set("room_name", room?.name);
    set("theme", theme);
    set("integ_id", integrationId);
    set("screen", screen);
    return url.href;
}

/** Element's side of the messages of one manager. */
export class ManagerHost {
    /** No message is answered while set: the host that never answers. */
    muted = false;
    /** The room that the user looks at; a client may show another one meanwhile. */
    viewedRoomId;

    /**
     * @param {object} options
     * @param {HTMLElement} options.container where the frame goes
     * @param {string} options.url the manager's address; see `managerUrl`
     * @param {object} options.room `id`, `userId`, and these, which all return promises:
     * `openId()`, `state(type)` (events), `sendState(type, key, content)` (its event ID),
     * `accountData(type)`, `setAccountData(type, content)`, `invite(userId)`, `kick(userId, reason)`
     * @param {() => void} [options.onClose] the manager asks to be closed
     * @param {(entry: object) => void} [options.onMessage] every message, both ways
     */
    constructor(options) {
        this.options = options;
        this.room = options.room;
        this.viewedRoomId = options.room.id;
        this.origin = new URL(options.url).origin;
        this.frame = document.createElement("iframe");
        this.frame.title = "Integration manager";
        this.onMessage = this.#receive.bind(this);
        window.addEventListener("message", this.onMessage);
        this.frame.src = options.url;
        options.container.replaceChildren(this.frame);
    }

    stop() {
        window.removeEventListener("message", this.onMessage);
        this.frame.remove();
    }

    async #receive({ source, origin, data }) {
        if (source !== this.frame.contentWindow || origin !== this.origin) return;
        if (!data?.action || data.api) return;
        this.options.onMessage?.({ direction: "from manager", message: data });
        let response;
        try {
            response = await this.#answer(data);
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            response = error.response();
        }
        if (response === undefined) return;
        // Element sends all of the request back, so that the manager knows its own field again.
        const message = { ...JSON.parse(JSON.stringify(data)), response };
        this.options.onMessage?.({ direction: "to manager", message, withheld: this.muted });
        if (!this.muted) source.postMessage(message, origin);
    }

    /** What is answered; `undefined` is no answer at all, as for an action that Element lacks. */
    async #answer(request) {
        const { action, room_id: roomId, user_id: userId } = request;
        if (action === "close_scalar") {
            this.options.onClose?.();
            return null;
        }
        if (!roomId && !ROOM_NOT_NEEDED.includes(action)) throw new Refusal(TEXTS.noRoomId);
        if (!roomId && action === "get_open_id_token") {
            return this.room.openId().catch(refused(TEXTS.openId));
        }
        if (roomId && roomId !== this.viewedRoomId) throw new Refusal(`Room ${roomId} not visible`);
        if (action === "get_widgets") return this.#widgets(roomId);
        if (action === "set_widget") return this.#setWidget(request);
        const ofRoom = this.#ofRoom[action];
        if (ofRoom) return ofRoom(request);
        if (!userId) throw new Refusal(TEXTS.noUserId);
        return this.#ofMember[action]?.(request);
    }

    #ofRoom = {
        join_rules_state: () => this.#content("m.room.join_rules", ""),
        get_membership_count: async () => {
            const members = await this.room.state("m.room.member");
            return members.filter(({ content }) => content.membership === "join").length;
        },
        get_room_enc_state: async () => (await this.#content("m.room.encryption", "")) !== null,
        can_send_event: (request) => this.#canSend(request),
        set_plumbing_state: async ({ status }) => {
            // Element throws here and answers nothing.
            if (typeof status !== "string") return undefined;
            return this.#write("m.room.plumbing", "", { status });
        },
        send_event: async ({ type, state_key: key, content }) => {
            if (!WRITABLE.includes(type) || typeof key !== "string") {
                throw new Refusal(TEXTS.send, new Error("Disallowed type or missing state_key"));
            }
            const eventId = await this.room
                .sendState(type, key, content ?? {})
                .catch(refused(TEXTS.send));
            return { room_id: this.room.id, event_id: eventId };
        },
        read_events: async ({ type, state_key: key, limit }) => {
            if (!READABLE.includes(type) || (typeof key !== "string" && key !== true)) {
                throw new Refusal(TEXTS.read, new Error("Disallowed type or missing state_key"));
            }
            const events = await this.room.state(type).catch(refused(TEXTS.read));
            const wanted = events.filter((event) => key === true || event.state_key === key);
            return { events: limit > 0 ? wanted.slice(0, limit) : wanted };
        },
    };

    #ofMember = {
        membership_state: ({ user_id: user }) => this.#content("m.room.member", user),
        invite: async ({ user_id: user }) => {
            const member = await this.#content("m.room.member", user);
            if (!["join", "invite"].includes(member?.membership)) {
                await this.room.invite(user).catch(refused(TEXTS.invite));
            }
            return { success: true };
        },
        kick: async ({ user_id: user, reason }) => {
            const member = await this.#content("m.room.member", user);
            if (member && member.membership !== "leave") {
                await this.room.kick(user, reason).catch(refused(TEXTS.kick));
            }
            return { success: true };
        },
        bot_options: ({ user_id: user }) => this.#content("m.room.bot.options", `_${user}`),
        set_bot_options: ({ user_id: user, content }) =>
            this.#write("m.room.bot.options", `_${user}`, content),
        set_bot_power: async ({ user_id: user, level, ignoreIfGreater }) => {
            if (!Number.isInteger(level) || level < 0) throw new Refusal(TEXTS.power);
            const levels = (await this.#content("m.room.power_levels", "")) ?? {};
            const current = levels.users?.[user] ?? levels.users_default ?? 0;
            if (ignoreIfGreater === true && current >= level) return { success: true };
            const users = { ...levels.users, [user]: level };
            return this.#write("m.room.power_levels", "", { ...levels, users });
        },
    };

    async #content(type, key) {
        const events = await this.room.state(type);
        return events.find((event) => event.state_key === key)?.content ?? null;
    }

    async #write(type, key, content) {
        await this.room.sendState(type, key, content).catch((error) => {
            throw new Refusal(error.message || TEXTS.request, error);
        });
        return { success: true };
    }

    async #canSend({ event_type: type, is_state: isState }) {
        const me = this.room.userId;
        if ((await this.#content("m.room.member", me))?.membership !== "join") {
            throw new Refusal(TEXTS.notIn);
        }
        const levels = (await this.#content("m.room.power_levels", "")) ?? {};
        const mine = levels.users?.[me] ?? levels.users_default ?? 0;
        const otherwise = isState ? (levels.state_default ?? 50) : (levels.events_default ?? 0);
        if (mine < (levels.events?.[type] ?? otherwise)) throw new Refusal(TEXTS.forbidden);
        return true;
    }

    async #widgets(roomId) {
        const account = Object.values((await this.room.accountData("m.widgets")) ?? {});
        if (!roomId) return account;
        const events = await this.room.state(WIDGET).catch(refused(TEXTS.unknownRoom));
        return [...events.filter(({ content }) => content.type && content.url), ...account];
    }

    async #setWidget({ room_id: roomId, widget_id: id, url, type, name, data, avatar_url, userWidget }) {
        const wrong = whatIsWrong({ id, url, type, name, data, avatar_url });
        if (wrong) throw new Refusal(TEXTS.widget, new Error(wrong));
        const known = KNOWN_TYPES.find((names) => Object.values(names).includes(type));
        if (userWidget) {
            await this.#setUserWidget(id, url && { type: known?.preferred ?? type, url, name, data });
            return { success: true };
        }
        if (!roomId) throw new Refusal(TEXTS.widgetRoom);
        const content = url ? { type: known?.legacy ?? type, url, name, data, avatar_url } : {};
        const defined = JSON.parse(JSON.stringify(content));
        await this.room.sendState(WIDGET, id, defined).catch((error) => {
            throw new Refusal(TEXTS.request, error);
        });
        return { success: true };
    }

    // All of the user's widgets are written anew: whoever writes last wins.
    async #setUserWidget(id, content) {
        const { [id]: _replaced, ...widgets } = (await this.room.accountData("m.widgets")) ?? {};
        const me = this.room.userId;
        if (content) {
            widgets[id] = {
                content: { id, ...content, creatorUserId: me },
                sender: me,
                state_key: id,
                type: "m.widget",
                id,
            };
        }
        await this.room.setAccountData("m.widgets", widgets).catch(refused(TEXTS.widget));
    }
}

function whatIsWrong({ id, url, type, name, data, avatar_url: avatar }) {
    if (!id || url === undefined) return "Missing required widget fields.";
    if (url !== null && !type) return "Missing required widget fields.";
    const isText = (value) => value === undefined || typeof value === "string";
    if (!isText(name) || !isText(avatar)) return "Optional field 'name' or 'avatar_url' must be a string.";
    if (data !== undefined && (typeof data !== "object" || data === null)) {
        return "Optional field 'data' must be an Object.";
    }
    if (url !== null && (typeof type !== "string" || typeof url !== "string")) {
        return "Fields 'type' and 'url' must be strings.";
    }
    return undefined;
}
