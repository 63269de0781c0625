//! Reading the operator's folder: `DOCUMENT/VERSION/LANGUAGE.md`. What is wrong is named by its
//! file, with the remedy, and the server does not start with half of its terms.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{Document, Documents, Text, Version, order, page};

/// The longest text, in bytes.
const LONGEST: u64 = 512 * 1024;

/// Why the terms cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// A folder or file that is not there or not readable.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A name that cannot be part of an address.
    #[error(
        "{0}: names of documents, versions and languages are of ASCII letters, digits, \".\", \"-\" and \"_\""
    )]
    Name(PathBuf),
    /// A file where a folder is meant, or the other way round.
    #[error("{0}: the folder is made of DOCUMENT/VERSION/LANGUAGE.md and nothing else")]
    Shape(PathBuf),
    /// A folder without anything in it.
    #[error("{0}: there is nothing in this folder")]
    Empty(PathBuf),
    /// A text that nobody can read.
    #[error("{0}: the file is not UTF-8")]
    NotUtf8(PathBuf),
    /// A text without a name.
    #[error("{0}: there is no heading; the first one (\"# Privacy\") is the document's title")]
    NoTitle(PathBuf),
    /// A text that is too long to be read by anybody.
    #[error("{path}: the file is larger than {LONGEST} bytes")]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
}

impl Documents {
    /// Reads a folder.
    ///
    /// # Errors
    /// Names the first file or folder that cannot be used, and why.
    pub fn read(folder: &Path) -> Result<Self, TermsError> {
        let mut documents = Vec::new();
        for (id, path) in folders(folder)? {
            let mut versions: Vec<Version> = Vec::new();
            for (name, path) in folders(&path)? {
                versions.push(Version { name, texts: texts(&path)? });
            }
            versions.sort_by(|left, right| order::compare(&right.name, &left.name));
            if versions.is_empty() {
                return Err(TermsError::Empty(path));
            }
            let current = versions.remove(0);
            documents.push(Document { id, current, older: versions });
        }
        Ok(Self(documents))
    }
}

/// What is in a folder, by name; hidden files are nobody's.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, TermsError> {
    let io = |error| TermsError::Io { path: folder.to_owned(), error };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name else { return Err(TermsError::Name(path)) };
        if !name.starts_with('.') {
            entries.push((name.to_owned(), path));
        }
    }
    if entries.is_empty() {
        return Err(TermsError::Empty(folder.to_owned()));
    }
    entries.sort();
    Ok(entries)
}

fn folders(folder: &Path) -> Result<Vec<(String, PathBuf)>, TermsError> {
    let entries = entries(folder)?;
    for (name, path) in &entries {
        if !path.is_dir() {
            return Err(TermsError::Shape(path.clone()));
        }
        if !is_plain(name) {
            return Err(TermsError::Name(path.clone()));
        }
    }
    Ok(entries)
}

fn texts(folder: &Path) -> Result<BTreeMap<String, Text>, TermsError> {
    let mut texts = BTreeMap::new();
    for (name, path) in entries(folder)? {
        let language = match name.strip_suffix(".md") {
            Some(language) if path.is_file() => language,
            _ => return Err(TermsError::Shape(path)),
        };
        if !is_plain(language) || language != language.to_ascii_lowercase() {
            return Err(TermsError::Name(path));
        }
        texts.insert(language.to_owned(), text(&path)?);
    }
    Ok(texts)
}

fn text(path: &Path) -> Result<Text, TermsError> {
    let io = |error| TermsError::Io { path: path.to_owned(), error };
    if fs::metadata(path).map_err(io)?.len() > LONGEST {
        return Err(TermsError::TooLarge { path: path.to_owned() });
    }
    let bytes = fs::read(path).map_err(io)?;
    let markdown = String::from_utf8(bytes).map_err(|_| TermsError::NotUtf8(path.to_owned()))?;
    let title = page::title(&markdown).ok_or_else(|| TermsError::NoTitle(path.to_owned()))?;
    Ok(Text { title, markdown })
}

/// Whether a name can be part of an address as it is, and is not a way up.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.len() <= 64 && !name.starts_with('.') && name.chars().all(plain)
}
