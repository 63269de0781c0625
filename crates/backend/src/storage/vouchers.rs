//! Vouchers, by the hashes of their codes.

use super::{Result, Storage, on};
use crate::clock::Timestamp;

/// What a voucher is good for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Voucher {
    /// The pack.
    pub pack_id: String,
    expires_ts: i64,
    /// The order that it paid, if it was used.
    pub order_id: Option<String>,
}

impl Voucher {
    /// Until when it is good.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.expires_ts)
    }
}

impl Storage {
    /// Keeps vouchers for a pack.
    ///
    /// # Errors
    /// When the database fails; then none is kept.
    pub async fn add_vouchers(
        &self,
        pack_id: &str,
        hashes: &[[u8; 32]],
        expires: Timestamp,
    ) -> Result<()> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            for hash in hashes {
                sqlx::query(
                    "INSERT INTO vouchers (code_hash, pack_id, expires_ts) VALUES ($1, $2, $3)")
                    .bind(&hash[..])
                    .bind(pack_id)
                    .bind(expires.millis())
                    .execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(())
    }

    /// A voucher.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn voucher(&self, hash: &[u8; 32]) -> Result<Option<Voucher>> {
        Ok(on!(self, pool => sqlx::query_as(
            "SELECT pack_id, expires_ts, order_id FROM vouchers WHERE code_hash = $1")
            .bind(&hash[..])
            .fetch_optional(pool).await?))
    }

    /// Forgets vouchers whose time was over before then, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_old_vouchers(&self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query("DELETE FROM vouchers WHERE expires_ts < $1")
            .bind(before.millis())
            .execute(pool).await?.rows_affected()))
    }
}
