//! Which IP addresses are the public internet's, by IANA's registries of special-purpose addresses.
//! `outgoing` asks before it connects anywhere; nobody else needs to know.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Anybody's: on the public internet.
    Public,
    /// This machine's or this network's; for servers that the operator allowed.
    Private,
    /// Nobody's homeserver: cloud metadata, multicast, reserved and documentation addresses.
    Never,
}

/// Whether an address is on the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    reach(address) == Reach::Public
}

/// What an address is good for.
#[must_use]
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// Networks that are not public, the most specific first: address, length of the prefix, reach.
const V4: &[([u8; 4], u32, Reach)] = &[
    // Metadata of clouds: AWS, GCP, Azure and others; AWS' container credentials; Alibaba's; Oracle's.
    ([169, 254, 169, 254], 32, Reach::Never),
    ([169, 254, 170, 2], 32, Reach::Never),
    ([100, 100, 100, 200], 32, Reach::Never),
    ([192, 0, 0, 192], 32, Reach::Never),
    // RFC 791: "this network". On Linux 0.0.0.0 is this machine.
    ([0, 0, 0, 0], 8, Reach::Never),
    // RFC 1918
    ([10, 0, 0, 0], 8, Reach::Private),
    ([172, 16, 0, 0], 12, Reach::Private),
    ([192, 168, 0, 0], 16, Reach::Private),
    // RFC 6598: shared by the customers of a provider; also Tailscale's
    ([100, 64, 0, 0], 10, Reach::Private),
    // RFC 1122: loopback
    ([127, 0, 0, 0], 8, Reach::Private),
    // RFC 3927: link-local
    ([169, 254, 0, 0], 16, Reach::Private),
    // RFC 6890: protocol assignments
    ([192, 0, 0, 0], 24, Reach::Never),
    // RFC 5737: documentation
    ([192, 0, 2, 0], 24, Reach::Never),
    ([198, 51, 100, 0], 24, Reach::Never),
    ([203, 0, 113, 0], 24, Reach::Never),
    // RFC 7535, 7450, 7534: services of the internet itself
    ([192, 31, 196, 0], 24, Reach::Never),
    ([192, 52, 193, 0], 24, Reach::Never),
    ([192, 175, 48, 0], 24, Reach::Never),
    // RFC 7526: relays of 6to4
    ([192, 88, 99, 0], 24, Reach::Never),
    // RFC 2544: benchmarks
    ([198, 18, 0, 0], 15, Reach::Never),
    // RFC 5771: multicast
    ([224, 0, 0, 0], 4, Reach::Never),
    // RFC 1112: reserved, with broadcast
    ([240, 0, 0, 0], 4, Reach::Never),
];

fn reach_v4(address: Ipv4Addr) -> Reach {
    let bits = u32::from(address);
    V4.iter()
        .find(|(network, length, _)| {
            let network = u32::from(Ipv4Addr::from(*network));
            bits >> (32 - length) == network >> (32 - length)
        })
        .map_or(Reach::Public, |(_, _, reach)| *reach)
}

/// As [`V4`]. What is in no network here is public only inside 2000::/3, which is all that is
/// given out.
const V6: &[([u16; 8], u32, Reach)] = &[
    // Metadata: AWS', GCP's, Oracle's and Alibaba's in ULA
    ([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128, Reach::Never),
    ([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23], 128, Reach::Never),
    ([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128, Reach::Never),
    ([0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128, Reach::Never),
    // RFC 4291: loopback
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, Reach::Private),
    // RFC 4193: unique local
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Reach::Private),
    // RFC 4291, 3879: link-local, site-local
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Reach::Private),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Reach::Private),
    // RFC 2928: protocol assignments, with ORCHID, ORCHIDv2, benchmarks, anycast, drones
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Reach::Never),
    // RFC 3849, 9637: documentation
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Reach::Never),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Reach::Never),
    // RFC 7534: AS112
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, Reach::Never),
    // 6bone, given back (RFC 3701)
    ([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16, Reach::Never),
];

fn reach_v6(address: Ipv6Addr) -> Reach {
    // :: and ::1 look like IPv4-compatible addresses and are not.
    if address.is_unspecified() {
        return Reach::Never;
    }
    if !address.is_loopback()
        && let Some(embedded) = embedded_v4(address)
    {
        return embedded;
    }
    let bits = u128::from(address);
    let listed = V6.iter().find(|(network, length, _)| {
        let network = u128::from(Ipv6Addr::from(*network));
        bits >> (128 - length) == network >> (128 - length)
    });
    match listed {
        Some((_, _, reach)) => *reach,
        None if bits >> 125 == 1 => Reach::Public,
        None => Reach::Never,
    }
}

/// Addresses that lead to an IPv4 address are judged by it, for a gateway may carry us there.
fn embedded_v4(address: Ipv6Addr) -> Option<Reach> {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        reach_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // RFC 4291: IPv4-compatible and IPv4-mapped; RFC 2765: IPv4-translated
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => {
            Some(v4(high, low))
        }
        // RFC 6052: NAT64
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        // RFC 3056: 6to4
        [0x2002, high, low, ..] => Some(v4(high, low)),
        // RFC 4380: Teredo, with the server's address and the client's, inverted
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            Some(v4(server_high, server_low).max(v4(!high, !low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Reach {
        reach(address.parse().unwrap())
    }

    #[test]
    fn public_addresses() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
            "2400::1",
            "2002:101:101::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "::1.1.1.1",
            "2001:0:808:808:0:0:fefe:fefe",
        ] {
            assert_eq!(of(address), Reach::Public, "{address}");
            assert!(is_public(address.parse().unwrap()));
        }
    }

    #[test]
    fn private_addresses() {
        for address in [
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.1",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.0",
            "192.168.255.255",
            "::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:7f00:1",
            "::127.0.0.1",
            "::ffff:0:192.168.1.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::1",
            "2002:c0a8:101::",
            // Teredo: a private server; a private client (10.0.0.1 inverted)
            "2001:0:a00:1:0:0:fefe:fefe",
            "2001:0:808:808:0:0:f5ff:fffe",
        ] {
            assert_eq!(of(address), Reach::Private, "{address}");
        }
    }

    #[test]
    fn addresses_that_are_no_servers() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.170.2",
            "100.100.100.200",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.0.9",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "198.18.0.0",
            "198.19.255.255",
            "192.31.196.1",
            "192.52.193.1",
            "192.175.48.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
            "100::1",
            "100:0:0:1::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:30::1",
            "2001:1::1",
            "2001:db8::1",
            "3fff::1",
            "3ffe::1",
            "2620:4f:8000::1",
            "5f00::1",
            "ff02::1",
            "ff0e::1",
            "4000::1",
            "fe00::1",
            "64:ff9b:1::1",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "2002:a9fe:a9fe::1",
            "::ffff:0.0.0.0",
            "::ffff:255.255.255.255",
            "::0.0.0.2",
            "2001:0:e000:1:0:0:fefe:fefe",
        ] {
            assert_eq!(of(address), Reach::Never, "{address}");
            assert!(!is_public(address.parse().unwrap()));
        }
    }
}
