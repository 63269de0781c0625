use serde_json::json;

use crate::http::test_app::{OPERATOR, TestApp};

#[tokio::test]
async fn nobody_but_operators_gets_near_it() {
    let app = TestApp::with_shop().await;
    let token = app.sign_in("@a:hs").await;
    let body = json!({"amount": 100, "currency": "eur", "tax": "inclusive", "pack_id": "cats",
        "count": 1, "days": 1, "user_id": "@a:hs", "reference": "x", "reason": "x"});
    for path in ["orders", "summary"] {
        let path = format!("/api/v1/sales/{path}");
        assert_eq!(app.get_as(&path, &token).await.errcode(), "M_FORBIDDEN", "{path}");
        assert_eq!(app.get(&path).await.errcode(), "M_MISSING_TOKEN", "{path}");
    }
    for path in ["vouchers", "grants", "orders/x/refund"] {
        let path = format!("/api/v1/sales/{path}");
        assert_eq!(app.post_as(&path, &token, &body).await.errcode(), "M_FORBIDDEN", "{path}");
    }
    let price = "/api/v1/sales/prices/cats";
    assert_eq!(app.put_as(price, &token, &body).await.errcode(), "M_FORBIDDEN");
    assert_eq!(app.delete_as(price, &token).await.errcode(), "M_FORBIDDEN");
}

#[tokio::test]
async fn prices_grants_and_refunds_are_told_with_their_refusals() {
    let app = TestApp::with_shop().await;
    let (operator, token) = (app.sign_in(OPERATOR).await, app.sign_in("@a:hs").await);
    let price = |amount: u32, currency: &str| json!({"amount": amount, "currency": currency, "tax": "exclusive"});
    let path = "/api/v1/sales/prices/cats";
    for (body, status) in [
        (price(399, "usd"), 200),
        (price(1, "usd"), 400),
        (price(399, "nope"), 400),
        (json!({"amount": -1, "currency": "usd", "tax": "exclusive"}), 400),
        (json!({"amount": 1.5, "currency": "usd", "tax": "exclusive"}), 400),
    ] {
        assert_eq!(app.put_as(path, &operator, &body).await.status(), status, "{body}");
    }
    let ghost = app.put_as("/api/v1/sales/prices/ghost", &operator, &price(399, "usd")).await;
    assert_eq!(ghost.errcode(), "M_INVALID_PARAM");

    let grant =
        json!({"user_id": "@a:hs", "pack_id": "cats", "reference": "transfer 7", "paid": true});
    let order = app.post_as("/api/v1/sales/grants", &operator, &grant).await.json();
    assert_eq!((&order["state"], &order["amount"]), (&json!("fulfilled"), &json!(399)));
    let again = app.post_as("/api/v1/sales/grants", &operator, &grant).await;
    assert_eq!((again.status(), again.errcode().as_str()), (409, "TESSERA_ALREADY_OWNED"));
    let all = app.get_as("/api/v1/sales/orders", &operator).await.json();
    assert_eq!(all["orders"][0]["reference"], "transfer 7");
    let summary = app.get_as("/api/v1/sales/summary", &operator).await.json();
    assert_eq!((&summary["lines"][0]["gross"], &summary["problems"]), (&json!(399), &json!(0)));

    let refund = format!("/api/v1/sales/orders/{}/refund", order["id"].as_str().unwrap());
    for (body, status, code) in [
        (json!({"reason": ""}), 400, "M_INVALID_PARAM"),
        (json!({"reason": "x", "amount": 400}), 400, "M_INVALID_PARAM"),
        (json!({"reason": "x"}), 200, ""),
        (json!({"reason": "x"}), 409, "TESSERA_CONFLICT"),
    ] {
        let answer = app.post_as(&refund, &operator, &body).await;
        assert_eq!(answer.status(), status, "{body}");
        if status != 200 {
            assert_eq!(answer.errcode(), code, "{body}");
        }
    }
    let mine = app.get_as("/api/v1/packs/cats", &token).await.json();
    assert_eq!(mine["pack"]["owned"], false);
    assert_eq!(app.delete_as(path, &operator).await.status(), 204);
    assert_eq!(app.delete_as(path, &operator).await.status(), 404);
    let store = app.get_as("/api/v1/packs?paid=true", &token).await.json();
    assert_eq!((&store["packs"][0]["id"], store["packs"][0].get("price")), (&json!("cats"), None));
    let free = app.get_as("/api/v1/packs?paid=false", &token).await.json();
    assert_eq!(free["total"], 0);
}
