// What is made of a room's image packs, whoever wrote them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { packsOf } from "../../assets/image-packs.js";

const image = (name, more) => ({ url: `mxc://example.org/${name}`, body: name, ...more });
const event = (content, more) => ({
    type: "m.room.image_pack", state_key: "cats", room_id: "!r:example.org", content, ...more,
});
const rule = (join_rule) => [{ type: "m.room.join_rules", content: { join_rule } }];
const read = (stable, unstable = [], rules = []) =>
    packsOf([stable, unstable, rules]).map(({ line, save }) => ({ ...JSON.parse(line), save: JSON.parse(save) }));

test("a pack becomes a line with a value a sticker in every column", () => {
    const info = { w: 300, h: 200, mimetype: "image/webp", size: 1234 };
    const content = {
        images: { wave: image("wave", { info }), hi: image("hi") },
        pack: { display_name: "Cats", attribution: "Ann" },
    };
    const [pack] = read([event(content)]);
    assert.equal(pack.titles, "und Cats");
    assert.equal(pack.credit, "Ann");
    assert.equal(pack.shortcodes, "wave\nhi");
    assert.equal(pack.bodies, "wave\nhi");
    assert.equal(pack.urls, "mxc://example.org/wave\nmxc://example.org/hi");
    assert.equal(pack.infos, "image/webp 300 200 1234\nimage/png 256 256 0");
    assert.equal(pack.previews, pack.urls, "the client fetches them");
    for (const column of ["emoji", "tags"]) assert.equal(pack[column], "\n");
    assert.match(pack.id, /^\.room-[0-9a-f]+$/);
    assert.deepEqual(pack.save, { room_id: "!r:example.org", state_key: "cats", via: ["example.org"], public: false, content });
});

test("the same pack has the same id, another another", () => {
    const content = { images: { a: image("a") } };
    const [one] = read([event(content)]);
    const [same] = read([event({ images: { a: image("a"), b: image("b") } })]);
    const [other] = read([event(content, { state_key: "dogs" })]);
    assert.equal(one.id, same.id);
    assert.notEqual(one.id, other.id);
});

test("the stable event wins over the older one of the same key", () => {
    const stable = event({ images: { a: image("new") } });
    const unstable = event({ images: { a: image("old") } }, { type: "im.ponies.room_emotes" });
    const packs = read([stable], [unstable]);
    assert.deepEqual(packs.map(({ urls }) => urls), ["mxc://example.org/new"]);
});

test("only stickers, by the pack's usage and the image's", () => {
    const images = { a: image("a"), b: image("b", { usage: ["emoticon"] }), c: image("c", { usage: [] }) };
    assert.equal(read([event({ images, pack: { usage: ["emoticon"] } })]).length, 0);
    const [pack] = read([event({ images, pack: { usage: ["sticker", "emoticon"] } })]);
    assert.equal(pack.shortcodes, "a\nc");
});

test("the artist's order counts, under either name", () => {
    const images = { last: image("l"), second: image("s", { order: 2 }), first: image("f", { "fi.mau.msc4389.order": 1 }) };
    assert.equal(read([event({ images })])[0].shortcodes, "first\nsecond\nlast");
});

test("a pack that a bridge had to split is one pack", () => {
    const part = (index, images) =>
        event({ images, "fi.mau.combined_pack_key": "big", "fi.mau.combined_pack_index": index }, { state_key: `big.00${index}` });
    const packs = read([part(2, { c: image("c") }), part(1, { b: image("b") })]);
    assert.deepEqual(packs.map(({ shortcodes }) => shortcodes), ["b\nc"]);
});

test("only rooms that anyone may join are named as a source", () => {
    const events = [event({ images: { a: image("a") } })];
    for (const [name, expected] of [["public", true], ["knock", true], ["invite", false], [undefined, false]]) {
        const [pack] = read(events, [], rule(name));
        assert.equal(pack.save.public, expected, String(name));
        assert.equal(pack.source, expected ? "!r:example.org example.org cats" : undefined);
    }
});

test("nothing that a room holds breaks a line", () => {
    const hostile = {
        "new\nline": image("ok", { body: "two\nlines", info: { w: -1, h: 1e99, size: "x", mimetype: "text/html" } }),
        script: { url: "javascript:alert(1)" },
        http: { url: "https://example.org/x.png" },
        quote: { url: 'mxc://example.org/"]' },
        number: 7,
        nothing: null,
        "": image("nameless"),
    };
    const [pack] = read([event({ images: hostile, pack: 5 })]);
    assert.equal(pack.shortcodes, "new line");
    assert.equal(pack.bodies, "two lines");
    assert.equal(pack.infos, "image/png 256 256 0");
    const broken = [null, 1, "x", {}, event(null), event({}), event({ images: [] }), event({ images: {} })];
    assert.deepEqual(read(broken), []);
    assert.deepEqual(packsOf([undefined, "x", 5]), []);
});

test("a huge room stays within bounds", () => {
    const images = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`s${i}`, image(`s${i}`)]));
    const [pack] = read([event({ images })]);
    assert.equal(pack.urls.split("\n").length, 500);
    const many = Array.from({ length: 200 }, (_, i) => event({ images: { a: image("a") } }, { state_key: `k${i}` }));
    assert.equal(read(many).length, 50);
});
