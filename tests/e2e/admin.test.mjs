// The operators' page: what users report, what an operator decides about it, and what is kept of that.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ElementStage, ROOM, managerTexts, texts } from "./support/element.mjs";
import { temporaryFolder, until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("admin-locale", "en");
const shared = managerTexts("en");
const PICTURE = fileURLToPath(new URL("../../assets/starter-pack/01-hello.webp", import.meta.url));
const SIZES = { 230: 480, 600: 500, 1200: 700 };

let synapse, tessera, stage, element, operator, user, roomOf = {};

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    operator = await synapse.register("operator");
    user = await synapse.register("user");
    tessera = await Tessera.start({ synapse, bot, settings: () => ({ operators: [operator.userId] }) });
    for (const [id, title] of [["stolen", "Stolen goods"], ["zebras", "Zebras"]]) importPack(id, title);
    for (const who of [operator, user]) roomOf[who.userId] = await synapse.createRoom(who, "Town hall", ROOM);
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

function importPack(id, title) {
    const folder = join(temporaryFolder("pack"), id);
    mkdirSync(folder);
    copyFileSync(PICTURE, join(folder, "hello.webp"));
    const { program, env } = tessera.server;
    const args = ["packs", "--config", tessera.config, "import", folder, "--id", id, "--title", title];
    execFileSync(program, args, { env, stdio: "pipe" });
}

async function report(id, details) {
    const token = await tessera.signIn(await synapse.openId(user));
    const answer = await fetch(`${tessera.url}/api/v1/packs/${id}/reports`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ reason: "copyright", details }),
    });
    assert.equal(answer.status, 204);
}

/** Element of this person, with the manager open. */
async function open(who, how) {
    const roomId = roomOf[who.userId];
    element = await stage.element({ synapse, tessera, user: who, roomId }, how);
    await element.open();
}

const row = (section, title) =>
    element.manager.locator(`#${section} li.row`, { has: element.manager.getByRole("heading", { name: title }) });
const titles = (section) => element.manager.locator(`#${section} li.row h3`).allTextContents();
const shows = (section, ...wanted) =>
    until(`${section} shows ${wanted}`, async () =>
        JSON.stringify(await titles(section)) === JSON.stringify(wanted), 10)
        .catch(async (error) => {
            throw new Error(`${error.message}; it shows ${await titles(section)}`);
        });

async function looksGood(name) {
    for (const [width, height] of Object.entries(SIZES)) {
        for (const theme of ["light", "dark", "light-hc", "dark-hc"]) {
            await element.dialog.evaluate((dialog, [width, height]) => {
                dialog.style.cssText = `inset: 0 auto auto 0; width: ${width}px; height: ${height}px`;
            }, [width, height]);
            await element.frame().evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
            assert.deepEqual(await element.violations(), [], `${name} ${width} ${theme}`);
            await element.picture(`${name}-${width}-${theme}`);
        }
    }
}

test("what is reported is looked at, taken down, appealed against and reinstated", async () => {
    await report("stolen", "I drew them.");
    await open(operator);
    await element.manager.getByRole("link", { name: shared("operators") }).click();
    await element.manager.getByRole("heading", { name: english("admin_title") }).waitFor();
    await shows("waiting", "Stolen goods");
    const waiting = row("waiting", "Stolen goods");
    for (const text of ["I drew them.", shared("reason_copyright"), user.userId]) {
        await waiting.getByText(text).waitFor();
    }
    await element.manager.getByText(english("decisions_none")).waitFor();
    await looksGood("admin");

    await waiting.getByRole("button").click();
    const dialog = element.manager.getByRole("dialog", { name: english("decide", "Stolen goods") });
    await dialog.locator("img").waitFor();
    const action = dialog.getByRole("combobox", { name: english("action") });
    const decide = dialog.getByRole("button", { name: english("decide_short"), exact: true });
    await decide.click();
    await dialog.getByRole("status").getByText(english("action_choose")).waitFor();
    await action.selectOption("take_down");
    await decide.click();
    await dialog.getByText(english("reason_missing")).waitFor();
    await looksGood("admin-decide");
    await dialog.getByRole("textbox", { name: english("reason") }).fill("The artist asked");
    await decide.click();
    await dialog.waitFor({ state: "hidden" });
    await element.manager.getByText(english("waiting_none")).waitFor();
    await shows("log", "Stolen goods");
    await shows("published", "Tess the tile", "Zebras");
    const token = await tessera.signIn(await synapse.openId(user));
    assert.equal((await tessera.get("/api/v1/packs/stolen", token)).status, 404);

    const entry = row("log", "Stolen goods");
    for (const text of ["The artist asked", operator.userId, `published → ${english("state_taken_down")}`]) {
        await entry.getByText(text).waitFor();
    }
    await entry.getByRole("button", { name: english("appeal") }).click();
    await entry.getByRole("textbox").fill("Bob: it was a mistake");
    await looksGood("admin-log");
    await entry.getByRole("button", { name: english("save") }).click();
    await entry.getByText(english("appeal_noted", "Bob: it was a mistake")).waitFor();

    await entry.getByRole("button", { name: english("decide", "Stolen goods") }).click();
    await dialog.locator("img").waitFor();
    await action.selectOption("reinstate");
    await decide.click();
    await dialog.waitFor({ state: "hidden" });
    await shows("log", "Stolen goods", "Stolen goods");
    await shows("published", "Tess the tile", "Stolen goods", "Zebras");
    assert.equal((await tessera.get("/api/v1/packs/stolen", token)).status, 200);
});

test("a published pack is found and hidden though nobody has reported it, by keyboard", async () => {
    await open(operator);
    await element.manager.getByRole("link", { name: shared("operators") }).press("Enter");
    const field = element.manager.getByRole("searchbox", { name: english("find_pack") });
    await field.fill("zeb");
    await shows("published", "Zebras");
    await row("published", "Zebras").getByRole("button", { name: english("decide", "Zebras") }).press("Enter");
    const dialog = element.manager.getByRole("dialog", { name: english("decide", "Zebras") });
    await dialog.locator("img").waitFor();
    await dialog.getByRole("combobox", { name: english("action") }).selectOption("withdraw");
    await dialog.getByRole("button", { name: english("decide_short"), exact: true }).press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await shows("published");
    await element.manager.getByText(english("found_none")).waitFor();
    await element.manager.getByRole("link", { name: english("to_manager") }).click();
    await element.manager.getByRole("link", { name: shared("operators") }).waitFor();
});

test("a pack gets a price, vouchers, an owner, and the owner's money goes back", async () => {
    importPack("quails", "Quails");
    await open(operator);
    await element.manager.getByRole("link", { name: shared("operators") }).click();
    await element.manager.getByText(english("sales_none")).waitFor();
    await element.manager.getByRole("searchbox", { name: english("find_pack") }).fill("quail");
    await shows("published", "Quails");
    const sell = row("published", "Quails").getByRole("button", { name: english("sell", "Quails") });
    await sell.click();
    const dialog = element.manager.getByRole("dialog", { name: english("sell", "Quails") });
    const set = dialog.getByRole("button", { name: english("price_set_it") });
    const amount = dialog.getByRole("textbox", { name: english("price_amount") });
    await amount.fill("2.99");
    await set.click();
    await dialog.getByText(english("price_wrong")).waitFor();
    await amount.fill("299");
    await dialog.getByText("€2.99").waitFor();
    await set.click();
    await dialog.waitFor({ state: "hidden" });
    await row("published", "Quails").getByRole("button", { name: `${english("sell", "Quails")}: €2.99` }).click();

    await dialog.getByRole("textbox", { name: english("voucher_count"), exact: true }).fill("2");
    await dialog.getByRole("button", { name: english("vouchers_make") }).click();
    await dialog.getByText(english("vouchers_once")).waitFor();
    const codes = (await dialog.locator("pre").textContent()).trim().split("\n");
    assert.equal(codes.length, 2);
    for (const code of codes) assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    await dialog.getByRole("textbox", { name: english("grant_user") }).fill(user.userId);
    const grant = dialog.getByRole("button", { name: english("grant"), exact: true });
    await grant.click();
    await dialog.getByText(english("grant_wrong")).waitFor();
    await dialog.getByRole("textbox", { name: english("grant_reference") }).fill("Transfer 7");
    await dialog.getByRole("switch", { name: english("grant_paid") }).check({ force: true });
    await looksGood("admin-sell");
    await grant.click();
    await until("they own it", async () => {
        const token = await tessera.signIn(await synapse.openId(user));
        const { pack } = await (await tessera.get("/api/v1/packs/quails", token)).json();
        return pack.owned;
    });
    await dialog.getByRole("button", { name: shared("close") }).click();
    const sale = row("sales", "Quails");
    for (const text of ["Transfer 7", user.userId]) await sale.getByText(text).waitFor();
    await sale.getByRole("button").click();
    const refund = element.manager.getByRole("dialog", { name: english("refund_of", "Quails") });
    await refund.getByRole("button", { name: english("refund"), exact: true }).click();
    await refund.getByText(english("reason_missing")).waitFor();
    await refund.getByRole("textbox", { name: english("reason") }).fill("Wrong person");
    await looksGood("admin-refund");
    await refund.getByRole("button", { name: english("refund"), exact: true }).click();
    await refund.waitFor({ state: "hidden" });
    await sale.getByText(english("order_state_refunded")).waitFor();
});

test("nobody else is led there, and whoever goes there sees nothing", async () => {
    await open(user);
    assert.equal(await element.manager.getByRole("link", { name: shared("operators") }).count(), 0);
    await element.frame().evaluate(() => location.assign("/admin"));
    await element.manager.getByText(english("not_operator_title")).waitFor();
    await element.manager.getByText(user.userId).waitFor();
    assert.equal(await element.manager.locator("#waiting, #log, #published").count(), 0);
    await looksGood("admin-nobody");
});

test("a server that is down is said, and tried again", async () => {
    await open(operator);
    await element.page.route("**/api/v1/moderation/**", (route) => route.abort());
    await element.manager.getByRole("link", { name: shared("operators") }).click();
    const again = element.manager.locator("#waiting").getByRole("button", { name: shared("retry") });
    await again.waitFor();
    await element.page.unroute("**/api/v1/moderation/**");
    await again.click();
    await element.manager.getByText(english("waiting_none")).waitFor();
});

test("in Arabic it runs from right to left", async () => {
    await open(operator, { locale: "ar" });
    await element.manager.getByRole("link", { name: managerTexts("ar")("operators") }).click();
    await element.manager.getByRole("heading", { name: texts("admin-locale", "ar")("admin_title") }).waitFor();
    await element.manager.locator("#published li.row").first().waitFor();
    assert.equal(await element.frame().evaluate(() => document.documentElement.dir), "rtl");
    await looksGood("admin-right-to-left");
});
