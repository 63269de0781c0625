// Element in a real browser, with the integration manager open in its dialog: Element's own code
// (tests/element) against a real Synapse.

import { createServer } from "node:http";
import { mkdirSync, readFileSync } from "node:fs";

import { elementScript } from "../../element/bundle.mjs";
import { Browsers, isPlaywrights } from "./browser.mjs";
import { OUTPUT, picture, violations } from "./client.mjs";

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Element</title>
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css"></head><body><script src="/element.js"></script></body></html>`;
// Element's dialog is 60 % by 70 % of the window.
const STYLE = `body { margin: 0; background: #ddd }
.dialog { position: fixed; inset: 15vh 20vw; background: #fff }
.dialog iframe { width: 100%; height: 100%; border: 0; display: block }`;

/** The browser and the client's own web server, one each for a test file. */
export class ElementStage {
    static async open() {
        const stage = new ElementStage();
        mkdirSync(OUTPUT, { recursive: true });
        const files = {
            "/": ["text/html", PAGE],
            "/style.css": ["text/css", STYLE],
            "/element.js": ["text/javascript", await elementScript()],
        };
        stage.web = createServer((request, response) => {
            const [type, body] = files[request.url.split("?")[0]] ?? [];
            response.writeHead(type ? 200 : 404, { "Content-Type": `${type}; charset=utf-8` });
            response.end(body);
        });
        await new Promise((resolve) => stage.web.listen(0, "127.0.0.1", resolve));
        stage.url = `http://127.0.0.1:${stage.web.address().port}/`;
        stage.browsers = new Browsers();
        return stage;
    }

    async close() {
        await this.browsers.close();
        this.web.closeAllConnections();
        await new Promise((resolve) => this.web.close(resolve));
    }

    /**
     * Element of a user who looks at a room, with this manager in its configuration.
     * @param {object} who `user` (of `synapse`), `roomId`, `language`, `theme`; `silent` for a client
     * that has no room on its screen and so answers no message, with a clock to move
     */
    async element({ synapse, tessera, user, roomId, language = "en", theme = "light", silent = false }, options) {
        const viewport = { width: 1000, height: 860 };
        const context = await this.browsers.context({ viewport, ...options });
        context.setDefaultTimeout(10_000);
        const page = await context.newPage();
        const element = new Element(page, { synapse, tessera, user, roomId });
        page.on("pageerror", (error) => {
            if (!isPlaywrights(error) && !isElements(error)) element.errors.push(error);
        });
        if (silent) await page.clock.install();
        page.on("request", (request) => element.requests.push(request));
        await page.goto(this.url);
        await page.evaluate(
            async ([session, language, theme]) => {
                window.element.surroundings.language = language;
                window.element.surroundings.settings.theme = theme;
                await window.element.start(session);
            },
            [
                {
                    homeserver: synapse.url,
                    ...user,
                    roomId,
                    silent,
                    uiUrl: `${tessera.origin}/`,
                    apiUrl: `${tessera.origin}/api`,
                },
                language,
                theme,
            ],
        );
        return element;
    }
}

/** One Element, and the manager in it. */
export class Element {
    errors = [];
    requests = [];

    constructor(page, { synapse, tessera, user, roomId }) {
        Object.assign(this, { page, synapse, tessera, user, roomId });
        this.dialog = page.locator(".dialog.manager");
        this.manager = page.frameLocator(".dialog.manager iframe");
        this.shell = this.manager.locator("main.shell");
    }

    /** Opens the manager as Element does and waits until `face` is shown. */
    async open(face = "home", how = {}) {
        await this.page.evaluate((how) => window.element.open(how), how);
        await this.shows(face);
    }

    shows(face) {
        return this.manager.locator(`main.shell[data-face="${face}"]`).waitFor();
    }

    /** The user closes the dialog. */
    close() {
        return this.page.evaluate(() => window.element.close());
    }

    /** The manager's window. */
    frame() {
        return this.page.frames().find((frame) => frame.parentFrame() === this.page.mainFrame());
    }

    button(name) {
        return this.manager.getByRole("button", { name, exact: true });
    }

    heading(name) {
        return this.manager.getByRole("heading", { name, exact: true });
    }

    /** A line of the home. */
    row(name) {
        return this.manager.locator("li.row", {
            has: this.manager.getByRole("heading", { name, exact: true }),
        });
    }

    accountWidgets() {
        return this.page.evaluate(() => window.element.accountWidgets());
    }

    /** The room's widgets as the homeserver has them, without those that were removed. */
    async roomWidgets() {
        const all = await this.synapse.state(this.user, this.roomId, "im.vector.modular.widgets");
        return all.filter(({ content }) => Object.keys(content).length > 0);
    }

    /** The messages that the manager and Element's code have exchanged, by action. */
    asked(action) {
        return this.page.evaluate(
            (action) => window.element.messages.filter(({ data }) => data?.action === action),
            action,
        );
    }

    picture(name) {
        return picture(this.dialog, name);
    }

    violations() {
        return violations(this.frame());
    }

    async leave() {
        await this.page.evaluate(() => window.element.stop());
        await this.page.context().close();
    }
}

/**
 * What to create rooms with. Npm's newest code of Element is older than rooms of version 12, and
 * believes that their creators have no power.
 */
export const ROOM = { room_version: "11" };

/** Element answers a window that has been closed meanwhile, and finds none: no fault of the window's. */
function isElements({ message, stack }) {
    return /of null|is null/.test(message) && /sendResponse.*element\.js/s.test(stack);
}

/** The manager's own texts in a language. `{…}` are filled in from `values`, in their order. */
export function managerTexts(language) {
    return texts("manager-locale", language);
}

/** The texts of another page. */
export function texts(set, language) {
    const file = new URL(`../../../assets/${set}-${language}.json`, import.meta.url);
    const said = JSON.parse(readFileSync(file, "utf8"));
    return (key, ...values) => {
        const text = said[key];
        if (text === undefined) throw new Error(`no text ${key} in ${language}`);
        const rest = [...values];
        return text.replaceAll(/\{\w+\}/g, () => rest.shift());
    };
}
