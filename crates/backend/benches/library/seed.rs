//! Databases with packs and users. The users are written in bulk, beside the storage, which has no
//! need for such a thing.

use std::{fmt::Write as _, time::Instant};

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, PgPool, SqliteConnection, raw_sql};
use tessera_backend::{
    clock::{Clock as _, SystemClock},
    packs::{ImageId, Kind, Pack, State, Sticker, StickerImage, pack::Title},
    storage::Storage,
};
use tessera_protocol::{own_packs::Visibility, pack::Rating};

/// Packs that there are.
pub(crate) const PACKS: u64 = 20;
/// Stickers in each.
const STICKERS: usize = 40;
/// Packs that each user chose.
const CHOSEN: u64 = 3;

/// A user's token, of which the database has the hash.
pub(crate) fn token(user: u64) -> String {
    format!("bench-{user}")
}

/// A user.
pub(crate) fn user_id(user: u64) -> String {
    format!("@bench-{user}:hs")
}

/// An empty database in a PostgreSQL cluster.
pub(crate) async fn database(cluster: &str, users: u64) -> String {
    let name = format!("tessera_bench_{users}");
    let admin = PgPool::connect(cluster).await.unwrap();
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        raw_sql(AssertSqlSafe(sql)).execute(&admin).await.unwrap();
    }
    format!("{}/{name}", cluster.rsplit_once('/').unwrap().0)
}

/// Fills the database that all instances open.
pub(crate) async fn fill(instances: Vec<String>, users: u64) -> Vec<Storage> {
    let begun = Instant::now();
    let first = Storage::open(&instances[0]).await.unwrap();
    add_packs(&first).await;
    if instances[0].starts_with("sqlite:") {
        fill_sqlite(&instances[0], users).await;
    } else {
        fill_postgres(&instances[0], users).await;
    }
    let mut storages = vec![first];
    for url in instances.iter().skip(1) {
        storages.push(Storage::open(url).await.unwrap());
    }
    println!("Filled a database with {users} users in {:.0} s.", begun.elapsed().as_secs_f64());
    storages
}

async fn fill_sqlite(url: &str, users: u64) {
    use sqlx::Connection as _;
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let mut run = async |sql: String| {
        raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    };
    run("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN".into()).await;
    for first in (0..users).step_by(10_000) {
        // SQLite has no SHA-256.
        let mut sql = String::from("INSERT INTO sessions VALUES ");
        for user in first..users.min(first + 10_000) {
            let comma = if user > first { "," } else { "" };
            let hash = hex::encode(Sha256::digest(token(user)));
            let user_id = user_id(user);
            write!(sql, "{comma}(X'{hash}','s{user}','{user_id}',0,{})", i64::MAX).unwrap();
        }
        run(sql).await;
    }
    let numbers = format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {})",
        users - 1
    );
    run(format!("INSERT INTO libraries {numbers} SELECT '@bench-' || n || ':hs', 0 FROM numbers"))
        .await;
    for place in 0..CHOSEN {
        run(format!(
            "INSERT INTO enabled_packs {numbers}
             SELECT '@bench-' || n || ':hs', {place}, 'pack-' || ((n + {place}) % {PACKS})
             FROM numbers"
        ))
        .await;
    }
    run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)".into()).await;
}

async fn fill_postgres(url: &str, users: u64) {
    let pool = PgPool::connect(url).await.unwrap();
    let last = users - 1;
    let sql = format!(
        // What is written here refers to what is there.
        "SET session_replication_role = replica;
         INSERT INTO sessions
         SELECT sha256(convert_to('bench-' || n, 'UTF8')), 's' || n, '@bench-' || n || ':hs', 0,
                {}
         FROM generate_series(0, {last}) AS n;
         INSERT INTO libraries SELECT '@bench-' || n || ':hs', 0 FROM generate_series(0, {last}) AS n;
         INSERT INTO enabled_packs
         SELECT '@bench-' || n || ':hs', place, 'pack-' || ((n + place) % {PACKS})
         FROM generate_series(0, {last}) AS n, generate_series(0, {}) AS place;
         SET session_replication_role = DEFAULT;",
        i64::MAX,
        CHOSEN - 1,
    );
    raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    // As it is done by PostgreSQL itself after a while.
    raw_sql("VACUUM ANALYZE").execute(&pool).await.unwrap();
}

/// The words of a pack's title, of which only few packs have both.
pub(crate) fn words(number: u64, packs: u64) -> String {
    let kinds = packs.isqrt();
    format!("colour{} animal{}", number % kinds, number / kinds)
}

/// Adds packs with a few stickers until there are so many, for the catalogue.
pub(crate) async fn add_more_packs(storage: &Storage, packs: u64) {
    let begun = Instant::now();
    for number in PACKS..packs {
        add_pack(storage, number, &words(number, packs), 3).await;
    }
    println!("Added {packs} packs in {:.0} s.", begun.elapsed().as_secs_f64());
}

async fn add_packs(storage: &Storage) {
    for number in 0..PACKS {
        add_pack(storage, number, &format!("Pack {number}"), STICKERS).await;
    }
}

async fn add_pack(storage: &Storage, number: u64, title: &str, count: usize) {
    let now = SystemClock.now();
    let mut stickers = Vec::new();
    for index in 0..count {
        let name = format!("sticker-{number}-{index}");
        let still = storage.add_preview(name.as_bytes()).await.unwrap();
        let image = StickerImage {
            id: ImageId::of(name.as_bytes()),
            mimetype: "image/webp".into(),
            w: 512,
            h: 512,
            size: 20_000,
            animated: false,
            still,
            animation: None,
            mxc_uri: Some(format!("mxc://hs.example/{still}")),
        };
        storage.add_image(&image, None).await.unwrap();
        stickers.push(Sticker {
            body: format!("A drawing of the thing number {index}"),
            shortcode: name,
            emoji: vec!["👋".into()],
            tags: vec!["hello".into(), "drawing".into()],
            mxc_uri: None,
            image,
        });
    }
    let pack = Pack {
        id: format!("pack-{number}"),
        titles: vec![Title { language: "en".into(), text: title.to_owned() }],
        author: None,
        attribution: None,
        licence: "CC0-1.0".into(),
        source: None,
        state: State::Published,
        tags: vec![],
        languages: vec![],
        rating: Rating::Everyone,
        is_default: false,
        position: 0,
        revision: 0,
        kind: Kind::Shared,
        owner: None,
        visibility: Visibility::Public,
        room: None,
        for_sale: false,
    };
    storage.put_pack(&pack, &stickers, now).await.unwrap();
}
