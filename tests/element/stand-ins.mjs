// What Element's integration code finds where Element's screens, settings and stores would be. The
// page sets `surroundings`; a dialog is a plain element, with what Element's code hands to it.

export const surroundings = {
    client: undefined,
    /** The room in view. */
    roomId: undefined,
    language: "en",
    settings: { integrationProvisioning: true, theme: "light" },
    /** What the user does with terms: the URLs they accept, or nothing where they cancel. */
    onTerms: undefined,
};

/** The dialogs, in the order in which they were opened. */
export const dialogs = [];

/** Stands for what is not used. */
export const nothing = { get: () => undefined };

// Element's dialogs, by what they show.
export const manager = "manager";
export const terms = "terms";
export const disabled = "disabled";
export const impossible = "impossible";

export const MatrixClientPeg = {
    get: () => surroundings.client,
    safeGet() {
        if (!surroundings.client) throw new Error("nobody is signed in");
        return surroundings.client;
    },
};

export const SdkContextClass = {
    instance: { roomViewStore: { getRoomId: () => surroundings.roomId } },
};

export const SettingsStore = {
    getValue: (name) => surroundings.settings[name],
};

/** Element's own texts, in the user's language. */
export function _t(key, variables = {}) {
    const text = key
        .split("|")
        .reduce((texts, part) => texts?.[part], ELEMENTS_TEXTS[surroundings.language]);
    if (typeof text !== "string") throw new Error(`Element has no text ${key}`);
    return text.replaceAll(/%\((\w+)\)s/g, (_, name) => variables[name]);
}

export const Modal = {
    createDialog(kind, properties) {
        const dialog = { kind, properties };
        dialogs.push(dialog);
        if (kind === terms) {
            const accepted = surroundings.onTerms?.(properties.policiesAndServicePairs);
            return { finished: Promise.resolve([accepted !== undefined, accepted]) };
        }
        dialog.element = document.createElement("div");
        dialog.element.className = `dialog ${kind}`;
        if (kind === manager) dialog.element.append(managersInside(properties));
        else dialog.element.textContent = kind;
        document.body.append(dialog.element);
        return { close: () => dialog.element.remove() };
    },
};

/** Element closes its dialog when the manager says `close_scalar`, or the user does. */
export function closeDialogs() {
    for (const { element } of dialogs) element?.remove();
}

// As in Element: a frame with a `src` and nothing else.
function managersInside({ loading, connected = true, url }) {
    if (loading) return document.createTextNode(_t("integration_manager|connecting"));
    if (!connected) return document.createTextNode(_t("integration_manager|error_connecting_heading"));
    const frame = document.createElement("iframe");
    frame.src = url;
    return frame;
}
