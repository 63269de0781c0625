//! Where a request comes from, for rate limits only: it is neither stored nor logged.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The reverse proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client's address: the peer's, or behind trusted proxies the last one in
    /// `X-Forwarded-For` that none of them vouches for as a proxy of ours.
    pub(crate) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.ip().to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let forwarded: Vec<IpAddr> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|address| address.trim().parse().ok())
            .collect();
        for address in forwarded.into_iter().rev() {
            client = address.to_canonical();
            if !self.trusts(client) {
                break;
            }
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: Option<&str>) -> String {
        let proxies = TrustedProxies(trusted.iter().map(|n| n.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        if let Some(forwarded) = forwarded {
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        proxies.client(SocketAddr::new(peer.parse().unwrap(), 1), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client(&[], "192.0.2.1", Some("198.51.100.1")), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", Some("198.51.100.1")), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", Some("198.51.100.1")), "198.51.100.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", None), "10.0.0.1");
        let lied = Some("1.1.1.1, 198.51.100.1, 10.0.0.2");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", lied), "198.51.100.1");
        assert_eq!(client(&["10.0.0.0/8"], "::ffff:10.0.0.1", Some("rubbish")), "10.0.0.1");
    }
}
