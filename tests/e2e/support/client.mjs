// A Matrix client in a real browser, with the picker open in it.

import { createServer } from "node:http";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import axe from "axe-core";
import { build } from "esbuild";

import { Browsers, browserName, isPlaywrights } from "./browser.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Where this run's pictures go. */
export const OUTPUT = join(here("../../output/"), browserName);
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Client</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><h1>Client</h1><div id="popup"></div><div id="modal"></div><script src="/host.js"></script></body></html>`;
const STYLE = `body { font: 15px sans-serif; margin: 16px }
#popup { width: 300px; height: 283px } iframe { width: 100%; height: 100%; border: 0 }
#modal { width: 560px; height: 450px }`;

/** The browser and the client's own web server, one each for a test file. */
export class Stage {
    static async open() {
        const stage = new Stage();
        mkdirSync(OUTPUT, { recursive: true });
        const bundle = await build({
            entryPoints: [here("host-page.mjs")],
            bundle: true,
            write: false,
            format: "iife",
            define: { global: "globalThis" },
            logLevel: "error",
        });
        const files = {
            "/": ["text/html", PAGE],
            "/style.css": ["text/css", STYLE],
            "/host.js": ["text/javascript", bundle.outputFiles[0].text],
        };
        stage.web = createServer((request, response) => {
            const [type, body] = files[request.url.split("?")[0]] ?? [];
            response.writeHead(type ? 200 : 404, { "Content-Type": `${type}; charset=utf-8` });
            response.end(body);
        });
        await new Promise((resolve) => stage.web.listen(0, "127.0.0.1", resolve));
        stage.url = `http://127.0.0.1:${stage.web.address().port}/`;
        stage.browsers = new Browsers();
        stage.contexts = new Set();
        return stage;
    }

    async close() {
        for (const context of this.contexts) await context.close();
        await this.browsers.close();
        this.web.closeAllConnections();
        await new Promise((resolve) => this.web.close(resolve));
    }

    /** A browser of a new person; see `Browsers.context`. */
    async context(options) {
        const viewport = { width: 640, height: 480 };
        const context = await this.browsers.context({ viewport, ...options });
        this.contexts.add(context);
        context.once("close", () => this.contexts.delete(context));
        context.setDefaultTimeout(20_000);
        return context;
    }

    /** A client of a new person: nothing stored, nothing open. */
    async client(homeserver, contextOptions) {
        const context = await this.context(contextOptions);
        const page = await context.newPage();
        const client = new Client(page, homeserver);
        page.on("pageerror", (error) => {
            if (!isPlaywrights(error)) client.errors.push(error);
        });
        page.on("console", (line) => client.console.push(`${line.type()}: ${line.text()}`));
        await page.exposeFunction("homeserverOpenId", async () => {
            client.openIdRequests += 1;
            return client.homeserver.openId();
        });
        await page.exposeFunction("homeserverOpenIdAfterAsking", () => client.homeserver.decision());
        await page.exposeFunction("homeserverSend", async (type, content) => {
            client.sentStickers.push(content);
            try {
                return { eventId: (await client.homeserver.send?.(type, content)) ?? "$event" };
            } catch (error) {
                if (!error.matrix) throw error;
                return { refused: error.matrix };
            }
        });
        await page.exposeFunction("homeserverState", (type) => client.homeserver.state?.(type) ?? []);
        await page.exposeFunction("homeserverDownload", (uri) => client.homeserver.download(uri));
        await page.exposeFunction("homeserverPrompt", (wanted) => {
            client.prompts.push(wanted);
            return client.grants ? wanted : [];
        });
        await page.goto(this.url);
        return client;
    }
}

/** One page of a client. `homeserver` answers `openId()` and `send(type, content)`. */
export class Client {
    errors = [];
    console = [];
    /** What the client was asked to let the picker do. */
    prompts = [];
    /** Whether its user allows that. */
    grants = false;
    sentStickers = [];
    openIdRequests = 0;

    constructor(page, homeserver) {
        this.page = page;
        this.homeserver = homeserver;
        this.picker = page.frameLocator("#popup iframe");
        this.modal = page.frameLocator("#modal iframe");
        this.search = this.picker.getByRole("combobox");
    }

    /** Opens the popup, anew if it is open. */
    async open(options) {
        await this.page.evaluate(() => {
            client.messages.length = 0;
            client.sent.length = 0;
        });
        this.widgetId = await this.page.evaluate((options) => client.open(options), options);
    }

    frame() {
        return this.page.frames().find((frame) => frame.parentFrame() === this.page.mainFrame());
    }

    /** The stickers that are shown. */
    get stickers() {
        return this.picker.getByRole("option");
    }

    /** A sticker by its alt text. */
    sticker(body) {
        return this.picker.getByRole("option", { name: body, exact: true });
    }

    /** A screen that says what is wrong. */
    screen(title) {
        return this.picker.getByRole("heading", { name: title });
    }

    retry() {
        return this.picker.getByRole("button", { name: texts("en").retry }).click();
    }

    /** Waits until the first stickers can be clicked. */
    async ready() {
        await this.stickers.first().waitFor();
    }

    /** Every message the client has got. */
    received() {
        return this.page.evaluate(() => client.messages.map(({ data }) => data));
    }

    /** Every reply the client has got, without the request that some hosts cannot read back. */
    replies() {
        return this.page.evaluate(() =>
            client.messages
                .filter(({ data }) => data?.response)
                .map(({ data: { requestId, response } }) => ({ requestId, response })),
        );
    }

    /** Waits for a message for which `test` (run in the page) is true. */
    async message(test, argument) {
        const source = `(data, argument) => { try { return (${test})(data, argument); } catch { return false; } }`;
        const found = await this.page.waitForFunction(
            ([source, argument]) => {
                const test = (0, eval)(source);
                return client.messages.map(({ data }) => data).find((data) => test(data, argument));
            },
            [source, argument],
        );
        return found.jsonValue();
    }

    /** Has the picker's window handle everything that was posted to it before now. */
    settled() {
        return this.frame().evaluate(
            () =>
                new Promise((resolve) => {
                    const { port1, port2 } = new MessageChannel();
                    port1.onmessage = resolve;
                    port2.postMessage(0);
                }),
        );
    }

    screenshot(name) {
        return picture(this.page.locator("#popup"), name);
    }

    /** What axe finds wrong in the picker. */
    violations() {
        return violations(this.frame());
    }

    close() {
        return this.page.context().close();
    }
}

/** Keeps a picture of a page or of a part of it. */
export function picture(of, name) {
    return of.screenshot({ path: join(OUTPUT, `${name}.png`) });
}

/** The picker's own texts in a language. */
export function texts(language) {
    return JSON.parse(readFileSync(here(`../../../assets/locale-${language}.json`), "utf8"));
}

/** What axe finds wrong in one document. Frames in it have their own rules and are asked alone. */
export async function violations(frame, context) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(axe.source);
    const found = await frame.evaluate((context) => {
        // Forced colours are the person's own choice, and axe reads those that are not shown.
        const areForced = matchMedia("(forced-colors: active)").matches;
        const rules = { "color-contrast": { enabled: !areForced } };
        const options = { rules, iframes: false, resultTypes: ["violations"] };
        return window.axe.run(context ?? document, options);
    }, context);
    return found.violations.map(({ id, nodes }) => ({
        rule: id,
        nodes: nodes.map((node) => `${node.html.slice(0, 200)}: ${node.failureSummary}`),
    }));
}
