//! Buying a pack: what it is and costs, who sells it, what the buyer agrees to; then the wait for the
//! payment, and what became of it.

use leptos::prelude::*;
use tessera_protocol::ErrorCode;
use tessera_protocol::library::preview_path;
use tessera_protocol::order::{
    ConsentAsked, ConsentGiven, NewGift, NewOrder, Order, OrderState, Price, Sales, Seller, Tax,
};
use tessera_protocol::pack::PackPreview;
use wasm_bindgen_futures::spawn_local;

use super::checkout::Checkout;
use super::{Purchases, watching};
use crate::i18n::{self, manager as shared, price, purchases as say};
use crate::manager::Loading;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};
use crate::ui::field::{Switch, TextField};
use crate::ui::waiting::Bones;

/// A pack and what to say before it is bought.
#[derive(Debug, Clone, PartialEq)]
struct Offer {
    pack: PackPreview,
    sales: Sales,
}

/// The pack that the address names.
#[component]
pub fn Buy(purchases: Purchases, id: String) -> impl IntoView {
    let offer = RwSignal::new(Loading::<Offer>::Busy);
    let order = RwSignal::new(None::<Order>);
    let load = Callback::new(move |()| {
        let id = id.clone();
        spawn_local(async move {
            let read = read(purchases, &id).await;
            // The page may be closed by now.
            let _ = offer.try_set(match read {
                Ok(found) => Loading::Ready(found),
                Err(trouble) => Loading::Failed(trouble),
            });
        });
    });
    load.run(());
    let body = move || match (order.get(), offer.get()) {
        (Some(found), _) => view! { <Outcome purchases found order load /> }.into_any(),
        (None, Loading::Busy) => view! { <Bones label=shared::LOADING.get() /> }.into_any(),
        (None, Loading::Failed(trouble)) => {
            view! { <TroubleBanner trouble retry=Some(load) /> }.into_any()
        }
        (None, Loading::Ready(found)) => {
            view! { <OfferView purchases offer=found order load /> }.into_any()
        }
    };
    view! { <section class="section" id="buy">{body}</section> }
}

async fn read(purchases: Purchases, id: &str) -> Result<Offer, Trouble> {
    let pack: PackPreview = purchases.get(&["/api/v1/packs/", id].concat()).await?;
    let language = i18n::language();
    let sales = purchases.get(&["/api/v1/sales?language=", &language].concat()).await?;
    Ok(Offer { pack, sales })
}

#[component]
fn OfferView(
    purchases: Purchases,
    offer: Offer,
    order: RwSignal<Option<Order>>,
    load: Callback<()>,
) -> impl IntoView {
    let Offer { pack: PackPreview { pack, stickers, .. }, sales } = offer;
    let title = pack.title(&i18n::language()).to_owned();
    let shown = stickers.iter().map(|sticker| {
        let name =
            if sticker.body.is_empty() { sticker.shortcode.clone() } else { sticker.body.clone() };
        view! {
            <li>
                <img
                    src=preview_path(&sticker.still)
                    alt=name
                    width="72"
                    height="72"
                    loading="lazy"
                />
            </li>
        }
    });
    let label = title.clone();
    let head = view! {
        <h2 dir="auto">{title.clone()}</h2>
        <ul class="pack-stickers" tabindex="0" aria-label=label>
            {shown.collect_view()}
        </ul>
    };
    let owned = pack.owned == Some(true);
    let form = match (pack.price, sales.seller, sales.consent) {
        (Some(cost), Some(seller), Some(asked)) if sales.open => {
            let test = sales.test;
            let id = pack.id;
            view! { <Form purchases id title cost seller asked test owned order load /> }.into_any()
        }
        _ if owned => view! { <Banner tone=Tone::Good title=say::BUY_OWNED.get() /> }.into_any(),
        (Some(_), ..) => {
            let (title, text) = (say::BUY_CLOSED_TITLE.get(), say::BUY_CLOSED_TEXT.get());
            view! { <Banner tone=Tone::Info title text /> }.into_any()
        }
        _ => view! { <Banner tone=Tone::Info title=say::BUY_NONE.get() /> }.into_any(),
    };
    view! {
        {head}
        {form}
    }
}

#[component]
fn Form(
    purchases: Purchases,
    id: String,
    title: String,
    cost: Price,
    seller: Seller,
    asked: ConsentAsked,
    /// No money moves.
    test: bool,
    /// The user has it: it can only be given to others.
    owned: bool,
    order: RwSignal<Option<Order>>,
    /// Reads the offer again.
    load: Callback<()>,
) -> impl IntoView {
    let gift = RwSignal::new(owned.to_string());
    let to = RwSignal::new(String::new());
    let (at_once, no_withdrawal) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let unticked = RwSignal::new(false);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let amount = price::written(cost.amount, &cost.currency);
    let tax = match cost.tax {
        Tax::Inclusive => say::TAX_INCLUSIVE,
        Tax::Exclusive => say::TAX_EXCLUSIVE,
    };
    let (first, second) = (asked.at_once.clone(), asked.no_withdrawal.clone());
    let buy = move || {
        let ticked = |value: RwSignal<String>| value.with_untracked(|value| value == "true");
        if !ticked(at_once) || !ticked(no_withdrawal) {
            unticked.set(true);
            return;
        }
        unticked.set(false);
        let to = to.get_untracked().trim().to_owned();
        let new = NewOrder {
            pack_id: id.clone(),
            price_id: cost.id.clone(),
            consent: ConsentGiven {
                version: asked.version.clone(),
                language: asked.language.clone(),
                at_once: true,
                no_withdrawal: true,
            },
            gift: ticked(gift).then(|| NewGift { to: Some(to).filter(|to| !to.is_empty()) }),
        };
        if busy.get_untracked() {
            return;
        }
        let checkout = Checkout::open();
        let sending = async move {
            let answer = purchases.post::<_, Order>("/api/v1/orders", &new).await;
            match answer {
                Ok(made) => {
                    match &made.checkout_url {
                        Some(url) => checkout.lead(url),
                        None => checkout.close(),
                    }
                    let (id, open) = (made.id.clone(), made.state.is_open());
                    order.set(Some(made));
                    purchases.load();
                    if open {
                        watching::follow(purchases, id, order);
                    }
                    Ok(())
                }
                Err(refusal) => {
                    checkout.close();
                    let stale = [ErrorCode::PriceChanged, ErrorCode::AlreadyOwned];
                    if refusal.code.is_some_and(|code| stale.contains(&code)) {
                        load.run(());
                    }
                    Err(refusal.into())
                }
            }
        };
        attempt(busy, failed, sending, || {});
    };
    let gifts = move || {
        (gift.get() == "true").then(|| {
            view! {
                <TextField
                    id="gift-to"
                    label=say::GIFT_TO.get()
                    help=Some(say::GIFT_TO_HELP.get())
                    example="@ann:example.org"
                    value=to
                />
            }
        })
    };
    let press = say::BUY_PRESS.with(&amount);
    let heading = say::BUY_TITLE.with(&title);
    view! {
        {owned.then(|| view! { <Banner tone=Tone::Good title=say::BUY_OWNED.get() /> })}
        {test.then(|| view! { <Banner tone=Tone::Info title=say::BUY_TEST.get() /> })}
        {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        <form
            class="form buy"
            aria-label=heading
            on:submit=move |event: web_sys::SubmitEvent| event.prevent_default()
        >
            <p class="price">
                <strong>{amount}</strong>
                " "
                <span>{tax.get()}</span>
            </p>
            {(!owned)
                .then(|| view! { <Switch id="gift" label=say::GIFT_SWITCH.get() value=gift /> })}
            {gifts}
            <details class="seller">
                <summary>{say::BUY_SELLER.with(&seller.name)}</summary>
                <p class="lines" dir="auto">
                    {[seller.address.as_str(), "\n", &seller.contact].concat()}
                </p>
                <p>
                    <a
                        class="link"
                        href=seller.terms_url.clone()
                        target="_blank"
                        rel="noopener noreferrer"
                    >
                        {say::BUY_TERMS.get()}
                    </a>
                </p>
            </details>
            <Tick id="at-once" label=first value=at_once />
            <Tick id="no-withdrawal" label=second value=no_withdrawal />
            {move || {
                unticked
                    .get()
                    .then(|| view! { <p class="field-error" role="alert">{say::BUY_UNTICKED.get()}</p> })
            }}
            <div class="buttons">
                <Button label=press weight=Weight::Primary busy=busy on_press=buy />
            </div>
        </form>
    }
}

/// A box that is not ticked.
#[component]
fn Tick(id: &'static str, label: String, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="tick" for=id>
            <input
                id=id
                type="checkbox"
                prop:checked=move || value.get() == "true"
                on:change=move |event| value.set(event_target_checked(&event).to_string())
            />
            <span>{label}</span>
        </label>
    }
}

/// What becomes of the order.
#[component]
fn Outcome(
    purchases: Purchases,
    found: Order,
    order: RwSignal<Option<Order>>,
    load: Callback<()>,
) -> impl IntoView {
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let id = found.id.clone();
    let cancel = move || {
        let path = ["/api/v1/orders/", &id, "/cancel"].concat();
        let sending = async move {
            let now: Order = purchases.post(&path, &()).await?;
            order.set(Some(now));
            Ok(())
        };
        attempt(busy, failed, sending, move || purchases.load());
    };
    let again = move || {
        order.set(None);
        load.run(());
    };
    let title = found.pack_title.clone();
    match found.state {
        OrderState::Draft | OrderState::Pending | OrderState::Paid => {
            let link = found.checkout_url.map(|url| {
                view! {
                    <a
                        class="button primary"
                        href=url
                        target="_blank"
                        rel="noopener noreferrer"
                    >
                        {say::WAIT_OPEN.get()}
                    </a>
                }
            });
            view! {
                {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
                <Banner tone=Tone::Info title=say::WAIT_TITLE.get() text=say::WAIT_TEXT.get()>
                    {link}
                    <Button label=say::WAIT_CANCEL.get() busy=busy on_press=cancel />
                </Banner>
            }
            .into_any()
        }
        state if state.entitles() => match found.gift {
            Some(gift) => {
                let text = match (&gift.to, &gift.code) {
                    (Some(to), _) => say::DONE_GIFT_NAMED.with(to),
                    (None, _) => say::DONE_GIFT_CODE.get(),
                };
                let code = gift.code.filter(|_| gift.to.is_none());
                let code = code.map(|code| view! { <code class="code">{code}</code> });
                view! {
                    <Banner tone=Tone::Good title=say::DONE_GIFT_TITLE.get() text>
                        {code}
                    </Banner>
                }
                .into_any()
            }
            None => {
                let text = say::DONE_TEXT.with(&title);
                view! { <Banner tone=Tone::Good title=say::DONE_TITLE.get() text /> }.into_any()
            }
        },
        OrderState::Refunded => {
            let text = say::REFUNDED_TEXT.get();
            view! { <Banner tone=Tone::Info title=say::STATE_REFUNDED.get() text /> }.into_any()
        }
        _ => view! {
            <Banner tone=Tone::Critical title=say::FAILED_TITLE.get() text=say::FAILED_TEXT.get()>
                <Button label=shared::RETRY.get() on_press=again />
            </Banner>
        }
        .into_any(),
    }
}
