//! Faults of Dimension that are the server's, each as a test that Dimension would fail. Those of
//! its `embeddable` are in `widgets::frame_check`, those of its wrappers in `wrappers`, and those of
//! its meetings in the crate `tessera-widgets`.

use serde_json::json;

use super::test_app::TestApp;

/// A catch-all answers 200 with a page there, so that a wrong base URL looks healthy.
#[tokio::test]
async fn a_wrong_base_address_looks_wrong() {
    let app = TestApp::new().await;
    for path in
        ["/element", "/api/v1/scalar/account", "/api/v1/dimension/health", "/widgets", "/x/y"]
    {
        let answer = app.get(path).await;
        assert_eq!((answer.status(), answer.errcode().as_str()), (404, "M_UNRECOGNIZED"), "{path}");
    }
}

/// The role is decided by a path's prefix there, which depends on its case.
#[tokio::test]
async fn another_spelling_of_a_path_is_no_way_around_signing_in() {
    let app = TestApp::new().await;
    for path in [
        "/API/v1/library",
        "/api/V1/library",
        "//api/v1/library",
        "/api/v1/library/",
        "/api/v1/%6cibrary",
    ] {
        let status = app.get(path).await.status();
        assert!(status == 404 || status == 401, "{path}: {status}");
    }
}

/// Meetings are made and joined there without signing in.
#[tokio::test]
async fn there_are_no_meetings_to_join_or_make() {
    let app = TestApp::new().await;
    let base = "/api/v1/dimension/bigbluebutton";
    let page = "join?greenlightUrl=https://bbb.example/b/x&fullName=x";
    for path in [page, "widget_state?roomId=!r:hs"] {
        assert_eq!(app.get(&format!("{base}/{path}")).await.status(), 404, "{path}");
    }
    let joined = app.post(&format!("{base}/getJoinUrl"), &json!({"meetingId": "x"})).await;
    assert_eq!(joined.status(), 404);
}

/// Bodies may have half a gigabyte there.
#[tokio::test]
async fn bodies_are_small() {
    let app = TestApp::new().await;
    let token = app.sign_in("@u:hs").await;
    let question = json!({"url": format!("https://page.example/{}", "x".repeat(100_000))});
    let answer = app.post_as("/api/v1/frame-check", &token, &question).await;
    assert_eq!((answer.status(), answer.errcode().as_str()), (413, "M_TOO_LARGE"));
}

/// Any call takes a token from its query there, whence it comes into a proxy's log.
#[tokio::test]
async fn only_elements_own_calls_take_a_token_from_the_query() {
    let app = TestApp::new().await;
    let token = app.sign_in("@u:hs").await;
    for path in ["/api/v1/library", "/api/v1/widget-types", "/api/v1/sessions"] {
        for name in ["scalar_token", "access_token"] {
            let answer = app.get(&format!("{path}?{name}={token}")).await;
            assert_eq!(answer.errcode(), "M_MISSING_TOKEN", "{path} {name}");
        }
    }
    let elements = app.get(&format!("/api/account?scalar_token={token}")).await;
    assert_eq!(elements.status(), 200);
}

/// Tokens never expire there, and one user's logout ends the cached sign-ins of all.
#[tokio::test]
async fn a_sign_in_ends_in_time_and_alone() {
    let app = TestApp::new().await;
    let (first, second) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
    let logout = "/_matrix/integrations/v1/account/logout";
    assert_eq!(app.post_as(logout, &first, &json!({})).await.status(), 200);
    assert_eq!(app.get_as("/api/account", &first).await.status(), 401);
    assert_eq!(app.get_as("/api/account", &second).await.status(), 200);
    app.clock().advance(std::time::Duration::from_secs(3601));
    assert_eq!(app.get_as("/api/account", &second).await.status(), 401);
}
