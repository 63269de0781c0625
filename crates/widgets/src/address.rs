//! Addresses of pages, taken apart without the `url` crate, whose tables would be a third of the
//! manager. It only reads: what it takes for an address is written as it was typed.

use crate::encoding::{decode, decode_form};

/// An address of the web in its parts, as typed: nothing is decoded but the host's case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    /// `https` or `http`.
    pub scheme: &'a str,
    /// The host in lower case, with its port where it has one.
    pub host: String,
    /// The path with its `/`; empty if there is none.
    pub path: &'a str,
    /// What is between `?` and `#`.
    pub query: Option<&'a str>,
    /// What comes after `#`.
    pub fragment: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Takes an address apart. `None` for what is not of the web, holds a user or password, or has
    /// no host that a browser would accept.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme =
            ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
        // Browsers drop these; an address with them is not what it looks like.
        if text.contains(|c: char| c.is_control() || c == '\\' || c == ' ') {
            return None;
        }
        let (rest, fragment) = split_at_first(rest, '#');
        let (rest, query) = split_at_first(rest, '?');
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        is_host(host).then(|| Self { scheme, host: host.to_lowercase(), path, query, fragment })
    }

    /// The host without its port.
    #[must_use]
    pub fn hostname(&self) -> &str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => &self.host,
        }
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    /// The parts of the path, decoded; a slash at the end is no part.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() { Vec::new() } else { path.split('/').map(decode).collect() }
    }

    /// The first value of this name in the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        parameters(self.query?).find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// Names and values of a query, decoded.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode_form(name), decode_form(value))
    })
}

fn split_at_first(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Whether this is a host with or without a port.
pub(crate) fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (text, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err() || port.starts_with('+')) {
        return false;
    }
    if let Some(inside) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return inside.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && !name.is_empty() && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let address = Address::parse("HTTPS://Pad.Example:8443/p/a%20b/?x=1&y=a+b#frag?x").unwrap();
        assert_eq!((address.scheme, address.host.as_str()), ("https", "pad.example:8443"));
        assert_eq!(address.hostname(), "pad.example");
        assert_eq!(address.segments(), ["p", "a b"]);
        assert_eq!(address.parameter("y").as_deref(), Some("a b"));
        assert_eq!(address.fragment, Some("frag?x"));
    }

    #[test]
    fn what_a_browser_would_read_otherwise_is_refused() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//host/x",
            "https://",
            "https:///path",
            "https://user@host/",
            "https://user:pass@host/",
            "https://host\\@evil/",
            "https://ho st/",
            "https://host:99999/",
            "https://host:+80/",
            "https://a..b/",
            "https://%65xample/",
            "https://host\n/",
            "ftp://host/",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
        assert!(Address::parse("https://[::1]:8080/x").is_some());
        assert!(Address::parse("http://münchen.example").is_some());
    }
}
