//! The library a user sees, as one body that is built and compressed once for all users who have
//! the same packs. Called by `http`; calls `storage`.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use tessera_protocol::library::{self, PackLine};

use super::{Pack, Sticker, first_view};
use crate::storage::{Storage, StorageError};

/// The packs of a library in their order, each with its revision: all that a library depends on.
type PackList = [(String, u64)];

/// How much memory built libraries may take, in bytes.
const CACHE_BYTES: u64 = 32 << 20;
/// Changes whenever the body's form does, so that no client keeps a body of another form.
const FORM: &str = "1";

/// Libraries that were asked for lately.
#[derive(Clone)]
pub struct Libraries {
    storage: Storage,
    built: Cache<String, Arc<Encoded>>,
    builds: Arc<AtomicUsize>,
}

/// A library's body, as it is sent.
#[derive(Debug)]
pub struct Encoded {
    /// As it is.
    pub identity: Bytes,
    /// With gzip.
    pub gzip: Bytes,
    /// With Brotli.
    pub brotli: Bytes,
    /// What the picker's page shows of it at first, as HTML.
    pub first_view: String,
}

/// A library could not be built.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The packs could not be read.
    #[error(transparent)]
    Storage(#[from] Arc<StorageError>),
    /// The body could not be made.
    #[error("a library cannot be encoded: {0}")]
    Encoding(String),
}

impl From<StorageError> for LibraryError {
    fn from(error: StorageError) -> Self {
        Self::Storage(Arc::new(error))
    }
}

impl Libraries {
    /// Libraries of the packs in `storage`.
    #[must_use]
    pub fn new(storage: Storage) -> Self {
        let weight = |_: &String, library: &Arc<Encoded>| {
            let size = library.identity.len()
                + library.gzip.len()
                + library.brotli.len()
                + library.first_view.len();
            u32::try_from(size).unwrap_or(u32::MAX)
        };
        let built = Cache::builder().max_capacity(CACHE_BYTES).weigher(weight).build();
        Self { storage, built, builds: Arc::default() }
    }

    /// The strong entity tag of a library, from the list alone.
    #[must_use]
    pub fn etag(packs: &PackList) -> String {
        let mut digest = Sha256::new();
        digest.update(FORM);
        for (id, revision) in packs {
            // Ids hold no zero byte, so that no two lists read the same.
            digest.update(id.as_bytes());
            digest.update([0]);
            digest.update(revision.to_be_bytes());
        }
        let digest = digest.finalize();
        format!("\"{}\"", hex::encode(digest.get(..12).unwrap_or_default()))
    }

    /// The body of a library. Stickers that no homeserver has yet are left out, since they could
    /// not be sent, and so are packs without any other.
    ///
    /// # Errors
    /// When the packs cannot be read.
    pub async fn get(&self, packs: &PackList) -> Result<Arc<Encoded>, LibraryError> {
        let build = async {
            self.builds.fetch_add(1, Ordering::Relaxed);
            let mut lines = Vec::new();
            for (id, _) in packs {
                lines.extend(self.pack_line(id).await?);
            }
            tokio::task::spawn_blocking(move || encode(&lines))
                .await
                .map_err(|error| LibraryError::Encoding(error.to_string()))?
                .map(Arc::new)
        };
        let built = self.built.try_get_with(Self::etag(packs), build).await;
        built.map_err(|error: Arc<LibraryError>| match &*error {
            LibraryError::Storage(cause) => LibraryError::Storage(cause.clone()),
            LibraryError::Encoding(cause) => LibraryError::Encoding(cause.clone()),
        })
    }

    /// How many libraries were built so far, rather than taken from memory.
    #[must_use]
    pub fn builds(&self) -> usize {
        self.builds.load(Ordering::Relaxed)
    }

    /// One pack as it is in a library; `None` if nothing of it can be sent.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn pack_line(&self, pack_id: &str) -> Result<Option<PackLine>, LibraryError> {
        let Some(pack) = self.storage.pack(pack_id).await? else {
            return Ok(None);
        };
        let wire = to_wire(&pack, self.storage.stickers(pack_id).await?);
        Ok((!wire.stickers.is_empty()).then(|| wire.to_line()))
    }
}

fn to_wire(pack: &Pack, stickers: Vec<Sticker>) -> library::Pack {
    let sendable = stickers.into_iter().filter_map(|sticker| {
        Some(library::Sticker {
            url: sticker.mxc_uri.or(sticker.image.mxc_uri)?,
            // A pack that is being made may lack alt text, and messages want some.
            body: if sticker.body.is_empty() { sticker.shortcode.clone() } else { sticker.body },
            shortcode: sticker.shortcode,
            emoji: sticker.emoji,
            tags: sticker.tags,
            mimetype: sticker.image.mimetype,
            w: sticker.image.w,
            h: sticker.image.h,
            size: sticker.image.size,
            still: sticker.image.still.to_string(),
            animation: sticker.image.animation.map(|id| id.to_string()),
        })
    });
    library::Pack {
        id: pack.id.clone(),
        titles: pack.titles.iter().map(|t| (t.language.clone(), t.text.clone())).collect(),
        credit: pack.credit(),
        stickers: sendable.collect(),
        source: pack.room.clone(),
    }
}

fn encode(packs: &[PackLine]) -> Result<Encoded, LibraryError> {
    let mut identity = Vec::new();
    for pack in packs {
        serde_json::to_writer(&mut identity, pack)
            .map_err(|error| LibraryError::Encoding(error.to_string()))?;
        identity.push(b'\n');
    }
    let (brotli, gzip) =
        compressed(&identity).map_err(|error| LibraryError::Encoding(error.to_string()))?;
    let first_view = first_view::of(packs);
    Ok(Encoded { identity: identity.into(), gzip, brotli, first_view })
}

/// A body with Brotli and with gzip.
pub(crate) fn compressed(body: &[u8]) -> std::io::Result<(Bytes, Bytes)> {
    let mut brotli = Vec::new();
    // Quality 5 costs a tenth of the time of 11 and a twentieth more bytes.
    let mut writer = brotli::CompressorWriter::new(&mut brotli, 4096, 5, 22);
    writer.write_all(body)?;
    drop(writer);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(body)?;
    Ok((brotli.into(), gzip.finish()?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::test_app::TestApp;

    #[test]
    fn the_tag_depends_on_packs_revisions_and_order() {
        let list = |packs: &[(&str, u64)]| {
            Libraries::etag(&packs.iter().map(|(id, r)| ((*id).to_owned(), *r)).collect::<Vec<_>>())
        };
        let tags = [
            list(&[]),
            list(&[("a", 1)]),
            list(&[("a", 2)]),
            list(&[("a", 1), ("b", 1)]),
            list(&[("b", 1), ("a", 1)]),
        ];
        for (i, tag) in tags.iter().enumerate() {
            assert!(tag.starts_with('"') && tag.ends_with('"'));
            assert!(!tags[..i].contains(tag), "{tag}");
        }
    }

    #[tokio::test]
    async fn equal_libraries_are_built_once() {
        let app = TestApp::new().await;
        app.add_pack("cats", &["wave"]).await;
        let libraries = Libraries::new(app.storage().clone());
        let packs = app.storage().library("@a:hs").await.unwrap();
        let (first, second) = tokio::join!(libraries.get(&packs), libraries.get(&packs));
        assert!(Arc::ptr_eq(&first.unwrap(), &second.unwrap()));
        assert_eq!(libraries.builds(), 1);
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_left_out() {
        let app = TestApp::new().await;
        app.add_pack("cats", &["wave", "bow"]).await;
        let wave = &app.storage().stickers("cats").await.unwrap()[0];
        app.storage().set_mxc_uri(wave.image.id, None).await.unwrap();
        app.storage().touch_packs_with(&[wave.image.id], app.now()).await.unwrap();
        let libraries = Libraries::new(app.storage().clone());
        let packs = app.storage().library("@a:hs").await.unwrap();
        let body = libraries.get(&packs).await.unwrap();
        let line: PackLine = serde_json::from_slice(&body.identity).unwrap();
        assert_eq!(line.shortcodes, "bow");

        app.storage()
            .set_mxc_uri(app.storage().stickers("cats").await.unwrap()[1].image.id, None)
            .await
            .unwrap();
        let fresh = Libraries::new(app.storage().clone());
        assert!(fresh.get(&packs).await.unwrap().identity.is_empty(), "a pack without stickers");
    }
}
