// The pages of the second origin, as a member of the room sees them inside the client.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, test } from "node:test";

import { Stage, picture, violations } from "./support/client.mjs";
import { Tessera } from "./support/tessera.mjs";

let tessera, stage, context, client, widgetsUrl, thirdParty;

/** A page on a free port, whose origin is all it is known by. */
async function pageServer(html) {
    const server = createServer((request, response) => {
        server.requests.push(request);
        response.setHeader("Content-Type", "text/html; charset=utf-8");
        response.end(html(new URL(request.url, "http://localhost")));
    });
    server.requests = [];
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.url = `http://127.0.0.1:${server.address().port}`;
    return server;
}

before(async () => {
    tessera = await Tessera.start();
    stage = await Stage.open();
    const token = await tessera.signIn(await tessera.demoOpenId());
    widgetsUrl = (await (await tessera.get("/api/v1/widget-types", token)).json()).widgets_url;
    thirdParty = await pageServer(() => "<!doctype html><title>Theirs</title><p>Their page</p>");
    // Element's frame of a widget, and what is said to it.
    client = await pageServer(
        ({ searchParams }) => `<!doctype html><title>Client</title><body style="margin:0">
        <iframe id="widget" title="widget" style="border:0;width:100vw;height:100vh;display:block"
            sandbox="allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts allow-presentation allow-downloads"
            src="${(searchParams.get("widget") ?? "").replaceAll("&", "&amp;")}"></iframe>
        <script>window.replies = []; addEventListener("message", ({ data }) => replies.push(data));</script>`,
    );
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
    for (const server of [client, thirdParty]) {
        server?.closeAllConnections();
        server?.close();
    }
});
afterEach(() => context?.close());

async function opened(path, { width = 600, height = 400 } = {}) {
    context = await stage.context({ viewport: { width, height } });
    const page = await context.newPage();
    await page.goto(`${client.url}/?widget=${encodeURIComponent(widgetsUrl + path)}`);
    await page.frameLocator("#widget").locator("main").waitFor();
    return page;
}

const theirs = () => `/page?url=${encodeURIComponent(`${thirdParty.url}/x`)}&theme=light`;

test("nothing of a third party is loaded before the click, and its page after it", async () => {
    thirdParty.requests.length = 0;
    const page = await opened(`${theirs()}&lang=en`);
    const widget = page.frameLocator("#widget");
    await widget.getByText("sees your IP address").waitFor();
    assert.equal(thirdParty.requests.length, 0);
    await widget.getByRole("button", { name: "Show" }).click();
    await widget.frameLocator("iframe").getByText("Their page").waitFor();
    const [request] = thirdParty.requests;
    assert.deepEqual([request.headers.referer, request.headers.cookie], [undefined, undefined]);
});

test("the client is answered, and asked for nothing", async () => {
    const page = await opened(theirs());
    const request = { api: "toWidget", widgetId: "w", requestId: "1", data: {} };
    for (const action of ["capabilities", "theme_change"]) {
        await page.evaluate(
            (message) => document.querySelector("#widget").contentWindow.postMessage(message, "*"),
            { ...request, action, data: { name: "dark" } },
        );
    }
    await page.waitForFunction(() => window.replies.length === 2);
    const responses = await page.evaluate(() => window.replies.map(({ response }) => response));
    assert.deepEqual(responses, [{ capabilities: [] }, {}]);
    const theme = await page
        .frameLocator("#widget")
        .locator("html")
        .evaluate((root) => root.dataset.theme);
    assert.equal(theme, "dark");
});

test("a frame of another party than the address names is refused by the policy", async () => {
    const page = await opened(theirs());
    const frame = page.frames().find((frame) => frame.url().startsWith(widgetsUrl));
    thirdParty.requests.length = 0;
    const blocked = await frame.evaluate(
        (url) =>
            new Promise((resolve) => {
                addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
                document.body.append(Object.assign(document.createElement("iframe"), { src: url }));
            }),
        `${tessera.url}/healthz`,
    );
    assert.equal(blocked, "frame-src");
});

for (const [name, path, size] of [
    ["light", "/youtube?video=aqz-KE-bpKQ&lang=en&theme=light", { width: 600 }],
    ["dark", "/spotify?kind=track&code=37i9dQZF1DXcBWIGoYBM5M&lang=de&theme=dark", { width: 1200 }],
    ["narrow", "/open?url=https%3A%2F%2Fmeetings.example%2Fx&lang=ar&theme=dark", { width: 230 }],
    ["nothing", "/youtube?video=none&lang=fr&theme=light", { width: 400 }],
]) {
    test(`a wrapper is accessible: ${name}`, async () => {
        const page = await opened(path, size);
        const frame = page.frames().find((frame) => frame.url().startsWith(widgetsUrl));
        assert.deepEqual(await violations(frame), []);
        await picture(page, `wrapper-${name}`);
    });
}
