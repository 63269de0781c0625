//! The playground's rail: no money, and a page that says so. What is paid is remembered as long as the
//! server runs, and at most [`MOST`] checkouts of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Asked, Opened, Payment, Progress, Rail, RailError, Returned, Wanted};

/// How many checkouts are remembered.
const MOST: usize = 10_000;

/// Pretended payments.
#[derive(Default)]
pub struct Pretended(Mutex<BTreeMap<String, Checkout>>);

/// A pretended checkout.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// What is sold.
    pub title: String,
    /// What it pays.
    pub payment: Payment,
    /// Whether a slow payment is on its way.
    pub slow: bool,
}

/// What somebody does at the pretended checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Pay.
    Pay,
    /// Pay by a way that takes days.
    PaySlowly,
    /// The slow payment arrives.
    Arrive,
    /// The payment fails.
    Fail,
    /// Leave without paying.
    Leave,
}

impl Pretended {
    /// A checkout; none of that name, or it was forgotten.
    #[must_use]
    pub fn checkout(&self, session_id: &str) -> Option<Checkout> {
        self.all().get(session_id).cloned()
    }

    /// Does something at a checkout. `None` if there is no such one.
    #[must_use]
    pub fn act(&self, session_id: &str, doing: Doing) -> Option<Checkout> {
        let mut all = self.all();
        let checkout = all.get_mut(session_id)?;
        if checkout.payment.progress == Progress::Open {
            match doing {
                Doing::Pay | Doing::Arrive => {
                    checkout.payment.progress = Progress::Paid;
                    checkout.payment.payment_id = Some(format!("pretended_{session_id}"));
                }
                Doing::PaySlowly => checkout.slow = true,
                Doing::Fail => checkout.payment.progress = Progress::Failed,
                Doing::Leave => checkout.payment.progress = Progress::Expired,
            }
        }
        Some(checkout.clone())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Checkout>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Rail for Pretended {
    async fn open(&self, wanted: &Wanted<'_>) -> Result<Opened, RailError> {
        let session_id = format!("{}-{}", wanted.order_id, wanted.attempt);
        let payment = Payment {
            order_id: wanted.order_id.to_owned(),
            progress: Progress::Open,
            subtotal: wanted.amount,
            total: wanted.amount,
            currency: wanted.currency.to_owned(),
            live: false,
            payment_id: None,
            returned: Returned::Nothing,
            dispute: None,
        };
        let mut all = self.all();
        if all.len() >= MOST {
            all.pop_first();
        }
        let checkout = Checkout { title: wanted.title.to_owned(), payment, slow: false };
        all.entry(session_id.clone()).or_insert(checkout);
        let url = format!("/playground/checkout/{session_id}");
        Ok(Opened { session_id, url })
    }

    async fn look(&self, asked: &Asked<'_>) -> Result<Payment, RailError> {
        let found = self.all().get(asked.session_id).map(|checkout| checkout.payment.clone());
        // What was forgotten can be paid no more.
        Ok(found.unwrap_or_else(|| Payment {
            order_id: asked.order_id.to_owned(),
            progress: Progress::Expired,
            subtotal: asked.amount,
            total: asked.amount,
            currency: asked.currency.to_owned(),
            live: false,
            payment_id: None,
            returned: Returned::Nothing,
            dispute: None,
        }))
    }

    async fn close(&self, session_id: &str) -> Result<(), RailError> {
        let _ = self.act(session_id, Doing::Leave);
        Ok(())
    }

    async fn refund(&self, payment_id: &str, amount: u32, _: &str) -> Result<(), RailError> {
        let mut all = self.all();
        let found = all
            .values_mut()
            .find(|checkout| checkout.payment.payment_id.as_deref() == Some(payment_id));
        let payment = &mut found.ok_or(RailError::Unknown)?.payment;
        let before = if let Returned::Part(part) = payment.returned { part } else { 0 };
        let now = before.saturating_add(amount);
        payment.returned = if now < payment.total { Returned::Part(now) } else { Returned::All };
        Ok(())
    }

    fn is_live(&self) -> bool {
        false
    }
}
