//! `cargo xtask bench`: measurements side by side in one run. Never a test.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::cargo::cargo;
use crate::postgres::Postgres;
use crate::{app, budget, dist, paths, step, test, tools};

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The size of every file of the app: as it is, with gzip, with Brotli
    Size,
    /// How soon the picker's stickers are painted, beside a page without scripts, and what a large
    /// library costs
    Picker {
        /// Visits of each kind; the medians are printed
        #[arg(long, default_value_t = 5)]
        rounds: u32,
    },
    /// How fast libraries are answered with a thousand users and a million, on both databases,
    /// beside the same bytes from memory; and what an idle server holds in memory
    Backend,
}

/// Measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    match options.what {
        What::Size => {
            println!("{:<16} {:<44} {:>9} {:>9} {:>9}", "page", "file", "raw", "gzip", "brotli");
            for size in budget::sizes()? {
                println!(
                    "{:<16} {:<44} {:>9} {:>9} {:>9}",
                    size.page, size.path, size.raw, size.gzip, size.brotli
                );
            }
            Ok(())
        }
        What::Picker { rounds } => {
            let app = app::build()?;
            // As it runs in life: an unoptimised backend would be what is measured.
            let backend = dist::build()?;
            tools::npm_packages()?;
            let mut node = Command::new("node");
            node.arg("bench/picker.mjs")
                .current_dir(paths::tests())
                .env("TESSERA_TEST_APP", app)
                .env("TESSERA_TEST_BACKEND", backend)
                .env("TESSERA_TEST_CHROMIUM", tools::chromium()?)
                .env("TESSERA_TEST_PREPARED", test::prepared()?)
                .env("TESSERA_BENCH_ROUNDS", rounds.to_string());
            ensure!(node.status()?.success(), "the benchmark did not end well");
            Ok(())
        }
        What::Backend => {
            let backend = dist::build()?;
            let built = ["bench", "--locked", "--package", "tessera-backend", "--bench", "library"];
            let mut build = cargo(&built);
            build.arg("--no-run");
            step::run("Building the benchmark", &mut build)?;
            let postgres = Postgres::start()?;
            let mut bench = cargo(&built);
            bench
                .env("TESSERA_BENCH_BINARY", backend)
                .env("TESSERA_BENCH_POSTGRES_URL", postgres.url());
            ensure!(bench.status()?.success(), "the benchmark did not end well");
            Ok(())
        }
    }
}
