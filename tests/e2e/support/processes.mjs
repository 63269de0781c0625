// Starts and stops what a test needs beside the browser. Everything listens on this machine only
// and is ended by its process id, also when a test fails or is interrupted.

import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const running = new Set();
const folders = new Set();

process.on("exit", () => {
    for (const child of running) child.kill("SIGKILL");
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

export function temporaryFolder(name) {
    const folder = mkdtempSync(join(tmpdir(), `tessera-${name}-`));
    folders.add(folder);
    return folder;
}

export async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Waits until `probe` gives something; what it throws is shown if it never does. */
export async function until(what, probe, seconds = 60) {
    const deadline = Date.now() + seconds * 1000;
    let last;
    for (;;) {
        try {
            const found = await probe();
            if (found) return found;
        } catch (error) {
            last = error;
        }
        if (Date.now() > deadline) {
            throw new Error(`${what}: not after ${seconds} s`, { cause: last });
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** A program that serves until it is stopped. */
export class Server {
    constructor(name, program, args, { env, healthUrl, folder }) {
        Object.assign(this, { name, program, args, env, healthUrl });
        this.log = join(folder, `${name}.log`);
    }

    get isRunning() {
        return this.child !== undefined && this.child.exitCode === null && !this.child.killed;
    }

    async start() {
        if (this.isRunning) return this;
        const output = openSync(this.log, "a");
        const child = spawn(this.program, this.args, {
            env: this.env,
            stdio: ["ignore", output, output],
        });
        running.add(child);
        this.child = child;
        this.ended = new Promise((resolve) => {
            child.once("exit", () => {
                running.delete(child);
                resolve();
            });
            child.once("error", resolve);
        });
        const up = until(`${this.name} is up`, async () => (await fetch(this.healthUrl)).ok);
        up.catch(() => {});
        const early = this.ended.then(() => {
            throw new Error(`${this.name} ended by itself`);
        });
        early.catch(() => {});
        await Promise.race([up, early]).catch((error) => {
            throw new Error(`${error.message}\n${this.output()}`, { cause: error });
        });
        return this;
    }

    /** `SIGKILL` ends it as a power cut does. */
    async stop(signal = "SIGTERM") {
        if (!this.isRunning) return;
        this.child.kill(signal);
        const late = setTimeout(() => this.child.kill("SIGKILL"), 15_000);
        await this.ended;
        clearTimeout(late);
    }

    output() {
        return readFileSync(this.log, "utf8").slice(-4000);
    }
}
