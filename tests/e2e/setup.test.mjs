// From an empty server with Synapse and Element to one that clients find: `tessera check`, `tessera
// doctor` and the set-up page against a real Synapse behind a web server with TLS.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Browsers, isPlaywrights } from "./support/browser.mjs";
import { violations } from "./support/client.mjs";
import { ContactSheet } from "./support/contact-sheet.mjs";
import { Element, Front } from "./support/front.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const WELL_KNOWN = "/.well-known/matrix/client";
const TOKEN = "only for this test, and long";

let front, synapse, element, tessera, alice;
const browsers = new Browsers();

before(async () => {
    front = await Front.start();
    element = await Element.start();
    synapse = await Synapse.start({ name: front.name });
    front.behind = synapse.url;
    front.serve(WELL_KNOWN, homeserver());
    const bot = await synapse.register("stickers");
    alice = await synapse.register("alice");
    tessera = await Tessera.start({
        synapse,
        bot,
        homeserver: { allow_private_addresses: true, ca_file: front.authority },
        settings: () => ({
            allow_servers: [front.name],
            element_urls: [element.url],
            operator_token: TOKEN,
        }),
    });
});
after(async () => {
    await browsers.close();
    await tessera?.stop();
    await synapse?.stop();
    await element?.stop();
    await front?.stop();
});

/** What a homeserver says to clients anyway. */
function homeserver() {
    return { "m.homeserver": { base_url: front.url } };
}

/** The JSON documents that `tessera check` prints. */
function documents(printed) {
    return [...printed.matchAll(/^\{$.*?^\}$/gms)].map(([text]) => JSON.parse(text));
}

/** Does what `tessera check` says. */
async function setUp() {
    const { stdout } = await tessera.run("check", "--offline");
    const [wellKnown, keys, module] = documents(stdout);
    front.serve(WELL_KNOWN, { ...homeserver(), ...wellKnown });
    element.config = { brand: "Element", ...keys, ...module };
}

async function doctor() {
    const { code, stdout } = await tessera.run("doctor", front.name, "--json");
    const { steps, healthy } = JSON.parse(stdout);
    assert.equal(code, healthy ? 0 : 1);
    const unwell = steps.filter(({ state }) => state !== "ok");
    return unwell.map(({ step, state, code, because }) => `${step} ${state} ${code ?? because}`);
}

test("before anything is set up, check and doctor say what is missing", async () => {
    const { code, stdout } = await tessera.run("check");
    assert.equal(code, 1);
    assert.match(stdout, /WRONG {2}https:\/\/localhost:\d+\/\.well-known\/matrix\/client\n +`m\.integrations` is missing\n/);
    assert.match(stdout, /`integrations_ui_url` is missing\n/);
    assert.match(stdout, /ok {5}http:\/\/localhost:\d+\/picker\n/);
    assert.match(stdout, /\n2 places are not as they have to be\.\n$/);
    assert.deepEqual(await doctor(), ["client_well_known failed differs", "element failed differs"]);
});

test("with what check prints, all is well, and users of the homeserver sign in", async () => {
    await setUp();
    const { code, stdout } = await tessera.run("check");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\nAll that was looked at is as it has to be\.\n$/);
    const walk = await tessera.run("doctor", front.name);
    assert.equal(walk.code, 0, walk.stdout);
    assert.match(walk.stdout, /all is well\.\n$/);
    assert.match(walk.stdout, /upload account +@stickers:localhost/);
    assert.deepEqual(await doctor(), []);
    // What the doctor says is true.
    assert.ok(await tessera.signIn(await synapse.openId(alice)));
});

test("the doctor names what an operator breaks", async () => {
    await setUp();
    const after = async (closed, expected) => {
        front.closed = closed;
        assert.deepEqual(await doctor(), expected);
        front.closed = [];
    };
    await after(["/_matrix/federation"], ["openid failed no_openid"]);
    await after(["/_matrix/media"], ["media failed no_media"]);
    await after(["/_matrix/client/versions"], ["client_api failed no_client_api", "media skipped client_api"]);
    front.files.delete(WELL_KNOWN);
    assert.deepEqual(await doctor(), ["client_well_known failed status", "cors skipped client_well_known"]);
    const { stdout } = await tessera.run("check", "--offline");
    front.serve(WELL_KNOWN, { ...homeserver(), ...documents(stdout)[0] }, {});
    assert.deepEqual(await doctor(), ["cors failed cors"]);
});

test("operators see and verify the same on the set-up page", async () => {
    await setUp();
    element.config = { ...element.config, integrations_rest_url: "https://scalar.vector.im/api" };
    const sheet = new ContactSheet("setup");
    const context = await browsers.context({ viewport: { width: 1200, height: 800 } });
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => isPlaywrights(error) || errors.push(error.message));
    const looks = async (state) => {
        for (const theme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme: theme });
            for (const width of [230, 600, 1200]) {
                await page.setViewportSize({ width, height: 800 });
                await sheet.add(page, { state, width, theme });
                const beside = await page.evaluate(
                    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
                );
                assert.equal(beside, 0, `${state} ${width}: the page scrolls sideways`);
                assert.deepEqual(await violations(page.mainFrame()), [], `${state} ${theme} ${width}`);
            }
        }
    };
    const button = (name) => page.getByRole("button", { name });

    await page.goto(`${tessera.origin}/setup`);
    await page.getByLabel("operator_token").fill("a guess");
    await button("Sign in").click();
    await page.getByRole("alert").waitFor();
    await looks("refused");
    await page.getByLabel("operator_token").fill(TOKEN);
    await page.keyboard.press("Enter");
    await button("Check").waitFor();
    await looks("documents");
    const shown = JSON.parse(await page.locator("#homeserver").textContent());
    assert.equal(shown["m.integrations"].managers[0].api_url, `${tessera.origin}/api`);

    await button("Check").click();
    await page.getByRole("status").filter({ hasText: "1 place is not as it has to be" }).waitFor();
    await page.getByText("integrations_rest_url is \"https://scalar.vector.im/api\"").waitFor();
    await looks("served");
    await setUp();
    await button("Examine").click();
    await page.getByRole("status").filter({ hasText: "all is well" }).waitFor();
    await looks("healthy");
    await synapse.stop();
    await button("Examine").click();
    await page.getByRole("status").filter({ hasText: "cannot use this server as it should" }).waitFor();
    await looks("unwell");
    await button("Sign out").click();
    await page.getByLabel("operator_token").waitFor();
    sheet.write();
    assert.deepEqual(errors, []);
    await context.close();
});
