//! Why a pack that a user makes is as it was. Part of `making`; `http` answers with its texts.

use tessera_protocol::limits;

use super::TreatmentError;
use crate::{
    packs::{
        import::{ImportError, zip::ZipError},
        state::Refused,
    },
    random::NoRandomness,
    storage::StorageError,
};

/// How many stickers an error names.
const NAMED: usize = 20;

/// Why a pack was not made or changed. Then nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The pack has no such sticker.
    #[error("The pack has no sticker \"{0}\".")]
    NoSticker(String),
    /// Somebody else was faster.
    #[error("The pack has been changed meanwhile. Look at it again.")]
    Changed,
    /// Not possible where it stands.
    #[error("This is not possible: {0}.")]
    Refused(#[from] Refused),
    /// The operators took it down.
    #[error("The operators of this server have taken this pack down, so it cannot be changed.")]
    TakenDown,
    /// It is for nobody else.
    #[error("The pack is for nobody but you. Say first for whom it is.")]
    Private,
    /// There is nothing to show.
    #[error("The pack has no stickers yet.")]
    Empty,
    /// Others would not know what these stickers show.
    #[error("These stickers have no alt text: {}.", named(.0))]
    NoAltText(Vec<String>),
    /// The user has as many packs as one may have.
    #[error(
        "You have made {} packs, which is as many as one can. Delete one first.",
        limits::MADE_PACKS
    )]
    TooManyPacks,
    /// The pack is full.
    #[error("A pack has at most {} stickers.", limits::STICKERS_PER_PACK)]
    TooManyStickers,
    /// The user's pictures are too large together.
    #[error(
        "The pictures of all your packs have more than {} MiB together. Remove some first.",
        limits::MADE_BYTES / 1024 / 1024
    )]
    TooManyBytes,
    /// There is no title.
    #[error("Give the pack a title.")]
    NoTitle,
    /// A text of the pack is wrong.
    #[error("This cannot be kept: {0}.")]
    Text(String),
    /// Not a shortcode.
    #[error("A shortcode is 1 to {} of A-Z a-z 0-9 _ -.", limits::SHORTCODE_CHARS)]
    Shortcode,
    /// Two stickers of one name.
    #[error("Another sticker of the pack is called \"{0}\" already.")]
    ShortcodeTaken(String),
    /// Not the stickers of the pack.
    #[error("The order has to name each sticker of the pack once.")]
    Order,
    /// The picture cannot be had.
    #[error("The picture cannot be taken: {0}.")]
    Picture(#[from] TreatmentError),
    /// The zip is dangerous or broken.
    #[error("The zip is refused: {0}.")]
    Zip(#[from] ZipError),
    /// Too many pictures are being made ready.
    #[error("Tessera is still busy with other pictures. Try again in a moment.")]
    Busy,
    /// The work ended unexpectedly.
    #[error("The picture could not be made ready.")]
    Crashed,
    /// The machine gave no randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn named(shortcodes: &[String]) -> String {
    let more = if shortcodes.len() > NAMED { ", …" } else { "" };
    shortcodes.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + more
}

impl From<ImportError> for MakeError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Storage(error) => Self::Storage(error),
            ImportError::Zip(error) => Self::Zip(error),
            other => Self::Text(other.to_string()),
        }
    }
}
