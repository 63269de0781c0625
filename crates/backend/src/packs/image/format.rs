//! What a file is, by its content: names and declared types are often wrong. Called by everything
//! that takes in a picture.

use super::{FILE_BYTES, ImageError};

/// A kind of picture that we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PNG, and APNG if it moves.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// JPEG.
    Jpeg,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Jpeg => "JPEG",
        })
    }
}

impl Format {
    /// The media type.
    #[must_use]
    pub fn mimetype(self, animated: bool) -> &'static str {
        match self {
            Self::Png if animated => "image/apng",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// The usual ending of a file of this media type.
#[must_use]
pub fn extension(mimetype: &str) -> &'static str {
    match mimetype {
        "image/png" | "image/apng" => "png",
        "image/gif" => "gif",
        "image/jpeg" => "jpg",
        _ => "webp",
    }
}

/// Tells the format, or why the file is refused.
///
/// # Errors
/// When the file is empty, too large or not a picture that we take.
pub fn sniff(bytes: &[u8]) -> Result<Format, ImageError> {
    if bytes.is_empty() {
        return Err(ImageError::Empty);
    }
    if bytes.len() > FILE_BYTES {
        return Err(ImageError::TooLarge);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Ok(Format::Gif);
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"RIFF") {
        return match bytes.get(8..12) {
            Some(b"WEBP") => Ok(Format::WebP),
            Some(b"AVI ") => Err(ImageError::Video("AVI")),
            _ => Err(ImageError::Unknown),
        };
    }
    Err(refusal(bytes))
}

fn refusal(bytes: &[u8]) -> ImageError {
    if bytes.starts_with(b"\x1a\x45\xdf\xa3") {
        return ImageError::Video("WebM");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12) {
            Some(b"avif" | b"avis") => ImageError::Unsupported("AVIF"),
            Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1") => {
                ImageError::Unsupported("HEIC")
            }
            _ => ImageError::Video("MP4"),
        };
    }
    if bytes.starts_with(b"\x1f\x8b") {
        // Telegram's stickers are Lottie in gzip; a compressed SVG is told by its text inside.
        return if is_svgz(bytes) { ImageError::Svg } else { ImageError::Lottie };
    }
    if bytes.starts_with(b"BM") {
        return ImageError::Unsupported("BMP");
    }
    if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        return ImageError::Unsupported("TIFF");
    }
    if bytes.starts_with(b"\xff\x0a") || bytes.starts_with(b"\0\0\0\x0cJXL ") {
        return ImageError::Unsupported("JPEG XL");
    }
    if bytes.starts_with(b"\0\0\x01\0") {
        return ImageError::Unsupported("ICO");
    }
    let head = text_head(bytes);
    if head.contains("<svg") || head.starts_with("<?xml") {
        return ImageError::Svg;
    }
    if head.starts_with('{') && head.contains("\"layers\"") {
        return ImageError::Lottie;
    }
    ImageError::Unknown
}

fn text_head(bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_owned()
}

fn is_svgz(bytes: &[u8]) -> bool {
    use std::io::Read as _;
    let mut head = Vec::new();
    // What is not gzip after all reads as nothing.
    let _ = flate2::read::GzDecoder::new(bytes).take(4096).read_to_end(&mut head);
    text_head(&head).contains("<svg")
}
