use super::{samples::*, *};
use crate::{
    clock::{Clock, ManualClock, Timestamp},
    packs::picture,
};

fn prepare(bytes: &[u8]) -> Result<picture::Picture, ImageError> {
    picture::prepare(bytes, &ManualClock::at(0))
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn every_format() -> Vec<(&'static str, bool, Vec<u8>)> {
    vec![
        ("image/png", false, png(40, 30)),
        ("image/apng", true, apng(40, 30, 3)),
        ("image/gif", false, gif(40, 30, 1)),
        ("image/gif", true, gif(40, 30, 3)),
        ("image/webp", false, webp(40, 30)),
        ("image/webp", true, animated_webp(40, 30, 3)),
        ("image/jpeg", false, jpeg(40, 30)),
    ]
}

#[test]
fn every_format_is_measured_by_its_content() {
    for (mimetype, animated, bytes) in every_format() {
        let picture = prepare(&bytes).unwrap();
        let image = &picture.image;
        assert_eq!((image.mimetype.as_str(), image.animated), (mimetype, animated));
        assert_eq!((image.w, image.h), (40, 30), "{mimetype}");
        assert_eq!(image.animation.is_some(), animated, "{mimetype}");
        assert!(picture.previews.still.starts_with(b"RIFF"));
        // Stripping a clean file changes nothing, so that an upload of it stays valid.
        assert_eq!(picture.bytes.as_deref(), Some(bytes.as_slice()), "{mimetype}");
    }
}

#[test]
fn every_cut_of_every_format_is_refused() {
    for (mimetype, animated, bytes) in every_format() {
        for end in 0..bytes.len() {
            let cut = prepare(&bytes[..end]);
            assert!(cut.is_err(), "{mimetype}, animated {animated}, cut at {end}");
        }
        let cut = prepare(&bytes[..bytes.len() - 3]).unwrap_err();
        assert!(matches!(cut, ImageError::Truncated(_)), "{mimetype}: {cut:?}");
    }
}

#[test]
fn what_is_no_sticker_is_refused_with_a_way_out() {
    let tgs = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"{\"tgs\":1,\"v\":\"5.5\",\"layers\":[]}").unwrap();
        gzip.finish().unwrap()
    };
    let svg: &[u8] = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>";
    let svgz = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(svg).unwrap();
        gzip.finish().unwrap()
    };
    let refused: [(&[u8], ImageError); 14] = [
        (b"", ImageError::Empty),
        (svg, ImageError::Svg),
        (b"\xef\xbb\xbf\n <!-- hi --><SVG onload='alert(1)'>", ImageError::Svg),
        (&svgz, ImageError::Svg),
        (&tgs, ImageError::Lottie),
        (b"{\"v\":\"5\",\"layers\":[]}", ImageError::Lottie),
        (b"\x1a\x45\xdf\xa3webm", ImageError::Video("WebM")),
        (b"\0\0\0\x20ftypisom", ImageError::Video("MP4")),
        (b"\0\0\0\x20ftypavif", ImageError::Unsupported("AVIF")),
        (b"\0\0\0\x20ftypheic", ImageError::Unsupported("HEIC")),
        (b"BM....", ImageError::Unsupported("BMP")),
        (b"\xff\x0a", ImageError::Unsupported("JPEG XL")),
        (b"RIFF\0\0\0\0AVI ", ImageError::Video("AVI")),
        (b"hello", ImageError::Unknown),
    ];
    for (bytes, error) in refused {
        assert_eq!(sniff(bytes), Err(error), "{:?}", String::from_utf8_lossy(bytes));
    }
    assert!(ImageError::Svg.to_string().contains("export it as PNG"));
    assert!(ImageError::Video("WebM").to_string().contains("convert it to animated WebP"));
    assert_eq!(sniff(&vec![0; FILE_BYTES + 1]), Err(ImageError::TooLarge));
}

/// A PNG that says it is huge in a few bytes.
fn huge_png(w: u32, h: u32) -> Vec<u8> {
    let header = [&w.to_be_bytes()[..], &h.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    let signature = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunks = [png_chunk(b"IHDR", &header), png_chunk(b"IDAT", &[0; 20])].concat();
    [signature, chunks, png_chunk(b"IEND", &[])].concat()
}

#[test]
fn huge_pictures_in_small_files_are_refused_by_their_header() {
    for (w, h) in [(4097, 1), (1, 4097), (65_535, 65_535), (u32::MAX, u32::MAX), (0, 5)] {
        assert_eq!(prepare(&huge_png(w, h)).unwrap_err(), ImageError::Dimensions { w, h });
    }
    let mut small = gif(8, 8, 1);
    small[6..10].copy_from_slice(&[0xff; 4]);
    let too_big = ImageError::Dimensions { w: 65_535, h: 65_535 };
    assert_eq!(prepare(&small).unwrap_err(), too_big);
    // A frame larger than the picture would make the decoder allocate for it.
    let mut gif = gif(8, 8, 1);
    let at = gif.windows(10).position(|b| b[0] == 0x2c && b[5..9] == [8, 0, 8, 0]).unwrap();
    gif[at + 5..at + 9].copy_from_slice(&[0xff; 4]);
    assert!(matches!(prepare(&gif), Err(ImageError::Damaged { format: Format::Gif, .. })));
    let mut webp = animated_webp(16, 16, 2);
    let at = webp.windows(4).position(|b| b == b"ANMF").unwrap();
    webp[at + 14..at + 20].fill(0xff);
    assert!(matches!(prepare(&webp), Err(ImageError::Damaged { format: Format::WebP, .. })));
}

#[test]
fn thousands_of_frames_are_refused_before_the_first_is_decoded() {
    let one = gif(4, 4, 1);
    let at = one.iter().position(|b| *b == 0x2c).unwrap();
    let frame = &one[at..one.len() - 1];
    let bomb = [&one[..at], &frame.repeat(5000), &[0x3b]].concat();
    assert_eq!(prepare(&bomb).unwrap_err(), ImageError::TooManyFrames);

    // Few bytes a frame, but each is drawn onto a large picture.
    let mut wide = one.clone();
    wide[6..10].copy_from_slice(&[0x00, 0x10, 0x00, 0x10]);
    let bomb = [&wide[..at], &frame.repeat(10), &[0x3b]].concat();
    assert_eq!(prepare(&bomb).unwrap_err(), ImageError::TooManyPixels);
}

#[test]
fn damaged_pixels_are_refused() {
    let mut png = png(40, 30);
    let at = png.windows(4).position(|b| b == b"IDAT").unwrap() + 12;
    png[at] ^= 0xff;
    assert!(matches!(prepare(&png), Err(ImageError::Damaged { format: Format::Png, .. })));
    assert!(prepare(b"\xff\xd8\xff\xd9").is_err(), "a JPEG without a picture");
    assert!(prepare(b"GIF89a\x01\0\x01\0\0\0\0\x3b").is_err(), "a GIF without a picture");
    assert!(prepare(b"RIFF\x04\0\0\0WEBP").is_err(), "a WebP without a picture");
}

/// A clock on which every look costs ten seconds.
struct Racing(ManualClock);

impl Clock for Racing {
    fn now(&self) -> Timestamp {
        self.0.advance(Duration::from_secs(10));
        self.0.now()
    }
}

#[test]
fn what_takes_too_long_is_given_up() {
    let clock = Racing(ManualClock::at(0));
    let slow = picture::prepare(&gif(8, 8, 20), &clock);
    assert_eq!(slow.unwrap_err(), ImageError::TooSlow);
}

#[test]
fn png_texts_go_and_colour_stays() {
    let clean = png(12, 9);
    let mut dirty = clean.clone();
    let secrets = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "prIv"];
    for kind in secrets {
        let kind = kind.as_bytes().try_into().unwrap();
        dirty = png_with(&dirty, &png_chunk(kind, b"GPS 48.2082 N 16.3738 E"));
    }
    let dirty = png_with(&dirty, &png_chunk(b"gAMA", &45_455_u32.to_be_bytes()));
    let dirty = [dirty, b"trailing GPS".to_vec()].concat();
    let stripped = strip(&dirty, Format::Png).unwrap().bytes;
    for gone in secrets.iter().map(|kind| kind.as_bytes()).chain([&b"GPS"[..]]) {
        assert!(!holds(&stripped, gone), "{}", String::from_utf8_lossy(gone));
    }
    assert!(holds(&stripped, b"gAMA"));
    assert_eq!(stripped, png_with(&clean, &png_chunk(b"gAMA", &45_455_u32.to_be_bytes())));
}

#[test]
fn gif_comments_go_and_the_loop_stays() {
    let clean = gif(12, 9, 3);
    let at = clean.windows(3).position(|b| b == [0x21, 0xff, 0x0b]).unwrap();
    let comment = [&[0x21, 0xfe, 3][..], b"GPS", &[0]].concat();
    let xmp = [&[0x21, 0xff, 11][..], b"XMP DataXMP", &[3], b"GPS", &[0]].concat();
    let dirty = [&clean[..at], &comment, &xmp, &clean[at..], b"GPS"].concat();
    let stripped = strip(&dirty, Format::Gif).unwrap();
    assert_eq!(stripped.bytes, clean);
    assert_eq!(stripped.frames, 3);
    assert!(holds(&clean, b"NETSCAPE2.0"));
}

#[test]
fn webp_exif_and_xmp_go_and_the_flags_say_so() {
    let clean = animated_webp(12, 9, 2);
    let mut dirty = clean.clone();
    dirty[20] |= 0x0c;
    for kind in [b"EXIF", b"XMP ", b"priv"] {
        dirty.extend(kind);
        dirty.extend(24_u32.to_le_bytes());
        dirty.extend(b"GPS 48.2082 N, 16.3738 E");
    }
    let size = u32::try_from(dirty.len() - 8).unwrap();
    dirty[4..8].copy_from_slice(&size.to_le_bytes());
    dirty.extend(b"trailing GPS");
    assert_eq!(strip(&dirty, Format::WebP).unwrap().bytes, clean);
}

/// `jpeg` with a segment put in after the start.
fn jpeg_with(jpeg: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let size = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &size, data, &jpeg[2..]].concat()
}

#[test]
fn jpeg_segments_go_and_the_profile_stays() {
    let clean = jpeg(16, 16);
    let mut dirty = clean.clone();
    let exif = [b"Exif\0\0".to_vec(), exif(1)].concat();
    for marker in [0xe1, 0xe2, 0xe3, 0xed, 0xef, 0xfe] {
        dirty = jpeg_with(&dirty, marker, &exif);
    }
    let dirty = [dirty, b"GPS in a film after the end".to_vec()].concat();
    assert_eq!(strip(&dirty, Format::Jpeg).unwrap().bytes, clean);

    let profile = b"ICC_PROFILE\0\x01\x01profile";
    let kept = strip(&jpeg_with(&clean, 0xe2, profile), Format::Jpeg).unwrap().bytes;
    assert!(holds(&kept, b"ICC_PROFILE\0"));

    // A thumbnail within the header shows what was cropped away.
    let at = clean.windows(4).position(|b| b == b"JFIF").unwrap();
    assert_eq!(&clean[at - 4..at - 2], &[0xff, 0xe0]);
    let pixels = b"GPS".repeat(4);
    let mut thumb = clean[..at + 14].to_vec();
    thumb[at - 1] = u8::try_from(16 + pixels.len()).unwrap();
    (thumb[at + 12], thumb[at + 13]) = (2, 2);
    let thumb = [&thumb, &pixels[..], &clean[at + 14..]].concat();
    assert_eq!(strip(&thumb, Format::Jpeg).unwrap().bytes, clean);
}

#[test]
fn a_photo_on_its_side_is_turned_for_good() {
    let photo = jpeg(32, 16);
    let exif = [b"Exif\0\0".to_vec(), exif(6)].concat();
    let picture = prepare(&jpeg_with(&photo, 0xe1, &exif)).unwrap();
    assert_eq!((picture.image.w, picture.image.h), (16, 32));
    assert!(!holds(picture.bytes.as_deref().unwrap(), b"GPS"));

    let turned = png_with(&png(32, 16), &png_chunk(b"eXIf", &samples::exif(6)));
    let picture = prepare(&turned).unwrap();
    assert_eq!((picture.image.w, picture.image.h), (16, 32));
    assert!(!holds(picture.bytes.as_deref().unwrap(), b"eXIf"));
}

#[test]
fn the_same_picture_with_other_metadata_is_the_same_image() {
    let clean = png(12, 9);
    let dirty = png_with(&clean, &png_chunk(b"tEXt", b"Author\0Ann"));
    assert_eq!(prepare(&clean).unwrap().image, prepare(&dirty).unwrap().image);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_walks_panic(
        which in 0_usize..7,
        changes in proptest::collection::vec((proptest::prelude::any::<usize>(), proptest::prelude::any::<u8>()), 0..8),
    ) {
        let (_, _, mut bytes) = every_format().swap_remove(which);
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let _ = prepare(&bytes);
    }
}
