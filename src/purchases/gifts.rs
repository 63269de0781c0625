//! Gifts that wait for the user.

use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::order::Gift;

use super::Purchases;
use crate::i18n::purchases as say;
use crate::manager::Loading;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};

/// The list; nothing where none waits.
#[component]
pub fn Gifts(purchases: Purchases) -> impl IntoView {
    let gifts = Memo::new(move |_| {
        purchases.bought.with(|bought| match bought {
            Loading::Ready(bought) => bought.gifts.clone(),
            Loading::Busy | Loading::Failed(_) => Vec::new(),
        })
    });
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let row = move |gift: Gift| {
        let act = move |what: &'static str, id: String, said: String| {
            let path = ["/api/v1/gifts/", &id, what].concat();
            let sending = async move {
                let _: Value = purchases.post(&path, &()).await?;
                Ok(())
            };
            attempt(busy, failed, sending, move || {
                purchases.manager.say(said);
                purchases.changed();
            });
        };
        let (id, other) = (gift.id.clone(), gift.id);
        let taken = say::CODE_DONE.with(&gift.pack_title);
        let from = gift.from.map(|from| view! { <p dir="auto">{say::GIFT_FROM.with(&from)}</p> });
        view! {
            <li class="row">
                <div class="row-text">
                    <h3 dir="auto">{gift.pack_title}</h3>
                    {from}
                </div>
                <div class="row-buttons">
                    <Button
                        label=say::GIFT_TAKE.get()
                        weight=Weight::Primary
                        busy=busy
                        on_press=move || act("/claim", id.clone(), taken.clone())
                    />
                    <Button
                        label=say::GIFT_DECLINE.get()
                        weight=Weight::Quiet
                        busy=busy
                        on_press=move || act("/return", other.clone(), say::GIFT_BACK.get())
                    />
                </div>
            </li>
        }
    };
    view! {
        <section class="section" id="gifts" hidden=move || gifts.with(Vec::is_empty)>
            <h2>{say::GIFTS_TITLE.get()}</h2>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <ul class="rows">{move || gifts.get().into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
