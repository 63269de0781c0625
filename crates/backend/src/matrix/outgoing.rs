//! Requests to servers that strangers name, guarded against SSRF: a name is resolved once, its
//! addresses are judged, and the connection goes to exactly those. `discovery`,
//! `documents`, `openid` and `doctor` call this, and `widgets::page` for pages that somebody wants in
//! a room; proxies, redirects and the system's resolver have no part in it.

mod wanted;

use std::{
    error::Error,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Client, StatusCode, Url,
    dns::{Name, Resolve, Resolving},
    header::{ACCEPT, HOST, HeaderMap},
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    access::{Access, Allowed},
    resolver::Resolver,
    server_name::Host,
};

pub use self::wanted::{SOME_ORIGIN, Wanted};

/// The most addresses that are tried for one request.
const ADDRESS_LIMIT: usize = 8;

/// How long and how much.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the connection, TLS included.
    pub connect: Duration,
    /// For one request, from DNS to the last byte.
    pub total: Duration,
    /// Bytes of a body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 64 * 1024 }
    }
}

/// Whether TLS is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Always, but for:
    Https,
    /// The operator's own URL inside their network.
    Http,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// With TLS or without.
    pub scheme: Scheme,
    /// Whose certificate is asked for.
    pub host: Host,
    /// The `Host` header.
    pub host_header: String,
    /// What is connected to, in this order: the host itself, or the targets of its SRV records.
    pub connect: Vec<(Host, u16)>,
    /// What comes before the request's path; without a slash at the end.
    pub base_path: String,
}

impl Destination {
    /// A host and a port, with TLS.
    #[must_use]
    pub fn https(host: Host, port: u16, host_header: String) -> Self {
        let connect = vec![(host.clone(), port)];
        Self { scheme: Scheme::Https, host, host_header, connect, base_path: String::new() }
    }

    /// The origin of a URL, without its path. `None` if the URL is not one of the web's or carries
    /// a user's name or password.
    #[must_use]
    pub fn origin_of(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            _ => return None,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = match url.host()? {
            url::Host::Domain(name) => Host::Domain(name.trim_end_matches('.').into()),
            url::Host::Ipv4(address) => Host::Ip(address.into()),
            url::Host::Ipv6(address) => Host::Ip(address.into()),
        };
        let host_header = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let connect = vec![(host.clone(), url.port_or_known_default()?)];
        Some(Self { scheme, host, host_header, connect, base_path: String::new() })
    }
}

/// An answer.
pub struct Response {
    /// Its status; redirects are statuses like all others.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as far as it was wanted.
    pub body: Vec<u8>,
}

/// Why there is no answer. The texts end a sentence, and hold nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// DNS knows no address.
    #[error("its name has no address; check the server's DNS, or the name")]
    Resolve,
    /// The only addresses are ones that strangers must not make us connect to.
    #[error(
        "its address is not on the public internet, and this server's operator has not allowed \
         private addresses for it"
    )]
    AddressRefused,
    /// Nobody listens, or a firewall is between.
    #[error("no connection could be made; is its federation port open?")]
    Connect,
    /// The certificate is not valid for the name, expired, or of an unknown authority.
    #[error("its TLS certificate could not be verified")]
    Tls,
    /// Too slow.
    #[error("it did not answer in time")]
    TimedOut,
    /// Too much.
    #[error("its answer is too large")]
    TooLarge,
    /// Not HTTP, or cut off.
    #[error("its answer is not HTTP or was cut off")]
    Answer,
}

/// The one way out to servers that strangers name.
pub struct Guard {
    resolver: Arc<dyn Resolver>,
    limits: Limits,
}

impl Guard {
    /// A guard that resolves names by `resolver`.
    #[must_use]
    pub fn new(resolver: Arc<dyn Resolver>, limits: Limits) -> Self {
        Self { resolver, limits }
    }

    /// DNS, for SRV records.
    pub(super) fn resolver(&self) -> &dyn Resolver {
        &*self.resolver
    }

    /// How long one request may take.
    pub(crate) const fn limits(&self) -> Limits {
        self.limits
    }

    /// Asks for a JSON document. Follows no redirect.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub async fn get(
        &self,
        to: &Destination,
        access: &Access,
        path_and_query: &str,
    ) -> Result<Response, Failure> {
        self.fetch(to, access, path_and_query, Wanted::Json).await
    }

    /// Asks for what is wanted. Follows no redirect.
    ///
    /// # Errors
    /// When there is no such answer.
    pub async fn fetch(
        &self,
        to: &Destination,
        access: &Access,
        path_and_query: &str,
        wanted: Wanted,
    ) -> Result<Response, Failure> {
        self.in_time(to, access, path_and_query, wanted, None).await
    }

    /// Asks for a JSON document with the operator's own access token.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub async fn get_as(
        &self,
        token: &SecretString,
        to: &Destination,
        access: &Access,
        path_and_query: &str,
    ) -> Result<Response, Failure> {
        self.in_time(to, access, path_and_query, Wanted::Json, Some(token)).await
    }

    async fn in_time(
        &self,
        to: &Destination,
        access: &Access,
        path_and_query: &str,
        wanted: Wanted,
        token: Option<&SecretString>,
    ) -> Result<Response, Failure> {
        let answer = async {
            let addresses = self.permitted(to, access).await?;
            let request = (path_and_query, wanted, token);
            self.ask(to, access, addresses, request).await
        };
        tokio::time::timeout(self.limits.total, answer).await.unwrap_or(Err(Failure::TimedOut))
    }

    /// The addresses that a connection may go to.
    ///
    /// # Errors
    /// When there is none.
    pub async fn permitted(
        &self,
        to: &Destination,
        access: &Access,
    ) -> Result<Vec<SocketAddr>, Failure> {
        let allowed = access.allowed;
        let mut permitted = Vec::new();
        let mut refused = false;
        for (host, port) in &to.connect {
            let found = match host {
                Host::Ip(address) => vec![*address],
                Host::Domain(name) if allowed == Allowed::PrivateToo => {
                    self.resolver.addresses(name).await.unwrap_or_default()
                }
                // A stranger's name is whole: the search domains of this network are not for it.
                Host::Domain(name) => {
                    self.resolver.addresses(&format!("{name}.")).await.unwrap_or_default()
                }
            };
            for address in found {
                if allowed.permits(address) {
                    permitted.push(SocketAddr::new(address, *port));
                } else {
                    refused = true;
                }
            }
        }
        permitted.truncate(ADDRESS_LIMIT);
        match (permitted.is_empty(), refused) {
            (false, _) => Ok(permitted),
            (true, true) => Err(Failure::AddressRefused),
            (true, false) => Err(Failure::Resolve),
        }
    }

    async fn ask(
        &self,
        to: &Destination,
        access: &Access,
        addresses: Vec<SocketAddr>,
        (path_and_query, wanted, token): (&str, Wanted, Option<&SecretString>),
    ) -> Result<Response, Failure> {
        let url = request_url(to, path_and_query)?;
        let mut request = self.client(to.scheme, access, addresses)?.request(wanted.method(), url);
        if let Some(token) = token {
            request = request.bearer_auth(token.expose_secret());
        }
        let mut response = request
            .header(HOST, &to.host_header)
            .header(ACCEPT, wanted.accept())
            .headers(wanted.headers())
            .send()
            .await
            .map_err(|error| failure(&error))?;
        let mut body = Vec::new();
        while wanted != Wanted::PageHead
            && let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))?
        {
            let room = self.limits.body.saturating_sub(body.len());
            if wanted == Wanted::PageStart && chunk.len() >= room {
                body.extend_from_slice(chunk.get(..room).unwrap_or_default());
                break;
            }
            if body.len().saturating_add(chunk.len()) > self.limits.body {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Response { status: response.status(), headers, body })
    }

    /// A client that can connect to these addresses and to none else.
    fn client(
        &self,
        scheme: Scheme,
        access: &Access,
        addresses: Vec<SocketAddr>,
    ) -> Result<Client, Failure> {
        Client::builder()
            .tls_backend_preconfigured(access.tls.clone())
            .https_only(scheme == Scheme::Https)
            .dns_resolver(Pinned(addresses))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // With HTTP/2 the SRV target's port would be in `:authority` instead of our `Host`.
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(self.limits.connect)
            .user_agent(concat!("Tessera/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| Failure::Tls)
    }
}

/// The URL for the client. Of a name it has no port: the port comes with the checked addresses. Of
/// an address it has one, for the client asks no resolver about it.
fn request_url(to: &Destination, path_and_query: &str) -> Result<Url, Failure> {
    let scheme = match to.scheme {
        Scheme::Https => "https",
        Scheme::Http => "http",
    };
    let origin = match (&to.host, to.connect.as_slice()) {
        (Host::Domain(name), _) => format!("{scheme}://{name}"),
        (Host::Ip(_), [(connect, port)]) if *connect == to.host => {
            format!("{scheme}://{}:{port}", to.host)
        }
        (Host::Ip(_), _) => return Err(Failure::AddressRefused),
    };
    let url = Url::parse(&format!("{origin}{}{path_and_query}", to.base_path))
        .map_err(|_| Failure::Resolve)?;
    // What was checked as a name must not be read as an address, which would not be resolved.
    match (&to.host, url.host()) {
        (Host::Domain(_), Some(url::Host::Domain(_))) => Ok(url),
        (Host::Ip(IpAddr::V4(ours)), Some(url::Host::Ipv4(theirs))) if *ours == theirs => Ok(url),
        (Host::Ip(IpAddr::V6(ours)), Some(url::Host::Ipv6(theirs))) if *ours == theirs => Ok(url),
        _ => Err(Failure::AddressRefused),
    }
}

/// The resolver of one request's client: the addresses that were checked, whatever the name.
struct Pinned(Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: reqwest::dns::Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

/// What went wrong, without the error itself: its text has the URL, and the URL has the token.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return Failure::Tls;
        }
        // An I/O error says that the cause of what is inside it is its own.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    if error.is_connect() { Failure::Connect } else { Failure::Answer }
}

#[cfg(test)]
mod tests;
