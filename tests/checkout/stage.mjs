// What the tests of the stand-in share: the stand-in, the other end of its webhooks, and the real client.

import assert from "node:assert/strict";

import Stripe from "stripe";

import { Receiver } from "./receiver.mjs";
import { startCheckout } from "./server.mjs";

export const KEY = "sk_test_checkout";
export const SECRET = "whsec_first";
export const now = () => Math.floor(Date.now() / 1000);
/** Made anew for each test. */
export let checkout, receiver, stripe;

export async function begin(options = {}) {
    receiver = await Receiver.start(SECRET);
    checkout = await startCheckout({ secrets: [SECRET], webhookUrl: receiver.url, seed: 5, secretKey: KEY, ...options });
    checkout.setPolicy({ backOff: 5, longestBackOff: 20 });
    stripe = client();
}

export async function end() {
    await checkout.close();
    await receiver.stop();
}

export function client(key = KEY, options = {}) {
    const { hostname: host, port } = new URL(checkout.url);
    return new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: 0, telemetry: false, ...options });
}

export const wanted = (more = {}) => ({
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
    expires_at: now() + 3600,
    ...more,
});
export const create = (more, options) => stripe.checkout.sessions.create(wanted(more), options);
export const post = (session, fields) =>
    fetch(session.url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields) });
export const failure = async (promise) => {
    const error = await promise.then(() => assert.fail("was accepted"), (error) => error);
    assert.ok(error instanceof Stripe.errors.StripeError, String(error));
    return error;
};
