// Bundles Element's own integration code (npm's matrix-react-sdk, for tests alone: it is under the
// AGPL or GPL and nothing of it is shipped) around the page in `page.mjs`. What opens the manager,
// fetches its token and answers its messages is Element's; its screens are left out.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SDK = here("../node_modules/matrix-react-sdk/");

/** Element's own, without the folder `lib` and the ending. Everything else is refused. */
const ELEMENTS = new Set([
    "ScalarAuthClient",
    "ScalarMessaging",
    "SdkConfig",
    "Terms",
    "dispatcher/dispatcher",
    "dispatcher/payloads",
    "integrations/IntegrationManagerInstance",
    "integrations/IntegrationManagers",
    "stores/WidgetEchoStore",
    "utils/SnakedObject",
    "utils/UrlUtils",
    "utils/WidgetUtils",
    "utils/arrays",
    "utils/membership",
    "utils/numbers",
    "utils/objects",
    "utils/read-receipts",
    "widgets/Jitsi",
    "widgets/WidgetType",
]);

/** What stands in for a module of Element's, as `stand-ins.mjs` names it. */
const STAND_INS = {
    MatrixClientPeg: "export { MatrixClientPeg }",
    Modal: "export { Modal as default }",
    PlatformPeg: "export { nothing as default }",
    languageHandler: "export { _t }",
    "components/views/dialogs/IntegrationsDisabledDialog": "export { disabled as default }",
    "components/views/dialogs/IntegrationsImpossibleDialog": "export { impossible as default }",
    "components/views/dialogs/TermsDialog": "export { terms as default }",
    "components/views/settings/IntegrationManager": "export { manager as default }",
    "contexts/SDKContext": "export { SdkContextClass }",
    "hooks/useEventEmitter": "export { nothing as useEventEmitter }",
    "settings/SettingsStore": "export { SettingsStore as default }",
    "stores/WidgetStore": "export { nothing as default }",
    "stores/widgets/WidgetLayoutStore": "export { nothing as WidgetLayoutStore }",
};

/** What the page imports from `element`, as modules of Babel's are meant to be read. */
const CODE = `
    export { default as SdkConfig } from "./lib/SdkConfig";
    export { startListening } from "./lib/ScalarMessaging";
    export { default as dispatcher } from "./lib/dispatcher/dispatcher";
    export { IntegrationManagers } from "./lib/integrations/IntegrationManagers";
    export { default as WidgetUtils } from "./lib/utils/WidgetUtils";
    export { WidgetType } from "./lib/widgets/WidgetType";
`;

const withoutScreens = {
    name: "Element without its screens",
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\.{0,2}\// }, ({ path, resolveDir }) => {
            const folder = join(SDK, "lib/");
            const file = path.startsWith("/") ? path : join(resolveDir, path);
            if (file.endsWith(".svg")) return { path: file, namespace: "nothing" };
            if (!file.startsWith(folder)) return undefined;
            const name = file.slice(folder.length);
            if (ELEMENTS.has(name)) return { path: `${file}.js` };
            if (STAND_INS[name]) return { path: name, namespace: "stand-in" };
            return { errors: [{ text: `${name} is neither Element's here nor stood in for` }] };
        });
        onResolve({ filter: /^element$/ }, () => ({ path: "element", namespace: "code" }));
        onLoad({ filter: /.*/, namespace: "code" }, () => ({ contents: CODE, resolveDir: SDK }));
        onLoad({ filter: /.*/, namespace: "stand-in" }, ({ path }) => ({
            contents: `${STAND_INS[path]} from ${JSON.stringify(here("stand-ins.mjs"))};`,
            resolveDir: here("."),
        }));
        // No test's client encrypts, and no screen is drawn.
        const unused = /^react$|matrix-sdk-crypto-wasm|\/rust-crypto\/?(index)?$/;
        onResolve({ filter: unused }, ({ path }) => ({ path, namespace: "nothing" }));
        onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {};" }));
    },
};

/** The page's script. */
export async function elementScript() {
    const strings = (language) =>
        readFileSync(join(SDK, `src/i18n/strings/${language}.json`), "utf8");
    const bundle = await build({
        entryPoints: [here("page.mjs")],
        bundle: true,
        write: false,
        format: "iife",
        define: {
            global: "globalThis",
            "process.env.NODE_ENV": '"production"',
            ELEMENTS_TEXTS: `{ "en": ${strings("en_EN")}, "de": ${strings("de_DE")} }`,
        },
        plugins: [withoutScreens],
        logLevel: "error",
    });
    return bundle.outputFiles[0].text;
}
