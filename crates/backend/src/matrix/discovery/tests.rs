//! Server discovery against the specification's steps, with a web server that plays the internet.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::{
    clock::ManualClock,
    matrix::{
        fake_server::{
            Answer, Authority, FakeServer, PRIVATE, PUBLIC, answer, impatient, json, redirect,
        },
        outgoing::Scheme,
        resolver::table::TableResolver,
    },
};

const DOMAIN: &str = "example.org";

struct World {
    discovery: Discovery,
    clock: Arc<ManualClock>,
    access: Access,
    web: FakeServer,
}

/// A world in which `example.org` and `www.example.org` have a web server.
async fn world(dns: TableResolver, web: impl Fn(&str) -> Answer + Send + Sync + 'static) -> World {
    let authority = Authority::new();
    let names = [DOMAIN, "www.example.org"];
    let web = FakeServer::https((PUBLIC, 0), &authority, &names, web).await;
    let dns = dns.host(DOMAIN, &["127.0.0.2"]).host("www.example.org", &["127.0.0.2"]);
    let clock = Arc::new(ManualClock::at(0));
    let guard = Arc::new(Guard::new(Arc::new(dns), impatient()));
    let mut discovery = Discovery::new(guard, clock.clone());
    discovery.set_well_known_port(web.port());
    World { discovery, clock, access: authority.internet(), web }
}

impl World {
    async fn find(&self, name: &str) -> Result<Destination, Failure> {
        self.discovery.find(&name.parse().unwrap(), &self.access).await
    }

    /// `certificate name, Host header, connections`, as text.
    async fn found(&self, name: &str) -> String {
        let to = self.find(name).await.unwrap();
        assert_eq!((to.scheme, to.base_path.as_str()), (Scheme::Https, ""));
        let connect: Vec<_> =
            to.connect.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        format!("{} {} {}", to.host, to.host_header, connect.join(","))
    }
}

fn nothing(_: &str) -> Answer {
    answer("404 Not Found", "", "")
}

fn delegates(to: &str) -> impl Fn(&str) -> Answer + Send + Sync + use<> {
    let body = serde_json::json!({ "m.server": to }).to_string();
    move |path| if path == "/.well-known/matrix/server" { json(&body) } else { nothing(path) }
}

#[tokio::test]
async fn names_with_an_address_or_a_port_are_not_looked_up() {
    let world = world(
        TableResolver::default().srv("_matrix-fed._tcp.example.org", 0, "x.y", 1),
        delegates("never.example"),
    )
    .await;
    for (name, expected) in [
        ("1.2.3.4", "1.2.3.4 1.2.3.4 1.2.3.4:8448"),
        ("1.2.3.4:443", "1.2.3.4 1.2.3.4:443 1.2.3.4:443"),
        ("[2a00::1]", "[2a00::1] [2a00::1] [2a00::1]:8448"),
        ("[2a00::1]:80", "[2a00::1] [2a00::1]:80 [2a00::1]:80"),
        ("example.org:8449", "example.org example.org:8449 example.org:8449"),
    ] {
        assert_eq!(world.found(name).await, expected);
    }
    assert_eq!(world.web.connections(), 0);
}

#[tokio::test]
async fn without_delegation_srv_records_and_then_port_8448_are_used() {
    let fed = "_matrix-fed._tcp.example.org";
    let old = "_matrix._tcp.example.org";
    let table = TableResolver::default;
    for (dns, expected) in [
        (table(), "example.org example.org example.org:8448"),
        (table().srv(old, 0, "old.example", 1), "example.org example.org old.example:1"),
        (
            table().srv(old, 0, "old.example", 1).srv(fed, 0, "new.example", 2),
            "example.org example.org new.example:2",
        ),
        (
            table().srv(fed, 20, "b.example", 2).srv(fed, 10, "a.example", 1),
            "example.org example.org a.example:1,b.example:2",
        ),
        // Targets that are addresses, or have ports inside, are not targets.
        (
            table()
                .srv(fed, 0, "127.0.0.1", 22)
                .srv(fed, 0, "c.example:22", 1)
                .srv(fed, 0, "d.example", 0)
                .srv(fed, 9, "e.example", 5),
            "example.org example.org e.example:5",
        ),
    ] {
        assert_eq!(world(dns, nothing).await.found(DOMAIN).await, expected);
    }
    let gone = world(table().srv(fed, 0, "", 0), nothing).await;
    assert_eq!(gone.find(DOMAIN).await, Err(Failure::Resolve));
}

#[tokio::test]
async fn delegation_is_followed_once_by_the_same_steps() {
    let fed = "_matrix-fed._tcp.hs.example";
    let table = TableResolver::default;
    for (delegated, dns, expected) in [
        ("hs.example", table(), "hs.example hs.example hs.example:8448"),
        ("hs.example:443", table(), "hs.example hs.example:443 hs.example:443"),
        ("1.2.3.4", table(), "1.2.3.4 1.2.3.4 1.2.3.4:8448"),
        ("[2a00::1]:1", table(), "[2a00::1] [2a00::1]:1 [2a00::1]:1"),
        ("hs.example", table().srv(fed, 0, "t.example", 7), "hs.example hs.example t.example:7"),
        // The domain's own records do not count when it delegates.
        (
            "hs.example",
            table().srv("_matrix-fed._tcp.example.org", 0, "x.example", 9),
            "hs.example hs.example hs.example:8448",
        ),
    ] {
        assert_eq!(world(dns, delegates(delegated)).await.found(DOMAIN).await, expected);
    }
}

#[tokio::test]
async fn documents_that_are_none_are_as_if_there_was_none() {
    let huge = json(&format!(r#"{{"m.server":"hs.example","x":"{}"}}"#, "x".repeat(70_000)));
    for bad in [
        json("not json"),
        json("{}"),
        json(r#"{"m.server": 1}"#),
        json(r#"{"m.server": "127.1"}"#),
        json(r#"{"m.server": "0x7f000001:80"}"#),
        json(r#"{"m.server": "hs.example/path"}"#),
        json(r#"{"m.server": "https://hs.example"}"#),
        json(r#"["m.server"]"#),
        huge,
        answer("500 Oh no", "", r#"{"m.server": "hs.example"}"#),
        answer("302 Found", "", ""),
        redirect("https://[::1"),
        redirect("/.well-known/matrix/server"),
        Answer::Stall(b"HTTP/1.1 200 OK\r\n".to_vec()),
    ] {
        let world = world(TableResolver::default(), move |_| bad.clone()).await;
        assert_eq!(world.found(DOMAIN).await, "example.org example.org example.org:8448");
    }
}

#[tokio::test]
async fn three_redirects_are_followed_and_no_fourth() {
    for (hops, expected) in [(3, "hs.example"), (4, DOMAIN)] {
        let world = world(TableResolver::default(), move |path| {
            let hop: u32 = path.rsplit('=').next().unwrap().parse().unwrap_or(0);
            if hop == hops {
                json(r#"{"m.server": "hs.example"}"#)
            } else {
                redirect(&format!("/elsewhere?hop={}", hop + 1))
            }
        })
        .await;
        assert_eq!(world.found(DOMAIN).await, format!("{expected} {expected} {expected}:8448"));
    }
}

#[tokio::test]
async fn redirects_to_private_addresses_and_to_http_are_not_followed() {
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let outside = FakeServer::http((PUBLIC, 0), delegates("hs.example")).await;
    let port = inside.port();
    for location in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://inside.example:{port}/"),
        format!("//127.1:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://www.example.org:{}/.well-known/matrix/server", outside.port()),
        format!("https://user:password@www.example.org:{port}/"),
        "file:///etc/passwd".into(),
    ] {
        let dns = TableResolver::default().host("inside.example", &["127.0.0.1"]);
        let target = location.clone();
        let world = world(dns, move |_| redirect(&target)).await;
        assert_eq!(
            world.found(DOMAIN).await,
            "example.org example.org example.org:8448",
            "{location}"
        );
    }
    assert_eq!((inside.connections(), outside.connections()), (0, 0));
}

/// A web server that answers by turns, and how often it was asked.
fn by_turns(answers: Vec<Answer>) -> (Arc<AtomicUsize>, impl Fn(&str) -> Answer + Send + Sync) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let handler = move |_: &str| {
        let turn = count.fetch_add(1, Ordering::SeqCst);
        answers.get(turn).or(answers.last()).unwrap().clone()
    };
    (asked, handler)
}

#[tokio::test]
async fn delegations_are_believed_as_long_as_they_say_within_bounds() {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    for (header, lasts) in [
        ("", minutes(24 * 60)),
        ("cache-control: public, max-age=3600\r\n", minutes(60)),
        ("cache-control: max-age=1\r\n", minutes(5)),
        ("cache-control: no-store\r\n", minutes(5)),
        ("cache-control: max-age=99999999\r\n", minutes(48 * 60)),
        ("cache-control: max-age=nonsense\r\n", minutes(5)),
    ] {
        let (asked, web) =
            by_turns(vec![answer("200 OK", header, r#"{"m.server": "hs.example:1"}"#)]);
        let world = world(TableResolver::default(), web).await;
        for _ in 0..3 {
            world.found(DOMAIN).await;
        }
        world.clock.advance(lasts.saturating_sub(Duration::from_secs(1)));
        world.found(DOMAIN).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{header}");
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(world.found(DOMAIN).await, "hs.example hs.example:1 hs.example:1");
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{header}");
    }
}

#[tokio::test]
async fn failures_are_asked_about_less_and_less() {
    let (asked, web) = by_turns(vec![nothing("")]);
    let world = world(TableResolver::default(), web).await;
    for (turn, minutes) in [5, 10, 20, 40, 60, 60].into_iter().enumerate() {
        world.found(DOMAIN).await;
        world.clock.advance(Duration::from_secs(60 * minutes - 1));
        world.found(DOMAIN).await;
        assert_eq!(asked.load(Ordering::SeqCst), turn + 1);
        world.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_known_delegation_outlives_an_outage_and_not_its_removal() {
    let good = || json(r#"{"m.server": "hs.example:1"}"#);
    let delegated = "hs.example hs.example:1 hs.example:1";
    let itself = "example.org example.org example.org:8448";
    let (_, web) = by_turns(vec![good(), answer("503 Busy", "", ""), good(), nothing("")]);
    let world = world(TableResolver::default(), web).await;
    for expected in [delegated, delegated, delegated, itself] {
        assert_eq!(world.found(DOMAIN).await, expected);
        world.clock.advance(LONGEST);
    }
}
