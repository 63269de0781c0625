//! The messages of the Widget API as they are on the wire: flat structs for what the host sends
//! ([`HostMessage`]) and for what we send ([`Outgoing`], [`Answer`]). Reading is lenient by
//! `lenient`; writing leaves out what is absent.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::lenient;

/// Anything that a host posts: a request to us, or a reply to one of our requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostMessage {
    /// `toWidget` for the host's requests, `fromWidget` for replies to ours.
    #[serde(deserialize_with = "lenient::text")]
    pub api: Option<String>,
    /// The widget that the message is for.
    #[serde(deserialize_with = "lenient::text")]
    pub widget_id: Option<String>,
    /// Joins a reply to its request.
    #[serde(deserialize_with = "lenient::text")]
    pub request_id: Option<String>,
    /// What is asked for.
    #[serde(deserialize_with = "lenient::text")]
    pub action: Option<String>,
    /// The request's parameters.
    #[serde(deserialize_with = "lenient::object")]
    pub data: Box<Body>,
    /// Makes the message a reply.
    #[serde(deserialize_with = "lenient::reply")]
    pub response: Option<Box<Body>>,
    /// `visibility` says it here as well as in `data`.
    #[serde(deserialize_with = "lenient::flag")]
    pub visible: Option<bool>,
}

/// The fields of every `data` and `response` that we read, in one flat struct.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Body {
    /// `theme_change`: the theme's name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `language_change`: a BCP 47 tag.
    #[serde(deserialize_with = "lenient::text")]
    pub lang: Option<String>,
    /// `visibility`.
    #[serde(deserialize_with = "lenient::flag")]
    pub visible: Option<bool>,
    /// `notify_capabilities`: what we may do.
    #[serde(deserialize_with = "lenient::list")]
    pub approved: Vec<String>,
    /// OpenID: `allowed`, `blocked` or `request`.
    #[serde(deserialize_with = "lenient::text")]
    pub state: Option<String>,
    /// OpenID: the `get_openid` request that the credentials belong to.
    #[serde(deserialize_with = "lenient::text")]
    pub original_request_id: Option<String>,
    /// OpenID: the token. A secret.
    #[serde(deserialize_with = "lenient::text")]
    pub access_token: Option<String>,
    /// OpenID: the homeserver's name.
    #[serde(deserialize_with = "lenient::text")]
    pub matrix_server_name: Option<String>,
    /// OpenID: `Bearer`.
    #[serde(deserialize_with = "lenient::text")]
    pub token_type: Option<String>,
    /// OpenID: seconds.
    #[serde(deserialize_with = "lenient::number")]
    pub expires_in: u32,
    /// What the host speaks.
    #[serde(deserialize_with = "lenient::list")]
    pub supported_versions: Vec<String>,
    /// Why the host refused.
    #[serde(deserialize_with = "lenient::reply")]
    pub error: Option<Box<Body>>,
    /// The text of an error.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// What the homeserver said, in an error: its `response` has an `error`.
    #[serde(deserialize_with = "lenient::reply")]
    pub matrix_api_error: Option<Box<Body>>,
    /// See `matrix_api_error`.
    #[serde(deserialize_with = "lenient::reply")]
    pub response: Option<Box<Body>>,
    /// `send_event`: the event that is now in the room.
    #[serde(deserialize_with = "lenient::text")]
    pub event_id: Option<String>,
    /// `close_modal`: what was chosen in our own modal.
    #[serde(deserialize_with = "lenient::text")]
    pub sticker: Option<String>,
}

impl Body {
    /// Why the host refused: the homeserver's words if it was the homeserver, else the host's.
    /// `None` if it did not refuse.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let inner = |body: &Body| body.response.as_ref()?.error.as_ref()?.message.clone();
        let homeserver = error.matrix_api_error.as_deref().and_then(inner);
        Some(homeserver.or_else(|| error.message.clone()).unwrap_or_default())
    }
}

/// A request of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outgoing {
    /// Always `fromWidget`.
    pub api: &'static str,
    /// Ours.
    pub widget_id: String,
    /// Unique.
    pub request_id: String,
    /// What we ask for.
    pub action: String,
    /// The parameters.
    pub data: Data,
    /// The sticker once more, as older mobile clients read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub widget_data: Option<WidgetData>,
}

/// The parameters of every request of ours, in one flat struct.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Data {
    /// `m.sticker`: a short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `m.sticker`: becomes the event's `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The sticker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// `send_event`: the event's type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// `close_modal`: what was chosen, `pack/shortcode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sticker: Option<String>,
    /// `integration_manager_open`: the screen.
    #[serde(rename = "integType", skip_serializing_if = "Option::is_none")]
    pub integ_type: Option<String>,
    /// `integration_manager_open`: the thing to edit.
    #[serde(rename = "integId", skip_serializing_if = "Option::is_none")]
    pub integ_id: Option<String>,
}

/// What older mobile clients read in place of `data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WidgetData {
    /// The image.
    pub content: Content,
    /// A short name.
    pub name: String,
    /// The text.
    pub description: String,
    /// A file name.
    pub file: String,
}

/// The content of a sticker event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Content {
    /// `mxc://` URI of the image.
    pub url: String,
    /// About the image. Element passes it on as it is.
    pub info: Info,
    /// The text once more, for clients that read it here.
    pub body: String,
    /// The public pack that the sticker is from (MSC4459).
    #[serde(rename = "m.image_source_packs", skip_serializing_if = "Option::is_none")]
    pub source_packs: Option<SourcePacks>,
}

/// An image's pack, by the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePacks {
    /// `mxc://` URI of the image.
    pub url: String,
    /// Its pack.
    pub source: SourcePack,
}

/// Where a pack can be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourcePack {
    /// The room, which anyone may join.
    pub room_id: String,
    /// Servers that know the room.
    pub via: Vec<String>,
    /// The pack's state key in it.
    pub state_key: String,
    /// The sticker in the pack.
    pub shortcode: String,
}

impl Serialize for SourcePacks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.url, &self.source)?;
        map.end()
    }
}

/// About a sticker's image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Info {
    /// Display width.
    pub w: u32,
    /// Display height.
    pub h: u32,
    /// Media type.
    pub mimetype: String,
    /// Bytes.
    pub size: u32,
    /// The image itself: stickers are small enough to be their own thumbnail.
    pub thumbnail_url: String,
    /// About the thumbnail.
    pub thumbnail_info: ThumbnailInfo,
    /// Whether the image moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_animated: Option<bool>,
    /// The same under the name that clients knew before it was in the specification.
    #[serde(rename = "org.matrix.msc4230.is_animated", skip_serializing_if = "Option::is_none")]
    pub is_animated_msc4230: Option<bool>,
    /// Where the sticker comes from.
    #[serde(rename = "im.tessera.sticker")]
    pub origin: Provenance,
}

/// About a thumbnail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ThumbnailInfo {
    /// Display width.
    pub w: u32,
    /// Display height.
    pub h: u32,
    /// Media type.
    pub mimetype: String,
    /// Bytes.
    pub size: u32,
}

/// The pack and the sticker in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The pack's id.
    pub pack: String,
    /// The sticker's shortcode.
    pub shortcode: String,
}

/// The `response` to a request of the host. The caller sends the host's own message back with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// To `capabilities`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<&'static [&'static str]>,
    /// To `supported_api_versions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_versions: Option<&'static [&'static str]>,
    /// To what we do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AnswerError>,
}

/// Why we refuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerError {
    /// The text.
    pub message: String,
}
