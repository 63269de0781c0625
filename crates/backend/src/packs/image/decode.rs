//! Decodes a stripped picture frame by frame, so that only one full-size frame is held at a time.

use std::{io::Cursor, time::Duration};

use image::{
    AnimationDecoder as _, DynamicImage, ImageDecoder, ImageEncoder as _, ImageError as CodecError,
    Limits, RgbaImage,
    codecs::{
        gif::GifDecoder,
        jpeg::{JpegDecoder, JpegEncoder},
        png::{PngDecoder, PngEncoder},
        webp::WebPDecoder,
    },
    metadata::Orientation,
};

use super::{Deadline, Format, ImageError, SIDE, Stripped};

/// Memory that a codec may take besides the frame: 4096 × 4096 × 8 bytes, and some.
const MEMORY: u64 = 192 * 1024 * 1024;
const JPEG_QUALITY: u8 = 92;

/// A whole frame, as it looks on the canvas.
#[derive(Debug)]
pub struct Frame {
    /// Its pixels, alpha not multiplied in.
    pub pixels: RgbaImage,
    /// How long it stands.
    pub delay: Duration,
}

/// Hands every frame of `picture` to `visit`, in order.
///
/// # Errors
/// When a frame cannot be decoded, the time is over, or `visit` refuses.
pub fn decode(
    picture: &Stripped,
    deadline: Deadline<'_>,
    visit: &mut dyn FnMut(Frame) -> Result<(), ImageError>,
) -> Result<(), ImageError> {
    let format = picture.format;
    let input = Cursor::new(picture.bytes.as_slice());
    deadline.check()?;
    let frames = match format {
        Format::Gif => limited(GifDecoder::new(input), format)?.into_frames(),
        Format::WebP if picture.frames > 1 => {
            limited(WebPDecoder::new(input), format)?.into_frames()
        }
        Format::Png if picture.frames > 1 => limited(PngDecoder::new(input), format)?
            .apng()
            .map_err(|error| damaged(format, &error))?
            .into_frames(),
        _ => {
            let pixels = still(&picture.bytes, format)?.into_rgba8();
            deadline.check()?;
            return visit(Frame { pixels, delay: Duration::ZERO });
        }
    };
    let mut seen = 0_u32;
    for frame in frames {
        deadline.check()?;
        let frame = frame.map_err(|error| damaged(format, &error))?;
        seen += 1;
        let delay = Duration::from(frame.delay());
        visit(Frame { pixels: frame.into_buffer(), delay })?;
    }
    if seen < picture.frames { Err(ImageError::Truncated(format)) } else { Ok(()) }
}

/// A still photo that only its metadata turns upright, turned for good: the metadata is stripped.
/// `None` if it is upright already.
///
/// # Errors
/// When it cannot be decoded or written anew.
pub fn reoriented(original: &[u8], stripped: &Stripped) -> Result<Option<Vec<u8>>, ImageError> {
    if stripped.frames > 1 || stripped.format == Format::Gif {
        return Ok(None);
    }
    let format = stripped.format;
    let (orientation, profile) = match format {
        Format::Jpeg => facts(JpegDecoder::new(Cursor::new(original))),
        Format::Png => facts(PngDecoder::new(Cursor::new(original))),
        _ => facts(WebPDecoder::new(Cursor::new(original))),
    };
    if orientation == Orientation::NoTransforms {
        return Ok(None);
    }
    let mut picture = still(&stripped.bytes, format)?;
    picture.apply_orientation(orientation);
    let mut out = Vec::new();
    let profile = profile.unwrap_or_default();
    let written = match format {
        Format::Jpeg => {
            let mut encoder = JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY);
            // A profile that cannot be kept changes shades, no more.
            let _ = encoder.set_icc_profile(profile);
            DynamicImage::from(picture.into_rgb8()).write_with_encoder(encoder)
        }
        Format::Png => {
            let mut encoder = PngEncoder::new(&mut out);
            let _ = encoder.set_icc_profile(profile);
            picture.write_with_encoder(encoder)
        }
        _ => {
            let pixels = picture.into_rgba8();
            let (w, h) = pixels.dimensions();
            let encoder = webp::Encoder::from_rgba(&pixels, w, h);
            let encoded = encoder.encode_simple(true, 75.0);
            out = encoded.map_err(|_| damaged_by(format, "it cannot be turned upright"))?.to_vec();
            Ok(())
        }
    };
    written.map_err(|error| damaged(format, &error))?;
    Ok(Some(out))
}

fn facts<D: ImageDecoder>(decoder: Result<D, CodecError>) -> (Orientation, Option<Vec<u8>>) {
    // What cannot be read here is decoded next, and refused there.
    let Ok(mut decoder) = decoder else { return (Orientation::NoTransforms, None) };
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    (orientation, decoder.icc_profile().ok().flatten())
}

fn still(bytes: &[u8], format: Format) -> Result<DynamicImage, ImageError> {
    let input = Cursor::new(bytes);
    let decoded = match format {
        Format::Png => DynamicImage::from_decoder(limited(PngDecoder::new(input), format)?),
        Format::Gif => DynamicImage::from_decoder(limited(GifDecoder::new(input), format)?),
        Format::WebP => DynamicImage::from_decoder(limited(WebPDecoder::new(input), format)?),
        Format::Jpeg => DynamicImage::from_decoder(limited(JpegDecoder::new(input), format)?),
    };
    decoded.map_err(|error| damaged(format, &error))
}

fn limited<D: ImageDecoder>(
    decoder: Result<D, CodecError>,
    format: Format,
) -> Result<D, ImageError> {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE), Some(SIDE));
    limits.max_alloc = Some(MEMORY);
    let mut decoder = decoder.map_err(|error| damaged(format, &error))?;
    decoder.set_limits(limits).map_err(|error| damaged(format, &error))?;
    Ok(decoder)
}

fn damaged(format: Format, error: &CodecError) -> ImageError {
    match error {
        CodecError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            ImageError::Truncated(format)
        }
        CodecError::Limits(_) => ImageError::TooManyPixels,
        error => damaged_by(format, &error.to_string()),
    }
}

fn damaged_by(format: Format, reason: &str) -> ImageError {
    ImageError::Damaged { format, reason: reason.to_owned() }
}
