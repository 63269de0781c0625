//! Sending money back, all of it or part.

use tessera_protocol::order::{NewRefund, OrderState, REFERENCE_CHARS};

use super::{Order, OrderError, Orders, Refund, Result, money};
use crate::{
    packs::text,
    payments::{Rail, RailError},
};

impl Orders {
    /// Sends money of an order back. It is written down first: if the provider does not answer, it is
    /// sent later.
    ///
    /// # Errors
    /// When nothing or less is left, or the order was never paid.
    pub async fn refund(&self, operator: &str, order_id: &str, new: &NewRefund) -> Result<Order> {
        let reason = reference(&new.reason)?;
        let order = self.settle(order_id).await?;
        let open = order.state.entitles() || order.state == OrderState::Paid;
        let total = order.total.filter(|_| open).ok_or(match order.state {
            OrderState::Refunded => OrderError::NothingLeft,
            _ => OrderError::TooLate,
        })?;
        let refunds = self.storage.refunds_of(order_id).await?;
        let under_way = refunds.iter().filter(|refund| refund.sent.is_none());
        let under_way = under_way.map(|refund| refund.amount).fold(0, u32::saturating_add);
        let left = money::left(total, order.refunded.saturating_add(under_way));
        let amount = new.amount.unwrap_or(left);
        // What cost nothing is taken back once.
        if (left == 0 && total > 0) || (total == 0 && !refunds.is_empty()) {
            return Err(OrderError::NothingLeft);
        }
        if amount > left || (amount == 0 && total > 0) {
            return Err(OrderError::TooMuch);
        }
        let refund = Refund {
            order_id: order_id.to_owned(),
            number: u32::try_from(refunds.len()).unwrap_or(u32::MAX).saturating_add(1),
            amount,
            reason,
            operator: operator.to_owned(),
            payment_id: None,
            sent: None,
        };
        if !self.storage.add_refund(&refund, self.clock.now()).await? {
            return Err(OrderError::TooLate);
        }
        match self.send_refund(&refund).await {
            // It is sent again.
            Err(OrderError::Rail(_)) | Ok(()) => {}
            Err(error) => return Err(error),
        }
        self.storage.order(order_id).await?.ok_or(OrderError::NoOrder)
    }

    /// Tells the provider of a refund, and brings its order to where that leads.
    pub(super) async fn send_refund(&self, refund: &Refund) -> Result<()> {
        let order = self.storage.order(&refund.order_id).await?.ok_or(OrderError::NoOrder)?;
        let Some(rail) = self.rail_of(order.rail) else { return Ok(()) };
        self.send_by(&*rail, &order, refund).await?;
        self.settle(&order.id).await?;
        Ok(())
    }

    pub(super) async fn send_by(
        &self,
        rail: &dyn Rail,
        order: &Order,
        refund: &Refund,
    ) -> Result<()> {
        let payment_id = refund.payment_id.as_deref().or(order.payment_id.as_deref());
        let Some(payment_id) = payment_id else { return Ok(()) };
        match rail.refund(payment_id, refund.amount, &refund.key()).await {
            Ok(()) => {}
            // As when it is all back already: what is true, the next look tells.
            Err(RailError::Refused(words)) => {
                tracing::error!(order = order.id, words, "the provider refuses a refund");
                let problem = format!("a refund was refused: {words}");
                self.storage.looked_at_order(order, Some(&problem), self.clock.now()).await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(self.storage.refund_sent(refund, self.clock.now()).await?)
    }
}

/// What an operator says that something is for.
pub(super) fn reference(words: &str) -> Result<String> {
    let words = text::clean(words);
    let length = words.chars().count();
    if (1..=REFERENCE_CHARS).contains(&length) { Ok(words) } else { Err(OrderError::NoReference) }
}
