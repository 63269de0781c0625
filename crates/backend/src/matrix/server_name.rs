//! Names of homeservers, by the specification's grammar and stricter: a name that two programs
//! could read as two addresses (`127.1`, `0x7f000001`) is no name. Everything that comes from
//! outside as a server name passes here before anything is done with it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// The longest name of a server; `@` and `:` and a user's name have to fit in 255 bytes with it.
const NAME_LIMIT: usize = 230;
/// The longest ID of a user.
const USER_ID_LIMIT: usize = 255;

/// The name of a homeserver: a host and perhaps a port, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct ServerName {
    text: String,
    host: Host,
    port: Option<u16>,
}

/// The host of a server's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    /// A DNS name, in lower case and without a dot at the end.
    Domain(String),
    /// An address, which in text is in brackets if it is of IPv6.
    Ip(IpAddr),
}

/// Why a text is not the name of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServerName {
    /// Nothing, or too much.
    #[error("a server name has 1 to 230 characters")]
    Length,
    /// Not a DNS name.
    #[error(
        "the host of a server name is a DNS name of letters, digits, hyphens and dots, \
         an IPv4 address, or an IPv6 address in brackets"
    )]
    Host,
    /// `127.1`, `0x7f.1`, `2130706433`, `0177.0.0.1`.
    #[error("an IPv4 address is written as four decimal numbers without leading zeros")]
    OddAddress,
    /// Not a port.
    #[error("the port of a server name is a number from 1 to 65535")]
    Port,
}

impl ServerName {
    /// The host part.
    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// The port, if the name has one.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// The name as it stands in user IDs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl FromStr for ServerName {
    type Err = InvalidServerName;

    fn from_str(text: &str) -> Result<Self, InvalidServerName> {
        if text.is_empty() || text.len() > NAME_LIMIT {
            return Err(InvalidServerName::Length);
        }
        let text = text.to_ascii_lowercase();
        let (host, rest) = if let Some(inside) = text.strip_prefix('[') {
            let (address, rest) = inside.split_once(']').ok_or(InvalidServerName::Host)?;
            let address: Ipv6Addr = address.parse().map_err(|_| InvalidServerName::Host)?;
            (Host::Ip(address.into()), rest)
        } else {
            let end = text.find(':').unwrap_or(text.len());
            let (host, rest) = text.split_at(end);
            (domain_or_ipv4(host)?, rest)
        };
        let port = match rest.strip_prefix(':') {
            Some(digits) => Some(port(digits)?),
            None if rest.is_empty() => None,
            None => return Err(InvalidServerName::Host),
        };
        Ok(Self { text, host, port })
    }
}

impl TryFrom<String> for ServerName {
    type Error = InvalidServerName;

    fn try_from(text: String) -> Result<Self, InvalidServerName> {
        text.parse()
    }
}

fn port(digits: &str) -> Result<u16, InvalidServerName> {
    if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidServerName::Port);
    }
    digits.parse().map_err(|_| InvalidServerName::Port)
}

fn domain_or_ipv4(host: &str) -> Result<Host, InvalidServerName> {
    let well_formed = host.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    if !well_formed {
        return Err(InvalidServerName::Host);
    }
    // What URL parsers take for an IPv4 address: the last label is a number, decimal or hexadecimal.
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit()) {
        // The standard library reads only the plain notation, without leading zeros.
        let address: Ipv4Addr = host.parse().map_err(|_| InvalidServerName::OddAddress)?;
        return Ok(Host::Ip(address.into()));
    }
    Ok(Host::Domain(host.into()))
}

/// Which servers an entry of the allow or the deny list means: one by name, or with `*.` before a
/// domain all servers below it (not the domain itself).
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct ServerPattern {
    below: bool,
    name: ServerName,
}

impl ServerPattern {
    /// Whether the name is meant, with its port or the lack of one: who allows `example.org` does
    /// not allow whoever runs `example.org:8449`.
    #[must_use]
    pub fn is(&self, server: &ServerName) -> bool {
        self.name.port == server.port && self.is_host(server)
    }

    /// Whether the name is meant on any port, or on the pattern's port if it has one: who denies
    /// `example.org` denies it on all ports.
    #[must_use]
    pub fn is_on_any_port(&self, server: &ServerName) -> bool {
        (self.name.port.is_none() || self.name.port == server.port) && self.is_host(server)
    }

    /// The one server that is meant, if it is one.
    #[must_use]
    pub fn single(&self) -> Option<&ServerName> {
        (!self.below).then_some(&self.name)
    }

    fn is_host(&self, server: &ServerName) -> bool {
        match (&self.name.host, &server.host) {
            (Host::Domain(domain), Host::Domain(host)) if self.below => host
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            (pattern, host) => !self.below && pattern == host,
        }
    }
}

impl FromStr for ServerPattern {
    type Err = InvalidServerName;

    fn from_str(text: &str) -> Result<Self, InvalidServerName> {
        let (below, name) = match text.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, text),
        };
        let name: ServerName = name.parse()?;
        if below && matches!(name.host, Host::Ip(_)) {
            return Err(InvalidServerName::Host);
        }
        Ok(Self { below, name })
    }
}

impl TryFrom<String> for ServerPattern {
    type Error = InvalidServerName;

    fn try_from(text: String) -> Result<Self, InvalidServerName> {
        text.parse()
    }
}

impl fmt::Display for ServerPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.below { "*." } else { "" }, self.name)
    }
}

/// Whether a user ID is one of this server: what follows its first colon is the server's name, byte
/// for byte. The part before is not judged by today's grammar, for old accounts keep their IDs.
#[must_use]
pub fn user_belongs_to(user_id: &str, server: &ServerName) -> bool {
    user_id.len() <= USER_ID_LIMIT
        && !user_id.chars().any(char::is_control)
        && user_id
            .strip_prefix('@')
            .and_then(|id| id.split_once(':'))
            .is_some_and(|(_, name)| name == server.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ServerName {
        text.parse().unwrap()
    }

    #[test]
    fn the_grammar_of_the_specification_is_read() {
        let domain = name("Matrix.Example.org:8448");
        assert_eq!(domain.as_str(), "matrix.example.org:8448");
        assert_eq!(domain.host(), &Host::Domain("matrix.example.org".into()));
        assert_eq!(domain.port(), Some(8448));
        assert_eq!(name("1.2.3.4").host(), &Host::Ip("1.2.3.4".parse().unwrap()));
        let v6 = name("[2001:db8::1]:443");
        assert_eq!(v6.host(), &Host::Ip("2001:db8::1".parse().unwrap()));
        assert_eq!((v6.port(), v6.host().to_string().as_str()), (Some(443), "[2001:db8::1]"));
        // Digits are fine where no parser takes them for an address.
        for fine in
            ["localhost", "1and1.com", "0x.example", "xn--bcher-kva.example", "127.0.0.1.nip.io"]
        {
            assert!(fine.parse::<ServerName>().is_ok(), "{fine}");
        }
    }

    #[test]
    fn odd_notations_of_addresses_are_refused() {
        for odd in [
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "127.0.1",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.0x1",
            "0x",
            "1.2.3.4.5",
            "256.1.1.1",
            "example.1",
            "017700000001",
            "127.0.0.1.",
        ] {
            assert!(odd.parse::<ServerName>().is_err(), "{odd}");
            assert!(format!("{odd}:8448").parse::<ServerName>().is_err(), "{odd}:8448");
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        let long = format!("{}.org", "a.".repeat(120));
        let label = format!("{}.org", "a".repeat(64));
        for bad in [
            "",
            ":8448",
            "example.org:",
            "example.org:0",
            "example.org:65536",
            "example.org:08448",
            "example.org:84a",
            "example.org:+80",
            "example..org",
            ".example.org",
            "example.org.",
            "exa mple.org",
            "example.org/path",
            "user@example.org",
            "example.org?x",
            "example.org#x",
            "http://example.org",
            "[::1",
            "[::1]x",
            "[::1%eth0]",
            "::1",
            "[127.0.0.1]",
            "exämple.org",
            "example.org\r\nHost: x",
            "１２７.0.0.1",
            "example。org",
            "a_b.org",
            "%31.org",
            &long,
            &label,
        ] {
            assert!(bad.parse::<ServerName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_user_belongs_to_the_server_after_the_first_colon() {
        let server = name("example.org");
        for yes in ["@alice:example.org", "@Old Näme!:example.org", "@:example.org"] {
            assert!(user_belongs_to(yes, &server), "{yes}");
        }
        let long = format!("@{}:example.org", "a".repeat(255));
        for no in [
            "alice:example.org",
            "@alice",
            "@alice:example.org:8448",
            "@alice:evil.org:example.org",
            "@alice:notexample.org",
            "@alice:Example.org",
            "@alice:example.org ",
            "",
            "@a\n:example.org",
            "@alice:",
            "!room:example.org",
            &long,
        ] {
            assert!(!user_belongs_to(no, &server), "{no}");
        }
        assert!(user_belongs_to("@a:[::1]:8448", &name("[::1]:8448")));
        assert!(user_belongs_to("@a:127.0.0.1:8008", &name("127.0.0.1:8008")));
    }

    #[test]
    fn patterns_mean_one_server_or_all_below() {
        let one: ServerPattern = "example.org".parse().unwrap();
        assert_eq!(one.single().map(ServerName::as_str), Some("example.org"));
        assert!(one.is(&name("Example.ORG")) && !one.is(&name("example.org:8449")));
        assert!(one.is_on_any_port(&name("example.org:8449")));
        assert!(!one.is(&name("sub.example.org")) && !one.is(&name("notexample.org")));
        let below: ServerPattern = "*.example.org".parse().unwrap();
        assert!(below.is(&name("a.example.org")) && below.is(&name("a.b.example.org")));
        assert!(!below.is(&name("example.org")) && !below.is(&name("badexample.org")));
        assert!(below.is_on_any_port(&name("a.example.org:1")));
        assert_eq!(below.single(), None);
        let address: ServerPattern = "[::1]".parse().unwrap();
        assert!(address.is(&name("[0:0::1]")));
        for bad in ["*", "*example.org", "*.1.2.3.4", "*.*.org", "a.*.org", ""] {
            assert!(bad.parse::<ServerPattern>().is_err(), "{bad}");
        }
        assert_eq!(below.to_string(), "*.example.org");
    }
}
