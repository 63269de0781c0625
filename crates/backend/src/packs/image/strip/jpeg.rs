//! JPEG: EXIF, XMP, IPTC, embedded thumbnails, comments and whatever follows the end go; the
//! JFIF header, the colour profile and Adobe's colour transform stay.

use super::{Walk, be16};
use crate::packs::image::ImageError;

pub(super) fn walk(bytes: &[u8], walk: &mut Walk) -> Result<(), ImageError> {
    walk.keep(&[0xff, 0xd8]);
    let mut at = 2;
    loop {
        if walk.take(bytes, at, 1)? != [0xff] {
            return Err(walk.damaged("a marker is missing"));
        }
        while bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = *bytes.get(at + 1).ok_or_else(|| walk.truncated())?;
        match marker {
            0xd9 => {
                walk.keep(&[0xff, 0xd9]);
                return Ok(());
            }
            0x01 | 0xd0..=0xd7 => {
                at += 2;
                continue;
            }
            0x00 | 0xd8 => return Err(walk.damaged("an unknown marker")),
            _ => {}
        }
        let len = be16(bytes, at + 2).ok_or_else(|| walk.truncated())?;
        let segment = walk.take(bytes, at, 2 + usize::from(len))?;
        let data = segment.get(4..).ok_or_else(|| walk.damaged("a segment without length"))?;
        at += segment.len();
        match marker {
            0xe0 => {
                if let Some(header) = jfif(data) {
                    walk.keep(&[0xff, 0xe0, 0x00, 0x10]);
                    walk.keep(&header);
                }
            }
            0xe2 if data.starts_with(b"ICC_PROFILE\0") => walk.keep(segment),
            0xee if data.starts_with(b"Adobe") => walk.keep(segment),
            0xe1..=0xef | 0xfe => {}
            // Start of frame: all but Huffman tables, arithmetic conditioning and JPG.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let side = |at| be16(data, at).map(u32::from).ok_or_else(|| walk.truncated());
                let (h, w) = (side(1)?, side(3)?);
                walk.size(w, h)?;
                walk.frame(w, h)?;
                walk.keep(segment);
            }
            0xda => {
                let end = scan_end(bytes, at).ok_or_else(|| walk.truncated())?;
                let scan = walk.take(bytes, at, end - at)?;
                walk.keep(segment);
                walk.keep(scan);
                at = end;
            }
            _ => walk.keep(segment),
        }
    }
}

/// The JFIF header without its thumbnail.
fn jfif(data: &[u8]) -> Option<[u8; 14]> {
    if !data.starts_with(b"JFIF\0") {
        return None;
    }
    let mut header = [0; 14];
    header.get_mut(..12)?.copy_from_slice(data.get(..12)?);
    Some(header)
}

/// Where the coded pixels that begin at `at` end: at a marker that is no restart.
fn scan_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let found = bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        at += found;
        match bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}
