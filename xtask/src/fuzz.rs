//! `cargo xtask fuzz`: random input for everything that strangers can send us. Needs a C++ compiler
//! and time, so it is no part of `test`.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::cargo::cargo;
use crate::step::{self, answer_of};
use crate::{paths, stamp, tools};

/// Options of `cargo xtask fuzz`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// One target, as in fuzz/fuzz_targets; all of them if none is named
    target: Option<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 20)]
    seconds: u32,
}

/// Runs the targets one after the other; what they find stays in fuzz/artifacts.
pub(crate) fn run(options: &Options) -> Result<()> {
    let nightly = answer_of(Command::new("rustc").args(["+nightly", "--version"])).is_some();
    let path = tools::path_with(&[tools::CARGO_FUZZ.folder()?])?;
    let fuzz = paths::repository().join("fuzz");
    let all = stamp::files_under(&fuzz.join("fuzz_targets"))?;
    let mut names = all.iter().filter_map(|file| file.file_stem()?.to_str()).collect::<Vec<_>>();
    if let Some(wanted) = options.target.as_deref() {
        names.retain(|name| *name == wanted);
        if names.is_empty() {
            bail!("there is no fuzz target {wanted}");
        }
    }
    for name in names {
        let corpus = fuzz.join("corpus").join(name);
        fs::create_dir_all(&corpus)?;
        let mut cargo = cargo(&[]);
        if nightly {
            cargo.arg("+nightly");
        } else {
            // The sanitizers are in every compiler, and only nightly's offers them unasked.
            cargo.env("RUSTC_BOOTSTRAP", "1");
        }
        cargo.args(["fuzz", "run", name]);
        cargo.arg(&corpus);
        let seeds = fuzz.join("seeds").join(name);
        if seeds.is_dir() {
            cargo.arg(seeds);
        }
        cargo.arg("--").arg(format!("-max_total_time={}", options.seconds));
        cargo.args(["-rss_limit_mb=4096", "-timeout=20", "-print_final_stats=1"]);
        // The toolchain that runs this program must not decide for its children.
        cargo.env("PATH", &path).env_remove("RUSTUP_TOOLCHAIN");
        let output = step::run(&format!("Fuzzing {name} for {} s", options.seconds), &mut cargo)?;
        for line in output.lines().filter(|line| line.contains("number_of_executed_units")) {
            println!("  {line}");
        }
    }
    Ok(())
}
