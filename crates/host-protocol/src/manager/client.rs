//! The manager's requests as a machine: [`Client::handle`] takes what happened and gives back what
//! to do. It decides whom to believe (the parent window, of one origin, with a request of ours)
//! and ends every request exactly once. It knows no action: [`super::action`] writes the messages
//! and reads the endings.
//!
//! Nobody tells the manager Element's origin (`parentUrl` is the widgets'). Where the browser has
//! `location.ancestorOrigins`, the caller gives it; elsewhere it is that of the first answer to one
//! of our requests, whose ids are random. Until then requests go to whoever framed the page, which
//! is what `frame-ancestors` limits, and nothing here: a page cannot hide from its own frame.

use serde::Deserialize;
use serde_json::Value;

use super::action::Outgoing;
use super::changing::CloseScalar;
use super::json::{self, Bounded};
use crate::machine::Source;
use crate::manager::Action;
use crate::origin;

/// How long Element may take to answer, in milliseconds: `set_widget` waits up to 20 s for the
/// homeserver to send back what it sent, and to what it does not know it never answers.
pub const REPLY_TIME: f64 = 25_000.0;
/// The most requests that can wait at once.
const PENDING: usize = 64;

/// A message that may be Element's answer: its echo of our request, and a `response`.
///
/// The browser's side reads these fields by name. It must also read `response.error._error.message`
/// by name: `_error` is a clone of a JavaScript `Error`, whose `message` no enumeration finds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Echo {
    /// Messages of the Widget API have one; these do not.
    #[serde(deserialize_with = "json::truthy")]
    pub api: bool,
    /// What we asked for.
    #[serde(deserialize_with = "json::text")]
    pub action: Option<String>,
    /// Ours.
    #[serde(deserialize_with = "json::text")]
    pub request_id: Option<String>,
    /// The room that we asked about.
    #[serde(deserialize_with = "json::text")]
    pub room_id: Option<String>,
    /// The user that we asked about.
    #[serde(deserialize_with = "json::text")]
    pub user_id: Option<String>,
    /// The answer; `null`, `false` and 0 are answers too.
    #[serde(deserialize_with = "json::present")]
    pub response: Option<Bounded>,
}

/// How a request ended. [`Action::read`] makes sense of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// With this `response`, which may be an error.
    Answered(Value),
    /// Nobody answered in time.
    Silent,
    /// It was not sent: 64 requests wait already.
    TooMany,
    /// The answer is larger than we read.
    TooMuch,
}

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// A message arrived.
    Message {
        /// From where.
        source: Source<'a>,
        /// What.
        message: &'a Echo,
    },
    /// We want something; made by [`Action::ask`]. An id that is in use asks nothing.
    Ask(Outgoing),
    /// A request's end is no longer of interest.
    Forget {
        /// The request.
        request_id: &'a str,
    },
    /// Time has passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Post to the parent window, with [`Client::post_target`].
    Post(Outgoing),
    /// One of our requests ended.
    Settled {
        /// The request.
        request_id: String,
        /// How.
        ending: Ending,
    },
}

struct Pending {
    request: Outgoing,
    request_id: String,
    deadline: f64,
}

impl Pending {
    /// Whether Element could have made this echo of the request. It changes none of its fields.
    fn is_echoed_by(&self, echo: &Echo) -> bool {
        let fields = [
            ("request_id", &echo.request_id),
            ("action", &echo.action),
            ("room_id", &echo.room_id),
            ("user_id", &echo.user_id),
        ];
        fields.iter().all(|(name, theirs)| self.request.text(name) == theirs.as_deref())
    }
}

/// The requests to one Element.
#[derive(Default)]
pub struct Client {
    origin: Option<String>,
    pending: Vec<Pending>,
}

impl Client {
    /// A client that talks to the Element at `address` only, of which the origin counts; `None` if
    /// the browser does not tell.
    #[must_use]
    pub fn new(address: Option<&str>) -> Self {
        Self { origin: address.and_then(origin::of_address), pending: Vec::new() }
    }

    /// What to give `postMessage` as its target: Element's origin, once known. `*` before, and for
    /// origins that cannot be named (Element Desktop's); that reaches the page around us and no
    /// other, since it cannot become another page without ending ours.
    #[must_use]
    pub fn post_target(&self) -> &str {
        origin::post_target(self.origin.as_deref())
    }

    /// When [`Input::Tick`] is due, in milliseconds of the caller's clock.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        self.pending.iter().map(|pending| pending.deadline).reduce(f64::min)
    }

    /// Takes what happened at `now` (milliseconds) and says what to do, in order.
    pub fn handle(&mut self, input: Input<'_>, now: f64) -> Vec<Effect> {
        match input {
            Input::Message { source, message } => {
                self.message(source, message).into_iter().collect()
            }
            Input::Ask(request) => self.ask(request, now),
            Input::Forget { request_id } => {
                self.pending.retain(|pending| pending.request_id != request_id);
                Vec::new()
            }
            Input::Tick => self.tick(now),
        }
    }

    fn ask(&mut self, request: Outgoing, now: f64) -> Vec<Effect> {
        let request_id = request.text("request_id").unwrap_or_default().to_owned();
        if self.pending.iter().any(|pending| pending.request_id == request_id) {
            return Vec::new();
        }
        if self.pending.len() >= PENDING {
            return vec![Effect::Settled { request_id, ending: Ending::TooMany }];
        }
        let mut effects = vec![Effect::Post(request.clone())];
        if request.text("action") == Some(CloseScalar::NAME) {
            // It is answered while our frame is torn down; there is nothing to wait for.
            effects.push(Effect::Settled { request_id, ending: Ending::Answered(Value::Null) });
        } else {
            let deadline = now + REPLY_TIME;
            self.pending.push(Pending { request, request_id, deadline });
        }
        effects
    }

    fn tick(&mut self, now: f64) -> Vec<Effect> {
        let late = self.pending.extract_if(.., |pending| pending.deadline <= now);
        let settled = |pending: Pending| Effect::Settled {
            request_id: pending.request_id,
            ending: Ending::Silent,
        };
        late.map(settled).collect()
    }

    /// `None` if the message is not of our Element, or answers nothing that we still ask.
    fn message(&mut self, source: Source<'_>, echo: &Echo) -> Option<Effect> {
        let foreign = self.origin.as_deref().is_some_and(|ours| ours != source.origin);
        if !source.is_parent || foreign || echo.api {
            return None;
        }
        let response = echo.response.as_ref()?;
        let position = self.pending.iter().position(|pending| pending.is_echoed_by(echo))?;
        self.origin.get_or_insert_with(|| source.origin.to_owned());
        let ending =
            if response.cut { Ending::TooMuch } else { Ending::Answered(response.value.clone()) };
        let request_id = self.pending.remove(position).request_id;
        Some(Effect::Settled { request_id, ending })
    }
}
