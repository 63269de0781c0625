//! Signing in as a state machine: which proof of who the user is comes next, and what to show
//! when there is none. Pure; `picker::flow` carries out its steps and reports what came of them.
//!
//! The order is: the host's `scalar_token`, our cached session, the manager's silent question,
//! the host's question to the user. A session that stops working is renewed once without a word.

use tessera_host_protocol::machine::Credentials;
use tessera_protocol::ErrorCode;

/// Why there is nothing to choose from, each with its own screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The user or the host does not tell us who the user is.
    OpenIdBlocked,
    /// The homeserver does not confirm who the user is, or a new session does not work.
    NotConfirmed,
    /// There are terms to accept.
    TermsNotSigned,
    /// The server does not answer.
    Unreachable,
    /// The server answered with a failure of its own.
    ServerFailed,
    /// The operator does not serve the user's homeserver.
    HomeserverDenied,
    /// The homeserver cannot be asked.
    HomeserverUnreachable,
    /// Too many requests.
    Busy,
    /// No Matrix client answers.
    HostSilent,
    /// The page is not inside a Matrix client.
    Outside,
}

impl Failure {
    /// What an answer of the server means for the user.
    #[must_use]
    pub fn of_answer(status: u16, code: Option<ErrorCode>) -> Self {
        match code {
            Some(ErrorCode::TermsNotSigned) => Self::TermsNotSigned,
            Some(ErrorCode::HomeserverDenied) => Self::HomeserverDenied,
            Some(ErrorCode::HomeserverUnreachable) => Self::HomeserverUnreachable,
            Some(ErrorCode::LimitExceeded) => Self::Busy,
            Some(ErrorCode::Unauthorized | ErrorCode::UnknownToken | ErrorCode::MissingToken) => {
                Self::NotConfirmed
            }
            _ => match status {
                0 => Self::Unreachable,
                401 => Self::NotConfirmed,
                429 => Self::Busy,
                // A proxy answers for a server that is down.
                502..=504 => Self::Unreachable,
                _ => Self::ServerFailed,
            },
        }
    }

    /// The screen's name, for tests and styles.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenIdBlocked => "openid-blocked",
            Self::NotConfirmed => "not-confirmed",
            Self::TermsNotSigned => "terms-not-signed",
            Self::Unreachable => "unreachable",
            Self::ServerFailed => "server-failed",
            Self::HomeserverDenied => "homeserver-denied",
            Self::HomeserverUnreachable => "homeserver-unreachable",
            Self::Busy => "busy",
            Self::HostSilent => "host-silent",
            Self::Outside => "outside",
        }
    }

    /// Whether saved stickers may be shown instead: the user is who they were, the server is not
    /// there.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::ServerFailed | Self::Busy)
    }
}

/// Whom we ask who the user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The integration manager's channel: no question to the user.
    Manager,
    /// The Widget API: the host may ask the user.
    Host,
}

/// Where a session in use comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// `scalar_token` in the address.
    Host,
    /// An earlier visit.
    Cache,
    /// An exchange in this visit.
    Exchange(Asked),
}

/// Where signing in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Asking the manager.
    AskingManager,
    /// Asking the host; `prompted` while it asks the user.
    AskingHost {
        /// The host has said that it asks the user.
        prompted: bool,
    },
    /// The server is to give a session for a proof.
    Exchanging(Asked),
    /// A session is in use.
    Using {
        /// The session. A secret.
        token: String,
        /// Where it is from.
        from: From,
        /// Whether the server has accepted it already.
        proven: bool,
    },
    /// Nothing more can be done without the user.
    Failed(Failure),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The manager answered, or did not.
    ManagerAnswered(Option<Credentials>),
    /// The host is asking the user.
    HostPrompts,
    /// The host gave a proof.
    HostAllowed(Credentials),
    /// The host or the user refuses.
    HostBlocked,
    /// The host did not answer.
    HostSilent,
    /// The server gave a session.
    Exchanged(String),
    /// The server refused the proof.
    ExchangeFailed(Failure),
    /// The server accepted the session.
    Accepted,
    /// The server does not accept the session.
    Rejected,
    /// The server could not or would not give the library.
    LibraryFailed(Failure),
    /// The user wants another try.
    Retry,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Load the library with this session.
    Load(String),
    /// Ask the manager.
    AskManager,
    /// Ask the host, forgetting an earlier question.
    AskHost,
    /// Ask the server for a session.
    Exchange(Credentials),
    /// Keep the session for the next visit.
    Remember(String),
    /// The kept session is of no use.
    Forget,
}

impl SignIn {
    /// The beginning, with what is at hand.
    #[must_use]
    pub fn begin(embedded: bool, scalar: Option<String>, cached: Option<String>) -> (Self, Step) {
        match (scalar, cached) {
            (Some(token), _) => Self::using(token, From::Host),
            (None, Some(token)) => Self::using(token, From::Cache),
            (None, None) if embedded => (Self::AskingManager, Step::AskManager),
            // Without a host there is nobody to ask: the step ends at once.
            (None, None) => (Self::Failed(Failure::Outside), Step::Forget),
        }
    }

    fn using(token: String, from: From) -> (Self, Step) {
        (Self::Using { token: token.clone(), from, proven: false }, Step::Load(token))
    }

    /// The next state and what to do. Events that do not fit the state change nothing: they are
    /// answers to questions that nobody has any more.
    #[must_use]
    pub fn on(self, event: Event, cached: Option<String>) -> (Self, Vec<Step>) {
        match (self, event) {
            (Self::AskingManager, Event::ManagerAnswered(Some(proof))) => {
                (Self::Exchanging(Asked::Manager), vec![Step::Exchange(proof)])
            }
            (Self::AskingManager, Event::ManagerAnswered(None)) => Self::ask_host(),
            (Self::AskingHost { .. }, Event::HostPrompts) => {
                (Self::AskingHost { prompted: true }, Vec::new())
            }
            (Self::AskingHost { .. }, Event::HostAllowed(proof)) => {
                (Self::Exchanging(Asked::Host), vec![Step::Exchange(proof)])
            }
            (Self::AskingHost { .. }, Event::HostBlocked) => Self::failed(Failure::OpenIdBlocked),
            (Self::AskingHost { .. }, Event::HostSilent) => Self::failed(Failure::HostSilent),
            (Self::AskingHost { .. }, Event::Retry) => Self::ask_host(),
            (Self::Exchanging(asked), Event::Exchanged(token)) => {
                let (state, load) = Self::using(token.clone(), From::Exchange(asked));
                (state, vec![Step::Remember(token), load])
            }
            // The manager's proof may be of another homeserver's making; the host's is the last.
            (Self::Exchanging(Asked::Manager), Event::ExchangeFailed(Failure::NotConfirmed)) => {
                Self::ask_host()
            }
            (Self::Exchanging(_), Event::ExchangeFailed(failure)) => Self::failed(failure),
            (Self::Using { token, from, .. }, Event::Accepted) => {
                (Self::Using { token, from, proven: true }, Vec::new())
            }
            (Self::Using { token, from, proven }, Event::Rejected) => match (from, proven) {
                (From::Host, _) => match cached.filter(|cached| *cached != token) {
                    Some(cached) => {
                        let (state, load) = Self::using(cached, From::Cache);
                        (state, vec![load])
                    }
                    None => Self::ask_manager(),
                },
                (From::Cache, _) | (From::Exchange(_), true) => Self::ask_manager(),
                (From::Exchange(_), false) => {
                    (Self::Failed(Failure::NotConfirmed), vec![Step::Forget])
                }
            },
            (Self::Using { token, from, proven }, Event::LibraryFailed(failure)) => {
                if failure.is_passing() && proven {
                    (Self::Using { token, from, proven }, Vec::new())
                } else {
                    Self::failed(failure)
                }
            }
            (Self::Using { token, from, proven }, Event::Retry) => {
                (Self::Using { token: token.clone(), from, proven }, vec![Step::Load(token)])
            }
            (Self::Failed(failure), Event::Retry) => match (failure, cached) {
                (Failure::Outside, _) => (Self::Failed(failure), Vec::new()),
                (Failure::OpenIdBlocked | Failure::NotConfirmed | Failure::HostSilent, _) => {
                    Self::ask_host()
                }
                (_, Some(token)) => {
                    let (state, load) = Self::using(token, From::Cache);
                    (state, vec![load])
                }
                (_, None) => (Self::AskingManager, vec![Step::AskManager]),
            },
            (state, _) => (state, Vec::new()),
        }
    }

    fn ask_host() -> (Self, Vec<Step>) {
        (Self::AskingHost { prompted: false }, vec![Step::AskHost])
    }

    fn ask_manager() -> (Self, Vec<Step>) {
        (Self::AskingManager, vec![Step::Forget, Step::AskManager])
    }

    fn failed(failure: Failure) -> (Self, Vec<Step>) {
        (Self::Failed(failure), Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof() -> Credentials {
        Credentials {
            access_token: "O".into(),
            matrix_server_name: "hs".into(),
            token_type: "Bearer".into(),
            expires_in: 1,
        }
    }

    fn walk(mut state: SignIn, events: &[Event]) -> (SignIn, Vec<Step>) {
        let mut all = Vec::new();
        for event in events {
            let (next, steps) = state.on(event.clone(), None);
            state = next;
            all.extend(steps);
        }
        (state, all)
    }

    #[test]
    fn the_order_is_scalar_token_cache_manager_host() {
        let t = |token: &str| Some(token.to_owned());
        assert_eq!(SignIn::begin(true, t("s"), t("c")).1, Step::Load("s".into()));
        assert_eq!(SignIn::begin(true, None, t("c")).1, Step::Load("c".into()));
        let (state, step) = SignIn::begin(true, None, None);
        assert_eq!(step, Step::AskManager);
        let events = [
            Event::ManagerAnswered(None),
            Event::HostPrompts,
            Event::HostAllowed(proof()),
            Event::Exchanged("t".into()),
            Event::Accepted,
        ];
        let (state, steps) = walk(state, &events);
        let expected = [
            Step::AskHost,
            Step::Exchange(proof()),
            Step::Remember("t".into()),
            Step::Load("t".into()),
        ];
        assert_eq!(steps, expected);
        assert!(matches!(state, SignIn::Using { proven: true, .. }));
    }

    #[test]
    fn a_rejected_session_is_renewed_once_and_silently() {
        let (state, _) = SignIn::begin(true, None, Some("old".into()));
        let (state, steps) = walk(state, &[Event::Accepted, Event::Rejected]);
        assert_eq!((&state, steps), (&SignIn::AskingManager, vec![Step::Forget, Step::AskManager]));
        let renewed = [
            Event::ManagerAnswered(Some(proof())),
            Event::Exchanged("new".into()),
            Event::Rejected,
        ];
        let (state, steps) = walk(state, &renewed);
        assert_eq!(state, SignIn::Failed(Failure::NotConfirmed), "and not for ever");
        assert_eq!(steps.last(), Some(&Step::Forget));
    }

    #[test]
    fn a_rejected_scalar_token_falls_back_to_the_cache() {
        let (state, _) = SignIn::begin(true, Some("s".into()), Some("c".into()));
        let (state, steps) = state.on(Event::Rejected, Some("c".into()));
        assert_eq!(steps, [Step::Load("c".into())]);
        let (state, _) = state.on(Event::Rejected, Some("c".into()));
        assert_eq!(state, SignIn::AskingManager);
    }

    #[test]
    fn a_proof_of_the_manager_that_is_not_confirmed_leads_to_the_host() {
        let (state, steps) = SignIn::Exchanging(Asked::Manager)
            .on(Event::ExchangeFailed(Failure::NotConfirmed), None);
        assert_eq!((state, steps), (SignIn::AskingHost { prompted: false }, vec![Step::AskHost]));
        let (state, _) =
            SignIn::Exchanging(Asked::Host).on(Event::ExchangeFailed(Failure::NotConfirmed), None);
        assert_eq!(state, SignIn::Failed(Failure::NotConfirmed));
    }

    #[test]
    fn every_failure_but_being_outside_can_be_tried_again() {
        for failure in [
            Failure::OpenIdBlocked,
            Failure::NotConfirmed,
            Failure::TermsNotSigned,
            Failure::Unreachable,
            Failure::ServerFailed,
            Failure::HomeserverDenied,
            Failure::HomeserverUnreachable,
            Failure::Busy,
            Failure::HostSilent,
        ] {
            let (state, steps) = SignIn::Failed(failure).on(Event::Retry, None);
            assert!(!matches!(state, SignIn::Failed(_)) && !steps.is_empty(), "{failure:?}");
        }
        let (state, steps) = SignIn::begin(false, None, None);
        assert_eq!((&state, steps), (&SignIn::Failed(Failure::Outside), Step::Forget));
        assert_eq!(state.on(Event::Retry, None).1, []);
    }

    #[test]
    fn late_answers_change_nothing() {
        let (state, _) = SignIn::begin(true, None, Some("c".into()));
        for event in [
            Event::ManagerAnswered(Some(proof())),
            Event::HostBlocked,
            Event::HostSilent,
            Event::Exchanged("x".into()),
        ] {
            assert_eq!(state.clone().on(event, None), (state.clone(), vec![]));
        }
    }

    #[test]
    fn answers_of_the_server_have_a_meaning_each() {
        use ErrorCode as C;
        for (status, code, failure) in [
            (0, None, Failure::Unreachable),
            (502, Some(C::HomeserverUnreachable), Failure::HomeserverUnreachable),
            (502, None, Failure::Unreachable),
            (403, Some(C::TermsNotSigned), Failure::TermsNotSigned),
            (403, Some(C::HomeserverDenied), Failure::HomeserverDenied),
            (401, Some(C::Unauthorized), Failure::NotConfirmed),
            (429, Some(C::LimitExceeded), Failure::Busy),
            (500, Some(C::Unknown), Failure::ServerFailed),
        ] {
            assert_eq!(Failure::of_answer(status, code), failure);
        }
    }
}
