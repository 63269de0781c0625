//! An empty database for a test: SQLite in memory, or with `TESSERA_TEST_POSTGRES_URL` a new
//! database in that PostgreSQL cluster, which `cargo xtask test` starts.

use std::sync::atomic::{AtomicU32, Ordering};

use super::Storage;

/// Opens it.
pub(crate) async fn open() -> Storage {
    let url = match std::env::var("TESSERA_TEST_POSTGRES_URL") {
        Ok(cluster) => create_database(&cluster).await,
        Err(_) => "sqlite::memory:".to_owned(),
    };
    Storage::open(&url).await.unwrap()
}

async fn create_database(cluster: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("tessera_{}_{count}", std::process::id());
    let admin = sqlx::PgPool::connect(cluster).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&admin).await.unwrap();
    admin.close().await;
    let (server, _) = cluster.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
