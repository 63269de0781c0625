// The playground: a demo room with the real picker and the real manager in it.

import { DemoRoom } from "./demo-room.mjs";
import { HostedPicker, templateUrl } from "./element-host.mjs";
import { Extensions } from "./extensions.mjs";
import { MessageLog } from "./message-log.mjs";

const USER_ID = "@demo:playground.localhost";
const ROOM_ID = "!demo:playground.localhost";
// Element shows stickers no larger than this.
const LARGEST = { portrait: [183, 324], other: [324, 324] };

const byId = (id) => document.getElementById(id);
const log = new MessageLog({
    list: byId("log-list"),
    filter: byId("log-filter"),
    copy: byId("log-copy"),
    clear: byId("log-clear"),
    count: byId("log-count"),
});
let picker;

// The page and the picker are of two origins, as in life: `localhost` and `127.0.0.1` are both
// this machine.
function pickerOrigin() {
    const other = location.hostname === "localhost" ? "127.0.0.1" : "localhost";
    return `${location.protocol}//${other}:${location.port}`;
}

const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

async function demoOpenId() {
    const answer = await fetch("/playground/openid", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user: "demo" }),
    });
    if (!answer.ok) throw new Error(`no demo identity: ${answer.status}`);
    return answer.json();
}

async function signIn() {
    const registered = await fetch("/_matrix/integrations/v1/account/register", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(await demoOpenId()),
    });
    if (!registered.ok) throw new Error(`no sign-in: ${registered.status}`);
    return (await registered.json()).token;
}

// What a user does in "your sign-ins", or time: the picker must sign in again by itself.
async function endSessions() {
    const headers = { Authorization: `Bearer ${await signIn()}` };
    const { sessions } = await (await fetch("/api/v1/sessions", { headers })).json();
    const others = sessions.filter(({ current }) => !current);
    const own = sessions.filter(({ current }) => current);
    for (const { id } of [...others, ...own]) {
        await fetch(`/api/v1/sessions/${id}`, { method: "DELETE", headers });
    }
    notice(`${others.length} sign-ins of the picker were ended.`);
}

async function answerOpenId({ allow, deny, ask }) {
    try {
        if (chosen("openid") === "deny") return deny();
        if (chosen("openid") === "ask") {
            ask();
            const dialog = byId("openid-dialog");
            dialog.returnValue = "cancel";
            dialog.showModal();
            await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
            if (dialog.returnValue !== "continue") return deny();
        }
        allow(await demoOpenId());
    } catch (error) {
        notice(`The demo identity cannot be had: ${error.message}`);
        deny();
    }
}

function notice(text) {
    const row = document.createElement("li");
    row.className = "notice";
    row.textContent = text;
    timelineEnd(row);
}

function timelineEnd(row) {
    const timeline = byId("timeline");
    timeline.append(row);
    timeline.scrollTop = timeline.scrollHeight;
}

const mediaOf = (uri) =>
    uri?.replace(/^mxc:\/\/playground\.localhost\/([A-Za-z0-9_-]+)$/, "/playground/media/$1");

// The demo room has a pack of its own: a few stickers of the starter pack.
async function roomState(roomId, type) {
    if (type === "m.room.join_rules") {
        return [{ type, state_key: "", room_id: roomId, content: { join_rule: "public" } }];
    }
    if (type !== "m.room.image_pack") return [];
    const headers = { Authorization: `Bearer ${await signIn()}` };
    const library = await (await fetch("/api/v1/library", { headers })).text();
    const pack = JSON.parse(library.split("\n")[0]);
    const [shortcodes, bodies, urls, infos] = ["shortcodes", "bodies", "urls", "infos"].map((column) =>
        pack[column].split("\n"),
    );
    const image = (i) => {
        const [mimetype, w, h, size] = infos[i].split(" ");
        return { url: urls[i], body: bodies[i], info: { mimetype, w: +w, h: +h, size: +size } };
    };
    const images = Object.fromEntries([3, 9, 12, 15, 18, 21].map((i) => [shortcodes[i], image(i)]));
    const about = { display_name: "The demo room’s own", attribution: "From the starter pack" };
    return [{ type, state_key: "demo", room_id: roomId, content: { images, pack: about } }];
}

function showSticker({ url, info = {}, body }, eventId) {
    const row = document.createElement("li");
    if (eventId) row.id = eventId;
    row.className = "event";
    const avatar = document.createElement("span");
    avatar.className = "avatar";
    avatar.ariaHidden = "true";
    avatar.textContent = "Y";
    const sender = document.createElement("span");
    sender.className = "sender";
    sender.textContent = "You";
    const image = document.createElement("img");
    const [w, h] = info.h > info.w ? LARGEST.portrait : LARGEST.other;
    const scale = Math.min(1, w / info.w, h / info.h);
    image.width = Math.round(info.w * scale) || 128;
    image.height = Math.round(info.h * scale) || 128;
    image.alt = body;
    image.title = body;
    image.src = mediaOf(url) ?? "";
    row.append(avatar, sender, image);
    timelineEnd(row);
}

function setPopupOpen(open) {
    byId("popup").hidden = !open;
    byId("sticker").setAttribute("aria-expanded", String(open));
}

function openPicker() {
    picker?.stop();
    picker = new HostedPicker({
        container: byId("frame"),
        modalContainer: byId("modal"),
        url: templateUrl(pickerOrigin()),
        userId: USER_ID,
        roomId: ROOM_ID,
        theme: chosen("theme"),
        language: byId("language").value,
        onMessage: (entry) => log.add(entry),
        homeserver: {
            openId: answerOpenId,
            sendSticker: (content) => {
                showSticker(content);
                if (!byId("stay-open").checked) setPopupOpen(false);
            },
            sendEvent: async (type, content) => {
                const eventId = `$${crypto.randomUUID()}`;
                if (type === "m.room.redaction") document.getElementById(content.redacts)?.remove();
                else if (type === "m.sticker") showSticker(content, eventId);
                else throw new Error(`the demo room takes no ${type}`);
                return { roomId: ROOM_ID, eventId };
            },
            roomState,
            download: async (uri) => (await fetch(mediaOf(uri))).blob(),
            onPrompt: (wanted) => {
                notice(`Element would ask the user first, and was told to allow: ${wanted.join(", ")}`);
                return wanted;
            },
        },
    });
    picker.muted = byId("muted").checked;
    setPopupOpen(true);
}

const extensions = new Extensions({
    room: new DemoRoom({ id: ROOM_ID, userId: USER_ID, openId: demoOpenId }),
    token: signIn,
    origin: pickerOrigin,
    look: () => ({ theme: chosen("theme"), language: byId("language").value }),
    muted: () => byId("muted").checked,
    onMessage: (entry) => log.add(entry),
});
byId("extensions").addEventListener("click", () => setPopupOpen(false));
byId("modal-close").addEventListener("click", () => picker.closeModal());
for (const input of document.querySelectorAll('input[name="theme"]')) {
    input.addEventListener("change", () => {
        document.documentElement.dataset.theme = chosen("theme");
        picker.setTheme(chosen("theme"));
    });
}
byId("language").addEventListener("change", () => picker.setLanguage(byId("language").value));
byId("size").addEventListener("change", () => {
    byId("popup").dataset.size = byId("size").value;
    setPopupOpen(true);
});
byId("muted").addEventListener("change", () => {
    picker.muted = byId("muted").checked;
    extensions.setMuted(byId("muted").checked);
});
byId("sticker").addEventListener("click", () => setPopupOpen(byId("popup").hidden));
byId("reload").addEventListener("click", openPicker);
byId("end-sessions").addEventListener("click", endSessions);

if (matchMedia("(prefers-color-scheme: dark)").matches) {
    document.querySelector('input[name="theme"][value="dark"]').checked = true;
    document.documentElement.dataset.theme = "dark";
}
openPicker();
