//! The `tessera` binary.

use std::process::ExitCode;

use clap::Parser as _;
use tessera_backend::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    // Ring for all TLS, chosen once: reqwest and sqlx bring no provider of their own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match cli::run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tessera: {error:#}");
            ExitCode::FAILURE
        }
    }
}
