//! The library's way onto the screen: the last visit's at once, then the server's as it arrives,
//! line by line. Called by `flow`, which asks for it with a session.

use std::sync::Arc;

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use tessera_protocol::library::PackLine;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::library::{self, Shelf};
use super::sign_in::{Event, Failure};
use super::{Picker, room};
use crate::api::lines::Lines;
use crate::{api, device, host};

/// Shows the last visit's library until the server has answered.
pub(super) fn show_saved(picker: Picker) {
    let saved = device::kept(device::LIBRARY).unwrap_or_default();
    let shelves: Vec<Arc<Shelf>> = saved.lines().filter_map(shelf).collect();
    if !shelves.is_empty() {
        picker.shelves.set(room::with_packs(&shelves));
    }
}

/// The pack of a line of the library.
pub(super) fn shelf(line: &str) -> Option<Arc<Shelf>> {
    let object = js_sys::JSON::parse(line).ok()?;
    let column = |name| host::incoming::text(&object, name);
    let decoded = PackLine {
        id: column("id")?,
        titles: column("titles")?,
        credit: column("credit")?,
        shortcodes: column("shortcodes")?,
        bodies: column("bodies")?,
        emoji: column("emoji")?,
        tags: column("tags")?,
        urls: column("urls")?,
        infos: column("infos")?,
        previews: column("previews")?,
        source: column("source").unwrap_or_default(),
    };
    Shelf::new(line, &decoded)
}

/// Loads the library and says what that means for signing in.
pub(super) async fn load(picker: Picker, token: &str) -> Event {
    let early = host::early_library(token).await.map(Response::from);
    let answer = match early {
        Some(answer) => Ok(answer),
        None => {
            let saved = device::kept(device::LIBRARY).is_some();
            let etag = device::kept(device::LIBRARY_ETAG).filter(|_| saved);
            api::library(token, etag.as_deref()).await
        }
    };
    let Ok(answer) = answer else { return Event::LibraryFailed(Failure::Unreachable) };
    match answer.status() {
        200 => {}
        304 => {
            if picker.shelves.with_untracked(Vec::is_empty) {
                show_saved(picker);
            }
            picker.known.update(|known| known.loaded = true);
            return Event::Accepted;
        }
        status => {
            let refusal = api::refusal(answer).await;
            let failure = Failure::of_answer(status, refusal.code);
            return match failure {
                Failure::NotConfirmed => Event::Rejected,
                failure => Event::LibraryFailed(failure),
            };
        }
    }
    let etag = answer.headers().get("etag");
    match receive(picker, answer).await {
        Some(text) => {
            let kept = device::keep(device::LIBRARY, &text);
            if !(kept && etag.is_some_and(|etag| device::keep(device::LIBRARY_ETAG, &etag))) {
                device::forget(device::LIBRARY_ETAG);
            }
            picker.known.update(|known| known.loaded = true);
            Event::Accepted
        }
        None => Event::LibraryFailed(Failure::Unreachable),
    }
}

/// Draws each pack as its line arrives; where packs are on screen already they change at the end,
/// all at once. `None` if the answer broke off.
async fn receive(picker: Picker, answer: Response) -> Option<String> {
    let before = picker.shelves.get_untracked();
    let at_once = before.is_empty();
    let mut fresh: Vec<Arc<Shelf>> = Vec::new();
    let mut text = String::new();
    let mut lines = Lines::default();
    let reader: ReadableStreamDefaultReader = answer.body()?.get_reader().dyn_into().ok()?;
    loop {
        let chunk = JsFuture::from(reader.read()).await.ok()?;
        let value = Reflect::get(&chunk, &JsValue::from_str("value")).ok()?;
        let arrived: Vec<String> = match value.dyn_into::<Uint8Array>() {
            Ok(bytes) => lines.push(&bytes.to_vec()),
            Err(_) => lines.finish().into_iter().collect(),
        };
        let done = Reflect::get(&chunk, &JsValue::from_str("done")).ok()?.is_truthy();
        for line in arrived {
            let found = library::unchanged(&before, &line).or_else(|| shelf(&line));
            if let Some(found) = found {
                fresh.push(found);
            }
            text.push_str(&line);
            text.push('\n');
        }
        if done || (at_once && !fresh.is_empty()) {
            let all = room::with_packs(&fresh);
            let changed = picker.shelves.with_untracked(|shown| {
                shown.len() != all.len() || shown.iter().zip(&all).any(|(a, b)| !Arc::ptr_eq(a, b))
            });
            if changed {
                picker.shelves.set(all);
            }
        }
        if done {
            return Some(text);
        }
    }
}
