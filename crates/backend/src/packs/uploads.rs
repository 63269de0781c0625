//! Bringing originals to the homeserver, once each, and bringing back what it lost. Called by
//! `cli`; calls `storage` and `matrix::media`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{StreamExt as _, stream};

use super::{ImageId, StickerImage};
use crate::{
    clock::Clock,
    matrix::media::{HomeserverAccount, Media, MediaError, MediaStore},
    random::Random,
    storage::{Storage, StorageError},
};

/// Uploads under way at once.
const AT_ONCE: usize = 4;

/// Why originals were not uploaded. What was uploaded before stays so.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The homeserver refused or failed.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// How far an upload or a repair has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many images are done.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// What a repair found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// How many images the homeserver still has.
    pub intact: usize,
    /// Images that it had lost and has again.
    pub repaired: Vec<ImageId>,
    /// Images that it has lost and of which we have no bytes; their stickers are shown no more.
    pub lost: Vec<ImageId>,
}

/// Uploads every original that no homeserver has yet and says how many. Equal originals are one
/// image, so each is uploaded once; each success is kept at once, so that what breaks off goes on
/// where it stopped.
///
/// # Errors
/// At the first original that cannot be uploaded.
pub async fn upload_all(
    storage: &Storage,
    account: &HomeserverAccount,
    clock: &dyn Clock,
    random: &Arc<dyn Random>,
    progress: impl Fn(Progress),
) -> Result<usize, UploadError> {
    let store = MediaStore::new(account.clone(), random.clone())?;
    let images = storage.images_to_upload().await?;
    let (of, stopped) = (images.len(), AtomicBool::new(false));
    let (store, stopped) = (&store, &stopped);
    let uploads = images.into_iter().map(|image| async move {
        // What is under way when one fails is finished and kept; nothing more is begun.
        if stopped.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let uploaded = upload(storage, store, &image).await?;
        storage.touch_packs_with(&[image.id], clock.now()).await?;
        Ok(uploaded)
    });
    let mut uploads = stream::iter(uploads).buffer_unordered(AT_ONCE);
    let mut done = 0;
    let mut result = Ok(());
    while let Some(upload) = uploads.next().await {
        match upload {
            Ok(uploaded) => {
                done += usize::from(uploaded);
                progress(Progress { done, of });
            }
            Err(error) => {
                stopped.store(true, Ordering::Relaxed);
                result = Err(error);
            }
        }
    }
    result.map(|()| done)
}

/// Looks whether the homeserver still has every original, and uploads those again that it lost.
///
/// # Errors
/// When the homeserver does not say, or an upload fails.
pub async fn repair(
    storage: &Storage,
    account: &HomeserverAccount,
    clock: &dyn Clock,
    random: &Arc<dyn Random>,
    progress: impl Fn(Progress),
) -> Result<Repair, UploadError> {
    let store = MediaStore::new(account.clone(), random.clone())?;
    let images = storage.uploaded_images().await?;
    let mut found = Repair::default();
    for (index, image) in images.iter().enumerate() {
        let mxc_uri = image.mxc_uri.as_deref().unwrap_or_default();
        if store.exists(mxc_uri).await? {
            found.intact += 1;
        } else if upload(storage, &store, image).await? {
            found.repaired.push(image.id);
            storage.touch_packs_with(&[image.id], clock.now()).await?;
        } else {
            storage.set_mxc_uri(image.id, None).await?;
            storage.touch_packs_with(&[image.id], clock.now()).await?;
            found.lost.push(image.id);
        }
        progress(Progress { done: index + 1, of: images.len() });
    }
    Ok(found)
}

/// Uploads those originals of a pack that no homeserver has yet.
///
/// # Errors
/// At the first that cannot be uploaded.
pub async fn upload_pack(
    storage: &Storage,
    store: &dyn Media,
    pack_id: &str,
    clock: &dyn Clock,
) -> Result<(), UploadError> {
    for sticker in storage.stickers(pack_id).await? {
        if sticker.original().is_none() && upload(storage, store, &sticker.image).await? {
            storage.touch_packs_with(&[sticker.image.id], clock.now()).await?;
        }
    }
    Ok(())
}

/// Uploads one original; `false` if we do not have its bytes.
async fn upload(
    storage: &Storage,
    store: &dyn Media,
    image: &StickerImage,
) -> Result<bool, UploadError> {
    let Some(bytes) = storage.image_bytes(image.id).await? else {
        return Ok(false);
    };
    let extension = image.mimetype.rsplit('/').next().unwrap_or("bin");
    let filename = format!("sticker.{extension}");
    let mxc_uri = store.upload(bytes.into(), &image.mimetype, &filename).await?;
    storage.set_mxc_uri(image.id, Some(&mxc_uri)).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::{
        Mock, MockServer, ResponseTemplate,
        matchers::{body_bytes, method, path},
    };

    use super::*;
    use crate::{http::test_app::TestApp, random::CountingRandom};

    struct Homeserver {
        server: MockServer,
        account: HomeserverAccount,
        random: Arc<dyn Random>,
    }

    async fn homeserver() -> Homeserver {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = MockServer::start().await;
        let account =
            HomeserverAccount { url: server.uri().parse().unwrap(), access_token: "bot".into() };
        Homeserver { server, account, random: Arc::new(CountingRandom::default()) }
    }

    impl Homeserver {
        async fn accepts(&self, bytes: &'static [u8], media_id: &str, times: u64) {
            let uri = json!({"content_uri": format!("mxc://hs/{media_id}")});
            Mock::given(method("POST"))
                .and(path("/_matrix/media/v3/upload"))
                .and(body_bytes(bytes))
                .respond_with(ResponseTemplate::new(200).set_body_json(uri))
                .expect(times)
                .mount(&self.server)
                .await;
        }
    }

    /// Two packs with three stickers, two of which are the same picture, none uploaded.
    async fn packs() -> TestApp {
        let app = TestApp::new().await;
        app.add_pack("cats", &["wave", "bow"]).await;
        app.add_pack("dogs", &["wave"]).await;
        for sticker in app.storage().stickers("cats").await.unwrap() {
            app.storage().set_mxc_uri(sticker.image.id, None).await.unwrap();
        }
        app
    }

    async fn urls(app: &TestApp, pack: &str) -> Vec<Option<String>> {
        let stickers = app.storage().stickers(pack).await.unwrap();
        stickers.into_iter().map(|sticker| sticker.image.mxc_uri).collect()
    }

    #[tokio::test]
    async fn each_picture_is_uploaded_once_and_libraries_change() {
        let (app, hs) = (packs().await, homeserver().await);
        hs.accepts(b"wave", "w1", 1).await;
        hs.accepts(b"bow", "b1", 1).await;
        let before = app.storage().library("@a:hs").await.unwrap();
        let count = upload_all(app.storage(), &hs.account, app.clock(), &hs.random, |_| {});
        assert_eq!(count.await.unwrap(), 2);
        let uri = |id: &str| Some(format!("mxc://hs/{id}"));
        assert_eq!(urls(&app, "cats").await, [uri("w1"), uri("b1")]);
        assert_eq!(urls(&app, "dogs").await, [uri("w1")]);
        assert_ne!(app.storage().library("@a:hs").await.unwrap(), before);
        let again = upload_all(app.storage(), &hs.account, app.clock(), &hs.random, |_| {});
        assert_eq!(again.await.unwrap(), 0);
    }

    #[tokio::test]
    async fn what_breaks_off_goes_on_where_it_stopped() {
        let (app, hs) = (packs().await, homeserver().await);
        let images = app.storage().images_to_upload().await.unwrap();
        let first: &'static [u8] =
            if images[0].id == ImageId::of(b"wave") { b"wave" } else { b"bow" };
        let second: &'static [u8] = if first == b"wave" { b"bow" } else { b"wave" };
        hs.accepts(first, "first", 1).await;
        let full = json!({"errcode": "M_FORBIDDEN", "error": "quota"});
        Mock::given(method("POST"))
            .and(body_bytes(second))
            .respond_with(ResponseTemplate::new(403).set_body_json(full))
            .up_to_n_times(1)
            .with_priority(1)
            .mount(&hs.server)
            .await;
        hs.accepts(second, "second", 1).await;
        let upload = || upload_all(app.storage(), &hs.account, app.clock(), &hs.random, |_| {});
        assert!(matches!(upload().await, Err(UploadError::Media(MediaError::Answer(403)))));
        assert_eq!(app.storage().images_to_upload().await.unwrap().len(), 1);
        assert_eq!(upload().await.unwrap(), 1, "the first is not uploaded again");
    }

    #[tokio::test]
    async fn lost_files_are_uploaded_again_if_we_have_them() {
        let (app, hs) = (TestApp::new().await, homeserver().await);
        app.add_pack("cats", &["kept", "lost"]).await;
        let here = path("/_matrix/client/v1/media/download/hs/kept");
        Mock::given(here).respond_with(ResponseTemplate::new(200)).mount(&hs.server).await;
        let gone = ResponseTemplate::new(404).set_body_json(json!({"errcode": "M_NOT_FOUND"}));
        let there = path("/_matrix/client/v1/media/download/hs/lost");
        Mock::given(there).respond_with(gone).mount(&hs.server).await;
        hs.accepts(b"lost", "found", 1).await;
        let found = repair(app.storage(), &hs.account, app.clock(), &hs.random, |_| {}).await;
        let repaired = vec![ImageId::of(b"lost")];
        assert_eq!(found.unwrap(), Repair { intact: 1, repaired, lost: vec![] });
        let uri = |id: &str| Some(format!("mxc://hs/{id}"));
        assert_eq!(urls(&app, "cats").await, [uri("kept"), uri("found")]);
    }
}
