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
    /// Whether it is the user's own: saved from a room, or made by them.
    pub own: bool,
    /// What it is about, in lower case.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Whether a sticker of it moves.
    #[serde(default)]
    pub animated: bool,
    /// Who it is for.
    #[serde(default)]
    pub rating: Rating,
    /// What the licence lets people do, where it is one that we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_terms: Option<LicenceTerms>,
    /// What it costs; none if it is free, or not sold any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<crate::order::Price>,
    /// Whether the user has to own it, by buying it or otherwise, to put it into the library, and does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned: Option<bool>,
}

/// Who a pack is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// For everyone.
    #[default]
    Everyone,
    /// For adults, or not safe for work.
    Mature,
}

impl Rating {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Mature => "mature",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "everyone" => Some(Self::Everyone),
            "mature" => Some(Self::Mature),
            _ => None,
        }
    }
}

/// What a licence lets people do with the stickers elsewhere. To send them in rooms is what a pack is
/// for, whatever its licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenceTerms {
    /// Change them and pass on what comes of it.
    pub change: bool,
    /// Use them to earn money.
    pub sell: bool,
    /// They have to name the author.
    pub credit: bool,
    /// What comes of changes has to be under the same licence.
    pub same_licence: bool,
}

impl LicenceTerms {
    /// The kind of licence that has these terms; none stated are those of which we know nothing.
    #[must_use]
    pub const fn kind(terms: Option<Self>) -> LicenceKind {
        match terms {
            None => LicenceKind::Unclear,
            Some(Self { change: false, .. } | Self { sell: false, .. }) => LicenceKind::Restricted,
            Some(Self { same_licence: true, .. }) => LicenceKind::ShareAlike,
            Some(Self { credit: true, .. }) => LicenceKind::Attribution,
            Some(_) => LicenceKind::PublicDomain,
        }
    }
}

/// Licences by what they ask for, to choose packs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LicenceKind {
    /// Nothing.
    PublicDomain,
    /// To name the author.
    Attribution,
    /// To pass changes on under the same licence.
    ShareAlike,
    /// Not to change them, or not to earn money with them.
    Restricted,
    /// We do not know: the licence is in its author's words, or there is none.
    Unclear,
}

impl LicenceKind {
    /// Each of them, the freest first.
    pub const ALL: &'static [Self] =
        &[Self::PublicDomain, Self::Attribution, Self::ShareAlike, Self::Restricted, Self::Unclear];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicDomain => "public_domain",
            Self::Attribution => "attribution",
            Self::ShareAlike => "share_alike",
            Self::Restricted => "restricted",
            Self::Unclear => "unclear",
        }
    }
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
    /// Those of the operator, whether they are in the library or not: the store.
    Store,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What the operator put first.
    #[default]
    Catalogue,
    /// What is new.
    Newest,
    /// By title.
    Title,
}

/// One thing that packs of the store can be chosen by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facet {
    /// What `GET /api/v1/packs` is asked for.
    pub value: String,
    /// How many packs that is.
    pub packs: u32,
}

/// Answer of `GET /api/v1/packs/facets`: what the packs of the store can be chosen by. Only what at
/// least one pack has, the most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facets {
    /// What packs are about; at most [`crate::limits::FACET_TAGS`].
    pub tags: Vec<Facet>,
    /// Languages of titles and stickers, without region.
    pub languages: Vec<Facet>,
    /// Kinds of licences, by the names of [`LicenceKind`].
    pub licences: Vec<Facet>,
    /// How many packs have a sticker that moves.
    pub animated: u32,
    /// How many packs are not for everyone.
    pub mature: u32,
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
