//! The parts of Stripe's objects that are read; the rest of them is let be.

use serde::Deserialize;

use super::{super::Dispute, Payment, Progress, RailError, Returned};

/// <https://docs.stripe.com/api/checkout/sessions/object>
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) url: Option<String>,
    client_reference_id: Option<String>,
    status: Option<String>,
    payment_status: String,
    amount_subtotal: Option<u32>,
    amount_total: Option<u32>,
    currency: Option<String>,
    livemode: bool,
    payment_intent: Option<String>,
}

/// <https://docs.stripe.com/api/payment_intents/object>, with its charge expanded
#[derive(Deserialize)]
pub(super) struct Intent {
    status: String,
    pub(super) latest_charge: Option<Charge>,
}

/// <https://docs.stripe.com/api/charges/object>
#[derive(Deserialize)]
pub(super) struct Charge {
    pub(super) amount_refunded: u32,
    pub(super) disputed: bool,
}

/// A list of <https://docs.stripe.com/api/disputes/object>, the latest first
#[derive(Deserialize)]
pub(super) struct Disputes {
    pub(super) data: Vec<OneDispute>,
}

#[derive(Deserialize)]
pub(super) struct OneDispute {
    status: String,
}

/// <https://docs.stripe.com/api/refunds/object>
#[derive(Deserialize)]
pub(super) struct Refund {}

/// <https://docs.stripe.com/api/errors>
#[derive(Deserialize, Default)]
pub(super) struct Problem {
    #[serde(default)]
    error: Words,
}

#[derive(Deserialize, Default)]
struct Words {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

impl Session {
    /// Whether the buyer is done with it.
    pub(super) fn is_complete(&self) -> bool {
        self.status.as_deref() == Some("complete")
    }

    /// What it says of the payment by itself.
    pub(super) fn payment(&self) -> Result<Payment, RailError> {
        let progress = match (self.status.as_deref(), self.payment_status.as_str()) {
            (_, "paid" | "no_payment_required") => Progress::Paid,
            (Some("expired"), _) => Progress::Expired,
            _ => Progress::Open,
        };
        let missing = || RailError::Answer("the checkout has no amount");
        Ok(Payment {
            order_id: self.client_reference_id.clone().unwrap_or_default(),
            progress,
            subtotal: self.amount_subtotal.ok_or_else(missing)?,
            total: self.amount_total.ok_or_else(missing)?,
            currency: self.currency.clone().ok_or_else(missing)?,
            live: self.livemode,
            payment_id: self.payment_intent.clone(),
            returned: Returned::Nothing,
            dispute: None,
        })
    }
}

impl Intent {
    /// Whether a slow payment did not arrive: then another means of payment would be wanted.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.status.as_str(), "requires_payment_method" | "canceled")
    }
}

impl OneDispute {
    /// How it stands. An inquiry that was closed left the money where it is.
    pub(super) fn stands(&self) -> Dispute {
        match self.status.as_str() {
            "lost" => Dispute::Lost,
            "won" | "warning_closed" | "prevented" => Dispute::Won,
            _ => Dispute::Open,
        }
    }
}

impl Problem {
    /// Whether the idempotency key belongs to another request.
    pub(super) fn is_of_key(&self) -> bool {
        self.error.kind.as_deref() == Some("idempotency_error")
    }

    /// For the operator's log. Stripe's messages name parameters, and hide all but the ends of a key.
    pub(super) fn words(self) -> String {
        let Words { code, message, .. } = self.error;
        let words: Vec<String> = [code, message].into_iter().flatten().collect();
        words.join(": ").chars().take(300).collect()
    }
}
