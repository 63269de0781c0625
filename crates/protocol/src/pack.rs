//! Packs as the catalogue shows them, and the choice of packs that makes a user's library.

use serde::{Deserialize, Serialize};

/// A title in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackTitle {
    /// BCP 47, such as `en` or `pt-BR`; `und` where nobody said.
    pub language: String,
    /// The title in it.
    pub text: String,
}

/// One pack in the catalogue, without its stickers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackSummary {
    /// The pack's id, see [`crate::limits::is_pack_id`].
    pub id: String,
    /// At least one title; the pack's own language first.
    pub titles: Vec<PackTitle>,
    /// Who drew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What a copy has to say about its origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// The licence: an SPDX expression, or the licence's own words.
    pub licence: String,
    /// How many stickers it has.
    pub sticker_count: u32,
    /// Preview ids of its first stickers, at most [`crate::limits::COVERS`], see
    /// [`crate::library::preview_path`].
    pub covers: Vec<String>,
    /// Its place in the user's library, from 0; none if it is not enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Whether it is the user's own, saved from a room and seen by nobody else.
    pub own: bool,
}

impl PackSummary {
    /// Whether the pack is in the user's library.
    #[must_use]
    pub const fn enabled(&self) -> bool {
        self.position.is_some()
    }

    /// The title for a reader of `language`, as [`crate::library::Pack::title`] chooses it.
    #[must_use]
    pub fn title(&self, language: &str) -> &str {
        let titles = self.titles.iter().map(|title| (title.language.as_str(), title.text.as_str()));
        crate::library::title_for(&titles, language).unwrap_or(&self.id)
    }
}

/// Which packs `GET /api/v1/packs` lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// All that the user may enable; those in the library first, in the user's order.
    #[default]
    All,
    /// Those in the user's library, in the user's order.
    Enabled,
    /// Those that are not, in the catalogue's order.
    Available,
}

/// Answer of `GET /api/v1/packs`: one page of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalogue {
    /// The packs of this page.
    pub packs: Vec<PackSummary>,
    /// How many packs there are on all pages.
    pub total: u32,
    /// What `from` is for the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Answer of `GET /api/v1/packs/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackPreview {
    /// The pack.
    pub pack: PackSummary,
    /// Its stickers, in its order.
    pub stickers: Vec<StickerPreview>,
    /// A page about it that anybody may look at, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
}

/// A sticker to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StickerPreview {
    /// Unique within its pack.
    pub shortcode: String,
    /// Alt text.
    pub body: String,
    /// The emoji it stands for.
    pub emoji: Vec<String>,
    /// The original's width in pixels.
    pub w: u32,
    /// The original's height in pixels.
    pub h: u32,
    /// Preview id of the still image.
    pub still: String,
    /// Preview id of the moving image, if the sticker moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub animation: Option<String>,
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
