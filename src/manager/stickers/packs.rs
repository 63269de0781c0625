//! The user's packs, and those they could have and look for: read from our server, the latter a page at
//! a time, and every change saved there at once. What was shown before comes back when saving fails.

use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::pack::{Catalogue, Facets, LibraryChoice, PackPreview, PackSummary};
use wasm_bindgen_futures::spawn_local;

use super::filters::Filters;
use crate::api::manager as api;
use crate::device;
use crate::manager::trouble::Trouble;
use crate::manager::{Loading, Manager};

/// From how many packs to add there are a search helps more than it takes room.
const MANY: u32 = 6;
/// How long after the last letter packs are looked for, in milliseconds.
const TYPING: i32 = 200;

/// The user's packs in their order, and the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Packs {
    /// Those in the picker, in its order.
    pub(super) mine: Vec<PackSummary>,
    /// Those that can be added and are looked for, as many as were asked for.
    pub(super) others: Vec<PackSummary>,
}

/// What is looked for among the packs that can be added, and how much of it there is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    /// Words.
    pub(super) text: RwSignal<String>,
    /// What they have to have beside.
    pub(super) filters: Filters,
    /// How many are found.
    pub(super) total: RwSignal<u32>,
    /// Where the next page begins, if there is one.
    pub(super) next: RwSignal<Option<u32>>,
    /// A page is being read.
    pub(super) busy: RwSignal<bool>,
    /// There are so many packs that one has to search.
    pub(super) helps: RwSignal<bool>,
    /// Counts the questions: only the last one's answer is shown.
    turn: StoredValue<u32>,
}

impl Search {
    fn new() -> Self {
        Self {
            text: RwSignal::default(),
            filters: Filters::new(),
            total: RwSignal::default(),
            next: RwSignal::default(),
            busy: RwSignal::default(),
            helps: RwSignal::default(),
            turn: StoredValue::new(0),
        }
    }

    /// Whether not simply all packs are wanted.
    pub(super) fn is_on(self) -> bool {
        self.text.with(|text| !text.trim().is_empty()) || self.filters.are_on()
    }

    fn begin(self) -> u32 {
        self.busy.set(true);
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    fn path(self, from: u32) -> String {
        let text = js_sys::encode_uri_component(self.text.get_untracked().trim());
        let path = ["/api/v1/packs?shelf=available&from=", &from.to_string(), "&search="].concat();
        [path, String::from(text), self.filters.query()].concat()
    }

    /// Takes note of a page, and gives its packs.
    fn read(self, page: Catalogue) -> Vec<PackSummary> {
        if page.total > MANY {
            self.helps.set(true);
        }
        self.total.set(page.total);
        self.next.set(page.next);
        page.packs
    }

    /// A pack was added, so that the pages begin one earlier. One that was taken out may come again
    /// on a page; it is not shown twice.
    fn changed(self, before: usize, after: usize) {
        let [before, after] = [before, after].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        self.total.update(|total| *total = total.saturating_add(after).saturating_sub(before));
        if after < before {
            self.next.update(|next| *next = next.map(|from| from.saturating_sub(1)));
        }
    }
}

/// The packs on the screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf {
    pub(super) manager: Manager,
    pub(super) packs: RwSignal<Loading<Packs>>,
    /// A change is being saved.
    pub(super) saving: RwSignal<bool>,
    /// The last change was not saved, or nothing could be looked for.
    pub(super) failed: RwSignal<Option<Trouble>>,
    /// What is looked for.
    pub(super) search: Search,
}

impl Shelf {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            packs: RwSignal::new(Loading::Busy),
            saving: RwSignal::default(),
            failed: RwSignal::default(),
            search: Search::new(),
        }
    }

    /// Reads the packs.
    pub(super) fn load(self) {
        self.packs.set(Loading::Busy);
        spawn_local(async move {
            let mine = match self.manager.session() {
                Some(session) => mine(&session.token).await,
                None => Err(Trouble::default()),
            };
            match mine {
                Ok(mine) => {
                    self.packs.set(Loading::Ready(Packs { mine, others: Vec::new() }));
                    self.find();
                }
                Err(trouble) => self.packs.set(Loading::Failed(trouble)),
            }
        });
    }

    /// Looks for packs once nobody types any more.
    pub(super) fn typed(self) {
        let turn = self.search.begin();
        device::after(TYPING, move || {
            // The screen may have gone.
            if self.search.turn.try_get_value() == Some(turn) {
                self.find();
            }
        });
    }

    /// Looks for packs that can be added.
    fn find(self) {
        self.page(0, |_| Vec::new());
    }

    /// Shows the next page below.
    pub(super) fn more(self) {
        if let Some(from) = self.search.next.get_untracked() {
            self.page(from, |shown| shown);
        }
    }

    fn page(self, from: u32, kept: fn(Vec<PackSummary>) -> Vec<PackSummary>) {
        let turn = self.search.begin();
        self.failed.set(None);
        spawn_local(async move {
            let read = match self.manager.session() {
                Some(session) => {
                    api::get::<Catalogue>(&session.token, &self.search.path(from)).await
                }
                None => return,
            };
            if self.search.turn.try_get_value() != Some(turn) {
                return;
            }
            self.search.busy.set(false);
            match read {
                Ok(page) => {
                    let helped = self.search.helps.get_untracked();
                    let found = self.search.read(page);
                    if !helped && self.search.helps.get_untracked() {
                        self.offer_filters();
                    }
                    self.packs.update(|packs| {
                        if let Loading::Ready(packs) = packs {
                            let mut others = kept(std::mem::take(&mut packs.others));
                            let is_new = |pack: &PackSummary| {
                                !others.iter().chain(&packs.mine).any(|old| old.id == pack.id)
                            };
                            let new: Vec<_> = found.into_iter().filter(is_new).collect();
                            others.extend(new);
                            packs.others = others;
                        }
                    });
                }
                Err(refusal) => self.failed.set(Some(refusal.into())),
            }
        });
    }

    /// Asks what packs can be chosen by. Without an answer there are words to search by.
    fn offer_filters(self) {
        let Some(session) = self.manager.session() else { return };
        spawn_local(async move {
            let facets = api::get::<Facets>(&session.token, "/api/v1/packs/facets").await;
            if let Ok(facets) = facets {
                // The screen may have gone.
                let _ = self.search.filters.facets.try_set(facets);
            }
        });
    }

    /// Changes the user's packs on the screen, and on the server.
    pub(super) fn change(self, after: Packs, said: String) {
        if self.saving.get_untracked() {
            return;
        }
        let before = self.packs.get_untracked();
        let (total, next) = (self.search.total.get_untracked(), self.search.next.get_untracked());
        if let Loading::Ready(before) = &before {
            self.search.changed(before.others.len(), after.others.len());
        }
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
                    self.search.total.set(total);
                    self.search.next.set(next);
                    self.failed.set(Some(trouble));
                }
            }
        });
    }
}

/// The user's packs, of which there are some hundreds at most.
async fn mine(token: &str) -> Result<Vec<PackSummary>, Trouble> {
    let mut mine = Vec::new();
    let mut from = 0;
    loop {
        let path = ["/api/v1/packs?shelf=enabled&from=", &from.to_string()].concat();
        let page: Catalogue = api::get(token, &path).await?;
        mine.extend(page.packs);
        match page.next {
            Some(next) if next > from => from = next,
            _ => return Ok(mine),
        }
    }
}

async fn save(token: &str, packs: Vec<String>) -> Result<(), Trouble> {
    let body = LibraryChoice { packs };
    let _: Value = api::send(Method::PUT, token, "/api/v1/library", &body).await?;
    device::packs_changed();
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
