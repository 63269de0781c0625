// The webhooks of the Checkout stand-in, judged by `constructEvent`, under every policy of delivery.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { SECRET, begin, checkout, create, end, now, receiver, stripe } from "./stage.mjs";

beforeEach(() => begin());
afterEach(end);

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
