//! A folder of pictures, with or without a `pack.toml`; and the layout as such, which a zip shares.

use std::{collections::BTreeMap, path::Path};

use tessera_protocol::limits;

use super::{
    FileError, ImportError, ImportedPack, ImportedSticker, PictureSource,
    pack_toml::{self, PackToml},
};
use crate::packs::{image, pack::Title, text};

/// Files by their path within the folder or zip, with `/` between names.
pub type Files = BTreeMap<String, PictureSource>;

/// The largest `pack.toml` or `pack.json`.
pub(super) const TEXT_BYTES: u64 = 4 * 1024 * 1024;

/// Reads the folder at `path`.
///
/// # Errors
/// When it cannot be read or its `pack.toml` is wrong.
pub fn read(path: &Path) -> Result<ImportedPack, ImportError> {
    let unreadable = |error| ImportError::Unreadable { path: path.display().to_string(), error };
    let mut files = Files::new();
    let mut links = Vec::new();
    // Pictures may be one folder further down where `pack.toml` names them.
    for entry in walkdir::WalkDir::new(path).min_depth(1).max_depth(2).sort_by_file_name() {
        let entry = entry.map_err(|error| unreadable(error.into()))?;
        let within = entry.path().strip_prefix(path).unwrap_or(entry.path());
        let names: Vec<_> = within.iter().map(|name| name.to_string_lossy()).collect();
        let name = names.join("/");
        if entry.file_type().is_symlink() && looks_like_picture(&name) {
            links.push(FileError::new(name, "it is a link; put the file itself here"));
        } else if entry.file_type().is_file() {
            files.insert(name, PictureSource::File(entry.into_path()));
        }
    }
    let described = files.get(pack_toml::FILE_NAME).map(text_of).transpose();
    let described = described.map_err(unreadable)?.as_deref().map(pack_toml::parse).transpose()?;
    let absolute = std::fs::canonicalize(path).map_err(unreadable)?;
    let name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut pack = layout(files, described, &name)?;
    pack.source = format!("folder:{}", absolute.display());
    pack.broken.extend(links);
    Ok(pack)
}

/// The text of a small file.
pub(super) fn text_of(file: &PictureSource) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    match file {
        PictureSource::Bytes(content) => bytes.clone_from(content),
        PictureSource::File(path) => {
            std::fs::File::open(path)?.take(TEXT_BYTES + 1).read_to_end(&mut bytes)?;
        }
        PictureSource::Mxc { .. } => {}
    }
    if u64::try_from(bytes.len()).is_ok_and(|len| len > TEXT_BYTES) {
        return Err(std::io::Error::other("it is too long"));
    }
    let text = String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8"))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Makes a pack of files and what `pack.toml` says about them.
///
/// # Errors
/// When `pack.toml` names a language or file that cannot be.
pub fn layout(
    mut files: Files,
    described: Option<PackToml>,
    name: &str,
) -> Result<ImportedPack, ImportError> {
    let described = described.unwrap_or_default();
    let mut pack = ImportedPack {
        id: described.id,
        name: name.to_owned(),
        author: described.author,
        attribution: described.attribution,
        licence: described.licence,
        is_default: described.default,
        tags: described.tags,
        languages: described.languages,
        rating: described.rating,
        ..ImportedPack::default()
    };
    for (language, title) in described.titles {
        let Some(title) = title.as_str() else {
            let text = format!("pack.toml: the title in `{language}` is no text");
            return Err(ImportError::Malformed(text));
        };
        pack.titles.push(Title { language, text: title.to_owned() });
    }
    if described.stickers.is_empty() {
        let mut names: Vec<String> = files.keys().filter(|name| is_at_top(name)).cloned().collect();
        names.sort_by_key(|name| text::natural_key(name));
        for name in names {
            let Some(file) = files.remove(&name) else { continue };
            if looks_like_picture(&name) || holds_picture(&file) {
                pack.stickers.push(from_name(name, file));
            }
        }
        return Ok(pack);
    }
    for sticker in described.stickers {
        let Some(file) = files.get(&sticker.file) else {
            pack.broken.push(FileError::new(sticker.file, "pack.toml names it, but it is missing"));
            continue;
        };
        let mut imported = from_name(sticker.file, file.clone());
        if let Some(shortcode) = sticker.shortcode {
            if !limits::is_shortcode(&shortcode) {
                let reason = format!(
                    "its shortcode `{shortcode}` is not 1 to {} of A-Z a-z 0-9 _ -",
                    limits::SHORTCODE_CHARS
                );
                pack.broken.push(FileError::new(imported.name, reason));
                continue;
            }
            imported.shortcode = shortcode;
        }
        imported.body = sticker.body.unwrap_or(imported.body);
        imported.emoji = sticker.emoji;
        imported.tags = sticker.tags;
        pack.stickers.push(imported);
    }
    let named: Vec<&str> = pack
        .stickers
        .iter()
        .map(|sticker| sticker.name.as_str())
        .chain(pack.broken.iter().map(|broken| broken.name.as_str()))
        .collect();
    let left_out = files.keys().filter(|name| is_at_top(name) && looks_like_picture(name));
    pack.notes = left_out
        .filter(|name| !named.contains(&name.as_str()))
        .map(|name| format!("{name} is not in pack.toml and was left out"))
        .collect();
    Ok(pack)
}

fn from_name(name: String, picture: PictureSource) -> ImportedSticker {
    let stem = text::stem(&name);
    let body = stem.replace(['_', '-'], " ");
    let shortcode = text::shortcode(stem);
    ImportedSticker { name, shortcode, body, emoji: Vec::new(), tags: Vec::new(), picture }
}

fn is_at_top(name: &str) -> bool {
    !name.contains('/') && !name.starts_with('.')
}

/// Endings of files that somebody means to be a sticker, also of kinds that are refused: those
/// deserve a reason rather than silence.
fn looks_like_picture(name: &str) -> bool {
    const ENDINGS: [&str; 21] = [
        "png", "apng", "gif", "webp", "jpg", "jpeg", "jfif", "svg", "svgz", "webm", "mp4", "mov",
        "mkv", "tgs", "avif", "heic", "bmp", "tif", "tiff", "jxl", "ico",
    ];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

fn holds_picture(file: &PictureSource) -> bool {
    use std::io::Read as _;
    let mut head = Vec::new();
    match file {
        PictureSource::Bytes(bytes) => return image::sniff(bytes).is_ok(),
        PictureSource::File(path) => {
            let opened = std::fs::File::open(path);
            if !opened.is_ok_and(|file| file.take(16).read_to_end(&mut head).is_ok()) {
                return false;
            }
        }
        PictureSource::Mxc { .. } => return false,
    }
    image::sniff(&head).is_ok()
}
