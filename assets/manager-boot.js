// The first thing that runs in the manager's page, before the first paint: it takes the token out of
// the address, sets theme and language, asks for the texts, and starts the app. The host waits for
// nothing here, so nothing is answered.
(() => {
  "use strict";

  const LOCALES = {
    ar: "/assets/manager-locale-ar.json",
    de: "/assets/manager-locale-de.json",
    en: "/assets/manager-locale-en.json",
    es: "/assets/manager-locale-es.json",
    fr: "/assets/manager-locale-fr.json",
  };
  // What kinds of widgets are called, and what their fields mean.
  const WIDGETS = {
    ar: "/assets/widgets-ar.json",
    de: "/assets/widgets-de.json",
    en: "/assets/widgets-en.json",
    es: "/assets/widgets-es.json",
    fr: "/assets/widgets-fr.json",
  };
  const RTL = ["ar"];
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const boot = {
    search: location.search,
    hash: location.hash,
    // Who framed us, where the browser tells; elsewhere the first answer does.
    ancestor: location.ancestorOrigins?.[0] || "",
    lang: "en",
    locale: null,
    widgets: null,
    started: false,
  };
  Object.defineProperty(window, "tesseraBoot", { value: boot });

  // The token must not stay where a copied address or a log would carry it along.
  if (query.has("scalar_token")) {
    const rest = new URLSearchParams(query);
    rest.delete("scalar_token");
    history.replaceState(null, "", location.pathname + (rest.size ? "?" + rest : "") + location.hash);
  }

  const theme = query.get("theme") || "";
  if (theme) {
    const dark = /dark|black/i.test(theme);
    root.dataset.theme = (dark ? "dark" : "light") + (/contrast|-hc/i.test(theme) ? "-hc" : "");
  }

  // Element does not tell its language, so it is the browser's.
  const wished = [query.get("lang"), ...navigator.languages].filter(Boolean);
  const short = (tag) => tag.toLowerCase().split(/[-_]/)[0];
  const tag = wished.find((tag) => Object.hasOwn(LOCALES, short(tag))) || "en";
  boot.lang = tag.replace("_", "-");
  root.lang = boot.lang;
  root.dir = RTL.includes(short(tag)) ? "rtl" : "ltr";
  boot.locale = fetch(LOCALES[short(tag)], { signal: AbortSignal.timeout(9000) })
    .then((answer) => answer.json())
    .catch(() => ({}));
  boot.widgets = fetch(WIDGETS[short(tag)], { signal: AbortSignal.timeout(9000) })
    .then((answer) => answer.text())
    .catch(() => "");

  const parsed = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  Promise.all([boot.locale, parsed]).then(([texts]) => {
    document.title = texts.title || document.title;
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = texts[element.dataset.text] || element.textContent;
    }
  });

  const failed = () => {
    if (!boot.started) document.getElementById("boot-failure").hidden = false;
  };
  setTimeout(failed, 30000);
  Promise.all([import("/assets/manager.js"), parsed])
    .then(([app]) => app.default({ module_or_path: "/assets/manager_bg.wasm" }))
    .catch((error) => {
      console.error(error);
      parsed.then(failed);
    });
})();
