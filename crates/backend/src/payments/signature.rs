//! Whether a message is from Stripe: the header `Stripe-Signature: t=SECONDS,v1=HEX[,v1=HEX …]`, where
//! each `v1` is HMAC-SHA256 of `SECONDS.BODY` under a secret (docs.stripe.com/webhooks/signature).

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::clock::Timestamp;

/// How old a message may be, and how far our clocks may differ.
pub const WINDOW: Duration = Duration::from_secs(300);

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// There is no header, or it is not of this form.
    #[error("the message has no Stripe-Signature that can be read")]
    NoSignature,
    /// It was signed too long ago, or is from the future.
    #[error("the message was not signed just now; is this server's clock right?")]
    Stale,
    /// None of its signatures is by one of our secrets.
    #[error("the message is not signed with one of the configured webhook secrets")]
    Wrong,
}

/// Checks a body against its header: every `v1` with every secret, each in constant time.
///
/// # Errors
/// When it is not signed, not by one of `secrets`, or not within [`WINDOW`] of `now`.
pub fn check(
    body: &[u8],
    header: &str,
    secrets: &[SecretString],
    now: Timestamp,
) -> Result<(), NotSigned> {
    let (mut time, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.split_once('=') {
            Some(("t", value)) if time.is_none() => time = Some(value),
            Some(("t", _)) => return Err(NotSigned::NoSignature),
            Some(("v1", value)) => signatures.push(value),
            _ => {}
        }
    }
    let time = time.filter(|time| time.bytes().all(|b| b.is_ascii_digit()));
    let (Some(time), false) = (time, signatures.is_empty()) else {
        return Err(NotSigned::NoSignature);
    };
    let seconds: i64 = time.parse().map_err(|_| NotSigned::NoSignature)?;
    // Both are checked, whatever the first says: how long it takes tells nothing.
    let signed = signatures.iter().fold(false, |found, signature| {
        secrets.iter().fold(found, |found, secret| found | verifies(body, time, signature, secret))
    });
    let signed_at = Timestamp::from_millis(seconds.saturating_mul(1000));
    if !signed {
        Err(NotSigned::Wrong)
    } else if signed_at < now.before(WINDOW) || signed_at > now.after(WINDOW) {
        Err(NotSigned::Stale)
    } else {
        Ok(())
    }
}

fn verifies(body: &[u8], time: &str, signature: &str, secret: &SecretString) -> bool {
    // Stripe writes small letters; what is written otherwise is not Stripe's.
    if signature.bytes().any(|b| b.is_ascii_uppercase()) {
        return false;
    }
    let Ok(signature) = hex::decode(signature) else { return false };
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        return false;
    };
    mac.chain_update(time).chain_update(b".").chain_update(body).verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests;
