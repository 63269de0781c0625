use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::http::test_app::TestApp;

const SECRET: &str = "whsec_0123456789abcdef";

fn signed(body: &str, secret: &str, seconds: u64) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(format!("{seconds}.{body}")).finalize().into_bytes();
    format!("t={seconds},v1={}", hex::encode(mac))
}

#[tokio::test]
async fn only_what_stripe_signed_just_now_is_kept() {
    let app = TestApp::with_shop().await;
    let now = app.now().wire() / 1000;
    let event = |id: &str, live: bool| {
        json!({"id": id, "type": "charge.refunded", "livemode": live,
            "data": {"object": {"object": "charge", "payment_intent": "pi_1"}}})
        .to_string()
    };
    let (good, live) = (event("evt_1", false), event("evt_2", true));
    for (body, header, status) in [
        (&good, signed(&good, SECRET, now), 204),
        (&good, signed(&good, SECRET, now), 204),
        (&good, signed(&good, "whsec_another", now), 400),
        (&good, signed(&live, SECRET, now), 400),
        (&good, signed(&good, SECRET, now - 301), 400),
        (&good, String::new(), 400),
        (&live, signed(&live, SECRET, now), 400),
        (&"{}".to_owned(), signed("{}", SECRET, now), 400),
    ] {
        let headers = [("stripe-signature", header.as_str())];
        let answer = app.post_with("/webhooks/stripe", body, &headers).await;
        assert_eq!(answer.status(), status, "{header} {body}");
        if status != 204 {
            assert_eq!(answer.errcode(), "M_INVALID_PARAM");
        }
    }
    assert_eq!(app.storage().payment_events_to_do(9).await.unwrap().len(), 1);
    let large = format!("{good}{}", " ".repeat(256 * 1024));
    let header = signed(&large, SECRET, now);
    let headers = [("stripe-signature", header.as_str())];
    assert_eq!(app.post_with("/webhooks/stripe", &large, &headers).await.status(), 413);
    let nothing = TestApp::new().await;
    let answer = nothing.post_with("/webhooks/stripe", &good, &[]).await;
    assert_eq!(answer.errcode(), "M_NOT_FOUND");
}
