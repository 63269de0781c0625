//! Selling a pack: what it costs, vouchers for it, and giving it to somebody.

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::order::{
    NewGrant, NewPrice, NewVouchers, Order, Price, Tax, Vouchers as Made,
};

use super::Admin;
use crate::api::manager as api;
use crate::i18n::{admin as say, manager as shared, price};
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Choice, Switch, TextField};

/// What is being sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ware {
    /// The pack.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it costs.
    pub price: Option<Price>,
    /// Whether it is or was sold.
    pub for_sale: bool,
}

/// What leads to selling a pack; it shows the price.
#[component]
pub fn SellButton(admin: Admin, ware: Ware) -> impl IntoView {
    let label = say::SELL.with(&ware.title);
    let shown = match &ware.price {
        Some(cost) => price::written(cost.amount, &cost.currency),
        None => say::SELL_SHORT.get(),
    };
    let label = [label.as_str(), ": ", &shown].concat();
    view! {
        <button
            type="button"
            class="button"
            aria-label=label
            on:click=move |_| admin.ware.set(Some(ware.clone()))
        >
            {shown}
        </button>
    }
}

/// Opens where there is a ware.
#[component]
pub fn SellDialog(admin: Admin) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if admin.ware.with(Option::is_some) {
            open.set(true);
        }
    });
    let dialog = move || {
        let ware = admin.ware.get()?;
        let title = say::SELL.with(&ware.title);
        let sold = ware.for_sale;
        let (vouchers, grants) = (ware.id.clone(), ware.id.clone());
        Some(view! {
            <Dialog open title>
                <PriceForm admin ware=ware.clone() open />
                {sold.then(|| view! { <VoucherForm admin id=vouchers.clone() /> })}
                {sold.then(|| view! { <GrantForm admin id=grants.clone() /> })}
                <div class="buttons">
                    <Button label=shared::CLOSE.get() on_press=move || open.set(false) />
                </div>
            </Dialog>
        })
    };
    view! { {dialog} }
}

#[component]
fn PriceForm(admin: Admin, ware: Ware, open: RwSignal<bool>) -> impl IntoView {
    let cost = ware.price.as_ref();
    let amount = RwSignal::new(cost.map(|cost| cost.amount.to_string()).unwrap_or_default());
    let currency = RwSignal::new(
        cost.map_or_else(|| "EUR".to_owned(), |cost| cost.currency.to_ascii_uppercase()),
    );
    let tax = cost.map_or(Tax::Inclusive, |cost| cost.tax);
    let tax = RwSignal::new(tax.as_str().to_owned());
    let wrong = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let options = vec![
        (Tax::Inclusive.as_str().to_owned(), say::TAX_INCLUSIVE.get()),
        (Tax::Exclusive.as_str().to_owned(), say::TAX_EXCLUSIVE.get()),
    ];
    let path = ["/api/v1/sales/prices/", &ware.id].concat();
    let done = move || {
        admin.manager.say(say::PRICE_SET.get());
        open.set(false);
        admin.decided.update(|decided| *decided = decided.wrapping_add(1));
    };
    let set = {
        let path = path.clone();
        move || {
            let (Ok(amount), Some(tax)) =
                (amount.get_untracked().trim().parse(), Tax::parse(&tax.get_untracked()))
            else {
                wrong.set(Some(say::PRICE_WRONG.get()));
                return;
            };
            wrong.set(None);
            let new = NewPrice { amount, currency: currency.get_untracked(), tax };
            let path = path.clone();
            let sending = async move {
                let _: Price = api::send(Method::PUT, &admin.token(), &path, &new).await?;
                Ok(())
            };
            attempt(busy, failed, sending, done);
        }
    };
    let remove = move |free: bool| {
        let path = if free { [&path, "?free=true"].concat() } else { path.clone() };
        let sending = async move { Ok(api::delete(&admin.token(), &path).await?) };
        attempt(busy, failed, sending, done);
    };
    let (stop, free) = (remove.clone(), remove);
    let amount_now = move || {
        let amount = amount.get().trim().parse().ok()?;
        let code = currency.get();
        (code.len() == 3).then(|| price::written(amount, &code))
    };
    view! {
        <section class="form">
            <h3>{say::PRICE.get()}</h3>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <TextField
                id="price-amount"
                label=say::PRICE_AMOUNT.get()
                help=Some(say::PRICE_HELP.get())
                value=amount
                error=wrong
            />
            <TextField id="price-currency" label=say::PRICE_CURRENCY.get() value=currency />
            <Choice id="price-tax" label=say::PRICE_TAX.get() options value=tax />
            <p class="price" role="status">
                {amount_now}
            </p>
            <div class="buttons">
                {ware
                    .price
                    .is_some()
                    .then(|| {
                        view! {
                            <Button
                                label=say::PRICE_STOP.get()
                                busy=busy
                                on_press=move || stop(false)
                            />
                        }
                    })}
                {ware
                    .for_sale
                    .then(|| {
                        view! {
                            <Button
                                label=say::PRICE_FREE.get()
                                weight=Weight::Quiet
                                busy=busy
                                on_press=move || free(true)
                            />
                        }
                    })}
                <Button
                    label=say::PRICE_SET_IT.get()
                    weight=Weight::Primary
                    busy=busy
                    on_press=set
                />
            </div>
        </section>
    }
}

#[component]
fn VoucherForm(admin: Admin, id: String) -> impl IntoView {
    let count = RwSignal::new("10".to_owned());
    let days = RwSignal::new("365".to_owned());
    let made = RwSignal::new(None::<Made>);
    let wrong = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let make = move || {
        let number = |value: RwSignal<String>| value.get_untracked().trim().parse::<u32>();
        let (Ok(count), Ok(days)) = (number(count), number(days)) else {
            wrong.set(Some(say::NUMBER_WRONG.get()));
            return;
        };
        wrong.set(None);
        let new = NewVouchers { pack_id: id.clone(), count, days };
        let sending = async move {
            let path = "/api/v1/sales/vouchers";
            let codes: Made = api::send(Method::POST, &admin.token(), path, &new).await?;
            made.set(Some(codes));
            Ok(())
        };
        attempt(busy, failed, sending, || {});
    };
    let codes = move || {
        made.get().map(|made| {
            view! {
                <p role="status">{say::VOUCHERS_ONCE.get()}</p>
                <pre class="code" tabindex="0" dir="ltr">
                    {made.codes.join("\n")}
                </pre>
            }
        })
    };
    view! {
        <section class="form">
            <h3>{say::VOUCHERS.get()}</h3>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <TextField id="voucher-count" label=say::VOUCHER_COUNT.get() value=count error=wrong />
            <TextField id="voucher-days" label=say::VOUCHER_DAYS.get() value=days />
            {codes}
            <div class="buttons">
                <Button label=say::VOUCHERS_MAKE.get() busy=busy on_press=make />
            </div>
        </section>
    }
}

#[component]
fn GrantForm(admin: Admin, id: String) -> impl IntoView {
    let (user_id, words) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let paid = RwSignal::new(String::new());
    let wrong = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let grant = move || {
        let new = NewGrant {
            user_id: user_id.get_untracked().trim().to_owned(),
            pack_id: id.clone(),
            reference: words.get_untracked(),
            paid: paid.get_untracked() == "true",
        };
        if new.user_id.is_empty() || new.reference.trim().is_empty() {
            wrong.set(Some(say::GRANT_WRONG.get()));
            return;
        }
        wrong.set(None);
        let said = say::GRANTED.with(&new.user_id);
        let sending = async move {
            let path = "/api/v1/sales/grants";
            let _: Order = api::send(Method::POST, &admin.token(), path, &new).await?;
            Ok(())
        };
        attempt(busy, failed, sending, move || {
            admin.manager.say(said);
            user_id.set(String::new());
            admin.decided.update(|decided| *decided = decided.wrapping_add(1));
        });
    };
    view! {
        <section class="form">
            <h3>{say::GRANT.get()}</h3>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <TextField
                id="grant-user"
                label=say::GRANT_USER.get()
                example="@ann:example.org"
                value=user_id
                error=wrong
            />
            <TextField
                id="grant-reference"
                label=say::GRANT_REFERENCE.get()
                help=Some(say::GRANT_HELP.get())
                value=words
            />
            <Switch id="grant-paid" label=say::GRANT_PAID.get() value=paid />
            <div class="buttons">
                <Button label=say::GRANT.get() busy=busy on_press=grant />
            </div>
        </section>
    }
}
