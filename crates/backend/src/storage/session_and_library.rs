//! Who a token is of and which packs they have, in one statement for many tokens: what the picker's
//! first request needs to know.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    Pool, Result, SessionRecord, StorageError,
    gather::{Gather, MOST},
    unsigned,
};
use crate::clock::Timestamp;

/// A session and its user's library: the packs in the user's order, each with its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionAndLibrary {
    /// The session.
    pub session: SessionRecord,
    /// The packs.
    pub library: Vec<(String, u64)>,
}

/// A token's hash, and the time it has to be good at.
pub(super) type Question = ([u8; 32], Timestamp);
pub(super) type Answers = Gather<Question, Option<SessionAndLibrary>>;

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    session_id: String,
    user_id: String,
    created_ts: i64,
    expires_ts: i64,
    library: Option<String>,
}

/// The statement for so many tokens. What a user has is what `Storage::library` says, as text:
/// `ID REVISION,ID REVISION`, for ids hold neither blanks nor commas.
fn statement(tokens: usize, shows_mature: bool) -> String {
    let list = |condition: &str, from: &str, place: &str| {
        format!(
            "(SELECT string_agg(packs.pack_id || ' ' || CAST(packs.revision AS TEXT), ','
                                ORDER BY {place})
              FROM {from} WHERE {condition})"
        )
    };
    let chosen = list(
        &format!(
            "enabled_packs.user_id = sessions.user_id AND {}",
            super::in_library("sessions.user_id", shows_mature)
        ),
        "enabled_packs JOIN packs ON packs.pack_id = enabled_packs.pack_id",
        "enabled_packs.position",
    );
    let rating = if shows_mature { "" } else { " AND packs.rating <> 'mature'" };
    let defaults = list(
        &format!(
            "packs.published{rating} AND packs.is_default AND packs.owner IS NULL
             AND NOT packs.for_sale"
        ),
        "packs",
        "packs.position, packs.pack_id",
    );
    let places: Vec<String> = (1..=tokens).map(|n| format!("${n}")).collect();
    format!(
        "SELECT token_hash, session_id, user_id, created_ts, expires_ts,
                CASE WHEN EXISTS (SELECT 1 FROM libraries
                                  WHERE libraries.user_id = sessions.user_id)
                     THEN {chosen} ELSE {defaults} END AS library
         FROM sessions WHERE token_hash IN ({})",
        places.join(", ")
    )
}

/// A statement for each size of batch, so that the database knows them all by now; without packs that
/// are not for everyone, and with them.
static STATEMENTS: LazyLock<[Vec<(usize, String)>; 2]> = LazyLock::new(|| {
    [false, true].map(|shows_mature| {
        let of = |tokens| (tokens, statement(tokens, shows_mature));
        [1, 2, 4, 8, 16, MOST].into_iter().map(of).collect()
    })
});

/// Asks for many tokens at once.
pub(super) fn gather(pool: Pool, shows_mature: bool) -> Answers {
    Gather::new(Box::new(move |questions: Vec<Question>| {
        let pool = pool.clone();
        Box::pin(async move {
            let found = read(&pool, &questions, shows_mature).await?;
            let answer = |(hash, now): &Question| {
                let good = found.get(hash).filter(|found| found.session.expires > *now);
                good.cloned()
            };
            Ok(questions.iter().map(answer).collect())
        })
    }))
}

async fn read(
    pool: &Pool,
    questions: &[Question],
    shows_mature: bool,
) -> Result<HashMap<[u8; 32], SessionAndLibrary>> {
    let [without, with] = &*STATEMENTS;
    let statements = if shows_mature { with } else { without };
    let known = statements.iter().find(|(tokens, _)| *tokens >= questions.len());
    let (tokens, sql) = known.ok_or(StorageError::Closed)?;
    // The same token again fills what is left.
    let hashes = questions.iter().map(|(hash, _)| hash);
    let last = questions.last().map(|(hash, _)| hash);
    let hashes = hashes.chain(last.into_iter().cycle()).take(*tokens);
    let rows: Vec<Row> = match pool {
        Pool::Sqlite(pool) => {
            let query = sqlx::query_as(sql.as_str());
            hashes.fold(query, |query, hash| query.bind(&hash[..])).fetch_all(pool).await?
        }
        Pool::Postgres(pool) => {
            let query = sqlx::query_as(sql.as_str());
            hashes.fold(query, |query, hash| query.bind(&hash[..])).fetch_all(pool).await?
        }
    };
    rows.into_iter().map(read_row).collect()
}

fn read_row(row: Row) -> Result<([u8; 32], SessionAndLibrary)> {
    let corrupt = || StorageError::Corrupt("library");
    let hash = row.token_hash.try_into().map_err(|_| StorageError::Corrupt("token's hash"))?;
    let library = row.library.unwrap_or_default();
    let packs = library.split(',').filter(|pack| !pack.is_empty()).map(|pack| {
        let (id, revision) = pack.split_once(' ').ok_or_else(corrupt)?;
        let revision: i64 = revision.parse().map_err(|_| corrupt())?;
        Ok((id.to_owned(), unsigned(revision, "pack revision")?))
    });
    let session = SessionRecord {
        session_id: row.session_id,
        user_id: row.user_id,
        created: Timestamp::from_millis(row.created_ts),
        expires: Timestamp::from_millis(row.expires_ts),
    };
    Ok((hash, SessionAndLibrary { session, library: packs.collect::<Result<_>>()? }))
}

impl super::Storage {
    /// The session of a token's hash and its user's library; `None` if there is none, or it has
    /// expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_and_library(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<SessionAndLibrary>> {
        self.session_and_library.ask((token_hash, now)).await
    }
}
