//! `cargo xtask run`: the playground.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::cargo;
use crate::{app, interrupt, paths, step};

/// Options of `cargo xtask run`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port of the playground, on this machine only
    #[arg(long, default_value_t = 8184)]
    port: u16,
    /// Forget what earlier runs stored
    #[arg(long)]
    fresh: bool,
}

/// Builds what is missing, starts the playground and stays until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    let app = app::build()?;
    let binary = build_backend()?;
    let data = paths::target().join("playground");
    if options.fresh && data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    if TcpStream::connect(address).is_ok() {
        bail!("port {} is taken; choose another one with --port", options.port);
    }
    let mut server = Command::new(binary);
    if std::env::var_os("TESSERA_LOG").is_none() {
        server.env("TESSERA_LOG", "warn");
    }
    let mut server = server
        .args(["serve", "--playground"])
        .env("TESSERA_APP_DIR", app)
        .env("TESSERA_LISTEN", address.to_string())
        .env("TESSERA_DATABASE", format!("sqlite://{}", data.join("tessera.db").display()))
        .current_dir(paths::repository())
        .spawn()
        .context("the backend cannot be started")?;
    let started = wait_until_healthy(&mut server, address);
    if started.is_ok() {
        // The backend has said where it is.
        println!("Ctrl-C stops it.");
    }
    let outcome = started.and_then(|()| stay(&mut server));
    stop(&mut server);
    outcome
}

/// Builds the backend and returns its binary.
pub(crate) fn build_backend() -> Result<std::path::PathBuf> {
    step::run("Building the backend", &mut cargo(&["build", "--package", "tessera-backend"]))?;
    Ok(paths::target().join("debug").join("tessera"))
}

fn wait_until_healthy(server: &mut Child, address: SocketAddr) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(status) = server.try_wait()? {
            bail!("the backend ended with {status}; its messages are above");
        }
        if is_healthy(address) {
            return Ok(());
        }
        ensure!(!interrupt::requested(), "interrupted");
        ensure!(Instant::now() < deadline, "the backend is not healthy after 60 s");
        thread::sleep(Duration::from_millis(100));
    }
}

fn is_healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn stay(server: &mut Child) -> Result<()> {
    while !interrupt::requested() {
        if let Some(status) = server.try_wait()? {
            bail!("the backend ended with {status}");
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Asks the server to end, and ends it when it does not.
fn stop(server: &mut Child) {
    Command::new("kill").args(["-TERM", &server.id().to_string()]).status().ok();
    for _ in 0..100 {
        if !matches!(server.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    server.kill().ok();
    server.wait().ok();
}
