//! Pictures that strangers drew: told apart by their content, checked against limits, rid of
//! metadata and decoded. Called by `picture` and the importers; calls the codecs and nothing of
//! ours but the clock.

mod decode;
pub mod format;
pub mod strip;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use decode::{Frame, decode, reoriented};
pub use format::{Format, sniff};
pub use strip::{Stripped, strip};

use crate::clock::{Clock, Timestamp};

/// The largest file, in bytes.
pub const FILE_BYTES: usize = 10 * 1024 * 1024;
/// The widest and highest picture, in pixels.
pub const SIDE: u32 = 4096;
/// The most frames.
pub const FRAMES: u32 = 300;
/// The most pixels over all frames: 300 frames of 512 × 512 are 79 million.
pub const PIXELS: u64 = 100_000_000;
/// The longest that one picture may take.
pub const TIME: Duration = Duration::from_secs(30);

/// Why a picture is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// No content.
    #[error("the file is empty")]
    Empty,
    /// More bytes than [`FILE_BYTES`].
    #[error("the file has more than {} MiB; make it smaller", FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// SVG.
    #[error(
        "SVG is refused: it can carry scripts and Matrix clients do not draw it; \
         export it as PNG or WebP"
    )]
    Svg,
    /// A film.
    #[error(
        "{0} is a video, which Matrix clients do not draw as a sticker; \
         convert it to animated WebP, for example with ffmpeg"
    )]
    Video(&'static str),
    /// Telegram's vector animation.
    #[error(
        "TGS (Lottie) animations are refused: Matrix clients do not draw them; \
         convert it to animated WebP, for example with lottie-convert"
    )]
    Lottie,
    /// A picture of a kind that we do not read.
    #[error("{0} is refused; convert it to PNG, WebP, GIF or JPEG")]
    Unsupported(&'static str),
    /// Not a picture as far as we can tell.
    #[error("the file is no PNG, APNG, GIF, WebP or JPEG picture")]
    Unknown,
    /// Wider or higher than [`SIDE`], or without pixels.
    #[error("the picture has {w} × {h} pixels; 1 × 1 to {SIDE} × {SIDE} are allowed")]
    Dimensions {
        /// Width in pixels.
        w: u32,
        /// Height in pixels.
        h: u32,
    },
    /// More than [`FRAMES`].
    #[error("the animation has more than {FRAMES} frames; shorten it")]
    TooManyFrames,
    /// More than [`PIXELS`].
    #[error("all frames together have more than {} million pixels", PIXELS / 1_000_000)]
    TooManyPixels,
    /// The end is missing.
    #[error("the {0} file ends too early; copy or download it again")]
    Truncated(Format),
    /// Not what the format allows.
    #[error("the {format} file is damaged: {reason}")]
    Damaged {
        /// What it would be.
        format: Format,
        /// What is wrong.
        reason: String,
    },
    /// Took longer than allowed.
    #[error("decoding the picture takes too long")]
    TooSlow,
}

/// The moment by which a picture has to be done.
#[derive(Clone, Copy)]
pub struct Deadline<'a> {
    clock: &'a dyn Clock,
    end: Timestamp,
}

impl<'a> Deadline<'a> {
    /// Ends after `budget`.
    #[must_use]
    pub fn after(clock: &'a dyn Clock, budget: Duration) -> Self {
        Self { clock, end: clock.now().after(budget) }
    }

    /// Checked between frames.
    ///
    /// # Errors
    /// When the time is over.
    pub fn check(&self) -> Result<(), ImageError> {
        if self.clock.now() > self.end { Err(ImageError::TooSlow) } else { Ok(()) }
    }
}
