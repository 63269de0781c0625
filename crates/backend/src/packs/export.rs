//! Packs going out: a zip that imports again to the same pack, a pack for maunium/stickerpicker,
//! and an MSC2545 image pack. Called by `cli`; calls `storage` and, for originals that only the
//! homeserver has, `matrix`.

use std::{
    collections::HashSet,
    io::{Cursor, Write as _},
};

use serde_json::{Map, Value, json};
use tessera_protocol::pack::Rating;
use zip::{CompressionMethod, write::SimpleFileOptions};

use super::{
    Pack, Sticker,
    image::format::extension,
    import::{
        image_pack::{ORDER, PART_COUNT, PART_INDEX, PART_OF, TYPES},
        pack_toml::{self, PackToml, StickerToml},
    },
    text,
};
use crate::{
    matrix::media::{self, Media, MediaError},
    storage::{Storage, StorageError},
};

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Its path, with `/` between names.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why a pack cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The homeserver does not have these stickers yet.
    #[error("not on the homeserver yet: {}; run `tessera packs upload` first", .0.join(", "))]
    NotUploaded(Vec<String>),
    /// We do not have an original and cannot fetch it.
    #[error("{0}: only the homeserver has the original; configure a [matrix] account to fetch it")]
    NoOriginal(String),
    /// The original cannot be fetched.
    #[error("{shortcode}: {error}")]
    Media {
        /// Whose original.
        shortcode: String,
        /// Why.
        error: MediaError,
    },
    /// The archive cannot be written.
    #[error("the zip cannot be written: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// The archive cannot be written.
    #[error("the zip cannot be written: {0}")]
    Write(#[from] std::io::Error),
    /// A text file cannot be written.
    #[error("the description cannot be written: {0}")]
    Toml(#[from] toml::ser::Error),
    /// A text file cannot be written.
    #[error("the description cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A zip of the originals, named by shortcode as FluffyChat does, and a `pack.toml`.
///
/// # Errors
/// When an original is missing.
pub async fn to_zip(
    storage: &Storage,
    media: Option<&dyn Media>,
    pack: &Pack,
) -> Result<Vec<u8>, ExportError> {
    let mut described = PackToml {
        id: Some(pack.id.clone()),
        author: pack.author.clone(),
        attribution: pack.attribution.clone(),
        licence: Some(pack.licence.clone()).filter(|licence| !licence.is_empty()),
        default: Some(pack.is_default),
        tags: Some(pack.tags.clone()).filter(|tags| !tags.is_empty()),
        languages: Some(pack.languages.clone()).filter(|languages| !languages.is_empty()),
        rating: (pack.rating == Rating::Mature).then_some(Rating::Mature),
        titles: pack
            .titles
            .iter()
            .map(|title| (title.language.clone(), title.text.clone().into()))
            .collect(),
        stickers: Vec::new(),
    };
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // No time of writing, so that the same pack is the same file.
    let options = SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let stored = options.compression_method(CompressionMethod::Stored);
    let mut names = HashSet::new();
    for sticker in storage.stickers(&pack.id).await? {
        let bytes = original(storage, media, &sticker).await?;
        // Not every system tells `Cat` from `cat`.
        let name = text::unique(&sticker.shortcode.to_ascii_lowercase(), &names);
        names.insert(name.clone());
        let cased = if name.len() == sticker.shortcode.len() { &sticker.shortcode } else { &name };
        let file = format!("{cased}.{}", extension(&sticker.image.mimetype));
        archive.start_file(&file, stored)?;
        archive.write_all(&bytes)?;
        described.stickers.push(StickerToml {
            file,
            shortcode: Some(sticker.shortcode),
            body: Some(sticker.body),
            emoji: sticker.emoji,
            tags: sticker.tags,
        });
    }
    archive.start_file(pack_toml::FILE_NAME, options)?;
    archive.write_all(toml::to_string(&described)?.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

async fn original(
    storage: &Storage,
    media: Option<&dyn Media>,
    sticker: &Sticker,
) -> Result<Vec<u8>, ExportError> {
    if let Some(bytes) = storage.image_bytes(sticker.image.id).await? {
        return Ok(bytes);
    }
    let shortcode = sticker.shortcode.clone();
    let (Some(media), Some(uri)) = (media, sticker.original()) else {
        return Err(ExportError::NoOriginal(shortcode));
    };
    media.download(uri).await.map_err(|error| ExportError::Media { shortcode, error })
}

/// A pack for maunium/stickerpicker: `<id>.json`, `index.json` and `thumbnails/`.
///
/// # Errors
/// When a sticker is on no homeserver.
pub async fn to_maunium(storage: &Storage, pack: &Pack) -> Result<Vec<ExportFile>, ExportError> {
    let stickers = storage.stickers(&pack.id).await?;
    let urls = urls(&stickers)?;
    let mut files = Vec::new();
    let mut list = Vec::new();
    for (sticker, url) in stickers.iter().zip(urls) {
        let mut info = info(sticker);
        let thumbnail = Value::Object(info.clone());
        info.insert("thumbnail_url".into(), url.into());
        info.insert("thumbnail_info".into(), thumbnail);
        let id = format!("sha256:{}", sticker.image.id);
        list.push(json!({
            "id": id,
            "body": sticker.body,
            "msgtype": "m.sticker",
            "url": url,
            "info": info,
            "net.maunium.telegram.sticker": {
                "pack": {"id": pack.id, "short_name": pack.id},
                "id": id,
                "emoticons": sticker.emoji,
            },
        }));
        if let (Ok((_, media_id)), Some(bytes)) =
            (media::parts(url), storage.preview(sticker.image.still).await?)
        {
            files.push(ExportFile { name: format!("thumbnails/{media_id}"), bytes });
        }
    }
    let json = json!({"title": pack.title(), "id": pack.id, "stickers": list});
    let name = format!("{}.json", pack.id);
    let index = json!({"packs": [name]});
    files.push(ExportFile { name, bytes: serde_json::to_vec_pretty(&json)? });
    files.push(ExportFile { name: "index.json".into(), bytes: serde_json::to_vec_pretty(&index)? });
    Ok(files)
}

/// The most bytes of one image pack event's content; an event has at most 65,536 altogether.
const PART_BYTES: usize = 62 * 1024;

/// Under which names an image pack is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Those of Matrix v1.19.
    Stable,
    /// Those from before (`im.ponies.…`), which older clients read.
    Unstable,
}

/// An MSC2545 pack: one event, or where it is too large for one, a list of parts as mautrix
/// bridges split them.
///
/// # Errors
/// When a sticker is on no homeserver.
pub async fn to_image_pack(
    storage: &Storage,
    pack: &Pack,
    names: Names,
) -> Result<Value, ExportError> {
    let stickers = storage.stickers(&pack.id).await?;
    let urls = urls(&stickers)?;
    let mut images = Vec::with_capacity(stickers.len());
    for (place, (sticker, url)) in stickers.iter().zip(urls).enumerate() {
        let mut info = info(sticker);
        info.insert("is_animated".into(), sticker.image.animated.into());
        let image = json!({"url": url, "body": sticker.body, "info": info, ORDER: place});
        images.push((sticker.shortcode.clone(), image));
    }
    let mut events = split(pack, images, names)?;
    Ok(if events.len() == 1 { events.remove(0) } else { Value::Array(events) })
}

fn split(
    pack: &Pack,
    images: Vec<(String, Value)>,
    names: Names,
) -> Result<Vec<Value>, ExportError> {
    let [stable, unstable, ..] = TYPES;
    let kind = if names == Names::Stable { stable } else { unstable };
    let overhead = serde_json::to_vec(&metadata(pack, None))?.len() + 512;
    let mut parts = vec![Map::new()];
    let mut size = overhead;
    for (shortcode, image) in images {
        let more = serde_json::to_vec(&image)?.len() + shortcode.len() + 4;
        let full = size + more > PART_BYTES && size > overhead;
        if full {
            parts.push(Map::new());
            size = overhead;
        }
        size += more;
        if let Some(part) = parts.last_mut() {
            part.insert(shortcode, image);
        }
    }
    let count = parts.len();
    let events = parts.into_iter().enumerate().map(|(index, images)| {
        let mut content = Map::new();
        content.insert("images".into(), images.into());
        let number = (count > 1).then_some(index + 1);
        content.insert("pack".into(), metadata(pack, number));
        let mut state_key = pack.id.clone();
        if count > 1 {
            content.insert(PART_OF.into(), pack.id.clone().into());
            content.insert(PART_INDEX.into(), index.into());
            content.insert(PART_COUNT.into(), count.into());
            if index > 0 {
                state_key = format!("{}.{index:03}", pack.id);
            }
        }
        json!({"type": kind, "state_key": state_key, "content": content})
    });
    Ok(events.collect())
}

fn metadata(pack: &Pack, part: Option<usize>) -> Value {
    let title = match part {
        Some(number) => format!("{} (part {number})", pack.title()),
        None => pack.title().to_owned(),
    };
    json!({"display_name": title, "usage": ["sticker"], "attribution": pack.credit()})
}

fn info(sticker: &Sticker) -> Map<String, Value> {
    let image = &sticker.image;
    let mut info = Map::new();
    info.insert("mimetype".into(), image.mimetype.clone().into());
    info.insert("w".into(), image.w.into());
    info.insert("h".into(), image.h.into());
    info.insert("size".into(), image.size.into());
    info
}

fn urls(stickers: &[Sticker]) -> Result<Vec<&str>, ExportError> {
    let found: Vec<&str> = stickers.iter().filter_map(|sticker| sticker.original()).collect();
    if found.len() == stickers.len() {
        return Ok(found);
    }
    let missing = stickers.iter().filter(|sticker| sticker.original().is_none());
    Err(ExportError::NotUploaded(missing.map(|sticker| sticker.shortcode.clone()).collect()))
}

#[cfg(test)]
mod tests;
