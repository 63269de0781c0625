//! A zip of pictures, laid out as a folder would be, with a `pack.toml` or, as FluffyChat and
//! others write it, an MSC2545 `pack.json`. Nothing is ever written to a disk, no size in a header
//! is believed, and an archive that tries a trick is refused whole.

use std::io::{Cursor, Read as _};

use super::{
    ImportError, ImportedPack, PictureSource,
    folder::{self, Files},
    image_pack, pack_toml,
};
use crate::packs::{image, text};

/// The largest archive.
pub const ARCHIVE_BYTES: u64 = 256 * 1024 * 1024;
/// The most entries.
pub const ENTRIES: usize = 2000;
/// The most bytes that all entries together may unpack to.
const TOTAL_BYTES: usize = 512 * 1024 * 1024;
/// The most that one byte may unpack to; pictures are compressed already and unpack to about one.
const RATIO: usize = 100;
/// What may unpack at any ratio.
const HARMLESS: usize = 256 * 1024;

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// It cannot be read.
    #[error("it is damaged ({0})")]
    Damaged(#[from] ::zip::result::ZipError),
    /// More than [`ENTRIES`].
    #[error("it has {0} entries; {ENTRIES} are allowed")]
    TooManyEntries(usize),
    /// A name that leads elsewhere.
    #[error("the entry name {0:?} leads out of the folder")]
    Escapes(String),
    /// A link.
    #[error("{0} is a link")]
    Link(String),
    /// A password would be needed.
    #[error("{0} is encrypted; save the zip without a password")]
    Encrypted(String),
    /// One entry unpacks to too much.
    #[error("{name} unpacks to more than {} MiB", image::FILE_BYTES / 1024 / 1024)]
    EntryTooLarge {
        /// The entry.
        name: String,
    },
    /// All entries unpack to too much.
    #[error("it unpacks to more than {0} MiB")]
    TooLarge(usize),
    /// A bomb.
    #[error("{0} unpacks to more than {RATIO} times its size")]
    Bomb(String),
    /// Two entries of one name.
    #[error("it has two entries named {0}")]
    Twice(String),
    /// An entry cannot be unpacked.
    #[error("{name} cannot be unpacked: {error}")]
    Unpack {
        /// The entry.
        name: String,
        /// What went wrong.
        error: std::io::Error,
    },
}

/// Unpacks the files of an archive into memory.
///
/// # Errors
/// When anything about it is wrong.
pub fn unpack(bytes: &[u8]) -> Result<Files, ZipError> {
    unpack_within(bytes, TOTAL_BYTES)
}

fn unpack_within(bytes: &[u8], total_bytes: usize) -> Result<Files, ZipError> {
    let claimed = claimed_entries(bytes);
    if claimed > ENTRIES {
        return Err(ZipError::TooManyEntries(claimed));
    }
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > ENTRIES {
        return Err(ZipError::TooManyEntries(archive.len()));
    }
    let mut files = Files::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index)?;
        let name = raw.name()?.into_owned();
        if escapes(&name) {
            return Err(ZipError::Escapes(name));
        }
        if raw.is_symlink() {
            return Err(ZipError::Link(name));
        }
        if raw.encrypted() {
            return Err(ZipError::Encrypted(name));
        }
        let packed = usize::try_from(raw.compressed_size()).unwrap_or(usize::MAX).min(bytes.len());
        let folder = raw.is_dir();
        drop(raw);
        if folder || is_clutter(&name) {
            continue;
        }
        let content = unpack_entry(&mut archive, index, &name, packed, (total, total_bytes))?;
        total += content.len();
        if files.insert(name.clone(), PictureSource::Bytes(content)).is_some() {
            return Err(ZipError::Twice(name));
        }
    }
    Ok(without_common_folder(files))
}

/// Reads one entry, one byte further than each limit, so that a lie in a header does not matter.
fn unpack_entry(
    archive: &mut ::zip::ZipArchive<Cursor<&[u8]>>,
    index: usize,
    name: &str,
    packed: usize,
    (before, total): (usize, usize),
) -> Result<Vec<u8>, ZipError> {
    let by_ratio = packed.saturating_mul(RATIO).max(HARMLESS);
    let limit = image::FILE_BYTES.min(by_ratio).min(total - before);
    let mut content = Vec::new();
    let entry = archive.by_index(index)?;
    let allowed = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let unpacked = entry.take(allowed).read_to_end(&mut content);
    unpacked.map_err(|error| ZipError::Unpack { name: name.to_owned(), error })?;
    if content.len() <= limit {
        Ok(content)
    } else if limit == image::FILE_BYTES {
        Err(ZipError::EntryTooLarge { name: name.to_owned() })
    } else if limit == by_ratio {
        Err(ZipError::Bomb(name.to_owned()))
    } else {
        Err(ZipError::TooLarge(total / 1024 / 1024))
    }
}

/// Entries that the directory's end claims: cheaper to read than the directory.
fn claimed_entries(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let end = bytes.get(tail..).unwrap_or_default();
    let found = end.windows(4).rposition(|window| window == b"PK\x05\x06");
    let count = found.and_then(|at| end.get(at + 10..at + 12));
    count.and_then(|count| count.first_chunk()).map_or(0, |count| u16::from_le_bytes(*count).into())
}

/// Whether a name leads, or on some system would lead, out of the folder.
fn escapes(name: &str) -> bool {
    name.is_empty()
        || name.starts_with('/')
        || name.contains(['\\', '\0', ':'])
        || name.split('/').any(|part| part == "..")
}

/// What file managers put into archives.
fn is_clutter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__MACOSX/") || last.starts_with('.') || last == "Thumbs.db"
}

/// A zip of a folder, rather than of what is in it, is the same pack.
fn without_common_folder(files: Files) -> Files {
    let Some(folder) = files.keys().next().and_then(|name| name.split_once('/')) else {
        return files;
    };
    let prefix = format!("{}/", folder.0);
    if !files.keys().all(|name| name.starts_with(&prefix)) {
        return files;
    }
    let renamed = files.into_iter().map(|(name, file)| {
        let short = name.strip_prefix(&prefix).map(String::from);
        (short.unwrap_or(name), file)
    });
    renamed.collect()
}

/// Reads a pack out of an archive; `name` is the archive's own.
///
/// # Errors
/// When the archive is refused or what describes the pack is wrong.
pub fn read(bytes: &[u8], name: &str) -> Result<ImportedPack, ImportError> {
    read_within(bytes, name, TOTAL_BYTES)
}

/// The same for an archive that may unpack to so many bytes.
///
/// # Errors
/// When the archive is refused or what describes the pack is wrong.
pub fn read_within(
    bytes: &[u8],
    name: &str,
    total_bytes: usize,
) -> Result<ImportedPack, ImportError> {
    let files = unpack_within(bytes, total_bytes)?;
    let text_in = |file: &str| {
        let text = files.get(file).map(folder::text_of).transpose();
        text.map_err(|error| ImportError::Malformed(format!("{file}: {error}")))
    };
    let name = name.strip_suffix(".zip").unwrap_or(name);
    let mut pack = if let Some(text) = text_in(pack_toml::FILE_NAME)? {
        folder::layout(files, Some(pack_toml::parse(&text)?), name)?
    } else {
        let described = match text_in("pack.json")? {
            Some(text) => Some(text),
            None => text_in("import.json")?,
        };
        let mut pack = folder::layout(files, None, name)?;
        if let Some(event) = described.as_deref().and_then(|text| image_pack::parse(text).ok()) {
            describe(&mut pack, event);
        }
        pack
    };
    pack.source = format!("zip:{name}");
    Ok(pack)
}

/// Takes texts and order from an image pack, whose shortcodes name the files.
fn describe(pack: &mut ImportedPack, event: ImportedPack) {
    let place = |shortcode: &str| {
        event.stickers.iter().position(|sticker| {
            sticker.shortcode == shortcode || text::shortcode(&sticker.shortcode) == shortcode
        })
    };
    for sticker in &mut pack.stickers {
        let known = place(&sticker.shortcode).and_then(|at| event.stickers.get(at));
        if let Some(known) = known {
            sticker.body.clone_from(&known.body);
            sticker.emoji.clone_from(&known.emoji);
            sticker.tags.clone_from(&known.tags);
        }
    }
    pack.stickers.sort_by_key(|sticker| place(&sticker.shortcode).unwrap_or(usize::MAX));
    pack.titles = event.titles;
    pack.attribution = event.attribution;
}
