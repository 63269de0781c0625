//! Sessions: who is signed in where.

use super::{Result, Storage, on};
use crate::clock::Timestamp;

/// A session without its token, which nobody stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Names the session to its user.
    pub session_id: String,
    /// The Matrix user ID that the homeserver confirmed.
    pub user_id: String,
    /// When it began.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    session_id: String,
    user_id: String,
    created_ts: i64,
    expires_ts: i64,
}

impl From<Row> for SessionRecord {
    fn from(row: Row) -> Self {
        Self {
            session_id: row.session_id,
            user_id: row.user_id,
            created: Timestamp::from_millis(row.created_ts),
            expires: Timestamp::from_millis(row.expires_ts),
        }
    }
}

impl Storage {
    /// Keeps a new session under its token's hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(&self, token_hash: &[u8], session: &SessionRecord) -> Result<()> {
        on!(self, pool => sqlx::query(
            "INSERT INTO sessions (token_hash, session_id, user_id, created_ts, expires_ts)
             VALUES ($1, $2, $3, $4, $5)")
            .bind(token_hash)
            .bind(&session.session_id)
            .bind(&session.user_id)
            .bind(session.created.millis())
            .bind(session.expires.millis())
            .execute(pool).await?.rows_affected());
        Ok(())
    }

    /// The session of a token's hash, unless it has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(
        &self,
        token_hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<SessionRecord>> {
        let row: Option<Row> = on!(self, pool => sqlx::query_as(
            "SELECT session_id, user_id, created_ts, expires_ts FROM sessions
             WHERE token_hash = $1 AND expires_ts > $2")
            .bind(token_hash)
            .bind(now.millis())
            .fetch_optional(pool).await?);
        Ok(row.map(SessionRecord::from))
    }

    /// A user's sessions that have not expired, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, user_id: &str, now: Timestamp) -> Result<Vec<SessionRecord>> {
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(
            "SELECT session_id, user_id, created_ts, expires_ts FROM sessions
             WHERE user_id = $1 AND expires_ts > $2 ORDER BY created_ts DESC, session_id")
            .bind(user_id)
            .bind(now.millis())
            .fetch_all(pool).await?);
        Ok(rows.into_iter().map(SessionRecord::from).collect())
    }

    /// Ends one session of a user. `false` if the user has no such session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_session(&self, user_id: &str, session_id: &str) -> Result<bool> {
        let removed = on!(self, pool => sqlx::query(
            "DELETE FROM sessions WHERE user_id = $1 AND session_id = $2")
            .bind(user_id)
            .bind(session_id)
            .execute(pool).await?.rows_affected());
        Ok(removed > 0)
    }

    /// Forgets the sessions that have expired, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_expired_sessions(&self, now: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query("DELETE FROM sessions WHERE expires_ts <= $1")
            .bind(now.millis())
            .execute(pool).await?.rows_affected()))
    }
}
