//! What lies at a path: told by what it is, then read by the importer of its kind.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{ImportError, ImportedPack, folder, image_pack, maunium, zip};

/// The kinds of source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder of pictures.
    Folder(PathBuf),
    /// The same in a zip.
    Zip(PathBuf),
    /// One pack of maunium/stickerpicker.
    Maunium(PathBuf),
    /// Its list of packs.
    MauniumIndex(PathBuf),
    /// An MSC2545 event.
    ImagePack(PathBuf),
}

impl Source {
    /// Looks at what lies at `path`.
    ///
    /// # Errors
    /// When nothing does, or nothing that we know.
    pub fn at(path: &Path) -> Result<Self, ImportError> {
        let named = || path.display().to_string();
        let metadata = std::fs::metadata(path)
            .map_err(|error| ImportError::Unreadable { path: named(), error })?;
        if metadata.is_dir() {
            return Ok(Self::Folder(path.into()));
        }
        let head = head(path)?;
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Ok(Self::Zip(path.into()));
        }
        let Ok(value) = serde_json::from_str::<Value>(&text(path)?) else {
            return Err(ImportError::UnknownSource(named()));
        };
        if maunium::looks_like_pack(&value) {
            Ok(Self::Maunium(path.into()))
        } else if maunium::looks_like_index(&value) {
            Ok(Self::MauniumIndex(path.into()))
        } else if image_pack::looks_like(&value) {
            Ok(Self::ImagePack(path.into()))
        } else {
            Err(ImportError::UnknownSource(named()))
        }
    }
}

/// Packs that a source held, and what it only pointed to.
#[derive(Debug, Default)]
pub struct Found {
    /// In the source's order.
    pub packs: Vec<ImportedPack>,
    /// Packs that are not imported, and why.
    pub skipped: Vec<String>,
}

/// Reads every pack of a source.
///
/// # Errors
/// When one of them cannot be read.
pub fn read(source: &Source) -> Result<Found, ImportError> {
    let mut found = Found::default();
    match source {
        Source::Folder(path) => found.packs.push(folder::read(path)?),
        Source::Zip(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let bytes = bytes(path, zip::ARCHIVE_BYTES)?;
            found.packs.push(zip::read(&bytes, &name)?);
        }
        Source::Maunium(path) => found.packs.push(maunium_pack(path)?),
        Source::MauniumIndex(path) => {
            let folder = path.parent().unwrap_or(Path::new("."));
            for listed in maunium::parse_index(&text(path)?)? {
                if listed.contains("://") {
                    let note = format!("{listed} is elsewhere: download it and import the file");
                    found.skipped.push(note);
                } else if listed.split(['/', '\\']).any(|part| part == "..")
                    || Path::new(&listed).is_absolute()
                {
                    found.skipped.push(format!("{listed} is not in the index's folder"));
                } else {
                    found.packs.push(maunium_pack(&folder.join(listed))?);
                }
            }
        }
        Source::ImagePack(path) => {
            let mut pack = image_pack::parse(&text(path)?)?;
            if pack.name.is_empty() {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                pack.source.push_str(&stem);
                pack.name = stem;
            }
            found.packs.push(pack);
        }
    }
    Ok(found)
}

fn maunium_pack(path: &Path) -> Result<ImportedPack, ImportError> {
    let mut pack = maunium::parse(&text(path)?)?;
    maunium::with_thumbnails(&mut pack, path.parent().unwrap_or(Path::new(".")));
    if pack.name.is_empty() {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        pack.source.push_str(&stem);
        pack.name = stem;
    }
    Ok(pack)
}

fn head(path: &Path) -> Result<Vec<u8>, ImportError> {
    take(path, 4)
}

fn text(path: &Path) -> Result<String, ImportError> {
    let bytes = bytes(path, maunium::JSON_BYTES)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| ImportError::UnknownSource(path.display().to_string()))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// A whole file of at most `limit` bytes.
fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, ImportError> {
    let bytes = take(path, limit + 1)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > limit) {
        let mebibytes = limit / 1024 / 1024;
        let text = format!("{} has more than {mebibytes} MiB", path.display());
        return Err(ImportError::Malformed(text));
    }
    Ok(bytes)
}

fn take(path: &Path, limit: u64) -> Result<Vec<u8>, ImportError> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|error| ImportError::Unreadable { path: path.display().to_string(), error })?;
    Ok(bytes)
}
