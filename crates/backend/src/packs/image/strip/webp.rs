//! WebP: a RIFF list of chunks. EXIF, XMP and unknown chunks go, also from within frames.

use super::{Walk, le16, le24, le32, length};
use crate::packs::image::ImageError;

const EXIF_AND_XMP: u8 = 0x08 | 0x04;
const ANIMATION: u8 = 0x02;

pub(super) fn walk(bytes: &[u8], walk: &mut Walk) -> Result<(), ImageError> {
    let size = le32(bytes, 4).ok_or_else(|| walk.truncated())?;
    let body = walk.take(bytes, 8, length(size))?;
    walk.keep(b"RIFF\0\0\0\0WEBP");
    let mut animated = false;
    for chunk in chunks(body, 4, walk)? {
        let (kind, data) = chunk;
        match kind {
            b"VP8X" => {
                let flags = *data.first().ok_or_else(|| walk.truncated())?;
                let side = |at| le24(data, at).map(|n| n + 1).ok_or_else(|| walk.truncated());
                let (w, h) = (side(4)?, side(7)?);
                walk.size(w, h)?;
                animated = flags & ANIMATION != 0;
                let mut data = data.to_vec();
                if let Some(first) = data.first_mut() {
                    *first &= !EXIF_AND_XMP;
                }
                put(&mut walk.out, kind, &data);
            }
            b"VP8 " | b"VP8L" if !animated => {
                let (w, h) = bitstream_size(kind, data, walk)?;
                if walk.w == 0 {
                    walk.size(w, h)?;
                }
                if walk.frames == 0 {
                    walk.frame(w, h)?;
                    put(&mut walk.out, kind, data);
                }
            }
            b"ANMF" if animated => {
                let frame = frame(data, walk)?;
                put(&mut walk.out, kind, &frame);
            }
            b"ALPH" | b"ANIM" | b"ICCP" => put(&mut walk.out, kind, data),
            _ => {}
        }
    }
    let total = u32::try_from(walk.out.len() - 8).unwrap_or(u32::MAX);
    if let Some(size) = walk.out.get_mut(4..8) {
        size.copy_from_slice(&total.to_le_bytes());
    }
    Ok(())
}

/// A frame's header and the chunks that draw it.
fn frame(data: &[u8], walk: &mut Walk) -> Result<Vec<u8>, ImageError> {
    let number = |at| le24(data, at).ok_or_else(|| walk.truncated());
    let (x, y, w, h) = (number(0)? * 2, number(3)? * 2, number(6)? + 1, number(9)? + 1);
    if x + w > walk.w || y + h > walk.h {
        return Err(walk.damaged("a frame does not fit the picture"));
    }
    walk.frame(w, h)?;
    let mut out = walk.take(data, 0, 16)?.to_vec();
    let mut drawn = false;
    for (kind, data) in chunks(data, 16, walk)? {
        match kind {
            b"VP8 " | b"VP8L" => {
                if bitstream_size(kind, data, walk)? != (w, h) {
                    return Err(walk.damaged("a frame has another size than it says"));
                }
                drawn = true;
                put(&mut out, kind, data);
            }
            b"ALPH" => put(&mut out, kind, data),
            _ => {}
        }
    }
    if drawn { Ok(out) } else { Err(walk.damaged("a frame has no picture")) }
}

type Chunk<'a> = (&'a [u8], &'a [u8]);

fn chunks<'a>(body: &'a [u8], mut at: usize, walk: &Walk) -> Result<Vec<Chunk<'a>>, ImageError> {
    let mut found = Vec::new();
    while at < body.len() {
        let kind = walk.take(body, at, 4)?;
        let size = le32(body, at + 4).ok_or_else(|| walk.truncated())?;
        let data = walk.take(body, at + 8, length(size))?;
        found.push((kind, data));
        // Chunks begin at even places.
        at += 8 + data.len() + data.len() % 2;
    }
    Ok(found)
}

fn put(out: &mut Vec<u8>, kind: &[u8], data: &[u8]) {
    let size = u32::try_from(data.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(kind);
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

/// The size that the compressed picture itself names.
fn bitstream_size(kind: &[u8], data: &[u8], walk: &Walk) -> Result<(u32, u32), ImageError> {
    let size = if kind == b"VP8L" {
        le32(data, 1).map(|bits| ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
    } else {
        let side = |at| le16(data, at).map(|side| u32::from(side & 0x3fff));
        side(6).zip(side(8))
    };
    size.ok_or_else(|| walk.truncated())
}
