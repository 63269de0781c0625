//! Who may open the set-up page: whoever knows `operator_token`. A sign-in lasts an hour, lives in
//! memory only and ends with the server. Called by `http::setup`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{
    clock::{Clock, Timestamp},
    random::{NoRandomness, Random},
};

/// How long a sign-in lasts.
pub const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How many there can be at once.
const SIGN_INS: usize = 32;

/// The operators' sign-ins.
pub struct Operators {
    token: SecretString,
    /// By the hash of their secret: until when.
    sign_ins: Mutex<HashMap<[u8; 32], Timestamp>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// That is not the token.
    #[error("That is not the `operator_token` of this server's configuration.")]
    WrongToken,
    /// No secret could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Operators {
    /// Operators who know this token.
    #[must_use]
    pub fn new(token: SecretString, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { token, sign_ins: Mutex::default(), clock, random }
    }

    /// A secret that opens the page for [`LIFETIME`].
    ///
    /// # Errors
    /// When the token is not the configuration's.
    pub fn sign_in(&self, token: &str) -> Result<String, SignInError> {
        // By hash, so that the comparison's time does not tell the length either.
        let (ours, theirs) = (hash(self.token.expose_secret()), hash(token));
        if !bool::from(ours.ct_eq(&theirs)) {
            return Err(SignInError::WrongToken);
        }
        let mut secret = [0; 32];
        self.random.fill(&mut secret)?;
        let secret = BASE64_URL_SAFE_NO_PAD.encode(secret);
        let now = self.clock.now();
        let mut sign_ins = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        sign_ins.retain(|_, until| now < *until);
        if sign_ins.len() >= SIGN_INS
            && let Some(oldest) = sign_ins.iter().min_by_key(|(_, until)| **until)
        {
            let oldest = *oldest.0;
            sign_ins.remove(&oldest);
        }
        sign_ins.insert(hash(&secret), now.after(LIFETIME));
        Ok(secret)
    }

    /// Whether a secret opens the page.
    #[must_use]
    pub fn admit(&self, secret: &str) -> bool {
        let sign_ins = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        sign_ins.get(&hash(secret)).is_some_and(|until| self.clock.now() < *until)
    }

    /// Ends a sign-in.
    pub fn sign_out(&self, secret: &str) {
        let mut sign_ins = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        sign_ins.remove(&hash(secret));
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::ManualClock, random::CountingRandom};

    fn operators() -> (Operators, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(0));
        let random = Arc::new(CountingRandom::default());
        (Operators::new("correct horse battery".into(), clock.clone(), random), clock)
    }

    #[test]
    fn whoever_knows_the_token_is_in_for_an_hour() {
        let (operators, clock) = operators();
        assert!(matches!(operators.sign_in("correct horse"), Err(SignInError::WrongToken)));
        assert!(matches!(operators.sign_in(""), Err(SignInError::WrongToken)));
        let secret = operators.sign_in("correct horse battery").unwrap();
        let other = operators.sign_in("correct horse battery").unwrap();
        assert_ne!(secret, other);
        assert!(operators.admit(&secret) && !operators.admit("") && !operators.admit("guess"));
        operators.sign_out(&other);
        assert!(operators.admit(&secret) && !operators.admit(&other));
        clock.advance(LIFETIME);
        assert!(!operators.admit(&secret));
    }

    #[test]
    fn sign_ins_do_not_pile_up() {
        let (operators, clock) = operators();
        let first = operators.sign_in("correct horse battery").unwrap();
        for _ in 0..SIGN_INS {
            clock.advance(Duration::from_secs(1));
            operators.sign_in("correct horse battery").unwrap();
        }
        assert!(!operators.admit(&first));
        assert_eq!(operators.sign_ins.lock().unwrap().len(), SIGN_INS);
    }
}
