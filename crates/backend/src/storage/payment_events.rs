//! What the payment provider told us, until it is done and a while longer, so that nothing is done twice.

use super::{Result, Storage, on};
use crate::clock::Timestamp;

/// Something that the provider told us of: which order, checkout or payment it is about. What became of
/// that is asked for, and not taken from here.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PaymentEvent {
    /// The provider's name for it.
    pub event_id: String,
    /// What kind of event it is.
    pub kind: String,
    /// The order, where the event names it.
    pub order_id: Option<String>,
    /// The checkout.
    pub session_id: Option<String>,
    /// The payment.
    pub payment_id: Option<String>,
}

impl Storage {
    /// Keeps an event. `false` if it is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_payment_event(&self, event: &PaymentEvent, now: Timestamp) -> Result<bool> {
        let added = on!(self, pool => sqlx::query(
            "INSERT INTO payment_events
                 (event_id, kind, order_id, session_id, payment_id, received_ts)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING")
            .bind(&event.event_id)
            .bind(&event.kind)
            .bind(&event.order_id)
            .bind(&event.session_id)
            .bind(&event.payment_id)
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(added > 0)
    }

    /// What is to be done, the oldest first, each with when it came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payment_events_to_do(&self, most: u32) -> Result<Vec<(PaymentEvent, Timestamp)>> {
        #[derive(sqlx::FromRow)]
        struct Row {
            #[sqlx(flatten)]
            event: PaymentEvent,
            received_ts: i64,
        }
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(
            "SELECT event_id, kind, order_id, session_id, payment_id, received_ts
             FROM payment_events WHERE done_ts IS NULL ORDER BY received_ts, event_id LIMIT $1")
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        let read = |row: Row| (row.event, Timestamp::from_millis(row.received_ts));
        Ok(rows.into_iter().map(read).collect())
    }

    /// Writes down that an event is done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payment_event_done(&self, event_id: &str, now: Timestamp) -> Result<()> {
        on!(self, pool => sqlx::query("UPDATE payment_events SET done_ts = $2 WHERE event_id = $1")
            .bind(event_id)
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(())
    }

    /// Forgets events that came before a time and are done, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_old_payment_events(&self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query(
            "DELETE FROM payment_events WHERE received_ts < $1 AND done_ts IS NOT NULL")
            .bind(before.millis())
            .execute(pool).await?.rows_affected()))
    }
}
