// A wrapper's only script: loads the third party's page on a click, and is polite to the Matrix
// client, which asks every widget what it wants: nothing.
addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || data?.api !== "toWidget" || data.response || !data.action) return;
  const response = data.action === "capabilities" ? { capabilities: [] } : {};
  source.postMessage({ ...data, response }, origin === "null" || !/^https?:/.test(origin) ? "*" : origin);
  if (data.action === "theme_change") {
    document.documentElement.dataset.theme = /dark/.test(data.data?.name) ? "dark" : "light";
  }
});
document.getElementById("show")?.addEventListener("click", ({ currentTarget: { dataset } }) => {
  const frame = document.createElement("iframe");
  frame.title = dataset.title;
  frame.referrerPolicy = dataset.referrer;
  frame.allow = "autoplay; camera; clipboard-write; display-capture; encrypted-media; fullscreen; microphone; picture-in-picture";
  // No way to the page around us: it cannot navigate the client away.
  frame.setAttribute("sandbox", "allow-downloads allow-forms allow-popups allow-popups-to-escape-sandbox allow-presentation allow-same-origin allow-scripts");
  frame.src = dataset.url;
  document.querySelector("main").replaceWith(frame);
  frame.focus();
});
