// Checkout sessions: made, paid, expired. What a buyer does on the page and what a test asks for by
// the controls are the same functions.

import { ApiError, invalid } from "./errors.mjs";
import { charge, lineItem, paymentIntent, session } from "./objects.mjs";
import * as params from "./params.mjs";

const LOCALES = ["auto", "de", "en", "en-GB", "es", "fr", "it", "nl", "pl", "pt", "pt-BR", "ru", "tr", "uk", "zh"];
const { address, choice, fields, flag, integer, list, metadata, text } = params;

const CREATE = fields(
    {
        mode: choice("payment"),
        line_items: list(
            fields(
                {
                    price_data: fields(
                        {
                            currency: text(3),
                            unit_amount: integer(),
                            product_data: fields({ name: text(250), description: text(), tax_code: text(), metadata }, ["name"]),
                            tax_behavior: choice("inclusive", "exclusive", "unspecified"),
                        },
                        ["currency", "unit_amount", "product_data"],
                    ),
                    quantity: integer(1),
                },
                ["price_data", "quantity"],
            ),
        ),
        client_reference_id: text(200),
        metadata,
        payment_intent_data: fields({ metadata, description: text() }),
        success_url: address,
        cancel_url: address,
        automatic_tax: fields({ enabled: flag }, ["enabled"]),
        tax_id_collection: fields({ enabled: flag }, ["enabled"]),
        invoice_creation: fields({ enabled: flag }, ["enabled"]),
        consent_collection: fields({ terms_of_service: choice("none", "required") }),
        custom_text: fields({ submit: fields({ message: text(1200) }, ["message"]) }),
        locale: choice(...LOCALES),
        expires_at: integer(0, Infinity),
        expand: params.expand,
    },
    ["line_items", "mode", "success_url"],
);

export function create(world, form) {
    const asked = CREATE(form);
    const [first] = asked.line_items;
    if (!first) throw invalid("line_items", "At least one line item is required.");
    const currencies = new Set(asked.line_items.map((item) => item.price_data.currency.toLowerCase()));
    if (currencies.size > 1) throw invalid("line_items", "All line items must have the same currency.");
    const [currency] = currencies;
    if (!/^[a-z]{3}$/.test(currency)) {
        throw invalid("line_items[0][price_data][currency]", `Invalid currency: ${currency}.`);
    }
    if (asked.consent_collection?.terms_of_service === "required" && !world.settings.termsUrl) {
        throw invalid("consent_collection[terms_of_service]", "Consent to terms can only be collected once the account has a terms of service URL.");
    }
    const making = world.making();
    const expiresAt = asked.expires_at ?? making.created + 24 * 3600;
    if (expiresAt < making.created + 30 * 60 || expiresAt > making.created + 24 * 3600) {
        throw invalid("expires_at", "The `expires_at` timestamp must be from 30 minutes to 24 hours after the session's creation.");
    }
    const items = asked.line_items.map((item) => lineItem(making, { ...item, price_data: { ...item.price_data, currency } }));
    const subtotal = items.reduce((sum, item) => sum + item.amount_subtotal, 0);
    const made = session(making, asked, { url: world.url, expiresAt, subtotal, currency });
    world.sessions.set(made.id, made);
    world.lineItems.set(made.id, items);
    world.intentMetadata.set(made.id, asked.payment_intent_data?.metadata ?? {});
    return made;
}

/** Where a buyer is sent after paying. */
export const successUrl = (session) => session.success_url.replaceAll("{CHECKOUT_SESSION_ID}", session.id);

export function expire(world, session, request) {
    if (session.status !== "open") {
        throw new ApiError(400, {
            message: `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
        });
    }
    Object.assign(session, { status: "expired", url: null });
    world.emit("checkout.session.expired", session, { request });
    return session;
}

/** Time does it too. */
export function expireOld(world) {
    for (const session of world.sessions.values()) {
        if (session.status === "open" && session.expires_at <= world.seconds()) expire(world, session);
    }
}

/** The buyer pays: at once, or by a method whose outcome is known later. */
export function pay(world, session, { delayed = false } = {}) {
    expireOld(world);
    if (session.status !== "open") {
        throw new ApiError(400, { message: `This Checkout Session cannot be paid any more: it is ${session.status}.` });
    }
    addTax(world, session);
    Object.assign(session, {
        status: "complete",
        url: null,
        customer_details: {
            address: null,
            business_name: null,
            email: "buyer@example.org",
            individual_name: null,
            name: null,
            phone: null,
            tax_exempt: "none",
            tax_ids: [],
        },
    });
    if (session.consent_collection?.terms_of_service === "required") {
        session.consent = { promotions: null, terms_of_service: "accepted" };
    }
    if (session.amount_total > 0) {
        const intent = paymentIntent(world.making(), {
            amount: session.amount_total,
            currency: session.currency,
            metadata: { ...world.intentMetadata.get(session.id) },
            method: delayed ? "sepa_debit" : "card",
        });
        world.intents.set(intent.id, intent);
        session.payment_intent = intent.id;
        newCharge(world, intent);
        if (!delayed) succeed(world, session);
    }
    world.emit("checkout.session.completed", session);
    return session;
}

/** The delayed payment arrived. */
export function asyncSucceed(world, session) {
    awaited(world, session);
    succeed(world, session);
    world.emit("checkout.session.async_payment_succeeded", session);
    return session;
}

/** The delayed payment did not arrive: the session stays complete and unpaid. */
export function asyncFail(world, session) {
    const intent = awaited(world, session);
    const charge = world.charges.get(intent.latest_charge);
    Object.assign(charge, { status: "failed", failure_code: "insufficient_funds", failure_message: "The account has insufficient funds." });
    Object.assign(intent, {
        status: "requires_payment_method",
        payment_method: null,
        last_payment_error: {
            type: "card_error",
            charge: charge.id,
            code: "payment_intent_payment_attempt_failed",
            message: "The payment failed.",
        },
    });
    world.emit("checkout.session.async_payment_failed", session);
    return session;
}

function awaited(world, session) {
    const intent = world.intents.get(session.payment_intent);
    if (intent?.status !== "processing") {
        throw new ApiError(400, { message: "No delayed payment of this session is being waited for." });
    }
    return intent;
}

function newCharge(world, intent) {
    const made = charge(world.making(), intent);
    world.charges.set(made.id, made);
    intent.latest_charge = made.id;
    return made;
}

function succeed(world, session) {
    const intent = world.intents.get(session.payment_intent);
    const charge = world.charges.get(intent.latest_charge);
    Object.assign(charge, {
        status: "succeeded",
        paid: true,
        amount_captured: charge.amount,
        balance_transaction: world.random.id("txn_"),
        outcome: {
            advice_code: null,
            network_advice_code: null,
            network_decline_code: null,
            network_status: "approved_by_network",
            reason: null,
            risk_level: "normal",
            seller_message: "Payment complete.",
            type: "authorized",
        },
    });
    Object.assign(intent, { status: "succeeded", amount_received: intent.amount });
    session.payment_status = "paid";
    if (session.invoice_creation?.enabled) session.invoice = world.random.id("in_");
}

/** The place of the buyer, and with it the tax, is known only when they pay. */
function addTax(world, session) {
    if (!session.automatic_tax.enabled) return;
    let tax = 0;
    for (const item of world.lineItems.get(session.id)) {
        const inclusive = item.price.tax_behavior === "inclusive";
        const { taxRate: rate } = world.settings;
        item.amount_tax = Math.round((item.amount_subtotal * rate) / (inclusive ? 100 + rate : 100));
        item.amount_total = item.amount_subtotal + (inclusive ? 0 : item.amount_tax);
        tax += item.amount_tax;
        session.amount_total += item.amount_total - item.amount_subtotal;
    }
    session.automatic_tax.status = "complete";
    session.total_details.amount_tax = tax;
}
