// What runs when the first pictures are there (`first-view.js`): it answers the host while the app is
// still on its way (a host waits ten seconds and no longer), sets the language, asks for the library
// early, and hands everything over to the app through `window.tesseraBoot`.
(() => {
  "use strict";

  const LOCALES = {
    ar: "/assets/locale-ar.json",
    de: "/assets/locale-de.json",
    en: "/assets/locale-en.json",
    es: "/assets/locale-es.json",
    fr: "/assets/locale-fr.json",
  };
  // What few people need is loaded when it is needed.
  const MODULES = {
    enlarge: "/assets/enlarge.js",
    help: "/assets/help.js",
    "room-packs": "/assets/room-packs.js",
    terms: "/assets/terms.js",
    undo: "/assets/undo.js",
  };
  const RTL = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];
  const VERSIONS = ["0.0.1", "0.0.2"];
  const KNOWN = ["notify_capabilities", "theme_change", "language_change", "visibility",
    "openid_credentials", "close_modal", "button_clicked", "widget_config", "send_event",
    "send_to_device", "update_state", "update_turn_servers"];
  const QUEUE = 64;
  // Stickers that can be in view at first; a cell is some 70 pixels wide and high.
  const FIRST = Math.min(Math.max(Math.ceil((innerHeight - 90) / 68) * Math.floor(innerWidth / 68), 12), 80);
  const first = window.tesseraFirst;
  const { fragment, pause, stored, token, wish } = first;
  const host = window.parent === window ? null : window.parent;
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);

  // In a window that the picker opened itself it needs nothing of the host, which would ask.
  const CAPABILITIES = fragment.has("modal")
    ? []
    : ["m.sticker", "org.matrix.msc2762.send.event:m.sticker"];

  // Says what is in the page itself in the language of the texts.
  const translate = (texts) => {
    for (const element of document.querySelectorAll("[data-text], [data-label]")) {
      const { text, label } = element.dataset;
      const said = texts[text || label];
      if (text) {
        element.textContent = said || element.textContent;
      } else {
        element.ariaLabel = said || element.ariaLabel;
        if (element.localName === "input") element.placeholder = element.ariaLabel;
        else element.title = element.ariaLabel;
      }
    }
  };

  const titleOf = (titles) => {
    const names = titles.split("\n");
    const title = names.find((name) => name.startsWith(boot.lang)) || names[0];
    return title.slice(title.indexOf(" ") + 1);
  };
  const painted = (images) => Promise.allSettled(images.map((image) => {
    image.loading = "eager";
    return image.decode();
  }));
  const sources = (root, selector) =>
    [...root.querySelectorAll(selector)].slice(0, FIRST).map((image) => image.getAttribute("src"));
  const keepView = () => {
    const list = document.getElementById("stickers");
    if (!list || list.hidden || list.scrollTop > 0) return;
    const tabs = [...document.querySelectorAll("#packs > button:not([hidden])")].slice(0, 9);
    const packs = [...list.children].slice(0, 3).map((pack) =>
      [pack.ariaLabel, sources(pack, ".sticker img")]);
    const covers = tabs.map((tab) => sources(tab, "img")[0] || "");
    // What begins with recent or favourite stickers, only this device knows.
    const view = { covers, packs, own: !covers[0] };
    try {
      localStorage.setItem("tessera.view", JSON.stringify(view));
    } catch {
      // The next visit begins without it.
    }
  };
  const drawLine = async (answer) => {
    const reader = answer.clone().body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
    }
    reader.cancel();
    const lines = text.split("\n").slice(0, 9);
    // The last may have arrived in part.
    if (lines.length > 1) lines.pop();
    const packs = lines.map((line) => JSON.parse(line));
    const pictures = ({ previews }, count) => previews.split("\n", count)
      .map((ids) => "/previews/" + ids.split(" ")[0] + ".webp");
    first.draw({
      covers: packs.map((pack) => pictures(pack, 1)[0]),
      packs: [[titleOf(packs[0].titles), pictures(packs[0], FIRST)]],
    });
  };

  const boot = {
    search: location.search,
    hash: location.hash,
    lang: "en",
    locale: null,
    library: null,
    handler: null,
    queue: [],
    // The app takes over: it gets what came so far, marked as answered, and all that comes.
    take(handler) {
      boot.handler = handler;
      for (const [data, origin] of boot.queue.splice(0)) handler(data, origin, true);
      setTimeout(keepView, 5000);
    },
    theme: first.theme,
    // The app has drawn: what we drew goes, at once or when the app's pictures can be painted.
    uncover(atOnce) {
      const skeleton = document.getElementById("skeleton");
      const hide = () => {
        skeleton.hidden = true;
      };
      if (atOnce || !first.drawn) return hide();
      const shown = [...document.querySelectorAll("#packs img, #stickers img")].filter((image) => {
        const { top, left, width } = image.getBoundingClientRect();
        return width > 0 && top < innerHeight && left < innerWidth;
      });
      Promise.race([painted(shown), pause(1500)]).then(hide);
    },
    module: (name) => import(MODULES[name]),
    // What the host lets us do, and what is to happen when it lets us do more.
    granted: [],
    approval: () => {},
    approved(list) {
      boot.granted.push(...list);
      boot.approval();
    },
    // The app lends the modules its way to the host.
    serve(ask) {
      boot.ask = ask;
    },
    // Downloads the texts of a language; of English where there are none.
    language(tag) {
      const lang = String(tag || "en").toLowerCase().split(/[-_]/)[0];
      const known = Object.hasOwn(LOCALES, lang);
      boot.lang = known ? String(tag || lang).replace("_", "-") : "en";
      root.lang = boot.lang;
      root.dir = known && RTL.includes(lang) ? "rtl" : "ltr";
      boot.locale = line
        .then(() => fetch(LOCALES[known ? lang : "en"], { signal: AbortSignal.timeout(9000) }))
        .then((answer) => answer.json())
        .catch(() => ({}));
      boot.locale.then(translate);
    },
  };
  Object.defineProperty(window, "tesseraBoot", { value: boot });

  // The token must not stay where a copied address or a log would carry it along.
  const scalarToken = query.get("scalar_token");
  if (query.has("scalar_token")) {
    query.delete("scalar_token");
    const rest = query.toString();
    history.replaceState(null, "", location.pathname + (rest && "?" + rest) + location.hash);
  }

  // `URL.origin` is "null" for `vector://vector`, so origins are built from scheme and host.
  const originOf = (address) => {
    try {
      const url = new URL(address);
      if (url.protocol === "file:") return "null";
      return url.origin !== "null" ? url.origin : url.host ? url.protocol + "//" + url.host : null;
    } catch {
      return null;
    }
  };
  let origin = originOf(query.get("parentUrl"));
  let widgetId = query.get("widgetId") || null;

  const responseTo = (action) => {
    if (action === "capabilities") return { capabilities: CAPABILITIES };
    if (action === "supported_api_versions") return { supported_versions: VERSIONS };
    if (KNOWN.includes(action)) return {};
    const message = "Unknown or unsupported to-widget action: " + action.slice(0, 100);
    return { error: { message } };
  };

  const filled = (value) => typeof value === "string" && value !== "";
  const hear = (event) => {
    if (!host || event.source !== host || (origin && event.origin !== origin)) return;
    const message = event.data;
    if (boot.handler) return boot.handler(message, event.origin, false);
    if (typeof message !== "object" || message === null || message.api !== "toWidget") return;
    const { action, requestId, response, data } = message;
    if (response || !filled(action) || !filled(requestId) || !filled(message.widgetId)) return;
    if (widgetId && message.widgetId !== widgetId) return;
    widgetId = message.widgetId;
    origin = event.origin;
    try {
      const target = /^https?:/.test(origin) ? origin : "*";
      host.postMessage({ ...message, response: responseTo(action) }, target);
      if (action === "theme_change" && data && filled(data.name)) boot.theme(data.name);
    } catch {
      // What cannot be cloned back was not sent by a Matrix client.
    }
    if (boot.queue.length < QUEUE) boot.queue.push([message, event.origin]);
  };
  removeEventListener("message", first.keep);
  addEventListener("message", hear);
  for (const event of first.messages.splice(0)) hear(event);

  if (fragment.has("modal")) root.dataset.modal = "";
  document.getElementById("picker").dataset.size = stored("tessera.size") || "1";

  // Pictures first: everything else would take the line and the processor from them.
  const line = scalarToken ? Promise.race([first.shown, pause(800)]) : Promise.resolve();
  boot.language(wish("lang") || navigator.language);
  const titles = document.querySelector("#skeleton [data-titles]");
  if (titles) titles.textContent = titleOf(titles.dataset.titles);
  if (token) {
    const headers = { Authorization: "Bearer " + token };
    const etag = stored("tessera.library.etag");
    if (etag && stored("tessera.library")) headers["If-None-Match"] = etag;
    const load = () => fetch("/api/v1/library", { headers, signal: AbortSignal.timeout(20000) });
    boot.library = { token, answer: line.then(load) };
    // Whoever waits for it hears of its failure.
    boot.library.answer.catch(() => {});
  }
  const pictures = async () => {
    await first.shown;
    if (!token || first.drawn) return;
    await boot.library.answer.then(drawLine);
    await painted([...document.querySelectorAll("#skeleton img")]);
    await first.painted();
  };
  addEventListener("pagehide", keepView);
  document.addEventListener("visibilitychange", keepView);

  const failed = () => {
    if (boot.handler) return;
    const notice = document.getElementById("boot-failure");
    if (notice) notice.hidden = false;
  };
  setTimeout(failed, 30000);
  // Without a picture (a page that is not shown has no frames, a library may be slow) the app comes
  // all the same.
  Promise.race([pictures().catch(() => {}), pause(800)])
    .then(() => import("/assets/picker.js"))
    .then((app) => app.default({ module_or_path: "/assets/picker_bg.wasm" }))
    .catch(failed);
})();
