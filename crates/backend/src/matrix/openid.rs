//! Who somebody is, by the word of their homeserver: an OpenID token is shown at
//! `/_matrix/federation/v1/openid/userinfo`, and the answer must be a user of that very server.
//! `accounts` calls this; it calls `discovery` and `outgoing`.

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use moka::future::Cache;
use reqwest::StatusCode;
use sha2::{Digest as _, Sha256};
use tessera_protocol::account::OpenIdToken;
use url::{Url, form_urlencoded};

use super::{
    access::{Access, Allowed, CertificateError},
    discovery::Discovery,
    outgoing::{Destination, Failure, Guard, Limits},
    resolver::Resolver,
    server_name::{ServerName, ServerPattern, user_belongs_to},
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

/// Which homeservers' users may sign in, and how those are reached that need to be told.
#[derive(Debug, Clone, Default)]
pub struct FederationConfig {
    /// If any, only these.
    pub allow: Vec<ServerPattern>,
    /// Never these, also if they are allowed.
    pub deny: Vec<ServerPattern>,
    /// What is special about some.
    pub servers: HashMap<ServerName, ServerOverride>,
}

/// What is special about a homeserver.
#[derive(Debug, Clone, Default)]
pub struct ServerOverride {
    /// Where its federation API (or Synapse's `openid` listener) is, instead of discovery. The
    /// operator chose it, so it may be `http` and on a private address.
    pub federation_url: Option<Url>,
    /// Whether it may be found at private addresses.
    pub allow_private_addresses: bool,
    /// A PEM file with a certificate authority to trust for it besides the web's.
    pub ca_file: Option<PathBuf>,
}

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

/// Why verification cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A homeserver's certificate file.
    #[error("the `ca_file` of homeserver {server}: {cause}")]
    Certificates {
        /// Whose.
        server: ServerName,
        /// Why not.
        cause: CertificateError,
    },
    /// A homeserver's URL.
    #[error(
        "the `federation_url` of homeserver {0} has to be an http or https URL without user name, \
         password, query and fragment"
    )]
    FederationUrl(ServerName),
    /// TLS at all.
    #[error(transparent)]
    Tls(#[from] CertificateError),
}

/// Verifies OpenID tokens.
pub struct OpenIdVerifier {
    allow: Vec<ServerPattern>,
    deny: Vec<ServerPattern>,
    servers: HashMap<ServerName, Known>,
    everyone: Access,
    guard: Arc<Guard>,
    discovery: Discovery,
    clock: Arc<dyn Clock>,
    confirmed: Cache<Key, Confirmed>,
}

/// What the operator said of a server.
struct Known {
    access: Access,
    destination: Option<Destination>,
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
        let guard = Arc::new(Guard::new(resolver, limits));
        let servers = config.servers.into_iter().map(known).collect::<Result<_, _>>()?;
        Ok(Self {
            allow: config.allow,
            deny: config.deny,
            servers,
            everyone: Access::new(Allowed::PublicOnly, None)?,
            discovery: Discovery::new(guard.clone(), clock.clone()),
            guard,
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
        if !self.admits(&server) {
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

    /// Whether the operator serves users of this server.
    fn admits(&self, server: &ServerName) -> bool {
        let denied = self.deny.iter().any(|pattern| pattern.is_on_any_port(server));
        let allowed = self.allow.is_empty() || self.allow.iter().any(|pattern| pattern.is(server));
        allowed && !denied
    }

    async fn ask(&self, server: &ServerName, secret: &str) -> Result<String, OpenIdError> {
        let known = self.servers.get(server);
        let access = known.map_or(&self.everyone, |known| &known.access);
        let destination = match known.and_then(|known| known.destination.clone()) {
            Some(destination) => destination,
            None => self.discovery.find(server, access).await?,
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("access_token", secret)
            .finish();
        let path = format!("/_matrix/federation/v1/openid/userinfo?{query}");
        let answer = self.guard.get(&destination, access, &path).await?;
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

fn known(
    (server, setting): (ServerName, ServerOverride),
) -> Result<(ServerName, Known), SetupError> {
    let destination = match &setting.federation_url {
        None => None,
        Some(url) if url.query().is_none() && url.fragment().is_none() => {
            let origin = Destination::origin_of(url);
            let mut to = origin.ok_or_else(|| SetupError::FederationUrl(server.clone()))?;
            to.base_path = url.path().trim_end_matches('/').into();
            Some(to)
        }
        Some(_) => return Err(SetupError::FederationUrl(server)),
    };
    let allowed = if setting.allow_private_addresses || destination.is_some() {
        Allowed::PrivateToo
    } else {
        Allowed::PublicOnly
    };
    match Access::new(allowed, setting.ca_file.as_deref()) {
        Ok(access) => Ok((server, Known { access, destination })),
        Err(cause) => Err(SetupError::Certificates { server, cause }),
    }
}

#[cfg(test)]
mod tests;
