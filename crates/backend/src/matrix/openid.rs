//! Who somebody is, by the word of their homeserver: an OpenID token is shown at
//! `/_matrix/federation/v1/openid/userinfo`, and the answer must be a user of that very server.
//! `accounts` calls this; it calls `federation`.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use reqwest::StatusCode;
use sha2::{Digest as _, Sha256};
use tessera_protocol::account::OpenIdToken;
use url::form_urlencoded;

use super::{
    federation::{Federation, FederationConfig, SetupError},
    outgoing::{Failure, Limits},
    resolver::Resolver,
    server_name::{ServerName, user_belongs_to},
};
use crate::clock::{Clock, Timestamp};

/// The longest token that is shown to a homeserver.
const TOKEN_LIMIT: usize = 4096;
/// How long a homeserver's word is taken without asking again.
const CONFIRMED_FOR: Duration = Duration::from_secs(60);
/// How many confirmations are remembered.
const CONFIRMED: u64 = 10_000;
/// How long discovery and answer together may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdError {
    /// `matrix_server_name` is not the name of a server.
    #[error("`matrix_server_name` is not the name of a homeserver.")]
    InvalidServerName,
    /// The operator's lists.
    #[error("Users of this homeserver cannot sign in here. Ask the operator to allow it.")]
    Denied,
    /// The homeserver does not know the token.
    #[error("Your homeserver does not confirm this sign-in; it may be too old. Please try again.")]
    Rejected,
    /// The homeserver speaks for a user of another.
    #[error("The homeserver answered for a user of another homeserver.")]
    WrongServer,
    /// The homeserver gives no answer.
    #[error("Your homeserver could not be asked who you are: {step}.")]
    Unreachable {
        /// What failed.
        step: Failure,
    },
    /// The homeserver's answer is neither yes nor no.
    #[error(
        "Your homeserver's answer to who you are cannot be understood. Its operator should check \
         that /_matrix/federation/v1/openid/userinfo is served (in Synapse, the `openid` or \
         `federation` listener resource)."
    )]
    BadAnswer,
}

impl From<Failure> for OpenIdError {
    fn from(step: Failure) -> Self {
        Self::Unreachable { step }
    }
}

/// Verifies OpenID tokens.
pub struct OpenIdVerifier {
    federation: Federation,
    clock: Arc<dyn Clock>,
    confirmed: Cache<Key, Confirmed>,
}

/// A token by its hash, and who was asked.
type Key = ([u8; 32], ServerName);

#[derive(Clone)]
struct Confirmed {
    user_id: String,
    until: Timestamp,
}

impl OpenIdVerifier {
    /// A verifier with these rules.
    ///
    /// # Errors
    /// When a certificate file or a URL of the configuration cannot be used.
    pub fn new(
        config: FederationConfig,
        resolver: Arc<dyn Resolver>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetupError> {
        Self::with_limits(config, resolver, clock, Limits::default())
    }

    fn with_limits(
        config: FederationConfig,
        resolver: Arc<dyn Resolver>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            federation: Federation::new(config, resolver, clock.clone(), limits)?,
            clock,
            confirmed: Cache::builder().max_capacity(CONFIRMED).time_to_live(CONFIRMED_FOR).build(),
        })
    }

    /// The user ID that the token's homeserver confirms.
    ///
    /// # Errors
    /// When it does not, or cannot be asked.
    pub async fn verify(&self, token: &OpenIdToken) -> Result<String, OpenIdError> {
        let server: ServerName =
            token.matrix_server_name.parse().map_err(|_| OpenIdError::InvalidServerName)?;
        if !self.federation.admits(&server) {
            return Err(OpenIdError::Denied);
        }
        let secret = token.access_token.as_str();
        if secret.is_empty() || secret.len() > TOKEN_LIMIT {
            return Err(OpenIdError::Rejected);
        }
        let key: Key = (Sha256::digest(secret).into(), server);
        let now = self.clock.now();
        if self.confirmed.get(&key).await.is_some_and(|confirmed| confirmed.until <= now) {
            self.confirmed.invalidate(&key).await;
        }
        let server = key.1.clone();
        let ask = async {
            let user_id = tokio::time::timeout(PATIENCE, self.ask(&server, secret))
                .await
                .unwrap_or(Err(Failure::TimedOut.into()))?;
            Ok(Confirmed { user_id, until: now.after(CONFIRMED_FOR) })
        };
        let confirmed = self.confirmed.try_get_with(key, ask).await;
        confirmed.map(|confirmed| confirmed.user_id).map_err(|error: Arc<OpenIdError>| {
            tracing::info!(cause = ?*error, "an OpenID token was not confirmed");
            *error
        })
    }

    async fn ask(&self, server: &ServerName, secret: &str) -> Result<String, OpenIdError> {
        let federation = &self.federation;
        let destination = federation.find(server).await?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("access_token", secret)
            .finish();
        let path = format!("/_matrix/federation/v1/openid/userinfo?{query}");
        let answer = federation.guard().get(&destination, federation.access(server), &path).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(OpenIdError::Rejected),
            _ => return Err(OpenIdError::BadAnswer),
        }
        // A map and not a struct, which would also be read from an array.
        let answer: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&answer.body).map_err(|_| OpenIdError::BadAnswer)?;
        let user = answer.get("sub").and_then(serde_json::Value::as_str);
        match user.ok_or(OpenIdError::BadAnswer)? {
            user if user_belongs_to(user, server) => Ok(user.into()),
            _ => Err(OpenIdError::WrongServer),
        }
    }
}

#[cfg(test)]
mod tests;
