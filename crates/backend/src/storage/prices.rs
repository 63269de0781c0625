//! What packs cost.

use std::collections::HashMap;

use tessera_protocol::order::{Price, Tax};

use super::{Result, Storage, StorageError, on, unsigned};
use crate::{clock::Timestamp, packs::Pack};

#[derive(sqlx::FromRow)]
struct PriceRow {
    pack_id: String,
    price_id: String,
    amount: i64,
    currency: String,
    tax: String,
}

impl PriceRow {
    fn read(self) -> Result<(String, Price)> {
        let price = Price {
            id: self.price_id,
            amount: unsigned(self.amount, "amount")?,
            currency: self.currency,
            tax: Tax::parse(&self.tax).ok_or(StorageError::Corrupt("tax"))?,
        };
        Ok((self.pack_id, price))
    }
}

impl Storage {
    /// Puts a price on a pack of the operator that nobody has without choosing it. Whoever has the pack
    /// in their library when it gets its first price owns it. `false`, and nothing has changed, if there
    /// is no such pack.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn set_price(&self, pack_id: &str, price: &Price, now: Timestamp) -> Result<bool> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let first = sqlx::query(
                "UPDATE packs SET for_sale = TRUE, updated_ts = $2
                 WHERE pack_id = $1 AND NOT for_sale AND owner IS NULL AND NOT is_default")
                .bind(pack_id)
                .bind(now.millis())
                .execute(&mut *transaction).await?.rows_affected();
            if first > 0 {
                sqlx::query(
                    "INSERT INTO entitlements (user_id, pack_id, suspended, granted_ts)
                     SELECT user_id, pack_id, FALSE, $2 FROM enabled_packs WHERE pack_id = $1
                     ON CONFLICT DO NOTHING")
                    .bind(pack_id)
                    .bind(now.millis())
                    .execute(&mut *transaction).await?;
            }
            let set = sqlx::query(
                "INSERT INTO prices (pack_id, price_id, amount, currency, tax, set_ts)
                 SELECT pack_id, $2, $3, $4, $5, $6 FROM packs
                 WHERE pack_id = $1 AND for_sale AND version_of IS NULL
                 ON CONFLICT (pack_id) DO UPDATE SET
                     price_id = excluded.price_id, amount = excluded.amount,
                     currency = excluded.currency, tax = excluded.tax, set_ts = excluded.set_ts")
                .bind(pack_id)
                .bind(&price.id)
                .bind(i64::from(price.amount))
                .bind(&price.currency)
                .bind(price.tax.as_str())
                .bind(now.millis())
                .execute(&mut *transaction).await?.rows_affected();
            if set == 0 {
                transaction.rollback().await?;
                return Ok(false);
            }
            transaction.commit().await?;
        });
        Ok(true)
    }

    /// Takes a pack's price away: it is not sold any more, and stays with those who own it; or, if it is
    /// to be `free`, anybody may have it. `false` if it was not for sale.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn remove_price(&self, pack_id: &str, free: bool, now: Timestamp) -> Result<bool> {
        let mut changed = 0;
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            changed += sqlx::query("DELETE FROM prices WHERE pack_id = $1")
                .bind(pack_id)
                .execute(&mut *transaction).await?.rows_affected();
            if free {
                changed += sqlx::query(
                    "UPDATE packs SET for_sale = FALSE, updated_ts = $2
                     WHERE pack_id = $1 AND for_sale")
                    .bind(pack_id)
                    .bind(now.millis())
                    .execute(&mut *transaction).await?.rows_affected();
            }
            transaction.commit().await?;
        });
        Ok(changed > 0)
    }

    /// What these packs cost, by their ids; those that are not sold are not in it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prices(&self, packs: &[Pack]) -> Result<HashMap<String, Price>> {
        let ids: Vec<&str> =
            packs.iter().filter(|pack| pack.for_sale).map(|pack| pack.id.as_str()).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<PriceRow> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT pack_id, price_id, amount, currency, tax FROM prices WHERE pack_id IN (");
            let mut list = query.separated(", ");
            for id in &ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(PriceRow::read).collect()
    }

    /// What a pack costs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn price(&self, pack: &Pack) -> Result<Option<Price>> {
        Ok(self.prices(std::slice::from_ref(pack)).await?.remove(&pack.id))
    }
}
