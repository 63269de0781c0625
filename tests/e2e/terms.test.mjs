// The operator's terms: in Element's own dialog, in the manager, and in the picker, which clients
// show no dialog for. Over a real Synapse.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { Stage, picture, texts, violations } from "./support/client.mjs";
import { ElementStage, ROOM, managerTexts } from "./support/element.mjs";
import { temporaryFolder } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const [english, manager] = [texts("en"), managerTexts("en")];
const FIRST = `# Privacy

We keep your Matrix ID and the packs you choose. Logs are kept for 30 days.

## Your rights

- You may see what is stored.
- You may have it erased.
`;
const SECOND = FIRST.replace("30 days", "7 days").replace("- You may have", "- You may correct it.\n- You may have");

let synapse, tessera, folder, stage, elements, client, element, user, count = 0;

before(async () => {
    folder = temporaryFolder("terms");
    write("privacy/1/en.md", FIRST);
    write("privacy/1/ar.md", "# الخصوصية\n\nنحتفظ بمعرّفك.\n");
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    tessera = await Tessera.start({ synapse, bot, settings: () => ({ terms: folder }) });
    const someone = await tessera.signIn(await synapse.openId(await synapse.register("someone")));
    await tessera.acceptTerms(someone);
    await tessera.library(someone, 1);
    [stage, elements] = [await Stage.open(), await ElementStage.open()];
});
after(async () => {
    await stage?.close();
    await elements?.close();
    await tessera?.stop();
    await synapse?.stop();
});
afterEach(async () => {
    const errors = [...(client?.errors ?? []), ...(element?.errors ?? [])];
    await client?.page.context().close();
    await element?.leave();
    client = element = undefined;
    assert.deepEqual(errors, [], "the page threw");
});

function write(path, text) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
}

async function newcomer() {
    user = await synapse.register(`user${(count += 1)}`);
}

async function openPicker() {
    client = await stage.client({ openId: () => synapse.openId(user) });
    await client.open({ origin: tessera.origin });
}

/** Element, whose user accepts what it shows, or cancels. */
async function openElement({ accepts, face = "home", ...how }) {
    const roomId = await synapse.createRoom(user, "Town hall", ROOM);
    element = await elements.element({ synapse, tessera, user, roomId });
    await element.page.evaluate((accepts) => {
        const urls = (pairs) =>
            pairs.flatMap(({ policies }) => Object.values(policies).map((policy) => policy.en.url));
        window.element.shown = [];
        window.element.surroundings.onTerms = (pairs) => {
            window.element.shown.push(...urls(pairs));
            return accepts ? urls(pairs) : undefined;
        };
    }, accepts);
    await element.open(face, how);
}

test("the picker asks by itself, and shows stickers as soon as the terms are accepted", async () => {
    await newcomer();
    await openPicker();
    await client.screen(english.terms_title).waitFor();
    assert.equal(await client.stickers.count(), 0, "nothing is shown before");
    assert.deepEqual(await violations(client.frame()), []);
    await client.screenshot("terms-picker");
    await client.picker.getByRole("button", { name: english.terms_action }).click();
    const dialog = client.picker.getByRole("dialog", { name: "Read and accept" });
    const link = dialog.getByRole("link", { name: "Privacy" });
    await link.waitFor();
    assert.deepEqual(await violations(client.frame()), []);
    await client.screenshot("terms-picker-dialog");
    assert.equal(await link.getAttribute("href"), `${tessera.origin}/terms/privacy/1/en`);

    // What is in the way is said, and nothing is lost.
    const fails = (route) => route.abort();
    await client.page.route("**/api/v1/terms*", fails);
    await dialog.getByRole("button", { name: "Accept" }).click();
    await dialog.getByText("The server did not answer.").waitFor();
    await client.page.unroute("**/api/v1/terms*", fails);
    await dialog.getByRole("button", { name: "Accept" }).click();
    await client.ready();
    await client.open({ origin: tessera.origin });
    await client.ready();
});

test("the picker's dialog can be left, and waits", async () => {
    await newcomer();
    await openPicker();
    await client.picker.getByRole("button", { name: english.terms_action }).click();
    await client.picker.getByRole("button", { name: "Not now" }).click();
    await client.screen(english.terms_title).waitFor();
    assert.equal(await client.picker.getByRole("dialog").count(), 0);
});

test("Element asks in its own dialog, and the manager opens", async () => {
    await newcomer();
    await openElement({ accepts: true });
    const shown = await element.page.evaluate(() => window.element.shown);
    assert.deepEqual(shown, [`${tessera.origin}/terms/privacy/1/en`]);
    assert.equal(await element.page.evaluate(() => window.element.dialogs().includes("terms")), true);
});

test("a user takes their consent back and gives it again in the manager itself", async () => {
    await newcomer();
    await openElement({ accepts: true, face: "account", screen: "account" });
    await element.manager.getByText("Version 1 · accepted on").waitFor();
    assert.deepEqual(await element.violations(), []);
    await element.picture("terms-account");
    await element.button(manager("terms_withdraw")).click();
    await element.shows("terms");
    await element.manager.getByRole("heading", { name: "Privacy", exact: true }).waitFor();
    const token = await tessera.signIn(await synapse.openId(user));
    const library = await tessera.get("/api/v1/library", token);
    assert.equal((await library.json()).errcode, "M_TERMS_NOT_SIGNED");
    assert.deepEqual(await element.violations(), []);
    await element.picture("terms-manager");

    // Element remembers that this was accepted, and says so again without asking; that is not enough.
    await element.close();
    await element.page.evaluate(() => void (window.element.shown = []));
    const sent = element.page.waitForResponse(
        (answer) => answer.url().endsWith("/_matrix/integrations/v1/terms") && answer.request().method() === "POST",
    );
    await element.open("terms", { screen: "account" });
    assert.equal((await sent).status(), 200);
    assert.deepEqual(await element.page.evaluate(() => window.element.shown), []);
    await element.button(manager("terms_accept")).click();
    await element.shows("account");
});

test("a new version asks again, in the picker too, and its page says what changed", async () => {
    await newcomer();
    await openPicker();
    await client.picker.getByRole("button", { name: english.terms_action }).click();
    await client.picker.getByRole("button", { name: "Accept" }).click();
    await client.ready();
    write("privacy/2/en.md", SECOND);
    await tessera.stop();
    await tessera.start();
    await client.open({ origin: tessera.origin });
    await client.picker.getByRole("button", { name: english.terms_action }).click();
    const changes = client.picker.getByRole("link", { name: "What changed" });
    await changes.waitFor();
    const [page] = await Promise.all([client.page.context().waitForEvent("page"), changes.click()]);
    await page.getByRole("heading", { name: "Privacy", level: 1 }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/terms/privacy/2/en/changes/1");
    assert.deepEqual(await page.locator("del").allTextContents(), ["Removed: 30"]);
    for (const [width, scheme] of [[320, "light"], [1000, "dark"]]) {
        await page.setViewportSize({ width, height: 700 });
        await page.emulateMedia({ colorScheme: scheme });
        assert.deepEqual(await violations(page.mainFrame()), [], `${width} ${scheme}`);
        await picture(page, `terms-changes-${width}-${scheme}`);
    }
    await page.getByRole("link", { name: "The whole text" }).click();
    await page.getByText("You may correct it.").waitFor();
    assert.deepEqual(await violations(page.mainFrame()), []);
    await picture(page, "terms-page");
    await page.close();
    await client.picker.getByRole("button", { name: "Accept" }).click();
    await client.ready();

    // Whoever accepted the first version in Element is asked by it again.
    await openElement({ accepts: true });
    const arabic = await fetch(`${tessera.url}/terms/privacy/1/ar`);
    assert.ok((await arabic.text()).includes('dir="rtl"'), "an old version stays where it was");
});
