// Disputes: a buyer's bank takes the money back, and maybe gives it again.

import { ApiError, invalid } from "./errors.mjs";
import { dispute } from "./objects-after.mjs";

export function create(world, charge, { reason = "fraudulent" } = {}) {
    if (charge.status !== "succeeded" || charge.disputed) throw invalid("charge", `Charge ${charge.id} cannot be disputed.`);
    const made = dispute(world.making(), charge, { reason });
    charge.disputed = true;
    world.disputes.set(made.id, made);
    world.emit("charge.dispute.created", made);
    world.emit("charge.dispute.funds_withdrawn", made);
    return made;
}

/** @param {"won" | "lost"} outcome the seller's */
export function close(world, dispute, outcome) {
    if (!["won", "lost"].includes(outcome)) throw invalid("outcome", "A dispute is won or lost.");
    if (dispute.status !== "needs_response") throw new ApiError(400, { message: `Dispute ${dispute.id} is ${dispute.status}.` });
    dispute.status = outcome;
    world.emit("charge.dispute.closed", dispute, { previous: { status: "needs_response" } });
    if (outcome === "won") world.emit("charge.dispute.funds_reinstated", dispute);
    return dispute;
}
