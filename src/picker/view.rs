//! The picker's page: one of a screen with something to say, a skeleton, or the stickers with
//! search and pack bar. Reads the signals of `Picker`, calls `flow` when the user does something.

mod bar;
mod screen;
mod shelf;
mod stickers;
mod toast;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::sign_in::{Failure, SignIn};
use super::{Picker, flow};
use crate::device;
use crate::i18n::Text;
use crate::ui::icon::{Icon, icon};

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
        let none = picker.shelves.with(Vec::is_empty);
        match picker.sign_in.get() {
            SignIn::Failed(failure) if none || !failure.is_passing() => Self::Failed(failure),
            SignIn::AskingHost { prompted: true } => Self::Prompt,
            _ if !none => Self::Choosing,
            SignIn::Using { .. } if picker.loaded.get() => Self::Empty,
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

/// The whole page.
pub(super) fn page() -> impl IntoView {
    let picker = flow::start();
    let face = Memo::new(move |_| Face::of(picker));
    watch_page(picker);
    let body = move || match face.get() {
        Face::Loading => loading().into_any(),
        Face::Choosing => choosing(picker).into_any(),
        Face::Empty => screen::empty().into_any(),
        Face::Prompt => screen::prompt(picker).into_any(),
        Face::Failed(failure) => screen::failed(picker, failure).into_any(),
    };
    view! {
        <main
            id="picker"
            data-face=move || face.get().name()
            on:keydown=move |event| type_to_search(picker, &event)
        >
            <h1 class="sr-only">{move || Text::Title.get()}</h1>
            {move || picker.forgetful.get().then(|| screen::storage_notice(picker))}
            {move || {
                (picker.stale.get() && face.get() == Face::Choosing)
                    .then(|| screen::offline_notice(picker))
            }}
            {body}
            {toast::toast(picker)}
        </main>
    }
}

/// Hears of being shown again, of the network's return, and of keys that no element has.
fn watch_page(picker: Picker) {
    let listen = |target: &web_sys::EventTarget, name, then: Box<dyn Fn()>| {
        let closure = Closure::<dyn Fn()>::new(then).into_js_value();
        // Adding a listener to the page's own window and document does not fail.
        let _ = target.add_event_listener_with_callback(name, closure.unchecked_ref());
    };
    let shown = move || {
        if document().visibility_state() == web_sys::VisibilityState::Visible {
            flow::shown(picker);
        }
    };
    listen(&document(), "visibilitychange", Box::new(shown));
    listen(&window(), "online", Box::new(shown));
    // A host hides our frame without telling us; the page's own size then is nothing.
    let seen = move |entries: js_sys::Array| {
        let entry: web_sys::IntersectionObserverEntry =
            entries.get(entries.length() - 1).unchecked_into();
        if entry.is_intersecting() {
            shown();
        }
    };
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(seen).into_js_value();
    if let Ok(observer) = web_sys::IntersectionObserver::new(seen.unchecked_ref()) {
        if let Some(root) = document().document_element() {
            observer.observe(&root);
        }
    }
    let keys = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if document().active_element().is_none_or(|focused| focused.tag_name() == "BODY") {
            type_to_search(picker, &event);
        }
    });
    let keys: JsValue = keys.into_js_value();
    let _ = document().add_event_listener_with_callback("keydown", keys.unchecked_ref());
}

fn search_input() -> Option<HtmlInputElement> {
    document().get_element_by_id("search")?.dyn_into().ok()
}

/// A letter goes to the search box wherever the focus is; Escape clears it or leads back to it.
fn type_to_search(picker: Picker, event: &KeyboardEvent) {
    let Some(input) = search_input() else { return };
    let in_input = document().active_element().is_some_and(|focused| focused.id() == "search");
    let key = event.key();
    if event.is_composing() {
        return;
    }
    if key == "Escape" {
        if !picker.query.with_untracked(String::is_empty) {
            picker.query.set(String::new());
            event.prevent_default();
        }
        let _ = input.focus();
    } else if !in_input
        && key.chars().count() == 1
        && key != " "
        && !(event.ctrl_key() || event.meta_key() || event.alt_key())
    {
        // The letter itself follows into the box.
        let _ = input.focus();
    }
}

fn loading() -> impl IntoView {
    let tiles = || (0..12).map(|_| view! { <i></i> }).collect_view();
    view! {
        <div class="search" aria-hidden="true">
            <div class="search-field"></div>
        </div>
        <div class="bar" aria-hidden="true">{(0..4).map(|_| view! { <i></i> }).collect_view()}</div>
        <div class="tiles" role="status" aria-label=move || Text::Loading.get()>
            {tiles()}
        </div>
    }
}

fn choosing(picker: Picker) -> impl IntoView {
    let searching = Memo::new(move |_| !picker.query.with(|query| query.trim().is_empty()));
    let nothing = Memo::new(move |_| searching.get() && picker.found.with(Vec::is_empty));
    view! {
        {search_box(picker, searching)}
        {bar::bar(picker)}
        {move || nothing.get().then(|| screen::nothing_found(picker))}
        {shelf::found(picker, searching)}
        {shelf::shelf(picker, searching)}
    }
}

fn search_box(picker: Picker, searching: Memo<bool>) -> impl IntoView {
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.is_composing() => {
            let first = picker.found.with_untracked(|found| found.first().cloned());
            if let Some(key) = first {
                flow::send(picker, &key);
            }
            event.prevent_default();
        }
        "ArrowDown" => {
            event.prevent_default();
            shelf::focus_first();
        }
        _ => {}
    };
    let clear = move |_| {
        picker.query.set(String::new());
        if let Some(input) = search_input() {
            let _ = input.focus();
        }
    };
    let flag = |set: bool| if set { "true" } else { "false" };
    let active = move || (!picker.found.with(Vec::is_empty)).then_some("first-found");
    view! {
        <div class="search" role="search">
            <div class="search-field">
                {icon(Icon::Glass)}
                <input
                    id="search"
                    type="search"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="send"
                    maxlength="100"
                    placeholder=move || Text::SearchLabel.get()
                    aria-label=move || Text::SearchLabel.get()
                    aria-autocomplete="list"
                    aria-controls="found"
                    aria-expanded=move || flag(searching.get())
                    aria-activedescendant=active
                    prop:value=move || picker.query.get()
                    on:input=move |event| picker.query.set(event_target_value(&event))
                    on:keydown=on_key
                />
                {move || {
                    searching
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    id="search-clear"
                                    class="search-clear"
                                    aria-label=move || Text::SearchClear.get()
                                    on:click=clear
                                >
                                    {icon(Icon::Cross)}
                                </button>
                            }
                        })
                }}
            </div>
        </div>
    }
}

/// The element of an event's target that carries an attribute.
fn target_with(event: &web_sys::Event, selector: &str) -> Option<HtmlElement> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    element.closest(selector).ok()??.dyn_into().ok()
}

fn is_rtl() -> bool {
    document().document_element().and_then(|root| root.get_attribute("dir")).as_deref()
        == Some("rtl")
}

/// Scrolls without a slide where the user does not want things to move.
fn scroll_behavior() -> web_sys::ScrollBehavior {
    if device::reduced_motion() {
        web_sys::ScrollBehavior::Instant
    } else {
        web_sys::ScrollBehavior::Smooth
    }
}

/// Handlers of delegated events, by their name in the view.
type Click = ev::MouseEvent;
