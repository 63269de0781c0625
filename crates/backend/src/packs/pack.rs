//! A pack and its stickers as the domain knows them.

use tessera_protocol::{library::Source, pack::Rating};

use super::{ImageId, PreviewId, State};

/// A title in one language.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Title {
    /// BCP 47, such as `en` or `pt-BR`; `und` where nobody said.
    pub language: String,
    /// The title in it.
    pub text: String,
}

/// A pack without its stickers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// See [`tessera_protocol::limits::is_pack_id`].
    pub id: String,
    /// At least one; the pack's own language first.
    pub titles: Vec<Title>,
    /// Who drew it.
    pub author: Option<String>,
    /// What a copy has to say about its origin.
    pub attribution: Option<String>,
    /// An SPDX expression where it is one, else the licence's own words.
    pub licence: String,
    /// Where it was imported from, so that an import of the same again updates it.
    pub source: Option<String>,
    /// Where it stands between its making and its users.
    pub state: State,
    /// What it is about, in lower case.
    pub tags: Vec<String>,
    /// Languages of its stickers beside those of its titles, as BCP 47.
    pub languages: Vec<String>,
    /// Who it is for.
    pub rating: Rating,
    /// Whether users who made no choice have it.
    pub is_default: bool,
    /// Its place in the catalogue, from 0.
    pub position: u32,
    /// Counts its changes.
    pub revision: u64,
    /// Who saved it from a room, and alone sees it; `None` for a pack of the operator.
    pub owner: Option<String>,
    /// The public room it was saved from.
    pub room: Option<Source>,
    /// Whether it is or was sold, so that only those who own it have it; see `Storage::set_price`.
    pub for_sale: bool,
}

impl Pack {
    /// The title in the pack's own language.
    #[must_use]
    pub fn title(&self) -> &str {
        self.titles.first().map_or(self.id.as_str(), |title| title.text.as_str())
    }

    /// Whether users see it.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.state == State::Published
    }

    /// The languages of its titles and stickers without their regions, each once.
    #[must_use]
    pub fn primary_languages(&self) -> Vec<String> {
        let titles = self.titles.iter().map(|title| &title.language);
        let mut found = Vec::new();
        for tag in titles.chain(&self.languages) {
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            if !primary.is_empty() && primary != "und" && !found.contains(&primary) {
                found.push(primary);
            }
        }
        found
    }

    /// Author, attribution and licence in one readable line.
    #[must_use]
    pub fn credit(&self) -> String {
        let parts = [self.author.as_deref(), self.attribution.as_deref(), Some(&self.licence)];
        let parts: Vec<&str> =
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// A sticker's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StickerImage {
    /// Names the original.
    pub id: ImageId,
    /// `image/png`, `image/apng`, `image/gif`, `image/webp` or `image/jpeg`.
    pub mimetype: String,
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
    /// Size in bytes.
    pub size: u32,
    /// Whether it moves.
    pub animated: bool,
    /// The still preview.
    pub still: PreviewId,
    /// The moving preview of an animated one.
    pub animation: Option<PreviewId>,
    /// Where the homeserver keeps the original; `None` until it was uploaded.
    pub mxc_uri: Option<String>,
}

/// A sticker of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticker {
    /// Unique within the pack, see [`tessera_protocol::limits::is_shortcode`].
    pub shortcode: String,
    /// Alt text; becomes the event's `body`.
    pub body: String,
    /// The emoji it stands for.
    pub emoji: Vec<String>,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// Where the room of a saved pack has the original; `None` where that is the image's place.
    pub mxc_uri: Option<String>,
    /// Its picture.
    pub image: StickerImage,
}

impl Sticker {
    /// Where the original is; `None` while no homeserver has it.
    #[must_use]
    pub fn original(&self) -> Option<&str> {
        self.mxc_uri.as_deref().or(self.image.mxc_uri.as_deref())
    }
}
