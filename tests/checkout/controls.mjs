// What a test does to the stand-in: as functions in its own process, and as `POST /_control/NAME`
// with the same argument as JSON. Sessions are named by `session`, or by the `order` in their
// `client_reference_id` (then the latest one is meant).

import { ApiError, noSuch } from "./errors.mjs";
import * as disputes from "./disputes.mjs";
import * as refunds from "./refunds.mjs";
import * as sessions from "./sessions.mjs";

export function controlsOf({ world, api, deliveries }) {
    const sessionOf = ({ session, order }) => {
        const made = [...world.sessions.values()];
        const found = session === undefined ? made.findLast((one) => one.client_reference_id === order) : world.sessions.get(session);
        if (!found) throw noSuch("checkout.session", session ?? order, "session");
        return found;
    };
    const latest = (kind, asked, id) => {
        if (id !== undefined) return world.find(kind, kind, id);
        const charge = world.chargeOf(sessionOf(asked));
        const found = [...world[kind].values()].findLast((one) => one.charge === charge.id);
        if (!found) throw noSuch(kind, charge.id, "session");
        return found;
    };
    const copied = (act) => (asked = {}) => structuredClone(act(asked));

    return {
        // Settings.
        setWebhook({ url, secrets } = {}) {
            if (url !== undefined) deliveries.url = url;
            if (secrets !== undefined) deliveries.secrets = secrets;
            return { url: deliveries.url, secrets: deliveries.secrets };
        },
        setLivemode: ({ livemode }) => ({ livemode: (world.livemode = livemode === true) }),
        setSecretKey: ({ secretKey }) => void (api.secretKey = secretKey),
        setPolicy: (changes = {}) => ({ ...deliveries.setPolicy(changes) }),
        set(changes = {}) {
            for (const name of Object.keys(changes)) {
                if (!Object.hasOwn(world.settings, name)) throw new Error(`no such setting: ${name}`);
            }
            return { ...Object.assign(world.settings, changes) };
        },
        failNext: (asked) => void api.failNext(asked),
        stopFailing: () => ({ forgotten: api.stopFailing() }),

        // What buyers, banks and the seller's dashboard do.
        pay: copied((asked) => sessions.pay(world, sessionOf(asked))),
        payDelayed: copied((asked) => sessions.pay(world, sessionOf(asked), { delayed: true })),
        asyncSucceed: copied((asked) => sessions.asyncSucceed(world, sessionOf(asked))),
        asyncFail: copied((asked) => sessions.asyncFail(world, sessionOf(asked))),
        expire: copied((asked) => sessions.expire(world, sessionOf(asked))),
        refund: copied((asked) => refunds.refundCharge(world, world.chargeOf(sessionOf(asked)), asked)),
        refundSucceeds: copied((asked) => refunds.succeed(world, latest("refunds", asked, asked.refund))),
        refundFails: copied((asked) => refunds.fail(world, latest("refunds", asked, asked.refund), asked.reason)),
        dispute: copied((asked) => disputes.create(world, world.chargeOf(sessionOf(asked)), asked)),
        closeDispute: copied((asked) => disputes.close(world, latest("disputes", asked, asked.dispute), asked.outcome)),

        // Deliveries.
        held: () => deliveries.held(),
        release: async (asked = {}) => ({ released: await deliveries.release(asked) }),
        drop: () => ({ dropped: deliveries.drop() }),
        redeliver: ({ event }) => void deliveries.redeliver(world.find("events", "event", event)),
        settled: async () => void (await deliveries.settled()),

        // What happened.
        session: copied(sessionOf),
        requests: () => structuredClone(api.log),
        deliveries: () => structuredClone(deliveries.log),
        events: () => structuredClone([...world.events.values()]),
        totals: () => totals(world),
    };
}

/** What each order came to, by the stand-in's books: the truth that a seller's are held against. */
function totals(world) {
    const orders = {};
    for (const session of world.sessions.values()) {
        const id = session.client_reference_id ?? session.metadata.order_id ?? session.id;
        const order = (orders[id] ??= { sessions: 0, open: 0, expired: 0, paid: 0, waiting: 0, currency: session.currency, amountPaid: 0, amountRefunded: 0, disputes: [] });
        order.sessions += 1;
        if (session.status !== "complete") order[session.status] += 1;
        const intent = world.intents.get(session.payment_intent);
        if (intent?.status === "processing") order.waiting += 1;
        if (session.status === "complete" && session.payment_status !== "unpaid") order.paid += 1;
        const charge = world.charges.get(intent?.latest_charge);
        if (charge?.status !== "succeeded") continue;
        order.amountPaid += charge.amount;
        order.amountRefunded += charge.amount_refunded;
        for (const dispute of world.disputes.values()) {
            if (dispute.charge === charge.id) order.disputes.push(dispute.status);
        }
    }
    return orders;
}

/** `POST /_control/NAME`. @returns `{ status, body }` */
export async function control(controls, name, body) {
    if (!Object.hasOwn(controls, name)) return { status: 404, body: { error: `there is no control ${name}` } };
    try {
        const asked = body === "" ? {} : JSON.parse(body);
        return { status: 200, body: (await controls[name](asked)) ?? {} };
    } catch (error) {
        const status = error instanceof ApiError ? error.status : 400;
        return { status, body: { error: error.message } };
    }
}
