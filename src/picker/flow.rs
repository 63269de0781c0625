//! What happens, in order: signing in, loading the library, sending a sticker. The decisions are
//! `sign_in`'s and `sending`'s; this file carries them out and writes the results into the
//! [`Picker`]'s signals. Called by `view`, calls `host`, `api` and `device`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use tessera_host_protocol::machine::Outcome;
use tessera_host_protocol::{Address, Request};
use tessera_protocol::library::PackLine;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ReadableStreamDefaultReader;

use super::Picker;
use super::library::{self, Lines, Shelf};
use super::recents::Recents;
use super::sending::{self, Sending};
use super::sign_in::{Event, Failure, SignIn, Step};
use crate::{api, device, host};

/// The library is asked for again when the picker is shown, but not more often than this.
const REFRESH: f64 = 30_000.0;
/// A second click on a sticker this soon is part of the first.
const CLICK: f64 = 1_000.0;
/// How long a result stays on screen.
const SAID: i32 = 2_500;
/// How long a failure stays on screen.
const SAID_FAILURE: i32 = 9_000;

thread_local! {
    /// The session of this visit, where nothing can be kept.
    static SESSION: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The question to the host that still counts.
    static OPENID: RefCell<String> = const { RefCell::new(String::new()) };
    static RECENTS: RefCell<Recents> = RefCell::new(Recents::default());
    /// The last sticker that was sent, and when.
    static LAST: RefCell<(String, f64)> = const { RefCell::new((String::new(), 0.0)) };
    static LOADING: Cell<bool> = const { Cell::new(false) };
    static LOADED_AT: Cell<f64> = const { Cell::new(0.0) };
}

fn session() -> Option<String> {
    SESSION.with_borrow(Clone::clone).or_else(|| device::kept(device::SESSION))
}

/// The picker, with the host connected and its first step taken; `draw` draws it anew.
pub fn start(draw: fn(Picker)) -> Picker {
    let address = host::address();
    let cached = session();
    let signed_in_before = address.scalar_token.is_some() || cached.is_some();
    let (state, step) = SignIn::begin(host::is_embedded(), address.scalar_token.clone(), cached);
    let picker = Picker::new(state);
    connect(picker, &address, draw);
    if !device::can_keep() {
        picker.known.update(|known| known.forgetful = true);
    } else if signed_in_before {
        show_saved(picker);
    }
    RECENTS.set(Recents::read(&device::kept(device::RECENTS).unwrap_or_default()));
    rank_recent(picker);
    carry_out(picker, step);
    picker
}

fn connect(picker: Picker, address: &Address, draw: fn(Picker)) {
    host::connect(address, move |told| match told {
        host::Told::ManagerAnswered(proof) => on(picker, Event::ManagerAnswered(proof)),
        host::Told::OpenIdPrompt { request_id } => {
            if OPENID.with_borrow(|id| *id == request_id) {
                on(picker, Event::HostPrompts);
            }
        }
        host::Told::Visible(visible) => {
            if visible {
                shown(picker);
            }
        }
        host::Told::Language => draw(picker),
        host::Told::Settled { request_id, outcome } => settled(picker, &request_id, outcome),
    });
}

fn settled(picker: Picker, request_id: &str, outcome: Outcome) {
    if OPENID.with_borrow(|id| id == request_id) {
        on(
            picker,
            match outcome {
                Outcome::OpenId(proof) => Event::HostAllowed(proof),
                Outcome::Silent => Event::HostSilent,
                _ => Event::HostBlocked,
            },
        );
    } else if let Some(next) = picker.sending.with_untracked(|s| s.settled(request_id, &outcome)) {
        sent(picker, next);
    }
}

/// Something happened to signing in.
pub fn on(picker: Picker, event: Event) {
    let state = picker.sign_in.get_untracked();
    let (next, steps) = state.clone().on(event, session());
    if next != state {
        picker.sign_in.set(next);
    }
    for step in steps {
        carry_out(picker, step);
    }
}

fn carry_out(picker: Picker, step: Step) {
    match step {
        Step::Load(token) => {
            if !LOADING.replace(true) {
                spawn_local(async move {
                    let event = load(picker, &token).await;
                    LOADING.set(false);
                    LOADED_AT.set(device::now());
                    let stale = matches!(&event, Event::LibraryFailed(f) if f.is_passing());
                    picker.known.update(|known| known.stale = stale);
                    on(picker, event);
                });
            }
        }
        Step::AskManager => host::ask_manager(),
        Step::AskHost => {
            let earlier = OPENID.replace(String::new());
            host::forget(&earlier);
            OPENID.set(host::ask(Request::OpenId));
        }
        Step::Exchange(proof) => spawn_local(async move {
            let event = match api::register(proof).await {
                Ok(token) => Event::Exchanged(token),
                Err(no) => Event::ExchangeFailed(Failure::of_answer(no.status, no.code)),
            };
            on(picker, event);
        }),
        Step::Remember(token) => {
            device::keep(device::SESSION, &token);
            SESSION.set(Some(token));
        }
        Step::Forget => {
            device::forget(device::SESSION);
            SESSION.set(None);
        }
    }
}

/// The picker came into view: what it shows may be old, or what it waited for may have happened.
pub fn shown(picker: Picker) {
    rank_recent(picker);
    let due = device::now() - LOADED_AT.get() > REFRESH;
    match picker.sign_in.get_untracked() {
        SignIn::Using { .. } if due || picker.known.get_untracked().stale => {
            on(picker, Event::Retry)
        }
        SignIn::Failed(failure) if failure.is_passing() || failure == Failure::TermsNotSigned => {
            on(picker, Event::Retry);
        }
        _ => {}
    }
}

/// Opens the integration manager where packs are chosen and terms accepted.
pub fn open_manager() {
    let integ_type = "m.stickerpicker".to_owned();
    host::ask(Request::OpenManager { integ_type, integ_id: host::widget_id() });
}

/// Shows the last visit's library until the server has answered.
fn show_saved(picker: Picker) {
    let saved = device::kept(device::LIBRARY).unwrap_or_default();
    let shelves: Vec<Arc<Shelf>> = saved.lines().filter_map(shelf).collect();
    if !shelves.is_empty() {
        picker.shelves.set(shelves);
    }
}

fn shelf(line: &str) -> Option<Arc<Shelf>> {
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
    };
    Shelf::new(line, &decoded)
}

async fn load(picker: Picker, token: &str) -> Event {
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
            let changed = picker.shelves.with_untracked(|shown| {
                shown.len() != fresh.len()
                    || shown.iter().zip(&fresh).any(|(a, b)| !Arc::ptr_eq(a, b))
            });
            if changed {
                picker.shelves.set(fresh.clone());
            }
        }
        if done {
            return Some(text);
        }
    }
}

/// Sends a sticker to the room in view, once however often it is clicked.
pub fn send(picker: Picker, key: &str) {
    let clicked_again = LAST.with_borrow(|(last, at)| last == key && device::now() - at < CLICK);
    if clicked_again || !picker.sending.with_untracked(Sending::is_free) {
        return;
    }
    let found = picker.shelves.with_untracked(|shelves| {
        let (shelf, sticker) = library::find(shelves, key)?;
        Some(sending::message(&shelf.pack.id, sticker))
    });
    let Some(message) = found else { return };
    let name = message.content.body.clone();
    let request_id = host::ask(Request::Sticker(Box::new(message)));
    LAST.set((key.to_owned(), device::now()));
    picker.sending.set(Sending::InFlight { key: key.to_owned(), name, request_id });
}

fn sent(picker: Picker, next: Sending) {
    let ok = matches!(next, Sending::Sent { .. });
    if ok {
        let key = LAST.with_borrow(|(key, _)| key.clone());
        RECENTS.with_borrow_mut(|recents| {
            recents.add(&key, device::minutes());
            device::keep(device::RECENTS, &recents.write());
        });
    }
    picker.sending.set(next.clone());
    device::after(if ok { SAID } else { SAID_FAILURE }, move || {
        if picker.sending.get_untracked() == next {
            picker.sending.set(Sending::Idle);
        }
        // Nothing moves away under a pointer that is about to choose.
        let pointed_at = document().query_selector("#stickers:hover").ok().flatten().is_some();
        if ok && !pointed_at {
            rank_recent(picker);
        }
    });
}

fn rank_recent(picker: Picker) {
    let ranked = RECENTS.with_borrow(|recents| recents.ranked(device::minutes()));
    if picker.recent.with_untracked(|shown| *shown != ranked) {
        picker.recent.set(ranked);
    }
}

/// The user has read that nothing is kept.
pub fn dismiss_notice(picker: Picker) {
    picker.known.update(|known| known.forgetful = false);
}
