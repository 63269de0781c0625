//! What users can have, to be found by words: something may have to go that nobody has reported.

use leptos::prelude::*;
use tessera_protocol::moderation::PackAction;
use tessera_protocol::pack::{Catalogue, PackSummary};
use wasm_bindgen_futures::spawn_local;

use super::selling::{SellButton, Ware};
use super::{Admin, DecideButton, Subject};
use crate::api::manager as api;
use crate::device;
use crate::i18n::{self, admin as say, manager as shared};
use crate::manager::Loading;
use crate::manager::trouble::TroubleBanner;
use crate::ui::field::{Input, TextField};

/// How long after the last letter packs are looked for, in milliseconds.
const TYPING: i32 = 200;
/// How many are shown: who does not see the pack can type more of its name.
const SHOWN: usize = 20;

/// The field and what it finds.
#[component]
pub fn Published(admin: Admin) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let found = RwSignal::new(Loading::Ready(Vec::<PackSummary>::new()));
    let turn = StoredValue::new(0_u32);
    let find = move || {
        let asked = turn.get_value();
        let text = js_sys::encode_uri_component(words.get_untracked().trim());
        let path = ["/api/v1/packs?shelf=store&search=", &String::from(text)].concat();
        spawn_local(async move {
            let read = api::get::<Catalogue>(&admin.token(), &path).await;
            if turn.try_get_value() == Some(asked) {
                found.set(match read {
                    Ok(page) => Loading::Ready(page.packs),
                    Err(refusal) => Loading::Failed(refusal.into()),
                });
            }
        });
    };
    Effect::new(move |_| {
        admin.decided.track();
        words.track();
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let asked = turn.get_value();
        device::after(TYPING, move || {
            if turn.try_get_value() == Some(asked) {
                find();
            }
        });
    });
    let list = move || match found.get() {
        Loading::Failed(trouble) => view! { <TroubleBanner trouble retry=None /> }.into_any(),
        Loading::Busy => ().into_any(),
        Loading::Ready(packs) if packs.is_empty() => {
            view! { <p class="empty" role="status">{say::FOUND_NONE.get()}</p> }.into_any()
        }
        Loading::Ready(packs) => {
            let rows = packs.into_iter().take(SHOWN).map(|pack| row(admin, &pack));
            view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <section class="section" id="published">
            <h2>{say::PUBLISHED.get()}</h2>
            <TextField id="find" label=say::FIND_PACK.get() value=words input=Input::Search />
            {list}
        </section>
    }
}

fn row(admin: Admin, pack: &PackSummary) -> impl IntoView + use<> {
    let title = pack.title(&i18n::language()).to_owned();
    let count = usize::try_from(pack.sticker_count).unwrap_or(usize::MAX);
    let facts = [Some(shared::PACK_STICKERS.get(count)), pack.author.clone()];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let actions = vec![PackAction::Withdraw, PackAction::TakeDown];
    let subject = Subject { id: pack.id.clone(), title: title.clone(), actions, revision: None };
    let ware = Ware {
        id: pack.id.clone(),
        title: title.clone(),
        price: pack.price.clone(),
        for_sale: pack.owned.is_some(),
    };
    view! {
        <li class="row" data-pack=pack.id.clone()>
            <div class="row-text">
                <h3 dir="auto">{title}</h3>
                <p dir="auto">{facts.join(" · ")}</p>
            </div>
            <div class="row-buttons">
                <SellButton admin ware />
                <DecideButton admin subject />
            </div>
        </li>
    }
}
