// Hosts a sticker picker exactly as Element Web does: the same library, the same frame, the same
// order of messages, the same event. Used by the playground and by the browser tests; what differs
// between them (who answers for the homeserver) comes in as `homeserver`.

import { ClientWidgetApi, OpenIDRequestState, Widget, WidgetDriver } from "matrix-widget-api";

// Element's frame around every widget (AppTile).
export const SANDBOX =
    "allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts " +
    "allow-presentation allow-downloads";
export const ALLOW =
    "microphone; camera; encrypted-media; autoplay; display-capture; clipboard-write; " +
    "clipboard-read;";

// What Element gives a sticker picker of the user's own account without asking.
const APPROVED_WITHOUT_ASKING = new Set([
    "m.sticker",
    "org.matrix.msc2762.send.event:m.sticker",
    "visibility",
    "m.capability.screenshot",
    "io.element.requires_client",
]);

/** The picker's address as an operator writes it into account data. */
export function templateUrl(origin) {
    return (
        `${origin}/picker/#/?theme=$org.matrix.msc2873.client_theme` +
        "&lang=$org.matrix.msc2873.client_language" +
        "&user=$matrix_user_id"
    );
}

/** A widget's address, filled as Element's ElementWidget and WidgetMessaging do. */
export function completeUrl(widget, { userId, roomId, theme, language, scalarToken }) {
    const complete = new URL(
        widget.getCompleteUrl({
            widgetRoomId: roomId,
            currentUserId: userId,
            userDisplayName: userId,
            clientId: "io.element.web",
            clientTheme: theme,
            clientLanguage: language,
            deviceId: "PLAYGROUND",
            baseUrl: location.origin,
        }),
    );
    // `set` writes the query anew, hence the dollars.
    complete.searchParams.set("widgetId", widget.id);
    complete.searchParams.set("parentUrl", location.href.split("#", 2)[0]);
    if (scalarToken) complete.searchParams.set("scalar_token", scalarToken);
    return complete.toString().replace(/%24/g, "$");
}

class Driver extends WidgetDriver {
    #homeserver;

    constructor(homeserver) {
        super();
        this.#homeserver = homeserver;
    }

    async validateCapabilities(requested) {
        const approved = [...requested].filter((wanted) => APPROVED_WITHOUT_ASKING.has(wanted));
        const others = [...requested].filter((wanted) => !APPROVED_WITHOUT_ASKING.has(wanted));
        // Element shows a dialog here. A picker must not need it unless the user wants more of it.
        const granted = others.length > 0 ? await this.#homeserver.onPrompt?.(others) : [];
        return new Set([...approved, ...(granted ?? [])]);
    }

    async readRoomState(roomId, eventType, stateKey) {
        return this.#homeserver.roomState(roomId, eventType, stateKey);
    }

    async downloadFile(contentUri) {
        return { file: await this.#homeserver.download(contentUri) };
    }

    // What the homeserver said when it refused, as Element passes it on.
    processError(error) {
        return error.matrix && { matrix_api_error: error.matrix };
    }

    async sendEvent(eventType, content, stateKey, roomId) {
        return this.#homeserver.sendEvent(eventType, content, stateKey, roomId);
    }

    askOpenID(observer) {
        this.#homeserver.openId({
            allow: (token) => observer.update({ state: OpenIDRequestState.Allowed, token }),
            deny: () => observer.update({ state: OpenIDRequestState.Blocked }),
            ask: () => observer.update({ state: OpenIDRequestState.PendingUserConfirmation }),
        });
    }
}

/** A picker in its frame. */
export class HostedPicker {
    /** Nothing is posted to the picker while set: the host that never answers. */
    muted = false;

    /**
     * @param {object} options
     * @param {HTMLElement} options.container where the frame goes
     * @param {string} options.url the widget's template URL
     * @param {string} options.userId
     * @param {string} options.roomId
     * @param {string} options.theme
     * @param {string} options.language
     * @param {string} [options.widgetId]
     * @param {string} [options.scalarToken] Element adds it when the URL is the manager's own
     * @param {object} options.homeserver `openId`, `sendSticker`, `sendEvent`, `onPrompt`,
     * `roomState`, `download`
     * @param {HTMLElement} [options.modalContainer] where a window of the picker's own goes; without
     * it none can be opened
     * @param {(entry: object) => void} [options.onMessage] every message, both ways
     */
    constructor(options) {
        this.options = options;
        this.theme = options.theme;
        this.widgetId = options.widgetId ?? crypto.randomUUID();
        const widget = new Widget({
            id: this.widgetId,
            creatorUserId: options.userId,
            type: "m.stickerpicker",
            name: "Stickers",
            url: options.url,
            data: {},
        });
        this.frame = document.createElement("iframe");
        this.frame.title = "Stickers";
        this.frame.allow = ALLOW;
        this.frame.allowFullscreen = true;
        this.frame.setAttribute("sandbox", options.sandbox ?? SANDBOX);
        this.frame.src = completeUrl(widget, options);
        options.container.replaceChildren(this.frame);

        this.onMessage = this.#record.bind(this);
        window.addEventListener("message", this.onMessage);
        this.api = new ClientWidgetApi(widget, this.#recordedFrame(), new Driver(options.homeserver));
        this.api.setViewedRoomId(options.roomId);
        this.ready = new Promise((resolve) => this.api.once("ready", resolve));
        this.api.on("ready", () => this.#tell(this.api.updateTheme({ name: this.theme })));
        this.api.on("action:m.sticker", (event) => this.#sticker(event));
        this.api.on("action:open_modal", (event) => this.#openModal(event));
    }

    setTheme(theme) {
        this.theme = theme;
        return this.#tell(this.api.updateTheme({ name: theme }));
    }

    setLanguage(language) {
        return this.#tell(this.api.updateLanguage(language));
    }

    // One window at a time; what it was closed with goes to the picker that opened it.
    #openModal(event) {
        event.preventDefault();
        const { modalContainer, homeserver } = this.options;
        if (!modalContainer || this.modal) {
            const message = "Unable to open modal at this time";
            return this.api.transport.reply(event.detail, { error: { message } });
        }
        const { url, name } = event.detail.data;
        this.modal = new HostedPicker({
            ...this.options,
            container: modalContainer,
            modalContainer: undefined,
            widgetId: `modal_${this.widgetId}`,
            sandbox: "allow-forms allow-scripts allow-same-origin",
            url,
            homeserver,
        });
        this.modal.frame.title = name;
        this.modal.api.on("action:close_modal", (closing) => {
            closing.preventDefault();
            this.modal.api.transport.reply(closing.detail, {});
            this.closeModal(closing.detail.data);
        });
        this.api.transport.reply(event.detail, {});
    }

    /** The user, or the window itself, closes the picker's own window. */
    closeModal(data = { "m.exited": true }) {
        this.modal?.stop();
        this.modal = undefined;
        return this.#tell(this.api.notifyModalWidgetClose(data));
    }

    stop() {
        this.modal?.stop();
        window.removeEventListener("message", this.onMessage);
        this.api.stop();
        this.frame.remove();
    }

    // Element does not wait for these answers either; a picker that gives none is in the log.
    async #tell(answer) {
        await answer.catch(() => {});
    }

    // The library gets the frame with one thing added: what it posts is seen by the log.
    #recordedFrame() {
        const { frame } = this;
        const report = (message, withheld) =>
            this.options.onMessage?.({ direction: "to picker", message, withheld });
        return {
            addEventListener: frame.addEventListener.bind(frame),
            contentWindow: {
                postMessage: (message, origin) => {
                    report(message, this.muted);
                    if (!this.muted) frame.contentWindow?.postMessage(message, origin);
                },
            },
        };
    }

    #record(event) {
        if (event.source !== this.frame.contentWindow) return;
        this.options.onMessage?.({ direction: "from picker", message: event.data });
    }

    // Element acknowledges first and sends then; it tells the widget nothing about failure.
    #sticker(event) {
        event.preventDefault();
        if (!this.api.hasCapability("m.sticker")) return;
        this.api.transport.reply(event.detail, {});
        const { name, description, content } = event.detail.data;
        this.options.homeserver.sendSticker({
            url: content.url,
            info: content.info,
            body: description || name,
        });
    }
}
