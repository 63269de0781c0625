//! Carries out the steps of [`super::sign_in`], and what follows once the user is in: what is in the
//! room is read, and the address leads to its screen.

use leptos::prelude::*;
use tessera_host_protocol::manager::reading::GetOpenIdToken;
use wasm_bindgen_futures::spawn_local;

use super::screen::Destination;
use super::sign_in::{Event, SignIn, Step};
use super::trouble::{Kind, Trouble};
use super::{Loading, Manager, loading, types};
use crate::api::manager as api;
use crate::host::{self, messaging};
use crate::i18n::manager as say;

/// The first step.
pub(super) fn begin(manager: Manager, step: Step) {
    spawn_local(carry_out(manager, step));
}

/// Something happened.
pub(super) fn on(manager: Manager, event: Event) {
    let (state, step) = manager.sign_in.get_untracked().on(event);
    let entered = matches!(state, SignIn::In(_));
    manager.sign_in.set(state);
    match step {
        Some(step) => spawn_local(carry_out(manager, step)),
        None if entered => (manager.program.arrive)(manager),
        None => {}
    }
}

async fn carry_out(manager: Manager, step: Step) {
    let refused = |refusal: api::Refusal| Event::Refused {
        code: refusal.code,
        trouble: Trouble::from(refusal),
    };
    let event = match step {
        Step::Check(token) => match api::account(&token).await {
            Ok(account) => Event::Known { user_id: account.user_id, operator: account.operator },
            Err(refusal) => refused(refusal),
        },
        Step::AskElement if !host::is_embedded() => {
            Event::NotTold(Trouble { kind: Kind::Outside, ..Trouble::default() })
        }
        Step::AskElement => match messaging::ask(GetOpenIdToken {}).await {
            Ok(proof) => Event::Told(proof),
            Err(failure) => Event::NotTold(failure.into()),
        },
        Step::Exchange(proof) => match api::register(proof).await {
            Ok(token) => Event::Exchanged { token },
            Err(refusal) => refused(refusal),
        },
    };
    on(manager, event);
}

/// Reads what is in the room, and shows the screen that the address asks for.
pub(super) fn arrive(manager: Manager) {
    spawn_local(show(manager));
}

async fn show(manager: Manager) {
    types::load(manager).await;
    if host::is_embedded() {
        loading::load(manager).await;
    } else {
        let outside = Trouble { kind: Kind::Outside, ..Trouble::default() };
        manager.inventory.set(Loading::Failed(outside));
    }
    let types = manager.types();
    let type_of = |kind: &str| types.catalogue.of_screen(kind).map(|found| found.id.clone());
    let destination = manager.inventory.with_untracked(|inventory| {
        let inventory = inventory.ready();
        manager.entry.with_value(|entry| {
            let has_widget = |id: &str| inventory.is_some_and(|all| all.room_widget(id).is_some());
            Destination::of(entry, has_widget, type_of)
        })
    });
    // Where the room could not be read, the home says why.
    let unread = manager.inventory.with_untracked(|inventory| inventory.ready().is_none());
    if destination.unknown && !unread {
        manager.notice.set(Some(say::UNKNOWN_LINK));
    }
    manager.arrive(destination.screen);
}
