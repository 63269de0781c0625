//! Previews: what the picker's grid shows, so small that a whole library loads at once. Made by
//! `picture` from the frames that `image` decodes; the same frames always give the same bytes.

use std::time::Duration;

use image::{DynamicImage, RgbaImage, imageops::FilterType};

use super::image::{Frame, ImageError};

/// The box that previews fit, in pixels: two for each of the grid's 64.
pub const SIDE: u32 = 128;
/// The shortest time between two frames of a preview: 24 frames a second.
const STEP_MS: u64 = 41;
/// What browsers make of frames that ask for less than 11 ms.
const HASTY_MS: u64 = 100;
const STILL_QUALITY: f32 = 75.0;
const MOVING_QUALITY: f32 = 65.0;

/// The previews of one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previews {
    /// A WebP that stands still.
    pub still: Vec<u8>,
    /// A WebP that moves, if the picture does.
    pub animation: Option<Vec<u8>>,
}

/// Takes frames in and makes previews of them.
#[derive(Debug, Default)]
pub struct PreviewBuilder {
    frames: Vec<Small>,
    /// When the next frame begins, in milliseconds.
    now: u64,
}

/// A frame as it is encoded, and when it begins, in milliseconds.
#[derive(Debug)]
pub(super) struct Small {
    pub(super) pixels: RgbaImage,
    pub(super) start: u64,
}

/// How long browsers show a frame, in milliseconds.
pub(super) fn shown_for(delay: Duration) -> u64 {
    let asked = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    if asked <= 10 { HASTY_MS } else { asked.min(60_000) }
}

impl PreviewBuilder {
    /// Adds a frame.
    pub fn push(&mut self, frame: Frame) {
        let start = self.now;
        self.now += shown_for(frame.delay);
        // A frame that comes too soon after the last is not shown; its time goes to the last.
        let too_soon = self.frames.last().is_some_and(|last| start - last.start < STEP_MS);
        if too_soon {
            return;
        }
        let pixels = shrink(frame.pixels);
        if self.frames.last().is_none_or(|last| last.pixels != pixels) {
            self.frames.push(Small { pixels, start });
        }
    }

    /// Encodes the previews.
    ///
    /// # Errors
    /// When there were no frames or the encoder refuses.
    pub fn finish(self) -> Result<Previews, ImageError> {
        let poster = poster(&self.frames).ok_or(ImageError::Empty)?;
        let still = encode_still(poster, STILL_QUALITY)?;
        let animation = match self.frames.len() {
            0 | 1 => None,
            _ => Some(encode_moving(&self.frames, self.now, MOVING_QUALITY)?),
        };
        Ok(Previews { still, animation })
    }
}

/// The first frame that shows something worth the name: at least half as much as the fullest.
fn poster(frames: &[Small]) -> Option<&RgbaImage> {
    let covered: Vec<usize> = frames
        .iter()
        .map(|frame| frame.pixels.pixels().filter(|pixel| pixel.0[3] > 127).count())
        .collect();
    let most = covered.iter().copied().max().unwrap_or_default();
    let first = covered.iter().position(|count| count * 2 >= most)?;
    frames.get(first).map(|frame| &frame.pixels)
}

/// Fits `pixels` into the box; what is smaller stays as it is.
fn shrink(pixels: RgbaImage) -> RgbaImage {
    let (w, h) = pixels.dimensions();
    let (small_w, small_h) = fitting(w, h, SIDE);
    if (w, h) == (small_w, small_h) { pixels } else { resized(pixels, small_w, small_h) }
}

/// The measure of a picture that fits a box of this side; what is smaller stays as it is.
pub(super) fn fitting(w: u32, h: u32, side: u32) -> (u32, u32) {
    let longer = w.max(h);
    if longer <= side {
        return (w, h);
    }
    let scaled = |length: u32| ((length * side + longer / 2) / longer).max(1);
    (scaled(w), scaled(h))
}

/// `pixels` at a smaller measure.
pub(super) fn resized(mut pixels: RgbaImage, w: u32, h: u32) -> RgbaImage {
    let (longer, side) = (pixels.width().max(pixels.height()), w.max(h));
    // Colour is weighed by alpha, or the invisible would tint the edges.
    for pixel in pixels.pixels_mut() {
        // Most pixels are one or the other, and the loop runs over every frame at full size.
        match pixel.0 {
            [_, _, _, 255] => {}
            [_, _, _, 0] => pixel.0 = [0; 4],
            [r, g, b, a] => pixel.0 = [weigh(r, a), weigh(g, a), weigh(b, a), a],
        }
    }
    let whole = DynamicImage::ImageRgba8(pixels);
    // Far larger pictures are averaged down first: the fine filter would take long.
    let rough = if longer > side * 8 { whole.thumbnail(side * 4, side * 4) } else { whole };
    let mut small = rough.resize_exact(w, h, FilterType::Lanczos3).into_rgba8();
    for pixel in small.pixels_mut() {
        let [r, g, b, a] = pixel.0;
        if a != 255 {
            pixel.0 = [unweigh(r, a), unweigh(g, a), unweigh(b, a), a];
        }
    }
    small
}

fn weigh(colour: u8, alpha: u8) -> u8 {
    let weighed = (u16::from(colour) * u16::from(alpha) + 127) / 255;
    u8::try_from(weighed).unwrap_or(u8::MAX)
}

fn unweigh(colour: u8, alpha: u8) -> u8 {
    if alpha == 0 {
        return 0;
    }
    let alpha = u16::from(alpha);
    u8::try_from((u16::from(colour) * 255 + alpha / 2) / alpha).unwrap_or(u8::MAX)
}

/// A WebP that stands still.
pub(super) fn encode_still(pixels: &RgbaImage, quality: f32) -> Result<Vec<u8>, ImageError> {
    let mut config = config()?;
    config.quality = quality;
    config.method = 4;
    let (w, h) = pixels.dimensions();
    let encoded = webp::Encoder::from_rgba(pixels, w, h).encode_advanced(&config);
    Ok(encoded.map_err(|_| unencodable())?.to_vec())
}

/// A WebP that moves, until `end`.
pub(super) fn encode_moving(
    frames: &[Small],
    end: u64,
    quality: f32,
) -> Result<Vec<u8>, ImageError> {
    let mut config = config()?;
    config.quality = quality;
    config.method = 2;
    let (w, h) = frames.first().ok_or(ImageError::Empty)?.pixels.dimensions();
    let mut encoder = webp::AnimEncoder::new(w, h, &config);
    for frame in frames {
        if frame.pixels.dimensions() != (w, h) {
            return Err(unencodable());
        }
        let start = i32::try_from(frame.start).map_err(|_| unencodable())?;
        encoder.add_frame(webp::AnimFrame::from_rgba(&frame.pixels, w, h, start));
    }
    let mut bytes = encoder.try_encode().map_err(|_| unencodable())?.to_vec();
    set_end(&mut bytes, end);
    Ok(bytes)
}

/// Gives the last frame the time that is left until `end`: the encoder guesses it.
fn set_end(bytes: &mut [u8], end: u64) {
    let mut at = 12;
    let mut before = 0_u64;
    let mut last = None;
    while let Some([a, b, c, d]) = bytes.get(at + 4..).and_then(|rest| rest.first_chunk()).copied()
    {
        let size = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if bytes.get(at..at + 4) == Some(b"ANMF") {
            let field = at + 8 + 12;
            if let Some((_, duration)) = last.replace((field, duration_at(bytes, field))) {
                before += duration;
            }
        }
        at = at.saturating_add(8).saturating_add(size).saturating_add(size % 2);
    }
    let left = u32::try_from(end.saturating_sub(before)).unwrap_or(u32::MAX).min(0xff_ffff);
    if let Some((field, _)) = last
        && let Some(duration) = bytes.get_mut(field..field + 3)
    {
        duration.copy_from_slice(left.to_le_bytes().get(..3).unwrap_or_default());
    }
}

fn duration_at(bytes: &[u8], at: usize) -> u64 {
    let field = bytes.get(at..at + 3).unwrap_or_default();
    field.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn config() -> Result<webp::WebPConfig, ImageError> {
    webp::WebPConfig::new().map_err(|()| unencodable())
}

fn unencodable() -> ImageError {
    let reason = "its preview cannot be encoded".to_owned();
    ImageError::Damaged { format: super::image::Format::WebP, reason }
}

#[cfg(test)]
mod tests {
    use image::{AnimationDecoder as _, Rgba, codecs::webp::WebPDecoder};

    use super::*;

    fn frame(colour: [u8; 4], w: u32, h: u32, ms: u64) -> Frame {
        let pixels = RgbaImage::from_pixel(w, h, Rgba(colour));
        Frame { pixels, delay: Duration::from_millis(ms) }
    }

    fn build(frames: Vec<Frame>) -> Previews {
        let mut builder = PreviewBuilder::default();
        frames.into_iter().for_each(|frame| builder.push(frame));
        builder.finish().unwrap()
    }

    fn delays(animation: &[u8]) -> Vec<u64> {
        let decoder = WebPDecoder::new(std::io::Cursor::new(animation)).unwrap();
        let frames = decoder.into_frames().collect_frames().unwrap();
        let millis = |frame: &image::Frame| Duration::from(frame.delay()).as_millis();
        frames.iter().map(|frame| u64::try_from(millis(frame)).unwrap()).collect()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let image = image::load_from_memory_with_format(bytes, image::ImageFormat::WebP).unwrap();
        (image.width(), image.height())
    }

    #[test]
    fn previews_fit_the_box_and_keep_their_shape() {
        for ((w, h), expected) in [
            ((512, 512), (128, 128)),
            ((512, 256), (128, 64)),
            ((300, 600), (64, 128)),
            ((4096, 1), (128, 1)),
            ((40, 30), (40, 30)),
            ((2000, 1000), (128, 64)),
        ] {
            let previews = build(vec![frame([1, 2, 3, 255], w, h, 0)]);
            assert_eq!(size(&previews.still), expected, "{w} × {h}");
            assert_eq!(previews.animation, None);
        }
    }

    #[test]
    fn the_invisible_does_not_tint_the_edge() {
        // Left half opaque white, right half invisible black.
        let pixels =
            RgbaImage::from_fn(
                512,
                512,
                |x, _| {
                    if x < 256 { Rgba([255; 4]) } else { Rgba([0; 4]) }
                },
            );
        for pixel in shrink(pixels).pixels() {
            assert!(pixel.0[3] < 8 || pixel.0[0] > 240, "{pixel:?}");
        }
    }

    #[test]
    fn delays_are_kept_up_to_the_last() {
        let colours = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
        let frames = colours.iter().zip([70, 200, 500]).map(|(c, ms)| frame(*c, 256, 256, ms));
        let animation = build(frames.collect()).animation.unwrap();
        assert_eq!(delays(&animation), [70, 200, 500]);
    }

    #[test]
    fn hasty_frames_are_thinned_out_without_a_change_of_speed() {
        let frames = (0_u8..30).map(|i| frame([i * 8, 0, 255 - i * 8, 255], 200, 200, 20));
        let animation = build(frames.collect()).animation.unwrap();
        let delays = delays(&animation);
        assert_eq!(delays.iter().sum::<u64>(), 600);
        assert!(delays.iter().all(|ms| *ms >= STEP_MS), "{delays:?}");
    }

    #[test]
    fn frames_without_a_delay_stand_as_long_as_in_browsers() {
        let frames = vec![frame([255; 4], 9, 9, 0), frame([0, 0, 0, 255], 9, 9, 10)];
        assert_eq!(delays(&build(frames).animation.unwrap()), [100, 100]);
    }

    #[test]
    fn the_poster_is_a_frame_that_shows_something() {
        let frames = vec![frame([0; 4], 64, 64, 50), frame([9, 200, 9, 255], 64, 64, 50)];
        let still = image::load_from_memory(&build(frames).still).unwrap().into_rgba8();
        assert_eq!(still.get_pixel(32, 32).0[3], 255);
    }

    #[test]
    fn what_does_not_move_has_no_moving_preview() {
        let previews = build(vec![frame([7; 4], 64, 64, 50), frame([7; 4], 64, 64, 50)]);
        assert_eq!(previews.animation, None);
    }

    #[test]
    fn the_same_frames_give_the_same_bytes() {
        let make = || {
            let frames = (0_u8..5).map(|i| frame([i * 40, 9, 9, 200], 300, 200, 80));
            build(frames.collect())
        };
        assert_eq!(make(), make());
    }
}
