//! Codes that somebody was given: vouchers, and gifts by a link. Whoever has one need not know which.

use leptos::prelude::*;
use tessera_protocol::ErrorCode;
use tessera_protocol::order::{Code, Gift, Order};

use super::Purchases;
use crate::i18n::purchases as say;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::button::Button;
use crate::ui::field::TextField;

/// The field.
#[component]
pub fn Redeem(purchases: Purchases) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let empty = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let redeem = move || {
        let code = Code { code: typed.get_untracked() };
        if code.code.trim().is_empty() {
            empty.set(Some(say::CODE_EMPTY.get()));
            return;
        }
        empty.set(None);
        let got = RwSignal::new(String::new());
        let sending = async move {
            got.set(title_of(purchases, &code).await?);
            Ok(())
        };
        attempt(busy, failed, sending, move || {
            purchases.manager.say(say::CODE_DONE.with(&got.get_untracked()));
            typed.set(String::new());
            purchases.changed();
        });
    };
    view! {
        <section class="section" id="code">
            <h2>{say::CODE_TITLE.get()}</h2>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <form
                class="form"
                on:submit=move |event: web_sys::SubmitEvent| event.prevent_default()
            >
                <TextField
                    id="code-typed"
                    label=say::CODE_LABEL.get()
                    example="ABCD-EFGH-JKMN-PQRS"
                    value=typed
                    error=empty
                />
                <div class="buttons">
                    <Button label=say::CODE_PRESS.get() busy=busy on_press=redeem />
                </div>
            </form>
        </section>
    }
}

/// Redeems a code as what it is. The title of the pack.
async fn title_of(purchases: Purchases, code: &Code) -> Result<String, Trouble> {
    match purchases.post::<_, Order>("/api/v1/vouchers/redeem", code).await {
        Ok(order) => Ok(order.pack_title),
        Err(refusal) if refusal.code == Some(ErrorCode::NotFound) => {
            let gift: Gift = purchases.post("/api/v1/gifts/claim", code).await?;
            Ok(gift.pack_title)
        }
        Err(refusal) => Err(refusal.into()),
    }
}
