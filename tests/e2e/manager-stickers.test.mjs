// The user's stickers and account in the manager, by Element's own code: what is written into the
// account, in which order packs are, and what an open picker makes of it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { browserName } from "./support/browser.mjs";
import { picture, violations } from "./support/client.mjs";
import { ElementStage, ROOM, managerTexts } from "./support/element.mjs";
import { temporaryFolder, until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = managerTexts("en");
const STARTER = fileURLToPath(new URL("../../assets/starter-pack/", import.meta.url));
const STILL = "02-thumbs-up.webp";
const PICTURES = ["01-hello.webp", STILL];
const FOREIGN = "https://other.example/picker";

let synapse, tessera, stage, element, user, operator, count = 0;

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    operator = await synapse.register("operator");
    const settings = { public_packs: true, mature_packs: true, operators: [operator.userId] };
    tessera = await Tessera.start({ synapse, bot, settings: () => settings });
    for (const [id, title] of [["birds", "Birds"], ["boats", "Boats"]]) importPack(id, title);
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

function packsCommand(...args) {
    const { program, env } = tessera.server;
    return execFileSync(program, ["packs", "--config", tessera.config, ...args], { env, encoding: "utf8" });
}

function importPack(id, title, pictures = PICTURES, licence) {
    const folder = join(temporaryFolder("pack"), id);
    mkdirSync(folder);
    for (const name of pictures) copyFileSync(join(STARTER, name), join(folder, name));
    if (licence) writeFileSync(join(folder, "pack.toml"), `licence = "${licence}"\n`);
    packsCommand("import", folder, "--id", id, "--title", title);
}

/** Element of a new user, with this in their account. */
async function enter(face, how, accountWidgets) {
    user = await synapse.register(`user${(count += 1)}`);
    const roomId = await synapse.createRoom(user, "Town hall", ROOM);
    if (accountWidgets) await synapse.setAccountData(user, "m.widgets", accountWidgets);
    element = await stage.element({ synapse, tessera, user, roomId });
    await element.open(face, how);
}

const STICKERS = ["stickers", { screen: "type_m.stickerpicker" }];
const ACCOUNT = ["account", { screen: "account" }];

/** The user's account widgets as the homeserver has them, once `test` is true of them. */
function account(test) {
    return until("the account's widgets", async () => {
        const widgets = (await synapse.accountData(user, "m.widgets")) ?? {};
        return test(Object.values(widgets)) && widgets;
    }, 20);
}

function accountEntry(id, type, url, data) {
    const content = { id, type, url, name: "Theirs", data, creatorUserId: "@x:hs" };
    return { [id]: { content, sender: "@x:hs", state_key: id, type: "m.widget", id } };
}

/** The user's packs as the server has them. */
async function packs() {
    const token = await tessera.signIn(await synapse.openId(user));
    const { packs } = await (await tessera.get("/api/v1/packs?from=0", token)).json();
    return packs;
}

/** Waits until these can be added, and no other. */
async function found(...titles) {
    const others = element.manager.locator("section", { hasText: english("packs_others") }).last().locator("h3");
    await until(`${titles} are found`, async () =>
        JSON.stringify((await others.allTextContents()).sort()) === JSON.stringify([...titles].sort()), 10)
        .catch(async (error) => {
            throw new Error(`${error.message}; it is ${await others.allTextContents()}`);
        });
}

const rows = () =>
    element.manager.locator("section", { hasText: english("packs_mine") }).first()
        .locator(".pack-row h3").allTextContents();

/** Waits until the user's packs are these, on the screen and on the server. */
async function order(...titles) {
    const place = await until(`the order ${titles}`, async () => {
        const shown = await rows();
        return JSON.stringify(shown) === JSON.stringify(titles) && shown;
    }, 10).catch(async (error) => {
        throw new Error(`${error.message}; it is ${await rows()}`);
    });
    assert.deepEqual(place, titles);
    const ids = await element.manager.locator(".pack-row[draggable=true]")
        .evaluateAll((rows) => rows.map((row) => row.dataset.pack));
    await until("the server has that order", async () => {
        const mine = (await packs()).slice(0, ids.length).map(({ id }) => id);
        return JSON.stringify(mine) === JSON.stringify(ids);
    }, 10);
}

test("the picker is installed with everything that clients need of it, and others make way", async () => {
    await enter(...STICKERS, {
        ...accountEntry("old", "m.stickerpicker", FOREIGN),
        ...accountEntry("kept", "m.custom", "https://example.org/"),
    });
    await element.manager.getByText(english("foreign_picker_title", "other.example")).waitFor();
    await element.button(english("foreign_picker_action")).click();
    const widgets = await account((all) =>
        all.some(({ content }) => content.url.startsWith(tessera.origin)) &&
        all.every(({ content }) => content.url !== FOREIGN),
    );
    assert.ok(widgets.kept, "what is no picker stays");
    const [picker, ...others] = Object.values(widgets).filter(
        ({ content }) => content.type === "m.stickerpicker",
    );
    assert.equal(others.length, 0);
    const [id] = Object.entries(widgets).find(([, widget]) => widget === picker);
    assert.ok(id.length >= 20, "nobody can guess it");
    assert.deepEqual(
        [picker.id, picker.state_key, picker.content.id, picker.sender, picker.content.creatorUserId, picker.type],
        [id, id, id, user.userId, user.userId, "m.widget"],
    );
    assert.ok(!picker.content.url.includes("scalar_token"));
    assert.match(picker.content.url, /\/picker\/#\/\?.*\$matrix_user_id/);
    await element.manager.getByText(english("picker_ours")).waitFor();
});

test("a picker that Element removes is off the record, and the manager knows", async () => {
    await enter(...STICKERS);
    await element.button(english("picker_set_up")).click();
    await element.manager.getByText(english("picker_ours")).waitFor();
    const token = await tessera.signIn(await synapse.openId(user));
    const recorded = async () =>
        JSON.stringify(await (await tessera.get("/api/v1/installations", token)).json());
    await until("it is on record", async () => (await recorded()).includes("m.stickerpicker"), 10);
    await element.close();
    await element.page.evaluate(() => window.element.removePicker());
    assert.deepEqual(await element.accountWidgets(), {});
    assert.ok(!(await recorded()).includes("m.stickerpicker"));
    await element.open(...STICKERS);
    await element.button(english("picker_set_up")).waitFor();
});

test("packs are added, moved by keyboard, looked at and taken out", async () => {
    await enter(...STICKERS);
    const [starter] = await until("a pack", async () => ((await rows()).length === 1) && rows(), 20);
    await element.button(english("pack_add", "Birds")).click();
    await order(starter, "Birds");
    await element.button(english("pack_add", "Boats")).click();
    await order(starter, "Birds", "Boats");

    await element.button(english("pack_up", "Boats")).press("Enter");
    await order(starter, "Boats", "Birds");
    await element.page.keyboard.press("Enter");
    await order("Boats", starter, "Birds");
    await element.button(english("pack_down", "Boats")).press("Enter");
    await order(starter, "Boats", "Birds");

    await element.button(english("pack_look", "Birds")).click();
    const dialog = element.manager.getByRole("dialog", { name: "Birds" });
    await dialog.waitFor();
    assert.equal(await dialog.locator("img").count(), PICTURES.length);
    await element.picture("manager-pack");
    assert.deepEqual(await element.violations(), []);
    const link = await dialog.getByRole("link", { name: english("pack_page") }).getAttribute("href");
    assert.equal(link, `${tessera.origin}/packs/birds`);
    await looksPublic(link);
    await element.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });

    await element.button(english("remove", "Boats")).click();
    await order(starter, "Birds");
});

/** The pack's page, for somebody who is not signed in. */
async function looksPublic(link) {
    const page = await element.page.context().newPage();
    await page.goto(link);
    await page.getByRole("heading", { name: "Birds" }).waitFor();
    const pictures = page.locator(".stickers img:not(.moving)");
    assert.equal(await pictures.count(), PICTURES.length);
    assert.ok(await pictures.first().evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
    for (const width of [230, 600, 1200]) {
        await page.setViewportSize({ width, height: 600 });
        for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(await violations(page.mainFrame()), [], `${width} ${colorScheme}`);
            await picture(page, `pack-page-${width}-${colorScheme}`);
        }
    }
    await page.close();
}

test("packs are looked for among many, by what a sticker shows too, and the next page is below", async () => {
    const titles = ["Café au lait", "Gâteau", "Éclair", "Tarte", "Crêpe"];
    for (const [index, title] of titles.entries()) importPack(`sweet${index}`, title, [STILL]);
    await enter(...STICKERS);
    const field = element.manager.getByRole("searchbox", { name: english("packs_search") });
    await field.waitFor();
    await found("Birds", "Boats", ...titles);
    await field.fill("cafe");
    await found("Café au lait");
    await element.manager.getByText(english("packs_found.one", "1")).waitFor();
    assert.deepEqual(await element.violations(), []);
    await element.picture("manager-packs-found");
    await element.button(english("pack_add", "Café au lait")).click();
    const [starter] = await rows();
    await order(starter, "Café au lait");
    await found();
    await field.fill("thumbs");
    await found("Birds", "Boats", ...titles.slice(1));
    await field.fill("thumbs gat");
    await found("Gâteau");
    await field.fill("nothing like it");
    await found();
    await element.manager.getByText(english("packs_found.other", "0")).waitFor();
    await field.fill("");
    await found("Birds", "Boats", ...titles.slice(1));
    await element.manager.getByText(english("packs_filters"), { exact: true }).click();
    await element.manager.getByRole("switch", { name: english("packs_moving") }).check();
    await found("Birds", "Boats");

    // What cannot be reached is said; what was typed stays.
    await element.manager.getByRole("switch", { name: english("packs_moving") }).uncheck();
    await found("Birds", "Boats", ...titles.slice(1));
    const fails = (route) => route.abort();
    await element.page.route("**/api/v1/packs?*", fails);
    await field.fill("boats");
    await element.manager.getByText(english("unreachable_title")).waitFor();
    await element.page.unroute("**/api/v1/packs?*", fails);
    assert.equal(await field.inputValue(), "boats");
    await field.fill("boat");
    await found("Boats");
});

test("packs are chosen by what they are about, their language, their licence and who they are for", async () => {
    importPack("pie0", "Apple pie", [STILL], "CC0-1.0");
    importPack("pie1", "Bierkuchen", [STILL]);
    importPack("pie2", "Cherry pie", [STILL], "CC-BY-NC-4.0");
    packsCommand("describe", "pie0", "--tag", "dessert");
    packsCommand("describe", "pie1", "--tag", "dessert", "--tag", "drinks", "--language", "de", "--rating", "mature");
    packsCommand("describe", "pie2", "--tag", "fruit", "--language", "en");
    await enter(...STICKERS);
    await element.manager.getByText(english("packs_filters"), { exact: true }).click();
    const field = (label) => element.manager.getByRole("combobox", { name: english(label) });
    await field("filter_tag").selectOption("dessert");
    await found("Apple pie", "Bierkuchen");
    assert.deepEqual(await element.violations(), []);
    await element.picture("manager-packs-filtered");
    const german = field("filter_language").locator("option[value=de]");
    // The pack that everybody has speaks German too.
    assert.equal(await german.textContent(), "German (2)");
    await field("filter_language").selectOption("de");
    await found("Bierkuchen");
    await element.manager.getByRole("switch", { name: english("filter_everyone") }).check();
    await found();
    await field("filter_language").selectOption("");
    await found("Apple pie");
    await field("filter_tag").selectOption("");
    await field("filter_licence").selectOption("restricted");
    await found("Cherry pie");
    await element.button(english("pack_look", "Cherry pie")).click();
    const dialog = element.manager.getByRole("dialog", { name: "Cherry pie" });
    await dialog.getByText("fruit", { exact: true }).waitFor();
    await dialog.getByText(english("pack_terms")).click();
    await dialog.getByText(english("terms_no_sell")).waitFor();
    await dialog.getByText(english("terms_credit")).waitFor();
    assert.deepEqual(await element.violations(), []);
    await element.picture("manager-pack-terms");
    await element.page.keyboard.press("Escape");
    await field("filter_licence").selectOption("");
    await field("filter_sort").selectOption("title");
    const first = element.manager.locator("section", { hasText: english("packs_others") }).last().locator("h3").first();
    await until("the first by title", async () => (await first.textContent()) === "Apple pie", 10);
    for (const id of ["pie0", "pie1", "pie2"]) packsCommand("delete", id, "--yes");
});

test("a pack that is reported and taken down is gone, and the log says why", async () => {
    importPack("stolen", "Stolen goods");
    await enter(...STICKERS);
    await element.button(english("pack_add", "Stolen goods")).click();
    const [starter] = await rows();
    await order(starter, "Stolen goods");
    await element.button(english("pack_look", "Stolen goods")).click();
    const dialog = element.manager.getByRole("dialog", { name: "Stolen goods" });
    await dialog.getByRole("button", { name: english("report") }).click();
    await dialog.getByRole("combobox", { name: english("report_reason") }).selectOption("other");
    await dialog.getByRole("button", { name: english("report_send") }).click();
    await dialog.getByText(english("report_wordless")).waitFor();
    await dialog.getByRole("textbox", { name: english("report_details") }).fill("I drew them.");
    assert.deepEqual(await element.violations(), []);
    await element.picture("manager-pack-report");
    await dialog.getByRole("button", { name: english("report_send") }).click();
    await dialog.waitFor({ state: "hidden" });
    await element.manager.getByText(english("report_sent")).waitFor();

    const mine = await tessera.signIn(await synapse.openId(user));
    const refused = await tessera.get("/api/v1/moderation/queue", mine);
    assert.equal(refused.status, 403);
    const token = await tessera.signIn(await synapse.openId(operator));
    const { waiting } = await (await tessera.get("/api/v1/moderation/queue", token)).json();
    const [{ pack, reports }] = waiting.filter(({ pack }) => pack.id === "stolen");
    assert.equal(pack.titles[0].text, "Stolen goods");
    assert.deepEqual(reports.map(({ reason, details, user_id }) => [reason, details, user_id]),
        [["other", "I drew them.", user.userId]]);
    packsCommand("takedown", "stolen", "--reason", "The artist asked");
    assert.match(packsCommand("log"), /stolen +published → taken down.*The artist asked/);

    await element.close();
    await element.open(...STICKERS);
    await order(starter);
    assert.ok(!(await element.manager.getByText("Stolen goods").count()));
    const library = await (await tessera.get("/api/v1/library", mine)).text();
    assert.ok(!library.includes("Stolen goods"));
});

test("a long catalogue comes in pages", async () => {
    await enter(...STICKERS);
    const pack = (n) => ({ id: `p${n}`, titles: [{ language: "en", text: `Pack ${n}` }], licence: "CC0-1.0", sticker_count: 1, covers: [], own: false });
    await element.page.route("**/api/v1/packs?shelf=available*", (route) => {
        const from = Number(new URL(route.request().url()).searchParams.get("from"));
        const packs = Array.from({ length: 100 }, (_, index) => pack(from + index));
        return route.fulfill({ json: { packs, total: 10_000, ...(from < 9_900 && { next: from + 100 }) } });
    });
    await element.close();
    await element.open(...STICKERS);
    const others = element.manager.locator(".pack-row:not([draggable])");
    await until("a page", async () => (await others.count()) === 100, 10);
    await element.button(english("packs_more")).click();
    await until("two pages", async () => (await others.count()) === 200, 10);
    assert.equal(await others.last().locator("h3").textContent(), "Pack 199");
});

// Stock Firefox driven from outside begins to drag and never drops, so there the events are ours.
async function drag(from, to) {
    if (browserName === "chromium") return from.dragTo(to);
    const dataTransfer = await element.frame().evaluateHandle(() => new DataTransfer());
    await from.dispatchEvent("dragstart", { dataTransfer });
    for (const type of ["dragover", "drop"]) await to.dispatchEvent(type, { dataTransfer });
}

test("packs are moved by dragging", async () => {
    await enter(...STICKERS);
    const [starter] = await until("a pack", async () => ((await rows()).length === 1) && rows(), 20);
    await element.button(english("pack_add", "Birds")).click();
    await order(starter, "Birds");
    const row = (title) => element.manager.locator(".pack-row", { hasText: title }).locator("h3");
    await drag(row("Birds"), row(starter));
    await order("Birds", starter);
});

test("an open picker shows a pack as soon as it is added", async () => {
    await enter(...STICKERS);
    const token = await tessera.signIn(await synapse.openId(user));
    await tessera.library(token, 1);
    await element.page.evaluate(
        ([origin, token]) => {
            const frame = document.createElement("iframe");
            frame.id = "picker";
            frame.style = "width:300px;height:283px";
            const own = encodeURIComponent(location.href);
            const query = `widgetId=w&parentUrl=${own}&scalar_token=${encodeURIComponent(token)}`;
            frame.src = `${origin}/picker/?${query}#/?theme=light&lang=en`;
            document.body.append(frame);
        },
        [tessera.origin, token],
    );
    const picker = element.page.frameLocator("#picker");
    await picker.getByRole("option").first().waitFor();
    const birds = picker.getByText("Birds").first();
    assert.equal(await birds.count(), 0);
    await element.button(english("pack_add", "Birds")).click();
    await birds.waitFor({ state: "attached" });
});

test("the manager stays in the account, and leaving takes away everything that it wrote", async () => {
    await enter(...ACCOUNT, accountEntry("kept", "m.custom", "https://example.org/"));
    assert.equal(await element.page.evaluate(() => window.element.managersKind()), "config");
    await element.button(english("account_keep_action")).click();
    const kept = await account((all) => all.some(({ content }) => content.type === "m.integration_manager"));
    const [entry] = Object.values(kept).filter(({ content }) => content.type === "m.integration_manager");
    assert.equal(entry.content.url, tessera.origin);
    assert.equal(entry.content.data.api_url, `${tessera.origin}/api`);
    await element.manager.getByText(english("account_set")).first().waitFor();
    await until("Element uses the account's", () =>
        element.page.evaluate(() => window.element.managersKind() === "account"), 10);
    await element.close();

    // Opened at the account's addresses.
    await element.open(...STICKERS);
    await element.button(english("picker_set_up")).click();
    await element.manager.getByText(english("picker_ours")).waitFor();
    await element.close();
    await element.open(...ACCOUNT);
    await element.button(english("disconnect")).click();
    const left = await account((all) => all.every(({ content }) => !content.url.startsWith(tessera.origin)));
    assert.deepEqual(Object.keys(left), ["kept"]);
    await element.manager.getByText(english("disconnected")).waitFor();
    assert.equal(await element.page.evaluate(() => window.element.managersKind()), "config");
});
