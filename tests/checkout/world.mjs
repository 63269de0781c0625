// What the stand-in remembers: sessions, payments, refunds, disputes and the events they caused.

import { noSuch } from "./errors.mjs";
import { event } from "./objects-after.mjs";
import { Random } from "./random.mjs";

export class World {
    sessions = new Map();
    lineItems = new Map();
    intents = new Map();
    charges = new Map();
    refunds = new Map();
    disputes = new Map();
    events = new Map();
    /** Metadata that a session's payment will have. */
    intentMetadata = new Map();
    livemode = false;
    settings = {
        /** Percent, for sessions with automatic tax. */
        taxRate: 19,
        /** Without terms in the account, asking buyers to consent to them is refused. */
        termsUrl: "https://seller.example/terms",
        /** "succeeded", or "pending" until a control says how the refund ended. */
        refundsAre: "succeeded",
        /** What events say they were made for; unset, the version that callers pin. */
        apiVersion: null,
    };
    url = "";
    /** The version of the latest call. */
    version = "2026-10-28.endive";

    constructor({ seed, now = Date.now }) {
        this.random = new Random(seed);
        this.now = now;
        this.onEvent = () => {};
    }

    seconds() {
        return Math.floor(this.now() / 1000);
    }

    making() {
        return { random: this.random, livemode: this.livemode, created: this.seconds() };
    }

    /** Remembers that something happened to `object`, and has it delivered. */
    emit(type, object, { previous, request } = {}) {
        const cause = request && { id: request.id, idempotency_key: request.key ?? null };
        const apiVersion = this.settings.apiVersion ?? this.version;
        const made = event(this.making(), type, object, { previous, apiVersion, request: cause });
        this.events.set(made.id, made);
        this.onEvent(made);
        return made;
    }

    /** An object by its id, whatever its kind; for `expand`. */
    any(id) {
        for (const kind of [this.sessions, this.intents, this.charges, this.refunds, this.disputes, this.events]) {
            if (kind.has(id)) return kind.get(id);
        }
        return undefined;
    }

    find(kind, what, id, param = "id", status = 404) {
        const found = this[kind].get(id);
        if (!found) throw noSuch(what, id, param, status);
        return found;
    }

    /** The charge of a session, for the controls, which name sessions. */
    chargeOf(session) {
        const charge = this.charges.get(this.intents.get(session.payment_intent)?.latest_charge);
        if (!charge) throw noSuch("charge", session.id, "session", 400);
        return charge;
    }
}
