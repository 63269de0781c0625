//! Everything that the user does, heard in one place: clicks, keys, typing, pointing and focus,
//! and the page's coming into view. A button says by `data-` attributes what it is for.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{
    BroadcastChannel, Element, Event, EventTarget, HtmlInputElement, IntersectionObserver,
    IntersectionObserverEntry, IntersectionObserverInit, KeyboardEvent, MouseEvent, PointerEvent,
};

use super::{bar, card, focus, search_input, set, shelf, target_with};
use crate::picker::{Picker, flow, room, sign_in};
use crate::{device, host, i18n};

/// Where the manager tells that the user's packs have changed.
const LIBRARY_CHANNEL: &str = "tessera.library";
/// How long a pointer rests on a sticker before its card is shown, in milliseconds.
const HOVER: i32 = 450;
/// How long a finger rests on it.
const LONG_PRESS: i32 = 450;

thread_local! {
    /// A long press has begun that is not over yet.
    static PRESSED: Cell<bool> = const { Cell::new(false) };
}

/// Begins to listen.
pub(crate) fn listen(picker: Picker) {
    let document: EventTarget = document().into();
    on(&document, "click", move |event| click(picker, &event));
    on(&document, "input", move |event| {
        let Some(input) = event.target().and_then(|input| input.dyn_into().ok()) else { return };
        let input: HtmlInputElement = input;
        if input.id() == "size" {
            flow::resize(picker, &input.value());
        } else {
            picker.search(input.value());
        }
    });
    // A right click, a long press, or the key for menus.
    on(&document, "contextmenu", move |event| {
        if let Some(cell) = target_with(&event, "[data-sticker]") {
            event.prevent_default();
            hold(picker, &cell);
        }
    });
    on(&document, "pointerdown", move |event| {
        PRESSED.set(false);
        press(picker, &event);
    });
    on(&document, "keydown", move |event| key(picker, event.unchecked_ref()));
    for (name, begins) in
        [("focusin", true), ("focusout", false), ("pointerover", true), ("pointerout", false)]
    {
        on(&document, name, move |event| {
            if name.starts_with("focus") {
                focus::moved(&event, begins);
            }
            animate(&event, begins);
            preview(picker, &event, begins);
        });
    }
    on(&document, "visibilitychange", move |_| shown(picker));
    on(&window().into(), "online", move |_| shown(picker));
    // The manager says when packs were chosen. Where there are no such channels, coming back to the
    // picker later is what loads them.
    if let Ok(channel) = BroadcastChannel::new(LIBRARY_CHANNEL) {
        on(&channel, "message", move |_| flow::chosen_elsewhere(picker));
    }
    // A host hides our frame without telling us; the page then leaves the view.
    let observer = observer(
        move |_, is_in_view| {
            if is_in_view {
                shown(picker);
                // Where there is a keyboard, the first key is the first letter of a search.
                if device::has_pointer() {
                    focus_search();
                }
            }
        },
        None,
        "",
    );
    if let (Some(observer), Some(root)) = (observer, leptos::prelude::document().document_element())
    {
        observer.observe(&root);
    }
}

fn on(target: &EventTarget, name: &str, then: impl Fn(Event) + 'static) {
    let then: Box<dyn Fn(Event)> = Box::new(then);
    let closure: JsValue = Closure::wrap(then).into_js_value();
    // The page's own window and document take every listener.
    let _ = target.add_event_listener_with_callback(name, closure.unchecked_ref());
}

/// Tells which elements come into view and leave it.
pub(super) fn observer(
    seen: impl Fn(Element, bool) + 'static,
    root: Option<&Element>,
    margin: &str,
) -> Option<IntersectionObserver> {
    let each: Box<dyn Fn(JsValue)> = Box::new(move |entries| {
        for entry in js_sys::Array::from(&entries).iter() {
            let entry: IntersectionObserverEntry = entry.unchecked_into();
            seen(entry.target(), entry.is_intersecting());
        }
    });
    let each: JsValue = Closure::wrap(each).into_js_value();
    let options = IntersectionObserverInit::new();
    if root.is_some() {
        options.set_root(root);
        options.set_root_margin(margin);
    }
    IntersectionObserver::new_with_options(each.unchecked_ref(), &options).ok()
}

fn shown(picker: Picker) {
    if !document().hidden() {
        flow::shown(picker);
    }
}

fn attribute_of(event: &Event, name: &str) -> Option<String> {
    target_with(event, &["[", name, "]"].concat())?.get_attribute(name)
}

fn click(picker: Picker, event: &Event) {
    // The end of a long press is no click.
    if PRESSED.replace(false) {
        return;
    }
    let mouse: &MouseEvent = event.unchecked_ref();
    if let Some(key) = attribute_of(event, "data-sticker") {
        // The second half of a double click has sent already.
        if mouse.detail() < 2 {
            flow::send(picker, &key, mouse.shift_key());
        }
    } else if let Some(section) = attribute_of(event, "data-section") {
        go_to(picker, &section);
    } else if let Some(action) = attribute_of(event, "data-action") {
        act(picker, event, &action);
    } else if target_with(event, "#card").is_some_and(|card| event.target() == Some(card.into())) {
        // Beside the card.
        close_card(picker);
    }
}

fn act(picker: Picker, event: &Event, action: &str) {
    let looked_at = picker.preview.get_untracked();
    match action {
        "retry" => flow::on(picker, sign_in::Event::Retry),
        "open-manager" => flow::open_manager(),
        "dismiss" => flow::dismiss_notice(picker),
        "keep-open" => picker.known.update(|known| known.kept_open = !known.kept_open),
        "undo" => flow::undo(picker),
        "room" => room::show(picker, false),
        "enlarge" => flow::enlarge(picker),
        "help" => help(),
        "terms" => flow::read_terms(picker),
        "favour" => flow::favour(picker, &looked_at),
        "save" => room::save(picker, &attribute_of(event, "data-pack").unwrap_or_default()),
        "clear" => clear_search(picker),
        _ => {
            close_card(picker);
            if action == "send" {
                flow::send(picker, &looked_at, false);
            } else if let Some(pack) = attribute_of(event, "data-pack") {
                go_to(picker, &pack);
            }
        }
    }
}

fn go_to(picker: Picker, section: &str) {
    picker.search(String::new());
    shelf::scroll_to(section);
}

fn help() {
    wasm_bindgen_futures::spawn_local(async {
        host::module("help", "default", &i18n::language().into()).await;
    });
}

/// A finger that stays on a sticker asks for its card; not every browser says so by itself.
fn press(picker: Picker, event: &Event) {
    let pointer: &PointerEvent = event.unchecked_ref();
    let Some(cell) = target_with(event, "[data-sticker]") else { return };
    if pointer.pointer_type() == "touch" {
        device::after(LONG_PRESS, move || {
            if cell.matches(":active").unwrap_or(false) {
                PRESSED.set(true);
                hold(picker, &cell);
            }
        });
    }
}

/// Shows a sticker's card until it is closed.
fn hold(picker: Picker, cell: &Element) {
    card::place(cell);
    picker.known.update(|known| known.held = true);
    picker.preview.set(cell.get_attribute("data-sticker").unwrap_or_default());
}

fn close_card(picker: Picker) {
    picker.known.update(|known| known.held = false);
    picker.preview.set(String::new());
}

/// Shows a sticker's card while it is pointed at or has the focus of the keyboard.
fn preview(picker: Picker, event: &Event, begins: bool) {
    if picker.known.get_untracked().held {
        return;
    }
    let Some(cell) = target_with(event, "[data-sticker]") else { return };
    let key = cell.get_attribute("data-sticker").unwrap_or_default();
    if !begins {
        if picker.preview.with_untracked(|shown| *shown == key) {
            picker.preview.set(String::new());
        }
        return;
    }
    device::after(HOVER, move || {
        let held = picker.known.get_untracked().held;
        // A touch leaves `:hover` behind; and what was clicked needs no closer look.
        let is_looked_at = cell.matches(":is(:hover,:focus-visible):not([data-busy])");
        if !held && is_looked_at.unwrap_or(false) && device::has_pointer() {
            card::place(&cell);
            picker.preview.set(key);
        }
    });
}

fn clear_search(picker: Picker) {
    picker.search(String::new());
    focus_search();
}

/// Puts the focus into the search box.
pub(super) fn focus_search() {
    if let Some(input) = search_input() {
        // An element of the page that is shown takes the focus.
        let _ = input.focus();
    }
}

fn key(picker: Picker, event: &KeyboardEvent) {
    if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let key = event.key();
    if target_with(event, "dialog,[popover]").is_some() && key != "Escape" {
        return;
    }
    let in_search = target_with(event, "#search").is_some();
    let nothing_typed = picker.query.with_untracked(String::is_empty);
    let handled = match key.as_str() {
        "Escape" if picker.known.get_untracked().held => {
            close_card(picker);
            true
        }
        // The browser closes what it has opened.
        "Escape" if target_with(event, "[popover],dialog").is_some() => return,
        "Escape" => {
            let searching = !picker.query.with_untracked(String::is_empty);
            clear_search(picker);
            searching
        }
        "Enter" if in_search => {
            let first = picker.found.with_untracked(|found| found.first().cloned());
            if let Some(key) = first {
                flow::send(picker, &key, event.shift_key());
            }
            true
        }
        "f" if target_with(event, "[data-sticker]").is_some() => {
            if let Some(sticker) = attribute_of(event, "data-sticker") {
                flow::favour(picker, &sticker);
            }
            true
        }
        "?" if nothing_typed => {
            help();
            true
        }
        "ArrowDown" if in_search || target_with(event, "#packs").is_some() => {
            focus::first();
            true
        }
        digit if nothing_typed && digit.len() == 1 && ("1"..="9").contains(&digit) => {
            let position = digit.parse::<usize>().unwrap_or(1);
            flow::send_recent(picker, position - 1);
            true
        }
        _ if in_search => false,
        _ if target_with(event, "#packs").is_some() => bar::key(event, &key),
        _ => focus::key(event, &key),
    };
    if handled {
        event.prevent_default();
    } else if !in_search && key.chars().count() == 1 && key != " " {
        // A letter goes to the search box wherever the focus is.
        focus_search();
    }
}

/// A moving sticker moves while it is pointed at or has the focus, and never against the user's
/// wish for less motion.
fn animate(event: &Event, begins: bool) {
    let Some(cell) = target_with(event, "[data-moving]") else { return };
    let source = cell.get_attribute(if begins { "data-moving" } else { "data-still" });
    if let (Some(source), Some(image)) = (source, cell.first_element_child()) {
        let is_there = image.get_attribute("src").as_deref() == Some(&source);
        let unwanted = begins && device::reduced_motion();
        if !is_there && !unwanted {
            set(&image, "src", &source);
        }
    }
}
