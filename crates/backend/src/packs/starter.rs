//! The starter pack: drawn for this project, inside the binary, there from the first start on, so
//! that no new user sees an empty picker. Called by `cli` before the server listens.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::import::{
    ImportError, Importer, Options, Outcome, PictureSource,
    folder::{self, Files},
    pack_toml,
};
use crate::{
    clock::{Clock, ManualClock},
    storage::Storage,
};

// `FILES`: names and contents, made by `build.rs` from `assets/starter-pack`.
include!(concat!(env!("OUT_DIR"), "/starter_pack.rs"));

const SOURCE: &str = "starter:";

/// Installs the starter pack, or brings it up to date after an upgrade. What the operator decided
/// stays: whether it is published, whether users have it by default, and a pack of the same id
/// from another source. `None` if there was nothing to do.
///
/// # Errors
/// When the database fails.
pub async fn install(storage: &Storage, clock: &dyn Clock) -> Result<Option<Outcome>, ImportError> {
    install_files(FILES, storage, clock).await
}

async fn install_files(
    files: &[(&str, &[u8])],
    storage: &Storage,
    clock: &dyn Clock,
) -> Result<Option<Outcome>, ImportError> {
    let Some((_, described)) = files.iter().find(|(name, _)| *name == pack_toml::FILE_NAME) else {
        return Ok(None);
    };
    let described = pack_toml::parse(&String::from_utf8_lossy(described))?;
    let source = format!("{SOURCE}{}", fingerprint(files));
    let id = described.id.as_deref().unwrap_or("starter").to_owned();
    if let Some(known) = storage.pack(&id).await? {
        let from = known.source.unwrap_or_default();
        if from == source || !from.starts_with(SOURCE) {
            return Ok(None);
        }
    }
    let pictures: Files = files
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), PictureSource::Bytes(bytes.to_vec())))
        .collect();
    let mut pack = folder::layout(pictures, Some(described), "starter")?;
    pack.id = Some(id);
    pack.source = source;
    let importer = Importer {
        storage: storage.clone(),
        media: None,
        // Our own pictures need no limit in time, so the clock may stand still.
        clock: Arc::new(ManualClock::at(clock.now().millis())),
    };
    importer.import(pack, &Options::default(), &|_| {}).await.map(Some)
}

fn fingerprint(files: &[(&str, &[u8])]) -> String {
    let mut digest = Sha256::new();
    for (name, bytes) in files {
        digest.update(Sha256::digest(name));
        digest.update(Sha256::digest(bytes));
    }
    hex::encode(digest.finalize().get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::{image::samples, licence::Licence};

    const PACK: &[u8] = b"id = \"tess\"\ndefault = true\nlicence = \"CC0-1.0\"\n\
        titles = { en = \"Tess\" }\n[[stickers]]\nfile = \"a.png\"\n";

    #[tokio::test]
    async fn the_real_one_is_whole() {
        let storage = crate::storage::fresh::open().await;
        let outcome = install(&storage, &ManualClock::at(5)).await.unwrap().unwrap();
        assert!(outcome.is_new && outcome.pack.is_published() && outcome.pack.is_default);
        assert!(matches!(Licence::read(&outcome.pack.licence), Licence::Spdx(_)));
        assert_eq!(outcome.notes, Vec::<String>::new());
        let stickers = storage.stickers(&outcome.pack.id).await.unwrap();
        assert!(stickers.len() >= 24, "{} stickers", stickers.len());
        let moving = stickers.iter().filter(|sticker| sticker.image.animated).count();
        assert!(moving >= 4, "{moving} animated");
        for sticker in &stickers {
            let about = &sticker.shortcode;
            assert_eq!(sticker.image.animated, sticker.image.animation.is_some(), "{about}");
            assert!(!sticker.emoji.is_empty() && !sticker.tags.is_empty(), "{about}");
            let still = storage.preview(sticker.image.still).await.unwrap().unwrap();
            assert!(still.len() < 16 * 1024, "{about}: {} bytes", still.len());
        }
        assert!(install(&storage, &ManualClock::at(6)).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn an_upgrade_keeps_what_the_operator_decided() {
        let storage = crate::storage::fresh::open().await;
        let clock = ManualClock::at(5);
        let (first, second) = (samples::png(8, 8), samples::png(9, 9));
        let files = |picture| [("a.png", picture), ("pack.toml", PACK)];
        install_files(&files(&first), &storage, &clock).await.unwrap().unwrap();
        storage.set_published("tess", false, clock.now()).await.unwrap();
        let outcome = install_files(&files(&second), &storage, &clock).await.unwrap().unwrap();
        assert_eq!(outcome.difference.changed, ["a"]);
        assert!(!storage.pack("tess").await.unwrap().unwrap().is_published());
    }

    #[tokio::test]
    async fn a_pack_of_the_operator_is_not_replaced() {
        let storage = crate::storage::fresh::open().await;
        let clock = ManualClock::at(5);
        let (first, second) = (samples::png(8, 8), samples::png(9, 9));
        let files = |picture| [("a.png", picture), ("pack.toml", PACK)];
        install_files(&files(&first), &storage, &clock).await.unwrap().unwrap();
        let mut pack = storage.pack("tess").await.unwrap().unwrap();
        pack.source = Some("folder:mine".into());
        let stickers = storage.stickers("tess").await.unwrap();
        storage.put_pack(&pack, &stickers, clock.now()).await.unwrap();
        assert!(install_files(&files(&second), &storage, &clock).await.unwrap().is_none());
    }
}
