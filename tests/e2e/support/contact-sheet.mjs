// Pictures of everything, on one page to look at.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { OUTPUT, picture } from "./client.mjs";

const HEAD = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tessera</title>
<style>
body { font: 14px sans-serif; margin: 16px; background: #888 }
nav { columns: 12em } nav a { display: block } a { color: inherit }
div { display: flex; flex-wrap: wrap; gap: 12px; align-items: start }
figure { margin: 0 } img { max-width: 600px; display: block }
</style></head><body>`;

/** The pictures of one run, in a folder and on a page of this name. */
export class ContactSheet {
    #states = new Map();

    constructor(name) {
        this.name = name;
        // What an earlier run left would be taken for ours.
        rmSync(join(OUTPUT, name), { recursive: true, force: true });
        mkdirSync(join(OUTPUT, name), { recursive: true });
    }

    async add(part, { state, width, theme }) {
        const file = `${this.name}/${state}-${width}-${theme}`;
        await picture(part, file);
        if (!this.#states.has(state)) this.#states.set(state, []);
        this.#states.get(state).push({ title: `${theme}, ${width}`, file: `${file}.png` });
    }

    write() {
        const figure = ({ title, file }) =>
            `<figure><a href="${file}"><img src="${file}" alt=""></a>` +
            `<figcaption>${title}</figcaption></figure>`;
        const section = ([state, pictures]) =>
            `<h2 id="${state}">${state}</h2><div>${pictures.map(figure).join("")}</div>`;
        const link = (state) => `<a href="#${state}">${state}</a>`;
        const html = [
            HEAD,
            `<nav>${[...this.#states.keys()].map(link).join("")}</nav>`,
            ...[...this.#states].map(section),
        ];
        writeFileSync(join(OUTPUT, `${this.name}.html`), html.join("\n"));
    }
}
