// The operator's terms, read and accepted in the picker itself: clients show a dialog of their own
// for the integration manager alone. Loaded when the server asks for consent.

const TEXTS = {
  ar: "/assets/terms-ar.json",
  de: "/assets/terms-de.json",
  en: "/assets/terms-en.json",
  es: "/assets/terms-es.json",
  fr: "/assets/terms-fr.json",
};
const TIME = 20000;

const element = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

// In a tab of its own, so that the picker stays as it is.
const link = (url, text) => {
  const made = element("a", text);
  Object.assign(made, { href: url, target: "_blank", rel: "noopener noreferrer" });
  return made;
};

/** Shows what there is to accept to the session of a token, in a language; whether it was accepted. */
export default async ([token, tag]) => {
  const texts = await (await fetch(TEXTS[tag.split("-")[0]] || TEXTS.en)).json();
  const headers = { Authorization: "Bearer " + token, "Content-Type": "application/json" };
  const call = (path, options) =>
    fetch(path, { headers, signal: AbortSignal.timeout(TIME), ...options });
  document.getElementById("terms")?.remove();

  const heading = element("h2", texts.title);
  heading.id = "terms-title";
  heading.tabIndex = -1;
  heading.autofocus = true;
  const list = element("ul");
  const problem = element("p");
  problem.role = "alert";
  const accept = element("button", texts.accept);
  accept.type = "button";
  accept.className = "button";
  const close = element("button", texts.close);
  close.className = "button quiet";
  const buttons = element("div", "", accept, close);
  const form = element("form", "", heading, list, element("p", texts.text), problem, buttons);
  form.method = "dialog";
  const dialog = element("dialog", "", form);
  dialog.id = "terms";
  dialog.setAttribute("aria-labelledby", heading.id);

  let urls = [];
  const show = async () => {
    const answer = await call("/api/v1/terms?language=" + encodeURIComponent(tag));
    if (!answer.ok) throw new Error((await answer.json()).error);
    const unsigned = (await answer.json()).documents.filter(({ accepted }) => !accepted);
    urls = unsigned.map(({ url }) => url);
    list.replaceChildren(...unsigned.map(({ name, url, changes_url: changes }) => {
      const row = element("li", "", link(url, name));
      row.dir = "auto";
      if (changes) row.append(" · ", link(changes, texts.changes));
      return row;
    }));
  };
  // Whatever is done next takes the last failure away.
  const tried = async (action) => {
    accept.disabled = true;
    problem.textContent = "";
    try {
      await action();
    } catch (error) {
      problem.textContent = error instanceof TypeError || !error.message ? texts.failed : error.message;
    }
    accept.disabled = false;
  };
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "accepted");
    });
  });
  accept.addEventListener("click", () => tried(async () => {
    if (urls.length === 0) return show();
    const body = JSON.stringify({ user_accepts: urls });
    const answer = await call("/api/v1/terms", { method: "POST", body });
    if (answer.ok) return dialog.close("accepted");
    const { error } = await answer.json();
    // They may have changed while they were read.
    await show();
    throw new Error(error);
  }));
  document.body.append(dialog);
  dialog.showModal();
  await tried(show);
  return closed;
};
