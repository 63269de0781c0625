//! GIF: frames with their timing and the loop count are kept; comments, XMP and text are not.

use super::{Walk, le16};
use crate::packs::image::ImageError;

pub(super) fn walk(bytes: &[u8], walk: &mut Walk) -> Result<(), ImageError> {
    let header = walk.take(bytes, 0, 13)?;
    let side = |at| le16(header, at).map(u32::from).ok_or_else(|| walk.truncated());
    let (w, h) = (side(6)?, side(8)?);
    walk.size(w, h)?;
    let table = table_len(header.get(10).copied().unwrap_or_default());
    let mut at = 13 + table;
    let head = walk.take(bytes, 0, at)?;
    walk.keep(head);

    // A graphic control belongs to the picture or text that follows, and goes or stays with it.
    let mut control: &[u8] = &[];
    loop {
        match bytes.get(at) {
            None => return Err(walk.truncated()),
            Some(0x3b) => {
                walk.keep(&[0x3b]);
                return Ok(());
            }
            Some(0x21) => {
                let label = walk.take(bytes, at + 1, 1)?;
                let end = blocks_end(bytes, at + 2, walk)?;
                let whole = walk.take(bytes, at, end - at)?;
                match label {
                    [0xf9] => control = whole,
                    [0x01] => control = &[],
                    [0xff] if is_loop(whole) => walk.keep(whole),
                    _ => {}
                }
                at = end;
            }
            Some(0x2c) => {
                let descriptor = walk.take(bytes, at, 10)?;
                let number = |at| le16(descriptor, at).map(u32::from).unwrap_or_default();
                let (x, y, w, h) = (number(1), number(3), number(5), number(7));
                if x + w > walk.w || y + h > walk.h {
                    return Err(walk.damaged("a frame does not fit the picture"));
                }
                walk.frame(w, h)?;
                let table = table_len(descriptor.get(9).copied().unwrap_or_default());
                // The table, one byte of LZW code size, then blocks.
                let end = blocks_end(bytes, at + 10 + table + 1, walk)?;
                let whole = walk.take(bytes, at, end - at)?;
                walk.keep(control);
                walk.keep(whole);
                control = &[];
                at = end;
            }
            Some(_) => return Err(walk.damaged("an unknown block")),
        }
    }
}

fn table_len(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << (usize::from(flags & 7) + 1) }
}

/// Where the sub-blocks that begin at `at` end.
fn blocks_end(bytes: &[u8], mut at: usize, walk: &Walk) -> Result<usize, ImageError> {
    loop {
        match bytes.get(at) {
            None => return Err(walk.truncated()),
            Some(0) => return Ok(at + 1),
            Some(size) => at += 1 + usize::from(*size),
        }
    }
}

/// Whether an application extension holds the loop count and nothing else.
fn is_loop(extension: &[u8]) -> bool {
    let application = extension.get(3..14);
    let known = matches!(application, Some(b"NETSCAPE2.0" | b"ANIMEXTS1.0"));
    known && extension.len() == 19 && extension.get(14..16) == Some(&[3, 1])
}
