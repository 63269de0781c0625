// The Checkout stand-in, judged by the real client: what `stripe` sends is understood, and what comes
// back is what its types and its errors expect.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import Stripe from "stripe";

import { Receiver } from "./receiver.mjs";
import { startCheckout } from "./server.mjs";

const KEY = "sk_test_checkout";
const SECRET = "whsec_first";
const NOW = () => Math.floor(Date.now() / 1000);
let checkout, receiver, stripe;

beforeEach(async () => {
    receiver = await Receiver.start(SECRET);
    checkout = await startCheckout({ secrets: [SECRET], webhookUrl: receiver.url, seed: 5, secretKey: KEY });
    checkout.setPolicy({ backOff: 5, longestBackOff: 20 });
    stripe = client();
});
afterEach(async () => {
    await checkout.close();
    await receiver.stop();
});

function client(key = KEY, options = {}) {
    const { hostname: host, port } = new URL(checkout.url);
    return new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: 0, telemetry: false, ...options });
}

const wanted = (more = {}) => ({
    mode: "payment",
    line_items: [
        {
            price_data: { currency: "eur", unit_amount: 299, product_data: { name: "Otters & more" }, tax_behavior: "inclusive" },
            quantity: 1,
        },
    ],
    client_reference_id: "order-1",
    metadata: { order_id: "order-1" },
    payment_intent_data: { metadata: { order_id: "order-1" } },
    success_url: "https://stickers.example/purchase/done?session_id={CHECKOUT_SESSION_ID}",
    cancel_url: "https://stickers.example/store",
    automatic_tax: { enabled: true },
    invoice_creation: { enabled: true },
    consent_collection: { terms_of_service: "required" },
    custom_text: { submit: { message: "You lose your right of withdrawal." } },
    locale: "de",
    expires_at: NOW() + 3600,
    ...more,
});
const create = (more, options) => stripe.checkout.sessions.create(wanted(more), options);
const post = (session, fields) =>
    fetch(session.url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields) });
const failure = async (promise) => {
    const error = await promise.then(() => assert.fail("was accepted"), (error) => error);
    assert.ok(error instanceof Stripe.errors.StripeError, String(error));
    return error;
};

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
    assert.equal((await stripe.checkout.sessions.list({ created: { gte: NOW() + 60 } })).data.length, 0);
    assert.equal((await stripe.checkout.sessions.list({ created: { gte: NOW() - 60 } })).data.length, 5);
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
    await checkout.close();
    let late = 0;
    checkout = await startCheckout({ secretKey: KEY, now: () => Date.now() + late });
    stripe = client();
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
    ["an expiry too soon", { expires_at: NOW() + 60 }, undefined, "expires_at"],
    ["an expiry too late", { expires_at: NOW() + 25 * 3600 }, undefined, "expires_at"],
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

test("paying on the page leads to the success address and makes the session paid", async () => {
    const made = await create();
    const shown = await fetch(made.url);
    const html = await shown.text();
    assert.match(html, /data-stand-in/);
    assert.match(html, /Otters &amp; more/);
    assert.match(html, /You lose your right of withdrawal/);
    assert.equal(shown.headers.get("x-frame-options"), "DENY");
    assert.equal((await post(made, { action: "pay" })).status, 422, "the terms were not accepted");
    const declined = await post(made, { action: "decline", terms: "accepted" });
    assert.equal(declined.status, 402);
    assert.match(await declined.text(), /role="alert"[^<]*>Your card was declined/);
    const paid = await post(made, { action: "pay", terms: "accepted" });
    assert.equal(paid.status, 303);
    assert.equal(paid.headers.get("location"), `https://stickers.example/purchase/done?session_id=${made.id}`);
    const read = await stripe.checkout.sessions.retrieve(made.id, { expand: ["payment_intent.latest_charge"] });
    assert.deepEqual([read.status, read.payment_status, read.consent.terms_of_service], ["complete", "paid", "accepted"]);
    assert.equal(read.payment_intent.latest_charge.amount, 299);
    assert.equal(read.payment_intent.metadata.order_id, "order-1");
    const intent = await stripe.paymentIntents.retrieve(read.payment_intent.id);
    assert.deepEqual([intent.status, intent.amount_received], ["succeeded", 299]);
    assert.equal((await stripe.charges.retrieve(intent.latest_charge)).paid, true);
    await post(made, { action: "pay", terms: "accepted" });
    await checkout.settled();
    assert.deepEqual(receiver.types(), ["checkout.session.completed"], "a session is paid once");
});

test("cancelling leads back and leaves the session open", async () => {
    const made = await create();
    const left = await post(made, { action: "cancel" });
    assert.deepEqual([left.status, left.headers.get("location")], [303, "https://stickers.example/store"]);
    assert.equal((await stripe.checkout.sessions.retrieve(made.id)).status, "open");
});

test("tax that is not in the price is added when the buyer pays", async () => {
    const [item] = wanted().line_items;
    const exclusive = { ...item, price_data: { ...item.price_data, tax_behavior: "exclusive" } };
    const made = await create({ line_items: [exclusive] });
    assert.equal(made.automatic_tax.status, "requires_location_inputs");
    const paid = checkout.pay({ session: made.id });
    assert.deepEqual([paid.amount_subtotal, paid.amount_total, paid.total_details.amount_tax], [299, 356, 57]);
    const inclusive = checkout.pay({ session: (await create()).id });
    assert.deepEqual([inclusive.amount_total, inclusive.total_details.amount_tax], [299, 48]);
});

test("a free session needs no payment", async () => {
    const [item] = wanted().line_items;
    const made = await create({ line_items: [{ ...item, price_data: { ...item.price_data, unit_amount: 0 } }] });
    const done = checkout.pay({ session: made.id });
    assert.deepEqual([done.status, done.payment_status, done.payment_intent], ["complete", "no_payment_required", null]);
});

test("a delayed payment completes unpaid, then succeeds", async () => {
    const made = await create();
    assert.equal((await post(made, { action: "delayed", terms: "accepted" })).status, 303);
    const waiting = await stripe.checkout.sessions.retrieve(made.id, { expand: ["payment_intent"] });
    assert.deepEqual([waiting.status, waiting.payment_status, waiting.payment_intent.status], ["complete", "unpaid", "processing"]);
    assert.equal(checkout.totals()["order-1"].waiting, 1);
    await checkout.settled();
    assert.equal(checkout.asyncSucceed({ order: "order-1" }).payment_status, "paid");
    assert.throws(() => checkout.asyncFail({ session: made.id }), /No delayed payment/);
    await checkout.settled();
    assert.deepEqual(receiver.types(), ["checkout.session.completed", "checkout.session.async_payment_succeeded"]);
    assert.deepEqual(receiver.events.map(({ data }) => data.object.payment_status), ["unpaid", "paid"]);
});

test("a delayed payment completes unpaid, then fails", async () => {
    const made = await create();
    checkout.payDelayed({ session: made.id });
    await checkout.settled();
    checkout.asyncFail({ session: made.id });
    await checkout.settled();
    assert.deepEqual(receiver.types(), ["checkout.session.completed", "checkout.session.async_payment_failed"]);
    const read = await stripe.checkout.sessions.retrieve(made.id, { expand: ["payment_intent"] });
    assert.deepEqual([read.payment_status, read.payment_intent.status], ["unpaid", "requires_payment_method"]);
    assert.equal((await failure(stripe.refunds.create({ payment_intent: read.payment_intent.id }))).param, "payment_intent");
});

async function paid() {
    const { id } = await create();
    checkout.pay({ session: id });
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(id);
    await checkout.settled();
    receiver.events.length = 0;
    return { id, intent };
}

test("a payment is refunded in parts, never beyond itself, and a repeated key refunds once", async () => {
    const { intent } = await paid();
    const asked = { payment_intent: intent, amount: 100, reason: "requested_by_customer", metadata: { order_id: "order-1" } };
    const first = await stripe.refunds.create(asked, { idempotencyKey: "refund-order-1-1" });
    const again = await stripe.refunds.create(asked, { idempotencyKey: "refund-order-1-1" });
    assert.deepEqual([again.id, first.status, first.amount], [first.id, "succeeded", 100]);
    assert.match((await failure(stripe.refunds.create({ payment_intent: intent, amount: 200 }))).message, /greater than unrefunded/);
    const rest = await stripe.refunds.create({ payment_intent: intent });
    assert.equal(rest.amount, 199);
    assert.equal((await failure(stripe.refunds.create({ payment_intent: intent }))).code, "charge_already_refunded");
    const { data } = await stripe.refunds.list({ payment_intent: intent });
    assert.deepEqual(data.map(({ id }) => id), [rest.id, first.id]);
    await checkout.settled();
    const refunded = receiver.events.filter(({ type }) => type === "charge.refunded").map(({ data }) => data.object);
    assert.deepEqual(refunded.map((charge) => [charge.amount_refunded, charge.refunded]).sort(), [[100, false], [299, true]]);
    assert.equal(checkout.totals()["order-1"].amountRefunded, 299);
});

test("a refund can stay pending, and can fail after it succeeded", async () => {
    const { id, intent } = await paid();
    checkout.set({ refundsAre: "pending" });
    assert.equal((await stripe.refunds.create({ payment_intent: intent })).status, "pending");
    await checkout.settled();
    assert.equal(checkout.refundSucceeds({ session: id }).status, "succeeded");
    await checkout.settled();
    checkout.refundFails({ session: id });
    await checkout.settled();
    assert.deepEqual(receiver.types().sort(), ["charge.refunded", "refund.created", "refund.failed", "refund.updated", "refund.updated"]);
    const failed = receiver.events.find(({ type }) => type === "refund.failed").data.object;
    assert.deepEqual([failed.status, failed.failure_reason], ["failed", "expired_or_canceled_card"]);
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(intent, { expand: ["latest_charge"] });
    assert.deepEqual([charge.amount_refunded, charge.refunded], [0, false]);
});

test("a refund in the dashboard is one of the stand-in's own", async () => {
    const { id, intent } = await paid();
    checkout.refund({ session: id, amount: 50 });
    assert.equal((await stripe.refunds.list({ payment_intent: intent })).data[0].amount, 50);
});

for (const [outcome, last] of [["won", "charge.dispute.funds_reinstated"], ["lost", "charge.dispute.closed"]]) {
    test(`a dispute is opened and ${outcome}`, async () => {
        const { id, intent } = await paid();
        checkout.setPolicy({ mode: "held" });
        checkout.dispute({ session: id });
        assert.equal((await failure(stripe.refunds.create({ payment_intent: intent }))).code, "charge_disputed");
        const { data } = await stripe.disputes.list({ payment_intent: intent });
        assert.deepEqual([data.length, data[0].status, data[0].amount], [1, "needs_response", 299]);
        checkout.closeDispute({ session: id, outcome });
        await checkout.release();
        const expected = ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"];
        assert.deepEqual(receiver.types(), outcome === "won" ? [...expected, last] : expected);
        assert.deepEqual(checkout.totals()["order-1"].disputes, [outcome]);
        const refund = stripe.refunds.create({ payment_intent: intent });
        if (outcome === "won") assert.equal((await refund).amount, 299);
        else assert.equal((await failure(refund)).code, "charge_disputed");
    });
}

test("an event has the shape and the livemode that it should", async () => {
    checkout.setLivemode({ livemode: true });
    const made = await create({}, { apiVersion: "2026-01-28.clover" });
    assert.match(made.id, /^cs_live_/);
    checkout.pay({ session: made.id });
    await checkout.settled();
    const [event] = receiver.events;
    assert.match(event.id, /^evt_\w{24}$/);
    assert.deepEqual([event.object, event.livemode, event.api_version, event.data.object.id], ["event", true, "2026-01-28.clover", made.id]);
    assert.deepEqual(event, JSON.parse(JSON.stringify(await stripe.events.retrieve(event.id))));
});

test("held events wait, keep what was true when they happened, and come when released", async () => {
    checkout.setPolicy({ mode: "held" });
    const made = await create();
    checkout.payDelayed({ session: made.id });
    checkout.asyncSucceed({ session: made.id });
    await checkout.settled();
    assert.equal(receiver.events.length, 0);
    assert.deepEqual(checkout.held().map(({ type }) => type), ["checkout.session.completed", "checkout.session.async_payment_succeeded"]);
    assert.deepEqual(await checkout.release({ count: 1 }), { released: 1 });
    assert.deepEqual(receiver.events.map(({ data }) => data.object.payment_status), ["unpaid"]);
    await checkout.release();
    assert.equal(receiver.events.length, 2);
    assert.deepEqual(checkout.held(), []);
});

test("held events come one after the other, or together", async () => {
    receiver.slowness = 30;
    for (const [together, most] of [[false, 1], [true, 3]]) {
        receiver.mostUnderWay = 0;
        checkout.setPolicy({ mode: "held", copies: 3 });
        checkout.pay({ session: (await create()).id });
        await checkout.release({ together });
        assert.equal(receiver.mostUnderWay, most);
    }
});

test("five hundred payments at once are all told of, though the receiver fails now and then", async () => {
    const sessions = await Promise.all(Array.from({ length: 500 }, (_, at) => create({ client_reference_id: `order-${at}` })));
    checkout.setPolicy({ copies: 2, shuffle: 3, window: 200 });
    receiver.answers = Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? 503 : 200));
    for (const { id } of sessions) checkout.pay({ session: id });
    await checkout.settled();
    assert.equal(new Set(receiver.events.map(({ data }) => data.object.id)).size, 500);
    assert.equal(checkout.deliveries().filter(({ status }) => status === 200).length, 1000);
    assert.equal(Object.values(checkout.totals()).filter(({ paid }) => paid === 1).length, 500);
});

test("dropped events never come, unless they are asked for again", async () => {
    checkout.setPolicy({ mode: "held" });
    checkout.pay({ session: (await create()).id });
    assert.deepEqual(checkout.drop(), { dropped: 1 });
    await checkout.release();
    assert.equal(receiver.events.length, 0);
    checkout.redeliver({ event: checkout.events()[0].id });
    await checkout.settled();
    assert.deepEqual(receiver.types(), ["checkout.session.completed"]);
});

test("events are sent as often as the policy says, with one id", async () => {
    checkout.setPolicy({ copies: 3 });
    checkout.pay({ session: (await create()).id });
    await checkout.settled();
    assert.equal(receiver.events.length, 3);
    assert.equal(new Set(receiver.events.map(({ id }) => id)).size, 1);
});

test("a seed decides the order of shuffled events", async () => {
    const order = async (seed) => {
        receiver.events.length = 0;
        checkout.setPolicy({ mode: "held", copies: 2, shuffle: seed });
        const made = [];
        for (let at = 0; at < 4; at++) made.push((await create()).id);
        for (const session of made) checkout.pay({ session });
        await checkout.release();
        return receiver.events.map(({ data }) => made.indexOf(data.object.id)).join("");
    };
    const first = await order(7);
    assert.equal([...first].sort().join(""), "00112233");
    assert.notEqual(first, "00112233");
    assert.equal(await order(7), first);
    assert.notEqual(await order(8), first);
});

test("a delay holds an event back for as long", async () => {
    checkout.setPolicy({ delay: 150 });
    const begun = performance.now();
    checkout.pay({ session: (await create()).id });
    await checkout.settled();
    assert.equal(receiver.events.length, 1);
    assert.ok(performance.now() - begun >= 145);
});

test("an event comes again until it is answered with 2xx, and not for ever", async () => {
    receiver.answers = [500, 302];
    checkout.pay({ session: (await create()).id });
    await checkout.settled();
    assert.deepEqual(checkout.deliveries().map(({ attempt, status }) => [attempt, status]), [[1, 500], [2, 302], [3, 200]]);
    checkout.setPolicy({ attempts: 2 });
    receiver.answers = [500, 500, 500];
    checkout.pay({ session: (await create()).id });
    await checkout.settled();
    assert.equal(checkout.deliveries().length, 5);
    checkout.setWebhook({ url: "http://127.0.0.1:9/" });
    checkout.redeliver({ event: checkout.events()[0].id });
    await checkout.settled();
    assert.equal(typeof checkout.deliveries().at(-1).error, "string");
});

test("while a secret is rolled both sign, and afterwards only the new one", async () => {
    const pay = async () => {
        checkout.pay({ session: (await create()).id });
        await checkout.settled();
        return [receiver.events.length, receiver.refused.length];
    };
    checkout.setPolicy({ attempts: 1 });
    checkout.setWebhook({ secrets: ["whsec_second", SECRET] });
    assert.deepEqual(await pay(), [1, 0]);
    receiver.secret = "whsec_second";
    assert.deepEqual(await pay(), [2, 0]);
    checkout.setWebhook({ secrets: ["whsec_second"] });
    receiver.secret = SECRET;
    assert.deepEqual(await pay(), [2, 1]);
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
