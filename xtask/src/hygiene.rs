//! What must not be in committed files: this machine's paths, and where this machine gets its
//! packages from. The words are asked of the machine, so that they stand nowhere themselves.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::step::{Step, answer_of};

/// Looks through every committed file.
pub(crate) fn check() -> Result<()> {
    let step = Step::begin("Committed files");
    let forbidden = forbidden_words();
    let listed =
        answer_of(Command::new("git").args(["ls-files", "-z"]).current_dir(paths::repository()));
    let listed = listed.context("git cannot list the committed files")?;
    let mut found = Vec::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        // Deleted but not committed yet, or a binary file.
        let Ok(text) = fs::read_to_string(paths::repository().join(name)) else { continue };
        for word in forbidden.iter().filter(|word| text.contains(word.as_str())) {
            found.push(format!("{name} has {word:?}"));
        }
        let is_npm_lock = name.ends_with("package-lock.json");
        if is_npm_lock && text.contains("\"resolved\"") {
            found.push(format!("{name} names the registry its packages came from"));
        }
        if name == "Cargo.lock" {
            let sources: BTreeSet<_> =
                text.lines().filter(|line| line.starts_with("source = ")).collect();
            if sources.len() > 1 {
                found.push(format!("{name} has more than one source: {sources:?}"));
            }
        }
    }
    if !found.is_empty() {
        bail!("these do not belong into the repository:\n{}", found.join("\n"));
    }
    step.done();
    Ok(())
}

/// The checkout's folder, the user's home, and the hosts of the package registries in use.
fn forbidden_words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    words.insert(paths::repository().display().to_string());
    if let Some(home) = env::home_dir() {
        words.insert(format!("{}/", home.display()));
    }
    let npm = answer_of(Command::new("npm").args(["config", "get", "registry"]));
    let pip = answer_of(Command::new("pip3").args(["config", "get", "global.index-url"]));
    let variables = ["PIP_INDEX_URL", "CARGO_REGISTRIES_CRATES_IO_INDEX", "RUSTUP_DIST_SERVER"];
    let addresses = [npm, pip].into_iter().flatten();
    for address in addresses.chain(variables.into_iter().filter_map(|name| env::var(name).ok())) {
        let host = address.split_once("//").map(|(_, rest)| rest.split('/').next());
        words.extend(host.flatten().filter(|host| host.contains('.')).map(ToOwned::to_owned));
    }
    words
}
