//! What the user bought, with receipts, checkouts that can still be paid, and gifts that can be taken
//! back.

use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::order::{GiftState, Order, Purchases as Bought};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlAnchorElement, Url};

use super::{Purchases, name_of_state};
use crate::device;
use crate::i18n::{price, purchases as say};
use crate::manager::Loading;
use crate::manager::home::date;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};
use crate::ui::waiting::Bones;

/// The list.
#[component]
pub fn Orders(purchases: Purchases) -> impl IntoView {
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let retry = Callback::new(move |()| purchases.load());
    let list = move || match purchases.bought.get() {
        Loading::Busy => view! { <Bones label=say::PURCHASES_LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => {
            view! { <TroubleBanner trouble retry=Some(retry) /> }.into_any()
        }
        Loading::Ready(Bought { orders, .. }) if orders.is_empty() => {
            view! { <p class="empty">{say::ORDERS_NONE.get()}</p> }.into_any()
        }
        Loading::Ready(Bought { orders, .. }) => {
            let rows = orders.into_iter().map(|order| row(purchases, order, busy, failed));
            view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <section class="section" id="orders">
            <h2>{say::ORDERS_TITLE.get()}</h2>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            {list}
        </section>
    }
}

fn row(
    purchases: Purchases,
    order: Order,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Trouble>>,
) -> impl IntoView + use<> {
    let sum = if order.amount == 0 {
        say::SUM_FREE.get()
    } else {
        price::written(order.amount, &order.currency)
    };
    let facts = [name_of_state(order.state).get(), sum, date(order.created_ts)].join(" · ");
    let refunded = (order.refunded > 0).then(|| {
        let sum = price::written(order.refunded, &order.currency);
        view! { <p>{say::REFUNDED_SUM.with(&sum)}</p> }
    });
    let gift = order.gift.clone().map(|gift| {
        let said = match gift.state {
            GiftState::Unpaid => say::GIFT_UNPAID,
            GiftState::Waiting => say::GIFT_WAITING,
            GiftState::Claimed => say::GIFT_CLAIMED,
            GiftState::Returned => say::GIFT_RETURNED,
        };
        let code = gift.code.filter(|_| gift.to.is_none() && gift.state == GiftState::Waiting);
        view! {
            <p dir="auto">{[said.get(), gift.to.unwrap_or_default()].join(" ")}</p>
            {code.map(|code| view! { <code class="code">{code}</code> })}
        }
    });
    let waiting = order.gift.as_ref().filter(|gift| gift.state == GiftState::Waiting);
    let back = waiting.map(|gift| {
        let path = ["/api/v1/gifts/", &gift.id, "/return"].concat();
        let take = move || {
            let path = path.clone();
            let sending = async move {
                let _: Value = purchases.post(&path, &()).await?;
                Ok(())
            };
            attempt(busy, failed, sending, move || {
                purchases.manager.say(say::GIFT_RETURNED.get());
                purchases.changed();
            });
        };
        view! {
            <Button
                label=say::GIFT_TAKE_BACK.get()
                weight=Weight::Quiet
                busy=busy
                on_press=take
            />
        }
    });
    let pay = order.checkout_url.clone().map(|url| {
        view! {
            <a class="button" href=url target="_blank" rel="noopener noreferrer">
                {say::ORDER_PAY.get()}
            </a>
        }
    });
    let receipt = order.paid_ts.map(|_| {
        let path = ["/api/v1/orders/", &order.id, "/receipt"].concat();
        let fetch = move || {
            let (token, path) = (purchases.token(), path.clone());
            let sending = async move { save(&token, &path).await.ok_or_else(Trouble::default) };
            attempt(busy, failed, sending, || {});
        };
        view! {
            <Button
                label=say::ORDER_RECEIPT.get()
                weight=Weight::Quiet
                busy=busy
                on_press=fetch
            />
        }
    });
    view! {
        <li class="row" data-order=order.id>
            <div class="row-text">
                <h3 dir="auto">{order.pack_title}</h3>
                <p>{facts}</p>
                {refunded}
                {gift}
            </div>
            <div class="row-buttons">{pay} {receipt} {back}</div>
        </li>
    }
}

/// Fetches a file, for a token has no place in an address, and has the browser save it.
async fn save(token: &str, path: &str) -> Option<()> {
    let answer = gloo_net::http::Request::get(path)
        .header("Authorization", &["Bearer ", token].concat())
        .send()
        .await
        .ok()
        .filter(gloo_net::http::Response::ok)?;
    let blob = JsFuture::from(web_sys::Response::from(answer).blob().ok()?).await.ok()?;
    let url = Url::create_object_url_with_blob(blob.unchecked_ref()).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download("receipt.html");
    link.click();
    // Firefox reads it after the click.
    device::after(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    });
    Some(())
}
