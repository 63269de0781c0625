//! Forgetting a user: every row that is about them.

use super::{Result, Storage, on};
use crate::packs::Kind;

impl Storage {
    /// Forgets a user: sessions, library, installations, consents, own packs, and the pictures that
    /// nobody else uses. What they reported stays, without them and their words, and so does what they
    /// decided as an operator. Orders that were paid stay for the tax authorities, without their buyer; gifts
    /// that wait for the user go back to their givers.
    ///
    /// # Errors
    /// When the database fails; what was forgotten before then stays so.
    pub async fn erase_user(&self, user_id: &str) -> Result<()> {
        let mut images = Vec::new();
        let saved = self.packs_of(user_id, Kind::Saved).await?;
        let made = self.packs_of(user_id, Kind::Made).await?;
        for pack in saved.into_iter().chain(made) {
            images.extend(self.stickers(&pack.id).await?.into_iter().map(|sticker| sticker.image));
        }
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            for sql in [
                "DELETE FROM sessions WHERE user_id = $1",
                "DELETE FROM libraries WHERE user_id = $1",
                "DELETE FROM installations WHERE user_id = $1",
                "DELETE FROM consents WHERE user_id = $1",
                "DELETE FROM packs WHERE owner = $1",
                "UPDATE reports SET user_id = NULL, details = '' WHERE user_id = $1",
                "UPDATE decisions SET operator = '' WHERE operator = $1",
                "DELETE FROM entitlements WHERE user_id = $1",
                // They are due at once.
                "UPDATE gifts SET expires_ts = 0 WHERE to_user = $1 AND state = 'waiting'",
                "UPDATE gifts SET to_user = NULL WHERE to_user = $1",
                "UPDATE gifts SET claimed_by = NULL WHERE claimed_by = $1",
                "UPDATE orders SET user_id = NULL, version = version + 1 WHERE user_id = $1",
                "UPDATE refunds SET operator = '' WHERE operator = $1",
            ] {
                sqlx::query(sql).bind(user_id).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        self.remove_if_unused(&images).await
    }
}
