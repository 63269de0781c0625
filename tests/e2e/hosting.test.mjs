// How the picker behaves towards the window around it: the handshake of a slow start, live changes
// of theme and language, and messages from whoever has no business here.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Stage, texts } from "./support/client.mjs";
import { Tessera } from "./support/tessera.mjs";

let tessera, stage, client;

before(async () => {
    tessera = await Tessera.start();
    stage = await Stage.open();
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
});
afterEach(async () => {
    assert.deepEqual(client?.errors, [], "the page threw");
    assert.deepEqual(client?.prompts, [], "Element would have asked for more permissions");
    await client?.close();
});

async function opened(options, contextOptions) {
    client = await stage.client({ openId: () => tessera.demoOpenId() }, contextOptions);
    await client.open({ origin: tessera.origin, ...options });
}

async function ready(options, contextOptions) {
    await opened(options, contextOptions);
    await client.ready();
}

const background = () =>
    client.frame().evaluate(() => getComputedStyle(document.body).backgroundColor);

test("the host is answered long before the app has loaded", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await client.page.route("**/*.wasm", async (route) => {
        await released;
        await route.continue();
    });
    await client.open({ origin: tessera.origin });
    const answer = await client.message((data) => data.action === "capabilities" && data.response);
    assert.deepEqual(answer.response.capabilities.toSorted(), [
        "m.sticker",
        "org.matrix.msc2762.send.event:m.sticker",
    ]);
    await client.message((data) => data.action === "notify_capabilities" && data.response);
    await client.message((data) => data.action === "theme_change" && data.response);
    assert.equal(await client.stickers.count(), 0, "the app is not there yet");
    release();
    await client.ready();
    await client.stickers.first().click();
    await client.message((data) => data.action === "m.sticker");
});

test("every request of the host is answered once, and content_loaded is never sent", async () => {
    await ready();
    await client.page.evaluate(() => {
        const actions = ["visibility", "language_change", "screenshot", "close_modal", "made_up"];
        actions.forEach((action, index) => {
            const ids = { widgetId: client.sent[0].widgetId, requestId: `test-${index}` };
            client.post({ api: "toWidget", action, data: { visible: true, lang: "en" }, ...ids });
        });
    });
    await client.message((data) => data.requestId === "test-4" && data.response);
    const messages = await client.received();
    const sent = await client.page.evaluate(() => client.sent);
    const requests = sent.filter((message) => message.api === "toWidget" && !message.response);
    const ids = [...requests.map(({ requestId }) => requestId), "test-0", "test-1", "test-2", "test-3", "test-4"];
    for (const id of ids) {
        const answers = messages.filter((data) => data.requestId === id && data.response);
        assert.equal(answers.length, 1, `${id} has ${answers.length} answers`);
    }
    const unknown = messages.find((data) => data.requestId === "test-4");
    assert.match(unknown.response.error.message, /made_up/);
    assert.ok(!messages.some((data) => data.action === "content_loaded"));
});

test("theme and language follow the host without a reload", async () => {
    await ready();
    const light = await background();
    await client.screenshot("theme-light");
    await client.page.evaluate(() => client.setTheme("dark"));
    await client.picker.locator("html[data-theme^=dark]").waitFor();
    const dark = await background();
    assert.notEqual(light, dark);
    await client.screenshot("theme-dark");
    assert.deepEqual(await client.violations(), [], "dark");

    await client.page.evaluate(() => client.setLanguage("de"));
    await client.picker.getByRole("combobox", { name: texts("de").search_label }).waitFor();
    await client.page.evaluate(() => client.setLanguage("ar"));
    await client.picker.locator('html[dir="rtl"]').waitFor();
    await client.picker.getByRole("combobox", { name: texts("ar").search_label }).waitFor();
    await client.screenshot("language-ar");
    assert.deepEqual(await client.violations(), [], "right to left");
    assert.equal(client.openIdRequests, 1, "nothing was loaded anew");
});

test("theme and language of the address are there from the first moment", async () => {
    await ready({ theme: "dark", language: "fr" });
    await client.picker.locator('html[data-theme^="dark"][lang="fr"]').waitFor();
    await client.picker.getByRole("combobox", { name: texts("fr").search_label }).waitFor();
});

for (const [name, width, height] of [["narrow", 230, 283], ["phone", 360, 560], ["large", 900, 600]]) {
    test(`nothing is cut off at ${width} x ${height}`, async () => {
        await opened({}, { viewport: { width: 1000, height: 720 } });
        await client.page.evaluate(([width, height]) => {
            Object.assign(document.getElementById("popup").style, {
                width: `${width}px`,
                height: `${height}px`,
            });
        }, [width, height]);
        await client.ready();
        const overflow = await client.frame().evaluate(() => {
            const root = document.documentElement;
            return root.scrollWidth - root.clientWidth;
        });
        assert.equal(overflow, 0, "the page scrolls sideways");
        await client.screenshot(`size-${name}`);
        assert.deepEqual(await client.violations(), []);
    });
}

test("a library in light and dark has no accessibility violation", async () => {
    await ready();
    assert.deepEqual(await client.violations(), [], "light");
    await client.search.fill("a");
    await client.picker.getByRole("status").filter({ hasText: /\d/ }).waitFor({ state: "attached" });
    assert.deepEqual(await client.violations(), [], "while searching");
});

test("messages of another window, widget or shape get no reply and do no harm", async () => {
    await ready();
    const before = (await client.replies()).length;

    // Of another window: the picker's own, and a frame beside it.
    await client.frame().evaluate((widgetId) => {
        const forged = { api: "toWidget", widgetId, requestId: "forged-1", action: "capabilities", data: {} };
        window.postMessage(forged, "*");
    }, client.widgetId);
    await client.page.evaluate(async (widgetId) => {
        const sibling = document.createElement("iframe");
        sibling.srcdoc = "<p>elsewhere</p>";
        const loaded = new Promise((resolve) => sibling.addEventListener("load", resolve));
        document.body.append(sibling);
        await loaded;
        const script = `parent.document.querySelector("#popup iframe").contentWindow.postMessage(
            ${JSON.stringify({ api: "toWidget", widgetId, requestId: "forged-2", action: "capabilities", data: {} })}, "*")`;
        sibling.contentWindow.eval(script);
    }, client.widgetId);

    // Of the right window, but for another widget, or of no known shape.
    await client.page.evaluate((widgetId) => {
        const request = { api: "toWidget", widgetId, requestId: "forged", action: "capabilities", data: {} };
        const circle = { ...request, requestId: "" };
        circle.data = circle;
        let deep = {};
        for (let depth = 0; depth < 2_000; depth += 1) deep = { deep };
        const huge = "x".repeat(5_000_000);
        const hostile = [
            null, undefined, 0, -1, NaN, true, "", "toWidget", 10n, [], [request], new Date(), /x/,
            new Map([["api", "toWidget"]]), new Error("no"), new Uint8Array(10), new Blob(["x"]),
            {}, { api: "toWidget" },
            { ...request, widgetId: "another" },
            { ...request, widgetId: undefined },
            { ...request, widgetId: 1 },
            { ...request, widgetId: { toString: "x" } },
            { ...request, requestId: null },
            { ...request, requestId: 7 },
            { ...request, action: null },
            { ...request, action: {} },
            { ...request, api: "fromWidget" },
            { ...request, api: "nothing" },
            { ...request, response: {} },
            { ...request, response: "yes" },
            { api: "fromWidget", widgetId, requestId: "never-asked", action: "get_openid", data: {}, response: { state: "allowed", access_token: "evil", matrix_server_name: "evil.example" } },
            circle,
            { api: deep, data: deep, widgetId: deep, response: deep },
            { api: huge, widgetId: huge, requestId: huge, action: huge },
            Array.from({ length: 100_000 }, (_, index) => index),
            Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, index])),
            { action: "get_open_id_token", response: { openid: "evil" } },
        ];
        for (const message of hostile) client.post(message);
        // A token that nobody asked for: it is answered as any request, and not used.
        client.post({ api: "toWidget", widgetId, requestId: "unasked", action: "openid_credentials",
            data: { state: "allowed", original_request_id: "never-asked", access_token: "evil", matrix_server_name: "evil.example" } });
        for (const data of [null, 7, "x", [], { name: 7 }, { name: {} }, { name: huge }, deep]) {
            client.post({ ...request, action: "theme_change", requestId: `shape-${typeof data}`, data });
        }
        client.post({ ...request, requestId: "fence" });
    }, client.widgetId);

    const fence = await client.message((data) => data.requestId === "fence" && data.response);
    assert.deepEqual(fence.response.capabilities.includes("m.sticker"), true);
    await client.settled();
    const replies = (await client.replies()).slice(before);
    const answered = new Set(replies.map(({ requestId }) => requestId));
    for (const id of answered) {
        assert.match(String(id), /^(fence|unasked|shape-\w+|widgetapi-.*)$/, "a reply to a stranger");
    }
    // Still in order: the library is there and a click sends.
    await client.stickers.first().click();
    await client.message((data) => data.action === "m.sticker");
    assert.equal(client.openIdRequests, 1);
});

test("a host of another origin than the address says gets no reply", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    const answers = await client.page.evaluate(async (origin) => {
        const heard = [];
        window.addEventListener("message", ({ data }) => heard.push(data));
        const frame = document.createElement("iframe");
        const parentUrl = encodeURIComponent("https://client.example/");
        frame.src = `${origin}/picker/?widgetId=w&parentUrl=${parentUrl}`;
        const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
        document.getElementById("popup").append(frame);
        await loaded;
        for (const action of ["capabilities", "theme_change", "supported_api_versions"]) {
            const request = { api: "toWidget", widgetId: "w", requestId: action, action, data: {} };
            frame.contentWindow.postMessage(request, "*");
        }
        return heard;
    }, tessera.origin);
    await client.settled();
    await client.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    assert.deepEqual(answers.filter((data) => data.response), []);
    // It may ask a manager's question of anyone, since that holds nothing; it tells nothing.
    const told = (await client.received()).filter(({ action }) => action !== "get_open_id_token");
    assert.deepEqual(told, []);
});

test("the page loads nothing from elsewhere and runs under its policy", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    const requested = [];
    client.page.on("request", (request) => requested.push(request.url()));
    await client.open({ origin: tessera.origin });
    await client.ready();
    const origins = new Set(requested.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).origin));
    assert.deepEqual([...origins], [tessera.origin]);
    assert.deepEqual(client.console.filter((line) => /policy|refused|violat/i.test(line)), []);
    const page = await fetch(`${tessera.url}/picker/`);
    const policy = page.headers.get("content-security-policy");
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'/);
    assert.doesNotMatch(policy, /unsafe-inline/);
    assert.equal(page.headers.get("x-frame-options"), null);
});
