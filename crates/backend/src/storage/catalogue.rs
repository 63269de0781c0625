//! The catalogue, a page at a time: packs by the words they are found by, and what is shown of them.

use std::collections::HashMap;

use super::{
    Result, Storage, listed, on,
    packs::{COLUMNS, PackRow},
    unsigned,
};
use crate::packs::{
    Pack, PreviewId,
    pack::server_of,
    words::{self, Mark},
};
use tessera_protocol::pack::Sort;

/// The most words that are written at once; both engines take more.
pub(super) const WORDS_AT_ONCE: usize = 500;

/// Keeps exactly a pack's words, within a transaction.
macro_rules! keep_words {
    ($transaction:ident, $pack:expr, $stickers:expr) => {
        sqlx::query("DELETE FROM pack_words WHERE pack_id = $1")
            .bind(&$pack.id)
            .execute(&mut *$transaction)
            .await?;
        let words: Vec<String> = $crate::packs::words::of($pack, $stickers).into_iter().collect();
        for words in words.chunks($crate::storage::catalogue::WORDS_AT_ONCE) {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO pack_words (word, pack_id) ");
            insert.push_values(words, |mut row, word| {
                row.push_bind(word.as_str()).push_bind($pack.id.as_str());
            });
            insert.build().execute(&mut *$transaction).await?;
        }
    };
}
pub(super) use keep_words;

/// Which packs of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Who asks.
    pub user_id: &'a str,
    /// Beginnings of words, and marks; the pack has one for each. See [`crate::packs::words`].
    pub words: &'a [String],
    /// None that is not for everyone.
    pub for_everyone: bool,
    /// Only what is for sale, or only what is free.
    pub paid: Option<bool>,
    /// Not these packs.
    pub without: &'a [String],
}

/// What is shown of a pack beside its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// How many stickers it has.
    pub stickers: u32,
    /// The still previews of the first ones, in their order.
    pub covers: Vec<PreviewId>,
    /// Whether one of them moves.
    pub animated: bool,
}

/// The condition, after `FROM packs`: of the packs of the store, of the user's own that are not there, or
/// of all that the user may have in their library.
macro_rules! wanted {
    ($storage:ident, $query:ident, $wanted:ident, $whose:ident) => {
        $query.push(" WHERE ");
        wanted!(@$whose $storage, $query, $wanted);
        if $wanted.for_everyone {
            $query.push(" AND packs.rating <> 'mature'");
        }
        match $wanted.paid {
            Some(true) => {
                $query.push(" AND packs.for_sale");
            }
            Some(false) => {
                $query.push(" AND NOT packs.for_sale");
            }
            None => {}
        }
        if !$wanted.without.is_empty() {
            let mut list = $query.push(" AND pack_id NOT IN (").separated(", ");
            for id in $wanted.without {
                list.push_bind(id.as_str());
            }
            $query.push(")");
        }
        for (place, word) in $wanted.words.iter().enumerate() {
            // The packs of the first word are looked up, and each of them is asked for the others;
            // of the user's own there are few, so they are asked for all.
            let condition = if place == 0 && !wanted!(@$whose) {
                " AND pack_id IN (SELECT pack_id FROM pack_words WHERE word >= "
            } else {
                " AND EXISTS (SELECT 1 FROM pack_words
                              WHERE pack_words.pack_id = packs.pack_id AND word >= "
            };
            $query.push(condition).push_bind(word.as_str()).push(" AND word < ");
            $query.push_bind([word.as_str(), "\u{10ffff}"].concat()).push(")");
        }
    };
    // Whether there are few of them.
    (@store) => { false };
    (@own) => { true };
    (@all) => { true };
    (@store $storage:ident, $query:ident, $wanted:ident) => {
        $query.push(listed($storage.shows_mature));
        $query.push(" AND (packs.audience IS NULL OR packs.audience = ");
        $query.push_bind(server_of($wanted.user_id)).push(")")
    };
    (@own $storage:ident, $query:ident, $wanted:ident) => {
        $query.push("NOT packs.listed AND packs.owner = ").push_bind($wanted.user_id).push(
            " AND (packs.published OR packs.kind = 'made' AND packs.state <> 'taken_down')",
        );
        if !$storage.shows_mature {
            $query.push(" AND packs.rating <> 'mature'");
        }
    };
    (@all $storage:ident, $query:ident, $wanted:ident) => {
        $query.push("(packs.owner IS NULL OR packs.visibility <> 'private' OR packs.owner = ");
        $query.push_bind($wanted.user_id).push(")");
    };
}

impl Storage {
    /// How many packs of the store that is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catalogue_size(&self, wanted: Wanted<'_>) -> Result<u32> {
        let size: i64 = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new("SELECT COUNT(*) FROM packs");
            wanted!(self, query, wanted, store);
            query.build_query_scalar().fetch_one(pool).await?
        });
        unsigned(size, "number of packs")
    }

    /// The store's packs in this order: `most` of them after the first `from`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catalogue(
        &self,
        wanted: Wanted<'_>,
        sort: Sort,
        from: u32,
        most: u32,
    ) -> Result<Vec<Pack>> {
        let order = match sort {
            Sort::Catalogue => "position, pack_id",
            Sort::Newest => "created_ts DESC, pack_id",
            Sort::Title => "title_key, pack_id",
        };
        let rows: Vec<PackRow> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(format!("SELECT {COLUMNS} FROM packs"));
            wanted!(self, query, wanted, store);
            query.push(" ORDER BY ").push(order).push(" LIMIT ").push_bind(i64::from(most));
            query.push(" OFFSET ").push_bind(i64::from(from));
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(PackRow::read).collect()
    }

    /// The user's own packs that the store does not list, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_catalogue(&self, wanted: Wanted<'_>) -> Result<Vec<Pack>> {
        let rows: Vec<PackRow> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(format!("SELECT {COLUMNS} FROM packs"));
            wanted!(self, query, wanted, own);
            query.push(" ORDER BY created_ts, pack_id");
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(PackRow::read).collect()
    }

    /// These packs of the user's library, those that are wanted, in the order of `ids`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_named(&self, wanted: Wanted<'_>, ids: &[String]) -> Result<Vec<Pack>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<PackRow> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(format!("SELECT {COLUMNS} FROM packs"));
            wanted!(self, query, wanted, all);
            let mut list = query.push(" AND pack_id IN (").separated(", ");
            for id in ids {
                list.push_bind(id.as_str());
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await?
        });
        let mut packs: Vec<Pack> = rows.into_iter().map(PackRow::read).collect::<Result<_>>()?;
        packs.sort_by_key(|pack| ids.iter().position(|id| *id == pack.id));
        Ok(packs)
    }

    /// What is shown of these packs, at most `most` covers of each.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn covers(&self, packs: &[Pack], most: u32) -> Result<HashMap<String, Cover>> {
        if packs.is_empty() {
            return Ok(HashMap::new());
        }
        macro_rules! of_packs {
            ($query:ident) => {
                let mut list = $query.push(" WHERE stickers.pack_id IN (").separated(", ");
                for pack in packs {
                    list.push_bind(pack.id.as_str());
                }
                $query.push(")");
            };
        }
        let counts: Vec<(String, i64, i64)> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT stickers.pack_id, COUNT(*),
                        SUM(CASE WHEN images.animated THEN 1 ELSE 0 END)
                 FROM stickers JOIN images ON images.sha256 = stickers.sha256");
            of_packs!(query);
            query.push(" GROUP BY stickers.pack_id");
            query.build_query_as().fetch_all(pool).await?
        });
        let stills: Vec<(String, Vec<u8>)> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT stickers.pack_id, images.still
                 FROM stickers JOIN images ON images.sha256 = stickers.sha256");
            of_packs!(query);
            query.push(" AND stickers.position < ").push_bind(i64::from(most));
            query.push(" ORDER BY stickers.pack_id, stickers.position");
            query.build_query_as().fetch_all(pool).await?
        });
        let mut found: HashMap<String, Cover> = HashMap::new();
        for (pack_id, stickers, animated) in counts {
            let cover = found.entry(pack_id).or_default();
            cover.stickers = unsigned(stickers, "number of stickers")?;
            cover.animated = animated != 0;
        }
        for (pack_id, still) in stills {
            let still =
                PreviewId::from_bytes(&still).ok_or(super::StorageError::Corrupt("preview id"))?;
            found.entry(pack_id).or_default().covers.push(still);
        }
        Ok(found)
    }

    /// The marks of the packs that the store lists for a user, each with how many packs have it; the
    /// most frequent first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn marks(&self, user_id: &str) -> Result<Vec<(String, u32)>> {
        let sql = format!(
            "SELECT word, COUNT(*) AS times
             FROM pack_words JOIN packs ON packs.pack_id = pack_words.pack_id
             WHERE word >= $1 AND word < $2 AND {}
               AND (packs.audience IS NULL OR packs.audience = $3)
             GROUP BY word ORDER BY times DESC, word",
            listed(self.shows_mature)
        );
        let end = [Mark::BEGINNING, "\u{10ffff}"].concat();
        let rows: Vec<(String, i64)> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(Mark::BEGINNING)
            .bind(end)
            .bind(server_of(user_id))
            .fetch_all(pool).await?);
        rows.into_iter()
            .map(|(word, times)| Ok((word, unsigned(times, "number of packs")?)))
            .collect()
    }

    /// Finds the words of packs that were kept before packs had any.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn find_words(&self) -> Result<()> {
        let wordless: Vec<String> = on!(self, pool => sqlx::query_scalar(
            "SELECT pack_id FROM packs WHERE NOT EXISTS
                 (SELECT 1 FROM pack_words WHERE pack_words.pack_id = packs.pack_id)")
            .fetch_all(pool).await?);
        for id in wordless {
            let Some(pack) = self.pack(&id).await? else { continue };
            let stickers = self.stickers(&id).await?;
            on!(self, pool => {
                let mut transaction = pool.begin().await?;
                keep_words!(transaction, &pack, &stickers);
                sqlx::query("UPDATE packs SET title_key = $2 WHERE pack_id = $1")
                    .bind(&id)
                    .bind(words::title_key(pack.title()))
                    .execute(&mut *transaction).await?;
                transaction.commit().await?;
            });
        }
        Ok(())
    }
}
