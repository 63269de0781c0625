//! The keyboard's way through the stickers: one Tab stop for the list, arrows inside it by
//! `moves`, and back to the search box above the first row.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::{events, is_rtl, sections, set, target_with};
use crate::picker::moves::{self, Move, Place};

thread_local! {
    /// Section and position of the sticker that had the focus last.
    static LAST: RefCell<(String, usize)> = const { RefCell::new((String::new(), 0)) };
}

/// The list in view.
fn list() -> Option<Element> {
    document().query_selector(".shelf:not([hidden])").ok()?
}

/// The sections of a list and how many stickers each has.
pub(super) fn sizes(list: &Element) -> Vec<(String, usize)> {
    let children = list.children();
    let section = |i| {
        let section = children.item(i)?;
        let count = section.get_attribute("data-count")?.parse().ok()?;
        Some((section.get_attribute("data-pack")?, count))
    };
    (0..children.length()).filter_map(section).collect()
}

/// Focuses the sticker that had the focus last, or the first.
pub(super) fn first() {
    let Some(list) = list() else { return };
    let all = sizes(&list);
    let (section, index) = LAST.with_borrow(Clone::clone);
    if all.iter().any(|(id, count)| *id == section && index < *count) {
        focus(&list, &section, index);
    } else if let Some((id, _)) = all.first() {
        focus(&list, id, 0);
    }
}

fn focus(list: &Element, section: &str, index: usize) {
    sections::set_near(section, true);
    let list = list.clone();
    let section = section.to_owned();
    // The section's cells are there with the next frame.
    request_animation_frame(move || {
        let index = index.to_string();
        let cell = ["[data-pack=\"", &section, "\"] [data-index=\"", &index, "\"]"].concat();
        let cell = list.query_selector(&cell).ok().flatten();
        if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
            let _ = cell.focus();
        }
    });
}

fn place_of(cell: &Element) -> Option<(String, usize)> {
    let section = cell.closest("[data-pack]").ok()??.get_attribute("data-pack")?;
    Some((section, cell.get_attribute("data-index")?.parse().ok()?))
}

/// A key on a sticker; says whether it was one of ours.
pub(super) fn key(event: &Event, key: &str) -> bool {
    step(event, key).is_some()
}

fn step(event: &Event, key: &str) -> Option<()> {
    let to = Move::of_key(key, is_rtl())?;
    let cell = target_with(event, "[data-sticker]")?;
    let list = list()?;
    let (section, index) = place_of(&cell)?;
    let all = sizes(&list);
    let counts: Vec<usize> = all.iter().map(|(_, count)| *count).collect();
    let section = all.iter().position(|(id, _)| *id == section)?;
    match moves::step(&counts, columns(&cell), Place { section, index }, to) {
        Some(place) => focus(&list, &all.get(place.section)?.0, place.index),
        None => events::focus_search(),
    }
    Some(())
}

/// How many columns the style sheet has given the grid.
fn columns(cell: &Element) -> usize {
    let width = cell.client_width().max(1);
    let columns = cell.parent_element().map_or(1, |grid| (grid.client_width() + width / 2) / width);
    usize::try_from(columns).unwrap_or(1)
}

/// The list has the Tab stop while none of its stickers has the focus.
pub(super) fn moved(event: &Event, is_in: bool) {
    let Some(list) = target_with(event, ".shelf") else { return };
    if let Some(cell) = target_with(event, "[data-sticker]") {
        let (list_stop, cell_stop) = if is_in { ("-1", "0") } else { ("0", "-1") };
        set(&list, "tabindex", list_stop);
        set(&cell, "tabindex", cell_stop);
        if let (true, Some(place)) = (is_in, place_of(&cell)) {
            LAST.set(place);
        }
    } else if is_in && list.matches(":focus-visible").unwrap_or(false) {
        first();
    }
}
