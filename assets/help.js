// What the keys do. Loaded when somebody asks.

const TEXTS = {
  ar: "/assets/help-ar.json",
  de: "/assets/help-de.json",
  en: "/assets/help-en.json",
  es: "/assets/help-es.json",
  fr: "/assets/help-fr.json",
};

const element = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

/** Shows the help in a language, given by its tag. */
export default async (tag) => {
  const url = TEXTS[tag.split("-")[0]] || TEXTS.en;
  const { title, close, rows } = await (await fetch(url)).json();
  document.getElementById("help")?.remove();
  const heading = element("h2", title);
  heading.id = "help-title";
  // The first thing to read is the first thing in view.
  heading.tabIndex = -1;
  heading.autofocus = true;
  const list = element("dl");
  for (const [key, text] of rows) list.append(element("dt", "", element("kbd", key)), element("dd", text));
  const button = element("button", close);
  button.className = "button";
  const form = element("form", "", heading, list, button);
  form.method = "dialog";
  const dialog = element("dialog", "", form);
  dialog.id = "help";
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};
