//! Packs coming in. Every kind of source ([`Source`]) is read into one [`ImportedPack`], and one
//! pipeline takes it from there: check, decode, strip, preview, and only when every picture is
//! good, store. Called by `cli` and `starter`; calls `storage` and, for `mxc://` pictures, `matrix`.

pub mod check;
pub mod difference;
pub mod folder;
pub mod image_pack;
pub mod maunium;
pub mod pack_toml;
mod pipeline;
pub mod source;
pub mod zip;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use difference::Difference;
pub use pipeline::{Importer, Options, Outcome};
pub use source::{Source, read};

use tessera_protocol::{library, pack::Rating};

use super::{image::ImageError, pack::Title};
use crate::{matrix::media::MediaError, storage::StorageError};

/// A pack as its source describes it.
#[derive(Debug, Clone, Default)]
pub struct ImportedPack {
    /// Its own id, if the source names one.
    pub id: Option<String>,
    /// What an id is made of if nobody names one.
    pub name: String,
    /// The pack's own language first; empty if the source names none.
    pub titles: Vec<Title>,
    /// Who drew it.
    pub author: Option<String>,
    /// What a copy has to say about its origin.
    pub attribution: Option<String>,
    /// In the source's words.
    pub licence: Option<String>,
    /// The public room that has it.
    pub room: Option<library::Source>,
    /// Whether users who made no choice should have it.
    pub is_default: Option<bool>,
    /// What it is about, where the source says so.
    pub tags: Option<Vec<String>>,
    /// Languages of its stickers beside those of its titles, where the source says so.
    pub languages: Option<Vec<String>>,
    /// Who it is for, where the source says so.
    pub rating: Option<Rating>,
    /// Names the source, so that importing it again updates the pack.
    pub source: String,
    /// In order.
    pub stickers: Vec<ImportedSticker>,
    /// Files that are no part of the pack, and other things worth knowing.
    pub notes: Vec<String>,
    /// Stickers that are described so badly that they cannot be tried.
    pub broken: Vec<FileError>,
}

/// A sticker as its source describes it.
#[derive(Debug, Clone)]
pub struct ImportedSticker {
    /// What it is called in messages: its file or its name in the source.
    pub name: String,
    /// Wished for; made valid and unique later.
    pub shortcode: String,
    /// Alt text.
    pub body: String,
    /// The emoji it stands for.
    pub emoji: Vec<String>,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// Its picture.
    pub picture: PictureSource,
}

/// Where a sticker's picture is.
#[derive(Debug, Clone)]
pub enum PictureSource {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file.
    File(PathBuf),
    /// On a homeserver.
    Mxc {
        /// Its `mxc://` URI.
        uri: String,
        /// What the source says about it.
        info: ImageInfo,
        /// Where a smaller copy is kept beside the source, if one may be.
        thumbnail: Option<PathBuf>,
    },
}

/// A picture's measure as a Matrix event states it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ImageInfo {
    /// Media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mimetype: Option<String>,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient")]
    pub w: Option<u32>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient")]
    pub h: Option<u32>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient")]
    pub size: Option<u32>,
}

/// A number that others may have written as a float or not at all.
fn lenient<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
    let whole = value.as_u64().or_else(|| value.to_string().strip_suffix(".0")?.parse().ok());
    Ok(whole.and_then(|number| u32::try_from(number).ok()))
}

/// A file or sticker that cannot be imported, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct FileError {
    /// The file's name, or the sticker's.
    pub name: String,
    /// For the operator.
    pub reason: String,
    /// Whether it may go well another time, for it was the homeserver that failed.
    pub may_pass: bool,
}

impl FileError {
    /// `name` cannot be imported because of `reason`.
    pub fn new(name: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self { name: name.into(), reason: reason.to_string(), may_pass: false }
    }

    fn of_picture(name: String, error: &PictureError) -> Self {
        let may_pass = matches!(error, PictureError::Media(cause) if cause.may_pass());
        Self { may_pass, ..Self::new(name, error) }
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source is not there or cannot be read.
    #[error("{path} cannot be read: {error}")]
    Unreadable {
        /// What was asked for.
        path: String,
        /// The system's answer.
        error: std::io::Error,
    },
    /// The source is not of a kind that we know.
    #[error(
        "{0} is no sticker pack: expected a folder, a .zip, a maunium pack.json or index.json, or \
         an image pack event (MSC2545) as JSON"
    )]
    UnknownSource(String),
    /// The source as a whole is wrong.
    #[error("{0}")]
    Malformed(String),
    /// The archive is dangerous or broken.
    #[error("the zip is refused: {0}")]
    Zip(#[from] zip::ZipError),
    /// Files that cannot be imported; nothing was changed.
    #[error("{} cannot be imported, so nothing was changed", files(.0.len()))]
    Files(Vec<FileError>),
    /// Nothing to import.
    #[error("there is no sticker in {0}")]
    Empty(String),
    /// The id belongs to a pack from elsewhere.
    #[error(
        "there is a pack `{id}` from another source; import with `--id {id}` to replace it, or \
         with another id to keep both"
    )]
    Taken {
        /// The id.
        id: String,
    },
    /// No picture can be fetched; nothing was changed.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The database failed; the pack is as it was.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn files(count: usize) -> String {
    if count == 1 { "one file".to_owned() } else { format!("{count} files") }
}

/// Why one picture could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    #[error(transparent)]
    Image(#[from] ImageError),
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("{0}")]
    Media(#[from] MediaError),
    #[error("it is an `mxc://` picture; configure a [matrix] account so that it can be fetched")]
    NoHomeserver,
    #[error(
        "neither a [matrix] account is configured to fetch {uri} nor is its thumbnail at \
         {thumbnail}"
    )]
    NoThumbnail { uri: String, thumbnail: String },
    #[error("decoding it ended unexpectedly")]
    Crashed,
}
