//! Keeping orders right by themselves: what the provider tells us, what it was not heard of, what is to
//! be sent back, what has expired.

use std::time::Duration;

use serde::Deserialize;

use super::{EVENTS_KEPT, FAILED_KEPT, Order, OrderError, Orders, Result, state::OrderState};
use crate::{
    clock::Timestamp,
    payments::{Progress, RailError},
    storage::{Moved, PaymentEvent},
};

/// How much of each kind is done in one go.
const BATCH: u32 = 500;
/// How often all this is done without being woken.
const EVERY: Duration = Duration::from_secs(20);
/// How long an open order is left alone before the provider is asked.
const PATIENCE: Duration = Duration::from_secs(3 * 60);
/// The same when the server begins: another one may be at work with them.
const AT_START: Duration = Duration::from_secs(30);
/// How long an event may be about an order that we do not know yet.
const UNKNOWN: Duration = Duration::from_secs(60 * 60);

/// What one pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Events of the provider that were done.
    pub events: u32,
    /// Refunds that the provider took.
    pub refunds: u32,
    /// Orders that were looked at.
    pub orders: u32,
    /// Gifts that went back.
    pub gifts: u32,
    /// What did not go well, and is tried again.
    pub failures: u32,
}

/// Why a message of the provider is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoEvent {
    /// It is not of the documented shape.
    #[error("the message is no Stripe event")]
    Shape,
    /// It is about pretended money and ours is real, or the other way round.
    #[error("the message is of test mode and this server is not, or the other way round")]
    Mode,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

/// The names in a checkout, charge, refund or dispute; nothing else of them is believed.
#[derive(Deserialize)]
struct Object {
    id: Option<String>,
    object: String,
    payment_intent: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    order_id: Option<String>,
}

/// The events that are about our orders. All others are none of our business.
const KINDS: [&str; 13] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
];

impl Orders {
    /// Keeps an event of the provider, whose signature has been checked, and wakes [`Orders::work`]. One
    /// that is known or none of ours is let be.
    ///
    /// # Errors
    /// When it is no event, or not of our mode.
    pub async fn receive(&self, body: &[u8]) -> Result<std::result::Result<(), NoEvent>> {
        let Ok(event) = serde_json::from_slice::<Event>(body) else {
            return Ok(Err(NoEvent::Shape));
        };
        if self.rail.as_ref().is_none_or(|(_, rail)| rail.is_live() != event.livemode) {
            return Ok(Err(NoEvent::Mode));
        }
        if !KINDS.contains(&event.kind.as_str()) || event.id.is_empty() {
            return Ok(Ok(()));
        }
        let object = event.data.object;
        let is_session = object.object == "checkout.session";
        let kept = PaymentEvent {
            event_id: event.id,
            kind: event.kind,
            order_id: object.metadata.unwrap_or_default().order_id,
            session_id: object.id.filter(|_| is_session),
            payment_id: object.payment_intent,
        };
        if self.storage.add_payment_event(&kept, self.clock.now()).await? {
            metrics::counter!("tessera_payment_events", "kind" => kept.kind).increment(1);
        }
        self.wake.notify_one();
        Ok(Ok(()))
    }

    /// Does all this for as long as the server runs.
    pub async fn work(self) {
        let mut patience = AT_START;
        loop {
            match self.reconcile(patience).await {
                Ok(done) if done != Reconciled::default() => {
                    tracing::debug!(?done, "orders reconciled");
                }
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "orders cannot be reconciled"),
            }
            patience = PATIENCE;
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// One pass over all that is to be done; open orders that were looked at within `patience` are left
    /// alone. What fails is tried again in the next pass and holds nothing else up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reconcile(&self, patience: Duration) -> Result<Reconciled> {
        let mut done = Reconciled::default();
        for (event, received) in self.storage.payment_events_to_do(BATCH).await? {
            match self.handle(&event, received).await {
                Ok(true) => {
                    self.storage.payment_event_done(&event.event_id, self.clock.now()).await?;
                    done.events += 1;
                }
                Ok(false) => {}
                Err(error) => done.failed(&error)?,
            }
        }
        for order_id in self.storage.orders_of_packs_taken_down(BATCH).await? {
            let order = self.settle(&order_id).await;
            let Ok(order) = order else { continue };
            let left = super::money::left(order.total.unwrap_or(0), order.refunded);
            let refunds = self.storage.refunds_of(&order_id).await?;
            self.send_back(&order_id, &refunds, left, "taken_down", None).await?;
        }
        for gift in self.storage.gifts_to_return(self.clock.now(), BATCH).await? {
            if self.return_gift(&gift).await? {
                done.gifts += 1;
            }
        }
        for refund in self.storage.refunds_to_send(BATCH).await? {
            match self.send_refund(&refund).await {
                Ok(()) => done.refunds += 1,
                Err(error) => done.failed(&error)?,
            }
        }
        let before = self.clock.now().before(patience);
        for order_id in self.storage.open_orders(before, BATCH).await? {
            match self.bring_forward(&order_id).await {
                Ok(()) => done.orders += 1,
                Err(error) => done.failed(&error)?,
            }
        }
        Ok(done)
    }

    /// Settles an order that was not heard of. A checkout that its buyer never saw, for the answer that
    /// named it was lost, is closed: nobody waits for it.
    async fn bring_forward(&self, order_id: &str) -> Result<()> {
        let before = self.storage.order(order_id).await?.ok_or(OrderError::NoOrder)?;
        let order = self.settle(order_id).await?;
        if let (OrderState::Draft, OrderState::Pending, Some(session_id)) =
            (before.state, order.state, &order.session_id)
        {
            self.close(&order, session_id).await?;
            self.settle(order_id).await?;
        }
        Ok(())
    }

    /// Does what an event asks for: looks at its order. `false` if there is none yet.
    async fn handle(&self, event: &PaymentEvent, received: Timestamp) -> Result<bool> {
        let mut found = None;
        if let Some(order_id) = &event.order_id {
            found = self.storage.order(order_id).await?;
        }
        if let (None, Some(session_id)) = (&found, &event.session_id) {
            found = self.storage.order_of_session(session_id).await?;
        }
        if let (None, Some(payment_id)) = (&found, &event.payment_id) {
            found = self.storage.order_of_payment(payment_id).await?;
        }
        let Some(order) = found else {
            // Of another shop with the same account, or of an order that is about to be paid.
            return Ok(received.after(UNKNOWN) <= self.clock.now());
        };
        if let Some(session_id) = &event.session_id
            && order.session_id.as_ref() != Some(session_id)
        {
            self.adopt(&order, session_id).await?;
        }
        self.bring_forward(&order.id).await?;
        Ok(true)
    }

    /// Takes a checkout for an order's that we never heard of, for its opening was said to have failed:
    /// if it is paid it becomes the order's, or the money goes back if the order has been paid elsewhere.
    async fn adopt(&self, order: &Order, session_id: &str) -> Result<()> {
        let Some(rail) = self.rail_of(order.rail) else { return Ok(()) };
        let asked = crate::payments::Asked {
            session_id,
            order_id: &order.id,
            amount: order.price.amount,
            currency: &order.price.currency,
            sent_back: None,
        };
        let payment = match rail.look(&asked).await {
            Ok(payment) => payment,
            // There is nothing to adopt.
            Err(RailError::Unknown) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if payment.order_id != order.id || payment.progress != Progress::Paid {
            return Ok(());
        }
        if order.paid.is_none() && order.state.is_open() {
            let adopted = Order {
                session_id: Some(session_id.to_owned()),
                checkout_url: None,
                state: OrderState::Pending,
                ..order.clone()
            };
            let now = self.clock.now();
            let moved = self.storage.move_order(order, &adopted, now, now).await?;
            // Somebody else was faster: the event is done again.
            return if moved == Moved::Done { Ok(()) } else { Err(OrderError::TooLate) };
        }
        let refunds = self.storage.refunds_of(&order.id).await?;
        let known = refunds.iter().any(|refund| refund.payment_id == payment.payment_id);
        if !known && order.payment_id != payment.payment_id {
            tracing::error!(order = order.id, "paid twice: the second payment goes back");
            self.send_back(&order.id, &refunds, payment.total, "paid_twice", payment.payment_id)
                .await?;
        }
        Ok(())
    }

    /// Forgets what need not be kept any more, and says how much.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<u64> {
        let now = self.clock.now();
        let mut forgotten = self.storage.remove_failed_orders(now.before(FAILED_KEPT)).await?;
        forgotten += self.storage.remove_old_payment_events(now.before(EVENTS_KEPT)).await?;
        forgotten += self.storage.remove_old_vouchers(now.before(FAILED_KEPT)).await?;
        if let Some(policy) = &self.policy {
            forgotten += self.storage.remove_old_orders(now.before(policy.keep)).await?;
        }
        Ok(forgotten)
    }
}

impl Reconciled {
    /// Counts what did not go well; a database that fails ends the pass.
    fn failed(&mut self, error: &OrderError) -> Result<()> {
        if let OrderError::Storage(_) = error {
            return Err(OrderError::Closed);
        }
        match error {
            OrderError::Rail(cause) => tracing::warn!(%cause, "an order is tried again later"),
            error => tracing::warn!(%error, "an order is tried again later"),
        }
        self.failures += 1;
        Ok(())
    }
}
