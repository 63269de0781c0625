//! What packs cost, and what becomes of an order. Amounts are integers in the currency's minor unit
//! (cents; whole yen), and always the server's: nothing that the app sends holds one, but for an
//! operator who sets a price or refunds.

use serde::{Deserialize, Serialize};

use crate::names::names;

/// The most characters of what an operator writes about a grant or a refund.
pub const REFERENCE_CHARS: usize = 200;
/// The most vouchers that are made at once.
pub const VOUCHERS: u32 = 1000;
/// How many orders are on a page.
pub const ORDERS_PAGE: u32 = 50;

/// What a pack costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Price {
    /// Names this price, so that nobody buys at one they were not shown.
    pub id: String,
    /// In the currency's minor unit.
    pub amount: u32,
    /// ISO 4217, in lower case.
    pub currency: String,
    /// Whether the tax is in it.
    pub tax: Tax,
}

names! {
    /// What a price says about tax.
    Tax {
        /// The price is all there is to pay.
        Inclusive = "inclusive",
        /// Tax is added at the checkout.
        Exclusive = "exclusive",
    }
}

names! {
    /// Where an order stands.
    OrderState {
        /// Wanted; the payment provider has not been heard yet.
        Draft = "draft",
        /// The checkout is open, or a slow payment is on its way.
        Pending = "pending",
        /// Paid; the pack is about to be handed over.
        Paid = "paid",
        /// The buyer has the pack, or the gift is made.
        Fulfilled = "fulfilled",
        /// Part of the money went back; the buyer keeps the pack.
        PartiallyRefunded = "partially_refunded",
        /// All of the money went back, and so did the pack.
        Refunded = "refunded",
        /// The checkout ran out of time.
        Expired = "expired",
        /// The buyer did not want it after all.
        Canceled = "canceled",
        /// The payment did not succeed.
        Failed = "failed",
        /// The buyer's bank asks for the money back; the pack waits for the outcome.
        Disputed = "disputed",
        /// The dispute went the seller's way: the buyer has the pack.
        Won = "won",
        /// The dispute went the buyer's way: the pack is gone.
        Lost = "lost",
    }
}

impl OrderState {
    /// Whether the buyer, or who got it as a gift, may use the pack.
    #[must_use]
    pub const fn entitles(self) -> bool {
        matches!(self, Self::Fulfilled | Self::PartiallyRefunded | Self::Won)
    }

    /// Whether another order of the same pack by the same person would be one too many.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Draft | Self::Pending | Self::Paid | Self::Disputed) || self.entitles()
    }

    /// Whether the buyer's screen has something to wait for.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Pending | Self::Paid)
    }
}

names! {
    /// How an order is paid.
    RailName {
        /// Stripe Checkout.
        Stripe = "stripe",
        /// A code that the operator gave out.
        Voucher = "voucher",
        /// The operator gave it, as for a bank transfer.
        Manual = "manual",
        /// The playground's pretended payments.
        Test = "test",
    }
}

/// Who sells, as the law wants it to be said before anybody buys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seller {
    /// A person or a company.
    pub name: String,
    /// A postal address, of several lines.
    pub address: String,
    /// An e-mail address, or a page with a form.
    pub contact: String,
    /// The terms of sale.
    pub terms_url: String,
}

/// Answer of `GET /api/v1/sales`: what to say before somebody buys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sales {
    /// Whether packs can be bought here now.
    pub open: bool,
    /// Whether payments are only pretended.
    pub test: bool,
    /// Who sells; none where nothing is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<Seller>,
    /// What the buyer has to agree to, each with a box that is not ticked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentAsked>,
}

/// What a buyer of digital content gives up so as to have it at once (in the EU, § 356(5) BGB and its
/// like elsewhere).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentAsked {
    /// Which wording.
    pub version: String,
    /// In which language, as BCP 47.
    pub language: String,
    /// That it begins at once.
    pub at_once: String,
    /// That the right to withdraw ends with that.
    pub no_withdrawal: String,
}

/// The buyer's answer to [`ConsentAsked`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentGiven {
    /// Which wording was shown.
    pub version: String,
    /// In which language.
    pub language: String,
    /// Whether the first box is ticked.
    pub at_once: bool,
    /// Whether the second one is.
    pub no_withdrawal: bool,
}

/// Body of `POST /api/v1/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewOrder {
    /// The pack.
    pub pack_id: String,
    /// [`Price::id`] of the price that was shown.
    pub price_id: String,
    /// What the buyer agreed to.
    pub consent: ConsentGiven,
    /// For somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<NewGift>,
}

/// Whom a gift is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewGift {
    /// A Matrix user ID; without one, whoever is given the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// An order, as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// Names the order.
    pub id: String,
    /// Where it stands.
    pub state: OrderState,
    /// The pack.
    pub pack_id: String,
    /// The pack's title when it was ordered.
    pub pack_title: String,
    /// How it is paid.
    pub rail: RailName,
    /// In the currency's minor unit.
    pub amount: u32,
    /// How much of it went back.
    pub refunded: u32,
    /// ISO 4217, in lower case.
    pub currency: String,
    /// Whether the tax is in the amount.
    pub tax: Tax,
    /// When it was ordered, in milliseconds since 1970.
    pub created_ts: u64,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_ts: Option<u64>,
    /// Where to pay, while that is possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout_url: Option<String>,
    /// The gift that it pays for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<Gift>,
}

names! {
    /// Where a gift stands.
    GiftState {
        /// It is not paid yet.
        Unpaid = "unpaid",
        /// It waits to be taken.
        Waiting = "waiting",
        /// Somebody took it.
        Claimed = "claimed",
        /// It went back to the giver.
        Returned = "returned",
    }
}

/// A gift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gift {
    /// Names the gift.
    pub id: String,
    /// Where it stands.
    pub state: GiftState,
    /// The pack.
    pub pack_id: String,
    /// Its title.
    pub pack_title: String,
    /// For whom; none if it is for whoever has the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Who gives it; only for whom it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What the link holds; only for the giver, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Until when it can be taken, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ts: Option<u64>,
}

/// Answer of `GET /api/v1/orders`: the user's purchases and gifts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Purchases {
    /// The user's orders, the latest first; at most [`ORDERS_PAGE`].
    pub orders: Vec<Order>,
    /// Gifts for the user that wait to be taken.
    pub gifts: Vec<Gift>,
}

/// Body of `POST /api/v1/vouchers/redeem` and of `POST /api/v1/gifts/claim`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Code {
    /// The code. Blanks, hyphens and case do not count.
    pub code: String,
}

/// Body of `PUT /api/v1/sales/prices/{pack_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPrice {
    /// In the currency's minor unit.
    pub amount: u32,
    /// ISO 4217.
    pub currency: String,
    /// Whether the tax is in it.
    pub tax: Tax,
}

/// Body of `POST /api/v1/sales/vouchers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewVouchers {
    /// For which pack.
    pub pack_id: String,
    /// How many, at most [`VOUCHERS`].
    pub count: u32,
    /// How many days they are good for.
    pub days: u32,
}

/// Answer of `POST /api/v1/sales/vouchers`. They are shown this once; only their hashes are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vouchers {
    /// The codes.
    pub codes: Vec<String>,
    /// When they end, in milliseconds since 1970.
    pub expires_ts: u64,
}

/// Body of `POST /api/v1/sales/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewGrant {
    /// To whom.
    pub user_id: String,
    /// Which pack.
    pub pack_id: String,
    /// What it was given for, such as the reference of a bank transfer.
    pub reference: String,
    /// Whether the pack's price was paid; otherwise it is a present of the house.
    #[serde(default)]
    pub paid: bool,
}

/// Body of `POST /api/v1/sales/orders/{id}/refund`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRefund {
    /// How much, in the currency's minor unit; without it, all that is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<u32>,
    /// Why.
    pub reason: String,
}

/// An order, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sale {
    /// The order.
    #[serde(flatten)]
    pub order: Order,
    /// Who bought it; none if they have been erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// What an operator has to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What it was granted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Answer of `GET /api/v1/sales/orders`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesPage {
    /// The latest first; those with a problem before all others.
    pub orders: Vec<Sale>,
    /// What `from` is for the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// What came in for one pack in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesLine {
    /// The pack.
    pub pack_id: String,
    /// Its title when it was sold last.
    pub pack_title: String,
    /// ISO 4217, in lower case.
    pub currency: String,
    /// How many were paid.
    pub paid: u32,
    /// How many of them were refunded, wholly or in part, or lost in a dispute.
    pub refunded: u32,
    /// What was paid, in the currency's minor unit.
    pub gross: u64,
    /// What of that went back.
    pub returned: u64,
}

/// Answer of `GET /api/v1/sales/summary`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesSummary {
    /// A line for each pack and currency.
    pub lines: Vec<SalesLine>,
    /// How many orders have a problem.
    pub problems: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_on_the_wire_and_in_the_database() {
        for state in OrderState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
            assert_eq!(OrderState::parse(state.as_str()), Some(*state));
        }
        for rail in RailName::ALL {
            assert_eq!(serde_json::to_value(rail).unwrap(), rail.as_str());
        }
        for state in GiftState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        for tax in Tax::ALL {
            assert_eq!(serde_json::to_value(tax).unwrap(), tax.as_str());
        }
    }

    #[test]
    fn whoever_may_use_a_pack_needs_no_other_order_of_it() {
        for state in OrderState::ALL {
            assert!(!state.entitles() || state.is_active(), "{state:?}");
            assert!(!state.is_open() || state.is_active(), "{state:?}");
        }
    }
}
