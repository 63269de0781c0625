//! Packs of maunium/stickerpicker: a `pack.json`, or an `index.json` that lists several. Parsing
//! is pure; the pictures are on a homeserver, with copies in `thumbnails/` beside the packs.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::{FileError, ImageInfo, ImportError, ImportedPack, ImportedSticker, PictureSource};
use crate::{
    matrix::media,
    packs::{pack::Title, text},
};

/// The largest pack or index.
pub const JSON_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Deserialize)]
struct PackJson {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    id: Option<String>,
    stickers: Vec<Value>,
}

#[derive(Deserialize)]
struct StickerJson {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    body: Option<String>,
    url: String,
    #[serde(default)]
    info: Value,
    #[serde(default, rename = "net.maunium.telegram.sticker")]
    telegram: Option<Telegram>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Telegram {
    emoticons: Vec<String>,
}

#[derive(Deserialize)]
struct IndexJson {
    packs: Vec<String>,
}

/// Whether a JSON value looks like a pack.
#[must_use]
pub fn looks_like_pack(value: &Value) -> bool {
    value.get("stickers").is_some_and(Value::is_array)
}

/// Whether a JSON value looks like an index.
#[must_use]
pub fn looks_like_index(value: &Value) -> bool {
    value.get("packs").is_some_and(Value::is_array)
}

/// The packs that an index names, as it names them.
///
/// # Errors
/// When it is no index.
pub fn parse_index(text: &str) -> Result<Vec<String>, ImportError> {
    let index: IndexJson = serde_json::from_str(text)
        .map_err(|error| ImportError::Malformed(format!("the index: {error}")))?;
    Ok(index.packs)
}

/// Reads a pack.
///
/// # Errors
/// When it is no such pack.
pub fn parse(text: &str) -> Result<ImportedPack, ImportError> {
    let json: PackJson = serde_json::from_str(text)
        .map_err(|error| ImportError::Malformed(format!("the pack: {error}")))?;
    let title = json.title.filter(|title| !title.trim().is_empty());
    let name = json.id.filter(|id| !id.trim().is_empty()).or_else(|| title.clone());
    let mut pack = ImportedPack {
        name: name.unwrap_or_default(),
        titles: title.map(|text| Title { language: "und".into(), text }).into_iter().collect(),
        ..ImportedPack::default()
    };
    pack.source = format!("maunium:{}", pack.name);
    for (index, value) in json.stickers.into_iter().enumerate() {
        let number = format!("sticker {}", index + 1);
        match serde_json::from_value::<StickerJson>(value) {
            Ok(json) => match media::parts(&json.url) {
                Ok(_) => pack.stickers.push(sticker(json, number)),
                Err(error) => pack.broken.push(FileError::new(number, error)),
            },
            Err(error) => pack.broken.push(FileError::new(number, error)),
        }
    }
    Ok(pack)
}

fn sticker(json: StickerJson, number: String) -> ImportedSticker {
    let emoji = json.telegram.map(|telegram| telegram.emoticons).unwrap_or_default();
    let body = json.body.unwrap_or_default();
    let file_name = text::stem(&body);
    let from_body = text::shortcode(file_name);
    // Telegram's bodies are emoji, of which no shortcode can be made, but its ids can.
    let shortcode = match json.id.as_deref() {
        Some(id) if from_body == "sticker" => {
            let id = id.strip_prefix("sha256:").map_or(id, |hash| hash.get(..12).unwrap_or(hash));
            text::shortcode(id)
        }
        _ => from_body,
    };
    let body = if file_name.len() < body.len() { file_name.replace('_', " ") } else { body };
    ImportedSticker {
        name: if body.is_empty() { number } else { format!("{number} ({body})") },
        shortcode,
        body,
        emoji,
        tags: Vec::new(),
        picture: PictureSource::Mxc {
            uri: json.url,
            info: ImageInfo::deserialize(&json.info).unwrap_or_default(),
            thumbnail: None,
        },
    }
}

/// Points every sticker to its thumbnail in `folder/thumbnails`, named by its media id.
pub(super) fn with_thumbnails(pack: &mut ImportedPack, folder: &Path) {
    for sticker in &mut pack.stickers {
        if let PictureSource::Mxc { uri, thumbnail, .. } = &mut sticker.picture
            // A media id is a plain file name: `parts` sees to that.
            && let Ok((_, media_id)) = media::parts(uri)
        {
            *thumbnail = Some(folder.join("thumbnails").join(media_id));
        }
    }
}
