//! What happens, in order: signing in, loading the library, sending a sticker. The decisions are
//! `sign_in`'s and `sending`'s; this file carries them out and writes the results into the
//! [`Picker`]'s signals. Called by `view`, calls `host`, `api` and `device`.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use leptos::prelude::*;
use tessera_host_protocol::machine::Outcome;
use tessera_host_protocol::{Address, Request};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::library;
use super::recents::Recents;
use super::sending::{self, Sending};
use super::sign_in::{Event, Failure, SignIn, Step};
use super::{Picker, favourites, loading, room};
use crate::i18n::{self, Text};
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
    /// The session that the library was asked for with last.
    static ASKED_WITH: RefCell<String> = const { RefCell::new(String::new()) };
    /// The question to the host that still counts.
    static OPENID: RefCell<String> = const { RefCell::new(String::new()) };
    static RECENTS: RefCell<Recents> = RefCell::new(Recents::default());
    /// The last sticker that was sent, and when.
    static LAST: RefCell<(String, f64)> = const { RefCell::new((String::new(), 0.0)) };
    static LOADING: Cell<bool> = const { Cell::new(false) };
    static LOADED_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// The session's token, if there is one.
pub(super) fn session() -> Option<String> {
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
        loading::show_saved(picker);
    }
    let kept = |name| device::kept(name).unwrap_or_default();
    RECENTS.set(Recents::read(&kept(device::RECENTS)));
    picker.favourites.set(favourites::read(&kept(device::FAVOURITES)));
    let size = kept(device::SIZE).parse().unwrap_or(1);
    picker.known.update(|known| known.size = size);
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
        host::Told::Chosen(key) => send(picker, &key, false),
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
        ended(picker, next);
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
                ASKED_WITH.set(token.clone());
                spawn_local(async move {
                    let event = loading::load(picker, &token).await;
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
    // The popup may have been opened from a thread this time, where only the host can send.
    picker.known.update(|known| known.kept_open = false);
    room::show(picker, true);
    let due = device::now() - LOADED_AT.get() > REFRESH;
    match picker.sign_in.get_untracked() {
        SignIn::Using { .. } if due || picker.known.get_untracked().stale => {
            on(picker, Event::Retry);
        }
        SignIn::Failed(failure) if failure.is_passing() || failure == Failure::TermsNotSigned => {
            on(picker, Event::Retry);
        }
        _ => {}
    }
}

/// The user has chosen other packs, in another window of ours.
pub fn chosen_elsewhere(picker: Picker) {
    if matches!(picker.sign_in.get_untracked(), SignIn::Using { .. }) {
        on(picker, Event::Retry);
    }
}

/// Shows the operator's terms; once they are accepted there are stickers.
pub fn read_terms(picker: Picker) {
    spawn_local(async move {
        let token = ASKED_WITH.with_borrow(|token| JsValue::from_str(token));
        let session = Array::of2(&token, &i18n::language().into());
        if host::module("terms", "default", &session).await.is_truthy() {
            on(picker, Event::Retry);
        }
    });
}

/// Opens the integration manager where packs are chosen.
pub fn open_manager() {
    let integ_type = "m.stickerpicker".to_owned();
    host::ask(Request::OpenManager { integ_type, integ_id: host::widget_id() });
}

/// Opens the picker in a larger window of the host's.
pub fn enlarge(picker: Picker) {
    spawn_local(async move {
        let refused = host::module("enlarge", "default", &Text::TITLE.get().into()).await;
        if let Some(reason) = refused.as_string().filter(|reason| !reason.is_empty()) {
            tell(picker, &Text::HOST_REFUSED.with(&reason));
        }
    });
}

/// Sends a sticker to the room in view, once however often it is clicked. In a window of our own
/// the sticker is handed to the picker that opened it.
pub fn send(picker: Picker, key: &str, keep_open: bool) {
    let clicked_again = LAST.with_borrow(|(last, at)| last == key && device::now() - at < CLICK);
    if clicked_again || !picker.sending.with_untracked(Sending::is_free) {
        return;
    }
    let found = picker.shelves.with_untracked(|shelves| {
        let (shelf, sticker) = library::find(shelves, key)?;
        Some(sending::message(&shelf.pack, sticker))
    });
    let Some(message) = found else { return };
    let name = message.content.body.clone();
    let request = if host::address().modal.is_some() {
        Request::CloseModal { sticker: key.to_owned() }
    } else if keep_open || picker.known.get_untracked().kept_open {
        Request::Post(Box::new(message.content))
    } else {
        Request::Sticker(Box::new(message))
    };
    let request_id = host::ask(request);
    LAST.set((key.to_owned(), device::now()));
    picker.preview.set(String::new());
    // What was said before must not hide what becomes of this one.
    picker.news.set(String::new());
    picker.sending.set(Sending::InFlight { key: key.to_owned(), name, request_id });
}

fn ended(picker: Picker, next: Sending) {
    if let Sending::Sent { .. } = next {
        let key = LAST.with_borrow(|(key, _)| key.clone());
        RECENTS.with_borrow_mut(|recents| {
            recents.add(&key, device::minutes());
            device::keep(device::RECENTS, &recents.write());
        });
    }
    let time = match next {
        Sending::Sent { event_id: None, .. } => SAID,
        _ => SAID_FAILURE,
    };
    picker.sending.set(next.clone());
    device::after(time, move || {
        if picker.sending.get_untracked() == next {
            picker.sending.set(Sending::Idle);
        }
        // Nothing moves away under a pointer that is about to choose.
        let pointed_at = document().query_selector("#stickers:hover").ok().flatten().is_some();
        if time == SAID && !pointed_at {
            rank_recent(picker);
        }
    });
}

/// Takes back what was just sent, where the host and its user let us.
pub fn undo(picker: Picker) {
    let Sending::Sent { event_id: Some(event_id), .. } = picker.sending.get_untracked() else {
        return;
    };
    picker.sending.set(Sending::Idle);
    spawn_local(async move {
        let refused = host::module("undo", "default", &event_id.into()).await;
        let text = match refused.as_string() {
            Some(reason) if reason.is_empty() => Text::UNDONE.get(),
            Some(reason) => Text::HOST_REFUSED.with(&reason),
            None => {
                picker.known.update(|known| known.no_undo = true);
                Text::UNDO_DENIED.get()
            }
        };
        tell(picker, &text);
    });
}

/// Says something for a while.
pub(super) fn tell(picker: Picker, text: &str) {
    let text = text.to_owned();
    picker.news.set(text.clone());
    device::after(SAID_FAILURE, move || {
        if picker.news.get_untracked() == text {
            picker.news.set(String::new());
        }
    });
}

/// Marks a sticker as a favourite, or takes the mark away.
pub fn favour(picker: Picker, key: &str) {
    picker.favourites.update(|keys| {
        favourites::toggle(keys, key);
        device::keep(device::FAVOURITES, &favourites::write(keys));
    });
}

/// Sends one of the recently used stickers, counted from 0.
pub fn send_recent(picker: Picker, position: usize) {
    let recent = super::view::recent_keys(picker);
    if let Some(key) = recent.get(position) {
        send(picker, key, false);
    }
}

/// Draws stickers larger or smaller from now on.
pub fn resize(picker: Picker, size: &str) {
    device::keep(device::SIZE, size);
    picker.known.update(|known| known.size = size.parse().unwrap_or(1));
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
