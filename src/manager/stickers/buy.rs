//! What leads to buying a pack: its price. The page where that is done is a program of its own.

use leptos::prelude::*;
use tessera_protocol::pack::PackSummary;

use super::title_of;
use crate::i18n::{manager as say, price};
use crate::manager::shell::address_of;

/// A link with the price; nothing where the pack is not sold, or is the user's.
pub(super) fn link(pack: &PackSummary) -> Option<impl IntoView + use<>> {
    let cost = pack.price.as_ref().filter(|_| pack.owned == Some(false))?;
    let amount = price::written(cost.amount, &cost.currency);
    let label = [say::BUY.with(&title_of(pack)).as_str(), ": ", &amount].concat();
    let href = [address_of("/purchases").as_str(), "#", &pack.id].concat();
    Some(view! {
        <a class="button" href=href aria-label=label>
            {amount}
        </a>
    })
}
