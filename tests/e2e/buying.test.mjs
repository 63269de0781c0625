// A pack is bought: from its price in the store to its sticker in a room, by Element's own code, a real
// Synapse, and a stand-in for Stripe Checkout that is held against Stripe's own library (tests/checkout).

import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startCheckout } from "../checkout/server.mjs";
import { browserName } from "./support/browser.mjs";
import { Stage } from "./support/client.mjs";
import { ElementStage, ROOM, managerTexts, texts } from "./support/element.mjs";
import { temporaryFolder, until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("purchases-locale", "en");
const shared = managerTexts("en");
const PICTURE = fileURLToPath(new URL("../../assets/starter-pack/01-hello.webp", import.meta.url));
const SIZES = { 230: 480, 600: 560, 1200: 800 };
const KEY = "sk_test_stand_in_of_the_tests";
const SECRET = "whsec_stand_in_of_the_tests";
const STICKERS = ["stickers", { screen: "type_m.stickerpicker" }];

let synapse, tessera, checkout, stage, pickers, element, picker, user, roomId, count = 0;

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    checkout = await startCheckout({ secretKey: KEY, secrets: [SECRET] });
    const sales = {
        seller_name: "Ann's Stickers",
        seller_address: "1 Road\nTown",
        seller_contact: "ann@stickers.example",
        terms_url: "https://stickers.example/terms",
        stripe: { secret_key: KEY, webhook_secrets: [SECRET], api_url: checkout.url },
    };
    tessera = await Tessera.start({ synapse, bot, settings: () => ({ sales }) });
    checkout.setWebhook({ url: `${tessera.url}/webhooks/stripe` });
    for (const [id, title] of [["cats", "Cats"], ["dogs", "Dogs"]]) {
        const folder = join(temporaryFolder("pack"), id);
        mkdirSync(folder);
        copyFileSync(PICTURE, join(folder, "hello.webp"));
        await run("packs", "import", folder, "--id", id, "--title", title);
        await run("sales", "price", id, "299", "EUR");
    }
    stage = await ElementStage.open();
    pickers = await Stage.open();
});
after(async () => {
    await pickers?.close();
    await stage?.close();
    await tessera?.stop();
    await checkout?.close();
    await synapse?.stop();
});
afterEach(async () => {
    const errors = [...(element?.errors ?? []), ...(picker?.errors ?? [])];
    await element?.leave();
    await picker?.close();
    element = picker = undefined;
    assert.deepEqual(errors, [], "the page threw");
});

/** A command of the operator's. */
async function run(...args) {
    const { code, stdout, stderr } = await tessera.run(...args);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
    return stdout;
}

/** Element of a new user, with their stickers on the screen. */
async function enter(how) {
    user = await synapse.register(`user${(count += 1)}`);
    roomId = await synapse.createRoom(user, "Town hall", ROOM);
    await open(how);
}

async function open(how) {
    element = await stage.element({ synapse, tessera, user, roomId }, how);
    await element.open(...STICKERS);
}

/** The offer of the Cats, as a buyer comes to it. */
async function offer() {
    const row = element.manager.locator("li.row", { has: element.manager.getByRole("heading", { name: "Cats" }) });
    await row.getByRole("link", { name: `${shared("buy", "Cats")}: €2.99` }).click();
    await element.manager.getByRole("heading", { name: english("purchases_title") }).waitFor();
    await buyButton().waitFor();
}

const buyButton = () => element.button(english("buy_press", "€2.99"));
const ticks = () => element.manager.locator(".tick input");
const banner = (key) => element.manager.locator(".banner", { hasText: english(key) });
const orders = () => element.manager.locator("#orders li.row");

async function agree() {
    for (const tick of await ticks().all()) await tick.check();
}

/** Buys as far as the checkout. @returns its page */
async function toCheckout() {
    await agree();
    const opened = element.page.waitForEvent("popup");
    await buyButton().click();
    const page = await opened;
    await page.getByRole("heading", { name: "Checkout" }).waitFor();
    return page;
}

async function token(who = user) {
    return tessera.signIn(await synapse.openId(who));
}

const library = async (who) => {
    const answer = await tessera.get("/api/v1/packs?shelf=enabled", await token(who));
    return (await answer.json()).packs.map(({ id }) => id);
};

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

test("a pack is bought, paid in a page of its own, and its sticker is sent in the room", async () => {
    await enter();
    await offer();
    assert.equal(await ticks().count(), 2);
    for (const tick of await ticks().all()) assert.equal(await tick.isChecked(), false, "nothing is agreed for them");
    await looksGood("buy");
    await buyButton().click();
    await element.manager.getByRole("alert").getByText(english("buy_unticked")).waitFor();
    assert.deepEqual(Object.keys(checkout.totals()), [], "nothing was ordered");

    const page = await toCheckout();
    assert.match(await page.locator("[data-message]").textContent(), /lose my right of withdrawal/);
    assert.equal(await page.locator("[data-total]").textContent(), "€2.99");
    await banner("wait_title").waitFor();
    await looksGood("buy-waiting");
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await page.waitForURL(`${tessera.origin}/purchase/done?**`);
    await page.getByRole("status").getByText("Paid.").waitFor();
    await page.close();
    await banner("done_title").waitFor();
    await orders().getByText(english("state_fulfilled")).waitFor();
    await looksGood("buy-done");
    const told = JSON.stringify([checkout.requests(), checkout.events()]);
    assert.ok(!told.includes(user.userId) && !told.includes(synapse.name), "Stripe learns no Matrix ID");

    // What is saved is a blob of the page; Firefox tells no test of downloads.
    await element.frame().evaluate(() => {
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
            window.saved = blob;
            return create(blob);
        };
    });
    const download = browserName === "firefox" ? undefined : element.page.waitForEvent("download");
    await orders().getByRole("button", { name: english("order_receipt") }).click();
    await until("the receipt is fetched", () => element.frame().evaluate(() => window.saved !== undefined));
    const receipt = await element.frame().evaluate(() => window.saved.text());
    if (download) assert.equal(readFileSync(await (await download).path(), "utf8"), receipt);
    for (const text of ["EUR 2.99", "Ann&#x27;s Stickers", "Cats", "right of withdrawal"]) {
        assert.ok(receipt.includes(text) || receipt.includes(text.replace("&#x27;", "'")), `${text}: ${receipt}`);
    }

    assert.ok((await library()).includes("cats"));
    picker = await pickers.client({
        openId: () => synapse.openId(user),
        send: (type, content) => synapse.send(user, roomId, type, content),
    });
    await picker.open({ origin: tessera.origin });
    await picker.ready();
    const cats = await tessera.library(await token(), 1);
    const own = cats.find(({ id }) => id === "cats");
    // Stickers are drawn when their pack comes into view.
    const bought = picker.frame().locator(`#stickers > [data-pack="cats"]`);
    await bought.scrollIntoViewIfNeeded();
    await bought.locator(`[data-index="0"]`).click();
    const events = await until("the sticker is in the room", async () => {
        const found = await synapse.events(user, roomId, "m.sticker");
        return found.length > 0 && found;
    });
    assert.equal(events[0].content.url, own.urls.split("\n")[0]);
});

test("without a window there is a link, and whoever comes back tomorrow goes on", async () => {
    await enter();
    await offer();
    await element.frame().evaluate(() => (window.open = () => null));
    await agree();
    await buyButton().click();
    await banner("wait_title").waitFor();
    const link = banner("wait_title").getByRole("link", { name: english("wait_open") });
    assert.match(await link.getAttribute("href"), /\/c\/pay\/cs_/);
    await element.leave();

    await open();
    await offer();
    const pay = orders().getByRole("link", { name: english("order_pay") });
    const [session] = (await pay.getAttribute("href")).split("/").slice(-1);
    checkout.pay({ session });
    await element.leave();
    await open();
    await element.manager.getByRole("link", { name: shared("purchases") }).click();
    await orders().getByText(english("state_fulfilled")).waitFor();
    assert.ok((await library()).includes("cats"));
});

test("a slow payment, one that is refused and one that nobody makes are told apart", async () => {
    await enter();
    await offer();
    const page = await toCheckout();
    await page.getByRole("button", { name: "Pay with a card that is declined" }).click();
    await page.getByRole("alert").getByText("declined").waitFor();
    await page.getByRole("button", { name: "Pay with a delayed method" }).click();
    await page.getByRole("status").getByText("is being checked").waitFor();
    await banner("wait_title").waitFor();
    const [order] = Object.keys(checkout.totals()).slice(-1);
    checkout.asyncFail({ order });
    await banner("failed_title").waitFor();
    await page.getByRole("status").getByText("did not succeed").waitFor();
    await page.close();
    await looksGood("buy-failed");

    await banner("failed_title").getByRole("button").click();
    await buyButton().waitFor();
    const again = await toCheckout();
    await again.getByRole("button", { name: "Cancel and go back" }).click();
    await again.getByRole("status").getByText("without paying").waitFor();
    await again.close();
    await banner("wait_title").getByRole("button", { name: english("wait_cancel") }).click();
    await banner("failed_title").waitFor();
    await orders().getByText(english("state_ended")).waitFor();
    assert.ok(!(await library()).includes("cats"));
});

test("a gift goes by a code to somebody else, and a refund takes it back", async () => {
    await enter();
    await offer();
    await element.manager.getByRole("checkbox", { name: english("gift_switch") }).or(
        element.manager.getByRole("switch", { name: english("gift_switch") })).check({ force: true });
    const page = await toCheckout();
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await banner("done_gift_title").waitFor();
    const code = await banner("done_gift_title").locator("code").textContent();
    await looksGood("buy-gift");
    await page.close();
    await element.leave();

    await enter();
    await element.manager.getByRole("link", { name: shared("purchases") }).click();
    const field = element.manager.getByRole("textbox", { name: english("code_label") });
    await element.button(english("code_press")).click();
    await element.manager.getByText(english("code_empty")).waitFor();
    await field.fill("0000 0000 0000 0000");
    await element.button(english("code_press")).click();
    await element.manager.locator("#code").getByRole("alert").waitFor();
    await field.fill(code.toLowerCase().replaceAll("-", " "));
    await field.press("Enter");
    await element.button(english("code_press")).click();
    await element.manager.getByText(english("code_done", "Cats")).first().waitFor();
    assert.ok((await library()).includes("cats"));

    const [order] = Object.keys(checkout.totals()).slice(-1);
    assert.match(await run("sales", "refund", order, "they asked"), /refunded/);
    assert.ok(!(await library()).includes("cats"));
    assert.equal(checkout.totals()[order].amountRefunded, 299);
});

test("a voucher and a gift by name, by keyboard alone, in Arabic", async () => {
    const arabic = texts("purchases-locale", "ar");
    const code = (await run("sales", "vouchers", "cats")).trim();
    await enter({ locale: "ar" });
    await run("sales", "grant", user.userId, "dogs", "bank transfer 7", "--paid");
    await element.manager.getByRole("link", { name: managerTexts("ar")("purchases") }).press("Enter");
    const field = element.manager.getByRole("textbox", { name: arabic("code_label") });
    await field.focus();
    await element.page.keyboard.type(code);
    await element.page.keyboard.press("Tab");
    await element.page.keyboard.press("Enter");
    await element.manager.getByText(arabic("code_done", "Cats")).first().waitFor();
    await until("both are listed", async () => (await orders().count()) === 2);
    assert.equal(await element.frame().evaluate(() => document.documentElement.dir), "rtl");
    await looksGood("purchases-right-to-left");
    assert.deepEqual((await library()).filter((id) => ["cats", "dogs"].includes(id)).sort(), ["cats", "dogs"]);
});

test("a provider or a server that is down is said, and nothing is lost", async () => {
    await enter();
    await offer();
    await agree();
    checkout.failNext({ count: 3, status: 500 });
    await buyButton().click();
    await element.manager.locator("#buy").getByRole("alert").waitFor();
    checkout.stopFailing();
    const page = await toCheckout();
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await banner("done_title").waitFor();
    await page.close();
    await element.page.route("**/api/v1/orders", (route) => route.abort());
    await element.frame().evaluate(() => location.reload());
    const retry = element.manager.locator("#orders").getByRole("button", { name: shared("retry") });
    await retry.waitFor();
    await element.page.unroute("**/api/v1/orders");
    await retry.click();
    await orders().first().waitFor();
});
