// The manager in a client, over a real homeserver's room.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { managerUrl } from "../playground/manager-host.mjs";
import { Stage, picture, violations } from "./support/client.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = JSON.parse(
    readFileSync(new URL("../../assets/manager-locale-en.json", import.meta.url), "utf8"),
);
const WIDGET = "im.vector.modular.widgets";
const ADDRESS = "https://board.example/garden";
let synapse, tessera, stage, admin, member, context, page, manager, roomId;

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("bot");
    [admin, member] = [await synapse.register("admin"), await synapse.register("member")];
    tessera = await Tessera.start({ synapse, bot });
    stage = await Stage.open();
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
    await synapse?.stop();
});
afterEach(() => context?.close());

/** A new room of the admin's with one widget, which the member has joined too. */
async function room() {
    roomId = await synapse.createRoom(admin, "Garden");
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
    await synapse.call("POST", `${path}/invite`, { user_id: member.userId }, admin.token);
    await synapse.call("POST", `${path}/join`, {}, member.token);
    const content = { type: "m.custom", url: "https://old.example/minutes", name: "Minutes", data: {} };
    await synapse.setState(admin, roomId, WIDGET, "minutes", content);
}

/** What the client's room is, as its homeserver has it. */
function roomOf(account) {
    const at = (path) => `/_matrix/client/v3/${path}`;
    const ofRoom = (path) => at(`rooms/${encodeURIComponent(roomId)}/${path}`);
    const data = (type) => at(`user/${encodeURIComponent(account.userId)}/account_data/${type}`);
    return {
        openId: () => synapse.openId(account),
        state: (type) => synapse.state(account, roomId, type),
        sendState: async (type, key, content) =>
            (await synapse.setState(account, roomId, type, encodeURIComponent(key), content)).event_id,
        accountData: (type) => synapse.call("GET", data(type), undefined, account.token).catch(() => null),
        setAccountData: (type, content) => synapse.call("PUT", data(type), content, account.token),
        invite: (user) => synapse.call("POST", ofRoom("invite"), { user_id: user }, account.token),
        kick: (user, reason) =>
            synapse.call("POST", ofRoom("kick"), { user_id: user, reason }, account.token),
    };
}

async function opened({ account = admin, theme = "light", screen, integrationId, clock, ...host } = {}) {
    await room();
    context = await stage.context({ viewport: { width: 600, height: 480 } });
    page = await context.newPage();
    if (clock) await page.clock.install();
    const methods = roomOf(account);
    await page.exposeFunction("homeserverRoom", (method, args) => methods[method](...args));
    await page.goto(stage.url);
    const token = await tessera.signIn(await synapse.openId(account));
    const shown = { id: roomId, name: "Garden" };
    const url = managerUrl({ origin: tessera.origin, token, room: shown, theme, screen, integrationId });
    const { userId } = account;
    await page.evaluate((options) => client.openManager(options), { url, roomId, userId, ...host });
    manager = page.frameLocator("#manager iframe");
    return token;
}

const frame = () => page.frames().find((frame) => frame.url().startsWith(tessera.origin));
const says = (text) => manager.getByText(text).first().waitFor();
const button = (name) => manager.getByRole("button", { name, exact: true });
const add = () => manager.getByText(english.add, { exact: true }).first().click();
const contents = async () =>
    (await synapse.state(admin, roomId, WIDGET)).map(({ content }) => content).filter(({ url }) => url);

async function formFor(address) {
    await add();
    await manager.getByLabel(english.catalogue_search, { exact: true }).fill(address);
    await manager.getByText(english.pasted_action).click();
    await manager.getByLabel(english.widget_name, { exact: true }).waitFor();
}

test("what others made is listed, and the token is not in the address", async () => {
    const token = await opened();
    await says("Minutes");
    await says(admin.userId);
    assert.ok(!frame().url().includes("scalar_token"), frame().url());
    assert.ok(!(await frame().evaluate(() => location.href)).includes(token));
});

test("a widget is added, edited, removed and brought back", async () => {
    await opened();
    await says("Minutes");
    await formFor(ADDRESS);
    await manager.getByLabel(english.widget_name, { exact: true }).fill("Board");
    await button(english.add_action).click();
    await says(english.added.replace("{name}", "Board"));
    const made = (await contents()).find(({ name }) => name === "Board");
    assert.equal(made?.type, "m.custom");
    assert.ok(made.url.startsWith(ADDRESS), made.url);

    await manager.getByRole("listitem").filter({ hasText: "Board" }).getByText(english.edit).click();
    await manager.getByLabel(english.widget_name, { exact: true }).fill("Big board");
    await button(english.save).click();
    await says(english.saved.replace("{name}", "Big board"));
    assert.deepEqual((await contents()).map(({ name }) => name).sort(), ["Big board", "Minutes"]);

    await button(english.remove.replace("{name}", "Big board")).click();
    await says(english.removed.replace("{name}", "Big board"));
    assert.deepEqual((await contents()).map(({ name }) => name), ["Minutes"]);
    await button(english.undo).click();
    await says(english.restored);
    const restored = (await contents()).find(({ name }) => name === "Big board");
    assert.equal(restored?.url, made.url);
});

test("who may not set widgets is told so beforehand", async () => {
    await opened({ account: member });
    await says("Minutes");
    await formFor(ADDRESS);
    await says(english.check_may_not.split("{")[0].trim());
});

test("a client that shows another room is told apart from one that is silent", async () => {
    await opened({ viewed: "!another:room" });
    await says(english.not_in_view_title);
});

test("a host that never answers is not waited for longer than it may take", async () => {
    await opened({ muted: true, clock: true });
    await frame().waitForFunction((text) => document.body.innerText.includes(text), english.title);
    await page.clock.fastForward(26_000);
    await says(english.no_answer_title);
});

test("links lead to a widget's form, or to the home, which says so", async () => {
    await opened({ integrationId: "minutes", screen: "type_m.custom" });
    await says(english.edit_title.replace("{name}", "Minutes"));
    await context.close();
    await opened({ screen: "no_such_screen" });
    await says(english.unknown_link);
});

for (const theme of ["light", "dark"]) {
    test(`home, catalogue and form look right, ${theme}`, async () => {
        await opened({ theme });
        await says("Minutes");
        await looksRight("home", theme);
        await add();
        await manager.getByLabel(english.catalogue_search, { exact: true }).waitFor();
        await looksRight("catalogue", theme);
        await context.close();
        await opened({ theme, integrationId: "minutes" });
        await manager.getByLabel(english.widget_name, { exact: true }).waitFor();
        await looksRight("form", theme);
    });
}

async function looksRight(state, theme) {
    for (const width of [230, 600, 1200]) {
        await page.setViewportSize({ width, height: 640 });
        await picture(page, `manager-${state}-${theme}-${width}`);
        const beside = await frame().evaluate(() => {
            const root = document.documentElement;
            return root.scrollWidth - root.clientWidth;
        });
        assert.equal(beside, 0, `${state} ${width}: the page scrolls sideways`);
        assert.deepEqual(await violations(frame()), [], `${state} ${width}`);
    }
}
