// Our backend, as an operator runs it (beside a homeserver) or as the playground.

import { execFile } from "node:child_process";
import { copyFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Server, freePort, temporaryFolder, until } from "./processes.mjs";

export class Tessera {
    /**
     * With `synapse` and a `bot` account: the real thing. Without: the playground. `settings` are
     * more settings, for the server at its origin; `homeserver` says how Synapse is reached.
     */
    static async start({ synapse, bot, app, database, settings = () => ({}), homeserver } = {}) {
        const program = process.env.TESSERA_TEST_BACKEND;
        if (!program) throw new Error("run these tests with `cargo xtask test --only browser`");
        const tessera = new Tessera();
        const port = await freePort();
        // What is wrapped is on an origin of its own.
        const widgetsPort = synapse && (await freePort());
        const folder = temporaryFolder("backend");
        // The widget is on another origin than the client: `localhost` and `127.0.0.1` both.
        tessera.origin = `http://localhost:${port}`;
        tessera.url = `http://127.0.0.1:${port}`;
        tessera.widgetsUrl = synapse && `http://127.0.0.1:${widgetsPort}`;
        tessera.playground = !synapse;
        const config = join(folder, "tessera.toml");
        tessera.config = config;
        tessera.database = database ?? join(folder, "tessera.db");
        app ??= process.env.TESSERA_TEST_APP;
        homeserver ??= { federation_url: synapse?.url, allow_private_addresses: true };
        const more = settings(tessera.origin);
        const parts = { tessera, port, widgetsPort, app, synapse, bot, homeserver, more };
        writeFileSync(config, configuration(parts));
        // Our own variables for the tests are no settings of the backend.
        const env = Object.fromEntries(
            Object.entries(process.env).filter(([name]) => !name.startsWith("TESSERA_")),
        );
        tessera.command = (args) => [program, [...args, "--config", config], { env }];
        const mode = synapse ? [] : ["--playground"];
        tessera.server = new Server("tessera", program, ["serve", "--config", config, ...mode], {
            env,
            folder,
            healthUrl: `${tessera.url}/healthz`,
        });
        if (tessera.playground && !database) await tessera.#unpack(tessera.database);
        else await tessera.server.start();
        return tessera;
    }

    /**
     * Starts a playground. Its stickers take seconds to prepare, so a run of the tests does that
     * once and every other playground starts with a copy.
     */
    async #unpack(database) {
        const prepared = join(process.env.TESSERA_TEST_PREPARED, "playground.db");
        if (existsSync(prepared)) {
            copyFileSync(prepared, database);
        } else {
            await this.server.start();
            // A database that was closed is all in one file.
            await this.server.stop();
            copyFileSync(database, `${prepared}.new`);
            renameSync(`${prepared}.new`, prepared);
        }
        await this.server.start();
    }

    start() {
        return this.server.start();
    }

    stop() {
        return this.server.stop();
    }

    /** A command on the command line: what it printed, and its exit code. */
    run(...args) {
        return new Promise((resolve) => {
            execFile(...this.command(args), (error, stdout, stderr) => {
                resolve({ code: error ? error.code : 0, stdout, stderr });
            });
        });
    }

    async signIn(openId) {
        const answer = await fetch(`${this.url}/_matrix/integrations/v1/account/register`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(openId),
        });
        const json = await answer.json();
        if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${JSON.stringify(json)}`);
        return json.token;
    }

    async demoOpenId(user = "demo") {
        const answer = await fetch(`${this.url}/playground/openid`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ user }),
        });
        return answer.json();
    }

    get(path, token) {
        return fetch(this.url + path, { headers: { Authorization: `Bearer ${token}` } });
    }

    /** Accepts the current terms in English, as a user does on our screens. */
    async acceptTerms(token) {
        const { documents } = await (await this.get("/api/v1/terms?language=en", token)).json();
        const answer = await fetch(`${this.url}/api/v1/terms`, {
            method: "POST",
            headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
            body: JSON.stringify({ user_accepts: documents.map(({ url }) => url) }),
        });
        if (!answer.ok) throw new Error(`terms: ${answer.status} ${await answer.text()}`);
    }

    /** The library's lines, once the originals of `count` stickers have been uploaded. */
    library(token, count) {
        return until(`the library has ${count} stickers`, async () => {
            const answer = await this.get("/api/v1/library", token);
            if (!answer.ok) throw new Error(`library: ${answer.status} ${await answer.text()}`);
            const lines = (await answer.text()).split("\n").filter(Boolean);
            const packs = lines.map((line) => JSON.parse(line));
            const stickers = packs.flatMap(({ shortcodes }) => shortcodes.split("\n"));
            return stickers.length >= count && packs;
        });
    }

    /** Chooses a user's packs, as the manager does. */
    async choosePacks(token, packs) {
        const answer = await fetch(`${this.url}/api/v1/library`, {
            method: "PUT",
            headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
            body: JSON.stringify({ packs }),
        });
        if (!answer.ok) throw new Error(`choosing packs: ${answer.status} ${await answer.text()}`);
    }

    /** Ends every sign-in of a user, as time or the user would. */
    async endSessions(openId) {
        const token = await this.signIn(openId);
        const headers = { Authorization: `Bearer ${token}` };
        const { sessions } = await (await this.get("/api/v1/sessions", token)).json();
        const ownLast = sessions.toSorted((a, b) => Number(a.current) - Number(b.current));
        for (const { id } of ownLast) {
            await fetch(`${this.url}/api/v1/sessions/${id}`, { method: "DELETE", headers });
        }
        return sessions.length - 1;
    }
}

/** A setting's value; an object becomes an inline table. */
function toml(value) {
    if (typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
    return `{ ${Object.entries(value).map(([name, part]) => `${name} = ${toml(part)}`).join(", ")} }`;
}

function configuration({ tessera, port, widgetsPort, app, synapse, bot, homeserver, more }) {
    const text = JSON.stringify;
    const lines = [
        `listen = ${text(`127.0.0.1:${port}`)}`,
        `database = ${text(`sqlite://${tessera.database}`)}`,
        `app_dir = ${text(app)}`,
        ...Object.entries(more).map(([name, value]) => `${name} = ${toml(value)}`),
        // Every test signs in from one address.
        ...(synapse
            ? [
                  `public_url = ${text(tessera.origin)}`,
                  `widgets_url = ${text(tessera.widgetsUrl)}`,
                  `widgets_listen = ${text(`127.0.0.1:${widgetsPort}`)}`,
              ]
            : []),
        "[rate_limits]",
        "address_per_minute = 100000",
        "register_per_minute = 100000",
        "user_per_minute = 100000",
    ];
    if (synapse) {
        lines.push(
            "[matrix]",
            `homeserver_url = ${text(synapse.url)}`,
            `access_token = ${text(bot.token)}`,
            `[homeservers.${text(synapse.name)}]`,
            ...Object.entries(homeserver).map(([name, value]) => `${name} = ${text(value)}`),
        );
    }
    return lines.join("\n") + "\n";
}
