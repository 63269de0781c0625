//! Why a request came to nothing, and what the user can do about it. Called by [`super::action`]
//! with what the client answered.
//!
//! An error of Element is a text in the user's language without a code, so its words are never
//! compared. What is read instead is the same in every language:
//!
//! - `_error`, there if something was attempted and failed, holds the text of a program's error,
//!   which is not translated: `MatrixError: [403] …` or `Server returned 502 error` with the
//!   homeserver's HTTP status. Some actions put that text into `message` itself.
//! - `_error` with a sentence of Element's source (`Invalid 'limit' in request`). A later version
//!   may word it otherwise; then the reason is [`Reason::Other`], never a wrong one.
//! - The room's id in a `message` without a status: of all the messages only "room not visible"
//!   has it, in whatever language.
//! - Which action it was: `can_send_event` answers "no" by an error.
//!
//! What is left looks alike in all languages and is not told apart: not signed in, a room that
//! the client does not know, a translation that leaves the room's id out.

/// The longest text of an error that is kept, in characters.
const TEXT: usize = 500;

/// Why a request came to nothing; `R` is what this action can be refused for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<R> {
    /// It was not sent: Element would refuse it, or never answer.
    Invalid(Invalid),
    /// Nobody answered within [`super::client::REPLY_TIME`]. Element is silent if no room's
    /// timeline is in view (a call in the main pane is none), if we are not its integration
    /// manager or were not when it first heard a message, and if it stumbled.
    NoAnswer {
        /// The request was to change something, and it may be changed: read it again.
        maybe_done: bool,
    },
    /// It was not sent: as many requests as we allow wait already.
    TooMany,
    /// The answer is neither an error nor what this action answers.
    Unreadable,
    /// Element answered with an error.
    Refused(Refusal<R>),
}

/// An error of Element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal<R> {
    /// What can be told of it.
    pub reason: R,
    /// Element's words, in the language of Element; may be empty. At most 500 characters.
    pub message: String,
    /// What the program or the homeserver said, untranslated: for a report, not for a sentence.
    pub detail: Option<String>,
}

/// A field that a request must not have as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid {
    /// Its name on the wire.
    pub field: &'static str,
}

/// What a user can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Go to the room in the client, and try again.
    ViewRoom,
    /// Look at a room rather than a call; if that is so, reload the client.
    WakeClient,
    /// Ask someone with more power in the room.
    AskAdmin,
    /// Wait a little, and try again.
    Retry,
    /// See whether it is done, before trying again.
    LookAgain,
    /// Nothing that we know of: show Element's words, and how to report it.
    Report,
}

impl<R: Copy + Into<Reason>> Failure<R> {
    /// What the user can do.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Refused(refusal) => refusal.reason.into().remedy(),
            Self::NoAnswer { .. } => Remedy::WakeClient,
            Self::TooMany => Remedy::Retry,
            Self::Invalid(_) | Self::Unreadable => Remedy::Report,
        }
    }
}

impl<R> From<Invalid> for Failure<R> {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// Everything that can be told of an error, whatever the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The client shows another room.
    RoomNotInView,
    /// The homeserver forbids it (403), or Element knows that it would.
    NotAllowed,
    /// Element or the homeserver (another 4xx) does not take the request as it is.
    BadRequest,
    /// The homeserver wants fewer requests (429).
    TooFast,
    /// The homeserver is in trouble (5xx).
    HomeserverDown,
    /// It was sent, and what was sent did not come back within 20 s.
    Unconfirmed,
    /// Anything else.
    Other,
}

impl Reason {
    /// What the user can do.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::RoomNotInView => Remedy::ViewRoom,
            Self::NotAllowed => Remedy::AskAdmin,
            Self::TooFast | Self::HomeserverDown => Remedy::Retry,
            Self::Unconfirmed => Remedy::LookAgain,
            Self::BadRequest | Self::Other => Remedy::Report,
        }
    }

    /// Reads an error of the answer to a request for `room_id`.
    pub(super) fn of(error: &ErrorText, room_id: Option<&str>) -> Self {
        let detail = error.detail.as_deref();
        if let Some(status) = detail.and_then(http_status).or_else(|| http_status(&error.message)) {
            return Self::of_status(status);
        }
        let Some(detail) = detail else {
            let named = room_id.is_some_and(|room_id| error.message.contains(room_id));
            return if named { Self::RoomNotInView } else { Self::Other };
        };
        if detail.starts_with("Timed out waiting for widget ID ") {
            return Self::Unconfirmed;
        }
        let ours =
            ["Invalid '", "Disallowed '", "Missing required ", "Optional field '", "Field '"];
        if ours.iter().any(|start| detail.starts_with(start))
            || detail.ends_with(" message events is not implemented")
        {
            return Self::BadRequest;
        }
        Self::Other
    }

    const fn of_status(status: u16) -> Self {
        match status {
            403 => Self::NotAllowed,
            429 => Self::TooFast,
            // The user's own session is over, which Element says in its own way.
            401 => Self::Other,
            400..500 => Self::BadRequest,
            500..600 => Self::HomeserverDown,
            _ => Self::Other,
        }
    }
}

/// The status in the text that the Matrix client's library gives a homeserver's error. What a
/// homeserver wrote comes after it, so no homeserver can write another one.
fn http_status(text: &str) -> Option<u16> {
    let marks = [("MatrixError: [", "] "), ("Server returned ", " error")];
    marks.iter().find_map(|(before, after)| {
        let (digits, rest) = text.strip_prefix(before)?.split_at_checked(3)?;
        if !rest.starts_with(after) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok()
    })
}

/// The texts of an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ErrorText {
    pub(super) message: String,
    pub(super) detail: Option<String>,
}

impl ErrorText {
    pub(super) fn refusal<R>(self, reason: R) -> Refusal<R> {
        let short = |text: String| text.chars().take(TEXT).collect();
        Refusal { reason, message: short(self.message), detail: self.detail.map(short) }
    }
}

/// What an action can be refused for: the part of [`Reason`] that it knows.
pub trait Grounds: Copy + Into<Reason> + From<Reason> {}

impl<R: Copy + Into<Reason> + From<Reason>> Grounds for R {}

macro_rules! grounds {
    (
        $(#[$about:meta])* $name:ident
        { $($(#[$why:meta])* $variant:ident <- $($reason:ident)|+,)+ }
        else $rest:ident as $as:ident, $about_rest:literal
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$why])* $variant,)+
            #[doc = $about_rest]
            $rest,
        }

        impl From<Reason> for $name {
            fn from(reason: Reason) -> Self {
                match reason {
                    $($(Reason::$reason)|+ => Self::$variant,)+
                    _ => Self::$rest,
                }
            }
        }

        impl From<$name> for Reason {
            fn from(grounds: $name) -> Self {
                match grounds {
                    $($name::$variant => grounds!(@first $($reason)|+),)+
                    $name::$rest => Self::$as,
                }
            }
        }
    };
    (@first $reason:ident $(| $more:ident)*) => { Self::$reason };
}

grounds! {
    /// A room's state was not told.
    NotTold {
        /// The client shows another room.
        RoomNotInView <- RoomNotInView,
    }
    else Unavailable as Other, "Not signed in, or a room that the client does not know."
}

grounds! {
    /// `read_events` did not list the events.
    NotListed {
        /// The client shows another room.
        RoomNotInView <- RoomNotInView,
        /// Element does not take the request as it is.
        BadRequest <- BadRequest,
    }
    else Unavailable as Other, "Not signed in, or a room that the client does not know."
}

grounds! {
    /// `can_send_event` did not say yes.
    MayNot {
        /// The client shows another room.
        RoomNotInView <- RoomNotInView,
    }
    else NotAllowed as NotAllowed,
        "The user is not in the room or lacks the power. Errors cannot be told apart here: this is \
         also not signed in, and a room that the client does not know."
}

grounds! {
    /// Something in the room was not changed.
    NotChanged {
        /// The client shows another room.
        RoomNotInView <- RoomNotInView,
        /// The user lacks the power.
        NotAllowed <- NotAllowed,
        /// Element or the homeserver does not take the request as it is.
        BadRequest <- BadRequest,
        /// The homeserver wants fewer requests.
        TooFast <- TooFast,
        /// The homeserver is in trouble.
        HomeserverDown <- HomeserverDown,
    }
    else Other as Other, "Anything else: not signed in, no connection, …"
}

grounds! {
    /// `set_widget` did not set the widget.
    NotSet {
        /// The client shows another room.
        RoomNotInView <- RoomNotInView,
        /// The user lacks the power.
        NotAllowed <- NotAllowed,
        /// Element or the homeserver does not take the request as it is.
        BadRequest <- BadRequest,
        /// The homeserver wants fewer requests.
        TooFast <- TooFast,
        /// The homeserver is in trouble.
        HomeserverDown <- HomeserverDown,
        /// It was sent, and has not come back within 20 s; it may come yet.
        Unconfirmed <- Unconfirmed,
    }
    else Other as Other, "Anything else: not signed in, no connection, …"
}

/// Element refused, and does not say why in a way that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unexplained;

impl From<Reason> for Unexplained {
    fn from(_: Reason) -> Self {
        Self
    }
}

impl From<Unexplained> for Reason {
    fn from(_: Unexplained) -> Self {
        Self::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "!r:example.org";

    fn reason(message: &str, detail: Option<&str>) -> Reason {
        let error = ErrorText { message: message.into(), detail: detail.map(Into::into) };
        Reason::of(&error, Some(ROOM))
    }

    #[test]
    fn a_room_out_of_view_is_known_in_every_language() {
        assert_eq!(reason("Room !r:example.org not visible", None), Reason::RoomNotInView);
        assert_eq!(reason("Raum !r:example.org ist nicht sichtbar", None), Reason::RoomNotInView);
        assert_eq!(reason("部屋 !r:example.org は見えません", None), Reason::RoomNotInView);
        assert_eq!(reason("Room !other:example.org not visible", None), Reason::Other);
        let forbidden = "MatrixError: [403] You are not in !r:example.org (https://hs.example/x)";
        assert_eq!(reason(forbidden, None), Reason::NotAllowed, "the homeserver's words");
    }

    #[test]
    fn the_homeservers_status_is_read_wherever_element_puts_it() {
        for (status, expected) in [
            ("400", Reason::BadRequest),
            ("401", Reason::Other),
            ("403", Reason::NotAllowed),
            ("413", Reason::BadRequest),
            ("429", Reason::TooFast),
            ("502", Reason::HomeserverDown),
            ("999", Reason::Other),
        ] {
            let text = ["MatrixError: [", status, "] whatever (https://hs.example/)"].concat();
            assert_eq!(reason("Irgendein Fehler", Some(&text)), expected);
            assert_eq!(reason(&text, Some(&text)), expected);
            assert_eq!(reason(&text, None), expected);
        }
        assert_eq!(reason("x", Some("Server returned 502 error")), Reason::HomeserverDown);
        let forbidden = "MatrixError: [403] x";
        assert_eq!(reason(forbidden, Some("")), Reason::NotAllowed, "an unreadable `_error`");
    }

    #[test]
    fn nobody_else_can_write_a_status() {
        for text in [
            "",
            "MatrixError: ",
            "MatrixError: [",
            "MatrixError: [4é3] x",
            "MatrixError: [+03] x",
            "MatrixError: [4031] x",
            "MatrixError: no (https://hs.example/MatrixError: [403] x)",
            " MatrixError: [403] x",
            "[403] x",
        ] {
            assert_eq!(reason(text, None), Reason::Other, "{text}");
            assert_eq!(reason("x", Some(text)), Reason::Other, "{text}");
        }
    }

    #[test]
    fn the_sentences_of_elements_source_are_read_and_unknown_ones_are_not() {
        let timed_out = "Timed out waiting for widget ID w to appear";
        assert_eq!(reason("x", Some(timed_out)), Reason::Unconfirmed);
        assert_eq!(reason("x", Some("Invalid 'limit' in request")), Reason::BadRequest);
        assert_eq!(reason("x", Some("Missing required widget fields.")), Reason::BadRequest);
        let unknown = "fetch failed: !r:example.org";
        assert_eq!(reason("x !r:example.org", Some(unknown)), Reason::Other);
    }

    #[test]
    fn an_action_tells_what_it_can_tell() {
        assert_eq!(NotTold::from(Reason::NotAllowed), NotTold::Unavailable);
        assert_eq!(MayNot::from(Reason::Other), MayNot::NotAllowed);
        assert_eq!(NotChanged::from(Reason::Unconfirmed), NotChanged::Other);
        assert_eq!(NotSet::from(Reason::Unconfirmed), NotSet::Unconfirmed);
        let refused = |reason| Failure::Refused(ErrorText::default().refusal(reason));
        assert_eq!(refused(MayNot::NotAllowed).remedy(), Remedy::AskAdmin);
        assert_eq!(refused(MayNot::RoomNotInView).remedy(), Remedy::ViewRoom);
        let silence = Failure::<NotSet>::NoAnswer { maybe_done: true };
        assert_eq!(silence.remedy(), Remedy::WakeClient);
    }

    #[test]
    fn long_texts_are_shortened() {
        let error = ErrorText { message: "é".repeat(9_999), detail: Some("é".repeat(9_999)) };
        let refusal = error.refusal(Unexplained);
        assert_eq!(refusal.message.chars().count(), TEXT);
        assert_eq!(refusal.detail.unwrap().chars().count(), TEXT);
    }
}
