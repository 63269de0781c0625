// Lists, newest first and page by page; and `expand`, which puts an object where its id was.

import { invalid, noSuch } from "./errors.mjs";

/** One page of `all` (oldest first, as they were made). */
export function page(all, url, { limit = 10, starting_after: after, ending_before: before }) {
    const newest = [...all].reverse();
    const place = (id, param) => {
        const at = newest.findIndex((object) => object.id === id);
        if (at === -1) throw noSuch("object", id, param, 400);
        return at;
    };
    let rest = newest;
    let data;
    if (before !== undefined) {
        rest = newest.slice(0, place(before, "ending_before"));
        data = rest.slice(-limit);
    } else {
        if (after !== undefined) rest = newest.slice(place(after, "starting_after") + 1);
        data = rest.slice(0, limit);
    }
    return { object: "list", data, has_more: rest.length > data.length, url };
}

export function within(number, range = {}) {
    const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
    return number > gt && number >= gte && number < lt && number <= lte;
}

/** A copy of `object` with what `paths` name in full. */
export function expanded(world, object, paths = []) {
    const copy = structuredClone(object);
    for (const path of paths) expandOne(world, copy, path.split("."), path);
    return copy;
}

function expandOne(world, object, [name, ...rest], path) {
    if (name === undefined || object === null) return;
    if (object.object === "list") {
        if (name !== "data") throw notExpandable(path);
        for (const item of object.data) expandOne(world, item, rest, path);
        return;
    }
    if (name === "line_items" && object.object === "checkout.session") {
        const items = structuredClone(world.lineItems.get(object.id));
        object.line_items = { object: "list", data: items, has_more: false, url: `/v1/checkout/sessions/${object.id}/line_items` };
        return expandOne(world, object.line_items, rest, path);
    }
    if (name === "refunds" && object.object === "charge") {
        const refunds = [...world.refunds.values()].filter((refund) => refund.charge === object.id);
        object.refunds = structuredClone(page(refunds, `/v1/charges/${object.id}/refunds`, {}));
        return expandOne(world, object.refunds, rest, path);
    }
    if (!Object.hasOwn(object, name)) throw notExpandable(path);
    const value = object[name];
    const found = typeof value === "string" ? world.any(value) : undefined;
    // A string that is the id of nothing kept here (an invoice, a balance transaction) stays one.
    if (found) object[name] = structuredClone(found);
    if (object[name] !== null && typeof object[name] === "object") expandOne(world, object[name], rest, path);
}

const notExpandable = (path) => invalid("expand", `This property cannot be expanded (${path}).`);
