//! The pack bar: a cover for each pack, marked as the shelf scrolls, leading to its pack.

use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{Click, is_rtl, scroll_behavior, shelf, target_with};
use crate::i18n::{self, Text};
use crate::picker::Picker;
use crate::ui::icon::{Icon, icon};

/// The bar.
pub(super) fn bar(picker: Picker) -> impl IntoView {
    let on_click = move |event: Click| {
        if let Some(section) = section_of(target_with(&event, "[data-section]")) {
            picker.query.set(String::new());
            shelf::scroll_to(&section);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(tab) = target_with(&event, "[data-section]") else { return };
        let next = match (event.key().as_str(), is_rtl()) {
            ("ArrowRight", false) | ("ArrowLeft", true) => tab.next_element_sibling(),
            ("ArrowLeft", false) | ("ArrowRight", true) => tab.previous_element_sibling(),
            ("Home", _) => tab.parent_element().and_then(|bar| bar.first_element_child()),
            ("End", _) => tab.parent_element().and_then(|bar| bar.last_element_child()),
            ("ArrowDown", _) => {
                event.prevent_default();
                return shelf::focus_first();
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            let _ = next.focus();
        }
    };
    let has_recent = Memo::new(move |_| !shelf::recent_stickers(picker).is_empty());
    let tab = |section: String, title: Signal<String>, cover: AnyView| {
        view! {
            <button
                type="button"
                tabindex="-1"
                data-section=section
                aria-label=move || title.get()
                title=move || title.get()
            >
                {cover}
            </button>
        }
    };
    // The bar is drawn anew when packs change; whichever is in view is marked again.
    Effect::new(move |_| {
        picker.shelves.track();
        has_recent.track();
        request_animation_frame(|| mark(None));
    });
    view! {
        <div
            class="bar"
            id="packs"
            role="toolbar"
            aria-label=move || Text::PacksLabel.get()
            on:click=on_click
            on:keydown=on_key
        >
            {move || {
                let title = Signal::derive(|| Text::Recent.get());
                has_recent.get().then(|| tab(shelf::RECENT.into(), title, icon(Icon::Clock).into_any()))
            }}
            <For each=move || picker.shelves.get() key=|shelf| (shelf.pack.id.clone(), shelf.version) let:shelf>
                {
                    let cover = shelf.pack.stickers.first().map(|sticker| {
                        view! { <img src=preview_path(&sticker.still) alt="" width="128" height="128" decoding="async" draggable="false" /> }
                    });
                    let section = shelf.pack.id.clone();
                    let title = Signal::derive(move || shelf.pack.title(&i18n::language()).to_owned());
                    tab(section, title, cover.into_any())
                }
            </For>
        </div>
    }
}

fn section_of(tab: Option<HtmlElement>) -> Option<String> {
    tab?.get_attribute("data-section")
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
        None => marked.clone().or_else(|| bar.first_element_child()),
    };
    let Some(wanted) = wanted else { return };
    if let Some(marked) = marked {
        if marked == wanted {
            return;
        }
        let _ = marked.remove_attribute("aria-current");
        let _ = marked.set_attribute("tabindex", "-1");
    }
    let _ = wanted.set_attribute("aria-current", "true");
    let _ = wanted.set_attribute("tabindex", "0");
    let options = ScrollIntoViewOptions::new();
    options.set_behavior(scroll_behavior());
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(ScrollLogicalPosition::Nearest);
    wanted.scroll_into_view_with_scroll_into_view_options(&options);
}
