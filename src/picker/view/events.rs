//! Everything that the user does, heard in one place: clicks, keys, typing, pointing and focus,
//! and the page's coming into view. A button says by `data-` attributes what it is for.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, EventTarget, KeyboardEvent, MouseEvent};

use super::{bar, focus, search_input, set, shelf, target_with};
use crate::device;
use crate::picker::{Picker, flow, sign_in};

/// Begins to listen.
pub(crate) fn listen(picker: Picker) {
    let document: EventTarget = document().into();
    on(&document, "click", move |event| click(picker, &event));
    on(&document, "input", move |_| {
        if let Some(input) = search_input() {
            picker.search(input.value());
        }
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
        });
    }
    on(&document, "visibilitychange", move |_| shown(picker));
    on(&window().into(), "online", move |_| shown(picker));
    // A host hides our frame without telling us; the page then leaves the view.
    let observer = observer(
        move |_, is_in_view| {
            if is_in_view {
                shown(picker);
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
    seen: impl Fn(web_sys::Element, bool) + 'static,
    root: Option<&web_sys::Element>,
    margin: &str,
) -> Option<web_sys::IntersectionObserver> {
    let each: Box<dyn Fn(JsValue)> = Box::new(move |entries| {
        for entry in js_sys::Array::from(&entries).iter() {
            let entry: web_sys::IntersectionObserverEntry = entry.unchecked_into();
            seen(entry.target(), entry.is_intersecting());
        }
    });
    let each: JsValue = Closure::wrap(each).into_js_value();
    let options = web_sys::IntersectionObserverInit::new();
    if root.is_some() {
        options.set_root(root);
        options.set_root_margin(margin);
    }
    web_sys::IntersectionObserver::new_with_options(each.unchecked_ref(), &options).ok()
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
    if let Some(key) = attribute_of(event, "data-sticker") {
        // The second half of a double click has sent already.
        if event.unchecked_ref::<MouseEvent>().detail() < 2 {
            flow::send(picker, &key);
        }
    } else if let Some(section) = attribute_of(event, "data-section") {
        picker.search(String::new());
        shelf::scroll_to(&section);
    } else if let Some(action) = attribute_of(event, "data-action") {
        match action.as_str() {
            "retry" => flow::on(picker, sign_in::Event::Retry),
            "open-manager" => flow::open_manager(),
            "dismiss" => flow::dismiss_notice(picker),
            _ => clear_search(picker),
        }
    }
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
    let in_search = target_with(event, "#search").is_some();
    let handled = match key.as_str() {
        "Escape" => {
            let searching = !picker.query.with_untracked(String::is_empty);
            clear_search(picker);
            searching
        }
        "Enter" if in_search => {
            let first = picker.found.with_untracked(|found| found.first().cloned());
            if let Some(key) = first {
                flow::send(picker, &key);
            }
            true
        }
        "ArrowDown" if in_search || target_with(event, "#packs").is_some() => {
            focus::first();
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
