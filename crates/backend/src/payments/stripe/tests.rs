use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_string_contains, header, method, path, query_param},
};

use super::*;
use crate::{clock::Timestamp, payments::Dispute};

fn account(server: &MockServer) -> Stripe {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Stripe::new(Settings {
        secret_key: "sk_test_secret".to_owned().into(),
        api: server.uri().parse().unwrap(),
        automatic_tax: false,
        public_url: "https://stickers.example/".parse().unwrap(),
    })
    .unwrap()
}

fn wanted() -> Wanted<'static> {
    Wanted {
        order_id: "o1",
        attempt: 2,
        amount: 299,
        currency: "eur",
        tax_inclusive: true,
        title: "Cats & Dogs",
        consent: "At once.",
        language: "de-AT",
        created: Timestamp::from_millis(1_700_000_000_000),
    }
}

const ASKED: Asked<'static> =
    Asked { session_id: "cs_1", order_id: "o1", amount: 299, currency: "eur", sent_back: None };

fn session(change: &Value) -> Value {
    let mut session = json!({
        "id": "cs_1", "object": "checkout.session", "url": "https://checkout.example/cs_1",
        "client_reference_id": "o1", "status": "open", "payment_status": "unpaid",
        "amount_subtotal": 299, "amount_total": 299, "currency": "eur", "livemode": false,
        "payment_intent": null,
    });
    for (name, value) in change.as_object().unwrap() {
        session[name] = value.clone();
    }
    session
}

#[tokio::test]
async fn a_checkout_is_asked_for_as_documented() {
    let server = MockServer::start().await;
    let parts = [
        "mode=payment",
        "line_items%5B0%5D%5Bprice_data%5D%5Bunit_amount%5D=299",
        "line_items%5B0%5D%5Bprice_data%5D%5Bproduct_data%5D%5Bname%5D=Cats+%26+Dogs",
        "client_reference_id=o1",
        "success_url=https%3A%2F%2Fstickers.example%2Fpurchase%2Fdone%3Fsession_id%3D%7BCHECKOUT_SESSION_ID%7D",
        "locale=de&",
        "expires_at=1700082800",
    ];
    let mock = Mock::given(method("POST"))
        .and(path("/v1/checkout/sessions"))
        .and(header("authorization", "Bearer sk_test_secret"))
        .and(header("idempotency-key", "o1-2"))
        .and(header("stripe-version", API_VERSION));
    parts
        .iter()
        .fold(mock, |mock, part| mock.and(body_string_contains(*part)))
        .respond_with(ResponseTemplate::new(200).set_body_json(session(&json!({}))))
        .expect(1)
        .mount(&server)
        .await;
    let opened = account(&server).open(&wanted()).await.unwrap();
    assert_eq!(opened.session_id, "cs_1");
    assert_eq!(opened.url, "https://checkout.example/cs_1");
    assert!(!account(&server).is_live());
}

async fn look(change: &Value, intent: Value, disputes: Value) -> Payment {
    let server = MockServer::start().await;
    for (place, body) in [
        ("/v1/checkout/sessions/cs_1", session(change)),
        ("/v1/payment_intents/pi_1", intent),
        ("/v1/disputes", disputes),
    ] {
        Mock::given(method("GET"))
            .and(path(place))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(&server)
            .await;
    }
    account(&server).look(&ASKED).await.unwrap()
}

#[tokio::test]
async fn every_state_of_a_payment_is_read() {
    let charge = |refunded: u32, disputed: bool| {
        json!({"status": "succeeded",
            "latest_charge": {"amount_refunded": refunded, "disputed": disputed}})
    };
    let paid = json!({"status": "complete", "payment_status": "paid", "payment_intent": "pi_1"});
    let slow = json!({"status": "complete", "payment_status": "unpaid", "payment_intent": "pi_1"});
    let intent = |status: &str| json!({"status": status, "latest_charge": null});
    for (change, intent, progress, returned) in [
        (json!({}), json!({}), Progress::Open, Returned::Nothing),
        (json!({"status": "expired"}), json!({}), Progress::Expired, Returned::Nothing),
        (slow.clone(), intent("processing"), Progress::Open, Returned::Nothing),
        (slow, intent("requires_payment_method"), Progress::Failed, Returned::Nothing),
        (paid.clone(), charge(0, false), Progress::Paid, Returned::Nothing),
        (paid.clone(), charge(100, false), Progress::Paid, Returned::Part(100)),
        (paid.clone(), charge(299, false), Progress::Paid, Returned::All),
    ] {
        let payment = look(&change, intent, json!({"data": []})).await;
        assert_eq!((payment.progress, payment.returned), (progress, returned), "{change}");
        assert_eq!((payment.order_id.as_str(), payment.subtotal), ("o1", 299));
    }
    for (status, stands) in [
        ("needs_response", Dispute::Open),
        ("under_review", Dispute::Open),
        ("won", Dispute::Won),
        ("warning_closed", Dispute::Won),
        ("lost", Dispute::Lost),
    ] {
        let disputes = json!({"data": [{"status": status}]});
        let payment = look(&paid, charge(0, true), disputes).await;
        assert_eq!(payment.dispute, Some(stands), "{status}");
    }
}

#[tokio::test]
async fn failures_are_told_apart_by_what_can_be_done() {
    for (status, is) in [
        (400, "Refused"),
        (401, "Refused"),
        (402, "Refused"),
        (404, "Unknown"),
        (409, "Unreachable"),
        (429, "Unreachable"),
        (500, "Failed"),
        (503, "Failed"),
        (302, "Refused"),
    ] {
        let server = MockServer::start().await;
        let body = json!({"error": {"code": "x", "message": "No such thing"}});
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .mount(&server)
            .await;
        let refused = account(&server).open(&wanted()).await.unwrap_err();
        assert!(format!("{refused:?}").starts_with(is), "{status}: {refused:?}");
        if status == 400 {
            assert!(refused.to_string().contains("x: No such thing"), "{refused}");
        }
    }
    let server = MockServer::start().await;
    let body = json!({"error": {"type": "idempotency_error", "message": "Keys for …"}});
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(400).set_body_json(body))
        .mount(&server)
        .await;
    let refused = account(&server).open(&wanted()).await;
    assert!(matches!(refused, Err(RailError::Failed(400))), "a new key can help: {refused:?}");

    let server = MockServer::start().await;
    let account = account(&server);
    drop(server);
    let error = account.open(&wanted()).await.unwrap_err();
    assert!(!error.to_string().contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn answers_that_are_none_are_refused() {
    for body in ["no", "{}", &"x".repeat(ANSWER + 1)] {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(query_param("expand[]", "line_items"))
            .respond_with(ResponseTemplate::new(200).set_body_string(body))
            .mount(&server)
            .await;
        let refused = account(&server).look(&ASKED).await;
        assert!(matches!(refused, Err(RailError::Answer(_))));
    }
}

#[tokio::test]
async fn a_refund_has_its_key_and_a_closed_checkout_stays_closed() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/refunds"))
        .and(header("idempotency-key", "refund-o1-1"))
        .and(body_string_contains("payment_intent=pi_1&amount=100"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"id": "re_1"})))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/v1/checkout/sessions/cs_1/expire"))
        .respond_with(ResponseTemplate::new(400).set_body_json(json!({"error": {}})))
        .expect(1)
        .mount(&server)
        .await;
    let account = account(&server);
    account.refund("pi_1", 100, "refund-o1-1").await.unwrap();
    account.close("cs_1").await.unwrap();
}
