//! What went wrong, told to a person: what is so, what to do, and the words of whoever refused. Made
//! of any failure of Element or of our server; screens show it with `trouble_banner`.

use leptos::prelude::*;
use tessera_host_protocol::manager::refusal::{Failure, Reason, Remedy};
use tessera_protocol::ErrorCode;
use wasm_bindgen_futures::spawn_local;

use crate::api::manager::Refusal;
use crate::i18n::Text;
use crate::i18n::manager as say;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::Button;
use crate::ui::glyph::Glyph;

/// What is so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Element shows another room.
    RoomNotInView,
    /// Element does not answer.
    NoAnswer,
    /// The user lacks the power.
    NotAllowed,
    /// It was sent and did not come back.
    Unconfirmed,
    /// Somebody wants fewer requests.
    TooFast,
    /// The homeserver is in trouble, or cannot be reached.
    Homeserver,
    /// Element refused, and does not say why.
    #[default]
    Refused,
    /// Our server does not answer.
    Unreachable,
    /// Our server refused; its words say why.
    Server,
    /// Our server does not serve this homeserver's users.
    Denied,
    /// The page is not inside a Matrix client.
    Outside,
}

/// What went wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// What is so.
    pub kind: Kind,
    /// The words of Element or of the server, in their language.
    pub words: Option<String>,
    /// It may be done all the same: look before trying again.
    pub maybe_done: bool,
}

impl<R: Copy + Into<Reason>> From<Failure<R>> for Trouble {
    fn from(failure: Failure<R>) -> Self {
        let maybe_done = matches!(failure, Failure::NoAnswer { maybe_done: true });
        let kind = match failure.remedy() {
            Remedy::ViewRoom => Kind::RoomNotInView,
            Remedy::WakeClient => Kind::NoAnswer,
            Remedy::AskAdmin => Kind::NotAllowed,
            Remedy::LookAgain => Kind::Unconfirmed,
            Remedy::Retry => match &failure {
                Failure::Refused(refusal)
                    if matches!(refusal.reason.into(), Reason::HomeserverDown) =>
                {
                    Kind::Homeserver
                }
                _ => Kind::TooFast,
            },
            Remedy::Report => Kind::Refused,
        };
        let words = match failure {
            Failure::Refused(refusal) => Some(refusal.detail.unwrap_or(refusal.message)),
            Failure::Invalid(invalid) => Some(invalid.field.to_owned()),
            _ => None,
        };
        let maybe_done = maybe_done || kind == Kind::Unconfirmed;
        Self { kind, words: words.filter(|words| !words.is_empty()), maybe_done }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        let kind = match (refusal.code, refusal.status) {
            (Some(ErrorCode::HomeserverDenied), _) => Kind::Denied,
            (Some(ErrorCode::HomeserverUnreachable), _) => Kind::Homeserver,
            (_, 429) => Kind::TooFast,
            // A proxy answers for a server that is down.
            (None, 0 | 502..=504) => Kind::Unreachable,
            _ => Kind::Server,
        };
        let words = Some(refusal.words).filter(|words| !words.is_empty());
        Self { kind, words, maybe_done: false }
    }
}

impl Kind {
    /// What is so, and what to do.
    #[must_use]
    pub const fn texts(self) -> (Text, Text) {
        match self {
            Self::RoomNotInView => (say::NOT_IN_VIEW_TITLE, say::NOT_IN_VIEW_TEXT),
            Self::NoAnswer => (say::NO_ANSWER_TITLE, say::NO_ANSWER_TEXT),
            Self::NotAllowed => (say::NOT_ALLOWED_TITLE, say::NOT_ALLOWED_TEXT),
            Self::Unconfirmed => (say::UNCONFIRMED_TITLE, say::UNCONFIRMED_TEXT),
            Self::TooFast => (say::TOO_FAST_TITLE, say::TOO_FAST_TEXT),
            Self::Homeserver => (say::HOMESERVER_TITLE, say::HOMESERVER_TEXT),
            Self::Refused => (say::REFUSED_TITLE, say::REFUSED_TEXT),
            Self::Unreachable => (say::UNREACHABLE_TITLE, say::UNREACHABLE_TEXT),
            Self::Server => (say::SERVER_TITLE, say::SERVER_TEXT),
            Self::Denied => (say::DENIED_TITLE, say::DENIED_TEXT),
            Self::Outside => (say::OUTSIDE_TITLE, say::OUTSIDE_TEXT),
        }
    }
}

/// A banner that says what went wrong, with a button to try again where that can help.
#[component]
pub fn TroubleBanner(
    /// What went wrong.
    trouble: Trouble,
    /// What trying again does.
    #[prop(default = None)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let (title, text) = trouble.kind.texts();
    let mut text = text.get();
    if trouble.maybe_done && trouble.kind != Kind::Unconfirmed {
        text = [&text, " ", &say::MAYBE_DONE.get()].concat();
    }
    let outside = trouble.kind == Kind::Outside;
    let retry = retry.filter(|_| !outside);
    // Where a page was opened is no failure.
    let tone = if outside { Tone::Info } else { Tone::Critical };
    view! {
        <Banner tone title=title.get() text detail=trouble.words>
            {retry
                .map(|retry| {
                    view! {
                        <Button
                            label=say::RETRY.get()
                            glyph=Glyph::Again
                            on_press=move || retry.run(())
                        />
                    }
                })}
        </Banner>
    }
}

/// Does something once at a time: says meanwhile that it is busy, then what went wrong, or does what
/// comes `then`.
pub fn attempt(
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Trouble>>,
    what: impl Future<Output = Result<(), Trouble>> + 'static,
    then: impl FnOnce() + 'static,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    failed.set(None);
    spawn_local(async move {
        let done = what.await;
        busy.set(false);
        match done {
            Ok(()) => then(),
            Err(trouble) => failed.set(Some(trouble)),
        }
    });
}

#[cfg(test)]
mod tests {
    use tessera_host_protocol::manager::refusal::{NotSet, Refusal as Told};

    use super::*;

    #[test]
    fn each_failure_of_element_has_a_kind_of_its_own() {
        let refused = |reason: NotSet| {
            let told = Told { reason, message: "Wort".into(), detail: None };
            Trouble::from(Failure::Refused(told))
        };
        for (reason, kind) in [
            (NotSet::RoomNotInView, Kind::RoomNotInView),
            (NotSet::NotAllowed, Kind::NotAllowed),
            (NotSet::TooFast, Kind::TooFast),
            (NotSet::HomeserverDown, Kind::Homeserver),
            (NotSet::Unconfirmed, Kind::Unconfirmed),
            (NotSet::Other, Kind::Refused),
        ] {
            let trouble = refused(reason);
            assert_eq!(trouble.kind, kind);
            assert_eq!(trouble.words.as_deref(), Some("Wort"));
            assert_eq!(trouble.maybe_done, kind == Kind::Unconfirmed);
        }
        let silent = Trouble::from(Failure::<NotSet>::NoAnswer { maybe_done: true });
        assert_eq!((silent.kind, silent.maybe_done), (Kind::NoAnswer, true));
    }

    #[test]
    fn a_server_that_is_down_is_not_a_server_that_refuses() {
        let of = |status, code| Trouble::from(Refusal { status, code, words: String::new() }).kind;
        assert_eq!(of(0, None), Kind::Unreachable);
        assert_eq!(of(503, None), Kind::Unreachable);
        assert_eq!(of(502, Some(ErrorCode::HomeserverUnreachable)), Kind::Homeserver);
        assert_eq!(of(403, Some(ErrorCode::HomeserverDenied)), Kind::Denied);
        assert_eq!(of(429, Some(ErrorCode::LimitExceeded)), Kind::TooFast);
        assert_eq!(of(500, Some(ErrorCode::Unknown)), Kind::Server);
    }
}
