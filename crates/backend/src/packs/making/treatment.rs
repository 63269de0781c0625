//! What is done to a picture on its way into a pack: a part of it is cut out, it gets a rim, it is made
//! small enough. A picture that needs none of it stays as it is, but for its metadata. Works on bytes
//! only, on a thread that may block.

use ::image::imageops::crop_imm;
use tessera_protocol::limits::STICKER_EDGE;

use super::outline;
use crate::{
    clock::Clock,
    packs::{
        image::{self, Deadline, ImageError},
        picture::{self, Picture},
        preview::{self, Small},
    },
};

/// The most pixels that all frames of an animation may have afterwards: they are held at once.
const PIXELS: u64 = 32_000_000;
const STILL_QUALITY: f32 = 90.0;
const MOVING_QUALITY: f32 = 80.0;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Treatment {
    /// Keeps only this part.
    pub crop: Option<Crop>,
    /// Draws a white rim around it.
    pub outline: bool,
    /// The longest side that it may have afterwards, in pixels.
    pub edge: u32,
}

impl Default for Treatment {
    fn default() -> Self {
        Self { crop: None, outline: false, edge: STICKER_EDGE.0 }
    }
}

/// A part of a picture, in pixels of the picture as it is seen: turned upright if it is a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// Where it begins from the left.
    pub x: u32,
    /// Where it begins from the top.
    pub y: u32,
    /// Its width.
    pub w: u32,
    /// Its height.
    pub h: u32,
}

/// Why a picture cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreatmentError {
    /// The picture is refused.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// There is no such part.
    #[error("the part to be kept is not within the picture, which has {w} × {h} pixels")]
    Crop {
        /// Width in pixels.
        w: u32,
        /// Height in pixels.
        h: u32,
    },
    /// Not a length that one can ask for.
    #[error("the longest side is {} to {} pixels", STICKER_EDGE.1, STICKER_EDGE.2)]
    Edge,
    /// Too many frames at this size.
    #[error("the animation has too many frames to be changed at this size; make it shorter")]
    TooLong,
}

/// Makes a picture of the bytes of a file.
///
/// # Errors
/// With the reason why the file is refused, or what was asked for is impossible.
pub(super) fn treat(
    bytes: &[u8],
    treatment: &Treatment,
    clock: &dyn Clock,
) -> Result<Picture, TreatmentError> {
    let (_, shortest, longest) = STICKER_EDGE;
    if !(shortest..=longest).contains(&treatment.edge) {
        return Err(TreatmentError::Edge);
    }
    let deadline = Deadline::after(clock, image::TIME);
    let format = image::sniff(bytes)?;
    let mut stripped = image::strip(bytes, format)?;
    if let Some(upright) = image::reoriented(bytes, &stripped)? {
        stripped = image::strip(&upright, format)?;
    }
    let (w, h) = (stripped.w, stripped.h);
    let whole = Crop { x: 0, y: 0, w, h };
    let part = treatment.crop.unwrap_or(whole);
    let within = |start: u32, length: u32, of: u32| {
        length > 0 && start.checked_add(length).is_some_and(|end| end <= of)
    };
    if !within(part.x, part.w, w) || !within(part.y, part.h, h) {
        return Err(TreatmentError::Crop { w, h });
    }
    let rim = if treatment.outline { outline::width(treatment.edge) } else { 0 };
    let (small_w, small_h) = preview::fitting(part.w, part.h, treatment.edge - 2 * rim);
    if part == whole && rim == 0 && (small_w, small_h) == (w, h) {
        return Ok(picture::prepare(&stripped.bytes, clock)?);
    }
    let pixels = u64::from(small_w + 2 * rim) * u64::from(small_h + 2 * rim);
    if stripped.frames > 1 && pixels * u64::from(stripped.frames) > PIXELS {
        return Err(TreatmentError::TooLong);
    }
    let (mut frames, mut end) = (Vec::new(), 0);
    image::decode(&stripped, deadline, &mut |frame| {
        let cut = crop_imm(&frame.pixels, part.x, part.y, part.w, part.h).to_image();
        let small = if (small_w, small_h) == (part.w, part.h) {
            cut
        } else {
            preview::resized(cut, small_w, small_h)
        };
        let pixels = if rim > 0 { outline::around(&small, rim) } else { small };
        frames.push(Small { pixels, start: end });
        end += preview::shown_for(frame.delay);
        Ok(())
    })?;
    deadline.check()?;
    let encoded = match frames.as_slice() {
        [only] => preview::encode_still(&only.pixels, STILL_QUALITY)?,
        frames => preview::encode_moving(frames, end, MOVING_QUALITY)?,
    };
    Ok(picture::prepare(&encoded, clock)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::ManualClock,
        packs::{ImageId, image::samples},
    };

    fn treated(bytes: &[u8], treatment: Treatment) -> Result<Picture, TreatmentError> {
        treat(bytes, &treatment, &ManualClock::at(1))
    }

    #[test]
    fn a_picture_that_is_right_stays_as_it_is() {
        let png = samples::png(300, 200);
        let picture = treated(&png, Treatment::default()).unwrap();
        assert_eq!(picture.image.id, ImageId::of(&png));
        assert_eq!((picture.image.w, picture.image.h), (300, 200));
        let note = samples::png_with(&png, &samples::png_chunk(b"tEXt", b"GPS\0here"));
        let picture = treated(&note, Treatment::default()).unwrap();
        assert_eq!(picture.image.id, ImageId::of(&png), "without metadata");
    }

    #[test]
    fn it_is_cut_and_made_small_and_gets_a_rim_within_the_edge() {
        let png = samples::png(1000, 500);
        let crop = Some(Crop { x: 100, y: 50, w: 400, h: 400 });
        for (treatment, size) in [
            (Treatment::default(), (512, 256)),
            (Treatment { edge: 64, ..Treatment::default() }, (64, 32)),
            (Treatment { crop, ..Treatment::default() }, (400, 400)),
            (Treatment { crop, edge: 128, ..Treatment::default() }, (128, 128)),
            (Treatment { outline: true, ..Treatment::default() }, (512, 264)),
            (Treatment { crop, outline: true, edge: 1024 }, (432, 432)),
        ] {
            let picture = treated(&png, treatment).unwrap();
            assert_eq!((picture.image.w, picture.image.h), size, "{treatment:?}");
            assert_eq!(picture.image.mimetype, "image/webp");
        }
    }

    #[test]
    fn an_animation_keeps_moving() {
        let gif = samples::gif(100, 80, 3);
        let crop = Some(Crop { x: 0, y: 0, w: 80, h: 80 });
        let picture = treated(&gif, Treatment { crop, ..Treatment::default() }).unwrap();
        assert!(picture.image.animated && picture.previews.animation.is_some());
        assert_eq!((picture.image.w, picture.image.h), (80, 80));
    }

    #[test]
    fn what_is_impossible_is_refused() {
        let png = samples::png(20, 10);
        let part =
            |x, y, w, h| Treatment { crop: Some(Crop { x, y, w, h }), ..Treatment::default() };
        let crop = Err(TreatmentError::Crop { w: 20, h: 10 });
        for (x, y, w, h) in [(0, 0, 0, 1), (0, 0, 21, 1), (20, 0, 1, 1), (0, 5, 1, 6)] {
            assert_eq!(treated(&png, part(x, y, w, h)).map(|_| ()), crop, "{x} {y} {w} {h}");
        }
        assert_eq!(treated(&png, part(u32::MAX, 0, 2, 2)).map(|_| ()), crop);
        for edge in [0, 63, 1025] {
            let asked = Treatment { edge, ..Treatment::default() };
            assert_eq!(treated(&png, asked).map(|_| ()), Err(TreatmentError::Edge));
        }
        let svg = treated(b"<svg/>", Treatment::default());
        assert!(matches!(svg, Err(TreatmentError::Image(ImageError::Svg))));
    }
}
