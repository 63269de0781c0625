//! An empty database for a test: SQLite in memory, or with `TESSERA_TEST_POSTGRES_URL` a new schema
//! in that PostgreSQL database, which `cargo xtask test` starts. A schema, not a database: that costs
//! PostgreSQL eight megabytes on disk and as many in its log, for every test.

use std::sync::atomic::{AtomicU32, Ordering};

use super::Storage;

/// Opens it.
pub(crate) async fn open() -> Storage {
    let url = match std::env::var("TESSERA_TEST_POSTGRES_URL") {
        Ok(database) => create_schema(&database).await,
        Err(_) => "sqlite::memory:".to_owned(),
    };
    Storage::open(&url).await.unwrap()
}

async fn create_schema(database: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("tessera_{}_{count}", std::process::id());
    let admin = sqlx::PgPool::connect(database).await.unwrap();
    let create = format!("CREATE SCHEMA {name}");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&admin).await.unwrap();
    admin.close().await;
    format!("{database}?options[search_path]={name}")
}
