//! Gifts, from their order to whoever takes them or back to the giver.

use tessera_protocol::order::GiftState;

use super::{
    Result, Storage, StorageError,
    libraries::choose_defaults,
    on,
    orders::{put_into_library, state},
};
use crate::{clock::Timestamp, orders::GiftRecord};

#[derive(sqlx::FromRow)]
struct GiftRow {
    gift_id: String,
    order_id: String,
    state: String,
    to_user: Option<String>,
    code: Option<String>,
    claimed_by: Option<String>,
    expires_ts: Option<i64>,
    user_id: Option<String>,
    pack_id: String,
    pack_title: String,
    order_state: String,
}

impl GiftRow {
    fn read(self) -> Result<GiftRecord> {
        Ok(GiftRecord {
            state: GiftState::parse(&self.state).ok_or(StorageError::Corrupt("gift's state"))?,
            order_state: state(&self.order_state)?,
            id: self.gift_id,
            order_id: self.order_id,
            to: self.to_user,
            code: self.code,
            claimed_by: self.claimed_by,
            expires: self.expires_ts.map(Timestamp::from_millis),
            from: self.user_id,
            pack_id: self.pack_id,
            pack_title: self.pack_title,
        })
    }
}

const SELECT: &str =
    "SELECT gift_id, gifts.order_id, gifts.state, to_user, code, claimed_by, expires_ts,
            orders.user_id, orders.pack_id, orders.pack_title, orders.state AS order_state
     FROM gifts JOIN orders ON orders.order_id = gifts.order_id";

/// What became of a gift that somebody wants to take, or that goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It is theirs.
    Over,
    /// It does not wait any more.
    Gone,
    /// They own the pack already; nothing has changed.
    Owned,
}

impl Storage {
    async fn gifts_where(&self, condition: &str, value: &str) -> Result<Vec<GiftRecord>> {
        let sql = format!("{SELECT} WHERE {condition} ORDER BY orders.created_ts DESC, gift_id");
        let rows: Vec<GiftRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(value)
            .fetch_all(pool).await?);
        rows.into_iter().map(GiftRow::read).collect()
    }

    /// The gifts that a user gave.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gifts_from(&self, user_id: &str) -> Result<Vec<GiftRecord>> {
        self.gifts_where("orders.user_id = $1", user_id).await
    }

    /// The gifts that wait for a user by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gifts_for(&self, user_id: &str) -> Result<Vec<GiftRecord>> {
        self.gifts_where("to_user = $1 AND gifts.state = 'waiting'", user_id).await
    }

    /// A gift by its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gift(&self, gift_id: &str) -> Result<Option<GiftRecord>> {
        Ok(self.gifts_where("gift_id = $1", gift_id).await?.pop())
    }

    /// A gift by what its link holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gift_of_code(&self, code: &str) -> Result<Option<GiftRecord>> {
        Ok(self.gifts_where("code = $1", code).await?.pop())
    }

    /// An order's gift.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gift_of_order(&self, order_id: &str) -> Result<Option<GiftRecord>> {
        Ok(self.gifts_where("gifts.order_id = $1", order_id).await?.pop())
    }

    /// Gifts that nobody took in time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gifts_to_return(&self, now: Timestamp, most: u32) -> Result<Vec<GiftRecord>> {
        let sql = format!(
            "{SELECT} WHERE gifts.state = 'waiting' AND expires_ts <= $1
             ORDER BY expires_ts LIMIT $2"
        );
        let rows: Vec<GiftRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(now.millis())
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        rows.into_iter().map(GiftRow::read).collect()
    }

    /// Hands a waiting gift to `user_id`: to whom it was given, or back to its giver (`returned`).
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn hand_gift(
        &self,
        gift: &GiftRecord,
        user_id: &str,
        returned: bool,
        now: Timestamp,
    ) -> Result<Handed> {
        let (id, pack_id) = (gift.id.as_str(), gift.pack_id.as_str());
        let (after, claimer) = if returned {
            (GiftState::Returned, None)
        } else {
            (GiftState::Claimed, Some(user_id))
        };
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let taken = sqlx::query(
                "UPDATE gifts SET state = $2, claimed_by = $3, code = NULL
                 WHERE gift_id = $1 AND state = 'waiting'
                   AND EXISTS (SELECT 1 FROM orders WHERE orders.order_id = gifts.order_id
                       AND orders.state IN ('fulfilled', 'partially_refunded', 'won'))")
                .bind(id)
                .bind(after.as_str())
                .bind(claimer)
                .execute(&mut *transaction).await?.rows_affected();
            if taken == 0 {
                transaction.rollback().await?;
                return Ok(Handed::Gone);
            }
            let granted = sqlx::query(
                "INSERT INTO entitlements (user_id, pack_id, order_id, suspended, granted_ts)
                 SELECT $1, pack_id, $3, FALSE, $4 FROM packs
                 WHERE pack_id = $2 AND state <> 'taken_down' ON CONFLICT DO NOTHING")
                .bind(user_id)
                .bind(pack_id)
                .bind(&gift.order_id)
                .bind(now.millis())
                .execute(&mut *transaction).await?.rows_affected();
            if granted == 0 {
                transaction.rollback().await?;
                return Ok(Handed::Owned);
            }
            put_into_library!(transaction, user_id, pack_id, now);
            transaction.commit().await?;
        });
        Ok(Handed::Over)
    }

    /// Ends a waiting gift that nobody gets. `false` if it does not wait any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_gift(&self, gift_id: &str) -> Result<bool> {
        let ended = on!(self, pool => sqlx::query(
            "UPDATE gifts SET state = 'returned', code = NULL
             WHERE gift_id = $1 AND state = 'waiting'")
            .bind(gift_id)
            .execute(pool).await?.rows_affected());
        Ok(ended > 0)
    }
}
