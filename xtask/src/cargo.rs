//! Cargo, started from a program that Cargo started.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths;

/// Cargo in the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).current_dir(paths::repository());
    without_our_package(&mut cargo);
    cargo
}

/// Removes what Cargo told this program about itself: packages that look at it (sqlx does) would
/// be compiled anew whenever a person's own `cargo build` and ours take turns.
pub(crate) fn without_our_package(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let about_us = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
        if about_us.iter().any(|prefix| text.starts_with(prefix)) || text == "CARGO" {
            command.env_remove(&name);
        }
    }
}

/// Where Cargo keeps what it downloads.
pub(crate) fn home() -> Result<PathBuf> {
    if let Some(home) = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()) {
        return Ok(PathBuf::from(home));
    }
    Ok(env::home_dir().context("this user has no home folder")?.join(".cargo"))
}
