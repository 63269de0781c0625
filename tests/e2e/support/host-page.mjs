// The page of the client in the browser tests: nothing but the popup, hosted by the playground's
// code. What a homeserver would answer comes from the test through `window.homeserver*`.

import { HostedPicker, templateUrl } from "../../playground/element-host.mjs";

const messages = [];
let picker;

// Whatever arrives here, from whomever.
window.addEventListener("message", ({ data, origin }) => messages.push({ at: performance.now(), data, origin }));

window.client = {
    messages,
    sent: [],
    open({ origin, ...options }) {
        picker?.stop();
        picker = new HostedPicker({
            container: document.getElementById("popup"),
            modalContainer: document.getElementById("modal"),
            url: templateUrl(origin),
            userId: "@user:client.test",
            roomId: "!room:client.test",
            theme: "light",
            language: "en",
            ...options,
            onMessage: ({ direction, message }) => {
                if (direction === "to picker") client.sent.push(message);
            },
            homeserver: {
                async openId({ allow, deny, ask }) {
                    const answer = await window.homeserverOpenId();
                    if (answer === null) return;
                    if (answer.ask) ask();
                    if (answer.denied) return deny();
                    const token = answer.ask ? await window.homeserverOpenIdAfterAsking() : answer;
                    if (token) allow(token);
                    else deny();
                },
                sendSticker: (content) => window.homeserverSend("m.sticker", content),
                async sendEvent(type, content) {
                    const { eventId, refused } = await window.homeserverSend(type, content);
                    if (refused) throw Object.assign(new Error("refused"), { matrix: refused });
                    return { roomId: "!room:client.test", eventId };
                },
                roomState: (roomId, type) => window.homeserverState(type),
                async download(uri) {
                    const { type, base64 } = await window.homeserverDownload(uri);
                    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
                    return new Blob([bytes], { type });
                },
                onPrompt: (wanted) => window.homeserverPrompt(wanted),
            },
        });
        return picker.widgetId;
    },
    setTheme(theme) {
        picker.setTheme(theme);
        picker.modal?.setTheme(theme);
    },
    setLanguage: (language) => picker.setLanguage(language),
    /** A host that may not send stickers here, as it says itself. */
    refuseStickers(message) {
        picker.api.removeAllListeners("action:m.sticker");
        picker.api.on("action:m.sticker", (event) => {
            event.preventDefault();
            picker.api.transport.reply(event.detail, { error: { message } });
        });
    },
    /** Posts anything to the picker, as this window. */
    post: (message, origin = "*") => picker.frame.contentWindow.postMessage(message, origin),
};
