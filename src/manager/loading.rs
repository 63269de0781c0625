//! Reads what is in the room and in the user's account, question by question, and makes the
//! [`Inventory`] of it. Only the widgets must be told; what else Element does not tell is missing
//! from the inventory, which says so.

use leptos::prelude::*;
use tessera_host_protocol::manager::reading::{
    GetMembershipCount, GetWidgets, ReadEvents, Readable, StateKey,
};
use tessera_host_protocol::manager::reply::StateEvent;

use super::inventory::{Inventory, Known};
use super::trouble::Trouble;
use super::{Loading, Manager};
use crate::host::messaging::ask;

/// Rooms with more members than this are not searched for bots: Element would send us each member.
const MEMBERS: u64 = 3_000;

/// Reads everything. What is shown stays until the answer is there.
pub(super) async fn load(manager: Manager) {
    let room_id = manager.room_id();
    let loaded = match ask(GetWidgets { room_id: room_id.clone() }).await {
        Ok(widgets) => {
            let mut known = Known { widgets, ..Known::default() };
            if let Some(room_id) = room_id {
                known.widget_events = state(&room_id, Readable::ModularWidgets).await;
                known.installations = state(&room_id, Readable::Installations).await;
                known.members = members(&room_id).await;
            }
            Loading::Ready(Inventory::of(known))
        }
        Err(failure) => Loading::Failed(Trouble::from(failure)),
    };
    manager.inventory.set(loaded);
}

async fn state(room_id: &str, kind: Readable) -> Option<Vec<StateEvent>> {
    let every = StateKey::Every;
    ask(ReadEvents { room_id: room_id.to_owned(), kind, state_key: every, limit: None }).await.ok()
}

async fn members(room_id: &str) -> Option<Vec<StateEvent>> {
    let count = ask(GetMembershipCount { room_id: room_id.to_owned() }).await.ok()?;
    if count > MEMBERS {
        return None;
    }
    state(room_id, Readable::Member).await
}
