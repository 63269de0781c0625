// What makes choosing quick: favourites, a closer look, digits, keeping open, a room's own packs,
// a larger window. The homeserver is real.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { Stage, texts } from "./support/client.mjs";
import { until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const REDACT = "org.matrix.msc2762.send.event:m.room.redaction";
const english = texts("en");
const folder = new URL("../../assets/starter-pack/", import.meta.url);
const images = readdirSync(folder).filter((name) => /\.(webp|png|gif)$/.test(name));
let synapse, tessera, stage, alice, room, client, pack;

before(async () => {
    synapse = await Synapse.start();
    stage = await Stage.open();
    alice = await synapse.register("alice");
    const bot = await synapse.register("stickerbot");
    room = await synapse.createRoom(alice, "Stickers");
    tessera = await Tessera.start({ synapse, bot });
    const library = await tessera.library(await tessera.signIn(await synapse.openId(alice)), images.length);
    const column = (name) => library[0][name].split("\n");
    pack = { shortcodes: column("shortcodes"), bodies: column("bodies"), urls: column("urls"), title: library[0].titles };
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
    await synapse?.stop();
});
afterEach(async () => {
    assert.deepEqual(client?.errors, [], "the page threw");
    await client?.close();
});

const homeserver = () => ({
    openId: () => synapse.openId(alice),
    send: (type, content) => synapse.send(alice, room, type, content),
    state: (type) => synapse.state(alice, room, type),
    download: async (uri) => {
        const { bytes, contentType } = await synapse.download(alice, uri);
        return { type: contentType, base64: bytes.toString("base64") };
    },
});

async function signedIn(options, contextOptions) {
    client = await stage.client(homeserver(), contextOptions);
    await client.open({ origin: tessera.origin, ...options });
    await client.ready();
}

const section = (name) => client.picker.locator(`#stickers > [data-pack="${name}"]`);
const toast = () => client.picker.locator("#toast");
const stickers = () => synapse.events(alice, room, "m.sticker");
const item = (text) => client.picker.locator("#menu").getByRole("button", { name: text });

async function choose(text) {
    await client.picker.getByRole("button", { name: english.more, exact: true }).click();
    await item(text).click();
}

async function keepOpen() {
    await client.picker.getByRole("button", { name: english.keep_open }).click();
}

test("a favourite is marked with a key, comes first, stays, and goes", async () => {
    await signedIn();
    const cell = client.sticker(pack.bodies[4]).first();
    await cell.focus();
    await cell.press("f");
    const favourite = section(".favourites").getByRole("option", { name: pack.bodies[4] });
    await favourite.waitFor();
    await client.screenshot("favourites");
    await client.open({ origin: tessera.origin });
    await client.ready();
    await favourite.waitFor();
    await client.picker.getByRole("button", { name: english.favourites }).waitFor();
    await favourite.focus();
    await favourite.press("f");
    await section(".favourites").waitFor({ state: "detached" });
    assert.equal((await stickers()).length, 0, "nothing was sent");
});

test("a right click shows a sticker closely, with its pack and what can be done", async () => {
    await signedIn();
    const cell = client.sticker(pack.bodies[2]).first();
    await cell.click({ button: "right" });
    const card = client.picker.getByRole("dialog", { name: pack.bodies[2] });
    await card.waitFor();
    assert.ok(await card.locator("img").evaluate(async (image) => (await image.decode(), image.naturalWidth > 0)));
    await client.screenshot("card");
    assert.deepEqual(await client.violations(), []);
    const favourite = card.getByRole("button", { name: english.favourite });
    await favourite.click();
    await until("it is marked", async () => (await favourite.getAttribute("aria-pressed")) === "true");
    await client.page.keyboard.press("Escape");
    await card.waitFor({ state: "hidden" });
    await section(".favourites").waitFor();

    await client.search.fill(pack.bodies[2]);
    await client.stickers.first().click({ button: "right" });
    await card.locator("[data-action=pack]").click();
    await card.waitFor({ state: "hidden" });
    assert.equal(await client.search.inputValue(), "", "the pack is shown instead of the search");
    await client.stickers.first().click({ button: "right" });
    await card.getByRole("button", { name: english.send }).click();
    await client.message((data) => data.action === "m.sticker");
});

test("pointing at a sticker says what it is, and takes neither focus nor clicks", async () => {
    await signedIn();
    await client.search.focus();
    const cell = client.sticker(pack.bodies[1]).first();
    await cell.hover();
    const card = client.picker.locator("#card[open]");
    await card.waitFor();
    assert.equal(await card.locator("strong").textContent(), pack.bodies[1]);
    assert.ok(await client.search.evaluate((input) => input === document.activeElement));
    await client.screenshot("hover");
    await cell.click();
    await client.message((data) => data.action === "m.sticker");
});

test("a digit sends a recently used sticker, and only while nothing is typed", async () => {
    await signedIn();
    const sent = pack.bodies[6];
    await client.sticker(sent).first().click();
    await client.message((data) => data.action === "m.sticker");
    await client.picker.getByText(english.sent.replace("{name}", sent)).waitFor({ state: "attached" });
    await client.open({ origin: tessera.origin });
    await client.ready();
    await section(".recent").waitFor();
    await client.search.focus();
    await client.page.keyboard.type("z1");
    await client.settled();
    assert.equal(await client.search.inputValue(), "z1");
    await client.search.fill("");
    await client.page.keyboard.press("1");
    const message = await client.message((data) => data.action === "m.sticker");
    assert.equal(message.data.description, sent);
});

test("kept open, stickers are sent one after the other and can be taken back", async () => {
    await signedIn();
    client.grants = true;
    await keepOpen();
    const before = (await stickers()).length;
    for (const body of [pack.bodies[0], pack.bodies[3]]) {
        await client.sticker(body).first().click();
        await client.picker.getByText(english.sent.replace("{name}", body)).waitFor();
    }
    const sent = await client.received();
    assert.equal(sent.filter(({ action }) => action === "m.sticker").length, 0, "no popup is closed");
    const events = await stickers();
    assert.equal(events.length, before + 2);
    assert.equal(events[0].content.body, pack.bodies[3]);
    assert.equal(events[0].content.url, pack.urls[3]);
    assert.equal(events[0].content.info["im.tessera.sticker"].shortcode, pack.shortcodes[3]);
    await client.screenshot("kept-open");
    await toast().getByRole("button", { name: english.undo }).click();
    await client.picker.getByText(english.undone).waitFor();
    assert.deepEqual(client.prompts, [[REDACT]], "asked for when it is needed, and once");
    const [redacted] = await stickers();
    assert.deepEqual(redacted.content, {});
    assert.equal(redacted.event_id, events[0].event_id);
});

test("what cannot be taken back says so, and is not offered again", async () => {
    await signedIn();
    await keepOpen();
    await client.sticker(pack.bodies[0]).first().click();
    await toast().getByRole("button", { name: english.undo }).click();
    await client.picker.getByText(english.undo_denied).waitFor();
    await client.sticker(pack.bodies[1]).first().click();
    const sent = client.picker.getByText(english.sent.replace("{name}", pack.bodies[1]));
    await sent.waitFor();
    assert.equal(await client.picker.getByText(english.undo_denied).count(), 0, "the news is over");
    await toast().getByRole("button", { name: english.undo }).waitFor({ state: "hidden" });
});

test("kept open, a refusal is told in the homeserver's own words", async () => {
    client = await stage.client({
        ...homeserver(),
        send: () => {
            const response = { errcode: "M_FORBIDDEN", error: "You may not speak here" };
            throw Object.assign(new Error("no"), { matrix: { http_status: 403, http_headers: {}, url: "", response } });
        },
    });
    await client.open({ origin: tessera.origin });
    await client.ready();
    await client.sticker(pack.bodies[0]).first().click({ modifiers: ["Shift"] });
    await client.picker.getByText("You may not speak here").waitFor();
    assert.equal(await toast().getAttribute("data-state"), "refused");
});

test("stickers are drawn as large as the user likes, also next time", async () => {
    await signedIn();
    const width = () => client.stickers.first().evaluate((cell) => cell.clientWidth);
    const medium = await width();
    await client.picker.getByRole("button", { name: english.more, exact: true }).click();
    const slider = client.picker.getByRole("slider", { name: english.size });
    await client.screenshot("menu");
    assert.deepEqual(await client.violations(), []);
    await slider.press("End");
    await until("they are larger", async () => (await width()) > medium);
    await slider.press("Home");
    await until("they are smaller", async () => (await width()) < medium);
    await client.open({ origin: tessera.origin });
    await client.ready();
    await until("they still are", async () => (await width()) < medium);
});

test("the help is there for a key, in the user's language, and goes again", async () => {
    await signedIn({ language: "de" });
    await client.search.focus();
    await client.page.keyboard.press("?");
    const german = JSON.parse(readFileSync(new URL("../../assets/help-de.json", import.meta.url)));
    const help = client.picker.getByRole("dialog", { name: german.title });
    await help.waitFor();
    await client.screenshot("help-de");
    assert.deepEqual(await client.violations(), []);
    await client.page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    assert.equal(await client.search.inputValue(), "");
});

test("a room's own packs are shown when they are asked for, and one can be saved", async () => {
    const content = {
        images: Object.fromEntries(
            [0, 1, 2].map((i) => [`own_${i}`, { url: pack.urls[i], body: `Own ${i}`, info: { w: 256, h: 256 } }]),
        ),
        pack: { display_name: "Packs of <this> room", usage: ["sticker"], attribution: "Ann" },
    };
    await synapse.setState(alice, room, "im.ponies.room_emotes", "own", content);
    await synapse.setState(alice, room, "m.room.join_rules", "", { join_rule: "public" });
    await signedIn();
    assert.deepEqual(client.prompts, []);
    await choose(english.room_packs);
    await client.picker.getByText(english.room_denied).waitFor();
    assert.equal(client.prompts.length, 1);
    client.grants = true;
    await choose(english.room_packs);
    const own = client.picker.getByRole("option", { name: "Own 1" });
    await own.first().waitFor();
    const image = own.first().locator("img");
    await until("the client has fetched its picture", () => image.evaluate((img) => img.naturalWidth > 0));
    await client.screenshot("room-packs");
    assert.deepEqual(await client.violations(), []);
    await own.first().click();
    const message = await client.message((data) => data.action === "m.sticker");
    assert.equal(message.data.content.url, pack.urls[1]);
    await client.settled();
    await until("the first is sent", async () => (await toast().getAttribute("data-state")) !== "sending");
    const before = (await stickers()).length;
    await client.picker.getByRole("option", { name: "Own 2" }).first().click({ modifiers: ["Shift"] });
    await client.picker.getByText(english.sent.replace("{name}", "Own 2")).waitFor();
    const [event] = await until("the second too", async () => {
        const events = await stickers();
        return events.length > before && events;
    });
    const via = [synapse.name];
    assert.deepEqual(event.content["m.image_source_packs"], {
        [pack.urls[2]]: { room_id: room, via, state_key: "own", shortcode: "own_2" },
    });
    await client.picker.getByRole("button", { name: english.save, exact: true }).click();
    await client.picker.getByText(english.saved).waitFor();
    await client.open({ origin: tessera.origin });
    await client.ready();
    await client.picker.getByRole("button", { name: content.pack.display_name }).click();
    await own.first().waitFor();
    const preview = own.first().locator("img");
    await until("its preview is ours", () => preview.evaluate((img) => img.naturalWidth > 0));
    assert.match(await preview.getAttribute("src"), /^\/previews\//);
});

test("a room without packs says so", async () => {
    await signedIn();
    client.homeserver.state = () => [];
    client.grants = true;
    await choose(english.room_packs);
    await client.picker.getByText(english.room_none).waitFor();
});

test("in a larger window a sticker is chosen, and sent by the picker that opened it", async () => {
    await signedIn();
    await choose(english.enlarge);
    const large = client.modal.getByRole("option", { name: pack.bodies[5], exact: true }).first();
    await large.waitFor();
    assert.deepEqual(client.prompts, [], "the window needs nothing of the client");
    await choose(english.enlarge);
    await client.picker.getByText("Unable to open modal").waitFor();
    await large.click();
    const message = await client.message((data) => data.action === "m.sticker");
    assert.equal(message.data.description, pack.bodies[5]);
    assert.equal(message.widgetId, client.widgetId);
});

test("packs chosen elsewhere on this device are there without a reload", async () => {
    const carol = await synapse.register("carol");
    client = await stage.client({ openId: () => synapse.openId(carol) });
    await client.open({ origin: tessera.origin });
    await client.ready();
    const shown = client.picker.locator("#stickers .sticker");
    const token = await tessera.signIn(await synapse.openId(carol));
    const all = (await tessera.library(token, 1)).map(({ id }) => id);
    const tell = () => client.picker.locator("html").evaluate(() => {
        new BroadcastChannel("tessera.library").postMessage({ changed: true });
    });
    await tessera.choosePacks(token, []);
    await tell();
    await client.picker.getByRole("heading", { name: english.empty_title }).waitFor();
    await tessera.choosePacks(token, all);
    await tell();
    await shown.first().waitFor();
});
