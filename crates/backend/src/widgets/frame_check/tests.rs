//! The frame check against real servers on loopback, and the faults of Dimension's `embeddable`,
//! each of which would pass there.

use std::{sync::Arc, time::Duration};

use super::*;
use crate::matrix::{
    fake_server::{Answer, Authority, FakeServer, PRIVATE, PUBLIC, answer, impatient, redirect},
    outgoing::Guard,
    resolver::table::TableResolver,
};

const CLIENT: &str = "https://app.example";
const NAMES: &[&str] = &["page.example", "other.example"];

struct Internet {
    authority: Authority,
    resolver: TableResolver,
}

impl Internet {
    fn new() -> Self {
        let resolver = TableResolver::default()
            .host("page.example", &["127.0.0.2"])
            .host("other.example", &["127.0.0.2"]);
        Self { authority: Authority::new(), resolver }
    }

    async fn server(&self, handler: impl Fn(&str) -> Answer + Send + Sync + 'static) -> FakeServer {
        FakeServer::https((PUBLIC, 0), &self.authority, NAMES, handler).await
    }

    async fn check(self, url: &str) -> FrameAnswer {
        self.check_in(url, &[CLIENT]).await.unwrap()
    }

    async fn check_in(self, url: &str, ancestors: &[&str]) -> Result<FrameAnswer, FrameCheckError> {
        let access = self.authority.internet();
        let guard = Guard::new(Arc::new(self.resolver), impatient());
        let pages = Pages::with(guard, access, Duration::from_secs(3));
        let ancestors: Vec<String> = ancestors.iter().map(|text| (*text).to_owned()).collect();
        frame_check(&pages, url, &ancestors).await
    }
}

fn page(headers: &str) -> Answer {
    answer("200 OK", &format!("content-type: text/html\r\n{headers}"), "<title>A page</title>")
}

#[tokio::test]
async fn a_page_that_says_nothing_embeds() {
    let internet = Internet::new();
    let server = internet.server(|_| page("")).await;
    let url = format!("https://page.example:{}/a?b=c", server.port());
    let answer = internet.check(&url).await;
    assert_eq!((answer.verdict, answer.reason, answer.url), (FrameVerdict::Embeds, None, url));
    let request = server.requests().remove(0);
    assert!(
        request.starts_with("get /a?b=c http/1.1") && request.contains("accept: text/html"),
        "{request}"
    );
    for secret in ["cookie", "referer", "authorization"] {
        assert!(!request.contains(secret), "{request}");
    }
}

#[tokio::test]
async fn x_frame_options_refuses() {
    let internet = Internet::new();
    let server = internet.server(|_| page("x-frame-options: SAMEORIGIN\r\n")).await;
    let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
    let reason = FrameReason::XFrameOptions { value: "SAMEORIGIN".into() };
    assert_eq!((answer.verdict, answer.reason), (FrameVerdict::Refused, Some(reason)));
}

/// Dimension looks at `X-Frame-Options` alone.
#[tokio::test]
async fn frame_ancestors_refuse_and_name_who_is_left_out() {
    let internet = Internet::new();
    let policy = "content-security-policy: frame-ancestors 'self' https://app.example\r\n";
    let server = internet.server(move |_| page(policy)).await;
    let url = format!("https://page.example:{}/", server.port());
    let around = [CLIENT, "https://widgets.example"];
    let answer = internet.check_in(&url, &around).await.unwrap();
    let reason = FrameReason::FrameAncestors {
        allowed: "'self' https://app.example".into(),
        ancestor: "https://widgets.example".into(),
    };
    assert_eq!((answer.verdict, answer.reason), (FrameVerdict::Refused, Some(reason)));
}

/// In Dimension a redirect's target is judged by nobody, and reached by the HTTP client alone.
#[tokio::test]
async fn a_redirect_into_the_private_network_is_not_followed() {
    for target in
        ["127.0.0.1", "169.254.169.254", "[::1]", "inside.example", "0x7f.1", "2130706433"]
    {
        let mut internet = Internet::new();
        internet.resolver = internet.resolver.host("inside.example", &["127.0.0.1"]);
        let inside = FakeServer::forbidden((PRIVATE, 0)).await;
        let location = format!("http://{target}:{}/", inside.port());
        let server = internet.server(move |_| redirect(&location)).await;
        let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
        let expected = (FrameVerdict::Unknown, Some(FrameReason::PrivateAddress));
        assert_eq!((answer.verdict, answer.reason), expected, "{target}");
        assert_eq!(inside.connections(), 0, "{target}");
    }
}

/// Dimension judges A records and has the HTTP client resolve the name again.
#[tokio::test]
async fn a_name_that_is_rebound_between_check_and_use_is_no_way_in() {
    let mut internet = Internet::new();
    let server = internet.server(|_| page("")).await;
    let inside = FakeServer::forbidden((PRIVATE, server.port())).await;
    internet.resolver = TableResolver::default()
        .host("page.example", &["127.0.0.2"])
        .then("page.example", &["127.0.0.1"]);
    let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
    assert_eq!(answer.verdict, FrameVerdict::Embeds);
    assert_eq!((server.connections(), inside.connections()), (1, 0));
}

/// Dimension resolves A records only, so an AAAA record leads inside.
#[tokio::test]
async fn ipv6_and_numbers_are_judged_too() {
    for (host, addresses) in
        [("six.example", &["::1"][..]), ("mapped.example", &["::ffff:127.0.0.1"])]
    {
        let mut internet = Internet::new();
        internet.resolver = TableResolver::default().host(host, addresses);
        let answer = internet.check(&format!("https://{host}/")).await;
        assert_eq!(answer.reason, Some(FrameReason::PrivateAddress), "{host}");
    }
    for host in ["127.0.0.1", "10.0.0.1", "[::1]", "[fd00::1]", "0177.0.0.1", "192.168.1.1"] {
        let answer = Internet::new().check(&format!("https://{host}/")).await;
        assert_eq!(answer.reason, Some(FrameReason::PrivateAddress), "{host}");
    }
}

#[tokio::test]
async fn redirects_are_followed_and_what_they_lead_to_is_judged() {
    let internet = Internet::new();
    let server = internet
        .server(|path| match path {
            "/start" => redirect("/next"),
            "/next" => redirect("./last?x=1"),
            _ => page("x-frame-options: DENY\r\n"),
        })
        .await;
    let origin = format!("https://page.example:{}", server.port());
    let answer = internet.check(&format!("{origin}/start")).await;
    assert_eq!(answer.verdict, FrameVerdict::Refused);
    assert_eq!(answer.url, format!("{origin}/last?x=1"));
}

#[tokio::test]
async fn circles_and_redirects_to_no_page_end() {
    let internet = Internet::new();
    let server = internet.server(|_| redirect("/again")).await;
    let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
    assert_eq!(answer.reason, Some(FrameReason::TooManyRedirects));
    assert_eq!(server.connections(), 6);
    for target in
        ["file:///etc/passwd", "javascript:alert(1)", "https://user:pass@page.example/", "https://"]
    {
        let internet = Internet::new();
        let server = internet.server(move |_| redirect(target)).await;
        let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
        assert_eq!(answer.reason, Some(FrameReason::BadRedirect), "{target}");
        assert_eq!(answer.verdict, FrameVerdict::Refused);
    }
}

#[tokio::test]
async fn pages_without_tls_are_mixed_content_for_a_client_with_it() {
    let internet = Internet::new();
    let plain = FakeServer::http((PUBLIC, 0), |_| page("")).await;
    let url = format!("http://page.example:{}/", plain.port());
    assert_eq!(internet.check(&url).await.reason, Some(FrameReason::MixedContent));
    let local = Internet::new().check_in(&url, &["http://localhost:8080"]).await.unwrap();
    assert_eq!(local.verdict, FrameVerdict::Embeds);
    // And when only a redirect leads there and back again.
    let internet = Internet::new();
    let secure =
        internet.server(move |path| if path == "/" { redirect(&url) } else { page("") }).await;
    let answer = internet.check(&format!("https://page.example:{}/", secure.port())).await;
    assert_eq!(answer.reason, Some(FrameReason::MixedContent));
}

#[tokio::test]
async fn however_large_a_page_is_its_head_is_enough() {
    let internet = Internet::new();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 99999999999\r\n\r\n";
    let server = internet.server(move |_| Answer::Flood(head.into())).await;
    let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
    assert_eq!(answer.verdict, FrameVerdict::Embeds);
}

#[tokio::test]
async fn what_cannot_be_seen_is_said_and_not_refused() {
    let internet = Internet::new();
    let slow = internet.server(|_| Answer::Stall(b"HTTP/1.1 200 OK\r\n".to_vec())).await;
    let found = internet.check(&format!("https://page.example:{}/", slow.port())).await;
    assert_eq!((found.verdict, found.reason), (FrameVerdict::Unknown, Some(FrameReason::TimedOut)));
    let unknown = Internet::new().check("https://nowhere.example/").await;
    assert_eq!(unknown.reason, Some(FrameReason::NoAddress));
    let internet = Internet::new();
    let server =
        internet.server(|_| answer("403 Forbidden", "x-frame-options: DENY\r\n", "")).await;
    let found = internet.check(&format!("https://page.example:{}/", server.port())).await;
    let status = Some(FrameReason::Status { status: 403 });
    assert_eq!((found.verdict, found.reason), (FrameVerdict::Unknown, status));
    let internet = Internet::new();
    let server = internet.server(|_| page("")).await;
    // The certificate is another's.
    let mut internet = Internet::new();
    internet.resolver = TableResolver::default().host("third.example", &["127.0.0.2"]);
    let found = internet.check(&format!("https://third.example:{}/", server.port())).await;
    assert_eq!(
        (found.verdict, found.reason),
        (FrameVerdict::Refused, Some(FrameReason::Certificate))
    );
}

#[tokio::test]
async fn downloads_are_no_pages() {
    let internet = Internet::new();
    let server = internet.server(|_| page("content-disposition: attachment; filename=x\r\n")).await;
    let answer = internet.check(&format!("https://page.example:{}/", server.port())).await;
    assert_eq!(
        (answer.verdict, answer.reason),
        (FrameVerdict::Refused, Some(FrameReason::Download))
    );
}

#[tokio::test]
async fn questions_that_are_none_are_refused() {
    for url in
        ["", "page.example", "ftp://page.example/", "javascript:1", "https://u:p@page.example/"]
    {
        let result = Internet::new().check_in(url, &[CLIENT]).await;
        assert_eq!(result, Err(FrameCheckError::Url), "{url}");
    }
    let long = format!("https://page.example/{}", "x".repeat(LONGEST_URL));
    assert_eq!(Internet::new().check_in(&long, &[]).await, Err(FrameCheckError::Url));
    for ancestors in [&["app.example"][..], &["https://*"], &["https://a.example"; 9]] {
        let result = Internet::new().check_in("https://page.example/", ancestors).await;
        assert_eq!(result, Err(FrameCheckError::Ancestors), "{ancestors:?}");
    }
}
