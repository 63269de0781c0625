//! The Widget API as a machine: [`Machine::handle`] takes what happened and gives back what to
//! do. It decides whom to believe (the parent window, its origin, our widget id), answers every
//! request of the host exactly once, and keeps our own requests until they are settled or their
//! time is up. It never sends `content_loaded`: hosts of sticker pickers do not wait for it.

use crate::codec::{Codec, Incoming, WidgetApi};
use crate::origin;
use crate::wire::{Answer, AnswerError, Body, Content, HostMessage};

/// How long a host may take to reply, in milliseconds.
pub const REPLY_TIME: f64 = 10_000.0;
/// What the picker asks for at start; hosts grant it to sticker pickers without a question.
pub const CAPABILITIES: &[&str] = &["m.sticker", "org.matrix.msc2762.send.event:m.sticker"];
/// The versions of the API that we speak.
pub const VERSIONS: &[&str] = &["0.0.1", "0.0.2"];
/// The most requests that can wait at once.
const PENDING: usize = 64;

/// Where a message came from, as the browser tells it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// `event.source === window.parent`.
    pub is_parent: bool,
    /// `event.origin`.
    pub origin: &'a str,
}

/// A sticker to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticker {
    /// A short name.
    pub name: String,
    /// The event's content; its `body` is also the description.
    pub content: Content,
}

/// What we can ask of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Send a sticker to the room in view.
    Sticker(Box<Sticker>),
    /// Tell us who the user is.
    OpenId,
    /// Which versions do you speak?
    Versions,
    /// Open the integration manager.
    OpenManager {
        /// The screen, without its `type_`.
        integ_type: String,
        /// The thing to edit.
        integ_id: String,
    },
    /// Send a sticker and say under which id: needs no popup to close, and knows no thread.
    Post(Box<Content>),
    /// Close the window that we are in, and hand over what was chosen in it.
    CloseModal {
        /// `pack/shortcode`
        sticker: String,
    },
    /// Any other action, for the modules that are loaded on demand. Its parameters are the caller's
    /// to add, and the whole reply the caller's to read.
    Other {
        /// The action's name on the wire.
        action: String,
    },
}

impl Request {
    /// The action's name on the wire.
    #[must_use]
    pub fn action(&self) -> &str {
        match self {
            Self::Sticker(_) => "m.sticker",
            Self::OpenId => "get_openid",
            Self::Versions => "supported_api_versions",
            Self::OpenManager { .. } => "integration_manager_open",
            Self::Post(_) => "send_event",
            Self::CloseModal { .. } => "close_modal",
            Self::Other { action } => action,
        }
    }
}

/// An OpenID token as the host gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The token. A secret.
    pub access_token: String,
    /// The homeserver's name.
    pub matrix_server_name: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u32,
}

impl Credentials {
    /// The credentials in a body that holds them.
    #[must_use]
    pub fn read(body: &Body) -> Option<Self> {
        let filled = |field: &Option<String>| field.clone().filter(|text| !text.is_empty());
        Some(Self {
            access_token: filled(&body.access_token)?,
            matrix_server_name: filled(&body.matrix_server_name)?,
            token_type: filled(&body.token_type).unwrap_or_else(|| "Bearer".to_owned()),
            expires_in: body.expires_in,
        })
    }
}

/// How a request of ours ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The host did it.
    Done,
    /// The event with this id is in the room.
    Posted(String),
    /// The host refused, with its own text or the homeserver's.
    Refused(String),
    /// The host did not reply in time.
    Silent,
    /// The user's identity.
    OpenId(Credentials),
    /// The user or the host does not tell us who the user is.
    OpenIdBlocked,
    /// What the host speaks.
    Versions(Vec<String>),
}

/// What happened.
#[derive(Debug)]
pub enum Input<'a, M> {
    /// A message arrived.
    Message {
        /// From where.
        source: Source<'a>,
        /// What.
        message: &'a M,
        /// It was answered before the machine ran; do not answer again.
        answered: bool,
    },
    /// We want something of the host.
    Ask {
        /// What.
        request: Request,
        /// Unique and random; names the request in [`Effect::Settled`].
        request_id: String,
    },
    /// A request's end is no longer of interest.
    Forget {
        /// The request.
        request_id: &'a str,
    },
    /// Time has passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect<S> {
    /// Send the message in hand back with this as its `response`.
    Answer(Answer),
    /// Post to the parent window.
    Post(S),
    /// One of our requests ended.
    Settled {
        /// The request.
        request_id: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// The host is asking the user whether to tell us who they are.
    OpenIdPrompt {
        /// The request.
        request_id: String,
    },
    /// The host said what we may do.
    Approved(Vec<String>),
    /// The host changed its theme.
    Theme(String),
    /// The host changed its language.
    Language(String),
    /// We were shown or hidden.
    Visible(bool),
    /// A sticker was chosen in the window that we opened.
    Chosen(String),
}

struct Pending {
    request_id: String,
    request: Request,
    /// `None` while the host asks the user.
    deadline: Option<f64>,
    posted: bool,
}

/// The conversation with one host.
pub struct Machine<C: Codec = WidgetApi> {
    codec: C,
    widget_id: Option<String>,
    origin: Option<String>,
    pending: Vec<Pending>,
    capabilities: &'static [&'static str],
}

impl Machine<WidgetApi> {
    /// A conversation that begins with what the widget's address says.
    #[must_use]
    pub fn new(widget_id: Option<String>, parent_url: Option<&str>) -> Self {
        Self::with_codec(WidgetApi, widget_id, parent_url)
    }
}

impl<C: Codec> Machine<C> {
    /// The same over another envelope.
    #[must_use]
    pub fn with_codec(codec: C, widget_id: Option<String>, parent_url: Option<&str>) -> Self {
        let origin = parent_url.and_then(origin::of_address);
        Self { codec, widget_id, origin, pending: Vec::new(), capabilities: CAPABILITIES }
    }

    /// The same in a window that we opened ourselves, which needs nothing of the host: asking
    /// there would make the host ask the user.
    #[must_use]
    pub const fn in_modal(mut self) -> Self {
        self.capabilities = &[];
        self
    }

    /// What to give `postMessage` as its target.
    #[must_use]
    pub fn post_target(&self) -> &str {
        origin::post_target(self.origin.as_deref())
    }

    /// When [`Input::Tick`] is due, in milliseconds of the caller's clock.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        self.pending.iter().filter_map(|pending| pending.deadline).reduce(f64::min)
    }

    /// Takes what happened at `now` and says what to do, in order.
    pub fn handle(&mut self, input: Input<'_, C::Received>, now: f64) -> Vec<Effect<C::Sent>> {
        match input {
            Input::Message { source, message, answered } => {
                self.message(source, message, answered).unwrap_or_default()
            }
            Input::Ask { request, request_id } => self.ask(request, request_id, now),
            Input::Forget { request_id } => {
                self.pending.retain(|pending| pending.request_id != request_id);
                Vec::new()
            }
            Input::Tick => self.tick(now),
        }
    }

    fn ask(&mut self, request: Request, request_id: String, now: f64) -> Vec<Effect<C::Sent>> {
        if self.pending.len() >= PENDING {
            return vec![Effect::Settled { request_id, outcome: Outcome::Silent }];
        }
        let deadline = Some(now + REPLY_TIME);
        self.pending.push(Pending { request_id, request, deadline, posted: false });
        self.post_waiting()
    }

    /// Posts what waits for the widget id to be known.
    fn post_waiting(&mut self) -> Vec<Effect<C::Sent>> {
        let Some(widget_id) = &self.widget_id else { return Vec::new() };
        let mut effects = Vec::new();
        for pending in self.pending.iter_mut().filter(|pending| !pending.posted) {
            pending.posted = true;
            let sent = self.codec.write(widget_id, &pending.request_id, &pending.request);
            effects.push(Effect::Post(sent));
        }
        effects
    }

    fn tick(&mut self, now: f64) -> Vec<Effect<C::Sent>> {
        let mut effects = Vec::new();
        self.pending.retain(|pending| {
            let late = pending.deadline.is_some_and(|deadline| deadline <= now);
            if late {
                let request_id = pending.request_id.clone();
                effects.push(Effect::Settled { request_id, outcome: Outcome::Silent });
            }
            !late
        });
        effects
    }

    /// `None` if the message is not from our host, not for us, or no message.
    fn message(
        &mut self,
        source: Source<'_>,
        message: &C::Received,
        answered: bool,
    ) -> Option<Vec<Effect<C::Sent>>> {
        let foreign = |ours: &Option<String>, theirs: &str| {
            ours.as_deref().is_some_and(|ours| ours != theirs)
        };
        if !source.is_parent || foreign(&self.origin, source.origin) {
            return None;
        }
        let incoming = self.codec.read(message)?;
        if foreign(&self.widget_id, incoming.widget_id) {
            return None;
        }
        let mut effects = if incoming.is_reply {
            self.reply(&incoming)?
        } else {
            let mut effects = self.request(&incoming);
            if answered {
                effects.retain(|effect| !matches!(effect, Effect::Answer(_)));
            }
            effects
        };
        if self.widget_id.is_none() || self.origin.is_none() {
            self.widget_id.get_or_insert_with(|| incoming.widget_id.to_owned());
            self.origin.get_or_insert_with(|| source.origin.to_owned());
            effects.extend(self.post_waiting());
        }
        Some(effects)
    }

    /// A request of the host: exactly one answer, and what it means for us.
    fn request(&mut self, incoming: &Incoming<'_>) -> Vec<Effect<C::Sent>> {
        let body = incoming.body;
        let mut answer = Answer::default();
        let meaning = match incoming.action {
            "capabilities" => {
                answer.capabilities = Some(self.capabilities);
                None
            }
            "supported_api_versions" => {
                answer.supported_versions = Some(VERSIONS);
                None
            }
            "notify_capabilities" => Some(Effect::Approved(body.approved.clone())),
            "theme_change" => body.name.clone().map(Effect::Theme),
            "language_change" => body.lang.clone().map(Effect::Language),
            "visibility" => body.visible.or(incoming.visible).map(Effect::Visible),
            "openid_credentials" => self.credentials(body),
            "close_modal" => body.sticker.clone().map(Effect::Chosen),
            // Known, and nothing to do for a picker.
            "button_clicked"
            | "widget_config"
            | "send_event"
            | "send_to_device"
            | "update_state"
            | "update_turn_servers" => None,
            unknown => {
                let name: String = unknown.chars().take(100).collect();
                let message = ["Unknown or unsupported to-widget action: ", &name].concat();
                answer.error = Some(AnswerError { message });
                None
            }
        };
        let mut effects = vec![Effect::Answer(answer)];
        effects.extend(meaning);
        effects
    }

    fn credentials(&mut self, body: &Body) -> Option<Effect<C::Sent>> {
        let original = body.original_request_id.as_deref()?;
        let position = self.pending.iter().position(|pending| {
            pending.request_id == original && pending.request == Request::OpenId
        })?;
        Some(self.settle(position, openid_outcome(body)))
    }

    /// The host's reply to a request of ours.
    fn reply(&mut self, incoming: &Incoming<'_>) -> Option<Vec<Effect<C::Sent>>> {
        let position = self.pending.iter().position(|pending| {
            pending.posted
                && pending.request_id == incoming.request_id
                && pending.request.action() == incoming.action
        })?;
        let body = incoming.body;
        let pending = self.pending.get_mut(position)?;
        let outcome = if let Some(reason) = body.refusal() {
            Outcome::Refused(reason)
        } else {
            match pending.request {
                Request::OpenId if body.state.as_deref() == Some("request") => {
                    pending.deadline = None;
                    let request_id = pending.request_id.clone();
                    return Some(vec![Effect::OpenIdPrompt { request_id }]);
                }
                Request::OpenId => openid_outcome(body),
                Request::Versions => Outcome::Versions(body.supported_versions.clone()),
                Request::Post(_) => Outcome::Posted(body.event_id.clone().unwrap_or_default()),
                _ => Outcome::Done,
            }
        };
        Some(vec![self.settle(position, outcome)])
    }

    fn settle(&mut self, position: usize, outcome: Outcome) -> Effect<C::Sent> {
        let request_id = self.pending.swap_remove(position).request_id;
        Effect::Settled { request_id, outcome }
    }
}

/// Everything but a complete token is a refusal.
fn openid_outcome(body: &Body) -> Outcome {
    match body.state.as_deref() {
        Some("allowed") => Credentials::read(body).map_or(Outcome::OpenIdBlocked, Outcome::OpenId),
        _ => Outcome::OpenIdBlocked,
    }
}

/// Reads any JSON-like value as a message of `source` and handles it in a new conversation: what
/// a hostile window can reach, for the fuzzer and the property tests.
pub fn handle_once(
    source: Source<'_>,
    message: &HostMessage,
    parent_url: Option<&str>,
) -> Vec<Effect<crate::wire::Outgoing>> {
    let mut machine = Machine::new(None, parent_url);
    machine.handle(Input::Message { source, message, answered: false }, 0.0)
}
