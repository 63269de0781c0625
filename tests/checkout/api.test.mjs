// The API of the Checkout stand-in, judged by the real client: what `stripe` sends is understood, and
// what comes back is what its types and its errors expect.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { KEY, SECRET, begin, checkout, client, create, end, failure, now, post, receiver, stripe, wanted } from "./stage.mjs";

beforeEach(() => begin());
afterEach(end);

test("a session is made as asked and read again with its line items", async () => {
    const made = await create();
    assert.match(made.id, /^cs_test_\w{58}$/);
    assert.equal(made.url, `${checkout.url}/c/pay/${made.id}`);
    assert.deepEqual(
        [made.status, made.payment_status, made.amount_total, made.currency, made.client_reference_id, made.livemode, made.payment_intent],
        ["open", "unpaid", 299, "eur", "order-1", false, null],
    );
    assert.equal(made.custom_text.submit.message, "You lose your right of withdrawal.");
    assert.equal(made.line_items, undefined);
    const read = await stripe.checkout.sessions.retrieve(made.id, { expand: ["line_items"] });
    assert.equal(read.line_items.data[0].description, "Otters & more");
    assert.equal(read.line_items.data[0].price.unit_amount, 299);
    assert.equal(read.metadata.order_id, "order-1");
    const [{ params, version }] = checkout.requests();
    assert.ok(params.includes("line_items[0][price_data][unit_amount]=299"), params);
    assert.match(version, /^\d{4}-\d{2}-\d{2}\.\w+$/);
});

test("sessions are listed newest first, by page, status and time", async () => {
    const made = [];
    for (let order = 0; order < 5; order++) made.push((await create({ client_reference_id: `order-${order}` })).id);
    await stripe.checkout.sessions.expire(made[1]);
    const first = await stripe.checkout.sessions.list({ limit: 2 });
    assert.deepEqual(first.data.map(({ id }) => id), [made[4], made[3]]);
    assert.equal(first.has_more, true);
    const next = await stripe.checkout.sessions.list({ limit: 3, starting_after: made[3] });
    assert.deepEqual(next.data.map(({ id }) => id), [made[2], made[1], made[0]]);
    assert.equal(next.has_more, false);
    const all = [];
    for await (const { id } of stripe.checkout.sessions.list({ limit: 2, status: "open" })) all.push(id);
    assert.deepEqual(all, [made[4], made[3], made[2], made[0]]);
    assert.equal((await stripe.checkout.sessions.list({ created: { gte: now() + 60 } })).data.length, 0);
    assert.equal((await stripe.checkout.sessions.list({ created: { gte: now() - 60 } })).data.length, 5);
});

test("a session is expired once, and its page says so", async () => {
    const made = await create();
    const expired = await stripe.checkout.sessions.expire(made.id);
    assert.deepEqual([expired.status, expired.url], ["expired", null]);
    const error = await failure(stripe.checkout.sessions.expire(made.id));
    assert.deepEqual([error.type, error.statusCode], ["StripeInvalidRequestError", 400]);
    assert.match(await (await fetch(made.url)).text(), /has expired/);
    assert.equal((await post(made, { action: "pay", terms: "accepted" })).status, 410);
    await checkout.settled();
    assert.deepEqual(receiver.types(), ["checkout.session.expired"]);
});

test("time expires a session, and it cannot be paid afterwards", async () => {
    await end();
    let late = 0;
    await begin({ now: () => Date.now() + late });
    const made = await create();
    late = 3_601_000;
    assert.equal((await post(made, { action: "pay", terms: "accepted" })).status, 410);
    assert.equal((await stripe.checkout.sessions.retrieve(made.id)).status, "expired");
    assert.throws(() => checkout.pay({ session: made.id }), /cannot be paid/);
});

test("the same key gives the same answer, and other parameters are refused", async () => {
    const made = await create({}, { idempotencyKey: "order-1-1" });
    const again = await create({ expires_at: made.expires_at }, { idempotencyKey: "order-1-1" });
    assert.equal(again.id, made.id);
    assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
    const error = await failure(create({ client_reference_id: "order-2" }, { idempotencyKey: "order-1-1" }));
    assert.deepEqual([error.type, error.statusCode, error.rawType], ["StripeIdempotencyError", 400, "idempotency_error"]);
    assert.notEqual((await create({}, { idempotencyKey: "order-1-2" })).id, made.id);
    assert.equal((await stripe.checkout.sessions.list()).data.length, 2);
});

test("what was refused before it began does not use the key up", async () => {
    await failure(create({ success_url: "not a URL" }, { idempotencyKey: "key" }));
    assert.equal((await create({}, { idempotencyKey: "key" })).status, "open");
});

for (const [what, more, code, param] of [
    ["an unknown parameter", { colour: "red" }, "parameter_unknown", "colour"],
    ["an unknown parameter further in", { automatic_tax: { enabled: true, rate: 3 } }, "parameter_unknown", "automatic_tax[rate]"],
    ["a missing parameter", { mode: undefined }, "parameter_missing", "mode"],
    ["an address that is none", { success_url: "javascript:alert(1)" }, "url_invalid", "success_url"],
    ["a negative amount", { line_items: [{ price_data: { currency: "eur", unit_amount: -1, product_data: { name: "x" } }, quantity: 1 }] }, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"],
    ["an expiry too soon", { expires_at: now() + 60 }, undefined, "expires_at"],
    ["an expiry too late", { expires_at: now() + 25 * 3600 }, undefined, "expires_at"],
]) {
    test(`refused: ${what}`, async () => {
        const error = await failure(create(more));
        assert.deepEqual([error.type, error.statusCode, error.code, error.param], ["StripeInvalidRequestError", 400, code, param]);
        assert.ok(error.message.length > 10 && error.requestId.startsWith("req_"));
    });
}

test("refused: consent to terms that the account does not have", async () => {
    checkout.set({ termsUrl: null });
    assert.equal((await failure(create())).param, "consent_collection[terms_of_service]");
});

test("refused: a wrong key, no key, what is not there, a version that is none", async () => {
    const wrong = await failure(client("sk_test_other").checkout.sessions.list());
    assert.deepEqual([wrong.type, wrong.statusCode], ["StripeAuthenticationError", 401]);
    assert.ok(!wrong.message.includes("sk_test_other"));
    assert.equal((await fetch(`${checkout.url}/v1/refunds`)).status, 401);
    const absent = await failure(stripe.checkout.sessions.retrieve("cs_test_no"));
    assert.deepEqual([absent.statusCode, absent.code, absent.param], [404, "resource_missing", "session"]);
    assert.equal((await failure(stripe.customers.list())).statusCode, 404);
    assert.match((await failure(stripe.refunds.list({}, { apiVersion: "yesterday" }))).message, /Invalid Stripe API version/);
});

test("the next calls fail as asked, and a 500 is kept for its key", async () => {
    checkout.failNext({ count: 1, status: 500, path: "/v1/checkout/sessions" });
    assert.deepEqual((await stripe.refunds.list()).data, [], "other addresses are spared");
    const first = await failure(create({}, { idempotencyKey: "a" }));
    assert.deepEqual([first.type, first.statusCode], ["StripeAPIError", 500]);
    const again = await failure(create({}, { idempotencyKey: "a" }));
    assert.equal(again.headers["idempotent-replayed"], "true");
    assert.equal((await create({}, { idempotencyKey: "b" })).status, "open");
    checkout.failNext({ status: 409 });
    assert.equal((await failure(create({}, { idempotencyKey: "c" }))).statusCode, 409);
    assert.equal((await create({}, { idempotencyKey: "c" })).status, "open", "a 409 is not kept");
    checkout.failNext({ count: 3, status: 500 });
    assert.deepEqual(checkout.stopFailing(), { forgotten: 3 });
    assert.equal((await create()).status, "open");
});

test("a call that is never answered may have done its work, and its key tells", async () => {
    const impatient = client(KEY, { timeout: 100 });
    const asked = wanted();
    for (const executed of [true, false]) {
        const before = (await stripe.checkout.sessions.list()).data.length;
        checkout.failNext({ status: "time-out", executed });
        const options = { idempotencyKey: `executed ${executed}` };
        const error = await failure(impatient.checkout.sessions.create(asked, options));
        assert.equal(error.type, "StripeConnectionError");
        assert.equal((await stripe.checkout.sessions.list()).data.length, before + (executed ? 1 : 0));
        await stripe.checkout.sessions.create(asked, options);
        assert.equal((await stripe.checkout.sessions.list()).data.length, before + 1);
    }
});

test("the client's own retries end in one session", async () => {
    checkout.failNext({ count: 2, status: 409 });
    await client(KEY, { maxNetworkRetries: 2 }).checkout.sessions.create(wanted());
    assert.equal((await stripe.checkout.sessions.list()).data.length, 1);
    assert.deepEqual(checkout.requests().map(({ status }) => status), [409, 409, 200, 200]);
});

test("the controls are the same over HTTP, and the program says where it listens", async () => {
    const program = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url)), "--secret-key", KEY, "--secret", SECRET, "--webhook", receiver.url]);
    try {
        const line = await new Promise((said) => program.stdout.once("data", (data) => said(String(data))));
        const [, url] = /^checkout on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line) ?? [];
        const { port } = new URL(url);
        const control = async (name, asked, status = 200) => {
            const answer = await fetch(`${url}/_control/${name}`, { method: "POST", body: JSON.stringify(asked ?? {}) });
            assert.equal(answer.status, status);
            return answer.json();
        };
        const made = await client(KEY, { port }).checkout.sessions.create(wanted());
        assert.equal((await control("pay", { order: "order-1" })).id, made.id);
        await control("settled");
        assert.deepEqual(receiver.types(), ["checkout.session.completed"]);
        const totals = await control("totals");
        assert.deepEqual([totals["order-1"].paid, totals["order-1"].amountPaid], [1, 299]);
        assert.equal((await control("requests")).length, 1);
        assert.match((await control("pay", { order: "order-9" }, 404)).error, /No such checkout.session/);
        await control("fly", {}, 404);
        await control("setPolicy", { speed: 3 }, 400);
    } finally {
        program.kill();
        await new Promise((ended) => program.once("exit", ended));
    }
});
