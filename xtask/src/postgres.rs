//! A PostgreSQL of its own for one test run: a fresh folder, a free port, loopback only, and
//! stopped whatever happens.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::step::{Step, answer_of};
use crate::{interrupt, paths};

/// The user that PostgreSQL's packages make; PostgreSQL refuses to run as root.
const SYSTEM_USER: &str = "postgres";

/// How many lines of its log are shown when tests failed.
const LAST_WORDS: usize = 20;

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    server: Child,
    port: u16,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server and waits until it takes connections.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let step = Step::begin("Starting PostgreSQL");
        let folder = tempfile::Builder::new().prefix("tessera-postgres-").tempdir()?;
        let as_root = answer_of(Command::new("id").arg("-u")).as_deref() == Some("0");
        if as_root {
            let owned = Command::new("chown").arg(SYSTEM_USER).arg(folder.path()).status()?;
            ensure!(owned.success(), "there is no user {SYSTEM_USER} to run PostgreSQL as");
        }
        let data = folder.path().join("data");
        let mut initdb = program(&programs.join("initdb"), as_root);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]);
        initdb.args(["--locale=C", "--pgdata"]).arg(&data).current_dir(folder.path());
        let made = initdb.output().context("initdb cannot be started")?;
        let complaint = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "initdb failed:\n{complaint}");

        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = folder.path().join("log");
        let mut server = program(&programs.join("postgres"), as_root);
        server.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        // The tests' data need not survive a power cut; syncing would cost most of their time.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            // Nor need the log be kept: a machine with little disk left would stop the server.
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=64MB",
            "max_connections=200",
        ] {
            server.args(["-c", setting]);
        }
        // In a group of its own: Ctrl-C must not stop the database under the tests' feet.
        std::os::unix::process::CommandExt::process_group(&mut server, 0);
        let output = fs::File::create(&log)?;
        server.current_dir(folder.path()).stdin(Stdio::null());
        server.stdout(output.try_clone()?).stderr(output);
        let server = server.spawn().context("postgres cannot be started")?;
        let mut started = Self { server, port, folder };
        started.wait()?;
        step.done();
        Ok(started)
    }

    /// The address of its maintenance database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// What it said last: whether it was the server that failed, and not the tests.
    pub(crate) fn last_words(&self) -> String {
        let said = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
    }

    fn wait(&mut self) -> Result<()> {
        let log = self.folder.path().join("log");
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended with {status}:\n{said}");
            }
            let ready = said.contains("ready to accept connections");
            if ready && TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "PostgreSQL is not ready after 30 s:\n{said}");
            ensure!(!interrupt::requested(), "interrupted");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's "fast" shutdown.
        Command::new("kill").args(["-INT", &self.server.id().to_string()]).status().ok();
        for _ in 0..200 {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// The folder of `initdb` and `postgres`; Debian keeps it off `PATH`.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    let on_path = paths::which("initdb").and_then(|file| file.parent().map(Path::to_path_buf));
    let mut candidates = folders.into_iter().rev().chain(on_path);
    candidates
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .context("PostgreSQL is needed for the tests; on Debian: apt-get install postgresql")
}

fn program(program: &Path, as_root: bool) -> Command {
    if !as_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--init-groups"]);
    command.arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_leaves_nothing_behind() {
        let postgres = Postgres::start().unwrap();
        let (port, folder) = (postgres.port, postgres.folder.path().to_path_buf());
        assert!(postgres.url().ends_with("/postgres"));
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        assert!(postgres.last_words().contains("ready to accept connections"));
        drop(postgres);
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
        assert!(!folder.exists());
    }
}
