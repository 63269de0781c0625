//! The command line: `tessera serve`, `tessera check`, `tessera doctor`,
//! `tessera packs …`, `tessera sales …`. Called by `main`; the
//! commands call the domain as the HTTP routes do.

mod check;
mod doctor;
pub mod packs;
mod sales;
mod serve;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use secrecy::ExposeSecret as _;
use tracing_subscriber::EnvFilter;

use crate::{
    clock::SystemClock,
    config::{Config, LogFormat},
    matrix::server_name::ServerName,
    random::SystemRandom,
    storage::Storage,
};

/// A self-hosted Matrix integration manager.
#[derive(Debug, Parser)]
#[command(name = "tessera", version)]
pub struct Cli {
    /// The configuration file; without it `tessera.toml` in this folder, if there is one.
    #[arg(long, global = true, env = "TESSERA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve {
        /// With a demo room at /playground that needs no homeserver; loopback addresses only.
        #[arg(long)]
        playground: bool,
    },
    /// Check the configuration, print what clients have to be told, and see whether they are.
    Check {
        /// Look at nothing but the configuration.
        #[arg(long)]
        offline: bool,
    },
    /// Find out what keeps users of a homeserver from stickers and widgets.
    Doctor {
        /// The homeserver's name: what follows the colon in its users' Matrix IDs.
        server_name: ServerName,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Import, export and look after sticker packs.
    #[command(subcommand)]
    Packs(packs::PacksCommand),
    /// Prices, vouchers, grants, refunds and what came in.
    #[command(subcommand)]
    Sales(sales::SalesCommand),
}

/// Runs the command line.
///
/// # Errors
/// With a text for the operator.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = match Config::load(cli.config.as_ref()) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("The configuration cannot be used:\n{error}");
            return Ok(ExitCode::from(2));
        }
    };
    start_log(&config)?;
    match cli.command {
        Command::Serve { playground } => serve::run(config, playground).await,
        Command::Check { offline } => check::run(&config, offline).await,
        Command::Doctor { server_name, json } => doctor::run(&config, &server_name, json).await,
        Command::Packs(command) => {
            let context = packs::Context {
                storage: Storage::open(config.database.expose_secret()).await?,
                homeserver: config.homeserver_account(),
                clock: Arc::new(SystemClock),
                random: Arc::new(SystemRandom),
            };
            packs::run(command, &context).await
        }
        Command::Sales(command) => {
            let storage = Storage::open(config.database.expose_secret()).await?;
            sales::run(command, &sales::orders(&config, storage)?).await
        }
    }
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| anyhow::anyhow!("`log`: \"{}\" is no filter: {error}", config.log))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
