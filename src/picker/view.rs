//! The picker's page: one of a screen with something to say, a skeleton, or the stickers with
//! search and pack bar. What never changes is in `picker.html`; Leptos draws the lists; `paint`
//! sets what changes with a keystroke or a click, and `events` hears everything in one place, so
//! that a cell or a text costs nothing but its markup.

mod bar;
mod card;
pub(super) mod events;
mod focus;
pub(super) mod paint;
mod screen;
mod sections;
mod shelf;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

pub(super) use shelf::{recent_keys, scroll_to};

use super::Picker;
use super::sign_in::{Failure, SignIn};

/// Which of the page's faces is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Loading,
    Choosing,
    Empty,
    Prompt,
    Failed(Failure),
}

impl Face {
    fn of(picker: Picker) -> Self {
        let none = picker.shelves.with_untracked(Vec::is_empty);
        match picker.sign_in.get_untracked() {
            SignIn::Failed(failure) if none || !failure.is_passing() => Self::Failed(failure),
            SignIn::AskingHost { prompted: true } => Self::Prompt,
            _ if !none => Self::Choosing,
            SignIn::Using { .. } if picker.known.get_untracked().loaded => Self::Empty,
            _ => Self::Loading,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Choosing => "choosing",
            Self::Empty => "empty",
            Self::Prompt => "prompt",
            Self::Failed(_) => "failed",
        }
    }
}

/// The pack bar and the two lists; the rest of the page is in `picker.html`, so that it is there
/// before the app is.
pub(super) fn lists(picker: Picker) -> impl IntoView {
    (bar::bar(picker), shelf::found(picker), shelf::packs(picker))
}

pub(super) fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn search_input() -> Option<HtmlInputElement> {
    document().get_element_by_id("search")?.dyn_into().ok()
}

fn set(element: &Element, attribute: &str, value: &str) {
    // The names are this file's own, so none is refused.
    let _ = element.set_attribute(attribute, value);
}

/// The element of an event's target, or around it, that a selector names.
fn target_with(event: &web_sys::Event, selector: &str) -> Option<HtmlElement> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest(selector).ok()??.dyn_into().ok()
}

fn is_rtl() -> bool {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("dir")).as_deref() == Some("rtl")
}
