import { writeFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { temporaryFolder } from "../e2e/support/processes.mjs";
import { Tessera } from "../e2e/support/tessera.mjs";
import { film, slowed } from "./film.mjs";
import { drawPacks, importPacks } from "./stickers.mjs";
const HOST = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<style>html, body { margin: 0; height: 100% } iframe { width: 100%; height: 100%; border: 0; display: block }</style>
<iframe></iframe></html>`;
const web = createServer((_, r) => r.setHeader("Content-Type", "text/html").end(HOST));
await new Promise((r) => web.listen(0, "127.0.0.1", r));
const host = `http://127.0.0.1:${web.address().port}/`;
const ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking","--disable-component-update", "--disable-sync"];
async function withPage(profile, then) {
    const context = await chromium.launchPersistentContext(profile, { executablePath: "/usr/bin/chromium", args: ARGS, viewport: { width: 300, height: 283 } });
    try { const page = context.pages()[0]; await page.goto(host); await new Promise((r) => setTimeout(r, 2000)); return await then(page); } finally { await context.close(); }
}
const folders = await withPage(temporaryFolder("profile"), (page) => drawPacks(page, 5, 40));
const t = await Tessera.start(); importPacks(t, folders); await t.stop(); await t.start();
const token = await t.signIn(await t.demoOpenId());
const address = `${t.url}/picker?widgetId=w&scalar_token=${token}&parentUrl=${encodeURIComponent(host)}#/?theme=light&lang=en`;
for (let i = 0; i < Number(process.argv[2] ?? 2); i++) {
  const profile = temporaryFolder("profile");
  for (const kind of ["cold", "warm"]) {
    const r = await withPage(profile, async (page) => {
      const s = await slowed(page);
      const begun = Date.now(); const log = [];
      page.on("request", (q) => log.push([Date.now() - begun, "->", q.url().replace(t.url, "").slice(0, 50)]));
      page.on("requestfinished", (q) => log.push([Date.now() - begun, "<-", q.url().replace(t.url, "").slice(0, 50)]));
      const T = process.env.TRACE && kind === (process.env.KIND ?? "warm") && i === 1; let events = [];
      if (T) { const b = await page.context().browser()?.newBrowserCDPSession?.() ?? s; globalThis.bs = b; b.on("Tracing.dataCollected", ({ value }) => events.push(...value)); await b.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "blink", "blink.user_timing", "loading"] } }); }
      const r = await film(page, s, address, ".sticker img, #packs img", `/tmp/film/${kind}${i}`);
      if (T) { const done = new Promise((d) => globalThis.bs.once("Tracing.tracingComplete", d)); await globalThis.bs.send("Tracing.end"); await done; writeFileSync("/tmp/trace.json", JSON.stringify(events)); }
      return r;
    });
    console.log(kind, Math.round(r.first), Math.round(r.all));
    console.log(r.places.map((p) => `${Math.round(p.x)},${Math.round(p.y)}:${Math.round(p.painted)}`).join(" "));
  }
  rmSync(profile, { recursive: true, force: true });
}
await t.stop(); web.close();
