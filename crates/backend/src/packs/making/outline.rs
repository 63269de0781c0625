//! The white rim of a sticker: around what is not see-through, as if it were cut out with scissors.
//! Pure; called by `treatment`.

use image::{Rgba, RgbaImage};

/// How wide the rim of a picture is that fits a box of this side, in pixels.
pub(super) const fn width(side: u32) -> u32 {
    let width = side / 64;
    if width == 0 { 1 } else { width }
}

/// What is at least half there has a rim.
const SOLID: u8 = 128;

/// The picture with a rim of this width, and larger by it on every side.
pub(super) fn around(pixels: &RgbaImage, width: u32) -> RgbaImage {
    let (w, h) = (pixels.width() + 2 * width, pixels.height() + 2 * width);
    let far = width + 1;
    // How far each pixel is from a solid one above or below it, or `far`.
    let above_or_below = vertical(pixels, width, far);
    let at = |x: u32, y: u32| above_or_below.get(index(x, y, w)).copied().unwrap_or(far);
    RgbaImage::from_fn(w, h, |x, y| {
        let inner = match (x.checked_sub(width), y.checked_sub(width)) {
            (Some(x), Some(y)) => pixels.get_pixel_checked(x, y).map_or([0; 4], |pixel| pixel.0),
            _ => [0; 4],
        };
        if inner[3] == u8::MAX {
            return Rgba(inner);
        }
        let columns = x.saturating_sub(far)..=(x + far).min(w - 1);
        let nearest = columns.map(|column| column.abs_diff(x).pow(2) + at(column, y).pow(2)).min();
        over(inner, cover(nearest.unwrap_or(u32::MAX), width))
    })
}

fn vertical(pixels: &RgbaImage, width: u32, far: u32) -> Vec<u32> {
    let (w, h) = (pixels.width() + 2 * width, pixels.height() + 2 * width);
    let mut distances = vec![far; index(0, h, w)];
    let solid = |x: u32, y: u32| match (x.checked_sub(width), y.checked_sub(width)) {
        (Some(x), Some(y)) => pixels.get_pixel_checked(x, y).is_some_and(|p| p.0[3] >= SOLID),
        _ => false,
    };
    for x in 0..w {
        for downwards in [true, false] {
            let mut distance = far;
            for step in 0..h {
                let y = if downwards { step } else { h - 1 - step };
                distance = if solid(x, y) { 0 } else { (distance + 1).min(far) };
                if let Some(known) = distances.get_mut(index(x, y, w)) {
                    *known = distance.min(*known);
                }
            }
        }
    }
    distances
}

fn index(x: u32, y: u32, w: u32) -> usize {
    usize::try_from(u64::from(y) * u64::from(w) + u64::from(x)).unwrap_or(usize::MAX)
}

/// How opaque the rim is at the square of a distance, with a soft edge of one pixel.
fn cover(square: u32, width: u32) -> u8 {
    // In 256ths of a pixel.
    let distance = (u64::from(square) << 16).isqrt();
    let edge = (u64::from(width) << 8) + 128;
    u8::try_from(edge.saturating_sub(distance)).unwrap_or(u8::MAX)
}

/// A pixel over white of this opacity.
fn over([r, g, b, a]: [u8; 4], rim: u8) -> Rgba<u8> {
    let (alpha, rim) = (u32::from(a), u32::from(rim));
    let below = rim * (255 - alpha) / 255;
    let all = alpha + below;
    if all == 0 {
        return Rgba([0; 4]);
    }
    let mix = |colour: u8| {
        let mixed = (u32::from(colour) * alpha + 255 * below + all / 2) / all;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    Rgba([mix(r), mix(g), mix(b), u8::try_from(all).unwrap_or(u8::MAX)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_becomes_a_disc() {
        let mut dot = RgbaImage::new(3, 3);
        dot.put_pixel(1, 1, Rgba([200, 0, 0, 255]));
        let out = around(&dot, 8);
        assert_eq!(out.dimensions(), (19, 19));
        assert_eq!(out.get_pixel(9, 9).0, [200, 0, 0, 255]);
        assert_eq!(out.get_pixel(9, 2).0, [255; 4], "seven above");
        assert_eq!(out.get_pixel(14, 14).0, [255; 4], "seven away across");
        assert_eq!(out.get_pixel(9, 0).0[3], 0, "nine above");
        assert_eq!(out.get_pixel(16, 16).0[3], 0, "ten away across");
        let soft = out.get_pixel(9, 1).0[3];
        assert!((1..255).contains(&soft), "{soft}");
    }

    #[test]
    fn what_is_see_through_has_no_rim_and_soft_edges_lie_on_white() {
        let empty = around(&RgbaImage::new(4, 2), 3);
        assert!(empty.pixels().all(|pixel| pixel.0 == [0; 4]));
        let half = RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 128]));
        let [r, _, _, a] = around(&half, 3).get_pixel(5, 5).0;
        assert_eq!((r, a), (127, 255));
    }

    #[test]
    fn the_rim_grows_with_the_picture() {
        assert_eq!([width(10), width(64), width(512), width(1024)], [1, 1, 8, 16]);
    }
}
