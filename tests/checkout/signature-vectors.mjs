// Writes the vectors that the backend's signature check is held against. `accepted` is what `stripe`'s
// own `constructEvent` says of each, never what somebody thinks it says; `ours` is what our check has
// to say, which differs only where a note tells why ours is stricter.
//
//     node tests/checkout/signature-vectors.mjs

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import Stripe from "stripe";

import { signed } from "./deliveries.mjs";

export const FILE = fileURLToPath(new URL("../../crates/backend/src/payments/stripe_vectors.json", import.meta.url));
const NOW = 1_780_000_000;
const TOLERANCE = 300;
const OLD = "whsec_before_the_roll";
const NEW = "whsec_after_the_roll";
const OTHER = "whsec_of_somebody_else";
const PAYLOAD = '{\n  "id": "evt_vector",\n  "object": "event",\n  "livemode": false,\n  "type": "checkout.session.completed"\n}';

const { webhooks } = new Stripe("sk_test_signing_needs_none");
const valid = (payload = PAYLOAD, secret = NEW, timestamp = NOW) => signed(payload, [secret], timestamp);
/** The signature alone. */
const v1 = (...asked) => valid(...asked).split("v1=")[1];

/** `[name, header, more]`; without more: our payload, our secret, accepted or not by both alike. */
const CASES = [
    ["valid", valid()],
    ["valid, of a payload that is not ASCII", valid('{"title":"Füchse 🦊"}'), { payload: '{"title":"Füchse 🦊"}' }],
    ["valid, with the signature before the timestamp", `v1=${v1()},t=${NOW}`],
    ["valid, with a scheme nobody knows", `t=${NOW},v2=00,v1=${v1()}`],
    ["two v1, second valid", `t=${NOW},v1=${v1(PAYLOAD, OTHER)},v1=${v1()}`],
    ["two v1, first valid", `t=${NOW},v1=${v1()},v1=${v1(PAYLOAD, OTHER)}`],
    ["two v1, none valid", `t=${NOW},v1=${v1(PAYLOAD, OTHER)},v1=${v1(PAYLOAD, OLD)}`],
    ["tampered body", valid(), { payload: PAYLOAD.replace("false", "true") }],
    ["body written anew with the same meaning", valid(), { payload: JSON.stringify(JSON.parse(PAYLOAD)) }],
    ["body with a line break at its end", valid(), { payload: `${PAYLOAD}\n` }],
    ["tampered timestamp", `t=${NOW + 1},v1=${v1()}`],
    ["as old as it may be", valid(PAYLOAD, NEW, NOW - TOLERANCE)],
    ["old timestamp", valid(PAYLOAD, NEW, NOW - TOLERANCE - 1)],
    ["as far in the future as it may be", valid(PAYLOAD, NEW, NOW + TOLERANCE)],
    ["timestamp too far in the future", valid(PAYLOAD, NEW, NOW + TOLERANCE + 1), { ours: false, note: "Our window has two ends: a header from the future would stay replayable until it is old." }],
    ["missing t", `v1=${v1()}`],
    ["empty t", `t=,v1=${v1()}`],
    ["t is no number", `t=now,v1=${v1()}`],
    ["t has letters after its number", `t=${NOW}x,v1=${v1()}`, { ours: false, note: "constructEvent reads the digits and leaves the rest; ours wants a number and nothing else." }],
    ["no v1", `t=${NOW}`],
    ["v0 only", `t=${NOW},v0=${v1()}`],
    ["v0 valid, v1 not", `t=${NOW},v0=${v1()},v1=${v1(PAYLOAD, OTHER)}`],
    ["upper-case hex", `t=${NOW},v1=${v1().toUpperCase()}`],
    ["upper-case name", `t=${NOW},V1=${v1()}`],
    ["extra spaces after the comma", `t=${NOW}, v1=${v1()}`],
    ["extra spaces around the value", `t=${NOW},v1= ${v1()} `],
    ["extra spaces before the timestamp's name", ` t=${NOW},v1=${v1()}`],
    ["a signature cut short", `t=${NOW},v1=${v1().slice(0, -1)}`],
    ["a signature with more after it", `t=${NOW},v1=${v1()}00`],
    ["an empty signature", `t=${NOW},v1=`],
    ["empty header", ""],
    ["wrong secret", valid(PAYLOAD, OTHER)],
    ["rotated secret: signed with the one before, both known", valid(PAYLOAD, OLD), { secrets: [NEW, OLD] }],
    ["rotated secret: signed with the new one, both known", valid(), { secrets: [OLD, NEW] }],
    ["rotated secret: signed with both, only the new one known", signed(PAYLOAD, [OLD, NEW], NOW)],
    ["rotated secret: signed with the one before, which is forgotten", valid(PAYLOAD, OLD)],
    ["wrong secret, two known", valid(PAYLOAD, OTHER), { secrets: [NEW, OLD] }],
];

function accepts({ payload, header, secrets, now }) {
    return secrets.some((secret) => {
        try {
            webhooks.constructEvent(payload, header, secret, TOLERANCE, undefined, now * 1000);
            return true;
        } catch {
            // Mostly a StripeSignatureVerificationError; an empty signature makes it throw another.
            return false;
        }
    });
}

export function vectors() {
    return CASES.map(([name, header, { payload = PAYLOAD, secrets = [NEW], ours, note } = {}]) => {
        const vector = { name, payload, header, secrets, now: NOW };
        const accepted = accepts(vector);
        return { ...vector, accepted, ours: ours ?? accepted, ...(note && { note }) };
    });
}

export const written = () => `${JSON.stringify(vectors(), null, 2)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, written());
