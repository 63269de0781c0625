//! The cases are judged by Stripe's own library: `node tests/checkout/signature-vectors.mjs` writes them.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vector {
    name: String,
    payload: String,
    header: String,
    secrets: Vec<String>,
    now: i64,
    /// What Stripe's `constructEvent` says.
    accepted: bool,
    /// What we say, which is never more.
    ours: bool,
}

#[test]
fn what_stripes_own_library_believes_and_nothing_else_is_believed() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../stripe_vectors.json")).unwrap();
    assert!(vectors.len() >= 30);
    for vector in vectors {
        let secrets: Vec<SecretString> = vector.secrets.into_iter().map(Into::into).collect();
        let now = Timestamp::from_millis(vector.now * 1000);
        let checked = check(vector.payload.as_bytes(), &vector.header, &secrets, now);
        assert_eq!(checked.is_ok(), vector.ours, "{}: {checked:?}", vector.name);
        assert!(vector.accepted || !vector.ours, "{}: we believe more than Stripe", vector.name);
    }
}

#[test]
fn every_refusal_says_which_it_is() {
    let secrets = [SecretString::from("whsec_one"), "whsec_two".into()];
    let now = Timestamp::from_millis(1_000_000);
    let signed = |seconds: i64, secret: &str| {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let mac = mac.chain_update(format!("{seconds}.body")).finalize().into_bytes();
        format!("t={seconds},v1={}", hex::encode(mac))
    };
    for (header, says) in [
        (signed(1000, "whsec_one"), Ok(())),
        (signed(1000, "whsec_two"), Ok(())),
        (signed(1000, "whsec_three"), Err(NotSigned::Wrong)),
        (signed(699, "whsec_one"), Err(NotSigned::Stale)),
        (signed(1301, "whsec_one"), Err(NotSigned::Stale)),
        ("t=1000".into(), Err(NotSigned::NoSignature)),
        ("v1=00".into(), Err(NotSigned::NoSignature)),
        (String::new(), Err(NotSigned::NoSignature)),
    ] {
        assert_eq!(check(b"body", &header, &secrets, now), says, "{header}");
    }
}
