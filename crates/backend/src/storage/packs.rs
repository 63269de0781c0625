//! Packs and their stickers.

use tessera_protocol::{
    library::Source, moderation::PackState, own_packs::Visibility, pack::Rating,
};

use super::{
    Result, Storage, StorageError, catalogue::keep_words, entitlements::keep_sold_version,
    from_json, images::ImageRow, on, to_json, unsigned,
};
use crate::{
    clock::Timestamp,
    packs::{Kind, Pack, State, Sticker, words},
};

pub(super) const COLUMNS: &str = "pack_id, titles, author, attribution, licence, source, state, \
                       state_reason, tags, languages, rating, is_default, position, revision, \
                       kind, owner, visibility, room, for_sale";

#[derive(sqlx::FromRow)]
pub(super) struct PackRow {
    pack_id: String,
    titles: String,
    author: Option<String>,
    attribution: Option<String>,
    licence: String,
    source: Option<String>,
    state: String,
    state_reason: Option<String>,
    tags: String,
    languages: String,
    rating: String,
    is_default: bool,
    position: i64,
    revision: i64,
    kind: String,
    owner: Option<String>,
    visibility: String,
    room: Option<String>,
    for_sale: bool,
}

impl PackRow {
    pub(super) fn read(self) -> Result<Pack> {
        Ok(Pack {
            titles: from_json(&self.titles, "pack title")?,
            id: self.pack_id,
            author: self.author,
            attribution: self.attribution,
            licence: self.licence,
            source: self.source,
            state: read_state(&self.state, self.state_reason)?,
            tags: from_json(&self.tags, "list of tags")?,
            languages: from_json(&self.languages, "list of languages")?,
            rating: Rating::parse(&self.rating).ok_or(StorageError::Corrupt("rating"))?,
            is_default: self.is_default,
            position: unsigned(self.position, "pack position")?,
            revision: unsigned(self.revision, "pack revision")?,
            kind: Kind::parse(&self.kind).ok_or(StorageError::Corrupt("kind of pack"))?,
            owner: self.owner,
            visibility: Visibility::parse(&self.visibility)
                .ok_or(StorageError::Corrupt("pack's visibility"))?,
            for_sale: self.for_sale,
            room: self
                .room
                .map(|text| Source::from_text(&text).ok_or(StorageError::Corrupt("pack's room")))
                .transpose()?,
        })
    }
}

/// Whether buyers would notice no difference.
fn same_stickers(some: &[Sticker], others: &[Sticker]) -> bool {
    let key =
        |sticker: &Sticker| (sticker.shortcode.clone(), sticker.body.clone(), sticker.image.id);
    some.iter().map(key).eq(others.iter().map(key))
}

/// A state as two columns hold it.
pub(super) fn read_state(name: &str, reason: Option<String>) -> Result<State> {
    let name = PackState::parse(name).ok_or(StorageError::Corrupt("pack's state"))?;
    Ok(State::named(name, reason.unwrap_or_default()))
}

#[derive(sqlx::FromRow)]
struct StickerRow {
    shortcode: String,
    body: String,
    emoji: String,
    tags: String,
    own_mxc_uri: Option<String>,
    #[sqlx(flatten)]
    image: ImageRow,
}

impl StickerRow {
    fn read(self) -> Result<Sticker> {
        Ok(Sticker {
            shortcode: self.shortcode,
            body: self.body,
            emoji: from_json(&self.emoji, "list of emoji")?,
            tags: from_json(&self.tags, "list of tags")?,
            mxc_uri: self.own_mxc_uri,
            image: self.image.read()?,
        })
    }
}

/// Keeps a pack with exactly these stickers, within a transaction.
macro_rules! put {
    ($transaction:ident, $pack:ident, $stickers:ident, $now:ident) => {
        sqlx::query(
            "INSERT INTO packs
                 (pack_id, titles, author, attribution, licence, source, state, is_default,
                  position, revision, created_ts, updated_ts, owner, room, state_reason,
                  tags, languages, rating, title_key, kind, visibility, audience)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
                     (SELECT COALESCE(MAX(position) + 1, 0) FROM packs WHERE owner IS NULL),
                     $9, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             ON CONFLICT (pack_id) DO UPDATE SET
                 titles = excluded.titles, author = excluded.author,
                 attribution = excluded.attribution, licence = excluded.licence,
                 source = excluded.source, state = excluded.state,
                 state_reason = excluded.state_reason, tags = excluded.tags,
                 languages = excluded.languages, rating = excluded.rating,
                 title_key = excluded.title_key, is_default = excluded.is_default, owner = excluded.owner,
                 room = excluded.room, kind = excluded.kind,
                 visibility = excluded.visibility, audience = excluded.audience, revision = packs.revision + 1,
                 updated_ts = excluded.updated_ts")
            .bind(&$pack.id)
            .bind(to_json(&$pack.titles))
            .bind(&$pack.author)
            .bind(&$pack.attribution)
            .bind(&$pack.licence)
            .bind(&$pack.source)
            .bind($pack.state.name().as_str())
            .bind($pack.is_default)
            .bind($now.millis())
            .bind(&$pack.owner)
            .bind($pack.room.as_ref().map(Source::to_text))
            .bind($pack.state.reason())
            .bind(to_json(&$pack.tags))
            .bind(to_json(&$pack.languages))
            .bind($pack.rating.as_str())
            .bind(words::title_key($pack.title()))
            .bind($pack.kind.as_str())
            .bind($pack.visibility.as_str())
            .bind($pack.audience())
            .execute(&mut *$transaction).await?;
        sqlx::query("DELETE FROM stickers WHERE pack_id = $1")
            .bind(&$pack.id)
            .execute(&mut *$transaction).await?;
        for (position, sticker) in (0_i64..).zip($stickers) {
            sqlx::query(
                "INSERT INTO stickers
                     (pack_id, shortcode, position, body, emoji, tags, sha256, mxc_uri)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
                .bind(&$pack.id)
                .bind(&sticker.shortcode)
                .bind(position)
                .bind(&sticker.body)
                .bind(to_json(&sticker.emoji))
                .bind(to_json(&sticker.tags))
                .bind(sticker.image.id.as_bytes())
                .bind(&sticker.mxc_uri)
                .execute(&mut *$transaction).await?;
        }
        keep_words!($transaction, $pack, $stickers);
    };
}

impl Storage {
    /// Keeps a pack with exactly these stickers, whose images must be kept already: a new one is
    /// added at the end of the catalogue, a known one is replaced and its revision counted up. A new
    /// pack's revision is the time, lest a pack that comes again be taken for what it was before.
    /// Who owns a pack that is for sale keeps its stickers as they were.
    /// All of it happens or none of it.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn put_pack(&self, pack: &Pack, stickers: &[Sticker], now: Timestamp) -> Result<()> {
        let before = self.stickers(&pack.id).await?;
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let sold: Option<(i64,)> = sqlx::query_as(
                "SELECT revision FROM packs WHERE pack_id = $1 AND for_sale
                   AND EXISTS (SELECT 1 FROM entitlements WHERE entitlements.pack_id = $1)")
                .bind(&pack.id)
                .fetch_optional(&mut *transaction).await?;
            if let Some((revision,)) = sold
                && !same_stickers(&before, stickers)
            {
                keep_sold_version!(transaction, &pack.id, revision);
            }
            put!(transaction, pack, stickers, now);
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Changes a pack as [`Storage::put_pack`] does, if this is still its revision. `false`, and nothing
    /// has changed, if it is not.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn change_pack(
        &self,
        pack: &Pack,
        stickers: &[Sticker],
        revision: u64,
        now: Timestamp,
    ) -> Result<bool> {
        let Ok(revision) = i64::try_from(revision) else { return Ok(false) };
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            // Whoever changes it at the same time waits here, and finds another revision.
            let current = sqlx::query(
                "UPDATE packs SET updated_ts = $3 WHERE pack_id = $1 AND revision = $2")
                .bind(&pack.id)
                .bind(revision)
                .bind(now.millis())
                .execute(&mut *transaction).await?.rows_affected();
            if current == 0 {
                transaction.rollback().await?;
                return Ok(false);
            }
            put!(transaction, pack, stickers, now);
            transaction.commit().await?;
        });
        Ok(true)
    }

    /// A pack by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pack(&self, pack_id: &str) -> Result<Option<Pack>> {
        let sql = format!("SELECT {COLUMNS} FROM packs WHERE pack_id = $1");
        let row: Option<PackRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(pack_id)
            .fetch_optional(pool).await?);
        row.map(PackRow::read).transpose()
    }

    /// The operator's packs, in the catalogue's order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs(&self) -> Result<Vec<Pack>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM packs WHERE owner IS NULL AND version_of IS NULL
             ORDER BY position, pack_id"
        );
        let rows: Vec<PackRow> =
            on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await?);
        rows.into_iter().map(PackRow::read).collect()
    }

    /// The packs of this kind that are a user's own, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_of(&self, user_id: &str, kind: Kind) -> Result<Vec<Pack>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM packs WHERE owner = $1 AND kind = $2
             ORDER BY created_ts, pack_id"
        );
        let rows: Vec<PackRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user_id)
            .bind(kind.as_str())
            .fetch_all(pool).await?);
        rows.into_iter().map(PackRow::read).collect()
    }

    /// How many bytes the pictures of all packs have that a user made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn made_bytes(&self, user_id: &str) -> Result<u64> {
        let bytes: i64 = on!(self, pool => sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(images.size), 0) AS BIGINT)
             FROM packs JOIN stickers ON stickers.pack_id = packs.pack_id
                        JOIN images ON images.sha256 = stickers.sha256
             WHERE packs.owner = $1 AND packs.kind = 'made'")
            .bind(user_id)
            .fetch_one(pool).await?);
        unsigned(bytes, "number of bytes")
    }

    /// A pack's stickers, in its order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stickers(&self, pack_id: &str) -> Result<Vec<Sticker>> {
        let rows: Vec<StickerRow> = on!(self, pool => sqlx::query_as(
            "SELECT shortcode, body, emoji, tags, stickers.mxc_uri AS own_mxc_uri, images.sha256,
                    mimetype, w, h, size, animated, still, animation, images.mxc_uri
             FROM stickers JOIN images ON images.sha256 = stickers.sha256
             WHERE pack_id = $1 ORDER BY stickers.position")
            .bind(pack_id)
            .fetch_all(pool).await?);
        rows.into_iter().map(StickerRow::read).collect()
    }

    /// Shows a pack to users or hides it, without asking where it stands. `false` if there is no
    /// such pack.
    #[cfg(test)]
    pub async fn set_published(
        &self,
        pack_id: &str,
        published: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(mut pack) = self.pack(pack_id).await? else { return Ok(false) };
        pack.state = if published { State::Published } else { State::Withdrawn };
        self.put_pack(&pack, &self.stickers(pack_id).await?, now).await?;
        Ok(true)
    }

    /// Counts up the revision of the packs whose stickers are where an image is, so that users get
    /// them anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_packs_with(
        &self,
        images: &[crate::packs::ImageId],
        now: Timestamp,
    ) -> Result<()> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            for image in images {
                sqlx::query(
                    "UPDATE packs SET revision = revision + 1, updated_ts = $2
                     WHERE pack_id IN
                         (SELECT pack_id FROM stickers WHERE sha256 = $1 AND mxc_uri IS NULL)")
                    .bind(image.as_bytes())
                    .bind(now.millis())
                    .execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Removes a pack, its stickers and its place in users' libraries. `false` if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_pack(&self, pack_id: &str) -> Result<bool> {
        let removed = on!(self, pool => sqlx::query("DELETE FROM packs WHERE pack_id = $1")
            .bind(pack_id)
            .execute(pool).await?.rows_affected());
        Ok(removed > 0)
    }
}
