//! Where things are: the repository, its build folder, and the cache shared by every checkout.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Cargo's build folder.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => repository().join(folder),
        None => repository().join("target"),
    }
}

/// The finished app: what the backend serves, and what `dist` puts inside the binary.
pub(crate) fn app() -> PathBuf {
    target().join("app")
}

/// The browser tests and the playground's page, with their npm packages.
pub(crate) fn tests() -> PathBuf {
    repository().join("tests")
}

/// Tools that are installed once per machine, not once per checkout.
pub(crate) fn cache() -> Result<PathBuf> {
    let caches = match env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => env::home_dir().context("this user has no home folder")?.join(".cache"),
    };
    Ok(caches.join("tessera-dev"))
}

/// A program by its name on `PATH`.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
