// The message log: every postMessage between the room and the picker or the manager, secrets left out.

const SECRET = /token$/i;

/** A copy of `value` in which no secret can be read. */
export function redacted(value, depth = 0) {
    if (depth > 20) return "…";
    if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
            key,
            SECRET.test(key) && typeof item === "string" ? "•••" : redacted(item, depth + 1),
        ]),
    );
}

export class MessageLog {
    #begun = performance.now();
    #entries = [];

    constructor({ list, filter, copy, clear, count }) {
        this.list = list;
        this.filter = filter;
        this.count = count;
        filter.addEventListener("input", () => this.#show());
        copy.addEventListener("click", () => this.#copy(copy));
        clear.addEventListener("click", () => {
            this.#entries = [];
            this.list.replaceChildren();
            this.#show();
        });
    }

    add({ direction, message, withheld = false }) {
        const at = Math.round(performance.now() - this.#begun);
        const clean = redacted(message);
        const text = JSON.stringify(clean, null, 2) ?? String(clean);
        const kind = !clean?.response ? "request" : clean.response.error ? "error" : "reply";
        const row = document.createElement("li");
        const [way, other] = direction.split(" ");
        row.className = `message ${way} ${kind}`;
        if (withheld) row.classList.add("withheld");
        const details = document.createElement("details");
        const summary = document.createElement("summary");
        const arrow = way === "to" ? `room → ${other}` : `${other} → room`;
        summary.append(
            part("time", `${at} ms`),
            part("arrow", arrow),
            part("action", String(clean?.action ?? "(no action)")),
            part("kind", withheld ? "withheld" : kind),
        );
        const body = document.createElement("pre");
        body.tabIndex = 0;
        body.textContent = text;
        details.append(summary, body);
        row.append(details);
        const entry = { row, text: `${at} ms  ${arrow}  ${kind}${withheld ? " (withheld)" : ""}\n${text}` };
        this.#entries.push(entry);
        this.list.append(row);
        this.#show([entry]);
        this.list.scrollTop = this.list.scrollHeight;
    }

    #show(entries = this.#entries) {
        const wanted = this.filter.value.trim().toLowerCase();
        for (const { row, text } of entries) row.hidden = !text.toLowerCase().includes(wanted);
        const shown = this.#entries.filter(({ row }) => !row.hidden).length;
        this.count.textContent = `${shown} of ${this.#entries.length}`;
    }

    async #copy(button) {
        const shown = this.#entries.filter(({ row }) => !row.hidden);
        await navigator.clipboard.writeText(shown.map(({ text }) => text).join("\n\n"));
        const label = button.textContent;
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = label), 1500);
    }
}

function part(name, text) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
}
