// What others say of the stand-in without running it: the compiler, by the types of `stripe`; and
// `constructEvent`, whose verdicts the backend's tests read from a file.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { FILE, vectors, written } from "./signature-vectors.mjs";

test("the objects have the types that the package stripe gives them", () => {
    const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
    const project = fileURLToPath(new URL(".", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, "--noEmit", "-p", project], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
});

test("the signature vectors in the backend are the ones written here", () => {
    assert.equal(readFileSync(FILE, "utf8"), written(), "run node tests/checkout/signature-vectors.mjs");
});

test("each signature vector has a name of its own, and a note where ours is stricter, never laxer", () => {
    const all = vectors();
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { name, accepted, ours, note } of all) {
        assert.equal(accepted !== ours, note !== undefined, name);
        assert.ok(accepted || !ours, name);
    }
    assert.ok(all.some(({ ours }) => ours) && all.some(({ ours }) => !ours));
});
