//! Takes metadata out of a picture without touching its pixels: a walk through the container that
//! copies what drawing and colour need and drops the rest. The same walk measures the picture, so
//! that bombs are refused before a codec sees them.

mod gif;
mod jpeg;
mod png;
mod webp;

use super::{FRAMES, Format, ImageError, PIXELS, SIDE};

/// A picture without metadata, and its measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub format: Format,
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
    /// At least one.
    pub frames: u32,
}

/// Strips `bytes`, which are of `format`.
///
/// # Errors
/// When the container is cut off or damaged, or the picture is too big.
pub fn strip(bytes: &[u8], format: Format) -> Result<Stripped, ImageError> {
    let mut walk = Walk { format, out: Vec::with_capacity(bytes.len()), w: 0, h: 0, frames: 0 };
    match format {
        Format::Png => png::walk(bytes, &mut walk)?,
        Format::Gif => gif::walk(bytes, &mut walk)?,
        Format::WebP => webp::walk(bytes, &mut walk)?,
        Format::Jpeg => jpeg::walk(bytes, &mut walk)?,
    }
    if walk.frames == 0 {
        return Err(walk.damaged("it has no picture"));
    }
    Ok(Stripped { bytes: walk.out, format, w: walk.w, h: walk.h, frames: walk.frames })
}

/// What a walk has copied and seen.
struct Walk {
    format: Format,
    out: Vec<u8>,
    w: u32,
    h: u32,
    frames: u32,
}

impl Walk {
    fn damaged(&self, reason: &str) -> ImageError {
        ImageError::Damaged { format: self.format, reason: reason.to_owned() }
    }

    fn truncated(&self) -> ImageError {
        ImageError::Truncated(self.format)
    }

    /// The canvas.
    fn size(&mut self, w: u32, h: u32) -> Result<(), ImageError> {
        if w == 0 || h == 0 || w > SIDE || h > SIDE {
            return Err(ImageError::Dimensions { w, h });
        }
        (self.w, self.h) = (w, h);
        Ok(())
    }

    /// One more frame on the canvas, of `w` × `h`.
    fn frame(&mut self, w: u32, h: u32) -> Result<(), ImageError> {
        if self.w == 0 {
            return Err(self.damaged("a frame comes before the header"));
        }
        if w == 0 || h == 0 || w > self.w || h > self.h {
            return Err(self.damaged("a frame does not fit the picture"));
        }
        self.frames += 1;
        if self.frames > FRAMES {
            return Err(ImageError::TooManyFrames);
        }
        // Every frame is drawn onto the whole canvas.
        if u64::from(self.frames) * u64::from(self.w) * u64::from(self.h) > PIXELS {
            return Err(ImageError::TooManyPixels);
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn take<'a>(&self, bytes: &'a [u8], from: usize, len: usize) -> Result<&'a [u8], ImageError> {
        let end = from.checked_add(len).ok_or_else(|| self.truncated())?;
        bytes.get(from..end).ok_or_else(|| self.truncated())
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_be_bytes(*chunk))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_be_bytes(*chunk))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn length(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
