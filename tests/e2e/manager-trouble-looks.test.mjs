// What people see of the manager when something is in the way: each such state in each theme and
// width. Pictures are on `tests/output/BROWSER/manager-trouble-looks.html`.

import { managerTexts } from "./support/element.mjs";
import { Looks, gone, never, press, refusal, says, shows, type } from "./support/manager-looks.mjs";

const english = managerTexts("en");
const looks = new Looks("manager-trouble-looks");

const ACCOUNT = "/_matrix/integrations/v1/account";
const CUSTOM = { face: "widget", screen: "type_m.custom" };
const PAGE = "https://example.org/page";
const frames = (verdict, reason) => ({
    "/api/v1/frame-check": (route) => route.fulfill({ json: { verdict, reason, url: PAGE } }),
});
const X_FRAME_OPTIONS = { code: "x_frame_options", value: "DENY" };
const DOCUMENT = { version: "2", language: "en", languages: {}, accepted: false, url: "https://t.example/terms" };
const TERMS = {
    "/api/v1/terms?*": (route) =>
        route.fulfill({
            json: {
                documents: [
                    { ...DOCUMENT, id: "privacy", name: "How we treat what you entrust to us, at length", changes_url: "https://t.example/terms/changes" },
                    { ...DOCUMENT, id: "use", name: "الشروط" },
                ],
            },
        }),
};
const FORBIDDEN = { ...CUSTOM, answers: frames("refused", X_FRAME_OPTIONS) };

looks.look("loading", { face: "loading", answers: { [ACCOUNT]: never } });
looks.look("terms", { face: "terms", answers: { [ACCOUNT]: refusal(403, "M_TERMS_NOT_SIGNED"), ...TERMS } }, says(english("terms_asked")));
looks.look("unreachable", { face: "failed", answers: { [ACCOUNT]: gone } }, says(english("unreachable_title")));
looks.look("server", { face: "failed", answers: { [ACCOUNT]: refusal(500, "M_UNKNOWN") } }, says(english("server_title")));
looks.look("denied", { face: "failed", answers: { [ACCOUNT]: refusal(403, "TESSERA_HOMESERVER_DENIED") } }, says(english("denied_title")));
looks.look("too-fast", { face: "failed", answers: { [ACCOUNT]: refusal(429, "M_LIMIT_EXCEEDED") } }, says(english("too_fast_title")));
looks.look("silent", { silent: true }, silence, says(english("no_answer_title")));
looks.look("not-in-view", {}, shows("li.row"), lookElsewhere, press(english("remove", "Minutes")), says(english("not_in_view_title")));
looks.look("not-allowed", { user: "bob" }, press(english("remove", "Minutes")), says(english("not_allowed_title")));
looks.look("without-power", { ...CUSTOM, user: "bob" }, says(english("check_may_not", "50")));
looks.look("frame-refused", FORBIDDEN, type("#field-url", PAGE), says(english("frame_refused")));
looks.look("frame-as-card", FORBIDDEN, type("#field-url", PAGE), says(english("frame_refused")), press(english("card_on")), says(english("card_title")));
looks.look("frame-unknown", { ...CUSTOM, answers: frames("unknown", { code: "timed_out" }) }, type("#field-url", PAGE), says(english("frame_unknown")));
looks.look("packs-unreachable", { face: "stickers", screen: "stickers", answers: { "/api/v1/packs?*": gone } }, says(english("unreachable_title")));
looks.look("forced-colors", { ways: { forcedColors: "active" } }, shows("li.row"));
looks.look("forced-colors-form", { ...CUSTOM, ways: { forcedColors: "active" } }, shows(".checks"));
looks.look("more-contrast", { ways: { contrast: "more" } }, shows("li.row"));

/** Lets the time pass in which a client may answer. */
function silence({ page }) {
    return page.clock.fastForward(26_000);
}

/** The user goes to another room while the manager is open. */
function lookElsewhere({ page }) {
    return page.evaluate(() => (element.surroundings.roomId = "!other:client.test"));
}
