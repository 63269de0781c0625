//! Who may use what is for sale, and the versions of it that were sold.

use std::collections::HashSet;

use super::{Result, Storage, on};
use crate::packs::Pack;

/// Whether the user `$1` may have a row of `packs`: it is for everybody, or they own it.
pub(super) const MAY_HAVE: &str = "(NOT packs.for_sale OR EXISTS
     (SELECT 1 FROM entitlements WHERE entitlements.user_id = $1
        AND entitlements.pack_id = packs.pack_id AND NOT entitlements.suspended))";

impl Storage {
    /// Which of the packs that are for sale a user owns.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owned(&self, user_id: &str, packs: &[Pack]) -> Result<HashSet<String>> {
        if !packs.iter().any(|pack| pack.for_sale) {
            return Ok(HashSet::new());
        }
        let rows: Vec<(String,)> = on!(self, pool => sqlx::query_as(
            "SELECT pack_id FROM entitlements WHERE user_id = $1 AND NOT suspended")
            .bind(user_id)
            .fetch_all(pool).await?);
        let owned: HashSet<String> = rows.into_iter().map(|(id,)| id).collect();
        let of_these = packs.iter().filter(|pack| pack.for_sale && owned.contains(&pack.id));
        Ok(of_these.map(|pack| pack.id.clone()).collect())
    }

    /// Whether somebody has it by an order, even while that is disputed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_entitlement(&self, user_id: &str, pack_id: &str) -> Result<bool> {
        let found: Option<(i32,)> = on!(self, pool => sqlx::query_as(
            "SELECT 1 FROM entitlements WHERE user_id = $1 AND pack_id = $2")
            .bind(user_id)
            .bind(pack_id)
            .fetch_optional(pool).await?);
        Ok(found.is_some())
    }

    /// Everything that was handed over: user, pack, the order behind it, and whether it is suspended.
    ///
    /// # Errors
    /// When the database fails.
    #[cfg(test)]
    pub async fn all_entitlements(&self) -> Result<Vec<(String, String, Option<String>, bool)>> {
        Ok(on!(self, pool => sqlx::query_as(
            "SELECT user_id, pack_id, order_id, suspended FROM entitlements
             ORDER BY user_id, pack_id")
            .fetch_all(pool).await?))
    }
}

/// Before a pack that somebody owns changes: puts what they own aside as a pack of its own, which is theirs
/// and nobody else's. They own the new version too.
macro_rules! keep_sold_version {
    ($transaction:ident, $pack_id:expr, $revision:expr) => {
        let version = format!("{}.v{}", $pack_id, $revision);
        for sql in [
            "INSERT INTO packs
                 (pack_id, titles, author, attribution, licence, state, is_default, position,
                  revision, created_ts, updated_ts, tags, languages, rating, title_key, for_sale,
                  version_of)
             SELECT $2, titles, author, attribution, licence, 'withdrawn', FALSE, position,
                  revision, created_ts, updated_ts, tags, languages, rating, title_key, TRUE, $1
             FROM packs WHERE pack_id = $1",
            "INSERT INTO stickers (pack_id, shortcode, position, body, emoji, tags, sha256, mxc_uri)
             SELECT $2, shortcode, position, body, emoji, tags, sha256, mxc_uri
             FROM stickers WHERE pack_id = $1",
            "INSERT INTO entitlements (user_id, pack_id, order_id, suspended, granted_ts)
             SELECT user_id, $2, order_id, suspended, granted_ts
             FROM entitlements WHERE pack_id = $1",
            "UPDATE enabled_packs SET pack_id = $2
             WHERE pack_id = $1
               AND user_id IN (SELECT user_id FROM entitlements WHERE pack_id = $1)",
        ] {
            sqlx::query(sql).bind($pack_id).bind(&version).execute(&mut *$transaction).await?;
        }
    };
}
pub(super) use keep_sold_version;
