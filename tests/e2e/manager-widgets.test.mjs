// Every kind of widget through its whole life: added from the catalogue, read back from the
// homeserver, edited, removed, and back again. And widgets that somebody else put into the room.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { ElementStage, ROOM, managerTexts } from "./support/element.mjs";
import { until } from "./support/processes.mjs";
import { Synapse } from "./support/synapse.mjs";
import { Tessera } from "./support/tessera.mjs";

const english = managerTexts("en");
const file = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
/** For each kind, what is typed into its form and the address that the room gets. */
const EXAMPLES = file("./support/widgets.json");
const KINDS = file("../../assets/widgets-en.json").types;

let synapse, tessera, stage, element, alice, room;

before(async () => {
    synapse = await Synapse.start();
    const bot = await synapse.register("tessera");
    tessera = await Tessera.start({ synapse, bot });
    alice = await synapse.register("alice");
    stage = await ElementStage.open();
});
after(async () => {
    await stage?.close();
    await tessera?.stop();
    await synapse?.stop();
});
afterEach(async () => {
    const errors = element?.errors;
    await element?.leave();
    element = undefined;
    assert.deepEqual(errors ?? [], [], "the page threw");
});

/** Element in a new room, with these widgets in it. */
async function enter(face, how, widgets = {}) {
    room = await synapse.createRoom(alice, "Town hall", ROOM);
    for (const [id, content] of Object.entries(widgets)) {
        await synapse.setState(alice, room, "im.vector.modular.widgets", id, content);
    }
    element = await stage.element({ synapse, tessera, user: alice, roomId: room });
    await element.open(face, how);
}

async function fill(typed) {
    for (const [name, value] of Object.entries(typed)) {
        const field = element.manager.locator(`#field-${name}`);
        if ((await field.getAttribute("type")) === "checkbox") await field.setChecked(value === "true");
        else await field.fill(value);
    }
}

/** Presses the form's button, and insists where the page's server cannot be seen from here. */
async function save(action) {
    await element.button(action).click();
    const insist = element.button(english("frame_insist"));
    const home = element.manager.locator('main.shell[data-face="home"]');
    await insist.or(home).first().waitFor();
    if (await insist.isVisible()) await insist.click();
    await home.waitFor();
}

/** The room's widgets, once they are as many. */
function widgets(count) {
    return until(`${count} widgets`, async () => {
        const found = await element.roomWidgets();
        return found.length === count && found;
    });
}

test("there is an example of every kind of widget that the catalogue offers", async () => {
    await enter("catalogue", { screen: "add" });
    const offered = await element.manager.locator(".card strong").allTextContents();
    const named = EXAMPLES.map(({ id }) => KINDS[id].name);
    assert.deepEqual(offered.toSorted(), named.toSorted());
});

for (const { id, typed, url } of EXAMPLES) {
    const kind = KINDS[id].name;
    test(`${id}: added from the catalogue, and edited`, async () => {
        await enter("catalogue", { screen: "add" });
        await element.manager.locator("button.card", { hasText: kind }).filter({
            has: element.manager.locator("strong", { hasText: new RegExp(`^${escaped(kind)}$`) }),
        }).click();
        await element.heading(english("add_title", kind)).waitFor();
        await fill({ ...typed, name: "Ours" });
        await save(english("add_action"));
        const [added] = await widgets(1);
        const expected = url.replace("{widgets}", tessera.widgetsUrl);
        assert.equal(added.content.url, expected);
        assert.equal(added.content.name, "Ours");
        assert.equal(added.sender, alice.userId);
        assert.ok(added.content.type);

        await element.row("Ours").getByRole("button", { name: english("edit") }).click();
        await element.heading(english("edit_title", kind)).waitFor();
        await fill({ name: "Theirs" });
        await save(english("save"));
        await element.row("Theirs").waitFor();
        const [edited] = await widgets(1);
        assert.equal(edited.state_key, added.state_key, "it is the same widget");
        assert.deepEqual(edited.content, { ...added.content, name: "Theirs" });
    });
}

test("a removed widget comes back as it was", async () => {
    const content = {
        type: "m.custom",
        url: "https://example.org/?u=$matrix_user_id",
        name: "Board",
        data: { title: "Ideas", depth: { of: [1, "two"] } },
        waitForIframeLoad: false,
    };
    await enter("home", {}, { "a board": content });
    await element.row("Board").getByRole("button", { name: english("remove", "Board") }).click();
    await element.manager.getByText(english("removed", "Board")).waitFor();
    await widgets(0);
    await element.button(english("undo")).click();
    const [restored] = await widgets(1);
    assert.equal(restored.state_key, "a board");
    assert.deepEqual(restored.content, content);
});

test("what others put into the room is there, whoever made it", async () => {
    await enter("home", {}, {
        scalar: {
            type: "etherpad",
            url: "https://scalar.vector.im/api/widgets/etherpad.html?url=https%3A%2F%2Fpad.example.org%2Fp%2Fx",
            name: "Scalar pad",
            data: {},
        },
        dimension: {
            type: "youtube",
            url: "https://dimension.t2bot.io/widgets/video?url=https%3A%2F%2Fwww.youtube.com%2Fembed%2Faqz-KE-bpKQ",
            name: "Dimension video",
            data: { url: "https://www.youtube.com/embed/aqz-KE-bpKQ" },
        },
        hookshot: { type: "uk.half-shot.matrix-hookshot.config", url: "https://hook.example/w", name: "Hookshot" },
    });
    for (const name of ["Scalar pad", "Dimension video", "Hookshot"]) await element.row(name).waitFor();
    await element.row("Dimension video").getByRole("button", { name: english("edit") }).click();
    await element.heading(english("edit_title", KINDS.youtube.name)).waitFor();
    assert.equal(await element.manager.locator("#field-video").inputValue(), "aqz-KE-bpKQ");
});

test("what is typed survives a refusal, and leaving it asks first", async () => {
    await enter("widget", { screen: "type_m.custom" });
    await fill({ url: "https://example.org/page", name: "Kept" });
    // The user loses their power while they type.
    await synapse.setState(alice, room, "m.room.power_levels", "", { users: { [alice.userId]: 0 } });
    await element.button(english("add_action")).click();
    const insist = element.button(english("frame_insist"));
    const refused = element.manager.getByText(english("not_allowed_title"))
        .or(element.manager.getByText(english("refused_title")))
        .or(element.manager.getByText(english("unconfirmed_title")));
    await insist.or(refused).first().waitFor();
    if (await insist.isVisible()) await insist.click();
    await refused.first().waitFor();
    assert.equal(await element.manager.locator("#field-url").inputValue(), "https://example.org/page");
    assert.equal((await element.roomWidgets()).length, 0);
    await element.button(english("cancel")).click();
    await element.manager.getByText(english("leave_title")).waitFor();
    await element.button(english("leave_stay")).click();
    assert.equal(await element.manager.locator("#field-name").inputValue(), "Kept");
});

function escaped(text) {
    return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
