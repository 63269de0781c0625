// The first thing that runs in the page where packs are made, before the first paint: theme, language, texts
// (the manager's too, of which this page shares failures and signing in), and the app.
(() => {
  "use strict";

  const SHARED = {
    ar: "/assets/manager-locale-ar.json",
    de: "/assets/manager-locale-de.json",
    en: "/assets/manager-locale-en.json",
    es: "/assets/manager-locale-es.json",
    fr: "/assets/manager-locale-fr.json",
  };
  const OWN = {
    ar: "/assets/making-locale-ar.json",
    de: "/assets/making-locale-de.json",
    en: "/assets/making-locale-en.json",
    es: "/assets/making-locale-es.json",
    fr: "/assets/making-locale-fr.json",
  };
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const boot = {
    search: location.search,
    hash: location.hash,
    ancestor: location.ancestorOrigins?.[0] || "",
    lang: "en",
    locale: null,
    started: false,
  };
  Object.defineProperty(window, "tesseraBoot", { value: boot });

  const theme = query.get("theme") || "";
  if (theme) {
    const dark = /dark|black/i.test(theme);
    root.dataset.theme = (dark ? "dark" : "light") + (/contrast|-hc/i.test(theme) ? "-hc" : "");
  }

  const short = (tag) => tag.toLowerCase().split(/[-_]/)[0];
  const wished = [query.get("lang"), ...navigator.languages].filter(Boolean);
  const tag = wished.find((tag) => Object.hasOwn(OWN, short(tag))) || "en";
  boot.lang = root.lang = tag.replace("_", "-");
  root.dir = short(tag) === "ar" ? "rtl" : "ltr";
  const texts = (address) =>
    fetch(address, { signal: AbortSignal.timeout(9000) }).then((answer) => answer.json()).catch(() => ({}));
  boot.locale = Promise.all([texts(SHARED[short(tag)]), texts(OWN[short(tag)])])
    .then(([shared, own]) => ({ ...shared, ...own }));

  const parsed = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  Promise.all([boot.locale, parsed]).then(([said]) => {
    document.title = said.making_title || document.title;
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = said[element.dataset.text] || element.textContent;
    }
  });
  const failed = () => {
    if (!boot.started) document.getElementById("boot-failure").hidden = false;
  };
  setTimeout(failed, 30000);
  Promise.all([import("/assets/making.js"), parsed])
    .then(([app]) => app.default({ module_or_path: "/assets/making_bg.wasm" }))
    .catch(() => parsed.then(failed));
})();
