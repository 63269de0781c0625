//! What the guard connects to, and above all what it does not.

use super::*;
use crate::matrix::{
    fake_server::{
        Answer, Authority, FakeServer, PRIVATE, PUBLIC, answer, impatient, json, redirect,
    },
    resolver::table::TableResolver,
};

const SECRET: &str = "/userinfo?access_token=s3cr3t";

fn guard(resolver: TableResolver) -> Guard {
    Guard::new(Arc::new(resolver), impatient())
}

fn to(host: &str, port: u16) -> Destination {
    Destination::https(host_of(host), port, host.into())
}

fn host_of(text: &str) -> Host {
    match text.parse() {
        Ok(address) => Host::Ip(address),
        Err(_) => Host::Domain(text.into()),
    }
}

fn strangers() -> Access {
    Access::new(Allowed::PublicOnly, None).unwrap()
}

/// Every kind of address that a stranger could aim at us.
const FORBIDDEN: &[&str] = &[
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "::1",
    "::",
    "fd00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
];

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_by_number_and_by_name() {
    for address in FORBIDDEN {
        let guard = guard(TableResolver::default().host("evil.example", &[address]));
        for host in [*address, "evil.example"] {
            let result = guard.get(&to(host, 8448), &strangers(), SECRET).await;
            assert_eq!(result.err(), Some(Failure::AddressRefused), "{host} at {address}");
        }
    }
}

#[tokio::test]
async fn nothing_is_connected_to_when_an_address_is_refused() {
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let guard = guard(TableResolver::default().host("evil.example", &["127.0.0.1", "::1"]));
    for host in ["127.0.0.1", "evil.example", "::ffff:127.0.0.1"] {
        let result = guard.get(&to(host, inside.port()), &strangers(), SECRET).await;
        assert_eq!(result.err(), Some(Failure::AddressRefused));
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn metadata_and_the_like_are_refused_even_where_private_addresses_are_allowed() {
    let access = Access::new(Allowed::PrivateToo, None).unwrap();
    for address in ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "::", "224.0.0.1"] {
        let result = guard(TableResolver::default()).get(&to(address, 80), &access, "/").await;
        assert_eq!(result.err(), Some(Failure::AddressRefused), "{address}");
    }
}

#[tokio::test]
async fn a_name_that_is_rebound_leads_only_to_what_was_checked() {
    let authority = Authority::new();
    let public =
        FakeServer::https((PUBLIC, 0), &authority, &["evil.example"], |_| json("{}")).await;
    let inside = FakeServer::forbidden((PRIVATE, public.port())).await;
    let resolver = Arc::new(
        TableResolver::default()
            .host("evil.example", &["127.0.0.2"])
            .then("evil.example", &["127.0.0.1"]),
    );
    let guard = Guard::new(resolver.clone(), impatient());
    let to = to("evil.example", public.port());
    assert_eq!(guard.get(&to, &authority.internet(), "/").await.unwrap().status, 200);
    assert_eq!((resolver.asked("evil.example"), public.connections()), (1, 1));
    // Asked again, the name is judged again.
    let second = guard.get(&to, &authority.internet(), "/").await;
    assert_eq!(second.err(), Some(Failure::AddressRefused));
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn of_mixed_addresses_only_the_public_ones_are_tried() {
    let authority = Authority::new();
    // Nobody listens at the public address: the private one must not be the second choice.
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let guard = guard(TableResolver::default().host("evil.example", &["127.0.0.1", "127.0.0.2"]));
    let to = to("evil.example", inside.port());
    let result = guard.get(&to, &authority.internet(), SECRET).await;
    assert_eq!(result.err(), Some(Failure::Connect));
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    let authority = Authority::new();
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let location = format!("http://127.0.0.1:{}/", inside.port());
    let public =
        FakeServer::https((PUBLIC, 0), &authority, &["hs.example"], move |_| redirect(&location))
            .await;
    let guard = guard(TableResolver::default().host("hs.example", &["127.0.0.2"]));
    let to = to("hs.example", public.port());
    assert_eq!(guard.get(&to, &authority.internet(), "/").await.unwrap().status, 302);
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn the_certificate_has_to_be_of_a_known_authority_and_for_the_name() {
    let authority = Authority::new();
    let server =
        FakeServer::https((PRIVATE, 0), &authority, &["hs.example", "127.0.0.1"], |_| json("{}"))
            .await;
    let plain = FakeServer::forbidden((PRIVATE, 0)).await;
    let resolver = || {
        TableResolver::default()
            .host("hs.example", &["127.0.0.1"])
            .host("other.example", &["127.0.0.1"])
    };
    let private = Access::new(Allowed::PrivateToo, None).unwrap();
    let trusted = Access::new(Allowed::PrivateToo, [authority.file().as_path()]).unwrap();
    let (tls, http) = (server.port(), plain.port());
    for (host, port, access, expected) in [
        ("hs.example", tls, &trusted, None),
        ("127.0.0.1", tls, &trusted, None),
        ("other.example", tls, &trusted, Some(Failure::Tls)),
        ("hs.example", tls, &private, Some(Failure::Tls)),
        // It waits for the end of a request that never comes, for all it gets is a handshake.
        ("hs.example", http, &trusted, Some(Failure::TimedOut)),
        ("unknown.example", tls, &trusted, Some(Failure::Resolve)),
    ] {
        let result = guard(resolver()).get(&to(host, port), access, SECRET).await;
        assert_eq!(result.err(), expected, "{host}:{port}");
    }
    assert_eq!(plain.requests().len(), 0, "the token was sent without TLS");
}

#[tokio::test]
async fn bodies_and_patience_have_limits() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let cases = [
        (json(&"x".repeat(65_536)), None),
        (json(&"x".repeat(65_537)), Some(Failure::TooLarge)),
        (Answer::Flood(format!("{head}\r\n").into()), Some(Failure::TooLarge)),
        (
            Answer::Flood(format!("{head}content-length: 99999999999\r\n\r\n").into()),
            Some(Failure::TooLarge),
        ),
        (Answer::Stall(Vec::new()), Some(Failure::TimedOut)),
        (Answer::Stall(b"HTTP/1.1 200".to_vec()), Some(Failure::TimedOut)),
        (Answer::Stall(format!("{head}\r\n{{").into()), Some(Failure::TimedOut)),
        (Answer::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()), Some(Failure::Answer)),
        (Answer::Bytes(Vec::new()), Some(Failure::Answer)),
        (
            Answer::Bytes(format!("{head}content-length: 9\r\n\r\nshort").into()),
            Some(Failure::Answer),
        ),
        (answer("500 Oh no", "", ""), None),
    ];
    let access = Access::new(Allowed::PrivateToo, None).unwrap();
    for (number, (answer, expected)) in cases.into_iter().enumerate() {
        let server = FakeServer::http((PRIVATE, 0), move |_| answer.clone()).await;
        let url = format!("http://127.0.0.1:{}/", server.port()).parse().unwrap();
        let to = Destination::origin_of(&url).unwrap();
        let result = guard(TableResolver::default()).get(&to, &access, SECRET).await;
        assert_eq!(result.err(), expected, "case {number}");
    }
}

#[tokio::test]
async fn what_is_sent_names_the_host_and_no_more_than_needed() {
    let server = FakeServer::http((PRIVATE, 0), |_| json("{}")).await;
    let resolver = TableResolver::default().host("synapse", &["127.0.0.1"]);
    let access = Access::new(Allowed::PrivateToo, None).unwrap();
    let url = format!("http://synapse:{}/", server.port()).parse().unwrap();
    let to = Destination::origin_of(&url).unwrap();
    guard(resolver).get(&to, &access, "/a?b=c").await.unwrap();
    let head = server.requests().remove(0);
    assert!(head.starts_with("get /a?b=c http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("host: synapse:{}\r\n", server.port())), "{head}");
    assert!(!head.contains("cookie") && !head.contains("referer"), "{head}");
}

#[test]
fn urls_with_a_way_around_the_check_are_no_destinations() {
    let origin = |url: &str| Destination::origin_of(&url.parse().unwrap());
    assert_eq!(origin("ftp://example.org"), None);
    assert_eq!(origin("file:///etc/passwd"), None);
    assert_eq!(origin("https://user@example.org"), None);
    assert_eq!(origin("https://:password@example.org"), None);
    // The notations that URLs allow are addresses before they are judged.
    for odd in ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "%31%32%37.0.0.1", "１２７.0.0.1"]
    {
        let to = origin(&format!("https://{odd}")).unwrap();
        assert_eq!(to.host, Host::Ip(PRIVATE), "{odd}");
    }
    // A name that the client would read as an address does not get past the guard.
    for odd in ["2130706433", "127.1", "0x7f000001", "127.0.0.1"] {
        let to = Destination::https(Host::Domain(odd.into()), 80, odd.into());
        assert_eq!(request_url(&to, "/"), Err(Failure::AddressRefused), "{odd}");
    }
}
