use serde_json::json;

use super::*;
use crate::{
    http::test_app::{Answer, TestApp},
    terms::Documents,
};

fn documents(versions: &[(&str, &str)]) -> Documents {
    let folder = tempfile::tempdir().unwrap();
    for (version, text) in versions {
        let at = folder.path().join("privacy").join(version);
        std::fs::create_dir_all(&at).unwrap();
        std::fs::write(at.join("en.md"), format!("# Privacy\n\n{text}\n")).unwrap();
        std::fs::write(at.join("de.md"), format!("# Datenschutz\n\n{text}\n")).unwrap();
    }
    Documents::read(folder.path()).unwrap()
}

const TERMS: &str = "/_matrix/integrations/v1/terms";
const CURRENT: &str = "https://tessera.example/terms/privacy/1/de";

async fn accept(app: &TestApp, token: &str, url: &str) -> Answer {
    app.post_as(TERMS, token, &json!({"user_accepts": [url]})).await
}

#[tokio::test]
async fn element_is_told_of_the_terms_and_accepts_them() {
    let app = TestApp::with_terms(documents(&[("1", "One.")])).await;
    let token = app.sign_in("@a:hs").await;
    let asked = app.get(&format!("/api/account?scalar_token={token}&v=1.1")).await;
    assert_eq!((asked.status(), asked.errcode().as_str()), (403, "M_TERMS_NOT_SIGNED"));
    let policies = app.get(TERMS).await;
    assert_eq!(
        std::str::from_utf8(policies.body()).unwrap(),
        r#"{"policies":{"privacy":{"version":"1","de":{"name":"Datenschutz","url":"https://tessera.example/terms/privacy/1/de"},"en":{"name":"Privacy","url":"https://tessera.example/terms/privacy/1/en"}}}}"#,
    );
    assert_eq!(accept(&app, "forged", CURRENT).await.errcode(), "M_UNKNOWN_TOKEN");
    let accepted = accept(&app, &token, CURRENT).await;
    assert_eq!((accepted.status(), accepted.body()), (200, &b"{}"[..]));
    let account = app.get(&format!("/api/account?scalar_token={token}&v=1.1")).await;
    assert_eq!((account.status(), account.json()), (200, json!({"user_id": "@a:hs"})));
    let other = app.sign_in("@b:hs").await;
    assert_eq!(app.get_as("/api/v1/library", &other).await.errcode(), "M_TERMS_NOT_SIGNED");
}

/// Every route of the API that needs a session, so that a new one cannot forget the terms.
#[tokio::test]
async fn nothing_works_before_but_the_terms_and_leaving() {
    let app = TestApp::with_terms(documents(&[("1", "One.")])).await;
    let (_, openapi) = crate::http::api().split_for_parts();
    let openapi = serde_json::to_value(openapi).unwrap();
    let free =
        [TERMS, "/api/v1/terms", "/_matrix/integrations/v1/account/logout", "/api/v1/sessions"];
    let mut refused = 0;
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for (method, description) in methods.as_object().unwrap() {
            if description.get("security").is_none() || !["get", "delete"].contains(&&**method) {
                continue;
            }
            let token = app.sign_in("@a:hs").await;
            let address = path.replace(['{', '}'], "");
            let answer = match method.as_str() {
                "get" => app.get_as(&address, &token).await,
                _ => app.delete_as(&address, &token).await,
            };
            let is_free = free.iter().any(|free| path.starts_with(free));
            if is_free {
                assert_ne!(answer.status(), 403, "{method} {path}");
            } else {
                assert_eq!(answer.errcode(), "M_TERMS_NOT_SIGNED", "{method} {path}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 8, "{refused}");
}

#[tokio::test]
async fn a_new_version_asks_again_and_says_what_changed() {
    let app = TestApp::with_terms(documents(&[("1", "One.")])).await;
    let token = app.sign_in("@a:hs").await;
    accept(&app, &token, CURRENT).await;
    assert_eq!(app.get_as("/api/v1/library", &token).await.status(), 200);

    let app = app.restarted_with(documents(&[("1", "One."), ("2", "Two.")]));
    assert_eq!(app.get_as("/api/v1/library", &token).await.errcode(), "M_TERMS_NOT_SIGNED");
    let outdated = accept(&app, &token, CURRENT).await;
    assert_eq!((outdated.status(), outdated.errcode().as_str()), (400, "M_INVALID_PARAM"));
    let terms = app.get_as("/api/v1/terms?language=de", &token).await.json();
    let [document] = &terms["documents"].as_array().unwrap()[..] else { panic!("{terms}") };
    assert_eq!((&document["version"], &document["accepted"]), (&json!("2"), &json!(false)));
    assert_eq!(
        document["last_accepted"],
        json!({"version": "1", "language": "de", "accepted_ts": 1_000_000})
    );
    let changes = document["changes_url"].as_str().unwrap();
    let page = app.get(changes.strip_prefix("https://tessera.example").unwrap()).await;
    let html = std::str::from_utf8(page.body()).unwrap();
    assert!(
        page.status() == 200 && html.contains("<ins>") && html.contains("lang=\"de\""),
        "{html}"
    );

    accept(&app, &token, document["url"].as_str().unwrap()).await;
    assert_eq!(app.get_as("/api/v1/library", &token).await.status(), 200);
}

#[tokio::test]
async fn a_consent_keeps_its_time_and_can_be_taken_back() {
    let app = TestApp::with_terms(documents(&[("1", "One.")])).await;
    let token = app.sign_in("@a:hs").await;
    accept(&app, &token, CURRENT).await;
    app.clock().advance(std::time::Duration::from_secs(60));
    accept(&app, &token, "https://tessera.example/terms/privacy/1/en").await;
    let given = app.storage().consents("@a:hs").await.unwrap();
    assert_eq!((given.len(), given[0].language.as_str()), (1, "de"));
    assert_eq!(given[0].accepted.millis(), 1_000_000);
    assert_eq!(given[0].digest.len(), 64);

    assert_eq!(app.delete_as("/api/v1/terms", &token).await.status(), 204);
    assert_eq!(app.get_as("/api/v1/library", &token).await.errcode(), "M_TERMS_NOT_SIGNED");
    let terms: Terms =
        serde_json::from_value(app.get_as("/api/v1/terms", &token).await.json()).unwrap();
    assert!(!terms.accepted() && terms.documents[0].last_accepted.is_none());

    // Element sends what it remembers, unasked; the user was asked for what our own screen sends.
    app.clock().advance(std::time::Duration::from_secs(60));
    assert_eq!(accept(&app, &token, CURRENT).await.status(), 200);
    assert_eq!(app.get_as("/api/v1/library", &token).await.errcode(), "M_TERMS_NOT_SIGNED");
    let english = json!({"user_accepts": ["https://tessera.example/terms/privacy/1/en"]});
    assert_eq!(app.post_as("/api/v1/terms", &token, &english).await.body(), b"{}");
    assert_eq!(app.get_as("/api/v1/library", &token).await.status(), 200);
    let given = app.storage().consents("@a:hs").await.unwrap();
    assert_eq!((given.len(), given[0].language.as_str()), (1, "en"));
    assert_eq!(given[0].accepted.millis(), 1_120_000);
}

#[tokio::test]
async fn without_terms_nothing_is_asked() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    assert_eq!(app.get(TERMS).await.json(), json!({"policies": {}}));
    assert_eq!(app.get_as("/api/v1/terms", &token).await.json(), json!({"documents": []}));
    assert_eq!(accept(&app, &token, CURRENT).await.status(), 400);
    let none = app.post_as(TERMS, &token, &json!({"user_accepts": []})).await;
    assert_eq!(none.body(), b"{}");
}

#[tokio::test]
async fn pages_are_plain_and_lead_to_the_readers_language() {
    let app = TestApp::with_terms(documents(&[("1", "One.")])).await;
    let page = app.get("/terms/privacy/1/en").await;
    assert_eq!(
        (page.status(), page.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script"), "{policy}");
    assert_eq!(app.get("/terms.css").await.status(), 200);
    let current =
        app.get_with("/terms/privacy", "", &[("accept-language", "de-AT, en;q=0.5")]).await;
    assert_eq!((current.status(), current.header("location")), (303, Some("/terms/privacy/1/de")));
    for path in
        ["/terms/x", "/terms/privacy/2/en", "/terms/privacy/1/fr", "/terms/privacy/1/en/changes/0"]
    {
        assert_eq!(app.get(path).await.errcode(), "M_NOT_FOUND", "{path}");
    }
}
