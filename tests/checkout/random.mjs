// Randomness from a seed: the same seed gives the same ids and the same order of deliveries.

import { randomInt } from "node:crypto";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

export class Random {
    #state;

    constructor(seed = randomInt(2 ** 32)) {
        this.seed = seed >>> 0;
        this.#state = this.seed;
    }

    /** In [0, 1): a multiply-and-xor generator of 32 bits, plenty for shuffling. */
    next() {
        this.#state = (this.#state + 0x9e3779b9) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
        mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
        return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
    }

    below(limit) {
        return Math.floor(this.next() * limit);
    }

    id(prefix, length = 24) {
        let id = prefix;
        for (let at = 0; at < length; at++) id += LETTERS[this.below(LETTERS.length)];
        return id;
    }

    shuffled(list) {
        const copy = [...list];
        for (let at = copy.length - 1; at > 0; at--) {
            const other = this.below(at + 1);
            [copy[at], copy[other]] = [copy[other], copy[at]];
        }
        return copy;
    }
}
