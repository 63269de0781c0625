// Five hundred purchases while the server is killed again and again, with messages that come twice, late and
// in any order: afterwards every paid order is fulfilled once, nobody owns what was not paid, and nothing
// is stuck. On SQLite, on PostgreSQL, and by two servers on one PostgreSQL. What happened is held against
// the stand-in's own books.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Server, freePort, temporaryFolder, until } from "../e2e/support/processes.mjs";
import { Random } from "./random.mjs";
import { startCheckout } from "./server.mjs";

const PURCHASES = 500;
const PACKS = ["cats", "dogs", "birds", "fish", "mice"];
/** At least so often a server is killed; how often more depends on how soon it is up again. */
const KILLS = 15;
const KEY = "sk_test_stand_in_of_the_crash_test";
const SECRET = "whsec_stand_in_of_the_crash_test";
const PICTURE = fileURLToPath(new URL("../../assets/starter-pack/01-hello.webp", import.meta.url));
const ENTITLED = ["fulfilled", "partially_refunded", "won"];
const ENDED = ["expired", "canceled", "failed"];

function environment(name) {
    const value = process.env[name];
    if (!value) throw new Error(`${name} is not set: run this with \`cargo xtask test --only browser\``);
    return value;
}

/** One or two servers on one database, a checkout, and the operator's command line. */
class Shop {
    static async open({ database, servers, checkout }) {
        const shop = new Shop();
        shop.program = environment("TESSERA_TEST_BACKEND");
        shop.servers = [];
        for (let number = 0; number < servers; number++) {
            const folder = temporaryFolder("shop");
            const port = await freePort();
            const url = `http://127.0.0.1:${port}`;
            const config = join(folder, "tessera.toml");
            const address = database ?? `sqlite://${join(folder, "tessera.db")}`;
            writeFileSync(config, `
listen = "127.0.0.1:${port}"
database = "${address}"
public_url = "${url}"
operators = ["@operator:playground.localhost"]
log = "warn"
[sales]
seller_name = "Ann"
seller_address = "1 Road"
seller_contact = "ann@example.org"
terms_url = "https://example.org/terms"
[sales.stripe]
secret_key = "${KEY}"
webhook_secrets = ["${SECRET}"]
api_url = "${checkout.url}"
[rate_limits]
address_per_minute = 1000000
register_per_minute = 1000000
user_per_minute = 1000000
`);
            const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TESSERA_")));
            const args = ["serve", "--playground", "--config", config];
            const server = new Server(`shop${number}`, shop.program, args, { env, folder, healthUrl: `${url}/healthz` });
            const one = { server, url, config, env, up: server.start() };
            shop.servers.push(one);
            // The first makes the schema, and the others find it.
            await one.up;
        }
        return shop;
    }

    /** A command of the operator's: what it prints. */
    async run(...args) {
        const [{ config, env }] = this.servers;
        return new Promise((resolve, reject) => {
            execFile(this.program, [...args, "--config", config], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
                if (error) reject(new Error(`${args.join(" ")}: ${stderr}${stdout}`));
                else resolve(stdout);
            });
        });
    }

    /** Asks a server until there is an answer, whatever happens to it meanwhile. */
    async ask(number, method, path, token, body) {
        for (;;) {
            const one = this.servers[number % this.servers.length];
            await one.up;
            try {
                const answer = await fetch(one.url + path, {
                    method,
                    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
                    body: body && JSON.stringify(body),
                    signal: AbortSignal.timeout(60_000),
                });
                const json = await answer.json().catch(() => null);
                // A provider that failed, or a database that was busy: the buyer tries again.
                if (answer.status < 500) return { status: answer.status, json };
            } catch {
                // It was killed while it answered.
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }

    async signIn(user) {
        const openId = (await this.ask(0, "POST", "/playground/openid", null, { user })).json;
        return (await this.ask(0, "POST", "/_matrix/integrations/v1/account/register", null, openId)).json.token;
    }

    /** Kills one of the servers as a power cut does, and starts it again. */
    kill(number) {
        const one = this.servers[number % this.servers.length];
        one.up = one.server.stop("SIGKILL").then(() => one.server.start());
        return one.up;
    }

    async close() {
        for (const { server } of this.servers) await server.stop();
    }
}

async function purchases({ database, servers = 1, name, context }) {
    const seed = Number(process.env.TESSERA_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = new Random(seed);
    const began = Date.now();
    const checkout = await startCheckout({ secretKey: KEY, secrets: [SECRET], seed });
    const shop = await Shop.open({ database, servers, checkout });
    try {
        const packs = PACKS.map((pack) => `${name}-${pack}`);
        for (const pack of packs) {
            const folder = join(temporaryFolder("pack"), pack);
            mkdirSync(folder);
            copyFileSync(PICTURE, join(folder, "hello.webp"));
            await shop.run("packs", "import", folder, "--id", pack, "--title", pack);
            await shop.run("sales", "price", pack, "299", "EUR");
        }
        // Messages go to each server in turn, twice each, late, and in another order than they were made in.
        let turn = 0;
        const next = () => `${shop.servers[(turn += 1) % shop.servers.length].url}/webhooks/stripe`;
        checkout.setWebhook({ url: next() });
        checkout.setPolicy({ copies: 2, shuffle: seed, window: 300, attempts: 40, longestBackOff: 1000 });

        const users = Array.from({ length: PURCHASES / packs.length }, (_, n) => `${name}${n}`);
        const tokens = await Promise.all(users.map((user) => shop.signIn(user)));
        const operator = await shop.signIn("operator");
        const { json: { consent } } = await shop.ask(0, "GET", "/api/v1/sales?language=en", operator);
        const prices = {};
        for (const pack of packs) {
            const { json } = await shop.ask(0, "GET", `/api/v1/packs/${pack}`, operator);
            prices[pack] = json.pack.price.id;
        }
        const work = [];
        for (const user of users.keys()) for (const pack of packs) work.push({ user, pack });

        let done = 0;
        let kills = 0;
        const counted = {};
        const killer = (async () => {
            // The last buyers are left in peace: a server that is always killed serves nobody.
            const last = PURCHASES - 10;
            while (done < last) {
                // A kill for each so many purchases, so that there are enough of them on any machine.
                const due = done + 1 + Math.ceil(PURCHASES / 30) * random.next();
                await until("more purchases", () => done >= Math.min(due, last), 300);
                await shop.kill(kills);
                kills += 1;
            }
        })();
        const buyer = async () => {
            for (let job = work.shift(); job; job = work.shift()) {
                const { user, pack } = job;
                const chance = random.next();
                const order = (gift) => shop.ask(done, "POST", "/api/v1/orders", tokens[user], {
                    pack_id: pack,
                    price_id: prices[pack],
                    consent: { version: consent.version, language: consent.language, at_once: true, no_withdrawal: true },
                    gift,
                });
                checkout.setWebhook({ url: next() });
                if (random.next() < 0.03) checkout.failNext({ count: 1, status: random.next() < 0.5 ? 500 : 429, executed: random.next() < 0.5 });
                const isGift = chance > 0.97;
                const asked = chance < 0.1 ? [order(), order()] : [order(isGift ? {} : undefined)];
                const answers = await Promise.all(asked);
                const { status, json: made } = answers.find(({ json }) => json?.id) ?? answers[0];
                assert.equal(status, 200, JSON.stringify(made));
                const kind = await finish(chance, made, { checkout, shop, operator, random });
                counted[kind] = (counted[kind] ?? 0) + 1;
                done += 1;
            }
        };
        await Promise.all(Array.from({ length: 6 }, buyer));
        await killer;
        for (const { up } of shop.servers) await up;

        checkout.stopFailing();
        await endOpen(checkout);
        await checkout.settled();
        const reconciled = await shop.run("sales", "reconcile");
        const figures = await holds({ shop, checkout, packs, users, tokens, name });
        const log = checkout.deliveries();
        context.diagnostic(JSON.stringify({
            seed, kills, ...figures, ways: counted, attempts_of_messages: log.length,
            reconciled: reconciled.trim(), seconds: Math.round((Date.now() - began) / 1000),
        }));
        assert.ok(kills >= KILLS, `${kills} kills`);
    } catch (error) {
        context.diagnostic(`seed ${seed}`);
        throw error;
    } finally {
        await shop.close();
        await checkout.close();
    }
}

/** A day later: checkouts whose answer was lost, so that nobody ever saw them, have run out of time. */
async function endOpen(checkout) {
    const headers = { Authorization: `Bearer ${KEY}` };
    for (;;) {
        const answer = await fetch(`${checkout.url}/v1/checkout/sessions?status=open&limit=100`, { headers });
        const { data } = await answer.json();
        if (data.length === 0) return;
        for (const { id } of data) checkout.expire({ session: id });
    }
}

/** What becomes of an order's checkout. @returns its name */
async function finish(chance, made, { checkout, shop, operator, random }) {
    const order = made.id;
    const session = checkout.session({ order })?.id;
    const refund = (amount) =>
        shop.ask(0, "POST", `/api/v1/sales/orders/${order}/refund`, operator, { reason: "asked for", amount });
    if (chance < 0.6 || chance > 0.95) {
        checkout.pay({ session });
        return chance > 0.97 ? "gift" : "paid";
    }
    if (chance < 0.68) {
        checkout.payDelayed({ session });
        checkout.asyncSucceed({ session });
        return "slowly paid";
    }
    if (chance < 0.72) {
        checkout.payDelayed({ session });
        checkout.asyncFail({ session });
        return "slowly failed";
    }
    if (chance < 0.82) {
        checkout.expire({ session });
        return "left";
    }
    checkout.pay({ session });
    if (chance < 0.87) {
        await refund(undefined);
        return "refunded";
    }
    if (chance < 0.9) {
        await refund(100);
        return "partly refunded";
    }
    checkout.dispute({ session });
    if (random.next() < 0.5) {
        checkout.closeDispute({ session, outcome: "won" });
        return "dispute won";
    }
    checkout.closeDispute({ session, outcome: "lost" });
    return "dispute lost";
}

/** Holds the server's books against the stand-in's. @returns how many orders stand where */
async function holds({ shop, checkout, packs, users, tokens, name }) {
    const orders = [];
    for (let from = 0; from !== undefined;) {
        const page = JSON.parse(await shop.run("sales", "orders", "--json", "--from", String(from)));
        orders.push(...page.orders);
        from = page.next;
    }
    const ours = orders.filter(({ pack_id }) => packs.includes(pack_id));
    const totals = checkout.totals();
    const states = {};
    for (const order of ours) {
        states[order.state] = (states[order.state] ?? 0) + 1;
        const say = `${order.id} of ${order.user_id}: ${JSON.stringify([order.state, order.problem, totals[order.id]])}`;
        const paid = totals[order.id]?.amountPaid ?? 0;
        const back = totals[order.id]?.amountRefunded ?? 0;
        const dispute = totals[order.id]?.disputes.at(-1);
        assert.equal(totals[order.id]?.open ?? 0, 0, `a checkout is open: ${say}`);
        assert.equal(order.problem, undefined, say);
        if (paid === 0) assert.ok(ENDED.includes(order.state), `not paid: ${say}`);
        else if (back === paid) assert.equal(order.state, "refunded", `all is back: ${say}`);
        else if (dispute === "lost") assert.equal(order.state, "lost", say);
        else assert.ok(ENTITLED.includes(order.state), `paid and not fulfilled: ${say}`);
        if (paid > 0) assert.equal(order.refunded, back, `what went back: ${say}`);
    }
    for (const id of Object.keys(totals)) assert.ok(ours.some((order) => order.id === id), `${id} is not in the books`);

    // Who owns what, by what the server shows them; what they gave away is not theirs.
    let entitlements = 0;
    for (const [place, user] of users.entries()) {
        const mxid = `@${user}:playground.localhost`;
        const bought = (await shop.ask(0, "GET", "/api/v1/orders", tokens[place])).json.orders;
        const given = new Set(bought.filter(({ gift }) => gift).map(({ id }) => id));
        for (const pack of packs) {
            const { json } = await shop.ask(0, "GET", `/api/v1/packs/${pack}`, tokens[place]);
            const paid = ours.filter((order) => order.user_id === mxid && order.pack_id === pack &&
                ENTITLED.includes(order.state) && !given.has(order.id));
            assert.ok(paid.length <= 1, `${mxid} ${pack} is paid ${paid.length} times`);
            assert.equal(json.pack.owned, paid.length === 1, `${mxid} ${pack}`);
            entitlements += paid.length;
        }
        for (const { gift, state } of bought.filter(({ gift }) => gift)) {
            assert.equal(gift.state, ENTITLED.includes(state) ? "waiting" : "unpaid", JSON.stringify(gift));
        }
    }
    return { name, orders: ours.length, entitlements, states };
}

test("on SQLite", (context) => purchases({ name: "lite", context }));

test("on PostgreSQL", (context) =>
    purchases({ database: environment("TESSERA_TEST_POSTGRES_URL"), name: "pg", context }));

test("by two servers on one PostgreSQL", (context) =>
    purchases({ database: environment("TESSERA_TEST_SECOND_POSTGRES_URL"), servers: 2, name: "two", context }));
