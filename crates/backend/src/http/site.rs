//! What the operator calls this server, and where users reach it.

use axum::http::{HeaderMap, header};
use url::Url;

/// What the operator calls this server, and where it is.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its public address; without it, the address of each request.
    pub public_url: Option<Url>,
    /// Whether anybody may look at the operator's packs.
    pub public_packs: bool,
}

impl Site {
    /// The address of this server, without a slash at its end.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        let configured = self.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/'));
        configured.map_or_else(|| address_of(headers), str::to_owned)
    }
}

/// The address that the request came to, for servers without `public_url`: on this machine by HTTP,
/// elsewhere by HTTPS, for clients show nothing else.
fn address_of(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_local = name == "localhost" || name == "127.0.0.1" || name == "[::1]";
    let scheme = if is_local { "http" } else { "https" };
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_setting_the_address_is_that_of_the_request() {
        for (host, address) in [
            ("127.0.0.1:8184", "http://127.0.0.1:8184"),
            ("localhost", "http://localhost"),
            ("[::1]:8184", "http://[::1]:8184"),
            ("im.example", "https://im.example"),
            ("im.example:8448", "https://im.example:8448"),
        ] {
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            assert_eq!(address_of(&headers), address);
        }
    }
}
