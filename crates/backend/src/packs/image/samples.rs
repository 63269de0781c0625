//! Pictures for tests, made here so that every byte is known.

use std::io::Cursor;

use image::{
    Delay, DynamicImage, Frame, ImageFormat, Rgba, RgbaImage,
    codecs::gif::{GifEncoder, Repeat},
};

fn pixels(w: u32, h: u32, shade: u8) -> RgbaImage {
    RgbaImage::from_fn(w, h, |x, y| {
        let [x, y] = [x, y].map(|n| u8::try_from(n % 256).unwrap());
        Rgba([x, y, shade, if x > y { 255 } else { 90 }])
    })
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A still PNG; every size is another picture.
pub(crate) fn png(w: u32, h: u32) -> Vec<u8> {
    encode(&pixels(w, h, 9).into(), ImageFormat::Png)
}

/// A JPEG.
pub(crate) fn jpeg(w: u32, h: u32) -> Vec<u8> {
    let image = DynamicImage::from(pixels(w, h, 70));
    encode(&image.into_rgb8().into(), ImageFormat::Jpeg)
}

/// A still WebP.
pub(crate) fn webp(w: u32, h: u32) -> Vec<u8> {
    webp::Encoder::from_rgba(&pixels(w, h, 3), w, h).encode(80.0).to_vec()
}

/// A GIF of as many frames, 80 ms each.
pub(crate) fn gif(w: u32, h: u32, frames: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut out, 30);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for index in 0..frames {
        let delay = Delay::from_numer_denom_ms(80, 1);
        let frame = Frame::from_parts(pixels(w, h, index.wrapping_mul(40)), 0, 0, delay);
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    out
}

/// An animated WebP of as many frames, 80 ms each.
pub(crate) fn animated_webp(w: u32, h: u32, frames: u8) -> Vec<u8> {
    let pictures: Vec<RgbaImage> = (0..frames).map(|i| pixels(w, h, i.wrapping_mul(60))).collect();
    let config = webp::WebPConfig::new().unwrap();
    let mut encoder = webp::AnimEncoder::new(w, h, &config);
    for (picture, start) in pictures.iter().zip((0..).step_by(80)) {
        encoder.add_frame(webp::AnimFrame::from_rgba(picture, w, h, start));
    }
    encoder.encode().to_vec()
}

/// A PNG chunk with its check sum.
pub(crate) fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    let size = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&size, kind.as_slice(), data, &crc.sum().to_be_bytes()].concat()
}

/// `png` with `chunk` put in after the header.
pub(crate) fn png_with(png: &[u8], chunk: &[u8]) -> Vec<u8> {
    [&png[..33], chunk, &png[33..]].concat()
}

/// An APNG of as many frames, 80 ms each.
pub(crate) fn apng(w: u32, h: u32, frames: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut sequence = 0_u32;
    for index in 0..frames {
        let png = encode(&pixels(w, h, index.wrapping_mul(50)).into(), ImageFormat::Png);
        let mut control = sequence.to_be_bytes().to_vec();
        sequence += 1;
        for side in [w, h, 0, 0] {
            control.extend(side.to_be_bytes());
        }
        // 80/1000 s; the frame replaces what was there.
        control.extend([0, 80, 3, 232, 0, 0]);
        let mut data = Vec::new();
        let mut at = 33;
        while at < png.len() {
            let size = u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
            let size = usize::try_from(size).unwrap();
            if &png[at + 4..at + 8] == b"IDAT" {
                data.extend(&png[at + 8..at + 8 + size]);
            }
            at += 12 + size;
        }
        if index == 0 {
            out.extend(&png[..33]);
            let plays = [u32::from(frames).to_be_bytes(), [0; 4]].concat();
            out.extend(png_chunk(b"acTL", &plays));
            out.extend(png_chunk(b"fcTL", &control));
            out.extend(png_chunk(b"IDAT", &data));
        } else {
            out.extend(png_chunk(b"fcTL", &control));
            let numbered = [sequence.to_be_bytes().as_slice(), &data].concat();
            sequence += 1;
            out.extend(png_chunk(b"fdAT", &numbered));
        }
    }
    out.extend(png_chunk(b"IEND", &[]));
    out
}

/// EXIF that names a place and turns the picture a quarter to the right.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 48.2082 N 16.3738 E");
    exif
}
