// Opening the manager from Element, by Element's own code and against a real homeserver: its token,
// its terms, every address that Element sends, and rooms and clients in which little is possible.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { picture, violations } from "./support/client.mjs";
import { ElementStage, ROOM, managerTexts } from "./support/element.mjs";
import { until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = managerTexts("en");
const WIDGET = { type: "m.custom", url: "https://example.org/page", name: "Page" };

let synapse, tessera, stage, element, alice, bob, room;

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    tessera = await Tessera.start({ synapse, bot });
    [alice, bob] = [await synapse.register("alice"), await synapse.register("bob")];
    room = await synapse.createRoom(alice, "Town hall", { ...ROOM, preset: "public_chat" });
    await synapse.join(bob, room);
    await synapse.setState(alice, room, "im.vector.modular.widgets", "w id!1", WIDGET);
    stage = await ElementStage.open();
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
    await synapse?.stop();
});
afterEach(async () => {
    const errors = element?.errors;
    await element?.leave();
    element = undefined;
    assert.deepEqual(errors ?? [], [], "the page threw");
});

async function enter({ user = alice, roomId = room, ...rest } = {}, options) {
    element = await stage.element({ synapse, tessera, user, roomId, ...rest }, options);
}

test("Element registers, shows the manager, and the token leaves the address", async () => {
    await enter();
    await element.open();
    const paths = element.requests
        .filter((request) => request.url().startsWith(`${tessera.origin}/api/`))
        .map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
    assert.deepEqual(paths.slice(0, 2), ["POST /api/register", "GET /api/account"]);
    assert.deepEqual(await element.page.evaluate(() => window.element.dialogs()), ["manager", "manager"]);
    const address = new URL(await element.frame().evaluate(() => location.href));
    assert.equal(address.searchParams.get("scalar_token"), null, "the token is still in the address");
    assert.equal(address.searchParams.get("room_id"), room);
    const key = `mx_scalar_token_at_${tessera.origin}/api`;
    assert.ok(await element.page.evaluate((key) => localStorage.getItem(key), key), "Element keeps it");
    await element.row("Page").waitFor();
});

test("a token that the server does not know any more is replaced without a word", async () => {
    await enter();
    await element.open();
    await element.close();
    await tessera.endSessions(await synapse.openId(alice));
    element.requests.length = 0;
    await element.open();
    const registered = element.requests.filter((request) => request.url().includes("/api/register"));
    assert.equal(registered.length, 1, "Element registered anew");
});

test("a session that ends while the manager opens is renewed through Element's get_open_id_token", async () => {
    await enter();
    // Element has just found its token good; by the time the manager uses it, it is not.
    await element.page.evaluate(() => {
        const { sharedInstance } = window.mxIntegrationManagers;
        const manager = sharedInstance.call(window.mxIntegrationManagers).getPrimaryManager();
        const scalar = manager.getScalarClient();
        scalar.connect = async () => {};
        scalar.scalarToken = "ended";
        manager.getScalarClient = () => scalar;
    });
    await element.open();
    await element.row("Page").waitFor();
    const asked = await element.asked("get_open_id_token");
    assert.equal(asked.length, 1);
    assert.ok(!("room_id" in asked[0].data), "with a room Element would not answer");
});

for (const [address, face, heading] of [
    [{}, "home", english("title")],
    [{ screen: "add" }, "catalogue", english("catalogue_title")],
    [{ screen: "type_m.stickerpicker" }, "stickers", english("stickers_title")],
    [{ screen: "type_m.stickerpicker", integrationId: "any" }, "stickers", english("stickers_title")],
    [{ screen: "type_m.integration_manager" }, "account", english("account_title")],
    [{ screen: "account" }, "account", english("account_title")],
    [{ screen: "type_m.custom", integrationId: "w id!1" }, "widget", english("edit_title", "Page")],
    [{ screen: "type_undefined", integrationId: "w id!1" }, "widget", english("edit_title", "Page")],
    [{ screen: "type_m.jitsi" }, "widget", undefined],
    [{ screen: "type_jitsi" }, "widget", undefined],
    [{ screen: "type_toaster" }, "home", english("title")],
    [{ screen: "type_m.jitsi", integrationId: "gone" }, "home", english("title")],
    [{ screen: "type_undefined" }, "home", english("title")],
]) {
    test(`an address leads to its screen: ${JSON.stringify(address)}`, async () => {
        await enter();
        await element.open(face, address);
        if (heading && face !== "widget") await element.heading(heading).waitFor();
        const unknown = /toaster|gone|undefined"}/.test(JSON.stringify(address));
        const said = element.manager.getByText(english("unknown_link"));
        if (face === "home") await element.row("Page").waitFor();
        if (unknown) await said.waitFor();
        else assert.equal(await said.count(), 0);
    });
}

test("a starter link opens a screen of the user's in a window of its own", async () => {
    await enter();
    for (const [path, heading, shown] of [
        ["account", english("account_title"), english("outside_title")],
        ["stickers", english("stickers_title"), english("packs_mine")],
    ]) {
        const link = await element.page.evaluate(async (link) => {
            const { sharedInstance } = window.mxIntegrationManagers;
            const manager = sharedInstance.call(window.mxIntegrationManagers).getPrimaryManager();
            const scalar = manager.getScalarClient();
            await scalar.connect();
            return scalar.getStarterLink(link);
        }, `${tessera.origin}/${path}`);
        assert.ok(link.startsWith(`${tessera.origin}/${path}?scalar_token=`), link);
        const popup = await element.page.context().newPage();
        await popup.goto(link);
        await popup.getByRole("heading", { name: heading, exact: true }).waitFor();
        await popup.getByText(shown).waitFor();
        assert.equal(popup.url(), `${tessera.origin}/${path}`, "the token is out of the address");
        assert.deepEqual(await violations(popup.mainFrame()), [], path);
        await picture(popup, `manager-starter-link-${path}`);
        await popup.close();
    }
});

test("whoever has not the power is told before they fill in a form", async () => {
    await enter({ user: bob });
    await element.open("widget", { screen: "type_m.custom" });
    await element.manager.getByText(english("check_may_not", "50")).waitFor();
    assert.deepEqual(await element.violations(), []);
    await element.picture("manager-without-power");
});

test("the homeserver's refusal keeps the widget and says why", async () => {
    await enter({ user: bob });
    await element.open();
    await element.row("Page").getByRole("button", { name: english("remove", "Page") }).click();
    await element.manager.getByText(english("not_allowed_title")).waitFor();
    assert.equal((await element.roomWidgets()).length, 1);
    assert.ok(await element.row("Page").isVisible());
});

test("what a room is like is said before a widget is added: encrypted, and who may join", async () => {
    const secret = await synapse.createRoom(alice, "Secret", {
        ...ROOM,
        initial_state: [
            { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        ],
    });
    await enter({ roomId: secret });
    await element.open("widget", { screen: "type_m.custom" });
    await element.manager.getByText(english("check_encrypted")).waitFor();
    await element.manager.getByText(english("check_private")).waitFor();
});

test("a room that is not in view any more is named, and all goes on when it is again", async () => {
    await enter();
    await element.open();
    await element.row("Page").waitFor();
    const look = (roomId) =>
        element.page.evaluate((roomId) => (window.element.surroundings.roomId = roomId), roomId);
    await look("!other:hs");
    const remove = element.row("Page").getByRole("button", { name: english("remove", "Page") });
    await remove.click();
    await element.manager.getByText(english("not_in_view_title")).waitFor();
    assert.equal((await element.roomWidgets()).length, 1);
    await element.picture("manager-not-in-view");
    await look(room);
    await remove.click();
    await element.manager.getByText(english("removed", "Page")).waitFor();
    assert.equal((await element.roomWidgets()).length, 0);
    await element.button(english("undo")).click();
    await until("it is back", async () => (await element.roomWidgets()).length === 1);
});

test("errors in another language are understood", async () => {
    await enter({ user: bob, language: "de" }, { locale: "de-DE" });
    const german = managerTexts("de");
    await element.open();
    await element.row("Page").getByRole("button", { name: german("remove", "Page") }).click();
    await element.manager.getByText(german("not_allowed_title")).waitFor();
});

test("a client that never answers is said to be silent after 25 seconds", async () => {
    await enter({ silent: true });
    await element.open("home");
    // The clock may be moved before the question is asked.
    await until("it is said", async () => {
        await element.page.clock.fastForward(26_000);
        return element.manager.getByText(english("no_answer_title")).isVisible();
    });
    await element.picture("manager-silent");
    assert.deepEqual(await element.violations(), []);
});
