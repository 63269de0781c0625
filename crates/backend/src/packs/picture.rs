//! A picture made ready to be kept: checked, rid of metadata, measured, with its previews. Called
//! by the import for every sticker; works on bytes only, on a thread that may block.

use super::{
    ImageId, PreviewId, StickerImage,
    image::{self, Deadline, ImageError},
    preview::{PreviewBuilder, Previews},
};
use crate::clock::Clock;

/// A picture and everything that is kept of it.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What the database says about it.
    pub image: StickerImage,
    /// The original without metadata; `None` where only the homeserver has it.
    pub bytes: Option<Vec<u8>>,
    /// What the picker shows.
    pub previews: Previews,
}

/// Makes a picture of the bytes of a file.
///
/// # Errors
/// With the reason why the file is refused.
pub fn prepare(bytes: &[u8], clock: &dyn Clock) -> Result<Picture, ImageError> {
    let deadline = Deadline::after(clock, image::TIME);
    let format = image::sniff(bytes)?;
    let mut stripped = image::strip(bytes, format)?;
    if let Some(upright) = image::reoriented(bytes, &stripped)? {
        stripped = image::strip(&upright, format)?;
    }
    let mut builder = PreviewBuilder::default();
    image::decode(&stripped, deadline, &mut |frame| {
        builder.push(frame);
        Ok(())
    })?;
    let previews = builder.finish()?;
    let animated = stripped.frames > 1;
    let image = StickerImage {
        id: ImageId::of(&stripped.bytes),
        mimetype: format.mimetype(animated).to_owned(),
        w: stripped.w,
        h: stripped.h,
        size: u32::try_from(stripped.bytes.len()).unwrap_or(u32::MAX),
        animated,
        still: PreviewId::of(&previews.still),
        animation: previews.animation.as_deref().map(PreviewId::of),
        mxc_uri: None,
    };
    Ok(Picture { image, bytes: Some(stripped.bytes), previews })
}
