//! Which sections are worth drawing: one far from view keeps its height and no cells, so that a
//! large library costs no more than a small one. Also tells the pack bar which is on top.

use std::cell::RefCell;

use leptos::prelude::*;
use web_sys::{Element, IntersectionObserver};

use super::{bar, events, focus};

/// One sees which sections are near, one which is on top.
struct Observers {
    near: IntersectionObserver,
    top: IntersectionObserver,
}

thread_local! {
    static OBSERVERS: RefCell<Option<Observers>> = const { RefCell::new(None) };
    static NEAR: RefCell<Vec<(String, RwSignal<bool>)>> = const { RefCell::new(Vec::new()) };
    static ON_TOP: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A section begins: whether it is to be drawn, until its owner ends.
pub(super) fn enter(section: &str, near: bool) -> RwSignal<bool> {
    let near = RwSignal::new(near);
    NEAR.with_borrow_mut(|all| all.push((section.to_owned(), near)));
    on_cleanup(move || NEAR.with_borrow_mut(|all| all.retain(|(_, signal)| *signal != near)));
    near
}

/// The list goes away, and with it what watched it.
pub(super) fn leave() {
    OBSERVERS.set(None);
    ON_TOP.set(Vec::new());
}

/// Watches every section that is on the page; one that is watched already stays so.
pub(super) fn watch() {
    let Some(list) = document().get_element_by_id("stickers") else { return };
    OBSERVERS.with_borrow_mut(|observers| {
        if observers.is_none() {
            *observers = begin(&list);
        }
        let Some(observers) = observers else { return };
        let sections = list.children();
        for section in (0..sections.length()).filter_map(|i| sections.item(i)) {
            observers.near.observe(&section);
            observers.top.observe(&section);
        }
    });
}

fn begin(root: &Element) -> Option<Observers> {
    let observer = |margin: &str, seen: fn(&str, bool)| {
        let seen = move |section: Element, is_in: bool| {
            if let Some(id) = section.get_attribute("data-pack") {
                seen(&id, is_in);
            }
        };
        events::observer(seen, Some(root), margin)
    };
    Some(Observers {
        near: observer("300px 0px", set_near)?,
        top: observer("-30px 0px -70% 0px", set_on_top)?,
    })
}

/// Draws a section's cells, or lets go of them.
pub(super) fn set_near(section: &str, near: bool) {
    let signal =
        NEAR.with_borrow(|all| all.iter().find(|(id, _)| id == section).map(|(_, signal)| *signal));
    // A section that is just going away has no signal any more.
    if let Some(signal) = signal.filter(|signal| signal.try_get_untracked() == Some(!near)) {
        signal.set(near);
    }
}

fn set_on_top(section: &str, on_top: bool) {
    ON_TOP.with_borrow_mut(|sections| {
        sections.retain(|other| other != section);
        if on_top {
            sections.push(section.to_owned());
        }
    });
    let Some(list) = document().get_element_by_id("stickers") else { return };
    let first = ON_TOP.with_borrow(|sections| {
        focus::sizes(&list).into_iter().find(|(id, _)| sections.contains(id))
    });
    if let Some((first, _)) = first {
        bar::mark(Some(&first));
    }
}
