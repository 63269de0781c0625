//! Packs as the catalogue shows them, and the choice of packs that makes a user's library.

use serde::{Deserialize, Serialize};

/// One pack in the catalogue, without its stickers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackSummary {
    /// The pack's id, see [`crate::limits::is_pack_id`].
    pub id: String,
    /// The title in the pack's first language.
    pub title: String,
    /// Who drew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The licence: an SPDX expression, or the licence's own words.
    pub licence: String,
    /// How many stickers it has.
    pub sticker_count: u32,
    /// The preview id of its first sticker, see [`crate::library::preview_path`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<String>,
    /// Whether the pack is in the user's library.
    pub enabled: bool,
    /// Whether it is the user's own, saved from a room and seen by nobody else.
    pub own: bool,
}

/// Answer of `GET /api/v1/packs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalogue {
    /// Every published pack and the user's own; those in the user's library first, in the user's
    /// order.
    pub packs: Vec<PackSummary>,
}

/// Body of `PUT /api/v1/library`: the whole choice, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LibraryChoice {
    /// Pack ids in the order the picker shows them; at most [`crate::limits::PACKS_PER_LIBRARY`].
    pub packs: Vec<String>,
}

/// Body of `POST /api/v1/library/packs`: a room's image pack (MSC2545), to be saved for this user.
///
/// `C` is JSON as the side at hand holds it, for the pack goes through it whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomPack<C> {
    /// The room whose state holds the pack.
    pub room_id: String,
    /// The `state_key` of the pack's event. The same room and key again update the pack.
    pub state_key: String,
    /// Servers by which the room can be joined, at most [`crate::limits::VIA`].
    #[serde(default)]
    pub via: Vec<String>,
    /// Whether anyone may join the room, or ask to. Only then is it kept where the pack is from,
    /// and told by the stickers (MSC4459).
    #[serde(default)]
    pub public: bool,
    /// The event's `content`. Without a `display_name` the pack is called by its key.
    pub content: C,
}
