// What people see of the manager when all goes well: each screen in each theme and width. Pictures
// are on `tests/output/BROWSER/manager-looks.html`. A new state is a line in the list below.

import { managerTexts } from "./support/element.mjs";
import { Looks, press, says, shows, type } from "./support/manager-looks.mjs";

const english = managerTexts("en");
const arabic = managerTexts("ar");
const looks = new Looks("manager-looks");

const CATALOGUE = { face: "catalogue", screen: "add" };
const CUSTOM = { face: "widget", screen: "type_m.custom" };
const STICKERS = { face: "stickers", screen: "type_m.stickerpicker" };
const ACCOUNT = { face: "account", screen: "account" };
/** Nothing outside of this machine is asked whether it can be framed. */
const frames = (answer) => ({ "/api/v1/frame-check": (route) => route.fulfill({ json: answer }) });
const PAGE = "https://example.org/page?u=$matrix_user_id";
const EMBEDS = frames({ verdict: "embeds", url: PAGE });
const ARABIC = { ways: { locale: "ar" } };

looks.look("home", {}, shows("li.row"));
looks.look("home-empty", { room: "empty", user: "alice" }, says(english("widgets_none")));
looks.look("home-unknown-link", { screen: "type_toaster" }, says(english("unknown_link")));
looks.look("removed", {}, press(english("remove", "Minutes")), shows(".toast"));
looks.look("catalogue", CATALOGUE, shows(".card"));
looks.look("catalogue-found", CATALOGUE, type("input[type=search]", "video"), shows(".card"));
looks.look("catalogue-pasted", CATALOGUE, type("input[type=search]", "https://youtu.be/aqz-KE-bpKQ"), says(english("pasted_action")));
looks.look("widget-new", { face: "widget", screen: "type_m.jitsi" }, shows(".checks"));
looks.look("widget-wrong", CUSTOM, shows(".checks"), press(english("add_action")), shows("[aria-invalid=true]"));
looks.look("widget-framed", { ...CUSTOM, answers: EMBEDS }, type("#field-url", PAGE), says(english("frame_good")));
looks.look("widget-edit", { face: "widget", screen: "type_m.custom", integrationId: "board", answers: EMBEDS }, says(english("frame_good")));
looks.look("leaving", { ...CUSTOM, answers: EMBEDS }, type("#field-name", "Kept"), press(english("cancel")), shows("dialog:modal"));
looks.look("stickers", STICKERS, says(english("packs_mine")));
looks.look("stickers-of-another", { ...STICKERS, user: "bob" }, says(english("packs_mine")), says(english("no_picker")));
looks.look("pack", STICKERS, says(english("packs_mine")), press(english("pack_look", "Tess the tile")), shows(".pack-stickers img"), press(english("report")), shows("#report-details"));
looks.look("account", ACCOUNT, says(english("account_why")));

looks.look("home-right-to-left", ARABIC, says(arabic("widgets")));
looks.look("catalogue-right-to-left", { ...CATALOGUE, ...ARABIC }, says(arabic("catalogue_title")));
looks.look("widget-right-to-left", { ...CUSTOM, ...ARABIC, answers: EMBEDS }, type("#field-url", PAGE), says(arabic("frame_good")));
