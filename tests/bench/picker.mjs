// How quick the real picker is, beside a page without any script that shows the same pictures at the
// same places from the same server. Run by `cargo xtask bench picker`.

import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { temporaryFolder } from "../e2e/support/processes.mjs";
import { Tessera } from "../e2e/support/tessera.mjs";
import { film, slowed } from "./film.mjs";
import { drawPacks, importPacks, repeatPacks } from "./stickers.mjs";

const ROUNDS = Number(process.env.TESSERA_BENCH_ROUNDS ?? 5);
/** How often somebody comes back after a first visit: frames make single times differ by a fifth. */
const RETURNS = 3;
/** How long a browser that was just started is left alone, in milliseconds. */
const START = 2000;
const VIEW = { width: 300, height: 283 };
const PICTURES = ".sticker img, #packs img";
const HOST = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<style>html, body { margin: 0; height: 100% } iframe { width: 100%; height: 100%; border: 0; display: block }</style>
<iframe></iframe></html>`;
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];

const rows = [];
const report = (what, value, aim) => rows.push({ what, value, aim, met: aim === undefined ? "" : value <= aim ? "yes" : "NO" });
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const web = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(HOST));
await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
const host = `http://127.0.0.1:${web.address().port}/`;

async function withPage(profile, then) {
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: process.env.TESSERA_TEST_CHROMIUM, args: ARGUMENTS, viewport: VIEW,
    });
    try {
        const page = context.pages()[0] ?? (await context.newPage());
        await page.goto(host);
        // The browser itself is busy for a while after its start, with pages of its own.
        await new Promise((resolve) => setTimeout(resolve, START));
        return await then(page);
    } finally {
        await context.close();
    }
}

/** A first visit and later ones of the same person, each in a browser that was just started. */
async function visits(address) {
    const profile = temporaryFolder("profile");
    const visit = () =>
        withPage(profile, async (page) => film(page, await slowed(page), address(), PICTURES));
    const cold = [await visit()];
    const warm = [];
    for (let i = 0; i < RETURNS; i += 1) warm.push(await visit());
    rmSync(profile, { recursive: true, force: true });
    return { cold, warm };
}

/** A copy of the app whose picker is a page that a person could have written by hand. */
function floorApp(places) {
    const folder = temporaryFolder("floor");
    cpSync(process.env.TESSERA_TEST_APP, folder, { recursive: true });
    const path = (src) => new URL(src).pathname;
    const images = places.map(({ src }, i) => `<i id="i${i}" class="sticker"><img alt="" src="${path(src)}"></i>`);
    const style = places.map(({ x, y, width, height }, i) =>
        `#i${i} img { position: absolute; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px; object-fit: contain }`);
    for (const name of readdirSync(folder)) if (name.startsWith("picker.html")) rmSync(join(folder, name));
    writeFileSync(join(folder, "assets/floor-0000000000000000.css"), style.join("\n"));
    writeFileSync(join(folder, "picker.html"), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Floor</title>
<link rel="stylesheet" href="/assets/floor-0000000000000000.css"><body>${images.join("")}</body></html>`);
    return folder;
}

async function picker(tessera) {
    const token = await tessera.signIn(await tessera.demoOpenId());
    return () => `${tessera.url}/picker?widgetId=w&scalar_token=${token}&parentUrl=${encodeURIComponent(host)}#/?theme=light&lang=en`;
}

async function large(address) {
    await withPage(temporaryFolder("profile"), async (page) => {
        await page.addInitScript(() => {
            const stream = WebAssembly.instantiateStreaming;
            WebAssembly.instantiateStreaming = async (...args) => {
                const made = await stream.apply(WebAssembly, args);
                window.wasmMemory = Object.values(made.instance.exports).find((it) => it instanceof WebAssembly.Memory);
                return made;
            };
            window.longest = 0;
            new PerformanceObserver((list) => {
                for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
            }).observe({ type: "longtask" });
        });
        await page.goto(host);
        const session = await slowed(page, { cpu: 1, network: null });
        await session.send("Performance.enable");
        await film(page, session, address(), PICTURES);
        const frame = page.frames()[1];
        const nodes = () => frame.evaluate(() => document.querySelectorAll("*").length);
        let most = await nodes();

        const work = async () => {
            const { metrics } = await session.send("Performance.getMetrics");
            const of = (name) => metrics.find((metric) => metric.name === name).value * 1000;
            return of("ScriptDuration") + of("LayoutDuration") + of("RecalcStyleDuration");
        };
        const settled = () => frame.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const strokes = [];
        await frame.focus("#search");
        for (const query of ["sticker", "bench", "zzz"]) {
            for (const letter of query) {
                const before = await work();
                await page.keyboard.press(letter);
                await settled();
                strokes.push((await work()) - before);
                most = Math.max(most, await nodes());
            }
            await page.keyboard.press("Escape");
            await settled();
        }
        report("large: a search keystroke, the slowest, ms of work", Math.max(...strokes), 16);
        report("large: a search keystroke, median, ms of work", median(strokes));

        await frame.evaluate(() => (window.longest = 0));
        await page.mouse.move(150, 200);
        for (let at = 0; ; at += 1500) {
            await page.mouse.wheel(0, 1500);
            await settled();
            if (at % 15_000 === 0) most = Math.max(most, await nodes());
            const end = await frame.evaluate(() => {
                const shelf = document.querySelector("#stickers");
                return shelf.scrollTop + shelf.clientHeight >= shelf.scrollHeight - 2;
            });
            if (end || at > 1e6) break;
        }
        report("large: the longest task while scrolling through, ms", await frame.evaluate(() => window.longest), 50);
        report("large: DOM elements, the most seen", most, 3000);
        await session.send("HeapProfiler.collectGarbage");
        const { usedSize } = await session.send("Runtime.getHeapUsage");
        const wasm = await frame.evaluate(() => window.wasmMemory.buffer.byteLength);
        report("large: JS and WASM memory, MB", (usedSize + wasm) / 1e6, 30);
    });
}

let small, floor, big;
try {
    const folders = await withPage(temporaryFolder("profile"), (page) => drawPacks(page, 5, 40));
    small = await Tessera.start();
    importPacks(small, folders);
    await small.stop();
    await small.start();
    const smallAddress = await picker(small);
    const { warm: [{ places }] } = await visits(smallAddress);
    floor = await Tessera.start({ app: floorApp(places), database: small.database });
    const floorAddress = () => `${floor.url}/picker`;

    big = await Tessera.start();
    importPacks(big, await withPage(temporaryFolder("profile"), (page) => drawPacks(page, 4, 50)));
    repeatPacks(big, 200);
    await big.stop();
    await big.start();
    const bigAddress = await picker(big);

    const times = { floor: [], small: [], big: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
        for (const [name, address] of Object.entries({ floor: floorAddress, small: smallAddress, big: bigAddress })) {
            times[name].push(await visits(address));
        }
    }
    const of = (name, visit, what) => median(times[name].flatMap((time) => time[visit].map((one) => one[what])));
    for (const [visit, aim] of [["cold", 1.35], ["warm", 1.1]]) {
        for (const what of ["first", "all"]) {
            report(`floor, ${visit}, ${what} painted, ms`, of("floor", visit, what));
            report(`picker, ${visit}, ${what} painted, ms`, of("small", visit, what));
            report(`picker, ${visit}, ${what}: ratio to the floor`, of("small", visit, what) / of("floor", visit, what), aim);
        }
    }
    for (const visit of ["cold", "warm"]) {
        report(`large, ${visit}, first: ratio to the small library`, of("big", visit, "first") / of("small", visit, "first"), 1.3);
    }
    await large(bigAddress);
} finally {
    for (const tessera of [small, floor, big]) await tessera?.stop();
    web.close();
}
const shown = rows.map(({ what, value, aim, met }) => ({ what, value: Number(value.toFixed(2)), aim: aim ?? "", met }));
console.table(shown);
