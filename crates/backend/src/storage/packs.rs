//! Packs and their stickers.

use super::{Result, Storage, from_json, images::ImageRow, on, to_json, unsigned};
use crate::{
    clock::Timestamp,
    packs::{Pack, Sticker},
};

const COLUMNS: &str = "pack_id, titles, author, attribution, licence, source, published, \
                       is_default, position, revision";

#[derive(sqlx::FromRow)]
struct PackRow {
    pack_id: String,
    titles: String,
    author: Option<String>,
    attribution: Option<String>,
    licence: String,
    source: Option<String>,
    published: bool,
    is_default: bool,
    position: i64,
    revision: i64,
}

impl PackRow {
    fn read(self) -> Result<Pack> {
        Ok(Pack {
            titles: from_json(&self.titles, "pack title")?,
            id: self.pack_id,
            author: self.author,
            attribution: self.attribution,
            licence: self.licence,
            source: self.source,
            published: self.published,
            is_default: self.is_default,
            position: unsigned(self.position, "pack position")?,
            revision: unsigned(self.revision, "pack revision")?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct StickerRow {
    shortcode: String,
    body: String,
    emoji: String,
    tags: String,
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
            image: self.image.read()?,
        })
    }
}

impl Storage {
    /// Keeps a pack with exactly these stickers, whose images must be kept already: a new one is
    /// added at the end of the catalogue, a known one is replaced and its revision counted up. All
    /// of it happens or none of it.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn put_pack(&self, pack: &Pack, stickers: &[Sticker], now: Timestamp) -> Result<()> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            sqlx::query(
                "INSERT INTO packs
                     (pack_id, titles, author, attribution, licence, source, published, is_default,
                      position, revision, created_ts, updated_ts)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
                         (SELECT COALESCE(MAX(position) + 1, 0) FROM packs), 1, $9, $9)
                 ON CONFLICT (pack_id) DO UPDATE SET
                     titles = excluded.titles, author = excluded.author,
                     attribution = excluded.attribution, licence = excluded.licence,
                     source = excluded.source, published = excluded.published,
                     is_default = excluded.is_default, revision = packs.revision + 1,
                     updated_ts = excluded.updated_ts")
                .bind(&pack.id)
                .bind(to_json(&pack.titles))
                .bind(&pack.author)
                .bind(&pack.attribution)
                .bind(&pack.licence)
                .bind(&pack.source)
                .bind(pack.published)
                .bind(pack.is_default)
                .bind(now.millis())
                .execute(&mut *transaction).await?;
            sqlx::query("DELETE FROM stickers WHERE pack_id = $1")
                .bind(&pack.id)
                .execute(&mut *transaction).await?;
            for (position, sticker) in (0_i64..).zip(stickers) {
                sqlx::query(
                    "INSERT INTO stickers
                         (pack_id, shortcode, position, body, emoji, tags, sha256)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)")
                    .bind(&pack.id)
                    .bind(&sticker.shortcode)
                    .bind(position)
                    .bind(&sticker.body)
                    .bind(to_json(&sticker.emoji))
                    .bind(to_json(&sticker.tags))
                    .bind(sticker.image.id.as_bytes())
                    .execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        });
        Ok(())
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

    /// Every pack, in the catalogue's order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs(&self) -> Result<Vec<Pack>> {
        let sql = format!("SELECT {COLUMNS} FROM packs ORDER BY position, pack_id");
        let rows: Vec<PackRow> =
            on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await?);
        rows.into_iter().map(PackRow::read).collect()
    }

    /// A pack's stickers, in its order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stickers(&self, pack_id: &str) -> Result<Vec<Sticker>> {
        let rows: Vec<StickerRow> = on!(self, pool => sqlx::query_as(
            "SELECT shortcode, body, emoji, tags, images.sha256, mimetype, w, h, size, animated,
                    still, animation, mxc_uri
             FROM stickers JOIN images ON images.sha256 = stickers.sha256
             WHERE pack_id = $1 ORDER BY stickers.position")
            .bind(pack_id)
            .fetch_all(pool).await?);
        rows.into_iter().map(StickerRow::read).collect()
    }

    /// Shows a pack to users or hides it. `false` if there is no such pack.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_published(
        &self,
        pack_id: &str,
        published: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let changed = on!(self, pool => sqlx::query(
            "UPDATE packs SET published = $2, revision = revision + 1, updated_ts = $3
             WHERE pack_id = $1")
            .bind(pack_id)
            .bind(published)
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(changed > 0)
    }

    /// Counts up the revision of the packs that hold an image, so that users get them anew.
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
                     WHERE pack_id IN (SELECT pack_id FROM stickers WHERE sha256 = $1)")
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
