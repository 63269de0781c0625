// What people see: every state of every page in each theme and width, where axe finds nothing wrong
// and nothing scrolls sideways. `tests/output/BROWSER/looks.html` shows the pictures side by side.
// A new state is a line in the list below.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { browserName } from "./support/browser.mjs";
import { Stage, texts, violations } from "./support/client.mjs";
import { ContactSheet } from "./support/contact-sheet.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = texts("en");
const arabic = texts("ar");
// What Element says, and what the picker makes of it.
const THEMES = {
    light: "light",
    dark: "dark",
    "light-high-contrast": "light-hc",
    "dark-high-contrast": "dark-hc",
};
const POPUP = 300;
// By width. Element's popup is 300 by 283; the others are for other clients, and for what may come.
const HEIGHTS = { 230: 283, [POPUP]: 283, 600: 480, 1200: 640 };
const EVERYTHING = { themes: Object.keys(THEMES), widths: Object.keys(HEIGHTS).map(Number) };
const POPUP_ONLY = { themes: ["light", "dark"], widths: [POPUP] };
const ZOOMED = { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 };

const UNSIGNED = refusal(403, "M_TERMS_NOT_SIGNED");
const DOCUMENT = { version: "2", language: "en", languages: {}, accepted: false, url: "https://t.example/2" };
const DOCUMENTS = (route) =>
    route.fulfill({
        json: {
            documents: [
                { ...DOCUMENT, id: "privacy", name: "How we treat what you entrust to us, at length", changes_url: "https://t.example/1" },
                { ...DOCUMENT, id: "rules", name: "قواعد الاستخدام" },
            ],
        },
    });

look("loading", picker({ library: never }, loading));
look("choosing", picker({}, ready));
look("searching", picker({}, search("th"), shows("#found .sticker")));
look("nothing-found", picker({}, search("zzqqxx"), says("Nothing for “zzqqxx”")));
look("favourites", picker({}, ready, press("f", 4), shows("[data-pack='.favourites'] .sticker")));
look("room-packs", picker({ homeserver: roomWithPack() }, ready, choose(english.room_packs), shows("#save")));
look("card", picker({}, ready, click(2, { button: "right" }), shows("#card:modal")));
look("card-hover", picker({}, ready, hover(2), shows("#card[open]")), POPUP_ONLY);
look("menu", picker({}, ready, press("Enter", english.more), shows("#menu")));
look("help", picker({}, ready, choose(english.help), shows("#help")));
look("larger-window", picker({}, ready, choose(english.enlarge), enlarged));
look("sent", picker({ messagesStay: true }, ready, click(0), shows("#toast[data-state=sent]")));
look("sent-kept-open", picker({ messagesStay: true }, ready, click(0, { modifiers: ["Shift"] }), says(english.undo)));
look("send-refused", picker({ messagesStay: true }, ready, refuse, click(0), shows("#toast[data-state=refused]")));
look("notice-storage", picker({ keepsNothing: true }, ready, says(english.storage_notice)));
look("notice-offline", picker({}, ready, kept, again({ library: gone }), says(english.offline_notice)));
look("empty", picker({ library: answer(200, "") }, says(english.empty_title)));
look("prompt", picker({ openId: () => ({ ask: true }), decision: never }, says(english.prompt_title)));
look("failed-blocked", picker({ openId: () => ({ denied: true }) }, says(english.blocked_title)));
look("failed-refused", picker({ register: refusal(401, "M_UNAUTHORIZED") }, says(english.refused_title)));
look("failed-denied", picker({ register: refusal(403, "TESSERA_HOMESERVER_DENIED") }, says(english.denied_title)));
look("failed-homeserver", picker({ register: refusal(502, "TESSERA_HOMESERVER_UNREACHABLE") }, says(english.homeserver_title)));
look("failed-terms", picker({ library: UNSIGNED }, says(english.terms_title)));
look("terms", picker({ library: UNSIGNED, terms: DOCUMENTS }, says(english.terms_title), readTerms(english), shows("#terms li")));
look("terms-right-to-left", picker({ library: UNSIGNED, terms: DOCUMENTS, language: "ar" }, says(arabic.terms_title), readTerms(arabic), shows("#terms li")));
look("failed-unreachable", picker({ library: gone }, says(english.unreachable_title)));
look("failed-offline", picker({ register: offline }, says(english.offline_title)));
look("failed-server", picker({ library: refusal(500, "M_UNKNOWN") }, says(english.failed_title)));
look("failed-busy", picker({ library: refusal(429, "M_LIMIT_EXCEEDED") }, says(english.busy_title)));
look("failed-silent", picker({ openId: () => null, clock: true }, silence, says(english.silent_title)));
look("failed-boot", picker({ wasm: gone }, says(english.boot_failed)));
look("outside", page("/picker/", says(english.outside_title)));

look("choosing-right-to-left", picker({ language: "ar" }, ready, labelled(arabic.search_label)));
look("choosing-zoomed", picker(ZOOMED, ready), POPUP_ONLY);
for (const [name, ways, ...acts] of [
    ["forced-colors", { forcedColors: "active" }, matches("(forced-colors: active)")],
    ["more-contrast", { contrast: "more" }, matches("(prefers-contrast: more)"), nothingIsMuted],
    ["less-motion", { reducedMotion: "reduce" }, matches("(prefers-reduced-motion: reduce)"), nothingMoves],
]) {
    look(`loading-${name}`, picker({ ...ways, library: never }, loading, ...acts), POPUP_ONLY);
    look(`choosing-${name}`, picker(ways, ready, ...acts), POPUP_ONLY);
    look(`searching-${name}`, picker(ways, search("th"), shows("#found .sticker"), ...acts), POPUP_ONLY);
    look(`menu-${name}`, picker(ways, ready, press("Enter", english.more), shows("#menu"), ...acts), POPUP_ONLY);
    look(`failed-${name}`, picker({ ...ways, library: gone }, says(english.unreachable_title), ...acts), POPUP_ONLY);
}

let tessera, stage, sheet, view;

before(async () => {
    tessera = await Tessera.start();
    stage = await Stage.open();
    sheet = new ContactSheet("looks");
});
after(async () => {
    sheet?.write();
    await stage?.close();
    await tessera?.stop();
});
afterEach(async () => {
    await view?.close();
    view = undefined;
});

/** One state in all its looks. `open` shows it and says how it is dressed. */
function look(state, open, { themes, widths } = EVERYTHING) {
    test(state, async () => {
        view = await open();
        for (const width of widths) {
            await view.resize(width, HEIGHTS[width]);
            for (const theme of themes) {
                // Firefox takes a second for each, and no rule is about both theme and width.
                const isTelling = browserName === "chromium" || width === POPUP || theme === "light";
                if (isTelling) await looksRight(state, theme, width);
            }
        }
    });
}

async function looksRight(state, theme, width) {
    const name = THEMES[theme];
    await view.wear(theme);
    const frame = view.frame();
    await frame.waitForFunction((name) => document.documentElement.dataset.theme === name, name);
    await frame.waitForFunction(imagesInViewAreThere);
    await sheet.add(view.part, { state, width, theme: name });
    const beside = await frame.evaluate(() => {
        const root = document.documentElement;
        return root.scrollWidth - root.clientWidth;
    });
    assert.equal(beside, 0, `${name} ${width}: the page scrolls sideways`);
    assert.deepEqual(await violations(frame), [], `${name} ${width}`);
}

function imagesInViewAreThere() {
    const isInView = (image) => {
        const box = image.getBoundingClientRect();
        return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    };
    return [...document.images].filter(isInView).every((image) => image.complete);
}

// Pages

/** The picker in a client's popup, in a state that answers and what a user does lead to. */
function picker({ homeserver, openId, decision, library, register, terms, wasm, language, clock, messagesStay, ...ways }, ...acts) {
    return async () => {
        const demo = () => tessera.demoOpenId();
        const viewport = { width: 1280, height: 720 };
        const client = await stage.client({ openId: openId ?? demo, decision, ...homeserver }, { viewport, ...ways });
        client.grants = true;
        const context = client.page.context();
        if (clock) await client.page.clock.install();
        if (messagesStay) await context.addInitScript(stopLongTimers);
        await intercept(client, { library, register, terms, wasm });
        // Whoever is not here for signing in is signed in.
        const scalarToken = openId || register ? undefined : await session();
        await client.open({ origin: tessera.origin, language: language ?? "en", scalarToken });
        for (const act of acts) await act(client);
        return {
            part: client.page.locator(client.isEnlarged ? "#modal" : "#popup"),
            frame: () => client.page.frames().at(client.isEnlarged ? 2 : 1),
            wear: (theme) => client.page.evaluate((theme) => client.setTheme(theme), theme),
            async resize(width, height) {
                const style = { width: `${width}px`, height: `${height}px` };
                await this.part.evaluate((part, style) => Object.assign(part.style, style), style);
            },
            async close() {
                await client.close();
                assert.deepEqual(client.errors, [], "the page threw");
            },
        };
    };
}

/** A page in a window of its own, which takes its theme from its address. */
function page(path, ...acts) {
    return async () => {
        const context = await stage.context();
        const page = await context.newPage();
        return {
            part: page,
            frame: () => page.mainFrame(),
            async wear(theme) {
                await page.goto(`${tessera.origin}${path}?theme=${theme}`);
                for (const act of acts) await act({ page, picker: page });
            },
            resize: (width, height) => page.setViewportSize({ width, height }),
            close: () => context.close(),
        };
    };
}

async function session() {
    return tessera.signIn(await tessera.demoOpenId());
}

async function intercept(client, { library, register, terms, wasm }) {
    // The picker tries again when it comes into view, as it does once at the start; what is to stay
    // is answered after that.
    const later = (answer) => async (route) => {
        await inView(client);
        return answer(route);
    };
    if (library) await client.page.route("**/api/v1/library", later(library));
    if (register) await client.page.route("**/account/register", later(register));
    if (terms) await client.page.route("**/api/v1/terms?*", terms);
    if (wasm) await client.page.route("**/*.wasm", wasm);
}

async function inView(client) {
    await client.picker.locator("#stickers").waitFor({ state: "attached" });
    await client.frame().evaluate(
        () =>
            new Promise((resolve) => {
                const seen = () => requestAnimationFrame(resolve);
                new IntersectionObserver(seen).observe(document.documentElement);
            }),
    );
}

function stopLongTimers() {
    const { setTimeout } = window;
    window.setTimeout = (then, wait, ...rest) => (wait < 2_000 ? setTimeout(then, wait, ...rest) : 0);
}

// Answers

function never() {
    return new Promise(() => {});
}

function gone(route) {
    return route.abort();
}

async function offline(route) {
    await route.request().frame().page().context().setOffline(true);
    await route.abort();
}

function answer(status, body) {
    return (route) => route.fulfill({ status, body });
}

function refusal(status, errcode) {
    return (route) => route.fulfill({ status, json: { errcode, error: "No." } });
}

/** A homeserver with a room that has a pack of its own. */
function roomWithPack() {
    const file = new URL("../../assets/starter-pack/01-hello.webp", import.meta.url);
    const images = { hello: { url: "mxc://client.test/hello", body: "Hello" } };
    const content = { images, pack: { display_name: "A room’s pack" } };
    const event = { type: "m.room.image_pack", state_key: "a", room_id: "!room:client.test", content };
    return {
        state: (type) => (type === event.type ? [event] : []),
        download: () => ({ type: "image/webp", base64: readFileSync(file, "base64") }),
    };
}

// What a user does, and what is waited for

function ready(client) {
    return client.ready();
}

function loading({ picker }) {
    return picker.locator('[data-face="loading"]').waitFor({ state: "attached" });
}

function readTerms({ terms_action: name }) {
    return ({ picker }) => picker.getByRole("button", { name }).click();
}

function says(text) {
    return ({ picker }) => picker.getByText(text).waitFor();
}

function shows(selector) {
    return ({ picker }) => picker.locator(selector).first().waitFor();
}

function labelled(text) {
    return ({ picker }) => picker.getByRole("combobox", { name: text }).waitFor();
}

function search(text) {
    return async (client) => {
        await client.ready();
        await client.search.fill(text);
    };
}

function click(place, options) {
    return (client) => client.stickers.nth(place).click(options);
}

function hover(place) {
    return (client) => client.stickers.nth(place).hover();
}

/** A key on a sticker, by its place, or on a button, by its name. */
function press(key, where) {
    return (client) => {
        const button = client.picker.getByRole("button", { name: where, exact: true });
        return (typeof where === "string" ? button : client.stickers.nth(where)).press(key);
    };
}

/** Something of the menu. */
function choose(name) {
    return async (client) => {
        await press("Enter", english.more)(client);
        await client.picker.locator("#menu").getByRole("button", { name }).click();
    };
}

async function enlarged(client) {
    await client.modal.getByRole("option").first().waitFor();
    client.isEnlarged = true;
}

function refuse({ page }) {
    return page.evaluate(() => client.refuseStickers("No stickers in this room"));
}

function kept(client) {
    return client.frame().waitForFunction(() => localStorage.getItem("tessera.library.etag"));
}

/** Opens the popup again, with other answers. */
function again(answers) {
    return async (client) => {
        await intercept(client, answers);
        await client.open({ origin: tessera.origin, scalarToken: await session() });
    };
}

/** Lets the time pass in which a client may answer. */
async function silence(client) {
    await client.message((data) => data.action === "get_open_id_token");
    await client.page.clock.fastForward(1_100);
    await client.message((data) => data.action === "get_openid");
    await client.page.clock.fastForward(10_100);
}

function matches(media) {
    return async (client) => {
        const isOn = await client.frame().evaluate((media) => matchMedia(media).matches, media);
        assert.ok(isOn, `the test's own condition: ${media}`);
    };
}

async function nothingIsMuted(client) {
    const muted = await client.frame().evaluate(() => {
        const { color } = getComputedStyle(document.body);
        const texts = document.querySelectorAll(".pack-title, .screen p, .search-field");
        return [...texts].filter((element) => getComputedStyle(element).color !== color).length;
    });
    assert.equal(muted, 0, "texts are fainter than others");
}

function nothingMoves(client) {
    return client.frame().waitForFunction(() =>
        document.getAnimations().every(({ playState }) => playState === "finished"),
    );
}
