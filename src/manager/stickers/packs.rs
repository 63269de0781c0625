//! The user's packs and those they could have: read from our server, and every change saved there at
//! once. What was shown before comes back when saving fails.

use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::pack::{Catalogue, LibraryChoice, PackPreview, PackSummary};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::api::manager as api;
use crate::manager::trouble::Trouble;
use crate::manager::{Loading, Manager};

/// Where open pickers hear that packs have changed.
const LIBRARY_CHANNEL: &str = "tessera.library";

/// The user's packs in their order, and the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Packs {
    /// Those in the picker, in its order.
    pub(super) mine: Vec<PackSummary>,
    /// Those that can be added.
    pub(super) others: Vec<PackSummary>,
}

/// The packs on the screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf {
    pub(super) manager: Manager,
    pub(super) packs: RwSignal<Loading<Packs>>,
    /// A change is being saved.
    pub(super) saving: RwSignal<bool>,
    /// The last change was not saved.
    pub(super) failed: RwSignal<Option<Trouble>>,
}

impl Shelf {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            packs: RwSignal::new(Loading::Busy),
            saving: RwSignal::default(),
            failed: RwSignal::default(),
        }
    }

    /// Reads the packs.
    pub(super) fn load(self) {
        self.packs.set(Loading::Busy);
        spawn_local(async move {
            let read = match self.manager.session() {
                Some(session) => read(&session.token).await,
                None => Err(Trouble::default()),
            };
            self.packs.set(match read {
                Ok(packs) => Loading::Ready(packs),
                Err(trouble) => Loading::Failed(trouble),
            });
        });
    }

    /// Changes the user's packs on the screen, and on the server.
    pub(super) fn change(self, after: Packs, said: String) {
        if self.saving.get_untracked() {
            return;
        }
        let before = self.packs.get_untracked();
        let ids = after.mine.iter().map(|pack| pack.id.clone()).collect();
        self.packs.set(Loading::Ready(after));
        self.saving.set(true);
        self.failed.set(None);
        spawn_local(async move {
            let saved = match self.manager.session() {
                Some(session) => save(&session.token, ids).await,
                None => Err(Trouble::default()),
            };
            self.saving.set(false);
            match saved {
                Ok(()) => self.manager.say(said),
                Err(trouble) => {
                    self.packs.set(before);
                    self.failed.set(Some(trouble));
                }
            }
        });
    }
}

async fn read(token: &str) -> Result<Packs, Trouble> {
    let mut packs = Packs::default();
    let mut from = 0;
    loop {
        let page: Catalogue =
            api::get(token, &["/api/v1/packs?from=", &from.to_string()].concat()).await?;
        for pack in page.packs {
            let shelf = if pack.enabled() { &mut packs.mine } else { &mut packs.others };
            shelf.push(pack);
        }
        match page.next {
            Some(next) if next > from => from = next,
            _ => return Ok(packs),
        }
    }
}

async fn save(token: &str, packs: Vec<String>) -> Result<(), Trouble> {
    let body = LibraryChoice { packs };
    let _: Value = api::send(Method::PUT, token, "/api/v1/library", &body).await?;
    // An open picker shows it at once; one that is not open reads it when it is.
    if let Ok(channel) = web_sys::BroadcastChannel::new(LIBRARY_CHANNEL) {
        let _ = channel.post_message(&JsValue::TRUE);
        channel.close();
    }
    Ok(())
}

/// A pack with its stickers.
///
/// # Errors
/// When the server does not answer, or the pack is gone.
pub(super) async fn preview(manager: Manager, id: &str) -> Result<PackPreview, Trouble> {
    let Some(session) = manager.session() else { return Err(Trouble::default()) };
    Ok(api::get(&session.token, &["/api/v1/packs/", id].concat()).await?)
}
