//! The database: the only place with SQL, called by the domain, calling nothing of ours but types.
//!
//! Two engines, one behaviour: every statement is written once, in SQL that SQLite and PostgreSQL
//! both understand, and `on!` runs it on whichever pool is open. What must differ (column types)
//! differs in the migrations, and the test suite runs over each.

mod catalogue;
mod consents;
mod entitlements;
mod erasure;
#[cfg(test)]
pub(crate) mod fresh;
mod gather;
mod gifts;
mod images;
mod installations;
mod libraries;
mod moderation;
mod orders;
mod packs;
mod payment_events;
mod prices;
mod refunds;
mod sales;
mod schema;
mod session_and_library;
mod sessions;
#[cfg(test)]
mod tests;
mod vouchers;

pub use catalogue::{Cover, Wanted};
pub use consents::{Asked, ConsentRecord};
pub use gifts::Handed;
pub use moderation::NewDecision;
pub use orders::{Added, Moved, NewGift, With};
pub use payment_events::PaymentEvent;
pub use schema::{Column, Retention, SCHEMA};
pub use session_and_library::SessionAndLibrary;
pub use sessions::SessionRecord;
pub use vouchers::Voucher;

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tessera_protocol::pack::Rating;

use crate::packs::Pack;

/// An open database.
#[derive(Debug, Clone)]
pub struct Storage {
    pool: Pool,
    session_and_library: session_and_library::Answers,
    shows_mature: bool,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs `$body` with `$pool` bound to the open pool. The body is written once and compiled for
/// each engine.
macro_rules! on {
    ($storage:expr, $pool:ident => $body:expr) => {
        match &$storage.pool {
            $crate::storage::Pool::Sqlite($pool) => $body,
            $crate::storage::Pool::Postgres($pool) => $body,
        }
    };
}
use on;

/// The most of a SQLite file that is mapped into memory, in bytes.
const MAPPED: &str = "1073741824";

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The setting names no database that we know.
    #[error("`database` is \"{0}\"; it must begin with sqlite: or postgres:")]
    UnknownScheme(String),
    /// The schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// The same for everybody who asked at the same time.
    #[error(transparent)]
    Gathered(#[from] std::sync::Arc<Self>),
    /// The server is stopping.
    #[error("the database is closed")]
    Closed,
    /// A stored value is not what we store: the database was changed by another hand.
    #[error("the database holds a {0} that cannot be read")]
    Corrupt(&'static str),
}

/// What a storage function returns.
pub type Result<T> = std::result::Result<T, StorageError>;

impl Storage {
    /// Opens the database that `url` names (`sqlite://path`, `sqlite::memory:` or
    /// `postgres://…`), creates it if it is a missing SQLite file, and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be opened or migrated.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            let in_memory = url.contains(":memory:");
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                // Read from the system's cache as it is, instead of a copy for each connection.
                .pragma("mmap_size", MAPPED)
                .busy_timeout(Duration::from_secs(10));
            // Every connection to `:memory:` is a database of its own, so there must be one only.
            let connections = if in_memory { 1 } else { 8 };
            let pool = SqlitePoolOptions::new()
                .max_connections(connections)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(options)
                .await?;
            sqlx::migrate!("migrations/sqlite").run(&pool).await?;
            Self::on(Pool::Sqlite(pool)).ready().await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                .connect(url)
                .await?;
            sqlx::migrate!("migrations/postgres").run(&pool).await?;
            Self::on(Pool::Postgres(pool)).ready().await
        } else {
            let scheme = url.split(':').next().unwrap_or_default();
            Err(StorageError::UnknownScheme(scheme.to_owned()))
        }
    }

    /// What a migration cannot do by itself.
    async fn ready(self) -> Result<Self> {
        self.find_words().await?;
        Ok(self)
    }

    fn on(pool: Pool) -> Self {
        let session_and_library = session_and_library::gather(pool.clone(), true);
        Self { session_and_library, pool, shows_mature: true }
    }

    /// The same, where packs that are not for everyone are in no library and no catalogue.
    #[must_use]
    pub fn without_mature_packs(self) -> Self {
        let session_and_library = session_and_library::gather(self.pool.clone(), false);
        Self { session_and_library, shows_mature: false, ..self }
    }

    /// Whether somebody sees a pack: a user, or with `None` anybody.
    #[must_use]
    pub fn shows(&self, pack: &Pack, viewer: Option<&str>) -> bool {
        pack.is_seen_by(viewer) && (self.shows_mature || pack.rating != Rating::Mature)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await?.rows_affected());
        Ok(())
    }

    /// Closes the connections, after what is under way.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

/// Which packs the store lists, as a condition; of them those are for a user that have no `audience`,
/// or the user's homeserver as one.
const fn listed(shows_mature: bool) -> &'static str {
    if shows_mature { "packs.listed" } else { "packs.listed AND packs.rating <> 'mature'" }
}

/// What a user has of the packs of their library, as a condition; `user` is SQL for who that is: what is
/// published, and what was sold, though nobody else can buy it any more. Nobody gets a pack into their
/// library that is not for them, so that their homeserver need not be asked for.
fn in_library(user: &str, shows_mature: bool) -> String {
    let rating = if shows_mature { "" } else { " AND packs.rating <> 'mature'" };
    format!(
        "(packs.kept
              AND (packs.owner IS NULL OR packs.owner = {user} OR packs.visibility <> 'private')
          OR packs.owner = {user} AND packs.kind = 'made' AND packs.state <> 'taken_down'){rating}"
    )
}

/// Which packs a user may put into their library, published or not, as a condition: `$1` is the user and
/// `$4` their homeserver.
const IS_FOR: &str = "(owner IS NULL OR owner = $1 OR visibility IN ('link', 'public')
                         OR audience = $4)";

/// A count or size from the database.
fn unsigned<T: TryFrom<i64>>(value: i64, what: &'static str) -> Result<T> {
    T::try_from(value).map_err(|_| StorageError::Corrupt(what))
}

/// A list that is kept as JSON text.
fn from_json<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StorageError::Corrupt(what))
}

/// A list, as JSON text to keep.
fn to_json<T: serde::Serialize>(value: &T) -> String {
    // Lists of strings always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
