//! The pack bar: a cover for each pack, marked as the shelf scrolls, leading to its pack.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

use super::{is_rtl, set, shelf, target_with};
use crate::i18n::{self, Text};
use crate::picker::{Picker, room};
use crate::ui::icon::{Icon, icon};

/// The bar.
pub(super) fn bar(picker: Picker) -> impl IntoView {
    let tabs = move || {
        let language = i18n::language();
        let tab = |shelf: &std::sync::Arc<crate::picker::library::Shelf>| {
            let title = shelf.pack.title(&language).to_owned();
            let cover = shelf.pack.stickers.first().map(|sticker| sticker.still.clone());
            let source = cover.as_deref().and_then(shelf::source);
            view! {
                <button
                    type="button"
                    tabindex="-1"
                    data-section=shelf.pack.id.clone()
                    aria-label=title.clone()
                    title=title
                >
                    <img
                        data-mxc=cover.filter(|_| source.is_none())
                        src=source
                        alt=""
                        width="128"
                        height="128"
                        loading="lazy"
                        draggable="false"
                    />
                </button>
            }
        };
        let own = |section, kind, text: Text, keys: Vec<String>| {
            view! {
                <button
                    type="button"
                    tabindex="-1"
                    data-section=section
                    aria-label=text.get()
                    title=text.get()
                    hidden=keys.is_empty()
                >
                    {icon(kind)}
                </button>
            }
        };
        view! {
            {own(shelf::RECENT, Icon::Clock, Text::RECENT, shelf::recent_keys(picker))}
            {own(
                shelf::FAVOURITES,
                Icon::Star,
                Text::FAVOURITES,
                shelf::favourite_keys(picker),
            )}
            {picker.shelves.with(|shelves| shelves.iter().map(tab).collect_view())}
        }
    };
    view! {
        <div class="bar" id="packs" role="toolbar" aria-label=Text::PACKS_LABEL.get()>
            {tabs}
        </div>
    }
}

/// A key on the bar; says whether it was one of ours.
pub(super) fn key(event: &Event, key: &str) -> bool {
    let Some(tab) = target_with(event, "#packs > button") else { return false };
    let next = match (key, is_rtl()) {
        ("ArrowRight", false) | ("ArrowLeft", true) => tab.next_element_sibling(),
        ("ArrowLeft", false) | ("ArrowRight", true) => tab.previous_element_sibling(),
        ("Home", _) => tab.parent_element().and_then(|bar| bar.first_element_child()),
        ("End", _) => tab.parent_element().and_then(|bar| bar.last_element_child()),
        _ => return false,
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
    true
}

/// Marks the pack in view; `None` keeps the mark, or gives it to the first.
pub(super) fn mark(section: Option<&str>) {
    let Some(bar) = document().get_element_by_id("packs") else { return };
    let marked = bar.query_selector("[aria-current]").ok().flatten();
    let wanted = match section {
        Some(section) => {
            let selector = ["[data-section=\"", section, "\"]"].concat();
            bar.query_selector(&selector).ok().flatten()
        }
        None => {
            marked.clone().or_else(|| bar.query_selector("button:not([hidden])").ok().flatten())
        }
    };
    let Some(wanted) = wanted else { return };
    // The tab under the mark may have become another pack's.
    if let Some(save) = document().get_element_by_id("save") {
        let section = wanted.get_attribute("data-section").unwrap_or_default();
        let _ = save.toggle_attribute_with_force("hidden", !room::is_of_room(&section));
        set(&save, "data-pack", &section);
    }
    if let Some(marked) = marked {
        if marked == wanted {
            return;
        }
        let _ = marked.remove_attribute("aria-current");
        set(&marked, "tabindex", "-1");
    }
    set(&wanted, "aria-current", "true");
    set(&wanted, "tabindex", "0");
    if let Some(tab) = wanted.dyn_ref::<HtmlElement>() {
        // The middle, as far as the bar can go.
        bar.set_scroll_left(tab.offset_left() + (tab.client_width() - bar.client_width()) / 2);
    }
}
