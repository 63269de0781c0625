//! How a widget type is declared: by us in `types/*.json`, by operators in `tessera.toml`.
//! `docs/widgets.md` explains every key; [`crate::check()`] finds what is wrong with one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A kind of widget: its form, what it writes, and how it is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WidgetType {
    /// Names it in links, texts and configuration: `a-z`, `0-9` and `-`.
    pub id: String,
    /// The `type` of the event's content.
    #[serde(rename = "type", default = "custom")]
    pub event_type: String,
    /// Other `type`s that widgets of this kind have had, and deep links name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Where the catalogue lists it.
    #[serde(default)]
    pub category: Category,
    /// The name of an icon of the app's sprite.
    #[serde(default = "icon")]
    pub icon: String,
    /// What the address is made of: `{field}` for our fields, `{widgets}` for the second origin,
    /// `$variable` for what the Matrix client fills in.
    pub url: String,
    /// The address where there is no second origin; without one the type is not offered there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct_url: Option<String>,
    /// What the event's `data` holds; a string that is just `{field}` has the field's own type.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub data: Map<String, Value>,
    /// The form.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Addresses it is recognised by, besides its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Who runs what is shown: a name, or `{field}` for that field's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// What they learn about each member of the room who opens it.
    #[serde(default = "address_only")]
    pub shares: Vec<Shared>,
    /// Its name, for types that have no texts of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it does, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Where the catalogue lists a type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Talking to each other.
    Calls,
    /// Writing together.
    Documents,
    /// Drawing together.
    Boards,
    /// Dates.
    Calendars,
    /// Watching and listening.
    Media,
    /// Numbers and maps.
    Data,
    /// Asking.
    Polls,
    /// Everything else.
    #[default]
    Other,
}

/// What a third party learns about who opens a widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// The IP address, as of every visitor.
    IpAddress,
    /// The display name.
    DisplayName,
    /// The picture.
    Avatar,
    /// The Matrix ID.
    UserId,
    /// The device.
    DeviceId,
    /// The room's ID.
    RoomId,
    /// Light or dark.
    Theme,
    /// The language.
    Language,
    /// Camera and microphone, when the member turns them on.
    CameraAndMicrophone,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in `url`, `data` and texts. `name` is the widget's own name, which every form has.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be filled in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it holds at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What it holds at first is made up anew for each widget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<Random>,
    /// What a choice offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The only lengths, in characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lengths: Vec<usize>,
    /// The greatest length, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<usize>,
    /// What a code may hold besides letters and digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub symbols: String,
    /// An address that one of the type's links recognises may be pasted instead.
    #[serde(default, skip_serializing_if = "is_false")]
    pub link: bool,
    /// An example of a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// Its label, for types that have no texts of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A line of help below it, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A line of any text.
    Text,
    /// ASCII letters, digits and the field's `symbols`.
    Code,
    /// An address of a page, `https:`; it may hold variables.
    Url,
    /// The host of a server, with its port where it has one.
    Host,
    /// A whole number.
    Number,
    /// A number with at most six decimals, as of a place on earth.
    Decimal,
    /// One of the `options`.
    Choice,
    /// `true` or `false`.
    Switch,
}

/// How a first value is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Random {
    /// Twenty-four letters, as of a meeting nobody can guess.
    Letters,
    /// A readable name, as of a pad.
    Words,
}

/// An address that a type is recognised by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The address, with `{field}` where a value is, `*` for any host, and `/**` for any path.
    /// A parameter may be missing but for `{field!}`.
    pub like: String,
    /// The field that takes the whole address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// So general that it counts only where the type is known: in its own form, or by the event.
    #[serde(default, skip_serializing_if = "is_false")]
    pub loose: bool,
    /// Values that follow from the address being this one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
}

fn custom() -> String {
    "m.custom".into()
}

fn icon() -> String {
    "extensions".into()
}

fn address_only() -> Vec<Shared> {
    vec![Shared::IpAddress]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl WidgetType {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether widgets with this `type` in their content may be of this kind.
    #[must_use]
    pub fn has_event_type(&self, event_type: &str) -> bool {
        self.event_type == event_type || self.also.iter().any(|also| also == event_type)
    }
}
