//! `cargo xtask dist`: the one file that an operator installs.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cargo::cargo;
use crate::{app, paths, step};

/// Builds the release binary with the app inside it and returns where it is.
pub(crate) fn build() -> Result<PathBuf> {
    app::build()?;
    let mut cargo = cargo(&["build", "--release", "--locked", "--package", "tessera-backend"]);
    cargo.args(["--features", "embed-app"]);
    step::run("Building the release binary with the app inside", &mut cargo)?;
    let folder = paths::target().join("dist");
    fs::create_dir_all(&folder)?;
    let binary = folder.join("tessera");
    fs::copy(paths::target().join("release/tessera"), &binary).context("no binary was built")?;
    Ok(binary)
}

/// Builds it and says how large it is.
pub(crate) fn run() -> Result<()> {
    let binary = build()?;
    let bytes = fs::metadata(&binary)?.len();
    println!("{} has {}.{} MB", binary.display(), bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    Ok(())
}
