// What goes wrong for people, each with its own screen, a cause and a next step. The homeserver is
// the playground's: what is tested is between the picker, its server and the client.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Stage, texts } from "./support/client.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("en");
let tessera, stage, client;

before(async () => {
    tessera = await Tessera.start();
    stage = await Stage.open();
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
});
// One test stops it.
beforeEach(() => tessera.start());
afterEach(async () => {
    assert.deepEqual(client?.errors, [], "the page threw");
    await client?.close();
});

async function opened(homeserver = {}, contextOptions) {
    client = await stage.client({ openId: () => tessera.demoOpenId(), ...homeserver }, contextOptions);
    await client.open({ origin: tessera.origin });
}

async function screenWithoutViolations(title, screenshot) {
    await client.screen(title).waitFor();
    await client.screenshot(screenshot);
    assert.deepEqual(await client.violations(), []);
}

test("a client that may not tell who the user is: a screen, and the next try works", async () => {
    let denied = true;
    await opened({ openId: () => (denied ? { denied } : tessera.demoOpenId()) });
    await screenWithoutViolations(english.blocked_title, "failure-blocked");
    denied = false;
    await client.retry();
    await client.ready();
});

test("a client that asks the user first: the picker waits and says so", async () => {
    let decide;
    const decision = new Promise((resolve) => (decide = resolve));
    await opened({ openId: () => ({ ask: true }), decision: () => decision });
    await client.screen(english.prompt_title).waitFor();
    await client.screenshot("waiting-for-consent");
    assert.deepEqual(await client.violations(), []);
    decide(await tessera.demoOpenId());
    await client.ready();
});

test("a user who says no in the client's dialog sees how to go on", async () => {
    await opened({ openId: () => ({ ask: true }), decision: () => null });
    await client.screen(english.blocked_title).waitFor();
    client.homeserver.openId = () => tessera.demoOpenId();
    await client.retry();
    await client.ready();
});

test("a proof that the server does not accept", async () => {
    const forged = async () => ({ ...(await tessera.demoOpenId()), access_token: "forged" });
    await opened({ openId: forged });
    await screenWithoutViolations(english.refused_title, "failure-refused");
    client.homeserver.openId = () => tessera.demoOpenId();
    await client.retry();
    await client.ready();
});

test("a server that goes away and comes back", async () => {
    // Gone between the page and the sign-in, which is when a restart hurts.
    await opened({
        async openId() {
            const token = await tessera.demoOpenId();
            await tessera.stop();
            return token;
        },
    });
    await screenWithoutViolations(english.unreachable_title, "failure-unreachable");
    await tessera.start();
    client.homeserver.openId = () => tessera.demoOpenId();
    await client.retry();
    await client.ready();
});

test("a server that has trouble of its own", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    const failing = (route) =>
        route.fulfill({ status: 500, json: { errcode: "M_UNKNOWN", error: "Something broke." } });
    await client.page.route("**/api/v1/library", failing);
    await client.open({ origin: tessera.origin });
    await screenWithoutViolations(english.failed_title, "failure-server");
    await client.page.unroute("**/api/v1/library", failing);
    await client.retry();
    await client.ready();
});

test("terms that were not accepted", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    await client.page.route("**/api/v1/library", (route) =>
        route.fulfill({
            status: 403,
            json: { errcode: "M_TERMS_NOT_SIGNED", error: "Accept the terms first." },
        }),
    );
    await client.open({ origin: tessera.origin });
    await screenWithoutViolations(english.terms_title, "failure-terms");
});

test("an empty library", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    await client.page.route("**/api/v1/library", (route) =>
        route.fulfill({ status: 200, contentType: "application/x-ndjson", body: "" }),
    );
    await client.open({ origin: tessera.origin });
    await screenWithoutViolations(english.empty_title, "empty-library");
});

test("a browser that keeps nothing", async () => {
    await opened({}, { keepsNothing: true });
    await client.ready();
    const denied = await client.frame().evaluate(() => {
        try {
            return !localStorage;
        } catch (error) {
            return error.name;
        }
    });
    assert.equal(denied, "SecurityError", "the test's own condition");
    await client.picker.getByText(english.storage_notice).waitFor();
    await client.screenshot("storage-blocked");
    assert.deepEqual(await client.violations(), []);
    await client.stickers.first().click();
    await client.message((data) => data.action === "m.sticker");
});

test("a client that refuses the sticker: its reason is shown and nothing is claimed", async () => {
    await opened();
    await client.ready();
    await client.page.evaluate(() => client.refuseStickers("No stickers in this room"));
    await client.stickers.first().click();
    const text = english.send_refused.replace("{reason}", "No stickers in this room");
    await client.picker.getByText(text).waitFor();
    await client.screenshot("send-refused");
    assert.equal(client.sentStickers.length, 0);
});

test("a client that never answers", async () => {
    await opened({ openId: () => null });
    // The host library itself gives up after ten seconds; so does the picker.
    await client.screen(english.silent_title).waitFor();
    await client.screenshot("failure-silent");
    assert.deepEqual(await client.violations(), []);
});

test("a page opened outside of a client says where it belongs", async () => {
    client = await stage.client({ openId: () => null });
    await client.page.goto(`${tessera.origin}/picker/`);
    await client.page.getByRole("heading", { name: english.outside_title }).waitFor();
});

test("WASM that cannot be loaded is said by the page itself", async () => {
    client = await stage.client({ openId: () => tessera.demoOpenId() });
    await client.page.route("**/*.wasm", (route) => route.abort());
    await client.open({ origin: tessera.origin });
    await client.picker.getByText(english.boot_failed).waitFor();
    await client.screenshot("failure-boot");
});
