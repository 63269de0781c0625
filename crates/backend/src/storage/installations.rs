//! What users set up through Tessera, and where.

use sha2::{Digest as _, Sha256};
use tessera_protocol::installation::{Installation, InstallationKind, NewInstallation};

use super::{Result, Storage, StorageError, on};
use crate::clock::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    installation_id: String,
    kind: String,
    room_id: String,
    key: String,
    r#type: String,
    installed_ts: i64,
    updated_ts: i64,
}

impl TryFrom<Row> for Installation {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.installation_id,
            kind: InstallationKind::parse(&row.kind)
                .ok_or(StorageError::Corrupt("kind of installation"))?,
            room_id: Some(row.room_id).filter(|room_id| !room_id.is_empty()),
            key: row.key,
            kind_type: row.r#type,
            installed_ts: Timestamp::from_millis(row.installed_ts).wire(),
            updated_ts: Timestamp::from_millis(row.updated_ts).wire(),
        })
    }
}

impl Storage {
    /// Records what a user set up. The same kind, room and key again change the record and keep
    /// when it was set up first. `None`, and nothing recorded, if the user has `most` others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_installation(
        &self,
        user_id: &str,
        new: &NewInstallation,
        most: i64,
        now: Timestamp,
    ) -> Result<Option<Installation>> {
        let room_id = new.room_id.as_deref().unwrap_or_default();
        let id = id_of(user_id, new.kind, room_id, &new.key);
        let row: Option<Row> = on!(self, pool => sqlx::query_as(
            "INSERT INTO installations
                 (installation_id, user_id, kind, room_id, key, type, installed_ts, updated_ts)
             SELECT $1, $2, $3, $4, $5, $6, $7, $7
             WHERE $8 > (SELECT COUNT(*) FROM installations
                         WHERE user_id = $2 AND installation_id <> $1)
             ON CONFLICT (installation_id)
                 DO UPDATE SET type = excluded.type, updated_ts = excluded.updated_ts
             RETURNING installation_id, kind, room_id, key, type, installed_ts, updated_ts")
            .bind(id)
            .bind(user_id)
            .bind(new.kind.as_str())
            .bind(room_id)
            .bind(&new.key)
            .bind(&new.kind_type)
            .bind(now.millis())
            .bind(most)
            .fetch_optional(pool).await?);
        row.map(Installation::try_from).transpose()
    }

    /// What a user set up, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn installations(&self, user_id: &str) -> Result<Vec<Installation>> {
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(
            "SELECT installation_id, kind, room_id, key, type, installed_ts, updated_ts
             FROM installations WHERE user_id = $1
             ORDER BY installed_ts DESC, installation_id")
            .bind(user_id)
            .fetch_all(pool).await?);
        rows.into_iter().map(Installation::try_from).collect()
    }

    /// Forgets a record; `false` if the user has no such one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_installation(&self, user_id: &str, id: &str) -> Result<bool> {
        let removed = on!(self, pool => sqlx::query(
            "DELETE FROM installations WHERE user_id = $1 AND installation_id = $2")
            .bind(user_id)
            .bind(id)
            .execute(pool).await?.rows_affected());
        Ok(removed > 0)
    }

    /// Forgets the record of a widget in the user's account, by the widget's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_account_widget(&self, user_id: &str, widget_id: &str) -> Result<bool> {
        let id = id_of(user_id, InstallationKind::AccountWidget, "", widget_id);
        self.remove_installation(user_id, &id).await
    }
}

/// The record of one thing in one place has one id, whoever asks first.
fn id_of(user_id: &str, kind: InstallationKind, room_id: &str, key: &str) -> String {
    let mut digest = Sha256::new();
    for part in [user_id, kind.as_str(), room_id, key] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize().get(..16).unwrap_or_default())
}
