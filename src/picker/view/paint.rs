//! What changes with a keystroke or a click: attributes and texts, set where they are and once a
//! frame. The message about a sticker depends on the state for its look, so that look is
//! stylist's.

use std::cell::RefCell;

use leptos::prelude::*;
use stylist::css;

use super::{Face, bar, by_id, card, screen, search_input, sections, set};
use crate::host;
use crate::i18n::{Plural, Text};
use crate::picker::Picker;
use crate::picker::sending::Sending;
use crate::ui::style;

thread_local! {
    /// The class names of a message that is good news, and of one that is not.
    static LOOKS: RefCell<Option<[String; 2]>> = const { RefCell::new(None) };
}

/// Paints whenever something has changed.
pub(crate) fn keep_painted(picker: Picker) {
    Effect::new(move |_| {
        picker.sign_in.track();
        picker.known.track();
        picker.sending.track();
        picker.query.track();
        picker.recent.track();
        picker.favourites.track();
        picker.preview.track();
        picker.news.track();
        picker.shelves.track();
        // The structure is there with the next frame.
        request_animation_frame(move || paint(picker));
    });
}

fn paint(picker: Picker) {
    let Some(main) = by_id("picker") else { return };
    let face = Face::of(picker);
    let choosing = face == Face::Choosing;
    set(&main, "data-face", face.name());
    let known = picker.known.get_untracked();
    let searching = picker.query.with_untracked(|query| !query.is_empty());
    // What was drawn first stays on top until the same is painted beneath it.
    let covered = choosing && !(known.forgetful || known.stale || searching);
    if face != Face::Loading {
        host::uncover(!covered);
    }
    show("[data-notice=storage]", choosing && known.forgetful);
    show("[data-notice=offline]", choosing && known.stale);
    show(".search[role]", choosing || face == Face::Loading);
    show("#packs", choosing);
    picker.query.with_untracked(|query| search(picker, face, query));
    picker.sending.with_untracked(|sending| message(picker, sending));
    card::fill(picker);
    let size = known.size.to_string();
    set(&main, "data-size", &size);
    if let Some(slider) = by_id("size") {
        set(&slider, "value", &size);
    }
    if let Ok(Some(pin)) = main.query_selector("[data-action=keep-open]") {
        set(&pin, "aria-pressed", if known.kept_open { "true" } else { "false" });
    }
    bar::mark(None);
    sections::watch();
}

fn show(selector: &str, shown: bool) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        // `hidden` is a boolean attribute, which no element refuses.
        let _ = element.toggle_attribute_with_force("hidden", !shown);
    }
}

fn search(picker: Picker, face: Face, query: &str) {
    let Some(input) = search_input() else { return };
    if input.value() != query {
        input.set_value(query);
    }
    let wanted = query.trim();
    let count = picker.found.with_untracked(Vec::len);
    let choosing = face == Face::Choosing;
    let searching = !wanted.is_empty();
    let in_vain = (searching && count == 0).then_some(wanted);
    let says = document().query_selector("main > .screen").ok().flatten();
    let says = says.is_some_and(|element| screen::fill(&element, face, in_vain));
    show("main > .screen", says);
    show("[data-action=clear]", !query.is_empty());
    show("#stickers", choosing && !searching);
    show("#found", choosing && searching && count > 0);
    set(&input, "aria-expanded", if count > 0 { "true" } else { "false" });
    if count > 0 {
        set(&input, "aria-activedescendant", "first-found");
    } else {
        let _ = input.remove_attribute("aria-activedescendant");
    }
    let announced = match face {
        Face::Loading => Text::LOADING.get(),
        _ if searching => Plural::RESULTS.get(count),
        _ => String::new(),
    };
    if let Some(announcer) = by_id("announcer") {
        announcer.set_text_content(Some(&announced));
    }
}

fn looks() -> [String; 2] {
    LOOKS.with_borrow_mut(|looks| looks.get_or_insert_with(registered).clone())
}

fn registered() -> [String; 2] {
    let good = style::register(css!("color: var(--on-action); background: var(--action);"));
    let bad = style::register(css!("color: var(--text); background: var(--critical-subtle);"));
    [good, bad]
}

fn message(picker: Picker, sending: &Sending) {
    let Some(toast) = by_id("toast") else { return };
    let news = picker.news.get_untracked();
    let [good, bad] = looks();
    let quiet = "sr-only".to_owned();
    let (state, text, look) = match sending {
        _ if !news.is_empty() => ("news", news, good),
        Sending::Idle => ("idle", String::new(), quiet),
        // The sticker itself shows that it is on its way.
        Sending::InFlight { name, .. } => ("sending", Text::SENDING.with(name), quiet),
        Sending::Sent { name, .. } => ("sent", Text::SENT.with(name), good),
        Sending::Refused { reason } => ("refused", Text::SEND_REFUSED.with(reason), bad.clone()),
        Sending::Unanswered => ("unanswered", Text::SEND_SILENT.get(), bad.clone()),
    };
    set(&toast, "data-state", state);
    set(&toast, "class", &look);
    show("#toast", state != "idle");
    if let Some(said) = toast.first_element_child() {
        said.set_text_content(Some(&text));
    }
    let can_undo = matches!(sending, Sending::Sent { event_id: Some(_), .. });
    show("[data-action=undo]", can_undo && !picker.known.get_untracked().no_undo);
    mark("[data-busy]", false);
    if let Sending::InFlight { key, .. } = sending {
        // The one that was chosen: it may be among the recent ones and in its pack.
        mark(&["[data-sticker=\"", key, "\"]:is(:hover,:focus,#first-found)"].concat(), true);
    }
}

/// Marks a sticker as on its way, or no more.
fn mark(selector: &str, busy: bool) {
    if let Ok(Some(sticker)) = document().query_selector(selector) {
        let _ = sticker.toggle_attribute_with_force("data-busy", busy);
    }
}
