//! Buying packs: orders and what becomes of them, gifts, vouchers, refunds. Called by `http`, by `cli`,
//! and by itself ([`Orders::work`]); calls `payments` and `storage`.
//!
//! One function, [`Orders::settle`], brings an order to where its payment is: after a message from the
//! payment provider, when a buyer comes back or looks, and when it was not heard of for a while. It asks
//! the provider and believes nobody else, so it may be called by anybody, as often as they like, by
//! several servers at once.

mod buying;
pub mod codes;
mod consent;
mod gifts;
pub mod money;
mod order;
mod reconciling;
mod refunds;
mod selling;
mod settling;
pub mod state;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use tessera_protocol::order::{RailName, Seller};
use tokio::sync::broadcast;

pub use self::{
    money::{Money, MoneyError},
    order::{Consent, GiftRecord, Order, Refund},
    reconciling::{NoEvent, Reconciled},
};
use crate::{
    clock::Clock,
    matrix::server_name::ServerPattern,
    payments::{Rail, RailError, given::Given},
    random::{NoRandomness, Random},
    storage::{Storage, StorageError},
};

/// How long a gift waits to be taken before it goes back.
pub const GIFTS_WAIT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long an order is kept that nothing came of.
pub const FAILED_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long what the provider told us is kept: longer than it may tell us the same again.
pub const EVENTS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What an operator says about selling.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Who sells.
    pub seller: Seller,
    /// How long paid orders are kept for the tax authorities.
    pub keep: Duration,
}

/// Orders.
#[derive(Clone)]
pub struct Orders {
    /// Where they are.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Who sells, and how long that is remembered. Without it nothing is sold, but vouchers and grants
    /// work.
    pub policy: Option<Arc<Policy>>,
    /// How buyers pay.
    pub rail: Option<(RailName, Arc<dyn Rail>)>,
    /// Homeservers whose users are served: nobody else can be given anything. Empty means all.
    pub allowed: Arc<[ServerPattern]>,
    /// Homeservers whose users are not served.
    pub denied: Arc<[ServerPattern]>,
    /// Tells of orders that changed, by their ids, to whoever waits for them on this server.
    pub news: broadcast::Sender<String>,
    /// Wakes [`Orders::work`].
    pub wake: Arc<tokio::sync::Notify>,
}

/// Why an order was not made, or changed. The texts are for buyers and operators.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Nothing is sold here, or not now.
    #[error("Packs cannot be bought here now.")]
    Closed,
    /// There is no such pack, or it is not sold.
    #[error("This pack is not for sale; it may have been withdrawn.")]
    NotSold,
    /// It costs something else now.
    #[error("The price has changed meanwhile. Look at it again before you buy.")]
    PriceChanged,
    /// A box is not ticked, or belongs to another text.
    #[error("Agree to both statements first: without them a pack cannot be handed over at once.")]
    NoConsent,
    /// The buyer has it.
    #[error("You own this pack already.")]
    Owned,
    /// There is no such order for this user.
    #[error("There is no such order.")]
    NoOrder,
    /// It cannot be done where the order stands.
    #[error("This cannot be done with the order any more.")]
    TooLate,
    /// There is no such voucher or gift.
    #[error("This code is not known here. Is every letter right?")]
    NoCode,
    /// It was used, or its time is over.
    #[error("This code was used already, or its time is over.")]
    Spent,
    /// No gift can be made to this user.
    #[error(
        "Nothing can be given to {0}: it is no Matrix ID, or of a server that is not served here."
    )]
    Recipient(String),
    /// No gift to oneself.
    #[error("To have the pack yourself, buy it without making it a gift.")]
    GiftToSelf,
    /// Nothing is left to send back.
    #[error("Nothing is left to refund.")]
    NothingLeft,
    /// More than is left.
    #[error("That is more than is left to refund.")]
    TooMuch,
    /// A text is missing or too long.
    #[error(
        "Say what this is for, in at most {} characters.",
        tessera_protocol::order::REFERENCE_CHARS
    )]
    NoReference,
    /// A number is out of range.
    #[error("{0}")]
    Range(&'static str),
    /// This pack can have no price.
    #[error(
        "This pack can have no price: it is everybody's from the beginning, somebody's own, or there is no such pack."
    )]
    Unpriceable,
    /// Not a price.
    #[error("This is no price: {0}.")]
    Money(#[from] MoneyError),
    /// The payment provider failed.
    #[error("The payment provider does not answer. Nothing was paid; try again in a moment.")]
    Rail(#[from] RailError),
    /// The machine gave no randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

type Result<T> = std::result::Result<T, OrderError>;

impl Orders {
    /// The rail of an order. None if the operator has switched it off since.
    fn rail_of(&self, name: RailName) -> Option<Arc<dyn Rail>> {
        match (name, &self.rail) {
            (RailName::Voucher | RailName::Manual, _) => Some(Arc::new(Given)),
            (name, Some((known, rail))) if name == *known => Some(rail.clone()),
            _ => None,
        }
    }

    fn id(&self) -> Result<String> {
        let mut id = [0; 16];
        self.random.fill(&mut id)?;
        Ok(hex::encode(id))
    }

    /// Tells of an order that changed.
    fn tell(&self, order_id: &str) {
        // Nobody need be listening.
        let _ = self.news.send(order_id.to_owned());
    }
}
