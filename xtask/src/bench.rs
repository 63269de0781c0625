//! `cargo xtask bench`: what can be measured honestly today.

use anyhow::Result;

use crate::budget;

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
    }
}
