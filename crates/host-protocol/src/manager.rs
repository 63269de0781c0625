//! The manager's own messages to Element ("ScalarMessaging": `ScalarMessaging.ts` of Element Web).
//!
//! The manager's screens have a typed client for all of them: an [`Action`] makes the message
//! ([`Action::ask`]), a [`Client`] has it posted and waits for its end, and the same action reads
//! that end ([`Action::read`]). An action is in [`reading`] if it only asks, in [`changing`] if it
//! does something.
//!
//! The picker asks one question, and has an own machine for it that costs it nothing else:
//! [`OpenIdQuestion`], `get_open_id_token` without a room. Element answers it without asking the
//! user when our address is its integration manager's, and not at all otherwise.

pub mod action;
pub mod changing;
pub mod client;
pub mod entry;
pub mod json;
pub mod reading;
pub mod refusal;
pub mod reply;

use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::machine::Credentials;
use crate::wire::Body;

pub use action::Action;
pub use client::Client;
pub use entry::Entry;

/// How long the picker waits for Element, in milliseconds: silence is the usual answer.
pub const PICKER_REPLY_TIME: f64 = 1_000.0;

/// A request to Element; it echoes every field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// What we ask for.
    pub action: &'static str,
    /// Ours, echoed.
    pub request_id: String,
}

/// Element's echo with its `response`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// Widget API messages have it, these do not.
    #[serde(deserialize_with = "lenient::text")]
    pub api: Option<String>,
    /// What we asked for.
    #[serde(deserialize_with = "lenient::text")]
    pub action: Option<String>,
    /// Ours.
    #[serde(deserialize_with = "lenient::text")]
    pub request_id: Option<String>,
    /// The answer.
    #[serde(deserialize_with = "lenient::reply")]
    pub response: Option<Box<Body>>,
}

/// One question at a time: who is the user?
#[derive(Debug, Default)]
pub struct OpenIdQuestion {
    waiting: Option<(String, f64)>,
}

impl OpenIdQuestion {
    /// The message to post to the parent window.
    pub fn ask(&mut self, request_id: String, now: f64) -> Ask {
        self.waiting = Some((request_id.clone(), now + PICKER_REPLY_TIME));
        Ask { action: "get_open_id_token", request_id }
    }

    /// When [`Self::tick`] is due.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        self.waiting.as_ref().map(|(_, deadline)| *deadline)
    }

    /// `Some` if the message ends the question: with credentials, or with a refusal.
    pub fn reply(&mut self, is_parent: bool, reply: &Reply) -> Option<Option<Credentials>> {
        let (request_id, _) = self.waiting.as_ref()?;
        let ours = is_parent
            && reply.api.is_none()
            && reply.action.as_deref() == Some("get_open_id_token")
            && reply.request_id.as_deref() == Some(request_id);
        if !ours {
            return None;
        }
        let response = reply.response.as_deref()?;
        self.waiting = None;
        Some(if response.error.is_some() { None } else { Credentials::read(response) })
    }

    /// Whether the question ended just now for want of an answer.
    pub fn tick(&mut self, now: f64) -> bool {
        let late = self.deadline().is_some_and(|deadline| deadline <= now);
        if late {
            self.waiting = None;
        }
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(json: serde_json::Value) -> Reply {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_echo_with_a_token_ends_the_question() {
        let mut question = OpenIdQuestion::default();
        let ask = serde_json::to_value(question.ask("r1".into(), 0.0)).unwrap();
        assert_eq!(
            ask,
            serde_json::json!({"action": "get_open_id_token", "request_id": "r1"}),
            "a room id would make Element refuse"
        );
        let token = serde_json::json!({
            "access_token": "T", "matrix_server_name": "hs", "token_type": "Bearer", "expires_in": 3600,
        });
        let echo = |id: &str| {
            reply(serde_json::json!({
                "action": "get_open_id_token", "request_id": id, "response": token.clone(),
            }))
        };
        assert_eq!(question.reply(true, &reply(ask)), None, "the echo needs a response");
        assert_eq!(question.reply(true, &echo("other")), None);
        assert_eq!(question.reply(false, &echo("r1")), None, "another window");
        let credentials = question.reply(true, &echo("r1")).unwrap().unwrap();
        assert_eq!((credentials.access_token.as_str(), credentials.expires_in), ("T", 3600));
        assert_eq!(question.reply(true, &echo("r1")), None, "only once");
    }

    #[test]
    fn errors_and_silence_end_it_too() {
        let mut question = OpenIdQuestion::default();
        question.ask("r1".into(), 0.0);
        let error = reply(serde_json::json!({
            "action": "get_open_id_token", "request_id": "r1",
            "response": {"error": {"message": "Unable to fetch openId token."}},
        }));
        assert_eq!(question.reply(true, &error), Some(None));
        question.ask("r2".into(), 5.0);
        assert!(!question.tick(1_004.0));
        assert!(question.tick(1_005.0));
        assert!(!question.tick(2_000.0));
    }
}
