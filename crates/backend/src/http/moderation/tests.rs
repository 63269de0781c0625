use serde_json::json;

use crate::http::test_app::{OPERATOR, TestApp};

const QUEUE: &str = "/api/v1/moderation/queue";

#[tokio::test]
async fn nobody_but_operators_gets_near_it() {
    let app = TestApp::new().await;
    app.add_pack("cats", &["wave"]).await;
    let (user, operator) = (app.sign_in("@a:hs").await, app.sign_in(OPERATOR).await);
    let body = json!({"action": "take_down", "reason": "x", "note": "x"});
    for path in [QUEUE, "/api/v1/moderation/packs/cats", "/api/v1/moderation/decisions"] {
        assert_eq!(app.get(path).await.errcode(), "M_MISSING_TOKEN", "{path}");
        let answer = app.get_as(path, &user).await;
        assert_eq!((answer.status(), answer.errcode().as_str()), (403, "M_FORBIDDEN"), "{path}");
        assert_eq!(app.get_as(path, &operator).await.status(), 200, "{path}");
    }
    let decide = "/api/v1/moderation/packs/cats/decisions";
    assert_eq!(app.post_as(decide, &user, &body).await.errcode(), "M_FORBIDDEN");
    let appeal = "/api/v1/moderation/decisions/x/appeal";
    assert_eq!(app.put_as(appeal, &user, &body).await.errcode(), "M_FORBIDDEN");
    assert_eq!(app.get_as("/api/v1/packs/cats", &user).await.status(), 200);

    let account = "/_matrix/integrations/v1/account";
    assert_eq!(app.get_as(account, &operator).await.json()["operator"], true);
    assert_eq!(app.get_as(account, &user).await.json().get("operator"), None);
}

#[tokio::test]
async fn a_report_is_seen_decided_and_in_the_log() {
    let app = TestApp::new().await;
    app.add_pack("cats", &["wave"]).await;
    let (user, operator) = (app.sign_in("@a:hs").await, app.sign_in(OPERATOR).await);
    let reports = "/api/v1/packs/cats/reports";
    for (body, status) in [
        (json!({"reason": "copyright", "details": "Mine"}), 204),
        (json!({"reason": "dull"}), 400),
        (json!({"reason": "other"}), 400),
        (json!({"reason": "other", "details": "x".repeat(1001)}), 400),
    ] {
        assert_eq!(app.post_as(reports, &user, &body).await.status(), status, "{body}");
    }
    let ghost = app.post_as("/api/v1/packs/ghost/reports", &user, &json!({"reason": "spam"})).await;
    assert_eq!(ghost.errcode(), "M_NOT_FOUND");

    let queue = app.get_as(QUEUE, &operator).await.json();
    let waiting = &queue["waiting"][0];
    assert_eq!(waiting["pack"]["id"], "cats");
    assert_eq!(waiting["state"], "published");
    assert_eq!(waiting["reports"][0]["user_id"], "@a:hs");
    assert_eq!(waiting["report_count"], 1);
    assert_eq!(waiting["actions"], json!(["withdraw", "take_down", "keep"]));

    let decide = "/api/v1/moderation/packs/cats/decisions";
    let hasty = app.post_as(decide, &operator, &json!({"action": "take_down"})).await;
    assert_eq!(hasty.errcode(), "M_INVALID_PARAM");
    let body = json!({"action": "take_down", "reason": "Not ours to give"});
    assert_eq!(app.post_as(decide, &operator, &body).await.json(), "taken_down");
    let again = app.post_as(decide, &operator, &body).await;
    assert_eq!((again.status(), again.errcode().as_str()), (409, "TESSERA_CONFLICT"));
    assert_eq!(app.get_as(QUEUE, &operator).await.json()["waiting"], json!([]));
    assert_eq!(app.get_as("/api/v1/moderation/packs/cats", &operator).await.status(), 200);

    let log = app.get_as("/api/v1/moderation/decisions?pack_id=cats", &operator).await.json();
    let decision = &log["decisions"][0];
    assert_eq!(decision["operator"], OPERATOR);
    assert_eq!((&decision["before"], &decision["reports"]), (&json!("published"), &json!(1)));
    let path = format!("/api/v1/moderation/decisions/{}/appeal", decision["id"].as_str().unwrap());
    let noted = app.put_as(&path, &operator, &json!({"note": "Ann appealed; upheld"})).await;
    assert_eq!(noted.status(), 204);
    let log = app.get_as("/api/v1/moderation/decisions", &operator).await.json();
    assert_eq!(log["decisions"][0]["appeal"], "Ann appealed; upheld");
    assert_eq!(log.get("next"), None);
}

#[tokio::test]
async fn nobody_floods_the_operators() {
    let app = TestApp::new().await;
    app.add_pack("cats", &["wave"]).await;
    let user = app.sign_in("@a:hs").await;
    let mut last = 0;
    for _ in 0..21 {
        let body = json!({"reason": "spam"});
        last = app.post_as("/api/v1/packs/cats/reports", &user, &body).await.status();
    }
    assert_eq!(last, 429);
    let other = app.sign_in("@b:hs").await;
    let body = json!({"reason": "spam"});
    assert_eq!(app.post_as("/api/v1/packs/cats/reports", &other, &body).await.status(), 204);
}
