//! What users accepted of the operator's terms, and when.

use super::{Result, Storage, on};
use crate::clock::Timestamp;

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRecord {
    /// The document's id.
    pub document: String,
    /// Its version.
    pub version: String,
    /// The language it was shown in.
    pub language: String,
    /// Which text that was: its SHA-256.
    pub digest: String,
    /// When.
    pub accepted: Timestamp,
}

/// When the user was asked for a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Some day: Matrix clients send whatever was accepted once again, without asking.
    Before,
    /// Now, by a screen of ours.
    Now,
}

#[derive(sqlx::FromRow)]
struct Row {
    document: String,
    version: String,
    language: String,
    digest: String,
    accepted_ts: i64,
}

impl From<Row> for ConsentRecord {
    fn from(row: Row) -> Self {
        let Row { document, version, language, digest, accepted_ts } = row;
        Self { document, version, language, digest, accepted: Timestamp::from_millis(accepted_ts) }
    }
}

impl Storage {
    /// Records consents. One that was given before keeps its time, language and text. One that was
    /// taken back stays so, unless the user was asked just now.
    ///
    /// # Errors
    /// When the database fails; then none of them is recorded.
    pub async fn add_consents(
        &self,
        user_id: &str,
        consents: &[ConsentRecord],
        asked: Asked,
    ) -> Result<()> {
        let insert = match asked {
            Asked::Before => {
                "INSERT INTO consents (user_id, document, version, language, digest, accepted_ts)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (user_id, document, version) DO NOTHING"
            }
            Asked::Now => {
                "INSERT INTO consents (user_id, document, version, language, digest, accepted_ts)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (user_id, document, version) DO UPDATE
                 SET language = excluded.language, digest = excluded.digest,
                     accepted_ts = excluded.accepted_ts, withdrawn_ts = NULL
                 WHERE consents.withdrawn_ts IS NOT NULL"
            }
        };
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            for given in consents {
                sqlx::query(insert)
                    .bind(user_id)
                    .bind(&given.document)
                    .bind(&given.version)
                    .bind(&given.language)
                    .bind(&given.digest)
                    .bind(given.accepted.millis())
                    .execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(())
    }

    /// What the user has accepted and not taken back, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consents(&self, user_id: &str) -> Result<Vec<ConsentRecord>> {
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(
            "SELECT document, version, language, digest, accepted_ts FROM consents
             WHERE user_id = $1 AND withdrawn_ts IS NULL ORDER BY accepted_ts, document, version")
            .bind(user_id)
            .fetch_all(pool).await?);
        Ok(rows.into_iter().map(ConsentRecord::from).collect())
    }

    /// Takes everything back that the user has accepted, and says how much that was. The records stay,
    /// marked, for what clients remember must not bring them back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_consents(&self, user_id: &str, now: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query(
            "UPDATE consents SET withdrawn_ts = $2 WHERE user_id = $1 AND withdrawn_ts IS NULL")
            .bind(user_id)
            .bind(now.millis())
            .execute(pool).await?.rows_affected()))
    }

    /// Every text that somebody accepted: document, version, language and digest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accepted_texts(&self) -> Result<Vec<(String, String, String, String)>> {
        Ok(on!(self, pool => sqlx::query_as(
            "SELECT DISTINCT document, version, language, digest FROM consents
             ORDER BY document, version, language, digest")
            .fetch_all(pool).await?))
    }
}
