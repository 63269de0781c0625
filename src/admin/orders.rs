//! What was bought: orders, those with a problem first; sending money back; what came in.

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::order::{
    NewRefund, Order, OrderState, RailName, Sale, SalesPage, SalesSummary,
};
use wasm_bindgen_futures::spawn_local;

use super::Admin;
use crate::api::manager as api;
use crate::i18n::{Text, admin as say, manager as shared, price};
use crate::manager::Loading;
use crate::manager::home::date;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};
use crate::ui::dialog::Dialog;
use crate::ui::field::TextField;
use crate::ui::waiting::Bones;

/// The list, and the sums above it.
#[component]
pub fn Sales(admin: Admin) -> impl IntoView {
    let page = RwSignal::new(Loading::<(SalesSummary, Vec<Sale>)>::Busy);
    let next = RwSignal::new(None::<u32>);
    let refunded = RwSignal::new(None::<Sale>);
    let load = Callback::new(move |from: u32| {
        spawn_local(async move {
            let read = read(admin, from).await;
            let before = page.try_get_untracked();
            // The page may show something else by now.
            let _ = page.try_set(match read {
                Ok((sums, found)) => {
                    let _ = next.try_set(found.next);
                    let kept = match before {
                        Some(Loading::Ready((_, kept))) if from > 0 => kept,
                        _ => Vec::new(),
                    };
                    Loading::Ready((sums, kept.into_iter().chain(found.orders).collect()))
                }
                Err(trouble) => Loading::Failed(trouble),
            });
        });
    });
    let again = Callback::new(move |()| load.run(0));
    Effect::new(move |_| {
        admin.decided.track();
        load.run(0);
    });
    let list = move || match page.get() {
        Loading::Busy => view! { <Bones label=shared::LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => {
            view! { <TroubleBanner trouble retry=Some(again) /> }.into_any()
        }
        Loading::Ready((_, orders)) if orders.is_empty() => {
            view! { <p class="empty">{say::SALES_NONE.get()}</p> }.into_any()
        }
        Loading::Ready((sums, orders)) => {
            let lines = sums.lines.into_iter().filter(|line| line.gross > 0).map(|line| {
                let sum = |amount: u64| {
                    price::written(u32::try_from(amount).unwrap_or(u32::MAX), &line.currency)
                };
                let came = say::SUMS_CAME.with(&sum(line.gross));
                let went = say::SUMS_WENT.with(&sum(line.returned));
                let count = say::SUMS_COUNT.get(usize::try_from(line.paid).unwrap_or(usize::MAX));
                view! {
                    <li>
                        <strong dir="auto">{line.pack_title.clone()}</strong>
                        <p>{[count, came, went].join(" · ")}</p>
                    </li>
                }
            });
            let lines = lines.collect_view();
            let rows = orders.iter().map(|sale| row(sale, refunded)).collect_view();
            view! {
                <ul class="rows sums">{lines}</ul>
                <ul class="rows">{rows}</ul>
            }
            .into_any()
        }
    };
    let more = move || {
        next.get().map(|from| {
            view! {
                <div class="buttons">
                    <Button label=say::MORE.get() on_press=move || load.run(from) />
                </div>
            }
        })
    };
    view! {
        <section class="section" id="sales">
            <h2>{say::SALES.get()}</h2>
            {list}
            {more}
        </section>
        <RefundDialog admin refunded />
    }
}

async fn read(admin: Admin, from: u32) -> Result<(SalesSummary, SalesPage), Trouble> {
    let sums = api::get(&admin.token(), "/api/v1/sales/summary").await?;
    let path = ["/api/v1/sales/orders?from=", &from.to_string()].concat();
    Ok((sums, api::get(&admin.token(), &path).await?))
}

fn row(sale: &Sale, refunded: RwSignal<Option<Sale>>) -> impl IntoView + use<> {
    let order = &sale.order;
    let sum = match order.amount {
        0 => None,
        amount => Some(price::written(amount, &order.currency)),
    };
    let back = (order.refunded > 0 && order.state.entitles())
        .then(|| say::SUMS_WENT.with(&price::written(order.refunded, &order.currency)));
    let facts = [
        Some(name_of_state(order.state).get()),
        Some(name_of_rail(order.rail).get()),
        sum,
        back,
        Some(date(order.created_ts)),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let who = sale.user_id.clone().unwrap_or_else(|| say::BUYER_ERASED.get());
    let reference = sale.reference.clone().map(|words| view! { <p dir="auto">{words}</p> });
    let problem = sale
        .problem
        .clone()
        .map(|problem| view! { <p class="field-error" dir="auto">{problem}</p> });
    let (id, shown, title) = (order.id.clone(), order.id.clone(), order.pack_title.clone());
    let label = say::REFUND_OF.with(&[title.as_str(), ", ", &who].concat());
    let button = order.state.entitles().then(|| {
        let sale = sale.clone();
        view! {
            <button
                type="button"
                class="button"
                aria-label=label
                on:click=move |_| refunded.set(Some(sale.clone()))
            >
                {say::REFUND.get()}
            </button>
        }
    });
    view! {
        <li class="row" data-order=id>
            <div class="row-text">
                <h3 dir="auto">{title}</h3>
                <p>{facts.join(" · ")}</p>
                <p>
                    <bdi>{who}</bdi>
                    " · "
                    <bdi>{shown}</bdi>
                </p>
                {reference}
                {problem}
            </div>
            <div class="row-buttons">{button}</div>
        </li>
    }
}

/// Where an order stands.
const fn name_of_state(state: OrderState) -> Text {
    match state {
        OrderState::Draft | OrderState::Pending => say::ORDER_STATE_PENDING,
        OrderState::Paid => say::ORDER_STATE_PAID,
        OrderState::Fulfilled | OrderState::Won => say::ORDER_STATE_FULFILLED,
        OrderState::PartiallyRefunded => say::ORDER_STATE_PARTLY_REFUNDED,
        OrderState::Refunded => say::ORDER_STATE_REFUNDED,
        OrderState::Expired | OrderState::Canceled => say::ORDER_STATE_ENDED,
        OrderState::Failed => say::ORDER_STATE_FAILED,
        OrderState::Disputed => say::ORDER_STATE_DISPUTED,
        OrderState::Lost => say::ORDER_STATE_LOST,
    }
}

/// How an order is paid.
const fn name_of_rail(rail: RailName) -> Text {
    match rail {
        RailName::Stripe => say::RAIL_STRIPE,
        RailName::Voucher => say::RAIL_VOUCHER,
        RailName::Manual => say::RAIL_MANUAL,
        RailName::Test => say::RAIL_TEST,
    }
}

/// Sends money back.
#[component]
fn RefundDialog(admin: Admin, refunded: RwSignal<Option<Sale>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if refunded.with(Option::is_some) {
            open.set(true);
        }
    });
    let dialog = move || {
        let sale = refunded.get()?;
        let title = say::REFUND_OF.with(&sale.order.pack_title);
        Some(view! {
            <Dialog open title>
                <RefundForm admin order=sale.order.clone() open />
            </Dialog>
        })
    };
    view! { {dialog} }
}

#[component]
fn RefundForm(admin: Admin, order: Order, open: RwSignal<bool>) -> impl IntoView {
    let (amount, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (wrong, missing) = (RwSignal::new(None), RwSignal::new(None));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let left = price::written(order.amount.saturating_sub(order.refunded), &order.currency);
    let path = ["/api/v1/sales/orders/", &order.id, "/refund"].concat();
    let send = move || {
        let typed = amount.get_untracked();
        let some = match typed.trim() {
            "" => None,
            typed => match typed.parse::<u32>() {
                Ok(amount) => Some(amount),
                Err(_) => {
                    wrong.set(Some(say::NUMBER_WRONG.get()));
                    return;
                }
            },
        };
        wrong.set(None);
        let new = NewRefund { amount: some, reason: reason.get_untracked() };
        if new.reason.trim().is_empty() {
            missing.set(Some(say::REASON_MISSING.get()));
            return;
        }
        missing.set(None);
        let path = path.clone();
        let sending = async move {
            let _: Order = api::send(Method::POST, &admin.token(), &path, &new).await?;
            Ok(())
        };
        attempt(busy, failed, sending, move || {
            admin.manager.say(say::REFUND_SENT.get());
            open.set(false);
            admin.decided.update(|decided| *decided = decided.wrapping_add(1));
        });
    };
    view! {
        <div class="form decision">
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <p>{say::REFUND_LEFT.with(&left)}</p>
            <TextField
                id="refund-amount"
                label=say::REFUND_AMOUNT.get()
                help=Some(say::REFUND_HELP.get())
                value=amount
                error=wrong
            />
            <TextField id="refund-reason" label=say::REASON.get() value=reason error=missing />
        </div>
        <div class="buttons">
            <Button label=shared::CANCEL.get() on_press=move || open.set(false) />
            <Button
                label=say::REFUND.get()
                weight=Weight::Critical
                busy=busy
                on_press=send
            />
        </div>
    }
}
