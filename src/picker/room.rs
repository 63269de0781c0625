//! The sticker packs of the room in view: asked for only when the user wants them. A module that is
//! loaded then (`assets/room-packs.js`) reads them and fetches their pictures; here they join the
//! user's own. Called by `view` and `flow`.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::library::Shelf;
use super::{Picker, flow, loading, sign_in, view};
use crate::host;
use crate::i18n::Text;

const MODULE: &str = "room-packs";

thread_local! {
    static PACKS: RefCell<Vec<Arc<Shelf>>> = const { RefCell::new(Vec::new()) };
}

/// Whether this pack is the room's and can be saved.
pub(super) fn is_of_room(pack: &str) -> bool {
    PACKS.with_borrow(|packs| packs.iter().any(|shelf| shelf.pack.id == pack))
}

/// The user's packs with the room's before them.
pub(super) fn with_packs(library: &[Arc<Shelf>]) -> Vec<Arc<Shelf>> {
    let mut all = PACKS.with_borrow(Clone::clone);
    all.extend_from_slice(library);
    all
}

/// Shows the packs of the room in view; `again` if they were shown before and the room may be
/// another now.
pub fn show(picker: Picker, again: bool) {
    if again && PACKS.with_borrow(Vec::is_empty) {
        return;
    }
    spawn_local(async move {
        let lines: Option<Array> =
            host::module(MODULE, "show", &JsValue::NULL).await.dyn_into().ok();
        let said = match &lines {
            None => Some(Text::ROOM_DENIED),
            Some(lines) if lines.length() == 0 => Some(Text::ROOM_NONE),
            Some(_) => None,
        };
        let lines = lines.unwrap_or_default();
        let packs = (0..lines.length()).filter_map(|i| loading::shelf(&lines.get(i).as_string()?));
        let packs: Vec<_> = packs.collect();
        let mut library = picker.shelves.get_untracked();
        library.retain(|shelf| !is_of_room(&shelf.pack.id));
        let first = packs.first().map(|shelf| shelf.pack.id.clone());
        PACKS.set(packs);
        picker.shelves.set(with_packs(&library));
        if again {
            return;
        }
        if let Some(text) = said {
            flow::tell(picker, &text.get());
        } else if let Some(first) = first {
            picker.news.set(String::new());
            view::scroll_to(&first);
        }
    });
}

/// Saves one of the room's packs to the user's own.
pub fn save(picker: Picker, pack: &str) {
    let arguments = Array::of2(&pack.into(), &flow::session().into());
    flow::tell(picker, &Text::SAVING.get());
    spawn_local(async move {
        if host::module(MODULE, "save", &arguments).await.is_truthy() {
            flow::tell(picker, &Text::SAVED.get());
            flow::on(picker, sign_in::Event::Retry);
        } else {
            flow::tell(picker, &Text::SAVE_FAILED.get());
        }
    });
}
