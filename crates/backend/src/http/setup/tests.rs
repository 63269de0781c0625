//! The set-up page: who gets in, what it shows, and that nobody else makes us ask anything.

use std::sync::Arc;

use super::*;
use crate::{
    clock::ManualClock,
    http::test_app::{Answer, TestApp},
    matrix::fake_server::answer as says,
    random::CountingRandom,
    setup::world::{Kept, USERINFO, WELL_KNOWN, World},
};

const TOKEN: &str = "correct horse battery";

struct Page {
    app: TestApp,
    world: Kept,
    clock: Arc<ManualClock>,
}

async fn page(world: World) -> Page {
    let clock = world.clock.clone();
    let (doctor, world) = world.doctor();
    let random = Arc::new(CountingRandom::default());
    let operators = Operators::new(TOKEN.into(), clock.clone(), random);
    let app = TestApp::with_setup(SetupPage::new(operators, doctor)).await;
    Page { app, world, clock }
}

impl Page {
    async fn get(&self, cookie: &str) -> Answer {
        self.app.get_with("/setup", "", &[("cookie", cookie)]).await
    }

    async fn post(&self, body: &str, cookie: &str) -> Answer {
        self.app.post_with("/setup", body, &[("cookie", cookie)]).await
    }

    /// The cookie of a sign-in.
    async fn sign_in(&self) -> String {
        let answer = self.post("do=sign-in&token=correct+horse+battery", "").await;
        assert_eq!((answer.status(), answer.header("location")), (303, Some("/setup")));
        let cookie = answer.header("set-cookie").unwrap();
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/setup", "Max-Age=3600"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        cookie.split(';').next().unwrap().to_owned()
    }

    /// How often somebody was asked something.
    fn asked(&self) -> usize {
        let sites = [&self.world.homeserver, &self.world.element, &self.world.ours];
        sites.iter().map(|site| site.server.connections()).sum()
    }
}

fn html(answer: &Answer) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

#[tokio::test]
async fn without_a_token_in_the_configuration_there_is_no_page() {
    let app = TestApp::new().await;
    for answer in [app.get("/setup").await, app.post_text("/setup", "do=check").await] {
        assert_eq!(answer.status(), 404);
        assert!(html(&answer).contains("<code>operator_token</code>"));
    }
}

#[tokio::test]
async fn strangers_see_a_form_and_make_us_ask_nothing() {
    let page = page(World::healthy().await).await;
    for cookie in ["", "tessera_operator=guess", "tessera_operator="] {
        let answer = page.get(cookie).await;
        assert_eq!(answer.status(), 200);
        assert!(html(&answer).contains("type=\"password\"") && !html(&answer).contains("<pre"));
        for action in ["check", "doctor&server=hs.test", "sign-out", ""] {
            let answer = page.post(&format!("do={action}"), cookie).await;
            assert_eq!(answer.status(), 403, "{action}");
            assert!(html(&answer).contains("The sign-in has ended."));
        }
    }
    let wrong = page.post("do=sign-in&token=guess", "").await;
    assert_eq!((wrong.status(), wrong.header("set-cookie")), (403, None));
    assert!(html(&wrong).contains("That is not the <code>operator_token</code>"));
    assert_eq!(page.asked(), 0);
}

#[tokio::test]
async fn guesses_are_limited() {
    let page = page(World::healthy().await).await;
    let mut last = 0;
    for _ in 0..40 {
        last = page.post("do=sign-in&token=guess", "").await.status();
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn operators_see_the_documents() {
    let page = page(World::healthy().await).await;
    let base = page.world.ours.server.address;
    let cookie = page.sign_in().await;
    for answer in [page.get(&cookie).await, page.get(&format!("a=b; {cookie}")).await] {
        assert!(html(&answer).contains(&format!("\"api_url\": \"http://{base}/api\"")));
        assert!(html(&answer).contains("integrations_widgets_urls"));
        assert!(html(&answer).contains("Content-Security-Policy: frame-ancestors "));
        let csp = answer.header("content-security-policy").unwrap();
        assert!(csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"), "{csp}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    assert_eq!(page.asked(), 0);
    page.post("do=sign-out", &cookie).await;
    assert!(html(&page.get(&cookie).await).contains("type=\"password\""));
    let cookie = page.sign_in().await;
    page.clock.advance(LIFETIME);
    assert!(html(&page.get(&cookie).await).contains("type=\"password\""));
}

#[tokio::test]
async fn forms_of_other_pages_do_nothing() {
    let page = page(World::healthy().await).await;
    let cookie = page.sign_in().await;
    for site in ["cross-site", "same-site"] {
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", site)];
        let answer = page.app.post_with("/setup", "do=check", &headers).await;
        assert_eq!(answer.status(), 403, "{site}");
    }
    assert_eq!(page.asked(), 0);
    let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(page.app.post_with("/setup", "do=check", &headers).await.status(), 200);
}

#[tokio::test]
async fn what_is_served_is_shown_beside_what_has_to_be() {
    let page = page(World::healthy().await).await;
    let cookie = page.sign_in().await;
    let answer = page.post("do=check", &cookie).await;
    assert!(html(&answer).contains("All that was looked at is as it has to be."));
    let cross = says("200 OK", "", "{\"m.integrations\": \"<script>\"}");
    page.world.homeserver.says(WELL_KNOWN, cross);
    let answer = page.post("do=check", &cookie).await;
    assert!(html(&answer).contains("1 place is not as it has to be"));
    assert!(html(&answer).contains("<code>m.integrations.managers</code> is missing"));
    assert!(html(&answer).contains("Send <code>Access-Control-Allow-Origin: *</code> with it."));
}

#[tokio::test]
async fn the_doctor_examines_the_configured_homeservers_and_no_other() {
    let page = page(World::healthy().await).await;
    let cookie = page.sign_in().await;
    assert!(html(&page.get(&cookie).await).contains("Examine <bdi>hs.test</bdi>"));
    let answer = page.post("do=doctor&server=hs.test", &cookie).await;
    assert!(html(&answer).contains("hs.test can use this server: all is well."));
    page.world.homeserver.says(USERINFO, says("404 Not Found", "", "<script>alert(1)</script>"));
    let answer = page.post("do=doctor&server=hs.test", &cookie).await;
    assert!(html(&answer).contains("<span class=\"badge failed\">failed</span> <strong>OpenID"));
    assert!(!html(&answer).contains("alert(1)"));

    let before = page.asked();
    for server in ["127.0.0.1", "other.test", "hs.test:22", ""] {
        let answer = page.post(&format!("do=doctor&server={server}"), &cookie).await;
        assert_eq!(answer.status(), 400, "{server}");
        assert!(html(&answer).contains("not one of the configuration"));
    }
    assert_eq!(page.asked(), before);
}

#[tokio::test]
async fn what_a_server_answers_cannot_become_part_of_the_page() {
    let mut world = World::healthy().await;
    world.setup.base = None;
    let page = page(world).await;
    let cookie = page.sign_in().await;
    assert!(html(&page.get(&cookie).await).contains("<code>public_url</code>"));
    let delegation = r#"{"m.server": "<img src=x>"}"#;
    page.world.homeserver.says("/.well-known/matrix/server", says("200 OK", "", delegation));
    let answer = page.post("do=doctor&server=hs.test", &cookie).await;
    assert!(html(&answer).contains("&lt;img src=x&gt;") && !html(&answer).contains("<img"));
}

#[tokio::test]
async fn the_pages_own_files() {
    let app = TestApp::new().await;
    let style = app.get("/setup/setup.css").await;
    assert!(html(&style).contains("--canvas") && html(&style).contains(".badge"));
    let script = app.get("/setup/setup.js").await;
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
}
