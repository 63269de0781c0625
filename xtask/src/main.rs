//! `cargo xtask run | test | check | bench | dist`: everything a person does to the repository.
//!
//! Each command is a module; `tools` installs what they need on demand, `step` shows progress.

mod app;
mod bench;
mod budget;
mod bundle;
mod cargo;
mod check;
mod dist;
mod fuzz;
mod hygiene;
mod interrupt;
mod paths;
mod playground;
mod postgres;
mod run;
mod stamp;
mod step;
mod test;
mod tools;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything a person does to this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, propagate_version = false)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the playground: a demo room with the real picker, no homeserver needed
    Run(run::Options),
    /// Build the picker and the playground's page into target/app
    App,
    /// Run every test: Rust on SQLite and PostgreSQL, then browsers against a real Synapse
    Test(test::Options),
    /// Formatting, lints, dependencies, documentation, the bundle budget
    Check(check::Options),
    /// Measure
    Bench(bench::Options),
    /// Build the release binary with the app inside it: target/dist/tessera
    Dist,
    /// Send random input to everything that strangers can reach
    Fuzz(fuzz::Options),
    /// Install every tool that the other commands need, and nothing else
    Setup,
}

fn main() -> ExitCode {
    interrupt::watch();
    let outcome = match Arguments::parse().command {
        Command::Run(options) => run::run(&options),
        Command::App => app::build().map(|_| ()),
        Command::Test(options) => test::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Dist => dist::run(),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Setup => tools::install_everything(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
