//! The receipt: what was bought, from whom, for how much, and what was agreed, on one page without
//! anything from elsewhere.

use html_escape::encode_text;
use tessera_protocol::order::{Seller, Tax};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    clock::Timestamp,
    orders::{Money, Order},
};

/// The receipt of an order.
pub(super) fn page(site: &str, order: &Order, seller: Option<&Seller>) -> String {
    let sum = |amount: u32| Money { amount, currency: order.price.currency.clone() }.written();
    let total = order.total.unwrap_or(order.price.amount);
    let mut rows = vec![
        ("Order", order.id.clone()),
        ("Ordered", written(order.created)),
        ("Paid", order.paid.map(written).unwrap_or_default()),
        ("Sticker pack", order.pack_title.clone()),
        ("Version", order.pack_revision.to_string()),
    ];
    if order.price.currency != "xxx" {
        let tax = match order.tax {
            Tax::Inclusive => "including tax, where there is any",
            Tax::Exclusive => "with tax added",
        };
        rows.push(("Amount", format!("{} ({tax})", sum(total))));
    }
    if order.refunded > 0 {
        rows.push(("Refunded", sum(order.refunded)));
    }
    if let Some(seller) = seller {
        rows.push(("Seller", format!("{}\n{}\n{}", seller.name, seller.address, seller.contact)));
        rows.push(("Terms", seller.terms_url.clone()));
    }
    if let Some(consent) = &order.consent {
        rows.push(("Agreed when ordering", consent.text.clone()));
    }
    let rows: String = rows
        .into_iter()
        .map(|(name, value)| {
            format!("<dt>{}</dt><dd>{}</dd>", encode_text(name), encode_text(&value))
        })
        .collect();
    let site = encode_text(site);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Receipt {id}</title>\
         <style>body{{font:16px/1.5 sans-serif;max-width:40em;margin:2em auto;padding:0 1em}}\
         dt{{font-weight:600;margin-top:.75em}}dd{{margin:0;white-space:pre-line}}</style>\
         <h1>Receipt</h1><p>{site}</p><dl>{rows}</dl></html>",
        id = encode_text(&order.id),
    )
}

/// A time as everybody reads it.
fn written(time: Timestamp) -> String {
    let seconds = time.millis().div_euclid(1000);
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}
