//! Builds the app: Trunk makes picker and manager, `bundle` finishes them, and everything lands in
//! `target/app` as the backend serves it. Nothing is done when no input has changed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bundle::{self, Bundle};
use crate::{cargo, paths, playground, stamp, step, tools};

/// What the app is made of; a change of any of these builds it anew.
const INPUTS: &[&str] = &[
    "src",
    "crates/protocol",
    "crates/host-protocol",
    "assets",
    "style",
    "picker.html",
    "index.html",
    "admin.html",
    "purchases.html",
    "making.html",
    "crates/widgets",
    "build.rs",
    "vendor",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "tests/package-lock.json",
    "tests/playground",
    "xtask/src/app.rs",
    "xtask/src/bundle.rs",
    "xtask/src/playground.rs",
    "xtask/src/wasm.rs",
];

/// Builds the app if it is not there yet in this form, and returns its folder.
///
/// # Errors
/// When a tool is missing and cannot be installed, or the build fails.
pub(crate) fn build() -> Result<PathBuf> {
    let app = paths::app();
    let stamp_file = paths::target().join("app.stamp");
    let wanted = stamp::hash_of(&paths::repository(), INPUTS, &["assets/starter-pack"])?;
    if stamp::is_fresh(&stamp_file, &wanted) && app.join("picker.html").is_file() {
        return Ok(app);
    }
    tools::wasm_target()?;
    tools::npm_packages()?;
    let picker = trunk("picker", "picker.html")?;
    let manager = trunk("manager", "index.html")?;
    let admin = trunk("admin", "admin.html")?;
    let purchases = trunk("purchases", "purchases.html")?;
    let making = trunk("making", "making.html")?;
    let mut bundle = Bundle::default();
    let step = step::Step::begin("Finishing the app: optimise, minify, hash, compress");
    bundle.add_page(&picker, "picker.html", &step)?;
    bundle.add_page(&manager, "index.html", &step)?;
    bundle.add_page(&admin, "admin.html", &step)?;
    bundle.add_page(&purchases, "purchases.html", &step)?;
    bundle.add_page(&making, "making.html", &step)?;
    playground::add_to(&mut bundle)?;
    let fresh = paths::target().join("app.new");
    bundle.write_to(&fresh)?;
    bundle::replace_folder(&fresh, &app)?;
    step.done();
    fs::write(stamp_file, wanted)?;
    Ok(app)
}

/// Runs Trunk for one program and its page, and returns the folder it made.
fn trunk(program: &str, page: &str) -> Result<PathBuf> {
    let path = tools::path_with(&[tools::TRUNK.folder()?, tools::WASM_BINDGEN.folder()?])?;
    let output = paths::target().join("trunk").join(program);
    fs::create_dir_all(&output).with_context(|| format!("{} cannot be made", output.display()))?;
    // By name, because a changed `PATH` in the child's environment does not lead to its binary.
    let mut command = Command::new(tools::TRUNK.folder()?.join("trunk"));
    command
        .arg("build")
        .args(["--release", "--skip-version-check", "--dist"])
        .arg(&output)
        .args(["--html-output", page, page])
        .current_dir(paths::repository())
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", paths::target())
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?)
        .env("RUSTC_BOOTSTRAP", "1")
        // The compiler's messages are above; where in Trunk it noticed helps nobody.
        .env("RUST_BACKTRACE", "0")
        // Trunk takes only `true` and `false` here, and many terminals set `NO_COLOR=1`.
        .env_remove("NO_COLOR");
    cargo::without_our_package(&mut command);
    step::run(&format!("Building the {program} for WASM"), &mut command)?;
    Ok(output)
}

/// Flags for the compiler, as Cargo wants them. The app's panics end it and are never read, so it
/// carries neither the places in the sources nor the texts that only `{:?}` would print: 2 kB less.
/// (docs/decisions/0005-smaller-wasm.md)
fn flags() -> Result<String> {
    let mut flags = vec!["-Zlocation-detail=none".to_owned(), "-Zfmt-debug=none".to_owned()];
    let repository = paths::repository();
    flags.push(format!("--remap-path-prefix={}=", repository.display()));
    let sources = cargo::home()?.join("registry/src");
    for registry in fs::read_dir(&sources).into_iter().flatten() {
        flags.push(format!("--remap-path-prefix={}/=", registry?.path().display()));
    }
    Ok(flags.join("\u{1f}"))
}
