//! What an operator does: prices, vouchers, grants.

use std::time::Duration;

use tessera_protocol::order::{
    self as wire, NewGrant, NewPrice, NewVouchers, Price, RailName, Sale, SalesPage, Tax, VOUCHERS,
    Vouchers,
};

use super::{Money, OrderError, Orders, Result, codes, refunds::reference};
use crate::storage::With;

/// The longest that a voucher is good for, in days.
const VOUCHER_DAYS: u32 = 3 * 366;

impl Orders {
    /// Puts a price on a pack.
    ///
    /// # Errors
    /// When it is no price, or the pack can have none.
    pub async fn set_price(&self, pack_id: &str, new: &NewPrice) -> Result<Price> {
        let (money, tax) = Money::price(new)?;
        let price = Price { id: self.id()?, amount: money.amount, currency: money.currency, tax };
        let set = self.storage.set_price(pack_id, &price, self.clock.now()).await?;
        if set { Ok(price) } else { Err(OrderError::Unpriceable) }
    }

    /// Ends the sale of a pack, which stays with those who own it; or makes it free for everybody.
    ///
    /// # Errors
    /// When it was not for sale.
    pub async fn remove_price(&self, pack_id: &str, free: bool) -> Result<()> {
        let removed = self.storage.remove_price(pack_id, free, self.clock.now()).await?;
        if removed { Ok(()) } else { Err(OrderError::NotSold) }
    }

    /// Makes vouchers. Nobody can read them again.
    ///
    /// # Errors
    /// When the pack is not for sale, or a number is out of range.
    pub async fn make_vouchers(&self, new: &NewVouchers) -> Result<Vouchers> {
        let pack = self.pack(&new.pack_id).await?;
        if !(1..=VOUCHERS).contains(&new.count) {
            return Err(OrderError::Range("Between 1 and 1000 vouchers are made at once."));
        }
        if !(1..=VOUCHER_DAYS).contains(&new.days) {
            return Err(OrderError::Range("Vouchers are good for 1 day to 3 years."));
        }
        let made: std::result::Result<Vec<String>, _> =
            (0..new.count).map(|_| codes::new(&*self.random)).collect();
        let codes = made?;
        let hashes: Vec<[u8; 32]> = codes.iter().map(|code| codes::hash(code)).collect();
        let days = Duration::from_secs(u64::from(new.days) * 24 * 60 * 60);
        let expires = self.clock.now().after(days);
        self.storage.add_vouchers(&pack.id, &hashes, expires).await?;
        Ok(Vouchers { codes, expires_ts: expires.wire() })
    }

    /// Gives a pack to somebody, as for a bank transfer.
    ///
    /// # Errors
    /// When they own it, nobody of that name is served here, or the pack is not for sale.
    pub async fn grant(&self, new: &NewGrant) -> Result<wire::Order> {
        let words = reference(&new.reference)?;
        if !self.serves(&new.user_id) {
            return Err(OrderError::Recipient(new.user_id.escape_default().to_string()));
        }
        let pack = self.pack(&new.pack_id).await?;
        let price = self.storage.price(&pack).await?;
        let price = match (&price, new.paid) {
            (Some(price), true) => (price.amount, price.currency.as_str(), price.tax),
            (None, true) => return Err(OrderError::NotSold),
            (_, false) => (0, "xxx", Tax::Inclusive),
        };
        let mut order = self.order(&new.user_id, &pack, RailName::Manual, price)?;
        order.reference = Some(words);
        self.take(order, With::Nothing).await
    }

    /// A page of all orders.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all(&self, from: u32) -> Result<SalesPage> {
        let mut orders = self.storage.all_orders(from, wire::ORDERS_PAGE + 1).await?;
        let page = usize::try_from(wire::ORDERS_PAGE).unwrap_or(usize::MAX);
        let more = orders.len() > page;
        orders.truncate(page);
        let sales = orders.into_iter().map(|order| Sale {
            user_id: order.user_id.clone(),
            problem: order.problem.clone(),
            reference: order.reference.clone(),
            order: wire::Order { checkout_url: None, ..order.shown(None) },
        });
        Ok(SalesPage {
            orders: sales.collect(),
            next: more.then(|| from.saturating_add(wire::ORDERS_PAGE)),
        })
    }
}
