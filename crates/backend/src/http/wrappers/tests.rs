//! The second origin, and that neither origin answers for the other.

use crate::http::test_app::{Answer, TestApp};

const HOST: &str = "widgets.example";

async fn on_widgets(app: &TestApp, path: &str) -> Answer {
    app.get_with(path, "", &[("host", HOST)]).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

#[tokio::test]
async fn a_wrapper_names_who_will_see_what_and_loads_nothing_by_itself() {
    let app = TestApp::new().await;
    let page = on_widgets(&app, "/youtube?video=aqz-KE-bpKQ&lang=de&theme=dark").await;
    assert_eq!(page.status(), 200);
    let html = text(&page);
    assert!(html.contains("sieht <bdi>YouTube (Google)</bdi> deine IP-Adresse"), "{html}");
    assert!(html.contains("lang=\"de\"") && html.contains("data-theme=\"dark\""), "{html}");
    assert!(!html.contains("<iframe") && !html.contains("src=\"http"), "{html}");
    assert!(
        html.contains("data-url=\"https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ\""),
        "{html}"
    );
    let csp = page.header("content-security-policy").unwrap();
    assert_eq!(
        csp,
        "default-src 'none'; script-src 'self'; style-src 'self'; \
         frame-src https://www.youtube-nocookie.com; frame-ancestors *; base-uri 'none'; \
         form-action 'none'"
    );
    assert_eq!(page.header("x-frame-options"), None);
    assert_eq!(page.header("set-cookie"), None);
    assert_eq!(page.header("access-control-allow-origin"), None, "no page may read it");
}

#[tokio::test]
async fn the_language_is_the_clients_or_the_browsers() {
    let app = TestApp::new().await;
    for (query, accepts, expected) in [
        ("&lang=ar", "de", "dir=\"rtl\""),
        ("", "fr-CH, de;q=0.5", "lang=\"fr\""),
        ("&lang=", "es", "lang=\"es\""),
        ("&lang=xx", "", "lang=\"en\""),
    ] {
        let path = format!("/youtube?video=aqz-KE-bpKQ{query}");
        let headers = [("host", HOST), ("accept-language", accepts)];
        let html = text(&app.get_with(&path, "", &headers).await);
        assert!(html.contains(expected), "{query} {accepts}: {html}");
    }
}

#[tokio::test]
async fn what_a_query_says_cannot_become_markup_or_policy() {
    let app = TestApp::new().await;
    let path =
        "/page?url=https%3A%2F%2Fx.example%2Fit's%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Fa%26b";
    let html = text(&on_widgets(&app, path).await);
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("it&#39;s") && html.contains("?a&amp;b"), "{html}");
    for path in [
        "/page?url=javascript:alert(1)",
        "/page?url=https%3A%2F%2Fx.example%3B%20script-src%20*%2F",
        "/peertube?host=x.example%3B%20script-src%20*&video=9c9de5e8-0a1e-484a-b099-e80766180a6d",
        "/youtube?video=aqz",
        "/nothing",
    ] {
        let page = on_widgets(&app, path).await;
        assert_eq!(page.status(), 404, "{path}");
        let csp = page.header("content-security-policy").unwrap();
        assert!(csp.contains("frame-src 'none'") && !csp.contains("x.example"), "{path}: {csp}");
        assert!(text(&page).contains("Ask who added it"), "{path}");
    }
}

/// Dimension's wrappers were on the origin that holds the token.
#[tokio::test]
async fn neither_origin_answers_for_the_other() {
    let app = TestApp::new().await;
    let token = app.sign_in("@u:hs").await;
    for path in [
        "/api/account",
        "/api/v1/library",
        "/api/v1/widget-types",
        "/api/openapi.json",
        "/_matrix/integrations/v1/account",
        "/picker/",
        "/assets/picker.js",
        "/metrics",
    ] {
        let host = [("host", HOST)];
        let answer = app.get_with(path, &token, &host).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
    assert_eq!(app.get_as("/api/account", &token).await.status(), 200);
    for path in
        ["/youtube?video=aqz-KE-bpKQ", "/page?url=https%3A%2F%2Fx.example%2F", "/wrapper.js"]
    {
        let answer = app.get(path).await;
        assert_eq!((answer.status(), answer.errcode().as_str()), (404, "M_UNRECOGNIZED"), "{path}");
        assert_eq!(on_widgets(&app, path).await.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn dimensions_addresses_keep_working_on_both_origins() {
    let app = TestApp::new().await;
    let path = "/widgets/video?url=https%3A%2F%2Fwww.youtube.com%2Fembed%2Faqz-KE-bpKQ&widgetId=w";
    for answer in [app.get(path).await, on_widgets(&app, path).await] {
        assert_eq!(answer.status(), 303, "{}", text(&answer));
        let location = answer.header("location").unwrap();
        assert_eq!(
            location,
            "https://widgets.example/youtube?video=aqz-KE-bpKQ&lang=&theme=&widgetId=w"
        );
        let followed = location.strip_prefix("https://widgets.example").unwrap();
        assert_eq!(on_widgets(&app, followed).await.status(), 200);
    }
    assert_eq!(app.get("/widgets/manager-test").await.status(), 404);
}
