//! Libraries: which packs a user has, in which order.

use super::{IS_FOR, Result, Storage, entitlements::MAY_HAVE, in_library, on, unsigned};
use crate::{clock::Timestamp, packs::pack::server_of};

#[derive(sqlx::FromRow)]
struct Row {
    pack_id: String,
    revision: i64,
}

/// Makes the default packs the choice of a user who made none, hidden ones too, lest they be missed
/// when they are shown again.
macro_rules! choose_defaults {
    ($transaction:ident, $user_id:ident, $now:ident) => {
        let chosen = sqlx::query(
            "INSERT INTO libraries (user_id, updated_ts) VALUES ($1, $2)
             ON CONFLICT (user_id) DO NOTHING",
        )
        .bind($user_id)
        .bind($now.millis())
        .execute(&mut *$transaction)
        .await?
        .rows_affected();
        if chosen > 0 {
            sqlx::query(
                "INSERT INTO enabled_packs (user_id, position, pack_id)
                 SELECT $1, ROW_NUMBER() OVER (ORDER BY position, pack_id) - 1, pack_id
                 FROM packs WHERE is_default AND owner IS NULL AND NOT for_sale",
            )
            .bind($user_id)
            .execute(&mut *$transaction)
            .await?;
        } else {
            sqlx::query("UPDATE libraries SET updated_ts = $2 WHERE user_id = $1")
                .bind($user_id)
                .bind($now.millis())
                .execute(&mut *$transaction)
                .await?;
        }
    };
}
pub(super) use choose_defaults;

impl Storage {
    /// The published packs of a user's library in the user's order, each with its revision: the
    /// packs the user chose, or the default packs for a user who made no choice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn library(&self, user_id: &str) -> Result<Vec<(String, u64)>> {
        let chosen = in_library("$1", self.shows_mature);
        let rating = if self.shows_mature { "" } else { " AND packs.rating <> 'mature'" };
        let sql = format!(
            "SELECT packs.pack_id, packs.revision, enabled_packs.position AS place
             FROM enabled_packs JOIN packs ON packs.pack_id = enabled_packs.pack_id
             WHERE enabled_packs.user_id = $1 AND {chosen}
             UNION ALL
             SELECT packs.pack_id, packs.revision, packs.position AS place
             FROM packs
             WHERE packs.published{rating} AND packs.is_default AND packs.owner IS NULL
               AND NOT packs.for_sale
               AND NOT EXISTS (SELECT 1 FROM libraries WHERE libraries.user_id = $1)
             ORDER BY place"
        );
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user_id)
            .fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| Ok((row.pack_id, unsigned(row.revision, "pack revision")?)))
            .collect()
    }

    /// Replaces a user's choice of packs. Ids without a pack are left out, and so are packs
    /// that are not for the user, or for sale and not theirs.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn set_library(
        &self,
        user_id: &str,
        pack_ids: &[String],
        now: Timestamp,
    ) -> Result<()> {
        let sql = format!(
            "INSERT INTO enabled_packs (user_id, position, pack_id)
             SELECT $1, $2, pack_id FROM packs WHERE pack_id = $3 AND {IS_FOR} AND {MAY_HAVE}"
        );
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            sqlx::query(
                "INSERT INTO libraries (user_id, updated_ts) VALUES ($1, $2)
                 ON CONFLICT (user_id) DO UPDATE SET updated_ts = excluded.updated_ts")
                .bind(user_id)
                .bind(now.millis())
                .execute(&mut *transaction).await?;
            sqlx::query("DELETE FROM enabled_packs WHERE user_id = $1")
                .bind(user_id)
                .execute(&mut *transaction).await?;
            for (position, pack_id) in (0_i64..).zip(pack_ids) {
                sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                    .bind(user_id)
                    .bind(position)
                    .bind(pack_id)
                    .bind(server_of(user_id))
                    .execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Puts a pack at the end of a user's library, unless it is in it. A user who made no choice
    /// has chosen the default packs from now on, and this one.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn enable_pack(&self, user_id: &str, pack_id: &str, now: Timestamp) -> Result<()> {
        let sql = format!(
            "INSERT INTO enabled_packs (user_id, position, pack_id)
             SELECT $1, $2, pack_id FROM packs WHERE pack_id = $3 AND {IS_FOR} AND {MAY_HAVE}
               AND NOT EXISTS (SELECT 1 FROM enabled_packs
                               WHERE user_id = $1 AND enabled_packs.pack_id = $3)"
        );
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            choose_defaults!(transaction, user_id, now);
            let end: i64 = sqlx::query_scalar(
                "SELECT COALESCE(MAX(position) + 1, 0) FROM enabled_packs WHERE user_id = $1")
                .bind(user_id)
                .fetch_one(&mut *transaction).await?;
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .bind(user_id)
                .bind(end)
                .bind(pack_id)
                .bind(server_of(user_id))
                .execute(&mut *transaction).await?;
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Puts a pack into a user's library before another one, as it was before it was taken out; at
    /// the end if the other one is not there.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn enable_pack_before(
        &self,
        user_id: &str,
        pack_id: &str,
        before: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.enable_pack(user_id, pack_id, now).await?;
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let places: Vec<(String, i64)> = sqlx::query_as(
                "SELECT pack_id, position FROM enabled_packs
                 WHERE user_id = $1 AND pack_id IN ($2, $3)")
                .bind(user_id)
                .bind(pack_id)
                .bind(before)
                .fetch_all(&mut *transaction).await?;
            let place = |id: &str| places.iter().find(|(pack, _)| pack == id).map(|(_, at)| *at);
            if let (Some(last), Some(place)) = (place(pack_id), place(before))
                && place < last
            {
                // Two packs are never in one place, not even within the statement: those that move
                // go below zero first.
                for sql in [
                    "UPDATE enabled_packs SET position = -1 - position
                     WHERE user_id = $1 AND position >= $2 AND position <= $3",
                    "UPDATE enabled_packs SET position = CASE
                         WHEN position = -1 - CAST($3 AS BIGINT) THEN CAST($2 AS BIGINT)
                         ELSE -position END
                     WHERE user_id = $1 AND position < 0",
                ] {
                    sqlx::query(sql)
                        .bind(user_id)
                        .bind(place)
                        .bind(last)
                        .execute(&mut *transaction).await?;
                }
            }
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Takes a pack out of a user's library, and deletes it if the user saved it from a room. `false`, and
    /// nothing has changed, if the user has no such pack.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn disable_pack(&self, user_id: &str, pack_id: &str, now: Timestamp) -> Result<bool> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            choose_defaults!(transaction, user_id, now);
            let disabled = sqlx::query(
                "DELETE FROM enabled_packs WHERE user_id = $1 AND pack_id = $2")
                .bind(user_id)
                .bind(pack_id)
                .execute(&mut *transaction).await?.rows_affected();
            let deleted = sqlx::query("DELETE FROM packs
                 WHERE owner = $1 AND pack_id = $2 AND kind = 'saved'")
                .bind(user_id)
                .bind(pack_id)
                .execute(&mut *transaction).await?.rows_affected();
            if disabled + deleted == 0 {
                transaction.rollback().await?;
                return Ok(false);
            }
            transaction.commit().await?;
        });
        Ok(true)
    }

    /// Takes a pack out of the libraries of all users of other homeservers than this one.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn keep_pack_to(&self, pack_id: &str, server: &str) -> Result<()> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let users: Vec<String> = sqlx::query_scalar(
                "SELECT user_id FROM enabled_packs WHERE pack_id = $1")
                .bind(pack_id)
                .fetch_all(&mut *transaction).await?;
            for user_id in users.iter().filter(|user_id| server_of(user_id) != server) {
                sqlx::query("DELETE FROM enabled_packs WHERE user_id = $1 AND pack_id = $2")
                    .bind(user_id)
                    .bind(pack_id)
                    .execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(())
    }
}
