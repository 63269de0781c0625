//! Packs that users make themselves: for whom they are, and what can be changed about them.

use serde::{Deserialize, Serialize};

use crate::{
    moderation::PackState,
    pack::{PackSummary, Rating},
};

/// For whom a pack is, beside its owner. Each is for more people than the one before.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// For nobody else.
    #[default]
    Private,
    /// For whoever is told its id or its page. It is listed nowhere.
    Link,
    /// For users of the owner's homeserver.
    Server,
    /// For everybody.
    Public,
}

impl Visibility {
    /// Each of them.
    pub const ALL: &'static [Self] = &[Self::Private, Self::Link, Self::Server, Self::Public];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Link => "link",
            Self::Server => "server",
            Self::Public => "public",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|visibility| visibility.as_str() == text).copied()
    }

    /// Whether an operator looks at the pack before others see it.
    #[must_use]
    pub const fn is_reviewed(self) -> bool {
        matches!(self, Self::Server | Self::Public)
    }
}

/// One of the user's own packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPack {
    /// What users see of it.
    pub pack: PackSummary,
    /// Languages of its stickers beside that of its title, as BCP 47.
    pub languages: Vec<String>,
    /// Where it stands. Its owner has it in every state but `taken_down`.
    pub state: PackState,
    /// Why an operator rejected it or took it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// For whom it is once it is published.
    pub visibility: Visibility,
    /// Counts its changes. Each change names the one that it is based on (`If-Match`).
    pub revision: u64,
    /// A page about it that anybody may look at, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
}

/// Answer of `GET /api/v1/packs/mine`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPacks {
    /// The oldest first; at most [`crate::limits::MADE_PACKS`].
    pub packs: Vec<OwnPack>,
    /// How many bytes their pictures have; at most [`crate::limits::MADE_BYTES`].
    pub bytes: u64,
}

/// A sticker of the user's own pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSticker {
    /// Names it within its pack.
    pub shortcode: String,
    /// Alt text; may be empty until the pack is submitted.
    pub body: String,
    /// The emoji it stands for.
    pub emoji: Vec<String>,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// Media type of the picture as it is sent.
    pub mimetype: String,
    /// Its width in pixels.
    pub w: u32,
    /// Its height in pixels.
    pub h: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Preview id of the still image, see [`crate::library::preview_path`].
    pub still: String,
    /// Preview id of the moving image, if the sticker moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub animation: Option<String>,
    /// Whether the homeserver has it, so that it can be sent.
    pub uploaded: bool,
}

/// Answer of `GET /api/v1/packs/mine/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPackContent {
    /// The pack.
    pub pack: OwnPack,
    /// Its stickers, in its order.
    pub stickers: Vec<OwnSticker>,
}

/// Answer to a change of a sticker: the sticker as it is now, and the pack's new revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StickerChanged {
    /// The sticker.
    pub sticker: OwnSticker,
    /// The pack's revision.
    pub revision: u64,
    /// Where the pack stands, see [`PackChange`].
    pub state: PackState,
}

/// Body of `POST /api/v1/packs/mine`, and of `PATCH /api/v1/packs/mine/{id}`: what is absent stays as
/// it is. A new pack needs a title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PackChange {
    /// The title; at most [`crate::limits::TITLE_CHARS`] characters, as each text here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The title's language, as BCP 47; `und` for a new pack where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who drew it. An empty text takes it away, as with the next two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What a copy has to say about its origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// The licence: an SPDX expression, or the licence's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What it is about; at most [`crate::limits::PACK_TAGS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Languages of its stickers beside that of its title, as BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Who it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// For whom it is once it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

/// Body of `PATCH /api/v1/packs/mine/{id}/stickers/{shortcode}`, and what a new sticker's address says
/// in its query: what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StickerChange {
    /// Another shortcode, see [`crate::limits::is_shortcode`]; unique within the pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortcode: Option<String>,
    /// Alt text; at most [`crate::limits::BODY_CHARS`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The emoji it stands for; at most [`crate::limits::EMOJI`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<Vec<String>>,
    /// Words it is found by; at most [`crate::limits::TAGS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// Body of `PUT /api/v1/packs/mine/{id}/order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StickerOrder {
    /// The shortcodes of all stickers of the pack, in their new order.
    pub stickers: Vec<String>,
}

/// Answer of `POST /api/v1/packs/mine/import`: what came of a zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedPack {
    /// The pack.
    pub pack: OwnPack,
    /// The pictures that are stickers of it now, in its order.
    pub taken: Vec<TakenFile>,
    /// The files that are not.
    pub left_out: Vec<LeftOutFile>,
}

/// A picture of a zip that is a sticker now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenFile {
    /// What it is called in the zip.
    pub file: String,
    /// The sticker's shortcode.
    pub shortcode: String,
}

/// A file of a zip that is no sticker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOutFile {
    /// What it is called in the zip.
    pub file: String,
    /// Why not, in English.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_on_the_wire_and_in_the_database() {
        for visibility in Visibility::ALL {
            assert_eq!(serde_json::to_value(visibility).unwrap(), visibility.as_str());
            assert_eq!(Visibility::parse(visibility.as_str()), Some(*visibility));
        }
        assert_eq!(Visibility::parse("of the future"), None);
    }

    #[test]
    fn each_visibility_is_for_more_people_than_the_one_before() {
        assert!(Visibility::ALL.is_sorted());
        let reviewed: Vec<_> = Visibility::ALL.iter().filter(|v| v.is_reviewed()).collect();
        assert_eq!(reviewed, [&Visibility::Server, &Visibility::Public]);
    }
}
