//! Bringing an order to where its payment is.

use std::sync::Arc;

use tessera_protocol::order::Tax;

use super::{
    Order, OrderError, Orders, Refund, Result,
    state::{Event, OrderState, Step, after},
};
use crate::{
    payments::{Asked, Dispute, Payment, Progress, Rail, RailError, Returned, Wanted},
    storage::Moved,
};

/// How often somebody else may be faster before we leave it to them.
const TRIES: u32 = 8;
/// How often a checkout is asked for under a new name, when the provider failed at the one before.
const ATTEMPTS: u32 = 3;
/// For how long after an order a checkout can be opened for it, in hours: it must end
/// [`crate::payments::stripe::CHECKOUT`] after the order.
const OPENING_HOURS: u64 = 22;

/// Who sends money back without being told to.
const BY_ITSELF: &str = "tessera";

/// Where an order is to go, or what is wrong.
struct Next {
    order: Order,
    changed: bool,
}

impl Orders {
    /// Asks the payment provider about an order and does what follows. May be called at any time, any
    /// number of times.
    ///
    /// # Errors
    /// When there is no such order, or the provider or the database fails: then the order is as it was,
    /// or on its way, and the next call goes on from there.
    pub async fn settle(&self, order_id: &str) -> Result<Order> {
        for _ in 0..TRIES {
            let order = self.storage.order(order_id).await?.ok_or(OrderError::NoOrder)?;
            let Some(rail) = self.rail_of(order.rail) else {
                let problem = "its payment provider is not configured any more";
                self.storage.looked_at_order(&order, Some(problem), self.clock.now()).await?;
                return Ok(order);
            };
            let Some(session_id) = order.session_id.as_deref() else {
                match self.open(&order, &*rail).await? {
                    Some(opened) => return Ok(opened),
                    None => continue,
                }
            };
            let refunds = self.storage.refunds_of(&order.id).await?;
            let own = refunds.iter().filter(|refund| refund.payment_id.is_none());
            let sent = own.clone().filter(|refund| refund.sent.is_some());
            let asked = Asked {
                session_id,
                order_id: &order.id,
                amount: order.price.amount,
                currency: &order.price.currency,
                sent_back: sent.map(|refund| refund.amount).reduce(u32::saturating_add),
            };
            let payment = match rail.look(&asked).await {
                Ok(payment) => payment,
                Err(error @ RailError::Unknown) => {
                    let problem = "the payment provider does not know its checkout";
                    self.storage.looked_at_order(&order, Some(problem), self.clock.now()).await?;
                    return Err(error.into());
                }
                Err(error) => return Err(error.into()),
            };
            let going_back = own.fold(None, |sum: Option<u32>, refund| {
                Some(sum.unwrap_or(0).saturating_add(refund.amount))
            });
            let all_goes_back = going_back.is_some_and(|sum| sum >= payment.total);
            let next = self.next(&order, &payment, all_goes_back, &*rail);
            if next.order.problem.is_some() && next.order.problem != order.problem {
                tracing::error!(
                    order = order.id,
                    problem = next.order.problem,
                    "look at this order"
                );
                metrics::counter!("tessera_order_problems").increment(1);
            }
            if self.came_too_late(&order, &payment, &refunds).await? {
                continue;
            }
            let no_buyer = has_nobody(&order) && next.order.state == OrderState::Paid;
            if no_buyer && refunds.is_empty() {
                self.send_back(&order.id, &refunds, payment.total, "buyer_gone", None).await?;
            }
            if !next.changed {
                let problem = next.order.problem.as_deref();
                self.storage.looked_at_order(&order, problem, self.clock.now()).await?;
                return Ok(next.order);
            }
            match self.move_to(&order, &next.order).await? {
                Moved::Done => return Ok(next.order),
                Moved::Elsewhere => {}
                Moved::Undeliverable => {
                    let paid = Order { state: OrderState::Paid, ..next.order };
                    if (order.state, order.total) != (paid.state, paid.total)
                        && self.move_to(&order, &paid).await? != Moved::Done
                    {
                        continue;
                    }
                    match self.undo(&paid, &refunds, &rail).await {
                        Ok(true) => {}
                        Ok(false) => return Ok(paid),
                        // It is written down, and sent again.
                        Err(OrderError::Rail(_)) => return Ok(paid),
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        self.storage.order(order_id).await?.ok_or(OrderError::NoOrder)
    }

    /// Where an order goes by the provider's word.
    fn next(&self, order: &Order, payment: &Payment, all_goes_back: bool, rail: &dyn Rail) -> Next {
        let mut next = order.clone();
        next.problem = None;
        if let Some(problem) = mismatch(order, payment, rail) {
            next.problem = Some(problem.into());
            return Next { order: next, changed: false };
        }
        for event in events(order.state, payment, all_goes_back) {
            if has_nobody(order) && event == Event::Fulfilled {
                break;
            }
            match after(next.state, event) {
                Step::To(state) => next.state = state,
                Step::Stays => {}
                Step::Alarm(alarm) => {
                    next.problem = Some(alarm.to_string());
                    break;
                }
            }
        }
        if payment.progress == Progress::Paid {
            next.total = Some(payment.total);
            next.refunded = match payment.returned {
                Returned::Nothing => 0,
                Returned::Part(part) => part,
                Returned::All => payment.total,
            };
            next.payment_id.clone_from(&payment.payment_id);
            next.paid = order.paid.or_else(|| Some(self.clock.now()));
        }
        if !next.state.is_open() {
            next.checkout_url = None;
        }
        // An end before it was paid: neither what was paid nor when is part of it.
        if matches!(next.state, OrderState::Expired | OrderState::Canceled | OrderState::Failed) {
            (next.total, next.paid) = (None, None);
        }
        let changed = (next.state, next.refunded, next.total, &next.payment_id)
            != (order.state, order.refunded, order.total, &order.payment_id);
        Next { order: next, changed }
    }

    /// Changes an order, and tells of it.
    async fn move_to(&self, before: &Order, after: &Order) -> Result<Moved> {
        let now = self.clock.now();
        let moved =
            self.storage.move_order(before, after, now.after(super::GIFTS_WAIT), now).await?;
        if moved == Moved::Done {
            if before.state != after.state {
                tracing::info!(order = after.id, state = after.state.as_str(), "an order moved");
                metrics::counter!("tessera_orders", "state" => after.state.as_str()).increment(1);
            }
            self.tell(&after.id);
        }
        Ok(moved)
    }

    /// Opens an order's checkout. None if the order changed meanwhile.
    async fn open(&self, order: &Order, rail: &dyn Rail) -> Result<Option<Order>> {
        let end = order.created.after(std::time::Duration::from_secs(OPENING_HOURS * 60 * 60));
        if order.user_id.is_none() || self.clock.now() >= end {
            let canceled = Order { state: OrderState::Canceled, ..order.clone() };
            let moved = self.move_to(order, &canceled).await?;
            return Ok((moved == Moved::Done).then_some(canceled));
        }
        let consent = order.consent.as_ref();
        let wanted = Wanted {
            order_id: &order.id,
            attempt: order.attempt,
            amount: order.price.amount,
            currency: &order.price.currency,
            tax_inclusive: order.tax == Tax::Inclusive,
            title: &order.pack_title,
            consent: consent.map_or("", |consent| consent.text.as_str()),
            language: consent.map_or("", |consent| consent.language.as_str()),
            created: order.created,
        };
        let after = match rail.open(&wanted).await {
            Ok(opened) => Order {
                state: OrderState::Pending,
                session_id: Some(opened.session_id),
                checkout_url: Some(opened.url),
                ..order.clone()
            },
            // The same request would fail in the same way for a day.
            Err(RailError::Failed(_)) if order.attempt < ATTEMPTS => {
                Order { attempt: order.attempt + 1, ..order.clone() }
            }
            Err(error @ RailError::Refused(_)) => {
                tracing::error!(%error, order = order.id, "a checkout cannot be opened");
                let failed = Order {
                    state: OrderState::Failed,
                    problem: Some(error.to_string()),
                    ..order.clone()
                };
                self.move_to(order, &failed).await?;
                return Err(error.into());
            }
            Err(error) => {
                self.storage
                    .looked_at_order(order, order.problem.as_deref(), self.clock.now())
                    .await?;
                return Err(error.into());
            }
        };
        let done = self.move_to(order, &after).await? == Moved::Done;
        Ok((done && after.session_id.is_some())
            .then_some(Order { version: order.version + 1, ..after }))
    }

    /// Sends back what was paid for an order that had ended. `true` if there was something to do.
    async fn came_too_late(
        &self,
        order: &Order,
        payment: &Payment,
        refunds: &[Refund],
    ) -> Result<bool> {
        let ended =
            matches!(order.state, OrderState::Expired | OrderState::Canceled | OrderState::Failed);
        let paid = payment.progress == Progress::Paid && payment.returned == Returned::Nothing;
        if !ended || !paid || !refunds.is_empty() {
            return Ok(false);
        }
        self.send_back(&order.id, refunds, payment.total, "ended", payment.payment_id.clone()).await
    }

    /// Sends back the money of a paid order that cannot be handed over. `true` if the order is to be
    /// looked at again.
    async fn undo(&self, order: &Order, refunds: &[Refund], rail: &Arc<dyn Rail>) -> Result<bool> {
        let total = order.total.unwrap_or(order.price.amount);
        let added = refunds.is_empty()
            && self.send_back(&order.id, refunds, total, "undeliverable", None).await?;
        let waiting = self.storage.refunds_of(&order.id).await?;
        for refund in waiting.iter().filter(|refund| refund.sent.is_none()) {
            self.send_by(&**rail, order, refund).await?;
        }
        Ok(added || waiting.iter().any(|refund| refund.sent.is_none()))
    }

    /// Writes down that money goes back because we say so.
    pub(super) async fn send_back(
        &self,
        order_id: &str,
        refunds: &[Refund],
        amount: u32,
        reason: &str,
        payment_id: Option<String>,
    ) -> Result<bool> {
        let refund = Refund {
            order_id: order_id.to_owned(),
            number: u32::try_from(refunds.len()).unwrap_or(u32::MAX).saturating_add(1),
            amount,
            reason: reason.to_owned(),
            operator: BY_ITSELF.to_owned(),
            payment_id,
            sent: None,
        };
        let added = self.storage.add_refund(&refund, self.clock.now()).await?;
        self.wake.notify_one();
        Ok(added)
    }
}

/// Whether there is nobody to hand the pack to: the buyer was erased before.
fn has_nobody(order: &Order) -> bool {
    order.user_id.is_none() && order.state.is_open()
}

/// What has happened, by the provider's word, in the order in which it must have.
fn events(state: OrderState, payment: &Payment, all_goes_back: bool) -> Vec<Event> {
    match payment.progress {
        Progress::Open => vec![Event::Opened],
        Progress::Expired => vec![Event::Expired],
        Progress::Failed => vec![Event::Failed],
        Progress::Paid => {
            let mut events = vec![Event::Paid];
            let back_already =
                matches!(state, OrderState::Refunded | OrderState::PartiallyRefunded);
            match (payment.returned, payment.dispute) {
                (Returned::All, _) => events.push(Event::Refunded),
                (_, Some(Dispute::Open)) => events.push(Event::Disputed),
                (_, Some(Dispute::Won)) => events.push(Event::Won),
                (_, Some(Dispute::Lost)) => events.push(Event::Lost),
                (Returned::Nothing, None) if back_already => events.push(Event::RefundFailed),
                (Returned::Nothing, None) if all_goes_back => {}
                (Returned::Nothing, None) => events.push(Event::Fulfilled),
                (Returned::Part(_), None) => {
                    if state == OrderState::Refunded {
                        events.push(Event::RefundFailed);
                    }
                    events.extend([Event::Fulfilled, Event::PartlyRefunded]);
                }
            }
            events
        }
    }
}

/// What keeps a payment from being this order's.
fn mismatch(order: &Order, payment: &Payment, rail: &dyn Rail) -> Option<&'static str> {
    if payment.order_id != order.id {
        return Some("its checkout is of another order");
    }
    if payment.progress != Progress::Paid {
        return None;
    }
    if payment.currency != order.price.currency {
        return Some("it was paid in another currency");
    }
    // Only tax is ever added, and only to prices without it.
    let added = payment.total.checked_sub(payment.subtotal);
    let may_be_added = order.tax == Tax::Exclusive;
    if payment.subtotal != order.price.amount
        || added.is_none_or(|added| added > 0 && !may_be_added)
    {
        return Some("another amount was paid");
    }
    (payment.live != rail.is_live()).then_some("it was paid in test mode, or the other way round")
}
