//! The user's stickers: the picker in their account, their packs in their order, and the packs they
//! could have. Moving works by dragging, and by buttons for keyboards and screen readers.

use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::pack::PackSummary;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

mod buy;
pub mod filters;
mod order;
mod packs;
pub mod picker;
pub mod preview;
pub mod report;

use packs::{Packs, Shelf};

use super::shell::{Head, address_of};
use super::trouble::TroubleBanner;
use super::{Loading, Manager};
use crate::device;
use crate::i18n::{self, manager as say};
use crate::ui::button::{Button, IconButton};
use crate::ui::field::{Input, TextField};
use crate::ui::glyph::Glyph;
use crate::ui::waiting::Bones;

/// The screen.
#[component]
pub fn StickersScreen() -> impl IntoView {
    let manager = Manager::here();
    let shelf = Shelf::new(manager);
    let shown = RwSignal::new(None);
    shelf.load();
    let retry = Callback::new(move |()| shelf.load());
    // What is looked for changes nothing in the list of the user's own.
    let mine = Memo::new(move |_| {
        shelf.packs.with(|packs| match packs {
            Loading::Ready(packs) => Loading::Ready(packs.mine.clone()),
            Loading::Busy => Loading::Busy,
            Loading::Failed(trouble) => Loading::Failed(trouble.clone()),
        })
    });
    view! {
        <Head title=say::STICKERS_TITLE.get()>
            <a class="button quiet" href=address_of("/making")>
                {say::MAKE_PACKS.get()}
            </a>
            <a class="button quiet" href=address_of("/purchases")>
                {say::PURCHASES.get()}
            </a>
        </Head>
        <picker::PickerStatus />
        {move || shelf.failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        {move || match mine.get() {
            Loading::Busy => view! { <Bones label=say::LOADING.get() /> }.into_any(),
            Loading::Failed(trouble) => {
                view! { <TroubleBanner trouble retry=Some(retry) /> }.into_any()
            }
            Loading::Ready(mine) => view! { <Own mine shelf shown /> }.into_any(),
        }}
        <Others shelf shown />
        <preview::PackDialog manager shown />
    }
}

/// What is on the screen, once it is.
fn shown_packs(shelf: Shelf) -> Packs {
    match shelf.packs.get_untracked() {
        Loading::Ready(packs) => packs,
        Loading::Busy | Loading::Failed(_) => Packs::default(),
    }
}

/// The packs of the user.
#[component]
fn Own(
    mine: Vec<PackSummary>,
    shelf: Shelf,
    shown: RwSignal<Option<PackSummary>>,
) -> impl IntoView {
    let dragged = RwSignal::new(None::<usize>);
    let none = mine.is_empty().then(|| view! { <p class="empty">{say::PACKS_NONE.get()}</p> });
    let count = mine.len();
    let rows = mine.into_iter().enumerate().map(move |(place, pack)| {
        view! { <Mine pack place count shelf shown dragged /> }
    });
    view! {
        <section class="section">
            <h2>{say::PACKS_MINE.get()}</h2>
            {none}
            <ul class="rows">{rows.collect_view()}</ul>
        </section>
    }
}

/// The packs that can be added, and a search for them where there are many.
#[component]
fn Others(shelf: Shelf, shown: RwSignal<Option<PackSummary>>) -> impl IntoView {
    let search = shelf.search;
    let typed = move || {
        search.text.track();
        search.filters.track();
    };
    Effect::watch(typed, move |(), _, _| shelf.typed(), false);
    let row = move |pack: PackSummary| {
        let (id, title) = (pack.id.clone(), title_of(&pack));
        let label = say::PACK_ADD.with(&title);
        let add = move || {
            let mut packs = shown_packs(shelf);
            if let Some(place) = packs.others.iter().position(|pack| pack.id == id) {
                let pack = packs.others.remove(place);
                packs.mine.push(pack);
                shelf.change(packs, say::ADDED.with(&title));
            }
        };
        let buy = buy::link(&pack);
        let add = (pack.owned != Some(false)).then(
            || view! { <IconButton label glyph=Glyph::Add busy=shelf.saving on_press=add /> },
        );
        view! { <PackRow pack shown>{add} {buy}</PackRow> }
    };
    let others = move || {
        shelf.packs.with(|packs| match packs {
            Loading::Ready(packs) => packs.others.clone(),
            Loading::Busy | Loading::Failed(_) => Vec::new(),
        })
    };
    let ready = Memo::new(move |_| shelf.packs.with(|packs| matches!(packs, Loading::Ready(_))));
    let said = move || {
        let total = usize::try_from(search.total.get()).unwrap_or(usize::MAX);
        match (search.busy.get(), search.is_on(), total) {
            (true, ..) => say::LOADING.get(),
            (false, true, total) => say::PACKS_FOUND.get(total),
            (false, false, 0) => say::PACKS_ALL.get(),
            (false, false, _) => String::new(),
        }
    };
    view! {
        <section class="section" hidden=move || !ready.get()>
            <h2>{say::PACKS_OTHERS.get()}</h2>
            {move || {
                search
                    .helps
                    .get()
                    .then(|| {
                        view! {
                            <TextField
                                id="packs-search"
                                label=say::PACKS_SEARCH.get()
                                help=Some(say::PACKS_SEARCH_HELP.get())
                                value=search.text
                                input=Input::Search
                            />
                            <filters::FiltersView filters=search.filters />
                        }
                    })
            }}
            <p class="empty" role="status">
                {said}
            </p>
            <ul class="rows">
                {move || others().into_iter().map(row).collect_view()}
            </ul>
            {move || {
                search
                    .next
                    .get()
                    .map(|_| {
                        view! {
                            <div class="buttons">
                                <Button
                                    label=say::PACKS_MORE.get()
                                    busy=search.busy
                                    on_press=move || shelf.more()
                                />
                            </div>
                        }
                    })
            }}
        </section>
    }
}

/// A pack of the user, which can be moved and taken out.
#[component]
fn Mine(
    pack: PackSummary,
    place: usize,
    count: usize,
    shelf: Shelf,
    shown: RwSignal<Option<PackSummary>>,
    dragged: RwSignal<Option<usize>>,
) -> impl IntoView {
    let (id, title) = (pack.id.clone(), title_of(&pack));
    let move_to = {
        let (id, title) = (id.clone(), title.clone());
        move |from: usize, to: usize, button: &'static str| {
            let mut packs = shown_packs(shelf);
            if from == to || to >= packs.mine.len() {
                return;
            }
            let said = packs.mine.get(from).map(title_of).unwrap_or_else(|| title.clone());
            packs.mine = order::moved(packs.mine, from, to);
            let place = [said.as_str(), ": ", &(to + 1).to_string(), "/", &count.to_string()];
            shelf.change(packs, say::PACK_MOVED.with(&place.concat()));
            focus_again(&id, button);
        }
    };
    let remove = {
        let title = title.clone();
        move || {
            let mut packs = shown_packs(shelf);
            if place < packs.mine.len() {
                let pack = packs.mine.remove(place);
                packs.others.insert(0, pack);
                shelf.change(packs, say::REMOVED.with(&title));
            }
        }
    };
    let (up, down, drop) = (move_to.clone(), move_to.clone(), move_to);
    let buttons = view! {
        {(place > 0)
            .then(|| {
                view! {
                    <IconButton
                        label=say::PACK_UP.with(&title)
                        glyph=Glyph::Up
                        on_press=move || up(place, place.saturating_sub(1), "up")
                    />
                }
            })}
        {(place + 1 < count)
            .then(|| {
                view! {
                    <IconButton
                        label=say::PACK_DOWN.with(&title)
                        glyph=Glyph::Down
                        on_press=move || down(place, place + 1, "down")
                    />
                }
            })}
        <IconButton
            label=say::REMOVE.with(&title)
            glyph=Glyph::Bin
            busy=shelf.saving
            on_press=remove
        />
    };
    let carried = title.clone();
    view! {
        <li
            class="row pack-row"
            class:dragged=move || dragged.get() == Some(place)
            data-pack=id
            draggable="true"
            on:dragstart=move |event| {
                dragged.set(Some(place));
                // Firefox drags nothing that has no data.
                if let Some(data) = event.data_transfer() {
                    data.set_effect_allowed("move");
                    let _ = data.set_data("text/plain", &carried);
                }
            }
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |event| {
                if dragged.get_untracked().is_some() {
                    event.prevent_default();
                }
            }
            on:drop=move |event| {
                event.prevent_default();
                if let Some(from) = dragged.get_untracked() {
                    drop(from, place, "");
                }
            }
        >
            <PackParts pack shown />
            <div class="row-buttons">{buttons}</div>
        </li>
    }
}

/// A pack with its buttons.
#[component]
fn PackRow(
    pack: PackSummary,
    shown: RwSignal<Option<PackSummary>>,
    children: Children,
) -> impl IntoView {
    let id = pack.id.clone();
    view! {
        <li class="row pack-row" data-pack=id>
            <PackParts pack shown />
            <div class="row-buttons">{children()}</div>
        </li>
    }
}

/// What a pack looks like: its first sticker, its name, how many it has. It leads to the others.
#[component]
fn PackParts(pack: PackSummary, shown: RwSignal<Option<PackSummary>>) -> impl IntoView {
    let title = title_of(&pack);
    let cover = pack.covers.first().map(|cover| {
        view! { <img src=preview_path(cover) alt="" width="36" height="36" draggable="false" /> }
    });
    let facts = say::PACK_STICKERS.get(usize::try_from(pack.sticker_count).unwrap_or(usize::MAX));
    let facts = match &pack.author {
        Some(author) => [&facts, " · ", author].concat(),
        None => facts,
    };
    let label = say::PACK_LOOK.with(&title);
    view! {
        <button
            type="button"
            class="pack-cover"
            aria-label=label.clone()
            title=label
            on:click=move |_| shown.set(Some(pack.clone()))
        >
            {cover}
        </button>
        <div class="row-text">
            <h3 dir="auto">{title}</h3>
            <p dir="auto">{facts}</p>
        </div>
    }
}

fn title_of(pack: &PackSummary) -> String {
    pack.title(&i18n::language()).to_owned()
}

/// The rows are drawn anew after a move; the button that moved a pack keeps the focus.
fn focus_again(id: &str, button: &str) {
    let place = match button {
        "up" => ":first-child",
        // The last but one, or the first if the pack is the last now.
        "down" => ":nth-last-child(2)",
        _ => return,
    };
    let selector = ["[data-pack=\"", id, "\"] .row-buttons button", place].concat();
    device::after(0, move || {
        let button = document().query_selector(&selector).ok().flatten();
        if let Some(button) = button.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // It is in the page, so it can be focused.
            let _ = button.focus();
        }
    });
}
