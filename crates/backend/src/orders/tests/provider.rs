//! A payment provider that does what a test says, and keeps idempotency keys as a real one does.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use crate::payments::{
    Asked, Dispute, Opened, Payment, Progress, Rail, RailError, Returned, Wanted,
};

#[derive(Default)]
pub(super) struct Provider(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    sessions: BTreeMap<String, Payment>,
    refunds: BTreeMap<String, u32>,
    failures: Vec<RailError>,
}

impl Provider {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// Changes a payment.
    pub(super) fn set(&self, session_id: &str, change: impl FnOnce(&mut Payment)) {
        change(self.inner().sessions.get_mut(session_id).unwrap());
    }

    /// Pays a checkout.
    pub(super) fn pay(&self, session_id: &str) {
        self.set(session_id, |payment| {
            payment.progress = Progress::Paid;
            payment.payment_id = Some(format!("pi_{session_id}"));
        });
    }

    /// Lets a dispute stand so.
    pub(super) fn dispute(&self, session_id: &str, dispute: Dispute) {
        self.set(session_id, |payment| payment.dispute = Some(dispute));
    }

    /// The next call fails so; the one before the last first.
    pub(super) fn fail(&self, error: RailError) {
        self.inner().failures.push(error);
    }

    pub(super) fn sessions(&self) -> Vec<String> {
        self.inner().sessions.keys().cloned().collect()
    }

    /// How much was sent back, by idempotency key.
    pub(super) fn refunds(&self) -> Vec<(String, u32)> {
        self.inner().refunds.iter().map(|(key, amount)| (key.clone(), *amount)).collect()
    }

    fn answer(&self) -> Result<MutexGuard<'_, Inner>, RailError> {
        let mut inner = self.inner();
        match inner.failures.pop() {
            Some(error) => Err(error),
            None => Ok(inner),
        }
    }
}

#[async_trait::async_trait]
impl Rail for Provider {
    async fn open(&self, wanted: &Wanted<'_>) -> Result<Opened, RailError> {
        let mut inner = self.answer()?;
        let session_id = format!("cs_{}-{}", wanted.order_id, wanted.attempt);
        let url = format!("https://pay.example/{session_id}");
        inner.sessions.entry(session_id.clone()).or_insert_with(|| Payment {
            order_id: wanted.order_id.to_owned(),
            progress: Progress::Open,
            subtotal: wanted.amount,
            total: wanted.amount,
            currency: wanted.currency.to_owned(),
            live: false,
            payment_id: None,
            returned: Returned::Nothing,
            dispute: None,
        });
        Ok(Opened { session_id, url })
    }

    async fn look(&self, asked: &Asked<'_>) -> Result<Payment, RailError> {
        self.answer()?.sessions.get(asked.session_id).cloned().ok_or(RailError::Unknown)
    }

    async fn close(&self, session_id: &str) -> Result<(), RailError> {
        let mut inner = self.answer()?;
        let payment = inner.sessions.get_mut(session_id).ok_or(RailError::Unknown)?;
        if payment.progress == Progress::Open {
            payment.progress = Progress::Expired;
        }
        Ok(())
    }

    async fn refund(&self, payment_id: &str, amount: u32, key: &str) -> Result<(), RailError> {
        let mut inner = self.answer()?;
        if inner.refunds.contains_key(key) {
            return Ok(());
        }
        let found = inner
            .sessions
            .values_mut()
            .find(|payment| payment.payment_id.as_deref() == Some(payment_id));
        let payment = found.ok_or(RailError::Unknown)?;
        let before = match payment.returned {
            Returned::Nothing => 0,
            Returned::Part(part) => part,
            Returned::All => payment.total,
        };
        if before + amount > payment.total {
            return Err(RailError::Refused("charge_already_refunded".into()));
        }
        payment.returned = if before + amount == payment.total {
            Returned::All
        } else {
            Returned::Part(before + amount)
        };
        inner.refunds.insert(key.to_owned(), amount);
        Ok(())
    }

    fn is_live(&self) -> bool {
        false
    }
}
