//! Signing in: what a homeserver has to say, and everything that others may try.

use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path, query_param},
};

use std::collections::HashMap;

use super::*;
use crate::{
    clock::ManualClock,
    matrix::{
        fake_server::{Authority, FakeServer, PRIVATE, PUBLIC, impatient, json, redirect},
        federation::ServerOverride,
        resolver::table::TableResolver,
        server_name::ServerPattern,
    },
};

const SERVER: &str = "hs.example";
const USERINFO: &str = "/_matrix/federation/v1/openid/userinfo";
const SECRET: &str = "s3cr3t+/ &=%";

fn token(server: &str) -> OpenIdToken {
    OpenIdToken {
        access_token: SECRET.into(),
        matrix_server_name: server.into(),
        token_type: "Bearer".into(),
        expires_in: 3600,
    }
}

fn verifier(config: FederationConfig, dns: TableResolver) -> OpenIdVerifier {
    let clock = Arc::new(ManualClock::at(0));
    OpenIdVerifier::with_limits(config, Arc::new(dns), clock, impatient()).unwrap()
}

fn at(url: &str) -> FederationConfig {
    let setting =
        ServerOverride { federation_url: Some(url.parse().unwrap()), ..Default::default() };
    FederationConfig {
        servers: HashMap::from([(SERVER.parse().unwrap(), setting)]),
        ..FederationConfig::default()
    }
}

fn patterns(list: &[&str]) -> Vec<ServerPattern> {
    list.iter().map(|pattern| pattern.parse().unwrap()).collect()
}

async fn homeserver(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let mock = Mock::given(method("GET")).and(path(USERINFO));
    mock.and(query_param("access_token", SECRET)).respond_with(answer).mount(&server).await;
    server
}

fn says(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json")
}

async fn asked(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_token_that_the_homeserver_confirms_names_the_user() {
    let server = homeserver(says(200, r#"{"sub": "@alice:hs.example"}"#)).await;
    let verifier = verifier(at(&server.uri()), TableResolver::default());
    assert_eq!(verifier.verify(&token(SERVER)).await.unwrap(), "@alice:hs.example");
}

#[tokio::test]
async fn the_homeservers_answers_are_told_apart() {
    use OpenIdError::{BadAnswer, Rejected, WrongServer};
    let long = format!(r#"{{"sub": "@{}:hs.example"}}"#, "a".repeat(255));
    for (status, body, expected) in [
        // Forged or expired: what Synapse says.
        (
            401,
            r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "Access Token unknown or expired"}"#,
            Rejected,
        ),
        (401, r#"{"errcode": "M_MISSING_TOKEN", "error": "Missing access token"}"#, Rejected),
        (403, "{}", Rejected),
        // Of another server's user, in every shape that could be mistaken.
        (200, r#"{"sub": "@alice:other.example"}"#, WrongServer),
        (200, r#"{"sub": "@alice:hs.example:8448"}"#, WrongServer),
        (200, r#"{"sub": "@alice:evil.example:hs.example"}"#, WrongServer),
        (200, r#"{"sub": "@alice:noths.example"}"#, WrongServer),
        (200, r#"{"sub": "@alice:HS.example"}"#, WrongServer),
        (200, r#"{"sub": "alice:hs.example"}"#, WrongServer),
        (200, r#"{"sub": "@alice"}"#, WrongServer),
        (200, r#"{"sub": ""}"#, WrongServer),
        (200, r#"{"sub": "@a\u0000:hs.example"}"#, WrongServer),
        (200, &long, WrongServer),
        // Neither.
        (200, "<html>Hello</html>", BadAnswer),
        (200, r#"{"user_id": "@alice:hs.example"}"#, BadAnswer),
        (200, r#"{"sub": 1}"#, BadAnswer),
        (200, r#"["@alice:hs.example"]"#, BadAnswer),
        (200, "", BadAnswer),
        (201, r#"{"sub": "@alice:hs.example"}"#, BadAnswer),
        (404, r#"{"errcode": "M_UNRECOGNIZED"}"#, BadAnswer),
        (500, "{}", BadAnswer),
    ] {
        let server = homeserver(says(status, body)).await;
        let verifier = verifier(at(&server.uri()), TableResolver::default());
        assert_eq!(verifier.verify(&token(SERVER)).await, Err(expected), "{status} {body}");
    }
}

#[tokio::test]
async fn a_redirected_answer_is_not_followed() {
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let location = format!("http://127.0.0.1:{}{USERINFO}", inside.port());
    let answer = ResponseTemplate::new(302).insert_header("location", location);
    let server = homeserver(answer).await;
    let verifier = verifier(at(&server.uri()), TableResolver::default());
    assert_eq!(verifier.verify(&token(SERVER)).await, Err(OpenIdError::BadAnswer));
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn the_operators_lists_decide_before_anything_is_sent() {
    let server = homeserver(says(200, r#"{"sub": "@alice:hs.example"}"#)).await;
    for (allow, deny, admitted) in [
        (&[][..], &[][..], true),
        (&["hs.example"], &[], true),
        (&["*.example"], &[], true),
        (&["HS.EXAMPLE"], &[], true),
        (&["other.example"], &[], false),
        (&["*.hs.example"], &[], false),
        (&["hs.example:8448"], &[], false),
        (&[], &["hs.example"], false),
        (&[], &["*.example"], false),
        (&["hs.example"], &["hs.example"], false),
        (&[], &["other.example"], true),
    ] {
        let before = asked(&server).await;
        let mut config = at(&server.uri());
        (config.allow, config.deny) = (patterns(allow), patterns(deny));
        let result = verifier(config, TableResolver::default()).verify(&token(SERVER)).await;
        assert_eq!(result.is_ok(), admitted, "{allow:?} {deny:?}");
        if !admitted {
            assert_eq!(result, Err(OpenIdError::Denied));
            assert_eq!(asked(&server).await, before);
        }
    }
    // A port is no way around being denied, nor a way to be taken for who is allowed.
    let config = FederationConfig { deny: patterns(&[SERVER]), ..FederationConfig::default() };
    let denied = verifier(config, TableResolver::default()).verify(&token("hs.example:8449")).await;
    assert_eq!(denied, Err(OpenIdError::Denied));
    let config = FederationConfig { allow: patterns(&[SERVER]), ..FederationConfig::default() };
    let denied = verifier(config, TableResolver::default()).verify(&token("hs.example:8449")).await;
    assert_eq!(denied, Err(OpenIdError::Denied));
}

#[tokio::test]
async fn names_that_are_none_and_tokens_that_are_too_long_go_nowhere() {
    let verifier = verifier(FederationConfig::default(), TableResolver::default());
    for name in
        ["", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "hs.example/", "a b", "[::1"]
    {
        assert_eq!(
            verifier.verify(&token(name)).await,
            Err(OpenIdError::InvalidServerName),
            "{name}"
        );
    }
    for secret in [String::new(), "x".repeat(TOKEN_LIMIT + 1)] {
        let token = OpenIdToken { access_token: secret, ..token(SERVER) };
        assert_eq!(verifier.verify(&token).await, Err(OpenIdError::Rejected));
    }
}

#[tokio::test]
async fn a_strangers_name_leads_to_no_private_address() {
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let port = inside.port();
    let dns = TableResolver::default()
        .host("inside.example", &["127.0.0.1"])
        .host("v6.example", &["::1", "fd00::1", "fe80::1"])
        .host("mapped.example", &["::ffff:127.0.0.1"])
        .host("metadata.example", &["169.254.169.254"])
        .host("target.example", &["127.0.0.1"])
        .srv("_matrix-fed._tcp.srv.example", 0, "target.example", port);
    let verifier = verifier(FederationConfig::default(), dns);
    for name in [
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("[::ffff:7f00:1]:{port}"),
        format!("inside.example:{port}"),
        format!("v6.example:{port}"),
        format!("mapped.example:{port}"),
        format!("metadata.example:{port}"),
        "10.0.0.1".into(),
        "169.254.169.254:80".into(),
        "[fd00:ec2::254]:80".into(),
        "[fe80::1]".into(),
        "inside.example".into(),
        "srv.example".into(),
    ] {
        let refused = OpenIdError::Unreachable { step: Failure::AddressRefused };
        assert_eq!(verifier.verify(&token(&name)).await, Err(refused), "{name}");
    }
    assert_eq!(inside.connections(), 0);
}

/// A verifier in a world in which [`PUBLIC`] is on the internet and the authority is one of the web's.
fn stranger(dns: TableResolver, authority: &Authority, web: &FakeServer) -> OpenIdVerifier {
    let mut verifier = verifier(FederationConfig::default(), dns);
    verifier.federation.everyone = authority.internet();
    verifier.federation.discovery.set_well_known_port(web.port());
    verifier
}

#[tokio::test]
async fn a_server_is_found_by_delegation_and_srv_and_asked_under_its_delegated_name() {
    let authority = Authority::new();
    let web = FakeServer::https((PUBLIC, 0), &authority, &[SERVER], |_| {
        json(r#"{"m.server": "delegated.example"}"#)
    })
    .await;
    // Its certificate is for the delegated name, not for the SRV record's target.
    let server = FakeServer::https((PUBLIC, 0), &authority, &["delegated.example"], |_| {
        json(r#"{"sub": "@alice:hs.example"}"#)
    })
    .await;
    let dns = TableResolver::default()
        .host(SERVER, &["127.0.0.2"])
        .host("target.example", &["127.0.0.2"])
        .srv("_matrix-fed._tcp.delegated.example", 10, "target.example", server.port());
    let verifier = stranger(dns, &authority, &web);
    assert_eq!(verifier.verify(&token(SERVER)).await.unwrap(), "@alice:hs.example");
    assert!(server.requests()[0].contains("host: delegated.example\r\n"));
    assert!(!web.requests().concat().contains("access_token"));
}

#[tokio::test]
async fn delegation_and_redirects_lead_to_no_private_address() {
    let inside = FakeServer::forbidden((PRIVATE, 0)).await;
    let port = inside.port();
    let refused = Err(OpenIdError::Unreachable { step: Failure::AddressRefused });
    for delegated in [
        format!("127.0.0.1:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("inside.example:{port}"),
        "srv.example".into(),
    ] {
        let authority = Authority::new();
        let body = format!(r#"{{"m.server": "{delegated}"}}"#);
        let web = FakeServer::https((PUBLIC, 0), &authority, &[SERVER], move |_| json(&body)).await;
        let dns = TableResolver::default()
            .host(SERVER, &["127.0.0.2"])
            .host("inside.example", &["127.0.0.1"])
            .srv("_matrix-fed._tcp.srv.example", 0, "inside.example", port);
        let verifier = stranger(dns, &authority, &web);
        assert_eq!(verifier.verify(&token(SERVER)).await, refused, "{delegated}");
    }
    let authority = Authority::new();
    let location = format!("https://127.0.0.1:{port}/");
    let web =
        FakeServer::https((PUBLIC, 0), &authority, &[SERVER], move |_| redirect(&location)).await;
    // The name is rebound after the well-known document.
    let dns = TableResolver::default().host(SERVER, &["127.0.0.2"]).then(SERVER, &["127.0.0.1"]);
    let verifier = stranger(dns, &authority, &web);
    assert_eq!(verifier.verify(&token(SERVER)).await, refused);
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn an_operator_can_allow_private_addresses_and_a_private_authority() {
    let authority = Authority::new();
    let server = FakeServer::https((PRIVATE, 0), &authority, &["hs.internal"], |_| {
        json(r#"{"sub": "@alice:hs.internal:PORT"}"#)
    })
    .await;
    let name = format!("hs.internal:{}", server.port());
    let config = |allow, ca_file| FederationConfig {
        servers: HashMap::from([(
            name.parse().unwrap(),
            ServerOverride { federation_url: None, allow_private_addresses: allow, ca_file },
        )]),
        ..FederationConfig::default()
    };
    let dns = || TableResolver::default().host("hs.internal", &["127.0.0.1"]);
    let unreachable = |step| Err(OpenIdError::Unreachable { step });
    let ca = || Some(authority.file());
    for (allow, ca, expected) in [
        (false, ca(), unreachable(Failure::AddressRefused)),
        (true, None, unreachable(Failure::Tls)),
        // Reached; the answer names another server on purpose.
        (true, ca(), Err(OpenIdError::WrongServer)),
    ] {
        let verifier = verifier(config(allow, ca), dns());
        assert_eq!(verifier.verify(&token(&name)).await, expected);
    }
    assert_eq!(server.requests().len(), 1);
    // What is allowed for one server is allowed for no other.
    let other = format!("other.internal:{}", server.port());
    let dns = dns().host("other.internal", &["127.0.0.1"]);
    let verifier = verifier(config(true, ca()), dns);
    let refused = unreachable(Failure::AddressRefused);
    assert_eq!(verifier.verify(&token(&other)).await, refused);
}

#[tokio::test]
async fn a_confirmation_is_good_for_a_minute_and_a_refusal_for_nothing() {
    let server = homeserver(says(200, r#"{"sub": "@alice:hs.example"}"#)).await;
    let clock = Arc::new(ManualClock::at(0));
    let dns = Arc::new(TableResolver::default());
    let verifier = OpenIdVerifier::new(at(&server.uri()), dns, clock.clone()).unwrap();
    let (first, second) = (token(SERVER), token(SERVER));
    let both = tokio::join!(verifier.verify(&first), verifier.verify(&second));
    assert!(both.0.is_ok() && both.1.is_ok());
    clock.advance(CONFIRMED_FOR - Duration::from_millis(1));
    verifier.verify(&first).await.unwrap();
    assert_eq!(asked(&server).await, 1);
    // The homeserver has revoked it meanwhile.
    server.reset().await;
    let gone = Mock::given(method("GET")).respond_with(says(401, "{}"));
    gone.mount(&server).await;
    clock.advance(Duration::from_millis(1));
    for times in 1..=2 {
        assert_eq!(verifier.verify(&first).await, Err(OpenIdError::Rejected));
        assert_eq!(asked(&server).await, times);
    }
}

#[tokio::test]
async fn one_servers_confirmation_is_not_anothers() {
    let server = homeserver(says(200, r#"{"sub": "@alice:hs.example"}"#)).await;
    let mut config = at(&server.uri());
    let other = ServerOverride {
        federation_url: Some(server.uri().parse().unwrap()),
        ..Default::default()
    };
    config.servers.insert("other.example".parse().unwrap(), other);
    let verifier = verifier(config, TableResolver::default());
    assert!(verifier.verify(&token(SERVER)).await.is_ok());
    let foreign = verifier.verify(&token("other.example")).await;
    assert_eq!(foreign, Err(OpenIdError::WrongServer));
}

#[tokio::test]
async fn the_override_keeps_its_path() {
    let server = MockServer::start().await;
    let answer = says(200, r#"{"sub": "@alice:hs.example"}"#);
    let mock = Mock::given(path(format!("/behind/a/proxy{USERINFO}"))).respond_with(answer);
    mock.mount(&server).await;
    let verifier =
        verifier(at(&format!("{}/behind/a/proxy/", server.uri())), TableResolver::default());
    assert!(verifier.verify(&token(SERVER)).await.is_ok());
}

#[test]
fn settings_that_cannot_work_are_named_at_start() {
    let new = |config| {
        let clock = Arc::new(ManualClock::at(0));
        OpenIdVerifier::new(config, Arc::new(TableResolver::default()), clock)
            .err()
            .unwrap()
            .to_string()
    };
    for url in ["ftp://hs.example", "https://u:p@hs.example", "https://hs.example/?a=b", "data:,x"]
    {
        let text = new(at(url));
        assert!(text.contains("federation_url") && text.contains(SERVER), "{text}");
        assert!(!text.contains("u:p"), "{text}");
    }
    let mut config = at("https://hs.example");
    config.servers.values_mut().for_each(|server| server.ca_file = Some("/no/such.pem".into()));
    let text = new(config);
    assert!(text.contains("ca_file") && text.contains("/no/such.pem"), "{text}");
}

/// Everything that is logged, at every level, by all crates.
#[derive(Clone, Default)]
struct Logged(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_token_nor_user_are_in_logs_or_errors() {
    let logged = Logged::default();
    let writer = logged.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let secret = "plains3cr3t";
    let token = OpenIdToken { access_token: secret.into(), ..token(SERVER) };
    let mut texts = String::new();
    for _ in 0..2 {
        for body in [r#"{"sub": "@alice:hs.example"}"#, r#"{"sub": "@alice:other.example"}"#, "x"] {
            let server = MockServer::start().await;
            Mock::given(method("GET")).respond_with(says(200, body)).mount(&server).await;
            let verifier = verifier(at(&server.uri()), TableResolver::default());
            texts += &format!("{:?}", verifier.verify(&token).await.err());
        }
        let verifier = verifier(at("http://127.0.0.1:9"), TableResolver::default());
        let error = verifier.verify(&token).await.unwrap_err();
        texts += &format!("{error} {error:?}");
        // Other tests' threads may have found that nobody listens to what is logged here.
        tracing::callsite::rebuild_interest_cache();
    }
    drop(guard);
    let logged = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("not confirmed"), "the log was not caught: {logged}");
    for text in [texts, logged] {
        assert!(!text.contains(secret) && !text.contains("alice"), "{text}");
    }
}
