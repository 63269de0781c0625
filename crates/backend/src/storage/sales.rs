//! What came in.

use tessera_protocol::order::{SalesLine, SalesSummary};

use super::{Result, Storage, on, unsigned};

#[derive(sqlx::FromRow)]
struct Line {
    pack_id: String,
    pack_title: String,
    currency: String,
    paid: i64,
    refunded: i64,
    gross: i64,
    returned: i64,
}

impl Storage {
    /// What came in for each pack, and how many orders an operator has to look at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sales_summary(&self) -> Result<SalesSummary> {
        let rows: Vec<Line> = on!(self, pool => sqlx::query_as(
            "SELECT pack_id, MAX(pack_title) AS pack_title, currency, COUNT(*) AS paid,
                    SUM(CASE WHEN refunded > 0 OR state IN ('refunded', 'lost') THEN 1 ELSE 0 END)
                        AS refunded,
                    CAST(SUM(total) AS BIGINT) AS gross,
                    CAST(SUM(CASE WHEN state = 'lost' THEN total ELSE refunded END) AS BIGINT)
                        AS returned
             FROM orders WHERE total IS NOT NULL AND paid_ts IS NOT NULL
             GROUP BY pack_id, currency ORDER BY pack_id, currency")
            .fetch_all(pool).await?);
        let (problems,): (i64,) = on!(self, pool => sqlx::query_as(
            "SELECT COUNT(*) FROM orders WHERE problem IS NOT NULL").fetch_one(pool).await?);
        let lines = rows.into_iter().map(|line| {
            Ok(SalesLine {
                pack_id: line.pack_id,
                pack_title: line.pack_title,
                currency: line.currency,
                paid: unsigned(line.paid, "number of orders")?,
                refunded: unsigned(line.refunded, "number of orders")?,
                gross: unsigned(line.gross, "sum")?,
                returned: unsigned(line.returned, "sum")?,
            })
        });
        Ok(SalesSummary {
            lines: lines.collect::<Result<_>>()?,
            problems: unsigned(problems, "number of orders")?,
        })
    }
}
