// What buyers, banks and sellers do at the Checkout stand-in, and what the real client sees of it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { begin, checkout, create, end, failure, post, receiver, stripe, wanted } from "./stage.mjs";

beforeEach(() => begin());
afterEach(end);

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
        assert.equal((await stripe.charges.retrieve(data[0].charge)).disputed, true);
        assert.throws(() => checkout.dispute({ session: id }), /cannot be disputed/);
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
