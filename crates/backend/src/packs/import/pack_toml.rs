//! `pack.toml`: what a folder or a zip of pictures says about itself. Read by the import, written
//! by the export, so that a pack survives the way out and in again.

use serde::{Deserialize, Serialize};
use tessera_protocol::pack::Rating;

use super::ImportError;

/// The file's name.
pub const FILE_NAME: &str = "pack.toml";

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PackToml {
    /// The pack's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who drew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What a copy has to say about its origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// An SPDX expression, or words.
    #[serde(skip_serializing_if = "Option::is_none", alias = "license")]
    pub licence: Option<String>,
    /// Whether users who made no choice have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Languages of its stickers beside those of its titles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Who it is for: `everyone` or `mature`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// Language tag to title, the pack's own language first.
    pub titles: toml::Table,
    /// In order.
    pub stickers: Vec<StickerToml>,
}

/// One sticker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StickerToml {
    /// The picture's file beside `pack.toml`.
    pub file: String,
    /// From the file's name if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortcode: Option<String>,
    /// Alt text; from the file's name if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The emoji it stands for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emoji: Vec<String>,
    /// Words it is found by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Reads the file.
///
/// # Errors
/// When it is not TOML or not of this form; the text names the line.
pub fn parse(text: &str) -> Result<PackToml, ImportError> {
    toml::from_str(text).map_err(|error| ImportError::Malformed(format!("{FILE_NAME}: {error}")))
}
