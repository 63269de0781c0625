// A stand-in for a hosted checkout: its API (/v1), its page (/c/pay), its webhooks, and controls
// (/_control) for tests. Nothing outlives the process, and only this machine can reach it.
//
//     node tests/checkout/server.mjs --port 8010 --webhook http://127.0.0.1:8008/… --secret whsec_…

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Api } from "./api.mjs";
import { control, controlsOf } from "./controls.mjs";
import { Deliveries } from "./deliveries.mjs";
import { page } from "./pages.mjs";
import { expireOld } from "./sessions.mjs";
import { World } from "./world.mjs";

const LARGEST_BODY = 1024 * 1024;

/**
 * @param {{ port?: number, secrets?: string[], webhookUrl?: string, seed?: number, secretKey?: string,
 *     livemode?: boolean, now?: () => number }} options
 * @returns its `url`, `close()`, the `seed`, and every control
 */
export async function startCheckout({
    port = 0,
    secrets = ["whsec_stand_in"],
    webhookUrl,
    seed,
    secretKey = "sk_test_stand_in",
    livemode = false,
    now = Date.now,
} = {}) {
    const world = new World({ seed, now });
    world.livemode = livemode;
    const deliveries = new Deliveries({ url: webhookUrl, secrets, now });
    const api = new Api({ world, secretKey });
    world.onEvent = (event) => deliveries.add(event);
    const controls = controlsOf({ world, api, deliveries });

    const server = createServer((request, response) => {
        answer({ world, api, controls }, request, response).catch((error) => {
            console.error(error);
            if (!response.headersSent) response.writeHead(500);
            response.end();
        });
    });
    await new Promise((listening, failed) => {
        server.once("error", failed).listen(port, "127.0.0.1", listening);
    });
    world.url = `http://127.0.0.1:${server.address().port}`;
    const clock = setInterval(() => expireOld(world), 1000);
    clock.unref();
    const close = async () => {
        clearInterval(clock);
        server.closeAllConnections();
        await Promise.all([deliveries.close(), new Promise((closed) => server.close(closed))]);
    };
    return { ...controls, url: world.url, seed: world.random.seed, close };
}

async function answer({ world, api, controls }, request, response) {
    const url = new URL(request.url, world.url);
    const { method, headers } = request;
    const body = await read(request);
    if (body === undefined) return void response.writeHead(413).end();
    const send = (status, more, text) => response.writeHead(status, more).end(text);
    const json = { "Content-Type": "application/json" };

    const [, session] = /^\/c\/pay\/([^/]+)$/.exec(url.pathname) ?? [];
    const [, name] = /^\/_control\/([^/]+)$/.exec(url.pathname) ?? [];
    if (url.pathname.startsWith("/v1/")) {
        const made = api.handle({ method, url, headers, body });
        // Never answered: the connection stays until the caller has enough of it.
        if (made) send(made.status, { ...json, ...made.headers }, made.body);
    } else if (session !== undefined && (method === "GET" || method === "POST")) {
        const made = page(world, { method, id: session, body });
        send(made.status, made.headers, made.body);
    } else if (name !== undefined && method === "POST") {
        const made = await control(controls, name, body);
        send(made.status, json, JSON.stringify(made.body));
    } else {
        send(404, json, JSON.stringify({ error: "nothing is here" }));
    }
}

async function read(request) {
    const chunks = [];
    let length = 0;
    for await (const chunk of request) {
        length += chunk.length;
        if (length > LARGEST_BODY) return undefined;
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const { values } = parseArgs({
        options: {
            port: { type: "string", default: "0" },
            webhook: { type: "string" },
            secret: { type: "string", multiple: true },
            seed: { type: "string" },
            "secret-key": { type: "string" },
            livemode: { type: "boolean" },
        },
    });
    const checkout = await startCheckout({
        port: Number(values.port),
        webhookUrl: values.webhook,
        secrets: values.secret,
        seed: values.seed === undefined ? undefined : Number(values.seed),
        secretKey: values["secret-key"],
        livemode: values.livemode,
    });
    console.log(`checkout on ${checkout.url}`);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void checkout.close().then(() => process.exit(0)));
}
