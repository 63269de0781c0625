// A real homeserver for one test file: Synapse with SQLite on a free port of this machine.

import { createHmac, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Server, freePort, temporaryFolder } from "./processes.mjs";

const SHARED_SECRET = "only-for-this-test";

export class Synapse {
    /** Under `name` it is reached through a web server before it; without, at its own port. */
    static async start({ name } = {}) {
        const python = process.env.TESSERA_TEST_SYNAPSE_PYTHON;
        if (!python) throw new Error("run these tests with `cargo xtask test --only browser`");
        const synapse = new Synapse();
        const port = await freePort();
        const folder = temporaryFolder("synapse");
        // A name with a port needs no discovery and no TLS.
        synapse.name = name ?? `127.0.0.1:${port}`;
        synapse.url = `http://127.0.0.1:${port}`;
        const config = join(folder, "homeserver.yaml");
        writeFileSync(config, JSON.stringify(homeserverConfig(synapse, port, folder)));
        const seed = randomBytes(32).toString("base64").replaceAll("=", "");
        writeFileSync(join(folder, "signing.key"), `ed25519 a_test ${seed}\n`);
        writeFileSync(join(folder, "log.json"), JSON.stringify(logConfig(folder)));
        synapse.server = new Server(
            "synapse",
            python,
            ["-m", "synapse.app.homeserver", "-c", config],
            { folder, healthUrl: `${synapse.url}/health` },
        );
        await synapse.server.start();
        return synapse;
    }

    stop() {
        return this.server.stop();
    }

    /** A new account and its access token. */
    async register(username) {
        const path = "/_synapse/admin/v1/register";
        const { nonce } = await this.call("GET", path);
        const password = `${username}-pass`;
        const mac = createHmac("sha1", SHARED_SECRET)
            .update([nonce, username, password, "notadmin"].join("\0"))
            .digest("hex");
        const body = { nonce, username, password, admin: false, mac };
        const account = await this.call("POST", path, body);
        return { userId: account.user_id, token: account.access_token };
    }

    async call(method, path, body, token) {
        const answer = await fetch(this.url + path, {
            method,
            headers: {
                "Content-Type": "application/json",
                ...(token && { Authorization: `Bearer ${token}` }),
            },
            body: body && JSON.stringify(body),
        });
        const json = await answer.json();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
        return json;
    }

    async createRoom({ token }, name, options) {
        const room = await this.call("POST", "/_matrix/client/v3/createRoom", { name, ...options }, token);
        return room.room_id;
    }

    async join({ token }, roomId) {
        const path = `/_matrix/client/v3/join/${encodeURIComponent(roomId)}`;
        await this.call("POST", path, {}, token);
    }

    /** The user's account data of a type, or nothing. */
    async accountData({ userId, token }, type) {
        const path = `/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/${type}`;
        try {
            return await this.call("GET", path, undefined, token);
        } catch (error) {
            if (error.message.includes("M_NOT_FOUND")) return undefined;
            throw error;
        }
    }

    setAccountData({ userId, token }, type, content) {
        const path = `/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/${type}`;
        return this.call("PUT", path, content, token);
    }

    /** What a client asks for when a widget wants to know who the user is. */
    openId({ userId, token }) {
        const path = `/_matrix/client/v3/user/${encodeURIComponent(userId)}/openid/request_token`;
        return this.call("POST", path, {}, token);
    }

    async send({ token }, roomId, type, content) {
        const room = encodeURIComponent(roomId);
        const path = `/_matrix/client/v3/rooms/${room}/send/${type}/${crypto.randomUUID()}`;
        return (await this.call("PUT", path, content, token)).event_id;
    }

    setState({ token }, roomId, type, key, content) {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/${type}/${encodeURIComponent(key)}`;
        return this.call("PUT", path, content, token);
    }

    /** The room's state events of a type. */
    async state({ token }, roomId, type) {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state`;
        return (await this.call("GET", path, undefined, token)).filter((event) => event.type === type);
    }

    /** The room's newest events of a type, newest first. */
    async events({ token }, roomId, type) {
        const filter = encodeURIComponent(JSON.stringify({ types: [type] }));
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
        const page = await this.call("GET", `${path}?dir=b&limit=50&filter=${filter}`, undefined, token);
        return page.chunk;
    }

    /** The bytes behind an `mxc://` URI as a signed-in client gets them. */
    async download({ token }, mxcUri) {
        const path = `/_matrix/client/v1/media/download/${mxcUri.slice("mxc://".length)}`;
        const answer = await fetch(this.url + path, { headers: { Authorization: `Bearer ${token}` } });
        if (!answer.ok) throw new Error(`download ${mxcUri}: ${answer.status}`);
        return {
            bytes: Buffer.from(await answer.arrayBuffer()),
            contentType: answer.headers.get("content-type"),
        };
    }
}

function homeserverConfig(synapse, port, folder) {
    const unlimited = { per_second: 10_000, burst_count: 10_000 };
    return {
        server_name: synapse.name,
        public_baseurl: `${synapse.url}/`,
        pid_file: join(folder, "homeserver.pid"),
        signing_key_path: join(folder, "signing.key"),
        trusted_key_servers: [],
        suppress_key_server_warning: true,
        report_stats: false,
        registration_shared_secret: SHARED_SECRET,
        macaroon_secret_key: SHARED_SECRET,
        form_secret: SHARED_SECRET,
        media_store_path: join(folder, "media"),
        enable_authenticated_media: true,
        // Nobody looks at thumbnails, which take a second a sticker to make.
        thumbnail_sizes: [],
        url_preview_enabled: false,
        presence: { enabled: false },
        federation_domain_whitelist: [],
        database: { name: "sqlite3", args: { database: join(folder, "homeserver.db") } },
        listeners: [
            {
                port,
                type: "http",
                tls: false,
                bind_addresses: ["127.0.0.1"],
                resources: [{ names: ["client", "openid"], compress: false }],
            },
        ],
        log_config: join(folder, "log.json"),
        rc_message: unlimited,
        rc_registration: unlimited,
        rc_login: { address: unlimited, account: unlimited, failed_attempts: unlimited },
        rc_media_create: unlimited,
        rc_room_creation: unlimited,
    };
}

function logConfig(folder) {
    return {
        version: 1,
        handlers: {
            file: { class: "logging.FileHandler", filename: join(folder, "homeserver.log") },
        },
        root: { level: "WARNING", handlers: ["file"] },
        disable_existing_loggers: false,
    };
}
