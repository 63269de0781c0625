// Users make packs of their own: pictures in, texts, for whom they are, and what an operator says to it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { browserName } from "./support/browser.mjs";
import { ElementStage, ROOM, managerTexts, texts } from "./support/element.mjs";
import { temporaryFolder, until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("making-locale", "en");
const shared = managerTexts("en");
const picture = (name) => fileURLToPath(new URL(`../../assets/starter-pack/${name}`, import.meta.url));
const PICTURES = [picture("01-hello.webp"), picture("02-thumbs-up.webp")];
const SIZES = { 230: 480, 600: 560, 1200: 800 };
const STICKERS = ["stickers", { screen: "type_m.stickerpicker" }];
const MINE = "/api/v1/packs/mine";

let synapse, tessera, stage, element, operator, user, count = 0;

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    operator = await synapse.register("operator");
    tessera = await Tessera.start({ synapse, bot, settings: () => ({ operators: [operator.userId] }) });
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

/** Element of a new user, with their packs on the screen. */
async function enter(how, said = english) {
    user = await synapse.register(`user${(count += 1)}`);
    const roomId = await synapse.createRoom(user, "Town hall", ROOM);
    element = await stage.element({ synapse, tessera, user, roomId }, how);
    await element.open(...STICKERS);
    const language = how?.locale ?? "en";
    await element.manager.getByRole("link", { name: managerTexts(language)("make_packs") }).click();
    await element.manager.getByRole("heading", { name: said("making_title") }).waitFor();
}

const token = async (who = user) => tessera.signIn(await synapse.openId(who));
const asked = async (path, who) => (await tessera.get(path, await token(who))).json();

async function send(method, path, body, who = user, headers = {}) {
    const answer = await fetch(tessera.url + path, {
        method,
        headers: { Authorization: `Bearer ${await token(who)}`, "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
}

/** Begins a pack and stays with it. @returns its id */
async function begin(title, said = english) {
    await element.manager.getByRole("textbox", { name: said("pack_title") }).fill(title);
    await element.manager.getByRole("button", { name: said("new_press"), exact: true }).click();
    await element.manager.locator("#standing").getByText(`${title}: ${said("state_draft")}`).waitFor();
    const { packs } = await asked(MINE);
    return packs.find(({ pack }) => pack.titles[0].text === title).pack.id;
}

const rows = () => element.manager.locator("#stickers li.row");
const shown = async () =>
    rows().evaluateAll((found) => found.map((row) => row.dataset.sticker));
const stickers = (...names) =>
    until(`the stickers ${names}`, async () => JSON.stringify(await shown()) === JSON.stringify(names), 20)
        .catch(async (error) => {
            throw new Error(`${error.message}; they are ${await shown()}`);
        });
/** Everything that was typed is on the server. */
const saved = () =>
    until("nothing waits", async () => (await element.manager.locator("#drop [role=status]").last().textContent()) === "");

const filed = (path) => ({ name: basename(path), bytes: [...readFileSync(path)] });

/** The user chooses files. (Firefox lets no test choose files in a frame, so the page does it itself.) */
async function choose(input, ...files) {
    await element.manager.locator(input).evaluate((input, files) => {
        const data = new DataTransfer();
        for (const { name, bytes } of files) data.items.add(new File([new Uint8Array(bytes)], name));
        input.files = data.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    }, files);
}

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

test("a pack is made, described, looked at by an operator, seen by others, changed and deleted", async () => {
    await enter();
    await element.manager.getByText(english("packs_none")).waitFor();
    await element.manager.getByRole("button", { name: english("new_press"), exact: true }).click();
    await element.manager.getByText(english("title_missing")).waitFor();
    const id = await begin("Holidays");
    await element.manager.getByText(english("stickers_none")).waitFor();
    await element.manager.getByRole("combobox", { name: english("cut") }).selectOption("square");
    await element.manager.getByRole("switch", { name: english("outline") }).check({ force: true });
    await choose("#pictures", ...PICTURES.map(filed));
    await until("both are in", async () => (await rows().count()) === 2, 30);
    const [first, second] = await shown();
    assert.deepEqual([first, second].toSorted(), ["01-hello", "02-thumbs-up"]);
    await saved();
    await looksGood("making-bench");

    await element.manager.getByRole("combobox", { name: english("visibility") }).selectOption("public");
    await element.button(english("save")).click();
    await element.manager.getByText(english("saved"), { exact: true }).first().waitFor();
    await element.button(english("submit")).click();
    await element.manager.getByRole("alert").getByText("alt text").waitFor();

    for (const [name, words] of [[first, "Hello from afar"], [second, "Well done"]]) {
        const row = element.manager.locator(`[data-sticker="${name}"]`);
        await row.getByRole("textbox", { name: english("alt") }).fill(words);
    }
    await element.button(english("save")).focus();
    await saved();
    const [, down] = [0, element.manager.locator(`[data-sticker="${first}"]`).getByRole("button").first()];
    await down.click();
    await stickers(second, first);
    await element.button(english("submit")).click();
    await element.manager.locator("#standing").getByText(english("state_in_review")).waitFor();

    await send("POST", `/api/v1/moderation/packs/${id}/decisions`, { action: "publish" }, operator);
    const other = await synapse.register(`other${count}`);
    const preview = await asked(`/api/v1/packs/${id}`, other);
    assert.deepEqual(preview.stickers.map(({ body }) => body),
        second === "02-thumbs-up" ? ["Well done", "Hello from afar"] : ["Well done", "Hello from afar"]);
    assert.ok(preview.stickers.every(({ w, h }) => w === h), "cut to squares");

    await element.manager.getByRole("button", { name: english("to_packs") }).click();
    await element.manager.locator(`[data-pack="${id}"]`).getByText(english("state_published")).waitFor();
    await looksGood("making-list");
    await element.manager.locator(`[data-pack="${id}"]`).getByRole("button").click();
    await element.button(english("delete")).click();
    const dialog = element.manager.getByRole("dialog", { name: english("delete_sure") });
    await dialog.getByRole("button", { name: english("delete"), exact: true }).click();
    await element.manager.getByText(english("packs_none")).waitFor();
    assert.equal((await tessera.get(`/api/v1/packs/${id}`, await token(other))).status, 404);
});

test("a zip becomes a draft, and says what of it does not", async () => {
    const folder = temporaryFolder("zip");
    const zip = join(folder, "Trip.zip");
    const notes = fileURLToPath(new URL("../../README.md", import.meta.url));
    execFileSync("python3", ["-m", "zipfile", "-c", zip, ...PICTURES, notes]);
    await enter();
    await choose("#zip-file", filed(zip));
    await element.manager.getByText("2 stickers are in your new pack").waitFor({ timeout: 30_000 });
    const row = element.manager.locator("#packs li.row", { hasText: "Trip" });
    await row.getByText(english("for_private")).waitFor();
    await row.getByRole("button", { name: english("edit", "Trip") }).click();
    await until("both are there", async () => (await rows().count()) === 2);
    await element.manager.getByText(english("private_text")).waitFor();
});

test("a picture is pasted, one that is none is refused, and another window's change is not lost", async () => {
    await enter();
    const id = await begin("Paste");
    const { bytes } = filed(PICTURES[0]);
    // Firefox lets no page make a paste with something in it; a drop it does.
    const how = browserName === "firefox" ? "drop" : "paste";
    await element.frame().evaluate(([bytes, how]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "Pasted Hello.webp", { type: "image/webp" }));
        const event = how === "paste"
            ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
        document.getElementById("drop").dispatchEvent(event);
    }, [bytes, how]);
    await stickers("pasted_hello");
    await choose("#pictures", { name: "none.png", bytes: [...Buffer.from("no picture")] });
    await element.manager.getByRole("alert").waitFor();
    await stickers("pasted_hello");

    const { pack } = await asked(`${MINE}/${id}`);
    await send("PATCH", `${MINE}/${id}`, { author: "Elsewhere" }, user, { "If-Match": `"${pack.revision}"` });
    const row = element.manager.locator('[data-sticker="pasted_hello"]');
    const alt = row.getByRole("textbox", { name: english("alt") });
    await alt.fill("A greeting");
    await element.button(english("save")).focus();
    await element.manager.getByRole("alert").waitFor();
    await alt.fill("A greeting!");
    await element.button(english("save")).focus();
    await saved();
    const now = await asked(`${MINE}/${id}`);
    assert.equal(now.pack.pack.author, "Elsewhere");
    assert.equal(now.stickers[0].body, "A greeting!");
});

test("by keyboard, in Arabic, and when the server is down", async () => {
    const arabic = texts("making-locale", "ar");
    await enter({ locale: "ar" }, arabic);
    const field = element.manager.getByRole("textbox", { name: arabic("pack_title") });
    await field.focus();
    await element.page.keyboard.type("عطلة");
    await element.page.keyboard.press("Tab");
    await element.page.keyboard.press("Enter");
    await element.manager.locator("#standing").waitFor();
    assert.equal(await element.frame().evaluate(() => document.documentElement.dir), "rtl");
    await looksGood("making-right-to-left");
    await element.page.route("**/api/v1/packs/mine", (route) => route.abort());
    await element.manager.getByRole("button", { name: arabic("to_packs") }).click();
    const retry = element.manager.getByRole("button", { name: managerTexts("ar")("retry") });
    await retry.waitFor();
    await element.page.unroute("**/api/v1/packs/mine");
    await retry.click();
    await element.manager.locator("#packs li.row").first().waitFor();
});
