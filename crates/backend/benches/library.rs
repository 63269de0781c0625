//! `cargo xtask bench backend`: the library request with few users and with many, beside a handler
//! that returns the same bytes from memory; and a search in a small and in a large catalogue.
//!
//! Everything runs in one process and in turns, a second each, so that a busy machine slows all of
//! it alike; what counts are the ratios. The requests are real HTTP on kept loopback connections.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop")]

#[path = "library/load.rs"]
mod load;
#[path = "library/memory.rs"]
mod memory;
#[path = "library/report.rs"]
mod report;
#[path = "library/seed.rs"]
mod seed;
#[path = "library/server.rs"]
mod server;

use std::{sync::Arc, time::Duration};

use load::{Request, Series};
use report::Report;
use tessera_backend::{packs::library::Libraries, storage::Storage};

/// How many users the small database has.
const FEW: u64 = 1000;
/// How many the large one has.
const MANY: u64 = 1_000_000;
/// How many packs the small catalogue has.
const SMALL: u64 = 100;
/// How many the large one has.
const LARGE: u64 = 10_000;
/// How often every series has its turn.
const ROUNDS: u32 = 8;
/// How long a turn is.
const TURN: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let mut report = Report::default();
    if let Ok(binary) = std::env::var("TESSERA_BENCH_BINARY") {
        report.memory(memory::idle(&binary, folder.path()).await);
    }
    let sqlite = |users| {
        let url = format!("sqlite://{}/{users}.db", folder.path().display());
        async move { seed::fill(vec![url], users).await }
    };
    let (few, many) = (sqlite(FEW).await, sqlite(MANY).await);
    report.database("SQLite", compare(&few, &many).await);
    let catalogue = |packs| {
        let url = format!("sqlite://{}/catalogue-{packs}.db", folder.path().display());
        async move { catalogue(url, packs).await }
    };
    let (mut small, mut large) = (catalogue(SMALL).await, catalogue(LARGE).await);
    for _ in 0..ROUNDS {
        for series in [&mut small, &mut large] {
            series.run(TURN).await;
        }
    }
    report.catalogue("SQLite", (SMALL, &small), (LARGE, &large));
    if let Ok(cluster) = std::env::var("TESSERA_BENCH_POSTGRES_URL") {
        // Two instances on one database, each with its own pool and caches.
        let few = seed::fill(vec![seed::database(&cluster, FEW).await; 2], FEW).await;
        let many = seed::fill(vec![seed::database(&cluster, MANY).await; 2], MANY).await;
        report.database("PostgreSQL, 2 instances", compare(&few, &many).await);
    }
    report.print();
}

/// The series of one database.
struct Comparison {
    memory: Series,
    few: Series,
    many: Series,
    unchanged: Series,
}

async fn compare(few: &[Storage], many: &[Storage]) -> Comparison {
    let libraries = Libraries::new(many[0].clone());
    let list = many[0].library(&seed::user_id(0)).await.unwrap();
    let body = libraries.get(&list).await.unwrap().brotli.clone();
    let etag = Libraries::etag(&list);
    println!("One library is {} bytes of Brotli.", body.len());
    let floor: Request = Arc::new(|_| b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec());
    let library = |users: u64| -> Request {
        Arc::new(move |n| server::library_request(&seed::token(spread(n, users)), ""))
    };
    // Users who have user 0's packs, so that one tag is right for all of them.
    let unchanged: Request = Arc::new(move |n| {
        let user = spread(n, MANY) / seed::PACKS * seed::PACKS;
        server::library_request(&seed::token(user), &format!("if-none-match: {etag}\r\n"))
    });
    let mut memory = Series::new(vec![server::memory(body).await], floor, 200);
    let (few, many) = (server::start(few).await, server::start(many).await);
    let mut unchanged = Series::new(many.clone(), unchanged, 304);
    let (mut few, mut many) =
        (Series::new(few, library(FEW), 200), Series::new(many, library(MANY), 200));
    for series in [&mut memory, &mut few, &mut many, &mut unchanged] {
        series.warm_up(TURN).await;
    }
    for _ in 0..ROUNDS {
        for series in [&mut memory, &mut few, &mut many, &mut unchanged] {
            series.run(TURN).await;
        }
    }
    Comparison { memory, few, many, unchanged }
}

/// Searches in a catalogue of so many packs.
async fn catalogue(url: String, packs: u64) -> Series {
    let storage = seed::fill(vec![url], FEW).await;
    seed::add_more_packs(&storage[0], packs).await;
    let request: Request = Arc::new(move |n| {
        let pack = seed::PACKS + spread(n, packs - seed::PACKS);
        server::search_request(&seed::token(spread(n, FEW)), &seed::words(pack, packs))
    });
    let mut series = Series::new(server::start(&storage).await, request, 200);
    series.warm_up(TURN).await;
    series
}

/// Visits users in an order that no cache foresees.
fn spread(n: u64, users: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32) % users
}
