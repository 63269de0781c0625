//! Choose a sticker and send it: the picker's screen. `flow` drives signing in, loading and
//! sending with the machines beside it; `view` draws what the signals of [`Picker`] say.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub mod favourites;
pub mod flow;
pub mod library;
mod loading;
pub mod moves;
pub mod recents;
pub mod room;
pub mod search;
pub mod sending;
pub mod sign_in;
mod view;

use library::Shelf;
use search::Index;
use sending::Sending;
use sign_in::SignIn;

use crate::{device, host};

/// What the screen shows, as signals.
#[derive(Clone, Copy)]
pub struct Picker {
    /// Where signing in stands.
    pub sign_in: RwSignal<SignIn>,
    /// The user's packs, as far as they have arrived.
    pub shelves: RwSignal<Vec<Arc<Shelf>>>,
    /// What is searched for, as typed.
    pub query: RwSignal<String>,
    /// The stickers found, the best first.
    pub found: RwSignal<Vec<String>>,
    /// The recently used stickers.
    pub recent: RwSignal<Vec<String>>,
    /// The stickers that the user has marked.
    pub favourites: RwSignal<Vec<String>>,
    /// The sticker that is looked at more closely, if any.
    pub preview: RwSignal<String>,
    /// The sticker on its way.
    pub sending: RwSignal<Sending>,
    /// Something else that happened and is told for a while.
    pub news: RwSignal<String>,
    /// What is known besides.
    pub known: RwSignal<Known>,
}

/// Small facts that the screen depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// The library has arrived once, so that "no packs" is known.
    pub loaded: bool,
    /// What is on screen is an earlier visit's, because the server cannot be reached.
    pub stale: bool,
    /// Nothing can be kept on this device, and the user has not dismissed saying so.
    pub forgetful: bool,
    /// A click sends and leaves the host's popup open, until it is closed and opened again.
    pub kept_open: bool,
    /// The sticker that is looked at stays on screen, with what can be done with it.
    pub held: bool,
    /// What was sent cannot be taken back here.
    pub no_undo: bool,
    /// How large stickers are drawn: 0, 1 or 2.
    pub size: u32,
    /// How often the page was drawn: once, and once more with each change of the language.
    pub drawn: u32,
}

/// How long building the index may hold up everything else at a time, in milliseconds.
const SLICE: f64 = 6.0;
/// How long after the packs have changed the index is built, if nobody searches before.
const INDEX_SOON: i32 = 300;

thread_local! {
    /// The search index and the packs that it is of.
    static INDEX: RefCell<(Vec<u64>, Index)> = RefCell::default();
    /// A further slice of the index is under way.
    static INDEXING: Cell<bool> = const { Cell::new(false) };
}

impl Picker {
    fn new(sign_in: SignIn) -> Self {
        Self {
            sign_in: RwSignal::new(sign_in),
            shelves: RwSignal::default(),
            query: RwSignal::default(),
            found: RwSignal::default(),
            recent: RwSignal::default(),
            favourites: RwSignal::default(),
            preview: RwSignal::default(),
            news: RwSignal::default(),
            sending: RwSignal::default(),
            known: RwSignal::default(),
        }
    }

    /// Searches for a text; an empty one ends the search.
    pub fn search(self, query: String) {
        let wanted = query.trim();
        let found = if wanted.is_empty() {
            Vec::new()
        } else {
            let folded = fold(wanted);
            if !self.shelves.with_untracked(|shelves| index(shelves)) {
                self.index_after(0);
            }
            INDEX.with_borrow(|(_, index)| index.find(&folded))
        };
        self.found.set(found);
        self.query.set(query);
    }

    /// Goes on with the index, slice by slice; what is searched for meanwhile is found by its end.
    fn index_after(self, pause: i32) {
        if INDEXING.replace(true) {
            return;
        }
        device::after(pause, move || {
            INDEXING.set(false);
            if !self.shelves.with_untracked(|shelves| index(shelves)) {
                self.index_after(0);
            } else if self.query.with_untracked(|query| !query.trim().is_empty()) {
                self.search(self.query.get_untracked());
            }
        });
    }
}

/// Starts the picker in this page.
pub fn run() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
    }));
    spawn_local(async {
        host::learn_language().await;
        // The signals live as long as the page; only what is drawn from them is ever drawn anew.
        let owner = Owner::new();
        owner.with(|| {
            let picker = flow::start(draw);
            // Drawing sets up what runs effects, so it comes first.
            draw(picker);
            view::events::listen(picker);
            view::paint::keep_painted(picker);
            Effect::new(move |_| {
                picker.shelves.track();
                picker.index_after(INDEX_SOON);
            });
        });
        OWNER.set(Some(owner));
    });
}

thread_local! {
    static OWNER: RefCell<Option<Owner>> = const { RefCell::new(None) };
    static DRAWN: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// Draws the lists in the language of the hour.
fn draw(picker: Picker) {
    DRAWN.set(None);
    let Some(place) = view::by_id("lists") else { return };
    DRAWN.set(Some(Box::new(mount_to(place, move || view::lists(picker)))));
    picker.known.update(|known| known.drawn = known.drawn.wrapping_add(1));
}

/// Letters without case and accents, by the browser's own tables.
fn fold(text: &str) -> String {
    // In no locale: a Turkish I would be another letter than what a shortcode has.
    let text = js_sys::JsString::from(text).normalize("NFKD").to_lower_case();
    search::without_marks(&String::from(text))
}

/// Brings the index up to date, for a slice of time: whether it is.
fn index(shelves: &[Arc<Shelf>]) -> bool {
    let until = device::now() + SLICE;
    INDEX.with_borrow_mut(|(of, index)| {
        let is_of = |(version, shelf): (&u64, &Arc<Shelf>)| *version == shelf.version;
        if of.len() > shelves.len() || !of.iter().zip(shelves).all(is_of) {
            of.clear();
            *index = Index::default();
        }
        for shelf in shelves.iter().skip(of.len()) {
            if device::now() > until {
                return false;
            }
            add_to(index, shelf);
            of.push(shelf.version);
        }
        true
    })
}

/// Folds a pack in one call: crossing to the browser costs more than folding.
fn add_to(index: &mut Index, shelf: &Shelf) {
    let pack = &shelf.pack;
    let titles: Vec<&str> = pack.titles.iter().map(|(_, title)| title.as_str()).collect();
    index.pack(&fold(&titles.join(",")));
    let texts: Vec<String> = pack.stickers.iter().map(search::text_of).collect();
    let folded = fold(&texts.join("\n"));
    for (sticker, text) in pack.stickers.iter().zip(folded.split('\n')) {
        index.add(shelf.key(sticker), text);
    }
}
