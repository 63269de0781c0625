// @ts-check
// The API's objects, with every field the `stripe` package's types ask for. `npx tsc -p checkout`
// compares them: what is missing or of another type here is an error there.

/**
 * What all objects are made with.
 * @typedef {{ random: import("./random.mjs").Random, livemode: boolean, created: number }} Making
 */

/**
 * @param {Making} making
 * @param {Record<string, any>} params as `sessions.mjs` has checked them
 * @param {{ url: string, expiresAt: number, subtotal: number, currency: string }} given
 * @returns {import("stripe").Stripe.Checkout.Session}
 */
export function session({ random, livemode, created }, params, { url, expiresAt, subtotal, currency }) {
    const id = random.id(livemode ? "cs_live_" : "cs_test_", 58);
    const taxed = params.automatic_tax?.enabled === true;
    const submit = params.custom_text?.submit?.message;
    return {
        id,
        object: "checkout.session",
        adaptive_pricing: { enabled: false },
        after_expiration: null,
        allow_promotion_codes: null,
        allowed_payment_method_types: null,
        amount_subtotal: subtotal,
        amount_total: subtotal,
        automatic_tax: {
            enabled: taxed,
            liability: taxed ? { type: "self" } : null,
            provider: taxed ? "stripe" : null,
            status: taxed ? "requires_location_inputs" : null,
        },
        billing_address_collection: null,
        cancel_url: params.cancel_url ?? null,
        client_reference_id: params.client_reference_id ?? null,
        client_secret: null,
        collected_information: null,
        consent: null,
        consent_collection: params.consent_collection
            ? {
                  payment_method_reuse_agreement: null,
                  promotions: "none",
                  terms_of_service: params.consent_collection.terms_of_service ?? "none",
              }
            : null,
        created,
        currency,
        currency_conversion: null,
        custom_fields: [],
        custom_text: {
            after_submit: null,
            shipping_address: null,
            submit: submit === undefined ? null : { message: submit },
            terms_of_service_acceptance: null,
        },
        customer: null,
        customer_account: null,
        customer_creation: "if_required",
        customer_details: null,
        customer_email: null,
        discounts: [],
        expires_at: expiresAt,
        integration_identifier: null,
        invoice: null,
        invoice_creation: {
            enabled: params.invoice_creation?.enabled ?? false,
            invoice_data: {
                account_tax_ids: null,
                custom_fields: null,
                description: null,
                footer: null,
                issuer: null,
                metadata: {},
                rendering_options: null,
            },
        },
        livemode,
        locale: params.locale ?? null,
        managed_payments: { enabled: false },
        metadata: params.metadata ?? {},
        mode: "payment",
        origin_context: null,
        payment_intent: null,
        payment_link: null,
        payment_method_collection: "if_required",
        payment_method_configuration_details: null,
        payment_method_options: {},
        payment_method_types: ["card", "sepa_debit"],
        payment_status: subtotal === 0 ? "no_payment_required" : "unpaid",
        permissions: null,
        phone_number_collection: { enabled: false },
        recovered_from: null,
        saved_payment_method_options: null,
        setup_intent: null,
        shipping_address_collection: null,
        shipping_cost: null,
        shipping_options: [],
        status: "open",
        submit_type: null,
        subscription: null,
        success_url: params.success_url ?? null,
        tax_id_collection: { enabled: params.tax_id_collection?.enabled ?? false, required: "never" },
        total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
        ui_mode: "hosted_page",
        url: `${url}/c/pay/${id}`,
        wallet_options: null,
    };
}

/**
 * @param {Making} making
 * @param {Record<string, any>} item one of `line_items`
 * @returns {import("stripe").Stripe.LineItem}
 */
export function lineItem({ random, livemode, created }, item) {
    const { currency, unit_amount: amount, product_data: product, tax_behavior: behavior } = item.price_data;
    const subtotal = amount * item.quantity;
    return {
        id: random.id("li_"),
        object: "item",
        adjustable_quantity: null,
        amount_discount: 0,
        amount_subtotal: subtotal,
        amount_tax: 0,
        amount_total: subtotal,
        currency,
        description: product.name,
        metadata: {},
        price: {
            id: random.id("price_"),
            object: "price",
            active: false,
            billing_scheme: "per_unit",
            created,
            currency,
            custom_unit_amount: null,
            livemode,
            lookup_key: null,
            metadata: {},
            nickname: null,
            product: random.id("prod_", 14),
            recurring: null,
            tax_behavior: behavior ?? "unspecified",
            tiers_mode: null,
            transform_quantity: null,
            type: "one_time",
            unit_amount: amount,
            // A decimal number in a string on the wire; the client makes its own type of it.
            unit_amount_decimal: /** @type {any} */ (String(amount)),
        },
        quantity: item.quantity,
    };
}

/**
 * @param {Making} making
 * @param {{ amount: number, currency: string, metadata: Record<string, string>, method: string }} given
 * @returns {import("stripe").Stripe.PaymentIntent}
 */
export function paymentIntent({ random, livemode, created }, { amount, currency, metadata, method }) {
    const id = random.id("pi_");
    return {
        id,
        object: "payment_intent",
        allowed_payment_method_types: null,
        amount,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: 0,
        application: null,
        application_fee_amount: null,
        automatic_payment_methods: null,
        canceled_at: null,
        cancellation_reason: null,
        capture_method: "automatic_async",
        client_secret: random.id(`${id}_secret_`),
        confirmation_method: "automatic",
        created,
        currency,
        customer: null,
        customer_account: null,
        description: null,
        excluded_payment_method_types: null,
        last_payment_error: null,
        latest_charge: null,
        livemode,
        managed_payments: { enabled: false },
        metadata,
        next_action: null,
        on_behalf_of: null,
        payment_method: random.id("pm_"),
        payment_method_configuration_details: null,
        payment_method_options: {},
        payment_method_types: [method],
        payment_record: null,
        processing: null,
        receipt_email: null,
        review: null,
        setup_future_usage: null,
        shipping: null,
        source: null,
        statement_descriptor: null,
        statement_descriptor_suffix: null,
        status: "processing",
        transfer_data: null,
        transfer_group: null,
    };
}

/**
 * @param {Making} making
 * @param {import("stripe").Stripe.PaymentIntent} intent
 * @returns {import("stripe").Stripe.Charge}
 */
export function charge({ random, livemode, created }, intent) {
    return {
        id: random.id("ch_"),
        object: "charge",
        amount: intent.amount,
        amount_captured: 0,
        amount_refunded: 0,
        application: null,
        application_fee: null,
        application_fee_amount: null,
        balance_transaction: null,
        billing_details: { address: null, email: "buyer@example.org", name: null, phone: null, tax_id: null },
        calculated_statement_descriptor: "STAND-IN",
        captured: true,
        created,
        currency: intent.currency,
        customer: null,
        description: null,
        disputed: false,
        failure_balance_transaction: null,
        failure_code: null,
        failure_message: null,
        fraud_details: {},
        livemode,
        metadata: { ...intent.metadata },
        on_behalf_of: null,
        outcome: null,
        paid: false,
        payment_intent: intent.id,
        payment_method: typeof intent.payment_method === "string" ? intent.payment_method : null,
        payment_method_details: { type: intent.payment_method_types[0] },
        radar_options: {},
        receipt_email: null,
        receipt_number: null,
        receipt_url: null,
        refunded: false,
        review: null,
        shipping: null,
        source: null,
        source_transfer: null,
        statement_descriptor: null,
        statement_descriptor_suffix: null,
        status: "pending",
        transfer_data: null,
        transfer_group: null,
    };
}
