//! The stickers themselves: a section a pack, recently used ones first, or what a search finds.
//! Nothing in a cell is reactive; what one can do with it is in its `data-` attributes.

use std::sync::Arc;

use leptos::prelude::*;
use tessera_protocol::library::{Sticker, preview_path};

use super::{bar, sections};
use crate::i18n::{self, Text};
use crate::picker::Picker;
use crate::picker::library::{self, Shelf};

/// The section of recently used stickers; no pack's id begins with a dot.
pub(super) const RECENT: &str = ".recent";
/// The section of the stickers that the user has marked.
pub(super) const FAVOURITES: &str = ".favourites";
/// The section of what a search finds.
const FOUND: &str = ".found";
/// How many recently used stickers are shown.
const RECENT_SHOWN: usize = 8;
/// How many results are drawn; a longer list is not read by anyone.
const FOUND_SHOWN: usize = 60;
/// Sections that are drawn before anything is known about the view.
const DRAWN_AT_ONCE: usize = 3;

/// What a section shows.
#[derive(Clone)]
struct Section {
    id: String,
    version: u64,
    title: String,
    credit: String,
    near: bool,
    stickers: Stickers,
}

#[derive(Clone)]
enum Stickers {
    Some(Vec<String>),
    Pack(Arc<Shelf>),
}

/// All packs.
pub(super) fn packs(picker: Picker) -> impl IntoView {
    on_cleanup(sections::leave);
    list(picker, "stickers", sections_of)
}

/// What the search finds.
pub(super) fn found(picker: Picker) -> impl IntoView {
    list(picker, "found", |picker| {
        let mut keys = picker.found.get();
        keys.truncate(FOUND_SHOWN);
        let found = section(FOUND, Text::SEARCH_LABEL, keys);
        found.into_iter().collect()
    })
}

fn list(picker: Picker, id: &'static str, each: fn(Picker) -> Vec<Section>) -> impl IntoView {
    let each = move || each(picker);
    let key = |section: &Section| library::fingerprint(&section.id) ^ section.version;
    view! {
        <div class="shelf" id=id role="listbox" tabindex="0" aria-label=Text::TITLE.get() hidden>
            <For each key children=move |section| draw(picker, section) />
        </div>
    }
}

/// A section of stickers from several packs; none if there are no stickers.
fn section(id: &str, title: Text, keys: Vec<String>) -> Option<Section> {
    (!keys.is_empty()).then(|| Section {
        id: id.to_owned(),
        version: library::fingerprint(&keys.join(" ")),
        title: title.get(),
        credit: String::new(),
        near: true,
        stickers: Stickers::Some(keys),
    })
}

fn sections_of(picker: Picker) -> Vec<Section> {
    let mut recent = recent_keys(picker);
    recent.truncate(RECENT_SHOWN);
    let recent = section(RECENT, Text::RECENT, recent);
    let marked = section(FAVOURITES, Text::FAVOURITES, favourite_keys(picker));
    let mut sections: Vec<Section> = recent.into_iter().chain(marked).collect();
    let language = i18n::language();
    for (position, shelf) in picker.shelves.get().into_iter().enumerate() {
        sections.push(Section {
            id: shelf.pack.id.clone(),
            version: shelf.version,
            title: shelf.pack.title(&language).to_owned(),
            credit: shelf.pack.credit.clone(),
            near: position < DRAWN_AT_ONCE,
            stickers: Stickers::Pack(shelf),
        });
    }
    sections
}

/// The recently used stickers that the library still has.
pub(crate) fn recent_keys(picker: Picker) -> Vec<String> {
    still_there(picker, picker.recent.get())
}

/// The marked stickers that the library still has.
pub(super) fn favourite_keys(picker: Picker) -> Vec<String> {
    still_there(picker, picker.favourites.get())
}

fn still_there(picker: Picker, mut keys: Vec<String>) -> Vec<String> {
    picker.shelves.with(|shelves| keys.retain(|key| library::find(shelves, key).is_some()));
    keys
}

fn draw(picker: Picker, section: Section) -> impl IntoView {
    let near = sections::enter(&section.id, section.near);
    let count = match &section.stickers {
        Stickers::Some(keys) => keys.len(),
        Stickers::Pack(shelf) => shelf.pack.stickers.len(),
    };
    let count = count.to_string();
    let stickers = section.stickers;
    let first_found = section.id == FOUND;
    let cells = move || {
        if near.get() { cells(picker, &stickers, first_found) } else { String::new() }
    };
    view! {
        <div
            class="pack"
            role="group"
            aria-label=section.title
            data-pack=section.id
            data-count=count
        >
            <div class="pack-title" aria-hidden="true">
                <span>{section.title.clone()}</span>
                <small>{section.credit}</small>
            </div>
            <div
                class="grid"
                role="presentation"
                style=("--count", count.clone())
                inner_html=cells
            ></div>
        </div>
    }
}

/// The cells as HTML: the browser makes fifty of a text in less time than we could make two of
/// their attributes one by one.
fn cells(picker: Picker, stickers: &Stickers, found: bool) -> String {
    let mut html = String::new();
    match stickers {
        Stickers::Some(keys) => picker.shelves.with_untracked(|shelves| {
            let there = keys.iter().filter_map(|key| library::find(shelves, key));
            for (index, (shelf, sticker)) in there.enumerate() {
                cell(&mut html, &shelf.key(sticker), sticker, index, found && index == 0);
            }
        }),
        Stickers::Pack(shelf) => {
            for (index, sticker) in shelf.pack.stickers.iter().enumerate() {
                cell(&mut html, &shelf.key(sticker), sticker, index, false);
            }
        }
    }
    html
}

/// What a sticker is called.
pub(super) fn name_of(sticker: &Sticker) -> &str {
    if sticker.body.is_empty() { &sticker.shortcode } else { &sticker.body }
}

/// Where a picture is; `None` if only the host can fetch it.
pub(super) fn source(picture: &str) -> Option<String> {
    (!picture.starts_with("mxc:")).then(|| preview_path(picture))
}

/// A sticker's button. `data-index` is its place in the section, for the arrow keys.
fn cell(html: &mut String, key: &str, sticker: &Sticker, index: usize, first_found: bool) {
    let mut write = |name: &str, value: &str| attribute(html, name, value);
    write(
        "<button type=\"button\" class=\"sticker\" role=\"option\" tabindex=\"-1\" data-sticker",
        key,
    );
    write("aria-label", name_of(sticker));
    write("aria-selected", if first_found { "true" } else { "false" });
    write("data-index", &index.to_string());
    if first_found {
        write("id", "first-found");
    }
    let still = source(&sticker.still);
    if let (Some(moving), Some(still)) = (&sticker.animation, &still) {
        write("data-still", still);
        write("data-moving", &preview_path(moving));
    }
    write("><img alt=\"\" width=\"128\" height=\"128\" loading=\"lazy\" draggable", "false");
    match still {
        Some(still) => write("src", &still),
        None => write("data-mxc", &sticker.still),
    }
    html.push_str("></button>");
}

/// Writes an attribute, whatever its value holds: texts are other people's.
fn attribute(html: &mut String, name: &str, value: &str) {
    html.push_str(name);
    html.push_str("=\"");
    for c in value.chars() {
        match c {
            '"' => html.push_str("&quot;"),
            '&' => html.push_str("&amp;"),
            _ => html.push(c),
        }
    }
    html.push_str("\" ");
}

/// Leads to a pack; whether the way is a slide is the style sheet's.
pub(crate) fn scroll_to(section: &str) {
    let section = section.to_owned();
    request_animation_frame(move || {
        let selector = ["#stickers > [data-pack=\"", &section, "\"]"].concat();
        if let Ok(Some(element)) = document().query_selector(&selector) {
            element.scroll_into_view();
            bar::mark(Some(&section));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_have_written_stays_within_its_attribute() {
        let mut html = String::new();
        attribute(&mut html, "<i title", "\"><script>&amp;'");
        assert_eq!(html, "<i title=\"&quot;><script>&amp;amp;'\" ");
    }
}
