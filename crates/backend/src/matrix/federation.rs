//! How homeservers are reached: by discovery, or as the operator said of them, each with the access
//! that the operator gave it. `openid` and `setup::served` call this; it calls `discovery`, and every
//! request goes through `outgoing`.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use url::Url;

use super::{
    access::{Access, Allowed, CertificateError},
    discovery::Discovery,
    outgoing::{Destination, Failure, Guard, Limits},
    resolver::Resolver,
    server_name::{ServerName, ServerPattern},
};
use crate::clock::Clock;

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

/// Why homeservers cannot be reached as the configuration says.
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

/// The homeservers, as far as the operator said something about them, and the way to all others.
pub struct Federation {
    allow: Vec<ServerPattern>,
    deny: Vec<ServerPattern>,
    servers: HashMap<ServerName, Known>,
    pub(super) everyone: Access,
    own: Access,
    guard: Arc<Guard>,
    pub(super) discovery: Discovery,
}

/// What the operator said of a server.
struct Known {
    access: Access,
    destination: Option<Destination>,
}

impl Federation {
    /// The homeservers of this configuration.
    ///
    /// # Errors
    /// When a certificate file or a URL of the configuration cannot be used.
    pub fn new(
        config: FederationConfig,
        resolver: Arc<dyn Resolver>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        let guard = Arc::new(Guard::new(resolver, limits));
        let authorities: Vec<PathBuf> =
            config.servers.values().filter_map(|server| server.ca_file.clone()).collect();
        let servers: HashMap<_, _> =
            config.servers.into_iter().map(known).collect::<Result<_, _>>()?;
        let authorities = authorities.iter().map(PathBuf::as_path);
        Ok(Self {
            allow: config.allow,
            deny: config.deny,
            servers,
            everyone: Access::new(Allowed::PublicOnly, None)?,
            own: Access::new(Allowed::PrivateToo, authorities)?,
            discovery: Discovery::new(guard.clone(), clock),
            guard,
        })
    }

    /// For tests, which cannot listen on port 443.
    #[cfg(test)]
    pub(crate) const fn set_well_known_port(&mut self, port: u16) {
        self.discovery.set_well_known_port(port);
    }

    /// Whether the operator serves users of this server.
    #[must_use]
    pub fn admits(&self, server: &ServerName) -> bool {
        let denied = self.deny.iter().any(|pattern| pattern.is_on_any_port(server));
        let allowed = self.allow.is_empty() || self.allow.iter().any(|pattern| pattern.is(server));
        allowed && !denied
    }

    /// What a server is trusted with.
    #[must_use]
    pub fn access(&self, server: &ServerName) -> &Access {
        self.servers.get(server).map_or(&self.everyone, |known| &known.access)
    }

    /// What the addresses are trusted with that the operator named as their own: ours, Element's.
    #[must_use]
    pub const fn own(&self) -> &Access {
        &self.own
    }

    /// The way out.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Where the operator said that a server's federation API is (`federation_url`).
    #[must_use]
    pub fn given(&self, server: &ServerName) -> Option<&Destination> {
        self.servers.get(server)?.destination.as_ref()
    }

    /// Where a server's federation API is.
    ///
    /// # Errors
    /// When the server says that it listens nowhere.
    pub async fn find(&self, server: &ServerName) -> Result<Destination, Failure> {
        match self.given(server) {
            Some(destination) => Ok(destination.clone()),
            None => self.discovery.find(server, self.access(server)).await,
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
