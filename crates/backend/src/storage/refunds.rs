//! Money that goes back: written down first, then sent until the provider takes it.

use super::{Result, Storage, on, unsigned};
use crate::{clock::Timestamp, orders::Refund};

#[derive(sqlx::FromRow)]
struct RefundRow {
    order_id: String,
    number: i64,
    amount: i64,
    reason: String,
    operator: String,
    payment_id: Option<String>,
    sent_ts: Option<i64>,
}

impl RefundRow {
    fn read(self) -> Result<Refund> {
        Ok(Refund {
            order_id: self.order_id,
            number: unsigned(self.number, "refund's number")?,
            amount: unsigned(self.amount, "amount")?,
            reason: self.reason,
            operator: self.operator,
            payment_id: self.payment_id,
            sent: self.sent_ts.map(Timestamp::from_millis),
        })
    }
}

const COLUMNS: &str = "order_id, number, amount, reason, operator, payment_id, sent_ts";

impl Storage {
    /// Writes down that money is to go back. `false`, and nothing has changed, if the order has a refund
    /// of this number already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_refund(&self, refund: &Refund, now: Timestamp) -> Result<bool> {
        let added = on!(self, pool => sqlx::query(
            "INSERT INTO refunds
                 (order_id, number, amount, reason, operator, payment_id, requested_ts)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
            .bind(&refund.order_id)
            .bind(i64::from(refund.number))
            .bind(i64::from(refund.amount))
            .bind(&refund.reason)
            .bind(&refund.operator)
            .bind(&refund.payment_id)
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(added > 0)
    }

    /// An order's refunds, the first first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refunds_of(&self, order_id: &str) -> Result<Vec<Refund>> {
        let sql = format!("SELECT {COLUMNS} FROM refunds WHERE order_id = $1 ORDER BY number");
        let rows: Vec<RefundRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(order_id)
            .fetch_all(pool).await?);
        rows.into_iter().map(RefundRow::read).collect()
    }

    /// The refunds that the provider has to be told of, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refunds_to_send(&self, most: u32) -> Result<Vec<Refund>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM refunds WHERE sent_ts IS NULL ORDER BY requested_ts LIMIT $1"
        );
        let rows: Vec<RefundRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        rows.into_iter().map(RefundRow::read).collect()
    }

    /// Writes down that the provider took a refund.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refund_sent(&self, refund: &Refund, now: Timestamp) -> Result<()> {
        on!(self, pool => sqlx::query(
            "UPDATE refunds SET sent_ts = $3 WHERE order_id = $1 AND number = $2")
            .bind(&refund.order_id)
            .bind(i64::from(refund.number))
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(())
    }
}
