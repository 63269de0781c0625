// The packs of the room in view, with pictures that the client fetches. Loaded when somebody asks
// for the room's stickers.

import { ask, may, refusal } from "./client.js";
import { packsOf } from "./image-packs.js";

const STATE = ["m.room.image_pack", "im.ponies.room_emotes", "m.room.join_rules"];
const CAPABILITIES = [
  ...STATE.map((type) => "org.matrix.msc2762.receive.state_event:" + type),
  "org.matrix.msc4039.download_file",
];
// By pack, the request that saves it.
const requests = new Map();

/** Lines of the library; `null` if the client does not let us see them. */
export const show = async () => {
  if (!(await may(CAPABILITIES))) return null;
  const state = [];
  for (const type of STATE) {
    const response = await ask("org.matrix.msc2876.read_events", { type, state_key: true });
    if (refusal(response) || !response.events) return null;
    state.push(response.events);
  }
  const packs = packsOf(state);
  requests.clear();
  for (const { line, save } of packs) requests.set(JSON.parse(line).id, save);
  return packs.map(({ line }) => line);
};

/** Saves a pack to the user's own; whether that succeeded. */
export const save = async ([pack, token]) => {
  const headers = { Authorization: "Bearer " + token, "Content-Type": "application/json" };
  const options = { method: "POST", headers, body: requests.get(pack), signal: AbortSignal.timeout(60000) };
  return (await fetch("/api/v1/library/packs", options)).ok;
};

// Pictures are fetched when they come into view, a few at a time.
const AT_ONCE = 6;
const pictures = new Map();
const waiting = [];
let fetching = 0;

const showIn = (image) => {
  image.src = pictures.get(image.dataset.mxc);
  image.removeAttribute("data-mxc");
};
const next = async () => {
  if (fetching >= AT_ONCE || waiting.length === 0) return;
  const uri = waiting.shift();
  fetching += 1;
  const { file } = await ask("org.matrix.msc4039.download_file", { content_uri: uri });
  fetching -= 1;
  if (file instanceof Blob) {
    pictures.set(uri, URL.createObjectURL(file));
    for (const image of document.querySelectorAll("img[data-mxc]")) {
      if (image.dataset.mxc === uri) showIn(image);
    }
  }
  next();
};
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    const uri = target.dataset.mxc;
    if (!isIntersecting || !uri) continue;
    seen.unobserve(target);
    if (!pictures.has(uri) && !waiting.includes(uri)) waiting.push(uri);
    next();
  }
});
const watch = () => {
  for (const image of document.querySelectorAll("img[data-mxc]")) {
    if (pictures.has(image.dataset.mxc)) showIn(image);
    else seen.observe(image);
  }
};
new MutationObserver(watch).observe(document.body, {
  subtree: true, childList: true, attributes: true, attributeFilter: ["data-mxc"],
});
