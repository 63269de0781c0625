// Form-encoded parameters (`line_items[0][quantity]=1`) made into objects, and checked: a name that
// is not described here is refused, as the real API does.

import { invalid, missingParameter, unknownParameter } from "./errors.mjs";

/** Reads a query or a body. `expand[]=a` and `expand[0]=a` are the same. */
export function parseForm(text) {
    const root = Object.create(null);
    for (const [name, value] of new URLSearchParams(text)) {
        const steps = [...name.matchAll(/^[^[]+|\[([^\]]*)\]/g)].map((match) => match[1] ?? match[0]);
        let place = root;
        for (const [depth, step] of steps.entries()) {
            const key = step === "" ? String(Object.keys(place).length) : step;
            if (depth === steps.length - 1) {
                place[key] = value;
            } else {
                place[key] ??= Object.create(null);
                if (typeof place[key] === "string") throw invalid(name, `Invalid value for ${name}.`);
                place = place[key];
            }
        }
    }
    return root;
}

const below = (path, name) => (path ? `${path}[${name}]` : name);
const plain = (value, path) => {
    if (typeof value !== "string") throw invalid(path, "Invalid string");
    return value;
};

export const text = (limit = 5000) => (value, path) => {
    if (plain(value, path).length > limit) throw invalid(path, `Invalid string: must be at most ${limit} characters`);
    return value;
};
export const integer = (least = 0, most = 99_999_999) => (value, path) => {
    if (!/^-?\d+$/.test(plain(value, path))) throw invalid(path, `Invalid integer: ${value}`, "parameter_invalid_integer");
    const number = Number(value);
    if (number < least) throw invalid(path, `This value must be greater than or equal to ${least}.`, "parameter_invalid_integer");
    if (number > most) throw invalid(path, `This value must be less than or equal to ${most}.`, "parameter_invalid_integer");
    return number;
};
export const flag = (value, path) => {
    if (value !== "true" && value !== "false") throw invalid(path, `Invalid boolean: ${value}`);
    return value === "true";
};
export const choice = (...values) => (value, path) => {
    if (!values.includes(plain(value, path))) throw invalid(path, `Invalid ${path}: must be one of ${values.join(", ")}`);
    return value;
};
export const address = (value, path) => {
    // The placeholder is no character of an address.
    const filled = plain(value, path).replaceAll("{CHECKOUT_SESSION_ID}", "x");
    const url = URL.canParse(filled) ? new URL(filled) : undefined;
    if (!["http:", "https:"].includes(url?.protocol)) throw invalid(path, "Not a valid URL", "url_invalid");
    return value;
};
export const metadata = (value, path) => {
    if (typeof value === "string") throw invalid(path, "Invalid hash");
    const entries = Object.entries(value);
    if (entries.length > 50) throw invalid(path, "Metadata can have at most 50 keys");
    for (const [name, content] of entries) {
        if (name.length > 40) throw invalid(path, "Metadata keys can have at most 40 characters");
        text(500)(content, below(path, name));
    }
    return Object.fromEntries(entries.filter(([, content]) => content !== ""));
};
export const list = (item, most = 100) => (value, path) => {
    if (typeof value === "string") throw invalid(path, "Invalid array");
    const keys = Object.keys(value);
    if (keys.length > most) throw invalid(path, `At most ${most} are allowed`);
    if (keys.some((key, at) => key !== String(at))) throw invalid(path, "Invalid array");
    return keys.map((key) => item(value[key], below(path, key)));
};

/** A hash with these names; the ones in `required` must be there. */
export const fields = (shape, required = []) => (value, path = "") => {
    if (typeof value === "string") throw invalid(path, "Invalid hash");
    for (const name of Object.keys(value)) {
        if (!Object.hasOwn(shape, name)) throw unknownParameter(below(path, name));
    }
    for (const name of required) {
        if (value[name] === undefined) throw missingParameter(below(path, name));
    }
    return Object.fromEntries(
        Object.entries(value).map(([name, content]) => [name, shape[name](content, below(path, name))]),
    );
};

export const range = (value, path) =>
    typeof value === "string"
        ? { gte: integer(0, Infinity)(value, path), lte: integer(0, Infinity)(value, path) }
        : fields({ gt: integer(0, Infinity), gte: integer(0, Infinity), lt: integer(0, Infinity), lte: integer(0, Infinity) })(value, path);
export const expand = list(text(), 20);
export const paging = { limit: integer(1, 100), starting_after: text(), ending_before: text(), expand };
