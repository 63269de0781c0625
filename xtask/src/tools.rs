//! The tools that the other commands need, installed on demand.
//!
//! Rust tools and Synapse go into a cache shared by every checkout (`~/.cache/tessera-dev/tools`),
//! each in a folder named for its version; npm packages go into `tests/node_modules`. What is
//! there already, or on `PATH` in the right version, is reused. Rust tools are compiled: their
//! prebuilt binaries come from a code host's release pages and not from a package registry, so
//! that way would not work everywhere and would not be checked by a lock file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::step::{self, answer_of};
use crate::{paths, stamp};

/// A tool of crates.io in the one version that we use.
pub(crate) struct CargoTool {
    package: &'static str,
    binary: &'static str,
    version: &'static str,
    /// Whether the package's own lock file is used. Not for wasm-bindgen, whose lock file names
    /// a version that has been withdrawn.
    locked: bool,
}

/// Builds the app. The newest that compiles with our Rust.
pub(crate) const TRUNK: CargoTool =
    CargoTool { package: "trunk", binary: "trunk", version: "0.21.14", locked: true };
/// Makes the JavaScript around the app's WASM: of the same version as the crate.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    binary: "wasm-bindgen",
    version: "0.2.130",
    locked: false,
};
/// Checks licences and bans.
pub(crate) const CARGO_DENY: CargoTool =
    CargoTool { package: "cargo-deny", binary: "cargo-deny", version: "0.20.2", locked: true };
/// Fuzzes.
pub(crate) const CARGO_FUZZ: CargoTool =
    CargoTool { package: "cargo-fuzz", binary: "cargo-fuzz", version: "0.13.2", locked: true };

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const SYNAPSE_VERSION: &str = "1.163.2";

impl CargoTool {
    /// The folder of the tool's binary, after installing it if it is missing.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        if let Some(found) = paths::which(self.binary)
            && self.is_right(&found)
        {
            return Ok(found.parent().map(Path::to_path_buf).unwrap_or_default());
        }
        let root = paths::cache()?.join("tools").join(format!("{}-{}", self.binary, self.version));
        let folder = root.join("bin");
        if !self.is_right(&folder.join(self.binary)) {
            self.install(&root)?;
        }
        Ok(folder)
    }

    fn is_right(&self, binary: &Path) -> bool {
        let version = answer_of(Command::new(binary).arg("--version"));
        version.is_some_and(|text| text.split_whitespace().any(|word| word == self.version))
    }

    fn install(&self, root: &Path) -> Result<()> {
        let mut cargo = Command::new("cargo");
        cargo.args(["install", self.package, "--version", self.version, "--force", "--root"]);
        cargo.arg(root);
        if self.locked {
            cargo.arg("--locked");
        }
        // Built once and used for short runs: compile time matters more than their speed.
        cargo
            .current_dir(paths::cache().and_then(|cache| {
                fs::create_dir_all(&cache)?;
                Ok(cache)
            })?)
            .env("CARGO_TARGET_DIR", paths::cache()?.join("build"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("RUSTUP_TOOLCHAIN", toolchain()?)
            .env_remove("RUSTFLAGS");
        let label =
            format!("Installing {} {} (compiled once, minutes)", self.package, self.version);
        step::run(&label, &mut cargo)?;
        Ok(())
    }
}

/// `PATH` with `folders` before everything else.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path));
    Ok(env::join_paths(all)?)
}

/// Rust's standard library for the app.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = answer_of(
        Command::new("rustc").args(["--print", "sysroot"]).current_dir(paths::repository()),
    );
    let sysroot = sysroot.context("rustc is not installed: get it with rustup")?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", WASM_TARGET]).current_dir(paths::repository());
    step::run("Installing Rust's WASM target", &mut rustup)
        .context("this Rust has no WASM target and rustup could not add it")?;
    Ok(())
}

/// The npm packages of `tests/`: bundler, WASM optimiser, browser driver, Element's widget host.
pub(crate) fn npm_packages() -> Result<()> {
    let node = answer_of(Command::new("node").arg("--version"));
    let major = node.as_deref().and_then(|v| v.trim_start_matches('v').split('.').next());
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(20..) => {}
        Some(_) => {
            bail!("Node.js is too old ({}): 20 or newer is needed", node.unwrap_or_default())
        }
        None => bail!("Node.js 20 or newer is needed; on Debian: apt-get install nodejs npm"),
    }
    let tests = paths::tests();
    let wanted = stamp::hash_of(&tests, &["package.json", "package-lock.json"], &[])?;
    let stamp = tests.join("node_modules/.tessera-stamp");
    if stamp::is_fresh(&stamp, &wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    // No package here needs its install script: the bundler's only makes it start faster.
    npm.args(["ci", "--ignore-scripts"]).current_dir(&tests);
    step::run("Installing npm packages", &mut npm)?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// A program of an npm package.
pub(crate) fn npm_program(name: &str) -> Command {
    Command::new(paths::tests().join("node_modules/.bin").join(name))
}

/// The Python that has Synapse.
pub(crate) fn synapse_python() -> Result<PathBuf> {
    let folder = paths::cache()?.join("tools").join(format!("synapse-{SYNAPSE_VERSION}"));
    let python = folder.join("bin/python");
    let ask = "import importlib.metadata as m; print(m.version('matrix-synapse'))";
    let installed = answer_of(Command::new(&python).args(["-c", ask]));
    if installed.as_deref() == Some(SYNAPSE_VERSION) {
        return Ok(python);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    step::run("Making a Python environment for Synapse", &mut venv).context(
        "Python 3.10 or newer with its venv module is needed; \
         on Debian: apt-get install python3 python3-venv",
    )?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check"]);
    pip.arg(format!("matrix-synapse=={SYNAPSE_VERSION}"));
    step::run(&format!("Installing Synapse {SYNAPSE_VERSION}"), &mut pip)?;
    Ok(python)
}

/// A browser of the system.
pub(crate) fn chromium() -> Result<PathBuf> {
    browser("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"]).context(
        "Chromium is needed for the browser tests; on Debian: apt-get install chromium \
         (or name one in CHROMIUM)",
    )
}

/// Another browser of the system.
pub(crate) fn firefox() -> Result<PathBuf> {
    browser("FIREFOX", &["firefox-esr", "firefox"]).context(
        "Firefox is needed for the browser tests; on Debian: apt-get install firefox-esr \
         (or name one in FIREFOX)",
    )
}

fn browser(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from);
    named.or_else(|| names.iter().copied().find_map(paths::which))
}

/// Installs everything that any command needs.
pub(crate) fn install_everything() -> Result<()> {
    wasm_target()?;
    npm_packages()?;
    TRUNK.folder()?;
    WASM_BINDGEN.folder()?;
    CARGO_DENY.folder()?;
    synapse_python()?;
    chromium()?;
    firefox()?;
    Ok(())
}

/// The toolchain that this workspace pins, so that tools are built by it outside the workspace too.
fn toolchain() -> Result<String> {
    let file = fs::read_to_string(paths::repository().join("rust-toolchain.toml"))?;
    let channel = file.lines().find_map(|line| line.strip_prefix("channel = "));
    Ok(channel.context("rust-toolchain.toml names no channel")?.trim_matches('"').to_owned())
}
