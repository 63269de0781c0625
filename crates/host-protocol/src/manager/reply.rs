//! What Element answers, as types. Contents of events were written by a room's members and say
//! whatever they like: a field of a wrong type reads as absent, an entry of a list that is none is
//! left out, and the content itself is always there as it came.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::json::{self, Object};

/// Reads a value by a type of which nothing is required.
fn lenient<T: DeserializeOwned + Default>(value: Value) -> T {
    serde_json::from_value(value).unwrap_or_default()
}

/// A state event.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct StateEvent {
    /// Its type.
    #[serde(rename = "type", deserialize_with = "json::text")]
    pub kind: Option<String>,
    /// Its state key.
    #[serde(deserialize_with = "json::text")]
    pub state_key: Option<String>,
    /// Who sent it.
    #[serde(deserialize_with = "json::text")]
    pub sender: Option<String>,
    /// Its id.
    #[serde(deserialize_with = "json::text")]
    pub event_id: Option<String>,
    /// When, in milliseconds since 1970, as the sender's homeserver says.
    #[serde(deserialize_with = "json::number")]
    pub origin_server_ts: Option<u64>,
    /// Its content.
    #[serde(deserialize_with = "json::object")]
    pub content: Object,
}

impl StateEvent {
    pub(super) fn list(response: Value) -> Option<Vec<Self>> {
        let events: Events = serde_json::from_value(response).ok()?;
        let Value::Array(events) = events.events else { return None };
        Some(events.into_iter().filter(Value::is_object).map(lenient).collect())
    }
}

#[derive(Deserialize)]
struct Events {
    events: Value,
}

/// Where a widget is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In this room, for everybody; the state event `im.vector.modular.widgets`.
    Room(String),
    /// In the user's account, for them alone; an entry of the account data `m.widgets`.
    Account,
}

/// A widget.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// Where it is.
    pub place: Place,
    /// Its id: the state key, or the key in the account data.
    pub widget_id: String,
    /// Its type, which has more than one name in use: `jitsi` in rooms, `m.jitsi` in accounts.
    pub kind: String,
    /// Its address, a template with `$variables`.
    pub url: String,
    /// Its name.
    pub name: Option<String>,
    /// Its picture, `mxc://`.
    pub avatar_url: Option<String>,
    /// What it is given.
    pub data: Object,
    /// Who set it.
    pub sender: Option<String>,
    /// The whole content. In rooms Element may have added `id`, `creatorUserId`, `roomId`,
    /// `eventId` and `name` to it: do not send it back.
    pub content: Object,
}

impl Widget {
    /// One entry of a list of widgets; `room_id` is the room that was asked about. `None` if it
    /// is no widget.
    pub(super) fn read(entry: Value, room_id: Option<&str>) -> Option<Self> {
        let account_key = entry.get("id").and_then(Value::as_str).map(ToOwned::to_owned);
        let event: StateEvent = lenient(entry);
        let text = |field: &str| {
            let text = event.content.get(field).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(ToOwned::to_owned)
        };
        let (kind, url) = (text("type")?, text("url")?);
        let (name, avatar_url) = (text("name"), text("avatar_url"));
        let data = event.content.get("data").and_then(Value::as_object).cloned();
        let place = if event.kind.as_deref() == Some("m.widget") {
            Place::Account
        } else {
            Place::Room(room_id?.to_owned())
        };
        let widget_id = event.state_key.or(account_key).filter(|id| !id.is_empty())?;
        Some(Self {
            place,
            widget_id,
            kind,
            url,
            name,
            avatar_url,
            data: data.unwrap_or_default(),
            sender: event.sender,
            content: event.content,
        })
    }
}

/// Who may join a room.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JoinRules {
    /// `public`, `invite`, `knock`, `restricted`, …
    pub join_rule: Option<String>,
    /// The whole content.
    pub content: Object,
}

impl From<Object> for JoinRules {
    fn from(content: Object) -> Self {
        Self { join_rule: text(&content, "join_rule"), content }
    }
}

/// A user in a room.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Member {
    /// `join`, `invite`, `leave`, `ban` or `knock`.
    pub membership: Option<String>,
    /// What they are called there.
    pub displayname: Option<String>,
    /// Their picture, `mxc://`.
    pub avatar_url: Option<String>,
    /// The whole content.
    pub content: Object,
}

impl From<Object> for Member {
    fn from(content: Object) -> Self {
        Self {
            membership: text(&content, "membership"),
            displayname: text(&content, "displayname"),
            avatar_url: text(&content, "avatar_url"),
            content,
        }
    }
}

fn text(content: &Object, field: &str) -> Option<String> {
    content.get(field).and_then(Value::as_str).map(ToOwned::to_owned)
}
