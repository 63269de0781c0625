//! The actions that only ask. Everything but [`GetOpenIdToken`] is answered from what Element has,
//! without the homeserver.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::action::{self, Action};
use super::json::Object;
use super::refusal::{ErrorText, Failure, Invalid, MayNot, NotListed, NotTold, Unexplained};
use super::reply::{JoinRules, Member, StateEvent, Widget};
use crate::machine::Credentials;

/// The widgets of a room, followed by the user's own; without a room, only the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GetWidgets {
    /// The room; it must be in view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_id: Option<String>,
}

impl Action for GetWidgets {
    const NAME: &'static str = "get_widgets";
    const CHANGES: bool = false;
    type Reply = Vec<Widget>;
    type Refusal = NotTold;

    fn room_id(&self) -> Option<&str> {
        self.room_id.as_deref()
    }

    fn reply(&self, response: Value) -> Result<Vec<Widget>, Failure<NotTold>> {
        let Value::Array(entries) = response else { return Err(Failure::Unreadable) };
        let widgets = entries.into_iter().filter_map(|entry| Widget::read(entry, self.room_id()));
        Ok(widgets.collect())
    }
}

/// A token by which the user's homeserver tells us who they are. It has no room: with one,
/// Element refuses it or never answers. The user is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GetOpenIdToken {}

impl Action for GetOpenIdToken {
    const NAME: &'static str = "get_open_id_token";
    const CHANGES: bool = false;
    type Reply = Credentials;
    type Refusal = Unexplained;

    fn reply(&self, response: Value) -> Result<Credentials, Failure<Unexplained>> {
        let text = |field| {
            let text = response.get(field).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(ToOwned::to_owned)
        };
        let seconds = response.get("expires_in").and_then(Value::as_u64);
        Ok(Credentials {
            access_token: text("access_token").ok_or(Failure::Unreadable)?,
            matrix_server_name: text("matrix_server_name").ok_or(Failure::Unreadable)?,
            token_type: text("token_type").unwrap_or_else(|| "Bearer".to_owned()),
            expires_in: seconds.and_then(|seconds| seconds.try_into().ok()).unwrap_or_default(),
        })
    }
}

/// Who may join: the content of `m.room.join_rules`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JoinRulesState {
    /// The room; it must be in view.
    pub room_id: String,
}

impl Action for JoinRulesState {
    const NAME: &'static str = "join_rules_state";
    const CHANGES: bool = false;
    const CONTENT: bool = true;
    type Reply = Option<JoinRules>;
    type Refusal = NotTold;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<Self::Reply, Failure<NotTold>> {
        Ok(action::content(response)?.map(JoinRules::from))
    }
}

/// How many have joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GetMembershipCount {
    /// The room; it must be in view.
    pub room_id: String,
}

impl Action for GetMembershipCount {
    const NAME: &'static str = "get_membership_count";
    const CHANGES: bool = false;
    type Reply = u64;
    type Refusal = NotTold;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<u64, Failure<NotTold>> {
        response.as_u64().ok_or(Failure::Unreadable)
    }
}

/// Whether the room is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GetRoomEncState {
    /// The room; it must be in view.
    pub room_id: String,
}

impl Action for GetRoomEncState {
    const NAME: &'static str = "get_room_enc_state";
    const CHANGES: bool = false;
    type Reply = bool;
    type Refusal = NotTold;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<bool, Failure<NotTold>> {
        response.as_bool().ok_or(Failure::Unreadable)
    }
}

/// Whether the user may send events of a type. Success is yes; no is [`MayNot::NotAllowed`],
/// which is also what Element says for want of a better answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CanSendEvent {
    /// The room; it must be in view.
    pub room_id: String,
    /// The event's type.
    pub event_type: String,
    /// Whether it is a state event.
    pub is_state: bool,
}

impl Action for CanSendEvent {
    const NAME: &'static str = "can_send_event";
    const CHANGES: bool = false;
    type Reply = ();
    type Refusal = MayNot;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn check(&self) -> Result<(), Invalid> {
        action::filled("event_type", &self.event_type)
    }

    fn reply(&self, response: Value) -> Result<(), Failure<MayNot>> {
        match response {
            Value::Bool(true) => Ok(()),
            // Element has no such answer, but it could mean only one thing.
            Value::Bool(false) => {
                Err(Failure::Refused(ErrorText::default().refusal(MayNot::NotAllowed)))
            }
            _ => Err(Failure::Unreadable),
        }
    }
}

/// What [`ReadEvents`] can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Readable {
    /// Who may do what.
    #[serde(rename = "m.room.power_levels")]
    PowerLevels,
    /// Whether and how the room is encrypted.
    #[serde(rename = "m.room.encryption")]
    Encryption,
    /// The members.
    #[serde(rename = "m.room.member")]
    Member,
    /// The room's name.
    #[serde(rename = "m.room.name")]
    Name,
    /// Widgets, under the name that is not in use yet.
    #[serde(rename = "m.widgets")]
    Widgets,
    /// Widgets.
    #[serde(rename = "im.vector.modular.widgets")]
    ModularWidgets,
    /// What an integration manager keeps in a room.
    #[serde(rename = "io.element.integrations.installations")]
    Installations,
}

/// Which state keys to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateKey {
    /// This one, which may be empty.
    One(String),
    /// All of them.
    Every,
}

impl Serialize for StateKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(key) => serializer.serialize_str(key),
            Self::Every => serializer.serialize_bool(true),
        }
    }
}

/// A room's state events of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadEvents {
    /// The room; it must be in view.
    pub room_id: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: Readable,
    /// The state keys.
    pub state_key: StateKey,
    /// The most events to list; all without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Action for ReadEvents {
    const NAME: &'static str = "read_events";
    const CHANGES: bool = false;
    type Reply = Vec<StateEvent>;
    type Refusal = NotListed;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<Vec<StateEvent>, Failure<NotListed>> {
        StateEvent::list(response).ok_or(Failure::Unreadable)
    }
}

/// A user in a room: the content of their `m.room.member`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MembershipState {
    /// The room; it must be in view.
    pub room_id: String,
    /// The user.
    pub user_id: String,
}

impl Action for MembershipState {
    const NAME: &'static str = "membership_state";
    const CHANGES: bool = false;
    const CONTENT: bool = true;
    type Reply = Option<Member>;
    type Refusal = NotTold;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<Self::Reply, Failure<NotTold>> {
        Ok(action::content(response)?.map(Member::from))
    }
}

/// What a bot keeps in a room: the content of `m.room.bot.options`, if there is one. A content
/// with nothing but an `error` cannot be told from an error of Element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BotOptions {
    /// The room; it must be in view.
    pub room_id: String,
    /// The bot. The event's state key is this with `_` before it.
    pub user_id: String,
}

impl Action for BotOptions {
    const NAME: &'static str = "bot_options";
    const CHANGES: bool = false;
    const CONTENT: bool = true;
    type Reply = Option<Object>;
    type Refusal = NotTold;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<Self::Reply, Failure<NotTold>> {
        action::content(response)
    }
}
