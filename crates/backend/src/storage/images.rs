//! Pictures: previews for the picker, originals, and where the homeserver keeps them.

use super::{Result, Storage, StorageError, on, unsigned};
use crate::packs::{ImageId, PreviewId, StickerImage};

#[derive(sqlx::FromRow)]
pub(super) struct ImageRow {
    sha256: Vec<u8>,
    mimetype: String,
    w: i64,
    h: i64,
    size: i64,
    animated: bool,
    still: Vec<u8>,
    animation: Option<Vec<u8>>,
    mxc_uri: Option<String>,
}

impl ImageRow {
    pub(super) fn read(self) -> Result<StickerImage> {
        let preview =
            |id: &[u8]| PreviewId::from_bytes(id).ok_or(StorageError::Corrupt("preview id"));
        Ok(StickerImage {
            id: ImageId::from_bytes(&self.sha256).ok_or(StorageError::Corrupt("image id"))?,
            mimetype: self.mimetype,
            w: unsigned(self.w, "width")?,
            h: unsigned(self.h, "height")?,
            size: unsigned(self.size, "size")?,
            animated: self.animated,
            still: preview(&self.still)?,
            animation: self.animation.as_deref().map(preview).transpose()?,
            mxc_uri: self.mxc_uri,
        })
    }
}

impl Storage {
    /// Keeps a preview under its content address. Keeping it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_preview(&self, bytes: &[u8]) -> Result<PreviewId> {
        let id = PreviewId::of(bytes);
        on!(self, pool => sqlx::query(
            "INSERT INTO previews (preview_id, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id.as_bytes())
            .bind(bytes)
            .execute(pool).await?.rows_affected());
        Ok(id)
    }

    /// A preview's bytes (WebP).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn preview(&self, id: PreviewId) -> Result<Option<Vec<u8>>> {
        Ok(on!(self, pool => sqlx::query_scalar("SELECT bytes FROM previews WHERE preview_id = $1")
            .bind(id.as_bytes())
            .fetch_optional(pool).await?))
    }

    /// Keeps an original; `bytes` is `None` where only the homeserver has it. An image that is
    /// known keeps its upload and gains the bytes and previews that are new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_image(&self, image: &StickerImage, bytes: Option<&[u8]>) -> Result<()> {
        on!(self, pool => sqlx::query(
            "INSERT INTO images
                 (sha256, bytes, mimetype, w, h, size, animated, still, animation, mxc_uri)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (sha256) DO UPDATE SET
                 bytes = COALESCE(images.bytes, excluded.bytes),
                 still = excluded.still,
                 animation = excluded.animation,
                 mxc_uri = COALESCE(images.mxc_uri, excluded.mxc_uri)")
            .bind(image.id.as_bytes())
            .bind(bytes)
            .bind(&image.mimetype)
            .bind(i64::from(image.w))
            .bind(i64::from(image.h))
            .bind(i64::from(image.size))
            .bind(image.animated)
            .bind(image.still.as_bytes())
            .bind(image.animation.as_ref().map(PreviewId::as_bytes))
            .bind(&image.mxc_uri)
            .execute(pool).await?.rows_affected());
        Ok(())
    }

    /// An image by its content address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn image(&self, id: ImageId) -> Result<Option<StickerImage>> {
        let row: Option<ImageRow> = on!(self, pool => sqlx::query_as(
            "SELECT sha256, mimetype, w, h, size, animated, still, animation, mxc_uri
             FROM images WHERE sha256 = $1")
            .bind(id.as_bytes())
            .fetch_optional(pool).await?);
        row.map(ImageRow::read).transpose()
    }

    /// An original's bytes; `None` if we do not have them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn image_bytes(&self, id: ImageId) -> Result<Option<Vec<u8>>> {
        let bytes: Option<Option<Vec<u8>>> = on!(self, pool => sqlx::query_scalar(
            "SELECT bytes FROM images WHERE sha256 = $1")
            .bind(id.as_bytes())
            .fetch_optional(pool).await?);
        Ok(bytes.flatten())
    }

    /// Remembers where the homeserver keeps an original, or that it keeps it no more (`None`).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_mxc_uri(&self, id: ImageId, mxc_uri: Option<&str>) -> Result<()> {
        on!(self, pool => sqlx::query("UPDATE images SET mxc_uri = $2 WHERE sha256 = $1")
            .bind(id.as_bytes())
            .bind(mxc_uri)
            .execute(pool).await?.rows_affected());
        Ok(())
    }

    /// Images of stickers that no homeserver keeps yet. Stickers of saved packs that stay where
    /// their room has them are not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn images_to_upload(&self) -> Result<Vec<StickerImage>> {
        let rows: Vec<ImageRow> = on!(self, pool => sqlx::query_as(
            "SELECT sha256, mimetype, w, h, size, animated, still, animation, mxc_uri
             FROM images WHERE mxc_uri IS NULL AND bytes IS NOT NULL
               AND EXISTS (SELECT 1 FROM stickers WHERE stickers.sha256 = images.sha256
                                                    AND stickers.mxc_uri IS NULL)
             ORDER BY sha256")
            .fetch_all(pool).await?);
        rows.into_iter().map(ImageRow::read).collect()
    }

    /// Images of stickers that a homeserver keeps.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uploaded_images(&self) -> Result<Vec<StickerImage>> {
        let rows: Vec<ImageRow> = on!(self, pool => sqlx::query_as(
            "SELECT sha256, mimetype, w, h, size, animated, still, animation, mxc_uri
             FROM images WHERE mxc_uri IS NOT NULL
               AND EXISTS (SELECT 1 FROM stickers WHERE stickers.sha256 = images.sha256
                                                    AND stickers.mxc_uri IS NULL)
             ORDER BY sha256")
            .fetch_all(pool)
            .await?);
        rows.into_iter().map(ImageRow::read).collect()
    }

    /// Forgets those of these pictures that no sticker uses.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_if_unused(&self, images: &[StickerImage]) -> Result<()> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            for image in images {
                sqlx::query(
                    "DELETE FROM images WHERE sha256 = $1 AND NOT EXISTS
                         (SELECT 1 FROM stickers WHERE stickers.sha256 = images.sha256)")
                    .bind(image.id.as_bytes())
                    .execute(&mut *transaction).await?;
                for preview in [Some(&image.still), image.animation.as_ref()].into_iter().flatten() {
                    sqlx::query(
                        "DELETE FROM previews WHERE preview_id = $1
                           AND NOT EXISTS (SELECT 1 FROM images WHERE images.still = $1)
                           AND NOT EXISTS (SELECT 1 FROM images WHERE images.animation = $1)")
                        .bind(preview.as_bytes())
                        .execute(&mut *transaction).await?;
                }
            }
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Forgets pictures that no sticker uses, and says how many originals went.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_unused_images(&self) -> Result<u64> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let removed = sqlx::query(
                "DELETE FROM images WHERE NOT EXISTS
                     (SELECT 1 FROM stickers WHERE stickers.sha256 = images.sha256)")
                .execute(&mut *transaction).await?.rows_affected();
            sqlx::query(
                "DELETE FROM previews WHERE NOT EXISTS
                     (SELECT 1 FROM images WHERE images.still = previews.preview_id
                                              OR images.animation = previews.preview_id)")
                .execute(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(removed)
        })
    }
}
