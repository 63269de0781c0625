//! Image packs of the Matrix specification (MSC2545): an event, its bare content, or a list of the
//! parts that a bridge split a large pack into. Parsing is pure; the pictures are on a homeserver.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FileError, ImageInfo, ImportError, ImportedPack, ImportedSticker, PictureSource};
use crate::packs::pack::Title;

/// Where the place of an image within its pack is kept (MSC4389, unstable).
pub const ORDER: &str = "fi.mau.msc4389.order";
/// Which pack a part belongs to.
pub const PART_OF: &str = "fi.mau.combined_pack_key";
/// The place of a part, from 0.
pub const PART_INDEX: &str = "fi.mau.combined_pack_index";
/// How many parts there are.
pub const PART_COUNT: &str = "fi.mau.combined_pack_count";
/// Where bridges keep what a sticker was on the other network.
const BRIDGED: &str = "fi.mau.bridged_sticker";
/// Event types of image packs: stable, unstable, and the user's own in account data.
pub const TYPES: [&str; 3] =
    ["m.room.image_pack", "im.ponies.room_emotes", "im.ponies.user_emotes"];

#[derive(Deserialize, Default)]
#[serde(default)]
struct Content {
    images: Map<String, Value>,
    pack: Metadata,
    #[serde(rename = "fi.mau.combined_pack_key")]
    part_of: Option<String>,
    #[serde(rename = "fi.mau.combined_pack_index")]
    part_index: Option<u32>,
    #[serde(rename = "fi.mau.combined_pack_count")]
    part_count: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    display_name: Option<String>,
    attribution: Option<String>,
    usage: Vec<String>,
}

#[derive(Deserialize)]
struct Image {
    url: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    info: Value,
}

/// Whether a JSON value looks like an image pack.
#[must_use]
pub fn looks_like(value: &Value) -> bool {
    let one = match value {
        Value::Array(parts) => parts.first().unwrap_or(&Value::Null),
        other => other,
    };
    let content = one.get("content").unwrap_or(one);
    let known = one.get("type").and_then(Value::as_str).is_some_and(|kind| TYPES.contains(&kind));
    known || content.get("images").is_some_and(Value::is_object)
}

/// Reads a pack.
///
/// # Errors
/// When it is no image pack or a part is missing.
pub fn parse(text: &str) -> Result<ImportedPack, ImportError> {
    let value: Value = serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?;
    if !looks_like(&value) {
        return Err(malformed("it has no `images`"));
    }
    let events = match value {
        Value::Array(events) => events,
        event => vec![event],
    };
    let mut state_key = None;
    let mut parts = Vec::new();
    for mut event in events {
        let key = event.get("state_key").and_then(Value::as_str).map(String::from);
        let content = event.get_mut("content").map(Value::take).unwrap_or(event);
        let content: Content =
            serde_json::from_value(content).map_err(|error| malformed(&error.to_string()))?;
        // The first part has the pack's own key.
        state_key = state_key.or_else(|| content.part_of.clone()).or(key);
        parts.push(content);
    }
    joined(state_key.as_deref(), parts)
}

/// Reads a pack of a room, whose state holds it under `state_key`. A part of a larger pack is a
/// pack of its own there.
///
/// # Errors
/// When `content` is not that of an image pack.
pub fn of_room(state_key: &str, content: Value) -> Result<ImportedPack, ImportError> {
    if !content.get("images").is_some_and(Value::is_object) {
        return Err(malformed("it has no `images`"));
    }
    let content: Content =
        serde_json::from_value(content).map_err(|error| malformed(&error.to_string()))?;
    joined(Some(state_key), vec![Content { part_count: None, ..content }])
}

fn malformed(what: &str) -> ImportError {
    ImportError::Malformed(format!("the image pack: {what}"))
}

fn joined(state_key: Option<&str>, mut parts: Vec<Content>) -> Result<ImportedPack, ImportError> {
    parts.sort_by_key(|part| part.part_index);
    if let Some(count) = parts.first().and_then(|part| part.part_count)
        && parts.len() != count
    {
        let text = format!("it has {count} parts, of which {} are here", parts.len());
        return Err(malformed(&format!("{text}; put all of them into one JSON list")));
    }
    let first = parts.first().map(|part| &part.pack);
    let title = first.and_then(|pack| pack.display_name.clone());
    let title = title.map(|title| whole_title(&title, parts.len() > 1));
    let mut pack = ImportedPack {
        name: state_key.unwrap_or_default().to_owned(),
        attribution: first.and_then(|pack| pack.attribution.clone()),
        ..ImportedPack::default()
    };
    if pack.name.is_empty() {
        pack.name = title.clone().unwrap_or_default();
    }
    pack.source = format!("image_pack:{}", pack.name);
    let emoticons =
        first.is_some_and(|p| !p.usage.is_empty() && !p.usage.iter().any(|u| u == "sticker"));
    if emoticons {
        pack.notes.push("the pack is meant for emoticons rather than stickers".into());
    }
    pack.titles.extend(title.map(|text| Title { language: "und".into(), text }));

    let mut ordered = Vec::new();
    for (shortcode, value) in parts.into_iter().flat_map(|part| part.images) {
        let place = value.get(ORDER).or_else(|| value.get("order")).and_then(Value::as_i64);
        match serde_json::from_value::<Image>(value) {
            Ok(image) => ordered.push((place.unwrap_or(i64::MAX), sticker(shortcode, image))),
            Err(error) => pack.broken.push(FileError::new(shortcode, error)),
        }
    }
    // Stable, so that images without a place stay as they came.
    ordered.sort_by_key(|(place, _)| *place);
    pack.stickers = ordered.into_iter().map(|(_, sticker)| sticker).collect();
    Ok(pack)
}

fn sticker(shortcode: String, image: Image) -> ImportedSticker {
    let bridged = image.info.get(BRIDGED).and_then(|bridged| bridged.get("emoji"));
    let emoji = bridged.and_then(Value::as_str).map(String::from);
    let info = ImageInfo::deserialize(&image.info).unwrap_or_default();
    ImportedSticker {
        name: shortcode.clone(),
        body: image.body.unwrap_or_else(|| shortcode.clone()),
        shortcode,
        emoji: emoji.into_iter().collect(),
        tags: Vec::new(),
        picture: PictureSource::Mxc { uri: image.url, info, thumbnail: None },
    }
}

/// The title without the number of the part.
fn whole_title(title: &str, in_parts: bool) -> String {
    match title.rsplit_once(" (part ") {
        Some((whole, _)) if in_parts => whole.to_owned(),
        _ => title.to_owned(),
    }
}
