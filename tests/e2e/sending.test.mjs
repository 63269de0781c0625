// The main job, for real: a person of a real homeserver opens the popup, finds a sticker, and it
// is in the room.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { Stage, texts } from "./support/client.mjs";
import { until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("en");
const folder = new URL("../../assets/starter-pack/", import.meta.url);
const starterPack = readdirSync(folder).filter((name) => /\.(webp|png|gif)$/.test(name));
let synapse, tessera, stage, alice, room, client;
let library;

before(async () => {
    synapse = await Synapse.start();
    stage = await Stage.open();
    alice = await synapse.register("alice");
    const bot = await synapse.register("stickerbot");
    room = await synapse.createRoom(alice, "Stickers");
    tessera = await Tessera.start({ synapse, bot });
    library = await tessera.library(await tessera.signIn(await synapse.openId(alice)), starterPack.length);
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
    await synapse?.stop();
});
afterEach(async () => {
    assert.deepEqual(client?.errors, [], "the page threw");
    assert.deepEqual(client?.prompts, [], "Element would have asked for more permissions");
    await client?.close();
});

const homeserver = () => ({
    openId: () => synapse.openId(alice),
    send: (type, content) => synapse.send(alice, room, type, content),
});
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function signedIn(options) {
    client = await stage.client(homeserver());
    await client.open({ origin: tessera.origin, ...options });
    await client.ready();
}

/** The starter pack's first sticker, as the backend describes it. */
function firstSticker() {
    const column = (name) => library[0][name].split("\n")[0];
    const [mimetype, , , size] = column("infos").split(" ");
    return { body: column("bodies"), url: column("urls"), mimetype, size: Number(size) };
}

test("a sticker that is searched for and clicked is in the room, and its image too", async () => {
    await signedIn();
    const wanted = firstSticker();
    await client.screenshot("library-light");
    await client.search.fill(wanted.body);
    await client.sticker(wanted.body).first().waitFor();
    await client.screenshot("search");
    await client.sticker(wanted.body).first().click();
    const message = await client.message((data) => data.action === "m.sticker");
    assert.equal(message.data.description, wanted.body);
    assert.equal(message.data.content.body, wanted.body, "for hosts that send the content as it is");

    const [event] = await eventually(() => synapse.events(alice, room, "m.sticker"), 1);
    assert.equal(event.sender, alice.userId);
    assert.deepEqual(Object.keys(event.content).sort(), ["body", "info", "url"]);
    assert.equal(event.content.body, wanted.body);
    assert.equal(event.content.url, wanted.url);
    const { info } = event.content;
    assert.equal(info.mimetype, wanted.mimetype);
    assert.equal(info.size, wanted.size);
    assert.ok(info.w > 0 && info.h > 0 && info.w <= 324 && info.h <= 324, `${info.w} x ${info.h}`);

    const image = await synapse.download(alice, event.content.url);
    assert.equal(image.contentType, wanted.mimetype);
    assert.equal(image.bytes.length, wanted.size);
    const originals = starterPack.map((name) => sha256(readFileSync(new URL(name, folder))));
    assert.ok(originals.includes(sha256(image.bytes)), "Synapse serves the very file of the pack");
});

test("the starter pack has at least 24 stickers, all of them uploaded", async () => {
    const urls = library.flatMap((pack) => pack.urls.split("\n"));
    assert.ok(urls.length >= 24, `${urls.length} stickers`);
    assert.equal(urls.length, starterPack.length);
    assert.equal(new Set(urls).size, urls.length, "each original is uploaded once");
    for (const url of urls) assert.match(url, /^mxc:\/\/127\.0\.0\.1:\d+\/\w+$/);
    await signedIn();
    assert.ok((await client.stickers.count()) >= 24);
});

test("clicking twice sends once", async () => {
    await signedIn();
    const before = (await synapse.events(alice, room, "m.sticker")).length;
    await client.stickers.nth(1).dblclick();
    await client.message((data) => data.action === "m.sticker");
    await client.settled();
    const sent = (await client.received()).filter((data) => data.action === "m.sticker");
    assert.equal(sent.length, 1);
    const events = await eventually(() => synapse.events(alice, room, "m.sticker"), before + 1);
    assert.equal(events.length, before + 1);
    assert.equal(client.sentStickers.length, 1);
});

test("a sticker is sent with the keyboard alone", async () => {
    await signedIn();
    const wanted = firstSticker();
    await client.search.focus();
    await client.page.keyboard.type(wanted.body);
    await client.sticker(wanted.body).first().waitFor();
    await client.page.keyboard.press("Enter");
    const message = await client.message((data) => data.action === "m.sticker");
    assert.equal(message.data.content.url, wanted.url);
    assert.equal(message.data.description, wanted.body);
});

test("a search without a result says so", async () => {
    await signedIn();
    await client.search.fill("zzqqxx");
    const title = english.no_results_title.replace("{query}", "zzqqxx");
    await client.picker.getByText(title).waitFor();
    assert.equal(await client.stickers.count(), 0);
    await client.screenshot("no-results");
});

test("the sticker just sent is among the recent ones when the popup opens again", async () => {
    await signedIn();
    const wanted = firstSticker();
    await client.sticker(wanted.body).first().click();
    await client.message((data) => data.action === "m.sticker");
    await client.picker.getByText(english.sent.replace("{name}", wanted.body)).waitFor({ state: "attached" });
    await client.open({ origin: tessera.origin });
    await client.ready();
    await client.picker.getByText(english.recent).first().waitFor({ state: "attached" });
    assert.equal(client.openIdRequests, 1, "the session of the first time is used again");
});

test("a session that the host knows already asks nobody anything", async () => {
    const scalarToken = await tessera.signIn(await synapse.openId(alice));
    await signedIn({ scalarToken });
    assert.equal(client.openIdRequests, 0);
    assert.ok(!client.frame().url().includes("scalar_token"), client.frame().url());
    assert.ok(!client.frame().url().includes(scalarToken));
});

test("a worthless token in the address leads to a normal sign-in", async () => {
    await signedIn({ scalarToken: "worthless" });
    assert.equal(client.openIdRequests, 1);
    assert.ok(!client.frame().url().includes("worthless"));
});

test("an ended session is renewed without a word", async () => {
    await signedIn();
    const ended = await tessera.endSessions(await synapse.openId(alice));
    assert.ok(ended >= 1);
    await client.open({ origin: tessera.origin });
    await client.ready();
    // The stickers of the last time are there at once, so the renewal is waited for.
    await until("the picker signs in again", () => client.openIdRequests === 2, 20);
    await client.stickers.first().click();
    await client.message((data) => data.action === "m.sticker");
});

test("the next user of the same browser is not taken for the first", async () => {
    await signedIn({ userId: "@first:client.test" });
    assert.equal(client.openIdRequests, 1);
    await client.open({ origin: tessera.origin, userId: "@second:client.test" });
    await client.ready();
    assert.equal(client.openIdRequests, 2, "the second user was asked for");
    await client.open({ origin: tessera.origin, userId: "@second:client.test" });
    await client.ready();
    assert.equal(client.openIdRequests, 2, "and is known from then on");
});

/** Waits until the room has `count` events or more. */
function eventually(events, count) {
    return until(`${count} events are in the room`, async () => {
        const found = await events();
        return found.length >= count && found;
    });
}
