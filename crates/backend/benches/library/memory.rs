//! What the real binary takes when it has nothing to do.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The resident memory, in kB, of a server that was started on an empty database.
pub(crate) async fn idle(binary: &str, folder: &Path) -> u64 {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Command::new(binary)
        .arg("serve")
        .current_dir(folder)
        // Ours are no settings of the server.
        .env_remove("TESSERA_BENCH_BINARY")
        .env_remove("TESSERA_BENCH_POSTGRES_URL")
        .env("TESSERA_LISTEN", address.to_string())
        .env("TESSERA_DATABASE", format!("sqlite://{}/empty.db", folder.display()))
        .env("TESSERA_LOG", "error")
        .stdin(Stdio::null())
        .spawn();
    let server = Running(server.unwrap());
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_healthy(address) {
        assert!(Instant::now() < deadline, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What it did at the start is done, and what it was done with may have been given back.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.0.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn is_healthy(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains("200 OK")
}
