//! The actions that do something. Element asks the user nothing and checks no power: the
//! homeserver decides, by what the user may do. After [`super::refusal::Failure::NoAnswer`]
//! nobody knows whether it was done.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::action::{self, Action};
use super::json::Object;
use super::refusal::{Failure, Invalid, NotChanged, NotSet, Unexplained};
use super::reply::Place;

/// Closes the manager's dialog, and with it our page. It is over as soon as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CloseScalar {}

impl Action for CloseScalar {
    const NAME: &'static str = "close_scalar";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = Unexplained;

    fn reply(&self, _: Value) -> Result<(), Failure<Unexplained>> {
        Ok(())
    }
}

/// What becomes of a widget.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// It is like this from now on.
    Put {
        /// Its type, by any of its names.
        kind: String,
        /// Its address, a template with `$variables`.
        url: String,
        /// Its name.
        name: Option<String>,
        /// Its picture, `mxc://`. Element keeps none for account widgets; it is not sent there.
        avatar_url: Option<String>,
        /// What it is given.
        data: Option<Object>,
    },
    /// It is no more.
    Remove,
}

/// Sets or removes a widget. Element answers when the homeserver has sent it back, which may take
/// 20 s. For the account it writes the whole list of widgets anew: of two devices the last wins.
#[derive(Debug, Clone, PartialEq)]
pub struct SetWidget {
    /// Where it is. A room must be in view.
    pub place: Place,
    /// Its id: the state key, or the key in the account data.
    pub widget_id: String,
    /// What becomes of it.
    pub setting: Setting,
}

#[derive(Serialize)]
struct SetWidgetFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<&'a str>,
    #[serde(rename = "userWidget", skip_serializing_if = "Option::is_none")]
    user_widget: Option<bool>,
    widget_id: &'a str,
    /// Always there: `null` removes.
    url: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Object>,
}

impl Serialize for SetWidget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let room_id = self.room_id();
        let mut fields = SetWidgetFields {
            room_id,
            user_widget: room_id.is_none().then_some(true),
            widget_id: &self.widget_id,
            url: None,
            kind: None,
            name: None,
            avatar_url: None,
            data: None,
        };
        if let Setting::Put { kind, url, name, avatar_url, data } = &self.setting {
            fields.kind = Some(kind);
            fields.url = Some(url);
            fields.name = name.as_deref();
            fields.avatar_url = avatar_url.as_deref().filter(|_| room_id.is_some());
            fields.data = data.as_ref();
        }
        fields.serialize(serializer)
    }
}

impl Action for SetWidget {
    const NAME: &'static str = "set_widget";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = NotSet;

    fn room_id(&self) -> Option<&str> {
        match &self.place {
            Place::Room(room_id) => Some(room_id),
            Place::Account => None,
        }
    }

    /// An empty address would remove the widget.
    fn check(&self) -> Result<(), Invalid> {
        action::filled("widget_id", &self.widget_id)?;
        if let Setting::Put { kind, url, .. } = &self.setting {
            action::filled("type", kind)?;
            action::filled("url", url)?;
        }
        Ok(())
    }

    fn reply(&self, response: Value) -> Result<(), Failure<NotSet>> {
        action::done(&response)
    }
}

/// Says how the room is bridged: the state event `m.room.plumbing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetPlumbingState {
    /// The room; it must be in view.
    pub room_id: String,
    /// The content's `status`.
    pub status: String,
}

impl Action for SetPlumbingState {
    const NAME: &'static str = "set_plumbing_state";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = NotChanged;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<(), Failure<NotChanged>> {
        action::done(&response)
    }
}

/// What [`SendEvent`] can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Sendable {
    /// Widgets, under the name that is not in use yet.
    #[serde(rename = "m.widgets")]
    Widgets,
    /// Widgets. Unlike [`SetWidget`] this takes any content, `waitForIframeLoad` also.
    #[serde(rename = "im.vector.modular.widgets")]
    ModularWidgets,
    /// What an integration manager keeps in a room; the state key is the integration's id.
    #[serde(rename = "io.element.integrations.installations")]
    Installations,
}

/// Sends a state event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SendEvent {
    /// The room; it must be in view.
    pub room_id: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: Sendable,
    /// The state key; may be empty.
    pub state_key: String,
    /// The content.
    pub content: Object,
}

impl Action for SendEvent {
    const NAME: &'static str = "send_event";
    const CHANGES: bool = true;
    /// The event's id.
    type Reply = String;
    type Refusal = NotChanged;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<String, Failure<NotChanged>> {
        let event_id = response.get("event_id").and_then(Value::as_str);
        event_id.map(ToOwned::to_owned).ok_or(Failure::Unreadable)
    }
}

/// Invites a user. Who is invited or has joined already is a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invite {
    /// The room; it must be in view.
    pub room_id: String,
    /// The user.
    pub user_id: String,
}

impl Action for Invite {
    const NAME: &'static str = "invite";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = NotChanged;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<(), Failure<NotChanged>> {
        action::done(&response)
    }
}

/// Removes a user. Who has left already, or was never there, is a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kick {
    /// The room; it must be in view.
    pub room_id: String,
    /// The user.
    pub user_id: String,
    /// Why; everybody in the room can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Action for Kick {
    const NAME: &'static str = "kick";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = NotChanged;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<(), Failure<NotChanged>> {
        action::done(&response)
    }
}

/// Sets what a bot keeps in a room: the state event `m.room.bot.options`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetBotOptions {
    /// The room; it must be in view.
    pub room_id: String,
    /// The bot. The event's state key is this with `_` before it.
    pub user_id: String,
    /// The content, which everybody in the room can read.
    pub content: Object,
}

impl Action for SetBotOptions {
    const NAME: &'static str = "set_bot_options";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = NotChanged;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<(), Failure<NotChanged>> {
        action::done(&response)
    }
}

/// Gives a user power in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetBotPower {
    /// The room; it must be in view.
    pub room_id: String,
    /// The user, who need not be a bot.
    pub user_id: String,
    /// The power level; 50 and 100 are usual.
    pub level: u32,
    /// Who has as much already is a success, and keeps what they have.
    #[serde(rename = "ignoreIfGreater", skip_serializing_if = "is_false")]
    pub ignore_if_greater: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Action for SetBotPower {
    const NAME: &'static str = "set_bot_power";
    const CHANGES: bool = true;
    type Reply = ();
    type Refusal = NotChanged;

    fn room_id(&self) -> Option<&str> {
        Some(&self.room_id)
    }

    fn reply(&self, response: Value) -> Result<(), Failure<NotChanged>> {
        action::done(&response)
    }
}
