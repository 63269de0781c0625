// The playground's extensions: the manager in a dialog of Element's size, and the widgets that the
// demo room has.

import { Widget } from "matrix-widget-api";

import { ALLOW, SANDBOX, completeUrl } from "./element-host.mjs";
import { ManagerHost, managerUrl } from "./manager-host.mjs";

const byId = (id) => document.getElementById(id);

export class Extensions {
    /**
     * @param {object} options
     * @param {DemoRoom} options.room
     * @param {() => Promise<string>} options.token for the manager's address, as Element has one
     * @param {() => string} options.origin of the manager
     * @param {() => {theme: string, language: string}} options.look
     * @param {() => boolean} options.muted
     * @param {(entry: object) => void} options.onMessage
     */
    constructor(options) {
        this.options = options;
        this.dialog = byId("manager-dialog");
        this.dialog.addEventListener("close", () => this.#stop());
        byId("extensions").addEventListener("click", () => this.open());
        byId("manager-close").addEventListener("click", () => this.dialog.close());
        byId("widget-close").addEventListener("click", () => this.#closeWidget());
        options.room.addEventListener("change", () => this.#list());
        this.#list();
    }

    /** Opens the manager; `integrationId` and `screen` as for *Edit* on a widget. */
    async open({ integrationId, screen } = {}) {
        const { room, origin, onMessage } = this.options;
        const { theme } = this.options.look();
        const token = await this.options.token();
        this.#stop();
        this.host = new ManagerHost({
            container: byId("manager-frame"),
            url: managerUrl({ origin: origin(), token, room, theme, integrationId, screen }),
            room,
            onMessage,
            onClose: () => this.dialog.close(),
        });
        this.setMuted(this.options.muted());
        if (!this.dialog.open) this.dialog.showModal();
    }

    setMuted(muted) {
        if (this.host) this.host.muted = muted;
    }

    #stop() {
        this.host?.stop();
        this.host = undefined;
    }

    async #list() {
        const events = await this.options.room.state("im.vector.modular.widgets");
        const widgets = events.filter(({ content }) => content.type && content.url);
        byId("no-widgets").hidden = widgets.length > 0;
        byId("widget-list").replaceChildren(...widgets.map((event) => this.#row(event)));
        if (!widgets.some(({ state_key: id }) => id === this.shownId)) this.#closeWidget();
    }

    #row(event) {
        const { name, type } = event.content;
        const row = document.createElement("li");
        const open = document.createElement("button");
        open.type = "button";
        open.textContent = name || type;
        open.addEventListener("click", () => this.#show(event));
        const edit = document.createElement("button");
        edit.type = "button";
        edit.textContent = "Edit";
        edit.ariaLabel = `Edit ${name || type}`;
        edit.addEventListener("click", () =>
            this.open({ integrationId: event.state_key, screen: `type_${type}` }),
        );
        row.append(open, edit);
        return row;
    }

    #show({ state_key: id, sender, content }) {
        const { room } = this.options;
        const frame = document.createElement("iframe");
        frame.title = content.name || content.type;
        frame.allow = ALLOW;
        frame.setAttribute("sandbox", SANDBOX);
        const widget = new Widget({ data: {}, ...content, id, creatorUserId: sender });
        frame.src = completeUrl(widget, { userId: room.userId, roomId: room.id, ...this.options.look() });
        this.shownId = id;
        byId("widget-title").textContent = frame.title;
        byId("widget-frame").replaceChildren(frame);
        byId("widget").hidden = false;
    }

    #closeWidget() {
        this.shownId = undefined;
        byId("widget-frame").replaceChildren();
        byId("widget").hidden = true;
    }
}
