//! Accounts: exchanging a Matrix OpenID token for a session of ours, and what a session may do.
//! Called by `http`; calls `storage`, and the homeserver through [`VerifyOpenId`].

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use tessera_protocol::account::OpenIdToken;

use crate::{
    clock::Clock,
    matrix::openid::{OpenIdError, OpenIdVerifier},
    random::{NoRandomness, Random},
    storage::{SessionAndLibrary, SessionRecord, Storage, StorageError},
};

/// Who can say whose an OpenID token is.
#[async_trait::async_trait]
pub trait VerifyOpenId: Send + Sync {
    /// The Matrix user ID that the token's homeserver confirms.
    async fn verify(&self, token: &OpenIdToken) -> Result<String, OpenIdError>;
}

#[async_trait::async_trait]
impl VerifyOpenId for OpenIdVerifier {
    async fn verify(&self, token: &OpenIdToken) -> Result<String, OpenIdError> {
        Self::verify(self, token).await
    }
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The homeserver does not vouch for the user.
    #[error(transparent)]
    OpenId(#[from] OpenIdError),
    /// The session could not be kept.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is no randomness for a token.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Sign-in and sessions.
#[derive(Clone)]
pub struct Accounts {
    storage: Storage,
    verifier: Arc<dyn VerifyOpenId>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    lifetime: Duration,
}

impl Accounts {
    /// Accounts whose sessions last `lifetime`.
    #[must_use]
    pub fn new(
        storage: Storage,
        verifier: Arc<dyn VerifyOpenId>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        lifetime: Duration,
    ) -> Self {
        Self { storage, verifier, clock, random, lifetime }
    }

    /// Asks the homeserver whose the OpenID token is, and begins a session for that user. Returns
    /// the session's token: 256 random bits, which we keep only as a hash.
    ///
    /// # Errors
    /// When the homeserver does not confirm the token, or we cannot keep the session.
    pub async fn register(&self, token: &OpenIdToken) -> Result<String, RegisterError> {
        let user_id = self.verifier.verify(token).await?;
        let (mut secret, mut session_id) = ([0; 32], [0; 16]);
        self.random.fill(&mut secret)?;
        self.random.fill(&mut session_id)?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(secret);
        let created = self.clock.now();
        let session = SessionRecord {
            session_id: hex::encode(session_id),
            user_id,
            created,
            expires: created.after(self.lifetime),
        };
        self.storage.add_session(&hash(&token), &session).await?;
        Ok(token)
    }

    /// The session of a token; `None` if it is unknown, revoked or expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token: &str) -> Result<Option<SessionRecord>, StorageError> {
        // Looked up by hash: what the comparison's time could tell is of no use.
        self.storage.session(&hash(token), self.clock.now()).await
    }

    /// The same, with the user's library.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_and_library(
        &self,
        token: &str,
    ) -> Result<Option<SessionAndLibrary>, StorageError> {
        self.storage.session_and_library(hash(token), self.clock.now()).await
    }

    /// The user's sessions, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, user_id: &str) -> Result<Vec<SessionRecord>, StorageError> {
        self.storage.sessions_of(user_id, self.clock.now()).await
    }

    /// Ends a session of the user. `false` if the user has no such session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke(&self, user_id: &str, session_id: &str) -> Result<bool, StorageError> {
        self.storage.remove_session(user_id, session_id).await
    }

    /// Forgets expired sessions, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<u64, StorageError> {
        self.storage.remove_expired_sessions(self.clock.now()).await
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::ManualClock, random::CountingRandom};

    struct Says(&'static str);

    #[async_trait::async_trait]
    impl VerifyOpenId for Says {
        async fn verify(&self, _: &OpenIdToken) -> Result<String, OpenIdError> {
            Ok(self.0.to_owned())
        }
    }

    fn openid() -> OpenIdToken {
        OpenIdToken {
            access_token: "t".into(),
            matrix_server_name: "hs".into(),
            token_type: "Bearer".into(),
            expires_in: 3600,
        }
    }

    #[tokio::test]
    async fn a_token_is_long_random_and_stored_only_as_a_hash() {
        let storage = crate::storage::fresh::open().await;
        let clock = Arc::new(ManualClock::at(0));
        let accounts = Accounts::new(
            storage.clone(),
            Arc::new(Says("@a:hs")),
            clock.clone(),
            Arc::new(CountingRandom::default()),
            Duration::from_secs(60),
        );
        let first = accounts.register(&openid()).await.unwrap();
        let second = accounts.register(&openid()).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&first).unwrap().len() * 8, 256);
        assert_eq!(storage.session(first.as_bytes(), clock.now()).await.unwrap(), None);
        assert_eq!(accounts.session(&first).await.unwrap().unwrap().user_id, "@a:hs");
        assert_eq!(accounts.session("forged").await.unwrap(), None);

        clock.advance(Duration::from_secs(60));
        assert_eq!(accounts.session(&first).await.unwrap(), None, "expired");
        assert_eq!(accounts.sweep().await.unwrap(), 2);
    }
}
