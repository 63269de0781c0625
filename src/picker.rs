//! Choose a sticker and send it: the picker's screen. `flow` drives signing in, loading and
//! sending with the machines beside it; `view` draws what the signals of [`Picker`] say.

use std::sync::Arc;

use leptos::prelude::*;

pub mod flow;
pub mod library;
pub mod moves;
pub mod recents;
pub mod search;
pub mod sending;
pub mod sign_in;
mod view;

use library::Shelf;
use search::Index;
use sending::Sending;
use sign_in::SignIn;

/// What the screen shows, as signals.
#[derive(Clone, Copy)]
pub struct Picker {
    /// Where signing in stands.
    pub sign_in: RwSignal<SignIn>,
    /// The user's packs, as far as they have arrived.
    pub shelves: RwSignal<Vec<Arc<Shelf>>>,
    /// The library has arrived once, so that "no packs" is known.
    pub loaded: RwSignal<bool>,
    /// What is on screen is an earlier visit's, because the server cannot be reached.
    pub stale: RwSignal<bool>,
    /// What is searched for, as typed.
    pub query: RwSignal<String>,
    /// The stickers found, the best first.
    pub found: Memo<Vec<String>>,
    /// The recently used stickers.
    pub recent: RwSignal<Vec<String>>,
    /// The sticker on its way.
    pub sending: RwSignal<Sending>,
    /// Nothing can be kept on this device, and the user has not dismissed saying so.
    pub forgetful: RwSignal<bool>,
}

impl Picker {
    fn new(sign_in: SignIn) -> Self {
        let shelves = RwSignal::new(Vec::<Arc<Shelf>>::new());
        let query = RwSignal::new(String::new());
        // Built when the first letter is typed, and again when the packs have changed.
        let index = Memo::new_with_compare(
            move |_| Arc::new(shelves.with(|shelves| index_of(shelves))),
            |_, _| true,
        );
        let found = Memo::new(move |_| {
            let query = query.get();
            let wanted = query.trim();
            if wanted.is_empty() { Vec::new() } else { index.get().find(&fold(wanted)) }
        });
        Self {
            sign_in: RwSignal::new(sign_in),
            shelves,
            loaded: RwSignal::new(false),
            stale: RwSignal::new(false),
            query,
            found,
            recent: RwSignal::new(Vec::new()),
            sending: RwSignal::new(Sending::Idle),
            forgetful: RwSignal::new(false),
        }
    }
}

/// Starts the picker in this page.
pub fn run() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
    }));
    mount_to_body(view::page);
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
}

/// Letters without case and accents, by the browser's own tables.
fn fold(text: &str) -> String {
    let text = js_sys::JsString::from(text).normalize("NFKD");
    search::without_marks(&String::from(text.to_locale_lower_case(None)))
}

/// Folds a pack's columns in one call each: crossing to the browser costs more than folding.
fn index_of(shelves: &[Arc<Shelf>]) -> Index {
    let mut index = Index::default();
    for shelf in shelves {
        let stickers = &shelf.pack.stickers;
        let column = |value: &dyn Fn(&tessera_protocol::library::Sticker) -> String| {
            let values: Vec<String> = stickers.iter().map(value).collect();
            fold(&values.join("\n"))
        };
        let bodies = column(&|sticker| sticker.body.clone());
        let words = column(&|sticker| [&sticker.shortcode, ",", &sticker.tags.join(",")].concat());
        let emoji = column(&|sticker| sticker.emoji.join(" "));
        let titles: Vec<&str> = shelf.pack.titles.iter().map(|(_, title)| title.as_str()).collect();
        let titles = fold(&titles.join(" "));
        let columns = bodies.split('\n').zip(words.split('\n')).zip(emoji.split('\n'));
        for (sticker, ((body, words), emoji)) in stickers.iter().zip(columns) {
            index.add(shelf.key(sticker), [body, words, &titles, emoji]);
        }
    }
    index
}
