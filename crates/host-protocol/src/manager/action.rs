//! What every action has in common: it writes its message and reads how that ended. The
//! [`super::client`] carries both without knowing any action; [`super::refusal`] sorts errors.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::client::Ending;
use super::json::{self, Object};
use super::refusal::{ErrorText, Failure, Grounds, Invalid, Reason};

/// Something that Element does for its integration manager.
///
/// As JSON it is the message's own fields; `action` and `request_id` come with [`Self::ask`].
pub trait Action: Serialize {
    /// The name on the wire.
    const NAME: &'static str;
    /// Something is different afterwards, perhaps also after [`Failure::NoAnswer`].
    const CHANGES: bool;
    /// The answer is an event's content as a room's member wrote it. It may have an `error` of its
    /// own, so only `error` and nothing else makes it an error.
    const CONTENT: bool = false;
    /// What a success says.
    type Reply;
    /// What it can be refused for.
    type Refusal: Grounds;

    /// The room that must be in view, if the request names one.
    fn room_id(&self) -> Option<&str> {
        None
    }

    /// Finds what Element would refuse, or never answer.
    ///
    /// # Errors
    ///
    /// Names the field.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }

    /// Reads a `response` that is no error.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreadable`], as a rule.
    fn reply(&self, response: Value) -> Result<Self::Reply, Failure<Self::Refusal>>;

    /// The message that asks for it. `request_id` is the caller's: unique, and random so that no
    /// other window knows it.
    ///
    /// # Errors
    ///
    /// If Element would refuse the request or never answer it; nothing is to be sent then.
    fn ask(&self, request_id: &str) -> Result<Outgoing, Invalid> {
        self.check()?;
        let fields = serde_json::to_value(self);
        let Ok(Value::Object(mut message)) = fields else {
            return Err(Invalid { field: "action" });
        };
        for (field, sigil) in [("room_id", '!'), ("user_id", '@')] {
            let id = message.get(field).and_then(Value::as_str);
            if id.is_some_and(|id| !id.starts_with(sigil)) {
                return Err(Invalid { field });
            }
        }
        message.insert("action".into(), Self::NAME.into());
        message.insert("request_id".into(), request_id.into());
        Ok(Outgoing { message })
    }

    /// How it ended.
    ///
    /// # Errors
    ///
    /// Whatever the client or Element had against it, and silence.
    fn read(&self, ending: Ending) -> Result<Self::Reply, Failure<Self::Refusal>> {
        match ending {
            Ending::Answered(response) => match error_of(&response, Self::CONTENT) {
                Some(error) => {
                    let reason = Reason::of(&error, self.room_id());
                    Err(Failure::Refused(error.refusal(reason.into())))
                }
                None => self.reply(response),
            },
            Ending::Silent => Err(Failure::NoAnswer { maybe_done: Self::CHANGES }),
            Ending::TooMany => Err(Failure::TooMany),
            Ending::TooMuch => Err(Failure::Unreadable),
        }
    }
}

/// A message to post to the parent window. Element echoes every field, and adds `response`.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    message: Object,
}

impl Outgoing {
    /// A field that is text; `None` if there is none.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.message.get(field).and_then(Value::as_str)
    }
}

impl Serialize for Outgoing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.message.serialize(serializer)
    }
}

/// The error that a response is, if it is one.
fn error_of(response: &Value, content: bool) -> Option<ErrorText> {
    let fields = response.as_object()?;
    if content && fields.len() > 1 {
        return None;
    }
    let error = fields.get("error").filter(|error| json::is_truthy(error))?;
    // A program's error is an object with a message, or text by itself.
    let text_of = |error: &Value| {
        error.as_str().or_else(|| error.get("message")?.as_str()).map(ToOwned::to_owned)
    };
    let detail = error.get("_error").filter(|detail| !detail.is_null());
    Some(ErrorText {
        message: text_of(error).unwrap_or_default(),
        detail: detail.map(|detail| text_of(detail).unwrap_or_default()),
    })
}

/// The answer of everything that only says that it was done.
pub(super) fn done<R>(response: &Value) -> Result<(), Failure<R>> {
    let done = response.get("success").and_then(Value::as_bool) == Some(true);
    if done { Ok(()) } else { Err(Failure::Unreadable) }
}

/// A content, or `null` where there is no such event.
pub(super) fn content<R>(response: Value) -> Result<Option<Object>, Failure<R>> {
    match response {
        Value::Null => Ok(None),
        Value::Object(content) => Ok(Some(content)),
        _ => Err(Failure::Unreadable),
    }
}

/// Refuses an empty text, which Element takes for none.
pub(super) fn filled(field: &'static str, text: &str) -> Result<(), Invalid> {
    if text.is_empty() { Err(Invalid { field }) } else { Ok(()) }
}
