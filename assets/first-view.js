// What runs before the first paint, and no more: the theme, what the last visit kept to show, and a
// place for what the host says meanwhile. When the first pictures are there the rest of the page is
// added, with its styles and `boot.js`; text, fields and script would have come before them.
(() => {
  "use strict";

  const QUEUE = 64;
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.split("?")[1] || "");
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const frame = () => new Promise(requestAnimationFrame);
  const wish = (name) => {
    const value = query.get(name) || fragment.get(name) || "";
    return value.startsWith("$") ? "" : value;
  };
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  // The first stickers, drawn before the app is there: those of the last visit, or of the first
  // pack to arrive, where the server has not put them into the page. The app draws the same at the
  // same places.
  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };
  const picture = (src) => {
    const image = new Image();
    image.alt = "";
    image.src = src;
    return image;
  };

  const first = {
    fragment,
    wish,
    stored,
    pause,
    messages: [],
    // Whether there are pictures, and when they have been seen.
    drawn: false,
    shown: Promise.resolve(),
    keep(event) {
      const heard = event.source === window.parent && first.messages.length < QUEUE;
      if (heard) first.messages.push(event);
    },
    theme(name) {
      const dark = /dark|black/i.test(name);
      root.dataset.theme = (dark ? "dark" : "light") + (/contrast/i.test(name) ? "-hc" : "");
    },
    draw({ covers, packs }) {
      if (first.drawn) return;
      first.drawn = true;
      const shelf = packs.map(([title, pictures]) =>
        element("div", "pack",
          element("div", "pack-title", element("span", "", title)),
          element("div", "grid", ...pictures.map((src) => element("i", "sticker", picture(src))))));
      document.getElementById("skeleton").replaceChildren(
        element("div", "bar", ...covers.map((src) => element("i", "", ...(src ? [picture(src)] : [])))),
        element("div", "shelf", ...shelf));
    },
    // One frame begins with what is there, the next has shown it.
    painted: () => frame().then(frame),
  };
  Object.defineProperty(window, "tesseraFirst", { value: first });

  addEventListener("message", first.keep);
  const theme = wish("theme");
  if (theme) first.theme(theme);

  // What is kept belongs to the user that the address names, and not to whoever uses this browser
  // next. Only a hint: who somebody is, the homeserver says.
  const user = wish("user");
  if (user && stored("tessera.user") !== user) {
    try {
      localStorage.clear();
      localStorage.setItem("tessera.user", user);
    } catch {
      // Nothing can be kept, so nothing is.
    }
  }
  first.token = query.get("scalar_token") || stored("tessera.session");

  const loaded = new Promise((resolve) => addEventListener("load", resolve));
  const show = () => {
    const skeleton = document.getElementById("skeleton");
    skeleton.dataset.size = stored("tessera.size") || "1";
    // The server may have drawn the user's packs into the page, where the address says who they are;
    // what begins with recent or favourite stickers, only this device knows.
    const served = skeleton.querySelector("[data-titles]");
    const view = first.token && JSON.parse(stored("tessera.view"));
    if (view && (view.own || !served)) first.draw(view);
    else first.drawn = Boolean(served);
    if (first.drawn) first.shown = loaded.then(first.painted);
  };
  addEventListener("DOMContentLoaded", () => {
    try {
      show();
    } catch {
      // What was kept is not what we keep: the page begins without it.
    }
    // A page that is not shown has no frames, and a picture may be slow.
    Promise.race([first.shown, pause(300)]).then(() =>
      document.body.append(document.getElementById("rest").content));
  });
})();
