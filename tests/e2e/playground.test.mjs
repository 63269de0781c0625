// The playground as a newcomer sees it.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Stage, picture, texts, violations } from "./support/client.mjs";
import { managerTexts } from "./support/element.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("en");
const managers = managerTexts("en");
const VIDEO = "https://www.youtube.com/watch?v=aqz-KE-bpKQ";
let tessera, stage, context, page, picker;

before(async () => {
    tessera = await Tessera.start();
    stage = await Stage.open();
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
});
afterEach(() => context?.close());

async function opened() {
    context = await stage.context({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    await page.goto(`${tessera.url}/playground`);
    picker = page.frameLocator("#frame iframe");
}

test("a sticker is chosen, sent and seen", async () => {
    await opened();
    await picker.getByRole("option").first().waitFor();
    await picture(page, "playground-light");
    await picker.getByRole("option").first().click();
    const image = page.locator("#timeline img").first();
    await image.waitFor();
    await page.waitForFunction(() => document.querySelector("#timeline img").naturalWidth > 0);
    assert.ok((await image.getAttribute("alt")).length > 0);
    await page.locator("#popup").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Sticker" }).click();
    await picker.getByRole("option").first().waitFor();
});

test("the log shows every message and no secret", async () => {
    await opened();
    await picker.getByRole("option").first().waitFor();
    const log = await page.locator("#log-list").innerText();
    for (const action of ["capabilities", "notify_capabilities", "theme_change", "get_openid"]) {
        assert.ok(log.includes(action), `${action} is not in the log`);
    }
    const all = await page.locator("#log-list").evaluate((list) => list.textContent);
    assert.ok(!all.includes("playground-demo"), "a token is in the log");
    await page.getByLabel("Filter messages").fill("get_openid");
    assert.ok((await page.locator("#log-list .message:visible").count()) >= 1);
    assert.equal(await page.locator("#log-list .message:visible", { hasText: "theme_change" }).count(), 0);
});

test("theme, language, size and failures can be tried", async () => {
    await opened();
    await picker.getByRole("option").first().waitFor();
    assert.deepEqual(await violations(page.mainFrame()), [], "light");
    await page.getByText("Dark", { exact: true }).click();
    await picker.locator('html[data-theme^="dark"]').waitFor();
    await picture(page, "playground-dark");
    assert.deepEqual(await violations(page.mainFrame()), [], "dark");
    await page.getByLabel("Language").selectOption("de");
    await picker.getByRole("combobox", { name: texts("de").search_label }).waitFor();
    await page.getByLabel("Language").selectOption("en");
    await page.getByLabel("Size").selectOption("narrow");
    assert.equal((await page.locator("#frame iframe").boundingBox()).width, 230);
    await page.getByLabel("Size").selectOption("popup");
    const box = await page.locator("#frame iframe").boundingBox();
    assert.deepEqual([box.width, box.height], [300, 283]);

    // The session is kept, so what the host says matters only once it has ended.
    await page.getByLabel("Deny").check();
    await page.getByRole("button", { name: "End the picker's sessions" }).click();
    await page.getByText("were ended").waitFor();
    await page.getByRole("button", { name: "Reload the picker" }).click();
    await picker.getByRole("heading", { name: english.blocked_title }).waitFor();
    await page.getByLabel("Ask me first").check();
    await picker.getByRole("button", { name: english.retry }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await picker.getByRole("option").first().waitFor();
});

test("a widget is added to the demo room by the manager, loads there, and is edited and removed", async () => {
    await opened();
    const manager = page.frameLocator("#manager-frame iframe");
    await page.getByRole("button", { name: "Add extensions" }).click();
    await manager.getByRole("heading", { name: "Minutes" }).waitFor();
    await picture(page, "playground-manager-light");
    assert.deepEqual(await violations(page.mainFrame()), [], "dialog");
    const address = page.frames().find((frame) => frame.parentFrame() && !frame.url().includes("picker"));
    assert.ok(!address.url().includes("scalar_token"), address.url());

    await manager.getByRole("button", { name: managers("add"), exact: true }).click();
    await manager.getByLabel(managers("catalogue_search"), { exact: true }).fill(VIDEO);
    await manager.getByRole("button", { name: managers("pasted_action") }).click();
    await manager.getByRole("button", { name: managers("add_action"), exact: true }).click();
    const insist = manager.getByRole("button", { name: managers("frame_insist"), exact: true });
    const added = manager.getByText(managers("added", "YouTube"));
    await added.or(insist).first().waitFor();
    if (await insist.isVisible()) await insist.click();
    await added.waitFor();
    await page.getByRole("button", { name: "Close the manager" }).click();

    const list = page.getByRole("complementary", { name: "Widgets in this room" });
    await list.getByRole("button", { name: "YouTube", exact: true }).click();
    const widget = page.frameLocator("#widget-frame iframe");
    await widget.getByRole("button", { name: "Show" }).waitFor();
    await picture(page, "playground-widget-light");
    assert.deepEqual(await violations(page.mainFrame()), [], "widget");

    await list.getByRole("button", { name: "Edit YouTube" }).click();
    await manager.getByRole("heading", { name: managers("edit_title", "YouTube") }).waitFor();
    await manager.getByRole("button", { name: managers("cancel"), exact: true }).click();
    await manager.getByRole("button", { name: managers("remove", "YouTube") }).click();
    await manager.getByText(managers("removed", "YouTube")).waitFor();
    await page.getByRole("button", { name: "Close the manager" }).click();
    assert.equal(await list.getByRole("button", { name: "YouTube", exact: true }).count(), 0);
    assert.ok(await page.locator("#widget").isHidden());
});
