// The other end of the webhooks, for tests: lets `stripe`'s own `constructEvent` judge each delivery.

import { createServer } from "node:http";

import Stripe from "stripe";

export class Receiver {
    /** What `constructEvent` accepted, in the order of arrival. */
    events = [];
    refused = [];
    /** Statuses to answer with, one a delivery; then 200. */
    answers = [];
    /** Milliseconds before each answer. */
    slowness = 0;
    underWay = 0;
    mostUnderWay = 0;

    static async start(secret) {
        const receiver = new Receiver();
        receiver.secret = secret;
        receiver.server = createServer((request, response) => void receiver.#receive(request, response));
        await new Promise((listening) => receiver.server.listen(0, "127.0.0.1", listening));
        receiver.url = `http://127.0.0.1:${receiver.server.address().port}/webhooks/stripe`;
        return receiver;
    }

    types() {
        return this.events.map((event) => event.type);
    }

    async stop() {
        this.server.closeAllConnections();
        await new Promise((closed) => this.server.close(closed));
    }

    async #receive(request, response) {
        this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
        response.once("close", () => this.underWay--);
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const header = request.headers["stripe-signature"];
        try {
            this.events.push(new Stripe("sk_test_receiver").webhooks.constructEvent(Buffer.concat(chunks), header, this.secret));
        } catch (error) {
            this.refused.push(error);
            return response.writeHead(400).end();
        }
        if (this.slowness > 0) await new Promise((done) => setTimeout(done, this.slowness));
        response.writeHead(this.answers.shift() ?? 200).end();
    }
}
