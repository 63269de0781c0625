//! A closer look at one sticker: a card beside it while it is pointed at, and one that stays, with
//! what can be done with the sticker, after a long press or a right click. `paint` fills it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};

use super::{set, shelf};
use crate::device;
use crate::i18n;
use crate::picker::{Picker, library};

fn dialog() -> Option<HtmlDialogElement> {
    document().get_element_by_id("card")?.dyn_into().ok()
}

/// Shows the card of the sticker that is looked at, or hides it.
pub(super) fn fill(picker: Picker) {
    let Some(dialog) = dialog() else { return };
    let key = picker.preview.get_untracked();
    let held = picker.known.get_untracked().held;
    let is_held = dialog.matches(":modal").unwrap_or(false);
    let filled = picker.shelves.with_untracked(|shelves| {
        let (shelf, sticker) = library::find(shelves, &key)?;
        let part = |selector| dialog.query_selector(selector).ok().flatten();
        part("strong")?.set_text_content(Some(shelf::name_of(sticker)));
        let pack = part("[data-action=pack]")?;
        pack.set_text_content(Some(shelf.pack.title(&i18n::language())));
        set(&pack, "data-pack", &shelf.pack.id);
        let moving = sticker.animation.as_ref().filter(|_| !device::reduced_motion());
        let picture = moving.unwrap_or(&sticker.still);
        let image = part("img")?;
        match shelf::source(picture) {
            Some(source) => set(&image, "src", &source),
            None => set(&image, "data-mxc", picture),
        }
        let marked = picker.favourites.with_untracked(|keys| keys.contains(&key));
        set(&part("[data-action=favour]")?, "aria-pressed", if marked { "true" } else { "false" });
        Some(())
    });
    let shown = filled.is_some();
    if is_held && !(held && shown) {
        dialog.close();
    }
    // Shown by its attribute while it follows the pointer: `show` would take the focus.
    let _ = dialog.toggle_attribute_with_force("open", shown);
    let _ = dialog.toggle_attribute_with_force("inert", !held);
    if shown && held && !is_held {
        let _ = dialog.remove_attribute("open");
        let _ = dialog.show_modal();
    }
}

/// Puts the card where it does not cover the sticker.
pub(super) fn place(cell: &Element) {
    let height = window().inner_height().ok().and_then(|height| height.as_f64());
    let below = cell.get_bounding_client_rect().top() * 2.0 < height.unwrap_or_default();
    if let Some(dialog) = dialog() {
        let _ = dialog.toggle_attribute_with_force("data-below", below);
    }
}
