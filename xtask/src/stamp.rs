//! Stamps: a step is skipped when the hash of its inputs is the one its last run left behind.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The hash of files and folders (their relative names and bytes), without those in `except`.
pub(crate) fn hash_of(root: &Path, inputs: &[&str], except: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for input in inputs {
        for file in files_under(&root.join(input))? {
            let name = file.strip_prefix(root).unwrap_or(&file);
            if except.iter().any(|folder| name.starts_with(folder)) {
                continue;
            }
            let name = name.to_string_lossy().into_owned();
            let bytes = fs::read(&file).with_context(|| format!("{name} cannot be read"))?;
            hasher.update(name.as_bytes());
            hasher.update([0]);
            hasher.update(bytes.len().to_le_bytes());
            hasher.update(&bytes);
        }
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Whether `file` holds `stamp`.
pub(crate) fn is_fresh(file: &Path, stamp: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|found| found == stamp)
}

/// Every file under `path` in a stable order; `path` itself if it is a file, nothing if absent.
pub(crate) fn files_under(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if path.is_file() {
        found.push(path.to_path_buf());
    } else if path.is_dir() {
        let entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        for entry in entries {
            if entry.file_name() != "node_modules" {
                found.extend(files_under(&entry.path())?);
            }
        }
    }
    found.sort();
    Ok(found)
}
