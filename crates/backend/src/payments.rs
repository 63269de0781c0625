//! Payment rails: ways in which an order is paid. `orders` calls them by the trait [`Rail`]; they call
//! the payment provider, and know neither users nor the database. No Matrix ID is told to a provider.

pub mod given;
pub mod pretended;
pub mod signature;
pub mod stripe;

use crate::clock::Timestamp;

/// What a rail is told of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Names the order, and is all that the provider learns of it.
    pub order_id: &'a str,
    /// Counts the attempts to open a checkout, from 1: with the order's id it is the idempotency key.
    pub attempt: u32,
    /// In the currency's minor unit.
    pub amount: u32,
    /// ISO 4217, in lower case.
    pub currency: &'a str,
    /// Whether tax is in the amount.
    pub tax_inclusive: bool,
    /// What the buyer sees that they pay for.
    pub title: &'a str,
    /// What the buyer agreed to, to be shown at the checkout again.
    pub consent: &'a str,
    /// The checkout's language, as BCP 47.
    pub language: &'a str,
    /// When the order was made: a repeated request must be the same to the letter.
    pub created: Timestamp,
}

/// An open checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Names it at the provider.
    pub session_id: String,
    /// Where the buyer pays.
    pub url: String,
}

/// How far a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It can still be paid, or a slow payment is on its way.
    Open,
    /// The checkout ran out of time, or was closed.
    Expired,
    /// A slow payment did not arrive.
    Failed,
    /// All of it is paid.
    Paid,
}

/// How much of a payment went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// Nothing.
    Nothing,
    /// This much, in the currency's minor unit.
    Part(u32),
    /// All of it.
    All,
}

/// What a bank asks back for its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispute {
    /// It is not decided.
    Open,
    /// The seller keeps the money.
    Won,
    /// The buyer has it back.
    Lost,
}

/// Which payment is looked at, as far as we know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Names the checkout at the provider.
    pub session_id: &'a str,
    /// Which order it is for.
    pub order_id: &'a str,
    /// In the currency's minor unit.
    pub amount: u32,
    /// ISO 4217, in lower case.
    pub currency: &'a str,
    /// What we sent back, if we did.
    pub sent_back: Option<u32>,
}

/// The provider's word on a payment, asked for now: never what a message or a browser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Which order it is for.
    pub order_id: String,
    /// How far it is.
    pub progress: Progress,
    /// The price without added tax, in the currency's minor unit.
    pub subtotal: u32,
    /// What is or was to pay, tax and all.
    pub total: u32,
    /// ISO 4217, in lower case.
    pub currency: String,
    /// Whether it is real money.
    pub live: bool,
    /// Names the payment at the provider, once there is one.
    pub payment_id: Option<String>,
    /// How much is on its way back, or there.
    pub returned: Returned,
    /// What the buyer's bank says.
    pub dispute: Option<Dispute>,
}

/// Why the provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum RailError {
    /// It cannot be reached, or not now. The same request may be sent again.
    #[error("the payment provider does not answer")]
    Unreachable,
    /// It failed, and will say the same to the same request: only a new attempt can help.
    #[error("the payment provider failed at this request (status {0})")]
    Failed(u16),
    /// It refuses: our request or account is wrong. Its own words, for the operator.
    #[error("the payment provider refuses: {0}")]
    Refused(String),
    /// It has nothing of this name.
    #[error("the payment provider does not know this payment")]
    Unknown,
    /// It answered what we do not understand.
    #[error("the payment provider's answer cannot be read: {0}")]
    Answer(&'static str),
}

/// A way to pay at a provider.
#[async_trait::async_trait]
pub trait Rail: Send + Sync {
    /// Opens a checkout. The same attempt again gives the same checkout.
    async fn open(&self, wanted: &Wanted<'_>) -> Result<Opened, RailError>;

    /// What became of a checkout.
    async fn look(&self, asked: &Asked<'_>) -> Result<Payment, RailError>;

    /// Closes a checkout that is not paid; one that is paid or closed stays as it is.
    async fn close(&self, session_id: &str) -> Result<(), RailError>;

    /// Sends money back. The same key again does nothing more.
    async fn refund(&self, payment_id: &str, amount: u32, key: &str) -> Result<(), RailError>;

    /// Whether it moves real money.
    fn is_live(&self) -> bool;
}
