//! An order as the domain knows it.

use tessera_protocol::order::{self as wire, Gift, OrderState, RailName, Tax};

use super::money::Money;
use crate::clock::Timestamp;

/// What a buyer gave up so as to have the pack at once, with the time of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// What they read.
    pub text: String,
    /// Which wording that was.
    pub version: String,
    /// In which language.
    pub language: String,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Names it, to the payment provider too: 128 random bits.
    pub id: String,
    /// Counts its changes, so that nobody overwrites what they have not read.
    pub version: i64,
    /// Where it stands.
    pub state: OrderState,
    /// The buyer; none once they have been erased.
    pub user_id: Option<String>,
    /// The pack.
    pub pack_id: String,
    /// Its title when it was ordered.
    pub pack_title: String,
    /// Its revision when it was ordered.
    pub pack_revision: u64,
    /// How it is paid.
    pub rail: RailName,
    /// What it costs, without tax that is added.
    pub price: Money,
    /// What the price says about tax.
    pub tax: Tax,
    /// What was paid, tax and all.
    pub total: Option<u32>,
    /// What of it went back.
    pub refunded: u32,
    /// Counts the attempts to open a checkout, from 1.
    pub attempt: u32,
    /// The open or last checkout.
    pub session_id: Option<String>,
    /// Where to pay.
    pub checkout_url: Option<String>,
    /// The payment, at the provider.
    pub payment_id: Option<String>,
    /// What the buyer agreed to; none where nothing was to be agreed.
    pub consent: Option<Consent>,
    /// What an operator gave it for.
    pub reference: Option<String>,
    /// What an operator has to look at.
    pub problem: Option<String>,
    /// Whether somebody else gets the pack.
    pub is_gift: bool,
    /// When it was ordered.
    pub created: Timestamp,
    /// When it changed.
    pub updated: Timestamp,
    /// When the provider was asked.
    pub looked: Timestamp,
    /// When it was paid.
    pub paid: Option<Timestamp>,
}

impl Order {
    /// The order as its buyer sees it.
    #[must_use]
    pub fn shown(self, gift: Option<Gift>) -> wire::Order {
        wire::Order {
            id: self.id,
            state: self.state,
            pack_id: self.pack_id,
            pack_title: self.pack_title,
            rail: self.rail,
            amount: self.total.unwrap_or(self.price.amount),
            refunded: self.refunded,
            currency: self.price.currency,
            tax: self.tax,
            created_ts: self.created.wire(),
            paid_ts: self.paid.map(Timestamp::wire),
            checkout_url: self.checkout_url.filter(|_| self.state == OrderState::Pending),
            gift,
        }
    }
}

/// Money that goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Of which order.
    pub order_id: String,
    /// Counts the order's refunds, from 1.
    pub number: u32,
    /// How much, in the currency's minor unit.
    pub amount: u32,
    /// Why.
    pub reason: String,
    /// Who wanted it: a Matrix ID, `command line`, or `tessera` by itself.
    pub operator: String,
    /// Another payment than the order's own: one too many.
    pub payment_id: Option<String>,
    /// When the provider took it; none while it has to be told.
    pub sent: Option<Timestamp>,
}

impl Refund {
    /// Its idempotency key at the provider.
    #[must_use]
    pub fn key(&self) -> String {
        format!("refund-{}-{}", self.order_id, self.number)
    }
}

/// A gift, with what its order says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftRecord {
    /// Names it.
    pub id: String,
    /// The order that pays for it.
    pub order_id: String,
    /// Where it stands.
    pub state: wire::GiftState,
    /// For whom; none if it is for whoever has the link.
    pub to: Option<String>,
    /// What the link holds, while it waits.
    pub code: Option<String>,
    /// Who took it.
    pub claimed_by: Option<String>,
    /// Until when it can be taken.
    pub expires: Option<Timestamp>,
    /// The giver; none once they have been erased.
    pub from: Option<String>,
    /// The pack.
    pub pack_id: String,
    /// Its title.
    pub pack_title: String,
    /// Where the order stands.
    pub order_state: OrderState,
}

impl GiftRecord {
    /// As its giver sees it.
    #[must_use]
    pub fn for_giver(self) -> Gift {
        Gift { from: None, ..self.shown() }
    }

    /// As the one for whom it is sees it.
    #[must_use]
    pub fn for_recipient(self) -> Gift {
        Gift { code: None, ..self.shown() }
    }

    fn shown(self) -> Gift {
        Gift {
            id: self.id,
            state: self.state,
            pack_id: self.pack_id,
            pack_title: self.pack_title,
            to: self.to,
            from: self.from,
            code: self.code,
            expires_ts: self.expires.map(Timestamp::wire),
        }
    }
}
