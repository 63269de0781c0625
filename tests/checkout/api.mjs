// The API under /v1: who may call, what each address does, and what is replayed for a repeated key.

import * as errors from "./errors.mjs";
import { expanded, page, within } from "./lists.mjs";
import { choice, expand, fields, paging, parseForm, range, text } from "./params.mjs";
import * as refunds from "./refunds.mjs";
import * as sessions from "./sessions.mjs";

const ONE = fields({ expand });
const SESSIONS = fields({ ...paging, created: range, status: choice("open", "complete", "expired"), payment_intent: text() });
const BY_PAYMENT = fields({ ...paging, created: range, payment_intent: text(), charge: text() });
const EVENTS = fields({ ...paging, created: range, type: text() });

/** `[method, address, what it does]`; `id` is the part in parentheses. */
const ROUTES = [
    ["POST", /^\/v1\/checkout\/sessions$/, ({ world, form }) => [sessions.create(world, form), form]],
    ["GET", /^\/v1\/checkout\/sessions$/, ({ world, form, path }) => {
        sessions.expireOld(world);
        return listed(world.sessions, SESSIONS(form), path);
    }],
    ["GET", /^\/v1\/checkout\/sessions\/([^/]+)$/, ({ world, form, id }) => {
        sessions.expireOld(world);
        return [world.find("sessions", "checkout.session", id, "session"), ONE(form)];
    }],
    ["GET", /^\/v1\/checkout\/sessions\/([^/]+)\/line_items$/, ({ world, form, path, id }) => {
        world.find("sessions", "checkout.session", id, "session");
        return [page([...world.lineItems.get(id)].reverse(), path, fields(paging)(form)), form];
    }],
    ["POST", /^\/v1\/checkout\/sessions\/([^/]+)\/expire$/, ({ world, form, id, request }) => {
        const asked = ONE(form);
        return [sessions.expire(world, world.find("sessions", "checkout.session", id, "session"), request), asked];
    }],
    ["POST", /^\/v1\/refunds$/, ({ world, form, request }) => [refunds.create(world, form, request), form]],
    ["GET", /^\/v1\/refunds$/, ({ world, form, path }) => listed(world.refunds, BY_PAYMENT(form), path)],
    ["GET", /^\/v1\/refunds\/([^/]+)$/, one("refunds", "refund")],
    ["GET", /^\/v1\/payment_intents\/([^/]+)$/, one("intents", "payment_intent", "intent")],
    ["GET", /^\/v1\/charges\/([^/]+)$/, one("charges", "charge")],
    ["GET", /^\/v1\/disputes$/, ({ world, form, path }) => listed(world.disputes, BY_PAYMENT(form), path)],
    ["GET", /^\/v1\/disputes\/([^/]+)$/, one("disputes", "dispute")],
    ["GET", /^\/v1\/events$/, ({ world, form, path }) => listed(world.events, EVENTS(form), path)],
    ["GET", /^\/v1\/events\/([^/]+)$/, one("events", "event")],
];

function one(kind, what, param = "id") {
    return ({ world, form, id }) => {
        const asked = ONE(form);
        return [world.find(kind, what, id, param), asked];
    };
}

function listed(kind, { created, limit, starting_after, ending_before, expand, ...same }, path) {
    const wanted = [...kind.values()].filter(
        (object) => within(object.created, created) && Object.entries(same).every(([name, value]) => object[name] === value),
    );
    return [page(wanted, path, { limit, starting_after, ending_before }), { expand }];
}

export class Api {
    /** Every request, with its answer's status. */
    log = [];
    #kept = new Map();
    #faults = [];

    constructor({ world, secretKey }) {
        this.world = world;
        this.secretKey = secretKey;
    }

    /** The next `count` requests fail: with `status`, or with "time-out", which is never answered.
     * `executed` ones did their work before; only the answer is lost. `path` spares the others. */
    failNext({ count = 1, status, executed = false, path = "" }) {
        if (status !== "time-out" && !(Number.isInteger(status) && status >= 400 && status < 600)) {
            throw new Error("status is one of HTTP's from 400, or \"time-out\"");
        }
        for (let left = count; left > 0; left--) this.#faults.push({ status, executed, path });
    }

    /** Forgets the failures still to come. */
    stopFailing() {
        return this.#faults.splice(0).length;
    }

    /** @returns `{ status, headers, body }`, or `undefined` when there is to be no answer at all */
    handle({ method, url, headers, body }) {
        const request = {
            id: this.world.random.id("req_", 14),
            key: method === "POST" ? headers["idempotency-key"] : undefined,
            version: headers["stripe-version"],
        };
        const query = method === "GET" ? url.search.slice(1) : body;
        const entry = { at: this.world.now(), id: request.id, method, path: url.pathname, params: query, version: request.version, idempotencyKey: request.key };
        this.log.push(entry);
        const answer = this.#answer({ method, path: url.pathname, query, headers, request });
        if (!answer) {
            entry.status = "time-out";
            return undefined;
        }
        Object.assign(entry, { status: answer.status, replayed: answer.replayed ?? false });
        const extra = { "Request-Id": request.id };
        if (request.version) extra["Stripe-Version"] = request.version;
        if (request.key) extra["Idempotency-Key"] = request.key;
        if (answer.replayed) Object.assign(extra, { "Idempotent-Replayed": "true", "Original-Request": answer.original });
        // A stored 500 would only be replayed, so clients are told to leave it.
        if (answer.kept && answer.status >= 500) extra["Stripe-Should-Retry"] = "false";
        return { status: answer.status, headers: extra, body: JSON.stringify(answer.body, null, 2) };
    }

    #answer({ method, path, query, headers, request }) {
        const failed = (error) => ({ status: error.status, body: error.body(request.id) });
        try {
            this.#admit(headers);
            this.world.version = headers["stripe-version"] ?? this.world.version;
            const identity = `${method} ${path}\n${canonical(query)}`;
            const kept = request.key === undefined ? undefined : this.#kept.get(request.key);
            const fault = this.#fault(path);
            const keep = (answer) => {
                if (request.key !== undefined) {
                    this.#kept.set(request.key, { identity, answer: structuredClone(answer), original: request.id });
                }
                return { ...answer, kept: request.key !== undefined };
            };
            if (fault && !fault.executed) {
                if (fault.status === "time-out") return undefined;
                const answer = failed(errors.asked(fault.status));
                // What the server broke on is stored like any other answer; a refusal is not.
                return fault.status >= 500 && !kept ? keep(answer) : answer;
            }
            let answer;
            if (kept) {
                if (kept.identity !== identity) throw errors.keyReused(request.key);
                answer = { ...kept.answer, replayed: true, original: kept.original, kept: true };
            } else {
                answer = keep({ status: 200, body: this.#do(method, path, query, request) });
            }
            if (fault?.status === "time-out") return undefined;
            return fault ? failed(errors.asked(fault.status)) : answer;
        } catch (error) {
            // What was refused before it began is not stored: the key can be used again.
            if (error instanceof errors.ApiError) return failed(error);
            throw error;
        }
    }

    #fault(path) {
        const at = this.#faults.findIndex((fault) => path.startsWith(fault.path));
        return at === -1 ? undefined : this.#faults.splice(at, 1)[0];
    }

    #admit(headers) {
        const [, key] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? [];
        if (key === undefined) throw errors.noKey();
        if (key !== this.secretKey) throw errors.badKey(key);
        const version = headers["stripe-version"];
        if (version !== undefined && !/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version)) {
            throw new errors.ApiError(400, { message: `Invalid Stripe API version: ${version}` });
        }
        if ((headers["idempotency-key"] ?? "").length > 255) {
            throw new errors.ApiError(400, { type: "idempotency_error", message: "Idempotency keys can have at most 255 characters." });
        }
    }

    #do(method, path, query, request) {
        for (const [verb, address, act] of ROUTES) {
            const match = verb === method ? address.exec(path) : null;
            if (!match) continue;
            const form = parseForm(query);
            const id = match[1] && decodeURIComponent(match[1]);
            const [object, asked] = act({ world: this.world, form, path, id, request });
            return expanded(this.world, object, Object.values(asked.expand ?? {}));
        }
        throw errors.unknownAddress(method, path);
    }
}

/** The same parameters in another order are the same. */
const canonical = (query) => [...new URLSearchParams(query)].map((pair) => JSON.stringify(pair)).sort().join("\n");
