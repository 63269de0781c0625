// Refunds: whole, partial, pending, failed.

import { ApiError, invalid } from "./errors.mjs";
import { refund } from "./objects-after.mjs";
import { choice, expand, fields, integer, metadata, text } from "./params.mjs";

const CREATE = fields({
    payment_intent: text(),
    charge: text(),
    amount: integer(1),
    reason: choice("duplicate", "fraudulent", "requested_by_customer"),
    metadata,
    expand,
});

/** What `POST /v1/refunds` does. */
export function create(world, form, request) {
    const asked = CREATE(form);
    if (asked.payment_intent === undefined && asked.charge === undefined) {
        throw new ApiError(400, {
            code: "parameter_missing",
            message: "One of the following params should be provided for this request: payment_intent or charge.",
        });
    }
    let id = asked.charge;
    if (asked.payment_intent !== undefined) {
        const intent = world.find("intents", "payment_intent", asked.payment_intent, "payment_intent", 400);
        id = intent.latest_charge;
        if (intent.status !== "succeeded") {
            throw invalid("payment_intent", `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
        }
    }
    return refundCharge(world, world.find("charges", "charge", id, "charge", 400), asked, request);
}

/** Money goes back; by the API, or by the seller in the dashboard (a control). */
export function refundCharge(world, charge, { amount, reason, metadata }, request) {
    if (charge.status !== "succeeded") throw invalid("charge", `Charge ${charge.id} was not paid.`);
    if (charge.refunded) {
        throw new ApiError(400, { code: "charge_already_refunded", message: `Charge ${charge.id} has already been refunded.` });
    }
    // A dispute that the seller won leaves the charge marked, but gives the money back to refund.
    const disputes = [...world.disputes.values()].filter((dispute) => dispute.charge === charge.id);
    if (disputes.some((dispute) => dispute.status !== "won")) {
        throw new ApiError(400, { code: "charge_disputed", message: `Charge ${charge.id} has been charged back; cannot issue a refund.` });
    }
    const left = charge.amount - charge.amount_refunded;
    if ((amount ?? left) > left) {
        throw invalid("amount", `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
    }
    const previous = { amount_refunded: charge.amount_refunded, refunded: charge.refunded };
    const made = refund(world.making(), charge, { amount: amount ?? left, reason, metadata, status: world.settings.refundsAre });
    if (made.status === "pending") made.pending_reason = "processing";
    world.refunds.set(made.id, made);
    count(charge, made.amount);
    world.emit("refund.created", made, { request });
    // The charge counts a refund from the moment it is asked for, pending or not.
    world.emit("charge.refunded", charge, { request, previous });
    return made;
}

/** A pending refund went through. */
export function succeed(world, refund) {
    if (refund.status !== "pending") throw new ApiError(400, { message: `Refund ${refund.id} is ${refund.status}.` });
    refund.status = "succeeded";
    delete refund.pending_reason;
    world.emit("refund.updated", refund, { previous: { status: "pending" } });
    return refund;
}

/** The bank sent the money back, even after it was said to have gone through. */
export function fail(world, refund, reason = "expired_or_canceled_card") {
    const before = refund.status;
    if (!["pending", "succeeded"].includes(before)) throw new ApiError(400, { message: `Refund ${refund.id} is ${before}.` });
    Object.assign(refund, { status: "failed", failure_reason: reason, failure_balance_transaction: world.random.id("txn_") });
    delete refund.pending_reason;
    count(world.charges.get(refund.charge), -refund.amount);
    world.emit("refund.updated", refund, { previous: { status: before } });
    world.emit("refund.failed", refund, { previous: { status: before } });
    return refund;
}

function count(charge, amount) {
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount;
}
