// @ts-check
// What may come after a payment: refunds, disputes; and the events that tell of all of it.

/** @typedef {import("./objects.mjs").Making} Making */

/**
 * @param {Making} making
 * @param {import("stripe").Stripe.Charge} charge
 * @param {{ amount: number, reason?: string, metadata?: Record<string, string>, status: string }} given
 * @returns {import("stripe").Stripe.Refund}
 */
export function refund({ random, created }, charge, { amount, reason, metadata, status }) {
    return {
        id: random.id("re_"),
        object: "refund",
        amount,
        balance_transaction: random.id("txn_"),
        charge: charge.id,
        created,
        currency: charge.currency,
        customer: null,
        customer_account: null,
        metadata: metadata ?? {},
        payment_intent: charge.payment_intent,
        payment_method: charge.payment_method,
        reason: reason ?? null,
        receipt_number: null,
        source_transfer_reversal: null,
        status,
        transfer_reversal: null,
    };
}

/**
 * @param {Making} making
 * @param {import("stripe").Stripe.Charge} charge
 * @param {{ reason: string }} given
 * @returns {import("stripe").Stripe.Dispute}
 */
export function dispute({ random, livemode, created }, charge, { reason }) {
    return {
        id: random.id("du_"),
        object: "dispute",
        amount: charge.amount,
        balance_transactions: [],
        charge: charge.id,
        created,
        currency: charge.currency,
        enhanced_eligibility_types: [],
        evidence: {
            access_activity_log: null,
            billing_address: null,
            cancellation_policy: null,
            cancellation_policy_disclosure: null,
            cancellation_rebuttal: null,
            customer_communication: null,
            customer_email_address: null,
            customer_name: null,
            customer_purchase_ip: null,
            customer_signature: null,
            duplicate_charge_documentation: null,
            duplicate_charge_explanation: null,
            duplicate_charge_id: null,
            enhanced_evidence: {},
            product_description: null,
            receipt: null,
            refund_policy: null,
            refund_policy_disclosure: null,
            refund_refusal_explanation: null,
            service_date: null,
            service_documentation: null,
            shipping_address: null,
            shipping_carrier: null,
            shipping_date: null,
            shipping_documentation: null,
            shipping_tracking_number: null,
            uncategorized_file: null,
            uncategorized_text: null,
        },
        evidence_details: {
            due_by: created + 7 * 24 * 3600,
            enhanced_eligibility: {},
            has_evidence: false,
            past_due: false,
            submission_count: 0,
            submission_method: "not_submitted",
        },
        intended_submission_method: null,
        is_charge_refundable: false,
        livemode,
        metadata: {},
        payment_intent: charge.payment_intent,
        reason,
        status: "needs_response",
    };
}

/**
 * @param {Making} making
 * @param {string} type
 * @param {object} object as it is at this moment; the event keeps it so
 * @param {{ apiVersion: string, previous?: object, request?: { id: string, idempotency_key: string | null } }} given
 * @returns {import("stripe").Stripe.EventBase}
 */
export function event({ random, livemode, created }, type, object, { apiVersion, previous, request }) {
    const data = { object: structuredClone(object) };
    if (previous) Object.assign(data, { previous_attributes: previous });
    return {
        id: random.id("evt_"),
        object: "event",
        api_version: apiVersion,
        created,
        data: /** @type {any} */ (data),
        livemode,
        pending_webhooks: 1,
        request: request ?? { id: null, idempotency_key: null },
        type: /** @type {any} */ (type),
    };
}
