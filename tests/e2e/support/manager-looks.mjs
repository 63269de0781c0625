// How every state of the manager is looked at: in each theme and width axe finds nothing wrong,
// nothing scrolls sideways, and a picture is kept on the contact sheet.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { browserName } from "./browser.mjs";
import { ContactSheet } from "./contact-sheet.mjs";
import { ElementStage, ROOM } from "./element.mjs";
import { Synapse } from "./synapse.mjs";
import { Tessera } from "./tessera.mjs";

const THEMES = ["light", "dark", "light-hc", "dark-hc"];
// By width. 600 is that of Element's dialog in a window of 1000.
const HEIGHTS = { 230: 480, 600: 500, 1200: 700 };

/** The room that most states are of, as others have furnished it. */
const WIDGETS = {
    board: { type: "m.custom", url: "https://board.example.org/b/1?user=$matrix_user_id", name: "Ideas" },
    pad: {
        type: "etherpad",
        url: "https://scalar.vector.im/api/widgets/etherpad.html?url=https%3A%2F%2Fpad.example.org%2Fp%2Fx",
        name: "Minutes",
    },
    old: { type: "m.custom", url: "http://intranet.example.org/", name: "Intranet" },
    nameless: { type: "m.custom", url: "https://example.org/" },
};
const MEMBERS = ["hookshot", "telegrambot", "weather-bot"];
const FOREIGN_PICKER = {
    picker: {
        content: { type: "m.stickerpicker", url: "https://scalar.vector.im/stickers", name: "Stickers" },
        id: "picker",
        state_key: "picker",
        type: "m.widget",
    },
};

/** One test file's Synapse, backend and browser, and the people and rooms that states are made of. */
export class Looks {
    constructor(name) {
        before(() => this.#begin(name));
        after(() => this.#end());
        afterEach(async () => {
            await this.element?.leave();
            this.element = undefined;
        });
    }

    async #begin(name) {
        this.synapse = await Synapse.start();
        const bot = await this.synapse.register("tessera");
        this.tessera = await Tessera.start({ synapse: this.synapse, bot });
        const people = ["alice", "bob", "carol", ...MEMBERS];
        const accounts = await Promise.all(people.map((who) => this.synapse.register(who)));
        this.users = Object.fromEntries(people.map((who, i) => [who, accounts[i]]));
        const { alice, carol } = this.users;
        this.rooms = {
            furnished: await this.#room("Town hall", WIDGETS, ["bob", ...MEMBERS]),
            empty: await this.#room("An empty room", {}, []),
        };
        for (const user of [alice, carol]) user.sender = user.userId;
        const data = { ...FOREIGN_PICKER.picker, sender: alice.userId };
        data.content = { ...data.content, creatorUserId: alice.userId };
        await this.synapse.setAccountData(alice, "m.widgets", { picker: data });
        this.stage = await ElementStage.open();
        this.sheet = new ContactSheet(name);
    }

    async #room(name, widgets, members) {
        const { alice } = this.users;
        const room = await this.synapse.createRoom(alice, name, { ...ROOM, preset: "public_chat" });
        for (const [id, content] of Object.entries(widgets)) {
            await this.synapse.setState(alice, room, "im.vector.modular.widgets", id, content);
        }
        for (const member of members) await this.synapse.join(this.users[member], room);
        return room;
    }

    async #end() {
        this.sheet?.write();
        await this.stage?.close();
        await this.tessera?.stop();
        await this.synapse?.stop();
    }

    /**
     * One state in all its looks.
     * @param {object} how `user`, `room`, `face` and the `screen` or `integrationId` of the address;
     * `answers` for paths of the backend; `ways` of the browser; `silent` and `language` of Element
     * @param {...(element: import("./element.mjs").Element) => Promise} acts what leads to it
     */
    look(state, how, ...acts) {
        test(state, async () => {
            const element = await this.#opened(how);
            for (const act of acts) await act(element);
            for (const [width, height] of Object.entries(HEIGHTS)) {
                await element.dialog.evaluate(
                    (dialog, [width, height]) => {
                        dialog.style.cssText = `inset: 0 auto auto 0; width: ${width}px; height: ${height}px`;
                    },
                    [width, height],
                );
                for (const theme of THEMES) {
                    // Firefox takes a second for each, and no rule is about both theme and width.
                    const isTelling = browserName === "chromium" || width === "600" || theme === "light";
                    if (isTelling) await this.#looksRight(state, element, theme, width);
                }
            }
            assert.deepEqual(element.errors, [], "the page threw");
        });
    }

    async #opened({ user = "alice", room = "furnished", face = "home", screen, integrationId, answers, ways, ...client }) {
        const { synapse, tessera, users, rooms } = this;
        const who = { synapse, tessera, user: users[user], roomId: rooms[room], ...client };
        const viewport = { width: 1280, height: 800 };
        const element = await this.stage.element(who, { viewport, ...ways });
        this.element = element;
        for (const [path, answer] of Object.entries(answers ?? {})) {
            await element.page.route(`${tessera.origin}${path}`, answer);
        }
        await element.open(face, { screen, integrationId });
        return element;
    }

    async #looksRight(state, element, theme, width) {
        const frame = element.frame();
        // The address says the theme once, and changing it there would be another visit.
        await frame.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
        await frame.waitForFunction(isCalm);
        await this.sheet.add(element.dialog, { state, width, theme });
        const beside = await frame.evaluate(() => {
            const root = document.documentElement;
            return root.scrollWidth - root.clientWidth;
        });
        assert.equal(beside, 0, `${theme} ${width}: the page scrolls sideways`);
        assert.deepEqual(await element.violations(), [], `${theme} ${width}`);
    }
}

// Colours in the middle of a change are nobody's choice. What goes on for ever is.
function isCalm() {
    const ends = ({ effect }) => effect.getComputedTiming().endTime !== Infinity;
    const pictures = [...document.images].filter((image) => image.loading !== "lazy");
    return (
        document.getAnimations().filter(ends).every(({ playState }) => playState === "finished") &&
        pictures.every((image) => image.complete)
    );
}

/** An answer of the backend that refuses. */
export function refusal(status, errcode) {
    return (route) => route.fulfill({ status, json: { errcode, error: "The server’s own words." } });
}

export const gone = (route) => route.abort();

/** A request that is never answered. */
export const never = () => {};

export function says(text) {
    return ({ manager }) => manager.getByText(text).first().waitFor();
}

export function shows(selector) {
    return ({ manager }) => manager.locator(selector).first().waitFor();
}

export function press(name) {
    return (element) => element.button(name).first().click();
}

export function type(selector, text) {
    return ({ manager }) => manager.locator(selector).fill(text);
}
