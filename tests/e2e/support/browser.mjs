// The browsers that the tests drive, as distributions ship them: the one place that knows which it
// is. Chromium by its own protocol, Firefox by WebDriver BiDi. `TESSERA_TEST_BROWSER` chooses.

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { chromium, firefox } from "playwright-core";

import { temporaryFolder } from "./processes.mjs";

/** `chromium` or `firefox`. */
export const browserName = process.env.TESSERA_TEST_BROWSER;
const executablePath = process.env.TESSERA_TEST_BROWSER_PROGRAM;

/**
 * What a browser does for everyone who uses it.
 * @typedef {object} Ways
 * @property {boolean} [keepsNothing] it keeps nothing for frames of other sites
 * @property {"active"} [forcedColors]
 * @property {"more"} [contrast]
 * @property {"reduce"} [reducedMotion]
 */

const KINDS = {
    chromium: {
        async launch({ keepsNothing }) {
            const launch = {
                executablePath,
                args: [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            };
            if (keepsNothing) return chromium.launch(launch);
            // Debian's Chromium blocks what is stored for frames of other sites; most people's
            // does not. Only a profile can say so.
            const profile = temporaryFolder("profile");
            const preferences = {
                profile: { cookie_controls_mode: 0, block_third_party_cookies: false },
            };
            mkdirSync(join(profile, "Default"));
            writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
            return (await chromium.launchPersistentContext(profile, launch)).browser();
        },
        // Everything else can be told to a context.
        isPeculiar: ({ keepsNothing }) => keepsNothing,
        forContext: ({ forcedColors, contrast, reducedMotion }) => ({
            forcedColors,
            contrast,
            reducedMotion,
        }),
    },
    firefox: {
        launch: ({ keepsNothing, forcedColors, contrast, reducedMotion }) =>
            firefox.launch({
                channel: "moz-firefox",
                executablePath,
                firefoxUserPrefs: {
                    // BiDi's mouse and keyboard reach only frames in the process of their page.
                    "fission.webContentIsolationStrategy": 0,
                    // A mouse, which a machine without a screen has not: it is fine and can hover.
                    "ui.primaryPointerCapabilities": 6,
                    "ui.allPointerCapabilities": 6,
                    ...(keepsNothing && { "network.cookie.cookieBehavior": 1 }),
                    // BiDi emulates no media features, so these are the settings of a person.
                    ...(forcedColors && { "browser.display.document_color_use": 2 }),
                    ...(contrast && { "ui.useAccessibilityTheme": 1 }),
                    ...(reducedMotion && { "ui.prefersReducedMotion": 1 }),
                },
            }),
        isPeculiar: (ways) => Object.values(ways).some(Boolean),
        forContext: () => ({}),
    },
};
const kind = KINDS[browserName];
if (!kind) throw new Error("run these tests with `cargo xtask test --only browser`");

/** The browsers of a test file: one for everybody, and others for people with ways of their own. */
export class Browsers {
    #shared;

    /**
     * A new person's windows, with nothing kept and nothing open.
     * @param {Ways & import("playwright-core").BrowserContextOptions} [options]
     */
    async context({ keepsNothing, forcedColors, contrast, reducedMotion, ...options } = {}) {
        const ways = { keepsNothing, forcedColors, contrast, reducedMotion };
        const isPeculiar = kind.isPeculiar(ways);
        const browser = isPeculiar
            ? await kind.launch(ways)
            : await (this.#shared ??= kind.launch({}));
        const context = await browser.newContext({ ...kind.forContext(ways), ...options });
        if (isPeculiar) context.once("close", () => browser.close());
        return context;
    }

    async close() {
        await (await this.#shared)?.close();
    }
}

// Playwright adds this style to every document before it takes a picture in Firefox. A strict policy
// refuses it, which does no harm, but Firefox reports it.
const PLAYWRIGHTS = createHash("sha256").update("body {}").digest("base64");

/** Whether an error of a page is not the page's. */
export function isPlaywrights(error) {
    return error.message.includes(`sha256-${PLAYWRIGHTS}`);
}

/** For `test(name, only("chromium", why), …)`: what the other browser cannot be asked. */
export function only(name, why) {
    return name === browserName ? {} : { skip: why };
}
