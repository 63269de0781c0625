//! `cargo xtask check`: everything that can be wrong without running the program.

use std::process::Command;

use anyhow::{Result, bail};

use crate::cargo::cargo;
use crate::step::{self, seconds};
use crate::{budget, hygiene, interrupt, paths, tools};

/// Options of `cargo xtask check`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Also look the dependencies up in the advisory database, which needs the network
    #[arg(long)]
    advisories: bool,
}

/// Runs every check, also after one has failed, and names those that did.
pub(crate) fn run(options: &Options) -> Result<()> {
    let begun = std::time::Instant::now();
    let checks: [(&str, &dyn Fn() -> Result<()>); 7] = [
        ("formatting", &formatting),
        ("lints", &lints),
        ("lints of the app", &lints_of_the_app),
        ("dependencies", &|| dependencies(options.advisories)),
        ("documentation", &documentation),
        ("files", &hygiene::check),
        ("bundle budget", &budget::check),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        if let Err(error) = check() {
            eprintln!("✗ {name}: {error:#}\n");
            failed.push(name);
        }
        if interrupt::requested() {
            bail!("interrupted");
        }
    }
    if failed.is_empty() {
        println!("All checks passed in {}.", seconds(begun.elapsed()));
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn formatting() -> Result<()> {
    step::run("Formatting", &mut cargo(&["fmt", "--all", "--check"])).map(drop)
}

fn lints() -> Result<()> {
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--locked"]);
    step::run("Lints", clippy.args(["--", "-D", "warnings"])).map(drop)
}

fn lints_of_the_app() -> Result<()> {
    tools::wasm_target()?;
    let mut clippy = cargo(&["clippy", "--package", "tessera", "--locked"]);
    clippy.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    step::run("Lints of the app for WASM", &mut clippy).map(drop)
}

fn dependencies(advisories: bool) -> Result<()> {
    let mut deny = Command::new(tools::CARGO_DENY.folder()?.join("cargo-deny"));
    deny.args(["--workspace", "--all-features", "check", "--hide-inclusion-graph"]);
    deny.args(["bans", "licenses", "sources"]).current_dir(paths::repository());
    if advisories {
        deny.arg("advisories");
    }
    step::run("Dependencies: licences, bans, sources", &mut deny).map(drop)
}

fn documentation() -> Result<()> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    // Links to private items are fine where private items are documented too.
    doc.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private-intra-doc-links");
    step::run("Documentation", &mut doc).map(drop)
}
