// Webhooks: each event is signed and posted, by a policy that a test chooses, and again until it is
// answered with 2xx or was tried often enough.

import Stripe from "stripe";

import { Random } from "./random.mjs";

const { webhooks } = new Stripe("sk_test_signing_needs_none");

/** Signs as the sender does: one `v1` for each secret, which are two while one is rolled. */
export function signed(payload, secrets, timestamp) {
    const headers = secrets.map((secret) => webhooks.generateTestHeaderString({ payload, secret, timestamp }));
    const signatures = headers.map((header) => header.slice(header.indexOf(",") + 1));
    return [`t=${timestamp}`, ...signatures].join(",");
}

export class Deliveries {
    url;
    secrets;
    /** Every attempt, with its answer. */
    log = [];
    policy = {
        /** "at once", or "held" until released. */
        mode: "at once",
        /** How often each event is sent. */
        copies: 1,
        /** Milliseconds before the first attempt. */
        delay: 0,
        /** With a seed, what is held is released in a random order, and what is not waits up to
         * `window` milliseconds more. */
        shuffle: null,
        window: 100,
        attempts: 10,
        backOff: 50,
        longestBackOff: 2000,
        timeout: 10_000,
    };
    #held = [];
    #random = new Random(0);
    #underWay = new Set();
    #closed = new AbortController();

    constructor({ url, secrets, now }) {
        this.url = url;
        this.secrets = secrets;
        this.now = now;
    }

    setPolicy(changes) {
        for (const name of Object.keys(changes)) {
            if (!Object.hasOwn(this.policy, name)) throw new Error(`no such part of the policy: ${name}`);
        }
        if (!["at once", "held"].includes(changes.mode ?? "held")) throw new Error("the mode is \"at once\" or \"held\"");
        Object.assign(this.policy, changes);
        if (changes.shuffle !== undefined && changes.shuffle !== null) this.#random = new Random(changes.shuffle);
        return this.policy;
    }

    add(event) {
        if (!this.url) return;
        for (let copy = 0; copy < this.policy.copies; copy++) {
            if (this.policy.mode === "held") this.#held.push({ event });
            else this.#start(event);
        }
    }

    held() {
        return this.#held.map(({ event: { id, type } }) => ({ id, type }));
    }

    /** Sends what was held: one after the other, each when the one before was answered, or all
     * `together`. */
    async release({ count = Infinity, together = false } = {}) {
        const waiting = this.policy.shuffle === null ? this.#held : this.#random.shuffled(this.#held);
        const going = new Set(waiting.slice(0, count));
        this.#held = this.#held.filter((held) => !going.has(held));
        const sent = [];
        for (const { event } of going) {
            sent.push(this.#keep(this.#deliver(event, 0)));
            if (!together) await sent.at(-1);
        }
        await Promise.all(sent);
        return going.size;
    }

    /** Forgets what was held: webhooks that never come. */
    drop() {
        return this.#held.splice(0).length;
    }

    /** Sends an event once more, as the dashboard can. */
    redeliver(event) {
        this.#start(event);
    }

    /** Waits until nothing is under way; what is held does not count. */
    async settled() {
        while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    }

    async close() {
        this.#closed.abort();
        await this.settled();
    }

    #start(event) {
        const { delay, shuffle, window } = this.policy;
        void this.#keep(this.#deliver(event, delay + (shuffle === null ? 0 : this.#random.below(window))));
    }

    #keep(work) {
        this.#underWay.add(work);
        return work.finally(() => this.#underWay.delete(work));
    }

    async #deliver(event, wait) {
        const { attempts, backOff, longestBackOff } = this.policy;
        await this.#pause(wait);
        for (let attempt = 1; attempt <= attempts && !this.#closed.signal.aborted; attempt++) {
            if (await this.#attempt(event, attempt)) return;
            if (attempt < attempts) await this.#pause(Math.min(backOff * 2 ** (attempt - 1), longestBackOff));
        }
    }

    /** Signed anew each time, so that an old event has a young signature. */
    async #attempt(event, attempt) {
        const payload = JSON.stringify(event, null, 2);
        const entry = { event: event.id, type: event.type, attempt, at: this.now() };
        this.log.push(entry);
        try {
            const answer = await fetch(this.url, {
                method: "POST",
                redirect: "manual",
                headers: {
                    "Content-Type": "application/json; charset=utf-8",
                    "Stripe-Signature": signed(payload, this.secrets, Math.floor(this.now() / 1000)),
                    "User-Agent": "Stripe/1.0 (stand-in)",
                },
                body: payload,
                signal: AbortSignal.any([this.#closed.signal, AbortSignal.timeout(this.policy.timeout)]),
            });
            entry.status = answer.status;
            entry.answer = (await answer.text()).slice(0, 500);
            return answer.ok;
        } catch (error) {
            entry.error = String(error.cause?.code ?? error.name);
            return false;
        }
    }

    #pause(milliseconds) {
        const { signal } = this.#closed;
        if (milliseconds <= 0 || signal.aborted) return Promise.resolve();
        return new Promise((done) => {
            const finish = () => {
                clearTimeout(timer);
                signal.removeEventListener("abort", finish);
                done();
            };
            const timer = setTimeout(finish, milliseconds);
            signal.addEventListener("abort", finish);
        });
    }
}
