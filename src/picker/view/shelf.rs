//! The stickers themselves: a section a pack, recently used ones first, or what a search finds.
//! One listener for all clicks; a section far from view keeps its height and no cells, so that a
//! large library costs no more than a small one. Arrow keys move the focus by `moves`.

use std::cell::RefCell;

use js_sys::Array;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use tessera_protocol::library::Sticker;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{
    Element, HtmlElement, HtmlImageElement, IntersectionObserver, IntersectionObserverEntry,
    IntersectionObserverInit, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition,
};

use super::stickers::sticker;
use super::{Click, bar, is_rtl, scroll_behavior, search_input, target_with};
use crate::device;
use crate::i18n::{self, Text};
use crate::picker::moves::{self, Move, Place};
use crate::picker::{Picker, flow, library};

/// The section of recently used stickers; no pack's id begins with a dot.
pub(super) const RECENT: &str = ".recent";
const FOUND: &str = ".found";
/// How many recently used stickers are shown.
const RECENT_SHOWN: usize = 8;
/// How many results are drawn; a longer list is not read by anyone.
const FOUND_SHOWN: usize = 120;
/// Sections that are drawn before anything is known about the view.
const DRAWN_AT_ONCE: usize = 2;

/// One sees which sections are near, one which is on top.
struct Observers {
    near: IntersectionObserver,
    top: IntersectionObserver,
}

thread_local! {
    static OBSERVERS: RefCell<Option<Observers>> = const { RefCell::new(None) };
    static NEAR: RefCell<Vec<(String, RwSignal<bool>)>> = const { RefCell::new(Vec::new()) };
    static ON_TOP: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static FOCUSED: RefCell<(String, usize)> = const { RefCell::new((String::new(), 0)) };
}

/// The recently used stickers that the library still has.
pub(super) fn recent_stickers(picker: Picker) -> Vec<(String, Sticker)> {
    stickers_of(picker, &picker.recent.get(), RECENT_SHOWN)
}

fn stickers_of(picker: Picker, keys: &[String], most: usize) -> Vec<(String, Sticker)> {
    picker.shelves.with(|shelves| {
        let found = keys.iter().filter_map(|key| {
            library::find(shelves, key).map(|(_, sticker)| (key.clone(), sticker.clone()))
        });
        found.take(most).collect()
    })
}

/// All packs.
pub(super) fn shelf(picker: Picker, searching: Memo<bool>) -> impl IntoView {
    on_cleanup(|| {
        OBSERVERS.set(None);
        ON_TOP.set(Vec::new());
    });
    let recent = Memo::new(move |_| recent_stickers(picker));
    let recent_section = move || {
        let stickers = recent.get();
        (!stickers.is_empty()).then(|| {
            let title = Signal::derive(|| Text::Recent.get());
            let count = stickers.len();
            let cells = move || cells(&stickers, false);
            section(RECENT.into(), title, String::new(), count, true, cells)
        })
    };
    let packs = move || picker.shelves.get().into_iter().enumerate().collect::<Vec<_>>();
    let inner = view! {
        {recent_section}
        <For each=packs key=|(_, shelf)| (shelf.pack.id.clone(), shelf.version) let:shelf>
            {
                let (position, shelf) = shelf;
                let titled = shelf.clone();
                let title = Signal::derive(move || titled.pack.title(&i18n::language()).to_owned());
                let count = shelf.pack.stickers.len();
                let credit = shelf.pack.credit.clone();
                let id = shelf.pack.id.clone();
                let cells = move || {
                    let stickers = shelf.pack.stickers.iter().enumerate();
                    stickers.map(|(i, s)| sticker(shelf.key(s), s, i, false)).collect_view().into_any()
                };
                section(id, title, credit, count, position < DRAWN_AT_ONCE, cells)
            }
        </For>
    };
    list(picker, "stickers", Signal::derive(move || searching.get()), inner.into_any())
}

/// What the search finds.
pub(super) fn found(picker: Picker, searching: Memo<bool>) -> impl IntoView {
    let stickers = Memo::new(move |_| stickers_of(picker, &picker.found.get(), FOUND_SHOWN));
    move || {
        (searching.get() && !picker.found.with(Vec::is_empty)).then(|| {
            let count = Signal::derive(move || stickers.with(Vec::len).to_string());
            let inner = view! {
                <div
                    class="pack"
                    role="group"
                    aria-label=move || Text::SearchLabel.get()
                    data-pack=FOUND
                    data-count=move || count.get()
                >
                    <div class="grid" role="presentation" style=("--count", move || count.get())>
                        {move || cells(&stickers.get(), true)}
                    </div>
                </div>
            };
            list(picker, "found", Signal::derive(|| false), inner.into_any())
        })
    }
}

fn cells(stickers: &[(String, Sticker)], found: bool) -> AnyView {
    let cell =
        |(i, (key, s)): (usize, &(String, Sticker))| sticker(key.clone(), s, i, found && i == 0);
    stickers.iter().enumerate().map(cell).collect_view().into_any()
}

/// A list of sections with everything that one can do in it.
fn list(picker: Picker, id: &'static str, hidden: Signal<bool>, inner: AnyView) -> impl IntoView {
    let on_click = move |event: Click| {
        // The second half of a double click has sent already.
        if event.detail() > 1 {
            return;
        }
        if let Some(key) = target_with(&event, "[data-sticker]")
            .and_then(|cell| cell.get_attribute("data-sticker"))
        {
            flow::send(picker, &key);
        }
    };
    view! {
        <div
            class="shelf"
            id=id
            role="listbox"
            tabindex="0"
            aria-label=move || Text::Title.get()
            hidden=move || hidden.get()
            on:click=on_click
            on:keydown=move |event| on_key(&event)
            on:focusin=move |event| on_focus(&event, true)
            on:focusout=move |event| on_focus(&event, false)
            on:pointerover=move |event| animate(&event, true)
            on:pointerout=move |event| animate(&event, false)
        >
            {inner}
        </div>
    }
}

fn section(
    id: String,
    title: Signal<String>,
    credit: String,
    count: usize,
    near: bool,
    cells: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    let near = RwSignal::new(near);
    NEAR.with_borrow_mut(|all| all.push((id.clone(), near)));
    on_cleanup(move || NEAR.with_borrow_mut(|all| all.retain(|(_, signal)| *signal != near)));
    let node = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            observe(&element);
        }
    });
    view! {
        <div
            class="pack"
            role="group"
            aria-label=move || title.get()
            data-pack=id
            data-count=count
            node_ref=node
        >
            <div class="pack-title" aria-hidden="true">
                <span>{move || title.get()}</span>
                <small>{credit}</small>
            </div>
            <div class="grid" role="presentation" style=("--count", count.to_string())>
                {move || near.get().then(|| cells())}
            </div>
        </div>
    }
}

fn observe(section: &Element) {
    if OBSERVERS.with_borrow(Option::is_none) {
        OBSERVERS.set(observers());
    }
    OBSERVERS.with_borrow(|observers| {
        if let Some(observers) = observers {
            observers.near.observe(section);
            observers.top.observe(section);
        }
    });
}

fn observers() -> Option<Observers> {
    let root = document().get_element_by_id("stickers")?;
    let observer = |margin: &str, seen: fn(&str, bool)| {
        let each = move |entries: Array| {
            for entry in entries.iter() {
                let entry: IntersectionObserverEntry = entry.unchecked_into();
                if let Some(section) = entry.target().get_attribute("data-pack") {
                    seen(&section, entry.is_intersecting());
                }
            }
        };
        let each: JsValue = Closure::<dyn Fn(Array)>::new(each).into_js_value();
        let options = IntersectionObserverInit::new();
        options.set_root(Some(&root));
        options.set_root_margin(margin);
        IntersectionObserver::new_with_options(each.unchecked_ref(), &options).ok()
    };
    Some(Observers {
        near: observer("300px 0px", set_near)?,
        top: observer("-30px 0px -70% 0px", set_on_top)?,
    })
}

/// Draws a section's cells, or lets go of them.
fn set_near(section: &str, near: bool) {
    let signal =
        NEAR.with_borrow(|all| all.iter().find(|(id, _)| id == section).map(|(_, signal)| *signal));
    if let Some(signal) = signal {
        if signal.try_get_untracked() != Some(near) {
            signal.try_set(near);
        }
    }
}

/// The pack bar follows the first section in view.
fn set_on_top(section: &str, on_top: bool) {
    ON_TOP.with_borrow_mut(|sections| {
        sections.retain(|other| other != section);
        if on_top {
            sections.push(section.to_owned());
        }
    });
    let Some(list) = document().get_element_by_id("stickers") else { return };
    let first = sections(&list)
        .into_iter()
        .find_map(|(id, _)| ON_TOP.with_borrow(|sections| sections.contains(&id)).then_some(id));
    if let Some(first) = first {
        bar::mark(Some(&first));
    }
}

/// Leads to a pack.
pub(super) fn scroll_to(section: &str) {
    let section = section.to_owned();
    request_animation_frame(move || {
        let selector = ["#stickers > [data-pack=\"", &section, "\"]"].concat();
        if let Ok(Some(element)) = document().query_selector(&selector) {
            let options = ScrollIntoViewOptions::new();
            options.set_behavior(scroll_behavior());
            options.set_block(ScrollLogicalPosition::Start);
            element.scroll_into_view_with_scroll_into_view_options(&options);
            bar::mark(Some(&section));
        }
    });
}

/// The list in view.
fn current_list() -> Option<Element> {
    document().query_selector(".shelf:not([hidden])").ok()?
}

/// The sections of a list and how many stickers each has.
fn sections(list: &Element) -> Vec<(String, usize)> {
    let children = list.children();
    let section = |i| {
        let section = children.item(i)?;
        let count = section.get_attribute("data-count")?.parse().ok()?;
        Some((section.get_attribute("data-pack")?, count))
    };
    (0..children.length()).filter_map(section).collect()
}

/// Focuses the sticker that had the focus last, or the first.
pub(super) fn focus_first() {
    let Some(list) = current_list() else { return };
    let all = sections(&list);
    let (section, index) = FOCUSED.with_borrow(Clone::clone);
    let known = all.iter().find(|(id, count)| *id == section && index < *count);
    match (known, all.first()) {
        (Some((id, _)), _) => focus(&list, id, index),
        (None, Some((id, _))) => focus(&list, id, 0),
        (None, None) => {}
    }
}

fn focus(list: &Element, section: &str, index: usize) {
    set_near(section, true);
    let (list, section) = (list.clone(), section.to_owned());
    // The section's cells are there with the next frame.
    request_animation_frame(move || {
        let index = index.to_string();
        let selector = ["[data-pack=\"", &section, "\"] [data-index=\"", &index, "\"]"].concat();
        let cell = list.query_selector(&selector).ok().flatten();
        if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
            let _ = cell.focus();
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            cell.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

fn place_of(cell: &Element) -> Option<(String, usize)> {
    let section = cell.closest("[data-pack]").ok()??.get_attribute("data-pack")?;
    Some((section, cell.get_attribute("data-index")?.parse().ok()?))
}

fn on_key(event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(to) = Move::of_key(&event.key(), is_rtl()) else { return };
    let Some(cell) = target_with(event, "[data-sticker]") else { return };
    let (Some(list), Some((section, index))) = (current_list(), place_of(&cell)) else { return };
    event.prevent_default();
    let all = sections(&list);
    let sizes: Vec<usize> = all.iter().map(|(_, count)| *count).collect();
    let position = all.iter().position(|(id, _)| *id == section).unwrap_or(0);
    let from = Place { section: position, index };
    match moves::step(&sizes, columns(&cell), from, to) {
        Some(place) => {
            if let Some((id, _)) = all.get(place.section) {
                focus(&list, id, place.index);
            }
        }
        None => {
            if let Some(input) = search_input() {
                let _ = input.focus();
            }
        }
    }
}

/// How many columns the style sheet has given the grid.
fn columns(cell: &Element) -> usize {
    let grid = cell.parent_element();
    let style = grid.and_then(|grid| window().get_computed_style(&grid).ok().flatten());
    let value = style.and_then(|style| style.get_property_value("--cols").ok());
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(4)
}

/// The list is one stop for the Tab key: it has the stop while none of its stickers has the focus.
fn on_focus(event: &ev::FocusEvent, is_in: bool) {
    let Some(list) = target_with(event, ".shelf") else { return };
    if let Some(cell) = target_with(event, "[data-sticker]") {
        let _ = list.set_attribute("tabindex", if is_in { "-1" } else { "0" });
        if is_in {
            if let Some(place) = place_of(&cell) {
                FOCUSED.set(place);
            }
        }
        animate(event, is_in);
    } else if is_in && list.matches(":focus-visible").unwrap_or(false) {
        focus_first();
    }
}

/// A moving sticker moves while it is pointed at or has the focus, and never against the user's
/// wish for less motion.
fn animate(event: &web_sys::Event, start: bool) {
    let Some(cell) = target_with(event, "[data-moving]") else { return };
    let source = cell.get_attribute(if start { "data-moving" } else { "data-still" });
    let image =
        cell.first_element_child().and_then(|image| image.dyn_into::<HtmlImageElement>().ok());
    if let (Some(source), Some(image)) = (source, image) {
        let is_there = image.get_attribute("src").as_deref() == Some(&source);
        if !is_there && !(start && device::reduced_motion()) {
            image.set_src(&source);
        }
    }
}
