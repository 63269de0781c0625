//! From a homeserver's name to where it listens: the server-server API's "Resolving server names",
//! with well-known delegation and SRV records. `federation` calls this; the network is behind
//! `outgoing`, which judges every address that comes out of here.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use reqwest::{
    StatusCode, Url,
    header::{CACHE_CONTROL, HeaderMap},
};

use super::{
    access::Access,
    documents::{self, NoDocument},
    outgoing::{Destination, Failure, Guard, Wanted},
    server_name::{Host, ServerName},
};
use crate::clock::{Clock, Timestamp};

/// Where a server listens that says nothing about it.
const FEDERATION_PORT: u16 = 8448;
/// The bounds of how long a delegation is believed, and how long if the server does not say.
const SHORTEST: Duration = Duration::from_secs(5 * 60);
const LONGEST: Duration = Duration::from_secs(48 * 60 * 60);
const USUAL: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a failure is believed at most; from [`SHORTEST`] it doubles with each in a row.
const LONGEST_FAILURE: Duration = Duration::from_secs(60 * 60);
/// How often in a row a known delegation may be unreachable until it is forgotten.
const FORGIVEN: u32 = 6;
/// How many servers are remembered, and how many SRV records of one are used.
const SERVERS: u64 = 10_000;
const SRV_TARGETS: usize = 4;

/// Finds homeservers.
pub struct Discovery {
    guard: Arc<Guard>,
    clock: Arc<dyn Clock>,
    well_known: Cache<String, WellKnown>,
    well_known_port: u16,
}

/// What is known of a host's `/.well-known/matrix/server`.
#[derive(Clone)]
struct WellKnown {
    delegated: Option<ServerName>,
    until: Timestamp,
    failures: u32,
}

/// Why there is no delegation.
enum NoDelegation {
    /// The host answers, and the answer is not one.
    Absent,
    /// The host does not answer properly; it may have one.
    Unknown,
}

impl From<NoDocument> for NoDelegation {
    fn from(none: NoDocument) -> Self {
        match none {
            NoDocument::Status(status)
                if !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS =>
            {
                Self::Absent
            }
            NoDocument::Redirect => Self::Absent,
            NoDocument::Failure(_) | NoDocument::Status(_) => Self::Unknown,
        }
    }
}

impl Discovery {
    /// Discovery through this guard.
    #[must_use]
    pub fn new(guard: Arc<Guard>, clock: Arc<dyn Clock>) -> Self {
        let well_known = Cache::builder().max_capacity(SERVERS).time_to_live(2 * LONGEST).build();
        Self { guard, clock, well_known, well_known_port: 443 }
    }

    /// For tests, which cannot listen on port 443.
    #[cfg(test)]
    pub(super) const fn set_well_known_port(&mut self, port: u16) {
        self.well_known_port = port;
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// When it says that it listens nowhere.
    pub async fn find(&self, server: &ServerName, access: &Access) -> Result<Destination, Failure> {
        let domain = match where_it_says(server) {
            Ok(destination) => return Ok(destination),
            Err(domain) => domain,
        };
        let Some(delegated) = self.delegated(domain, access).await else {
            return self.by_srv(domain).await;
        };
        match where_it_says(&delegated) {
            Ok(destination) => Ok(destination),
            Err(domain) => self.by_srv(domain).await,
        }
    }

    /// SRV records of a domain, or else its federation port.
    async fn by_srv(&self, domain: &str) -> Result<Destination, Failure> {
        let host = Host::Domain(domain.into());
        let mut destination = Destination::https(host, FEDERATION_PORT, domain.into());
        for service in ["_matrix-fed", "_matrix"] {
            let name = format!("{service}._tcp.{domain}.");
            let mut records = self.guard.resolver().srv(&name).await.unwrap_or_default();
            if records.is_empty() {
                continue;
            }
            records.sort_by_key(|record| (record.priority, std::cmp::Reverse(record.weight)));
            // An empty target says that there is no such service; an address is not a target.
            destination.connect = records
                .into_iter()
                .filter(|record| record.port != 0)
                .filter_map(|record| Some((record.target.parse::<ServerName>().ok()?, record.port)))
                .filter(|(target, _)| {
                    target.port().is_none() && matches!(target.host(), Host::Domain(_))
                })
                .map(|(target, port)| (target.host().clone(), port))
                .take(SRV_TARGETS)
                .collect();
            if destination.connect.is_empty() {
                return Err(Failure::Resolve);
            }
            break;
        }
        Ok(destination)
    }

    /// Who the domain says speaks for it, from memory if it was asked lately.
    async fn delegated(&self, domain: &str, access: &Access) -> Option<ServerName> {
        let now = self.clock.now();
        let known = self.well_known.get(domain).await;
        if let Some(known) = known.as_ref().filter(|known| now < known.until) {
            return known.delegated.clone();
        }
        let ask = async {
            match self.fetch(domain, access).await {
                Ok((delegated, age)) => {
                    WellKnown { delegated: Some(delegated), until: now.after(age), failures: 0 }
                }
                Err(why) => failed(known, &why, now),
            }
        };
        let entry = self.well_known.entry_by_ref(domain);
        entry.or_insert_with_if(ask, |known| known.until <= now).await.into_value().delegated
    }

    async fn fetch(
        &self,
        domain: &str,
        access: &Access,
    ) -> Result<(ServerName, Duration), NoDelegation> {
        let port = self.well_known_port;
        let url = format!("https://{domain}:{port}/.well-known/matrix/server");
        let url = Url::parse(&url).map_err(|_| NoDelegation::Absent)?;
        let answer = documents::fetch(&self.guard, access, &url, Wanted::Json).await?;
        // A map and not a struct, which would also be read from an array.
        let document: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&answer.body).map_err(|_| NoDelegation::Absent)?;
        let server = document.get("m.server").and_then(serde_json::Value::as_str);
        let server = server.and_then(|server| server.parse().ok()).ok_or(NoDelegation::Absent)?;
        Ok((server, age(&answer.headers)))
    }
}

/// Where a name itself says to connect: an address, or a port. Else its domain.
fn where_it_says(server: &ServerName) -> Result<Destination, &str> {
    let port = match (server.host(), server.port()) {
        (Host::Domain(domain), None) => return Err(domain),
        (_, port) => port.unwrap_or(FEDERATION_PORT),
    };
    Ok(Destination::https(server.host().clone(), port, server.as_str().into()))
}

/// What to believe after a failure: the last delegation for a while if the host is only away.
fn failed(known: Option<WellKnown>, why: &NoDelegation, now: Timestamp) -> WellKnown {
    let (delegated, before) = known.map_or((None, 0), |known| (known.delegated, known.failures));
    let failures = before.saturating_add(1);
    let delegated = match why {
        NoDelegation::Unknown if failures <= FORGIVEN => delegated,
        NoDelegation::Unknown | NoDelegation::Absent => None,
    };
    let wait = SHORTEST.saturating_mul(2_u32.saturating_pow(before)).min(LONGEST_FAILURE);
    WellKnown { delegated, until: now.after(wait), failures }
}

/// How long the server wants its answer to be believed, within our bounds.
fn age(headers: &HeaderMap) -> Duration {
    let control = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut age = USUAL;
    for directive in control.split(',').map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return SHORTEST;
        }
        if name.eq_ignore_ascii_case("max-age") {
            age = value.trim_matches('"').parse().map_or(SHORTEST, Duration::from_secs);
        }
    }
    age.clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests;
