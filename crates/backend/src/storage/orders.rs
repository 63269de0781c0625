//! Orders, and who owns a pack because of them. Whoever changes an order names the version they read:
//! of two servers that are told the same thing, one changes it and the other reads it again.

use tessera_protocol::order::{GiftState, OrderState, RailName, Tax};

use super::{Result, Storage, StorageError, libraries::choose_defaults, on, unsigned};
use crate::{
    clock::Timestamp,
    orders::{Consent, Money, Order},
};

pub(super) const COLUMNS: &str = "order_id, version, state, user_id, pack_id, pack_title, pack_revision, \
     rail, amount, currency, tax, total, refunded, attempt, session_id, checkout_url, payment_id, \
     consent, consent_version, consent_language, reference, problem, is_gift, created_ts, updated_ts, \
     looked_ts, paid_ts";

#[derive(sqlx::FromRow)]
pub(super) struct OrderRow {
    order_id: String,
    version: i64,
    state: String,
    user_id: Option<String>,
    pack_id: String,
    pack_title: String,
    pack_revision: i64,
    rail: String,
    amount: i64,
    currency: String,
    tax: String,
    total: Option<i64>,
    refunded: i64,
    attempt: i64,
    session_id: Option<String>,
    checkout_url: Option<String>,
    payment_id: Option<String>,
    consent: Option<String>,
    consent_version: Option<String>,
    consent_language: Option<String>,
    reference: Option<String>,
    problem: Option<String>,
    is_gift: bool,
    created_ts: i64,
    updated_ts: i64,
    looked_ts: i64,
    paid_ts: Option<i64>,
}

impl OrderRow {
    pub(super) fn read(self) -> Result<Order> {
        let consent = match (self.consent, self.consent_version, self.consent_language) {
            (Some(text), Some(version), Some(language)) => {
                Some(Consent { text, version, language })
            }
            _ => None,
        };
        Ok(Order {
            state: state(&self.state)?,
            rail: RailName::parse(&self.rail).ok_or(StorageError::Corrupt("rail"))?,
            tax: Tax::parse(&self.tax).ok_or(StorageError::Corrupt("tax"))?,
            price: Money { amount: unsigned(self.amount, "amount")?, currency: self.currency },
            total: self.total.map(|total| unsigned(total, "amount")).transpose()?,
            refunded: unsigned(self.refunded, "amount")?,
            attempt: unsigned(self.attempt, "attempt")?,
            pack_revision: unsigned(self.pack_revision, "pack revision")?,
            id: self.order_id,
            version: self.version,
            user_id: self.user_id,
            pack_id: self.pack_id,
            pack_title: self.pack_title,
            session_id: self.session_id,
            checkout_url: self.checkout_url,
            payment_id: self.payment_id,
            consent,
            reference: self.reference,
            problem: self.problem,
            is_gift: self.is_gift,
            created: Timestamp::from_millis(self.created_ts),
            updated: Timestamp::from_millis(self.updated_ts),
            looked: Timestamp::from_millis(self.looked_ts),
            paid: self.paid_ts.map(Timestamp::from_millis),
        })
    }
}

pub(super) fn state(name: &str) -> Result<OrderState> {
    OrderState::parse(name).ok_or(StorageError::Corrupt("order's state"))
}

/// The gift that a new order pays for.
#[derive(Debug, Clone, Copy)]
pub struct NewGift<'a> {
    /// Names it.
    pub id: &'a str,
    /// For whom, if that is said.
    pub to: Option<&'a str>,
    /// What the link will hold.
    pub code: &'a str,
}

/// What a new order comes with.
#[derive(Debug, Clone, Copy)]
pub enum With<'a> {
    /// Nothing.
    Nothing,
    /// The gift that it pays for.
    Gift(NewGift<'a>),
    /// The voucher that pays for it, by its hash.
    Voucher(&'a [u8; 32]),
}

/// What became of a new order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is kept.
    Done,
    /// The buyer has an active order of the pack already; nothing has changed.
    HasOne,
    /// The voucher was used, or its time is over; nothing has changed.
    Spent,
}

/// What became of a change to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is done, with all that follows.
    Done,
    /// Somebody else changed the order: nothing is done.
    Elsewhere,
    /// The pack cannot be handed over, for the buyer owns it by other means, or it is gone: nothing is
    /// done.
    Undeliverable,
}

/// Puts a pack at the end of a user's library, unless it is in it.
macro_rules! put_into_library {
    ($transaction:ident, $user_id:ident, $pack_id:ident, $now:ident) => {
        choose_defaults!($transaction, $user_id, $now);
        sqlx::query(
            "INSERT INTO enabled_packs (user_id, position, pack_id)
             SELECT $1, (SELECT COALESCE(MAX(position) + 1, 0) FROM enabled_packs
                         WHERE user_id = $1), pack_id
             FROM packs WHERE pack_id = $2
               AND NOT EXISTS (SELECT 1 FROM enabled_packs
                               WHERE user_id = $1 AND enabled_packs.pack_id = $2)",
        )
        .bind($user_id)
        .bind($pack_id)
        .execute(&mut *$transaction)
        .await?;
    };
}
pub(super) use put_into_library;

impl Storage {
    /// Keeps a new order, with what comes with it.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn add_order(&self, order: &Order, with: With<'_>) -> Result<Added> {
        let consent = order.consent.as_ref();
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let added = sqlx::query(
                "INSERT INTO orders
                     (order_id, version, state, user_id, pack_id, pack_title, pack_revision, rail,
                      amount, currency, tax, refunded, attempt, session_id, consent, consent_version,
                      consent_language, reference, is_gift, created_ts, updated_ts, looked_ts)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16,
                         $17, $18, $19, $19, $19)
                 ON CONFLICT DO NOTHING")
                .bind(&order.id)
                .bind(order.version)
                .bind(order.state.as_str())
                .bind(&order.user_id)
                .bind(&order.pack_id)
                .bind(&order.pack_title)
                .bind(i64::try_from(order.pack_revision).unwrap_or(i64::MAX))
                .bind(order.rail.as_str())
                .bind(i64::from(order.price.amount))
                .bind(&order.price.currency)
                .bind(order.tax.as_str())
                .bind(i64::from(order.attempt))
                .bind(&order.session_id)
                .bind(consent.map(|consent| &consent.text))
                .bind(consent.map(|consent| &consent.version))
                .bind(consent.map(|consent| &consent.language))
                .bind(&order.reference)
                .bind(order.is_gift)
                .bind(order.created.millis())
                .execute(&mut *transaction).await?.rows_affected();
            if added == 0 {
                transaction.rollback().await?;
                return Ok(Added::HasOne);
            }
            match with {
            With::Nothing => {}
            With::Voucher(hash) => {
                let used = sqlx::query(
                    "UPDATE vouchers SET order_id = $2
                     WHERE code_hash = $1 AND order_id IS NULL AND expires_ts > $3")
                    .bind(&hash[..])
                    .bind(&order.id)
                    .bind(order.created.millis())
                    .execute(&mut *transaction).await?.rows_affected();
                if used == 0 {
                    transaction.rollback().await?;
                    return Ok(Added::Spent);
                }
            }
            With::Gift(gift) => {
                sqlx::query(
                    "INSERT INTO gifts (gift_id, order_id, state, to_user, code)
                     VALUES ($1, $2, $3, $4, $5)")
                    .bind(gift.id)
                    .bind(&order.id)
                    .bind(GiftState::Unpaid.as_str())
                    .bind(gift.to)
                    .bind(gift.code)
                    .execute(&mut *transaction).await?;
            }
            }
            transaction.commit().await?;
        });
        Ok(Added::Done)
    }

    /// An order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order(&self, order_id: &str) -> Result<Option<Order>> {
        self.one_order("order_id = $1", order_id).await
    }

    /// The order of a checkout.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order_of_session(&self, session_id: &str) -> Result<Option<Order>> {
        self.one_order("session_id = $1", session_id).await
    }

    /// The order of a payment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order_of_payment(&self, payment_id: &str) -> Result<Option<Order>> {
        self.one_order("payment_id = $1", payment_id).await
    }

    async fn one_order(&self, condition: &str, value: &str) -> Result<Option<Order>> {
        let sql = format!("SELECT {COLUMNS} FROM orders WHERE {condition}");
        let row: Option<OrderRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(value)
            .fetch_optional(pool).await?);
        row.map(OrderRow::read).transpose()
    }

    /// The order of a pack that keeps its buyer from making another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn active_order(&self, user_id: &str, pack_id: &str) -> Result<Option<Order>> {
        let orders = self.orders_of(user_id, u32::MAX).await?;
        Ok(orders
            .into_iter()
            .find(|order| order.pack_id == pack_id && order.state.is_active() && !order.is_gift))
    }

    /// A user's orders, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn orders_of(&self, user_id: &str, most: u32) -> Result<Vec<Order>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM orders WHERE user_id = $1
             ORDER BY created_ts DESC, order_id LIMIT $2"
        );
        let rows: Vec<OrderRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user_id)
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        rows.into_iter().map(OrderRow::read).collect()
    }

    /// All orders, those with a problem first, then the latest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_orders(&self, from: u32, most: u32) -> Result<Vec<Order>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM orders
             ORDER BY CASE WHEN problem IS NULL THEN 1 ELSE 0 END, created_ts DESC, order_id
             LIMIT $1 OFFSET $2"
        );
        let rows: Vec<OrderRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(i64::from(most))
            .bind(i64::from(from))
            .fetch_all(pool).await?);
        rows.into_iter().map(OrderRow::read).collect()
    }

    /// The orders that are not at an end and were looked at before a time, the longest ago first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_orders(&self, looked_before: Timestamp, most: u32) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = on!(self, pool => sqlx::query_as(
            "SELECT order_id FROM orders
             WHERE state IN ('draft', 'pending', 'paid') AND looked_ts <= $1
             ORDER BY looked_ts LIMIT $2")
            .bind(looked_before.millis())
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Orders whose pack was taken down while it belonged to its buyers, and whose money has not been
    /// sent back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn orders_of_packs_taken_down(&self, most: u32) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = on!(self, pool => sqlx::query_as(
            "SELECT order_id FROM orders JOIN packs ON packs.pack_id = orders.pack_id
             WHERE packs.state = 'taken_down' AND packs.for_sale
               AND orders.state IN ('paid', 'fulfilled', 'partially_refunded', 'won')
               AND NOT EXISTS (SELECT 1 FROM refunds WHERE refunds.order_id = orders.order_id
                               AND refunds.reason = 'taken_down')
             ORDER BY order_id LIMIT $1")
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Writes down that the provider was asked about an order, and what an operator has to look at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn looked_at_order(
        &self,
        order: &Order,
        problem: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        on!(self, pool => sqlx::query(
            "UPDATE orders SET looked_ts = $2, problem = $3 WHERE order_id = $1")
            .bind(&order.id)
            .bind(now.millis())
            .bind(problem)
            .execute(pool).await?.rows_affected());
        Ok(())
    }

    /// Changes an order to what `after` says and does what follows for the pack: whose state it is to
    /// own it owns it, has it in the library, or owns it no more. All of it happens or none of it.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn move_order(
        &self,
        before: &Order,
        after: &Order,
        gift_expires: Timestamp,
        now: Timestamp,
    ) -> Result<Moved> {
        let owner = after.user_id.as_deref().filter(|_| !after.is_gift);
        let (id, pack_id) = (after.id.as_str(), after.pack_id.as_str());
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let moved = sqlx::query(
                "UPDATE orders SET version = version + 1, state = $3, total = $4, refunded = $5,
                        attempt = $6, session_id = $7, checkout_url = $8, payment_id = $9,
                        problem = $10, updated_ts = $11, looked_ts = $11, paid_ts = $12
                 WHERE order_id = $1 AND version = $2")
                .bind(id)
                .bind(before.version)
                .bind(after.state.as_str())
                .bind(after.total.map(i64::from))
                .bind(i64::from(after.refunded))
                .bind(i64::from(after.attempt))
                .bind(&after.session_id)
                .bind(&after.checkout_url)
                .bind(&after.payment_id)
                .bind(&after.problem)
                .bind(now.millis())
                .bind(after.paid.map(Timestamp::millis))
                .execute(&mut *transaction).await?.rows_affected();
            if moved == 0 {
                transaction.rollback().await?;
                return Ok(Moved::Elsewhere);
            }
            let on_order = |sql: &'static str| sqlx::query(sql).bind(id);
            if after.state.entitles() {
                on_order("UPDATE entitlements SET suspended = FALSE WHERE order_id = $1")
                    .execute(&mut *transaction).await?;
                sqlx::query(
                    "UPDATE gifts SET state = 'waiting', expires_ts = $2
                     WHERE order_id = $1 AND state = 'unpaid'")
                    .bind(id)
                    .bind(gift_expires.millis())
                    .execute(&mut *transaction).await?;
                if let Some(user_id) = owner {
                    let granted = sqlx::query(
                        "INSERT INTO entitlements (user_id, pack_id, order_id, suspended, granted_ts)
                         SELECT $1, pack_id, $3, FALSE, $4 FROM packs
                         WHERE pack_id = $2 AND state <> 'taken_down'
                         ON CONFLICT (user_id, pack_id) DO UPDATE SET suspended = FALSE
                         WHERE entitlements.order_id = excluded.order_id")
                        .bind(user_id)
                        .bind(pack_id)
                        .bind(id)
                        .bind(now.millis())
                        .execute(&mut *transaction).await?.rows_affected();
                    if granted == 0 {
                        transaction.rollback().await?;
                        return Ok(Moved::Undeliverable);
                    }
                    if !before.state.entitles() {
                        put_into_library!(transaction, user_id, pack_id, now);
                    }
                }
            } else {
                on_order(
                    "DELETE FROM enabled_packs WHERE (user_id, pack_id) IN
                         (SELECT user_id, pack_id FROM entitlements WHERE order_id = $1)")
                    .execute(&mut *transaction).await?;
                let sql = match after.state {
                    OrderState::Refunded | OrderState::Lost => {
                        on_order(
                            "UPDATE gifts SET state = 'returned', code = NULL WHERE order_id = $1")
                            .execute(&mut *transaction).await?;
                        "DELETE FROM entitlements WHERE order_id = $1"
                    }
                    _ => "UPDATE entitlements SET suspended = TRUE WHERE order_id = $1",
                };
                on_order(sql).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(Moved::Done)
    }

    /// Forgets orders that nothing came of, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_failed_orders(&self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query(
            "DELETE FROM orders WHERE state IN ('expired', 'canceled', 'failed')
                                  AND problem IS NULL AND updated_ts < $1")
            .bind(before.millis())
            .execute(pool).await?.rows_affected()))
    }

    /// Forgets orders from before the period for which the law wants them kept, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_old_orders(&self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query("DELETE FROM orders WHERE created_ts < $1
                AND state NOT IN ('draft', 'pending', 'paid', 'disputed')")
            .bind(before.millis())
            .execute(pool).await?.rows_affected()))
    }
}
