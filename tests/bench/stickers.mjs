// The libraries that the benchmarks look at: distinct pictures, drawn from the starter pack in other
// colours, imported by the program itself; the large library repeats their rows.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "../e2e/support/processes.mjs";

const STARTER = fileURLToPath(new URL("../../assets/starter-pack/", import.meta.url));
const CLONES = `
import sqlite3, sys
database, packs = sys.argv[1], int(sys.argv[2])
connection = sqlite3.connect(database)
columns = lambda table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
own = [row[0] for row in connection.execute("SELECT pack_id FROM packs WHERE pack_id LIKE 'bench%' ORDER BY pack_id")]
for i in range(len(own), packs):
    source, name = own[i % len(own)], f"bench{i:04}"
    for table in ("packs", "stickers"):
        names = columns(table)
        values = ["?" if n == "pack_id" else n for n in names]
        connection.execute(f"INSERT INTO {table} ({','.join(names)}) SELECT {','.join(values)} FROM {table} WHERE pack_id = ?", (name, source))
    connection.execute("UPDATE packs SET position = ? WHERE pack_id = ?", (i, name))
connection.commit()
`;

/** Folders of packs with pictures that no two stickers share. */
export async function drawPacks(page, packs, stickers) {
    const folder = temporaryFolder("packs");
    const pictures = readdirSync(STARTER).filter((name) => name.endsWith(".webp"));
    const sources = pictures.map((name) => readFileSync(join(STARTER, name)).toString("base64"));
    const drawn = await page.evaluate(
        async ({ sources, count }) => {
            const images = await Promise.all(
                sources.map(async (base64) => {
                    const image = new Image();
                    image.src = `data:image/webp;base64,${base64}`;
                    await image.decode();
                    return image;
                }),
            );
            const canvas = new OffscreenCanvas(256, 256);
            const context = canvas.getContext("2d");
            const all = [];
            for (let i = 0; i < count; i += 1) {
                context.clearRect(0, 0, 256, 256);
                context.filter = `hue-rotate(${(i * 47) % 360}deg)`;
                context.drawImage(images[i % images.length], 0, 0, 256, 256);
                const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
                let text = "";
                for (const byte of bytes) text += String.fromCharCode(byte);
                all.push(btoa(text));
            }
            return all;
        },
        { sources, count: packs * stickers },
    );
    return Array.from({ length: packs }, (_, pack) => {
        const path = join(folder, `bench${String(pack).padStart(4, "0")}`);
        mkdirSync(path);
        for (let i = 0; i < stickers; i += 1) {
            const name = `sticker-${String(i).padStart(3, "0")}.png`;
            writeFileSync(join(path, name), Buffer.from(drawn[pack * stickers + i], "base64"));
        }
        return path;
    });
}

/** Makes these packs everybody's library, instead of the starter pack. */
export function importPacks(tessera, folders) {
    const packs = (...args) =>
        execFileSync(tessera.server.program, ["packs", "--config", tessera.config, ...args], {
            env: tessera.server.env,
            stdio: ["ignore", "ignore", "inherit"],
        });
    for (const [i, folder] of folders.entries()) {
        packs("import", folder, "--id", `bench${String(i).padStart(4, "0")}`, "--title", `Bench ${i}`, "--default");
    }
    packs("unpublish", "tess");
}

/** Makes a library of `packs` packs of the ones that are there. */
export function repeatPacks(tessera, packs) {
    execFileSync("python3", ["-c", CLONES, tessera.database, String(packs)], { stdio: "inherit" });
}
