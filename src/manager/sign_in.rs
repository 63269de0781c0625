//! Getting in, as a state machine: is the token in the address still good, and if not, what comes
//! next. Pure; `manager::entering` carries out its steps and reports what came of them.
//!
//! Element gives a token that it keeps for us. When the server knows it no more, Element tells us
//! who the user is, without asking them, and the server gives a new one.

use tessera_host_protocol::machine::Credentials;
use tessera_protocol::ErrorCode;

use super::trouble::Trouble;

/// A session that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its token. A secret.
    pub token: String,
    /// Who the user is, as their homeserver said.
    pub user_id: String,
    /// Whether the server's configuration names them as an operator.
    pub operator: bool,
}

/// Where getting in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// The server is asked whose the token is; `fresh` if it came of an exchange of this visit.
    Checking {
        /// The token. A secret.
        token: String,
        /// Whether it was made just now.
        fresh: bool,
    },
    /// Element is asked who the user is.
    AskingElement,
    /// The server is to give a token for a proof.
    Exchanging,
    /// The user is in.
    In(Session),
    /// There are terms to accept first.
    Terms {
        /// The token, which nothing but the terms can be asked for with. A secret.
        token: String,
    },
    /// Nothing more can be done without the user.
    Failed(Trouble),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The server says whose the token is.
    Known {
        /// The user.
        user_id: String,
        /// Whether they are an operator.
        operator: bool,
    },
    /// The server does not say whose the token is.
    Refused {
        /// Why.
        code: Option<ErrorCode>,
        /// What to tell the user.
        trouble: Trouble,
    },
    /// Element told who the user is.
    Told(Credentials),
    /// Element did not.
    NotTold(Trouble),
    /// The server gave a token.
    Exchanged {
        /// The token. A secret.
        token: String,
    },
    /// The user accepted the terms.
    Accepted,
    /// The user took their consent back.
    Withdrawn,
    /// The user wants another try.
    Retry,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask the server whose this token is.
    Check(String),
    /// Ask Element who the user is.
    AskElement,
    /// Ask the server for a token.
    Exchange(Credentials),
}

impl SignIn {
    /// The beginning, with the token of the address.
    #[must_use]
    pub fn begin(token: Option<String>) -> (Self, Step) {
        match token {
            Some(token) => Self::check(token, false),
            None => (Self::AskingElement, Step::AskElement),
        }
    }

    fn check(token: String, fresh: bool) -> (Self, Step) {
        (Self::Checking { token: token.clone(), fresh }, Step::Check(token))
    }

    /// The next state and what to do. Events that do not fit the state change nothing: they answer
    /// questions that nobody has any more.
    #[must_use]
    pub fn on(self, event: Event) -> (Self, Option<Step>) {
        match (self, event) {
            (Self::Checking { token, .. }, Event::Known { user_id, operator }) => {
                (Self::In(Session { token, user_id, operator }), None)
            }
            (Self::Checking { token, fresh }, Event::Refused { code, trouble }) => match code {
                Some(ErrorCode::TermsNotSigned) => (Self::Terms { token }, None),
                Some(ErrorCode::UnknownToken | ErrorCode::MissingToken) if !fresh => {
                    (Self::AskingElement, Some(Step::AskElement))
                }
                _ => (Self::Failed(trouble), None),
            },
            (Self::AskingElement, Event::Told(proof)) => {
                (Self::Exchanging, Some(Step::Exchange(proof)))
            }
            (Self::AskingElement, Event::NotTold(trouble))
            | (Self::Exchanging, Event::Refused { trouble, .. }) => (Self::Failed(trouble), None),
            (Self::Exchanging, Event::Exchanged { token }) => some(Self::check(token, true)),
            (Self::Terms { token }, Event::Accepted | Event::Retry) => {
                some(Self::check(token, true))
            }
            (Self::In(Session { token, .. }), Event::Withdrawn) => (Self::Terms { token }, None),
            // A session that the server ends in between.
            (Self::In(_) | Self::Failed(_), Event::Retry) => {
                (Self::AskingElement, Some(Step::AskElement))
            }
            (state, _) => (state, None),
        }
    }
}

fn some((state, step): (SignIn, Step)) -> (SignIn, Option<Step>) {
    (state, Some(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: ErrorCode) -> Event {
        Event::Refused { code: Some(code), trouble: Trouble::default() }
    }

    fn proof() -> Credentials {
        Credentials {
            access_token: "proof".into(),
            matrix_server_name: "hs".into(),
            token_type: "Bearer".into(),
            expires_in: 1,
        }
    }

    fn known() -> Event {
        Event::Known { user_id: "@a:hs".into(), operator: false }
    }

    #[test]
    fn a_good_token_is_used_at_once() {
        let (state, step) = SignIn::begin(Some("t".into()));
        assert_eq!(step, Step::Check("t".into()));
        let session = Session { token: "t".into(), user_id: "@a:hs".into(), operator: false };
        assert_eq!(state.on(known()), (SignIn::In(session), None));
    }

    #[test]
    fn a_stale_token_is_exchanged_once() {
        let (state, _) = SignIn::begin(Some("stale".into()));
        let (state, step) = state.on(refused(ErrorCode::UnknownToken));
        assert_eq!(step, Some(Step::AskElement));
        let (state, step) = state.on(Event::Told(proof()));
        assert_eq!(step, Some(Step::Exchange(proof())));
        let (state, step) = state.on(Event::Exchanged { token: "new".into() });
        assert_eq!(step, Some(Step::Check("new".into())));
        let (failed, step) = state.clone().on(refused(ErrorCode::UnknownToken));
        assert_eq!((failed, step), (SignIn::Failed(Trouble::default()), None), "not for ever");
        assert!(matches!(state.on(known()), (SignIn::In(session), None) if session.token == "new"));
    }

    #[test]
    fn without_a_token_element_is_asked() {
        let (state, step) = SignIn::begin(None);
        assert_eq!((&state, step), (&SignIn::AskingElement, Step::AskElement));
        let trouble = Trouble::default();
        let (failed, step) = state.on(Event::NotTold(trouble.clone()));
        assert_eq!((&failed, step), (&SignIn::Failed(trouble), None));
        assert_eq!(failed.on(Event::Retry), (SignIn::AskingElement, Some(Step::AskElement)));
    }

    #[test]
    fn terms_keep_the_token() {
        let (state, _) = SignIn::begin(Some("t".into()));
        let (state, step) = state.on(refused(ErrorCode::TermsNotSigned));
        assert_eq!((&state, step), (&SignIn::Terms { token: "t".into() }, None));
        let (_, step) = state.on(Event::Accepted);
        assert_eq!(step, Some(Step::Check("t".into())));
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let states = [
            SignIn::AskingElement,
            SignIn::Exchanging,
            SignIn::Checking { token: "t".into(), fresh: false },
        ];
        for state in states {
            assert_eq!(state.clone().on(Event::Accepted), (state.clone(), None));
            assert_eq!(state.clone().on(Event::Retry), (state.clone(), None));
        }
        let state = SignIn::Exchanging;
        assert_eq!(state.clone().on(Event::Told(proof())), (state.clone(), None));
        assert_eq!(state.clone().on(known()), (state, None));
    }
}
