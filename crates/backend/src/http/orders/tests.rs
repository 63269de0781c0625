use serde_json::{Value, json};

use crate::http::test_app::{OPERATOR, TestApp};

const ORDERS: &str = "/api/v1/orders";

async fn wants(app: &TestApp, token: &str) -> Value {
    let pack = app.get_as("/api/v1/packs/cats", token).await.json();
    let asked = app.get_as("/api/v1/sales?language=de", token).await.json();
    json!({
        "pack_id": "cats",
        "price_id": pack["pack"]["price"]["id"],
        "consent": {"version": asked["consent"]["version"], "language": "de",
            "at_once": true, "no_withdrawal": true},
    })
}

async fn pay(app: &TestApp, order: &Value, doing: &str) -> Option<String> {
    let checkout = order["checkout_url"].as_str().unwrap();
    let answer = app.post_text(checkout, &format!("doing={doing}")).await;
    answer.header("location").map(str::to_owned)
}

#[tokio::test]
async fn a_pack_is_bought_from_the_first_look_to_the_receipt() {
    let app = TestApp::with_shop().await;
    let token = app.sign_in("@a:hs").await;
    let asked = app.get_as("/api/v1/sales?language=de-AT", &token).await.json();
    assert_eq!((&asked["open"], &asked["test"]), (&json!(true), &json!(true)));
    assert_eq!(asked["seller"]["name"], "Ann");
    assert!(asked["consent"]["no_withdrawal"].as_str().unwrap().contains("Widerrufsrecht"));

    let store = app.get_as("/api/v1/packs?shelf=store", &token).await.json();
    let cats = &store["packs"][0];
    assert_eq!((&cats["price"]["amount"], &cats["owned"]), (&json!(299), &json!(false)));
    let add = app.put_as("/api/v1/library/packs/cats", &token, &json!({})).await;
    assert_eq!((add.status(), add.errcode().as_str()), (403, "TESSERA_NOT_OWNED"));

    let order = app.post_as(ORDERS, &token, &wants(&app, &token).await).await.json();
    assert_eq!((&order["state"], &order["amount"]), (&json!("pending"), &json!(299)));
    let path = format!("{ORDERS}/{}", order["id"].as_str().unwrap());
    assert_eq!(app.get_as(&format!("{path}/receipt"), &token).await.errcode(), "M_NOT_FOUND");
    let page = app.get(order["checkout_url"].as_str().unwrap()).await;
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(page.contains("no money moves here") && page.contains("EUR 2.99"), "{page}");
    let back = pay(&app, &order, "pay").await.unwrap();
    let done = app.get_with(&back, "", &[("accept-language", "de")]).await;
    let done = String::from_utf8(done.body().to_vec()).unwrap();
    assert!(done.contains("lang=\"de\"") && done.contains("Bezahlt."), "{done}");
    assert!(!done.contains("@a:hs") && !done.contains("cats"), "it may be anybody's browser");

    assert_eq!(app.get_as(&path, &token).await.json()["state"], "fulfilled");
    let library = app.get_as("/api/v1/packs?shelf=enabled", &token).await.json();
    assert_eq!(
        (&library["packs"][0]["id"], &library["packs"][0]["owned"]),
        (&json!("cats"), &json!(true))
    );
    let receipt = app.get_as(&format!("{path}/receipt"), &token).await;
    assert!(receipt.header("content-disposition").unwrap().contains("attachment"));
    let receipt = String::from_utf8(receipt.body().to_vec()).unwrap();
    for words in ["EUR 2.99", "Ann", "Widerrufsrecht", order["id"].as_str().unwrap()] {
        assert!(receipt.contains(words), "{words}: {receipt}");
    }
    let mine = app.get_as(ORDERS, &token).await.json();
    assert_eq!(mine["orders"][0]["state"], "fulfilled");
    let again = app.post_as(ORDERS, &token, &wants(&app, &token).await).await;
    assert_eq!((again.status(), again.errcode().as_str()), (409, "TESSERA_ALREADY_OWNED"));
}

#[tokio::test]
async fn every_refusal_has_its_code() {
    let app = TestApp::with_shop().await;
    let token = app.sign_in("@a:hs").await;
    let good = wants(&app, &token).await;
    let with = |change: fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    for (body, status, code) in [
        (with(|it| it["price_id"] = json!("old")), 409, "TESSERA_PRICE_CHANGED"),
        (with(|it| it["consent"]["at_once"] = json!(false)), 400, "M_INVALID_PARAM"),
        (with(|it| it["pack_id"] = json!("ghost")), 404, "M_NOT_FOUND"),
        (with(|it| it["gift"] = json!({"to": "nobody"})), 400, "M_INVALID_PARAM"),
        (json!({}), 400, "M_BAD_JSON"),
    ] {
        let answer = app.post_as(ORDERS, &token, &body).await;
        assert_eq!((answer.status(), answer.errcode().as_str()), (status, code), "{body}");
    }
    // What a browser says of amounts is not read.
    let cheap = with(|it| it["amount"] = json!(1));
    assert_eq!(app.post_as(ORDERS, &token, &cheap).await.json()["amount"], 299);
    for path in ["/api/v1/vouchers/redeem", "/api/v1/gifts/claim"] {
        let answer = app.post_as(path, &token, &json!({"code": "0000-0000-0000-0000"})).await;
        assert_eq!((answer.status(), answer.errcode().as_str()), (404, "M_NOT_FOUND"), "{path}");
    }
    let nothing = TestApp::new().await;
    let token = nothing.sign_in("@a:hs").await;
    assert_eq!(
        nothing.get_as("/api/v1/sales", &token).await.json(),
        json!({"open": false, "test": false})
    );
    assert_eq!(nothing.post_as(ORDERS, &token, &good).await.errcode(), "M_FORBIDDEN");
}

#[tokio::test]
async fn an_order_is_its_buyers_alone() {
    let app = TestApp::with_shop().await;
    let (token, other) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
    let order = app.post_as(ORDERS, &token, &wants(&app, &token).await).await.json();
    let path = format!("{ORDERS}/{}", order["id"].as_str().unwrap());
    for path in [path.clone(), format!("{path}/events"), format!("{path}/receipt")] {
        assert_eq!(app.get_as(&path, &other).await.errcode(), "M_NOT_FOUND", "{path}");
        assert_eq!(app.get(&path).await.errcode(), "M_MISSING_TOKEN", "{path}");
    }
    let cancel = format!("{path}/cancel");
    assert_eq!(app.post_as(&cancel, &other, &json!({})).await.errcode(), "M_NOT_FOUND");
    let left = app.post_as(&cancel, &token, &json!({})).await.json();
    assert_eq!(left["state"], "expired");
    let unknown = app.get("/purchase/done?session_id=cs_of_somebody_else").await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn whoever_waits_is_told() {
    let app = TestApp::with_shop().await;
    let token = app.sign_in("@a:hs").await;
    let order = app.post_as(ORDERS, &token, &wants(&app, &token).await).await.json();
    let path = format!("{ORDERS}/{}/events", order["id"].as_str().unwrap());
    let (events, back) = tokio::join!(app.get_as(&path, &token), pay(&app, &order, "pay"));
    assert!(back.is_some());
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let text = String::from_utf8(events.body().to_vec()).unwrap();
    let states: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str::<Value>(data).unwrap()["state"].clone())
        .collect();
    assert_eq!(states.last().unwrap(), "fulfilled", "the stream ends with the purchase: {text}");
}

#[tokio::test]
async fn the_pretended_checkout_does_all_that_a_payment_does() {
    let app = TestApp::with_shop().await;
    for (user, steps, state) in [
        ("@a:hs", &["fail"][..], "failed"),
        ("@b:hs", &["leave"], "expired"),
        ("@c:hs", &["pay_slowly"], "pending"),
        ("@d:hs", &["pay_slowly", "arrive"], "fulfilled"),
        ("@e:hs", &["pay", "fail"], "fulfilled"),
    ] {
        let token = app.sign_in(user).await;
        let order = app.post_as(ORDERS, &token, &wants(&app, &token).await).await.json();
        for step in steps {
            assert!(pay(&app, &order, step).await.is_some(), "{user} {step}");
        }
        let path = format!("{ORDERS}/{}", order["id"].as_str().unwrap());
        assert_eq!(app.get_as(&path, &token).await.json()["state"], state, "{user}");
    }
    let order = json!({"checkout_url": "/playground/checkout/none"});
    assert_eq!(pay(&app, &order, "pay").await, None);
}

#[tokio::test]
async fn a_gift_goes_from_one_to_another() {
    let app = TestApp::with_shop().await;
    let (giver, friend) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
    let mut new = wants(&app, &giver).await;
    new["gift"] = json!({"to": "@b:hs"});
    let order = app.post_as(ORDERS, &giver, &new).await.json();
    assert_eq!(order["gift"]["state"], "unpaid");
    pay(&app, &order, "pay").await.unwrap();
    let gifts = app.get_as(ORDERS, &friend).await.json();
    let gift = &gifts["gifts"][0];
    assert_eq!((&gift["from"], &gift["pack_title"]), (&json!("@a:hs"), &json!("cats")));
    let path = format!("/api/v1/gifts/{}", gift["id"].as_str().unwrap());
    let claim = format!("{path}/claim");
    assert_eq!(app.post_as(&claim, &giver, &json!({})).await.errcode(), "M_NOT_FOUND");
    assert_eq!(app.post_as(&claim, &friend, &json!({})).await.json()["state"], "claimed");
    let back = app.post_as(&format!("{path}/return"), &giver, &json!({})).await;
    assert_eq!((back.status(), back.errcode().as_str()), (409, "TESSERA_CONFLICT"));

    let new = json!({"gift": {}, "pack_id": new["pack_id"], "price_id": new["price_id"],
        "consent": new["consent"]});
    let order = app.post_as(ORDERS, &giver, &new).await.json();
    pay(&app, &order, "pay").await.unwrap();
    let order = app.get_as(ORDERS, &giver).await.json()["orders"].clone();
    let waiting = order.as_array().unwrap().iter().find(|it| it["gift"]["code"].is_string());
    let code = json!({"code": waiting.unwrap()["gift"]["code"]});
    let owned = app.post_as("/api/v1/gifts/claim", &friend, &code).await;
    assert_eq!((owned.status(), owned.errcode().as_str()), (409, "TESSERA_ALREADY_OWNED"));
    let third = app.sign_in("@c:hs").await;
    assert_eq!(app.post_as("/api/v1/gifts/claim", &third, &code).await.status(), 200);
    let page = app.get_with("/gift", "", &[("accept-language", "fr")]).await;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(String::from_utf8(page.body().to_vec()).unwrap().contains("On vous offre"));
}

#[tokio::test]
async fn vouchers_are_made_by_operators_and_redeemed_by_anybody() {
    let app = TestApp::with_shop().await;
    let (operator, token) = (app.sign_in(OPERATOR).await, app.sign_in("@a:hs").await);
    let new = json!({"pack_id": "cats", "count": 1, "days": 3});
    let codes = app.post_as("/api/v1/sales/vouchers", &operator, &new).await.json();
    let code = json!({"code": codes["codes"][0]});
    let order = app.post_as("/api/v1/vouchers/redeem", &token, &code).await.json();
    assert_eq!((&order["state"], &order["rail"]), (&json!("fulfilled"), &json!("voucher")));
    let other = app.sign_in("@b:hs").await;
    let spent = app.post_as("/api/v1/vouchers/redeem", &other, &code).await;
    assert_eq!((spent.status(), spent.errcode().as_str()), (410, "TESSERA_CODE_SPENT"));
}
