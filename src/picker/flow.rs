//! What happens, in order: signing in, loading the library, sending a sticker. The decisions are
//! `sign_in`'s and `sending`'s; this file carries them out and writes the results into the
//! [`Picker`]'s signals. Called by `view`, calls `host`, `api` and `device`.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use tessera_host_protocol::machine::Outcome;
use tessera_host_protocol::{Address, Request};
use wasm_bindgen_futures::spawn_local;

use super::Picker;
use super::library;
use super::loading;
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
        loading::show_saved(picker);
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

/// Opens the integration manager where packs are chosen and terms accepted.
pub fn open_manager() {
    let integ_type = "m.stickerpicker".to_owned();
    host::ask(Request::OpenManager { integ_type, integ_id: host::widget_id() });
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
