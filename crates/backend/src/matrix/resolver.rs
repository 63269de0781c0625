//! DNS, behind a trait so that tests decide what names mean. Only `outgoing` and `discovery` call
//! it, and nothing that it answers is trusted: `outgoing` judges every address.

use std::net::IpAddr;

use async_trait::async_trait;
use hickory_resolver::{TokioResolver, net::NetError, proto::rr::RData};

/// How names become addresses.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// The addresses of a host, both families. A dot at the end keeps the machine's search domains
    /// out of it. No address is an empty list.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError>;

    /// The SRV records of a name, in no order. No record is an empty list.
    async fn srv(&self, name: &str) -> Result<Vec<SrvTarget>, ResolveError>;
}

/// One SRV record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrvTarget {
    /// Lower is tried first.
    pub priority: u16,
    /// Among equals, higher is tried first.
    pub weight: u16,
    /// The service's port.
    pub port: u16,
    /// The service's host without a dot at the end; empty for "there is no such service here".
    pub target: String,
}

/// DNS gave no answer, not even "there is none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The name servers do not answer or fail.
    #[error("the name servers gave no answer")]
    Failed,
    /// The machine has no DNS configuration that can be read.
    #[error("this machine's DNS configuration (/etc/resolv.conf) names no name server")]
    NotConfigured,
}

/// DNS as the machine is configured: its name servers, its hosts file. Without a configuration it
/// knows no name, for a playground or a homeserver with an address needs none.
#[derive(Clone)]
pub struct SystemResolver(Option<TokioResolver>);

impl SystemResolver {
    /// Reads the machine's configuration.
    ///
    /// # Errors
    /// When there is one and it cannot be used.
    pub fn new() -> Result<Self, ResolveError> {
        let Ok(builder) = TokioResolver::builder_tokio() else {
            tracing::warn!(
                "/etc/resolv.conf cannot be read: homeservers are found only by their IP address"
            );
            return Ok(Self(None));
        };
        builder
            .build()
            .map(|resolver| Self(Some(resolver)))
            .map_err(|_| ResolveError::NotConfigured)
    }

    fn configured(&self) -> Result<&TokioResolver, ResolveError> {
        self.0.as_ref().ok_or(ResolveError::NotConfigured)
    }
}

fn empty_or_failed<T>(error: &NetError) -> Result<Vec<T>, ResolveError> {
    if error.is_no_records_found() { Ok(Vec::new()) } else { Err(ResolveError::Failed) }
}

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        match self.configured()?.lookup_ip(host).await {
            Ok(answer) => Ok(answer.iter().collect()),
            Err(error) => empty_or_failed(&error),
        }
    }

    async fn srv(&self, name: &str) -> Result<Vec<SrvTarget>, ResolveError> {
        let answer = match self.configured()?.srv_lookup(name).await {
            Ok(answer) => answer,
            Err(error) => return empty_or_failed(&error),
        };
        let targets = answer.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(SrvTarget {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii().trim_end_matches('.').to_ascii_lowercase(),
            }),
            _ => None,
        });
        Ok(targets.collect())
    }
}

#[cfg(test)]
pub(crate) mod table {
    //! DNS as a table, for tests: each name has a list of answers, given one after the other, the
    //! last for ever.

    use std::{collections::HashMap, sync::Mutex};

    use super::*;

    #[derive(Default)]
    pub(crate) struct TableResolver {
        addresses: HashMap<String, Vec<Vec<IpAddr>>>,
        srv: HashMap<String, Vec<SrvTarget>>,
        asked: Mutex<Vec<String>>,
    }

    impl TableResolver {
        /// A host with its addresses.
        pub(crate) fn host(self, name: &str, addresses: &[&str]) -> Self {
            self.then(name, addresses)
        }

        /// The host's addresses when it is asked for once more.
        pub(crate) fn then(mut self, name: &str, addresses: &[&str]) -> Self {
            let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
            self.addresses.entry(name.into()).or_default().push(addresses);
            self
        }

        pub(crate) fn srv(mut self, name: &str, priority: u16, target: &str, port: u16) -> Self {
            let record = SrvTarget { priority, weight: 0, port, target: target.into() };
            self.srv.entry(name.into()).or_default().push(record);
            self
        }

        /// How often a name has been asked for.
        pub(crate) fn asked(&self, name: &str) -> usize {
            self.asked.lock().unwrap().iter().filter(|asked| *asked == name).count()
        }
    }

    #[async_trait]
    impl Resolver for TableResolver {
        async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
            let host = host.trim_end_matches('.');
            let before = self.asked(host);
            self.asked.lock().unwrap().push(host.into());
            let answers = self.addresses.get(host);
            Ok(answers
                .and_then(|list| list.get(before).or(list.last()))
                .cloned()
                .unwrap_or_default())
        }

        async fn srv(&self, name: &str) -> Result<Vec<SrvTarget>, ResolveError> {
            let name = name.trim_end_matches('.');
            self.asked.lock().unwrap().push(name.into());
            Ok(self.srv.get(name).cloned().unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_configuration_no_name_is_known() {
        let resolver = SystemResolver(None);
        assert_eq!(resolver.addresses("x.example").await, Err(ResolveError::NotConfigured));
        assert_eq!(resolver.srv("_x._tcp.x.example").await, Err(ResolveError::NotConfigured));
    }

    #[tokio::test]
    async fn the_machines_own_name_is_known_without_a_network() {
        let addresses = SystemResolver::new().unwrap().addresses("localhost").await.unwrap();
        assert!(addresses.iter().any(IpAddr::is_loopback) && !addresses.is_empty());
    }
}
