//! PNG and APNG: a list of chunks, of which only those that draw are kept.

use super::{Walk, be32, length};
use crate::packs::image::ImageError;

const KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn walk(bytes: &[u8], walk: &mut Walk) -> Result<(), ImageError> {
    let signature = walk.take(bytes, 0, 8)?;
    walk.keep(signature);
    let mut at = 8;
    let (mut animated, mut pictures) = (false, false);
    loop {
        let size = be32(bytes, at).ok_or_else(|| walk.truncated())?;
        let kind = walk.take(bytes, at + 4, 4)?;
        let data = walk.take(bytes, at + 8, length(size))?;
        // Length, kind, data and check sum.
        let whole = walk.take(bytes, at, data.len() + 12)?;
        at += whole.len();
        match kind {
            b"IHDR" => {
                let side = |at| be32(data, at).ok_or_else(|| walk.truncated());
                let (w, h) = (side(0)?, side(4)?);
                walk.size(w, h)?;
            }
            b"acTL" => animated = true,
            b"fcTL" => {
                let side = |at| be32(data, at).ok_or_else(|| walk.truncated());
                let (w, h) = (side(4)?, side(8)?);
                walk.frame(w, h)?;
            }
            b"IDAT" => pictures = true,
            _ => {}
        }
        if KEPT.iter().any(|kept| kept.as_slice() == kind) {
            walk.keep(whole);
        }
        if kind == b"IEND" {
            break;
        }
    }
    if !pictures {
        return Err(walk.damaged("it has no picture"));
    }
    if !animated || walk.frames == 0 {
        walk.frames = 0;
        walk.frame(walk.w, walk.h)?;
    }
    Ok(())
}
