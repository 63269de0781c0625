//! The sticker packs of the room in view (MSC2545): asked for only when the user wants them, read
//! by a module that is loaded then, and drawn with files that the host fetches. Called by `view`
//! and `flow`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use js_sys::Array;
use leptos::prelude::*;
use tessera_host_protocol::Request;
use tessera_host_protocol::machine::{Outcome, ROOM_PACKS};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, Url};

use super::library::Shelf;
use super::{Picker, flow, loading};
use crate::host::incoming::{get, text};
use crate::i18n::Text;
use crate::{api, host};

/// State that tells of packs, and whether the room is public.
const STATE: [&str; 3] = ["m.room.image_pack", "im.ponies.room_emotes", "m.room.join_rules"];
/// Files that the host fetches at the same time.
const AT_ONCE: u32 = 6;

thread_local! {
    /// The room's packs, and the request that saves each.
    static PACKS: RefCell<Vec<(Arc<Shelf>, String)>> = const { RefCell::new(Vec::new()) };
    /// Pictures that were fetched, by their `mxc://` URI.
    static PICTURES: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
    static WAITING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static FETCHING: Cell<u32> = const { Cell::new(0) };
}

/// Whether this pack is the room's and can be saved.
pub(super) fn is_of_room(pack: &str) -> bool {
    PACKS.with_borrow(|packs| packs.iter().any(|(shelf, _)| shelf.pack.id == pack))
}

/// The user's packs with the room's before them.
pub(super) fn with_packs(library: &[Arc<Shelf>]) -> Vec<Arc<Shelf>> {
    let mut all: Vec<_> =
        PACKS.with_borrow(|packs| packs.iter().map(|(shelf, _)| shelf.clone()).collect());
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
        let found = packs().await;
        let said = match &found {
            None => Some(Text::ROOM_DENIED),
            Some(packs) if packs.is_empty() => Some(Text::ROOM_NONE),
            Some(_) => None,
        };
        let shown = picker.shelves.get_untracked();
        let library: Vec<_> = shown.into_iter().filter(|s| !is_of_room(&s.pack.id)).collect();
        PACKS.set(found.unwrap_or_default());
        picker.shelves.set(with_packs(&library));
        match (said, PACKS.with_borrow(|packs| packs.first().map(|(s, _)| s.pack.id.clone()))) {
            _ if again => {}
            (Some(text), _) => flow::tell(picker, &text.get()),
            (_, Some(first)) => super::view::scroll_to(&first),
            _ => {}
        }
    });
}

/// `None` if the host does not let us see them.
async fn packs() -> Option<Vec<(Arc<Shelf>, String)>> {
    if !host::may(ROOM_PACKS).await {
        return None;
    }
    let state = Array::new();
    for event_type in STATE {
        let (outcome, response) = host::answer_to(Request::ReadState { event_type }).await;
        if outcome != Outcome::Done {
            return None;
        }
        state.push(&get(&response, "events"));
    }
    let found: Array = host::module("room-packs", &state).await.dyn_into().ok()?;
    let packs = (0..found.length()).filter_map(|i| {
        let pack = found.get(i);
        Some((loading::shelf(&text(&pack, "line")?)?, text(&pack, "save")?))
    });
    Some(packs.collect())
}

/// Saves one of the room's packs to the user's own.
pub fn save(picker: Picker, pack: &str) {
    let request = PACKS.with_borrow(|packs| {
        packs.iter().find(|(shelf, _)| shelf.pack.id == pack).map(|(_, save)| save.clone())
    });
    let (Some(request), Some(token)) = (request, flow::session()) else { return };
    spawn_local(async move {
        flow::tell(picker, &Text::SAVING.get());
        match api::save_pack(&token, request).await {
            Ok(()) => {
                flow::tell(picker, &Text::SAVED.get());
                flow::on(picker, super::sign_in::Event::Retry);
            }
            Err(_) => flow::tell(picker, &Text::SAVE_FAILED.get()),
        }
    });
}

/// Where a picture is that only the host can fetch, if it was fetched.
pub(super) fn picture(uri: &str) -> Option<String> {
    PICTURES.with_borrow(|all| all.iter().find(|(of, _)| of == uri).map(|(_, at)| at.clone()))
}

/// A picture came into view: has it fetched, and shown wherever it belongs.
pub(super) fn fetch(uri: String) {
    if WAITING.with_borrow(|waiting| waiting.contains(&uri)) || picture(&uri).is_some() {
        return;
    }
    WAITING.with_borrow_mut(|waiting| waiting.push(uri));
    next();
}

fn next() {
    if FETCHING.get() >= AT_ONCE {
        return;
    }
    let Some(uri) = WAITING.with_borrow_mut(Vec::pop) else { return };
    FETCHING.set(FETCHING.get() + 1);
    spawn_local(async move {
        let (_, response) = host::answer_to(Request::Download { uri: uri.clone() }).await;
        FETCHING.set(FETCHING.get() - 1);
        if let Some(at) = address_of(&response) {
            let selector = ["img[data-mxc=\"", &uri, "\"]"].concat();
            while let Ok(Some(image)) = document().query_selector(&selector) {
                // The names are ours, so none is refused.
                let _ = image.set_attribute("src", &at);
                let _ = image.remove_attribute("data-mxc");
            }
            PICTURES.with_borrow_mut(|all| all.push((uri, at)));
        }
        next();
    });
}

/// The address of a file in the host's answer.
fn address_of(response: &JsValue) -> Option<String> {
    let file: Blob = get(response, "file").dyn_into().ok()?;
    Url::create_object_url_with_blob(&file).ok()
}
