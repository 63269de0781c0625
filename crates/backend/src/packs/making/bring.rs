//! A zip of pictures that becomes a pack of the user's own: what of it is good is a draft, and of the
//! rest it is said what is wrong. Part of `making`; reads as the import does.

use std::time::Duration;

use bytes::Bytes;
use tessera_protocol::{limits, own_packs::PackChange};

use super::{MakeError, Maker, OwnPack, Result, Shows, Treatment};
use crate::packs::{
    Sticker,
    import::{self, FileError, ImportError, PictureSource, check},
    text,
};

/// The most bytes that a user's zip may unpack to: they are held in memory.
const UNPACKED_BYTES: usize = 128 * 1024 * 1024;
/// How long a request waits for its zip; the work goes on without it.
pub(super) const REQUEST: Duration = Duration::from_secs(30);

/// What came of a zip.
#[derive(Debug, Clone)]
pub struct Brought {
    /// The pack.
    pub own: OwnPack,
    /// The file and the shortcode of each sticker that is in it now.
    pub taken: Vec<(String, String)>,
    /// What is not.
    pub left_out: Vec<FileError>,
}

impl Maker {
    /// Makes a draft of a zip: of the pictures in it, with the texts of its `pack.toml` or `pack.json`.
    /// Alt text is what these say, or missing. Pictures that cannot be taken are left out.
    /// `None` if it takes long; then it goes on, and the pack is there at last.
    ///
    /// # Errors
    /// When the zip is refused, nothing of it is a sticker, or the user has too much already; then there
    /// is no pack.
    pub async fn bring(&self, user_id: &str, zip: Bytes, name: &str) -> Result<Option<Brought>> {
        let turn = self.archives.clone().try_acquire_owned().map_err(|_| MakeError::Busy)?;
        let (maker, owner, name) = (self.clone(), user_id.to_owned(), name.to_owned());
        let work = tokio::spawn(async move {
            let brought = maker.bring_now(&owner, zip, name).await;
            drop(turn);
            brought
        });
        match tokio::time::timeout(self.patience.1, work).await {
            Ok(done) => done.unwrap_or(Err(MakeError::Crashed)).map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn bring_now(&self, user_id: &str, zip: Bytes, name: String) -> Result<Brought> {
        let read = tokio::task::spawn_blocking(move || {
            import::zip::read_within(&zip, &name, UNPACKED_BYTES)
        });
        let mut found = read.await.map_err(|_| MakeError::Crashed)??;
        found.id = None;
        for sticker in &mut found.stickers {
            // A file's name is no alt text.
            if sticker.body == text::stem(&sticker.name).replace(['_', '-'], " ") {
                sticker.body.clear();
            }
        }
        check::check_draft(&mut found)?;
        if found.stickers.is_empty() && found.broken.is_empty() {
            return Err(ImportError::Empty(found.name).into());
        }
        let title = found.titles.first();
        let change = PackChange {
            title: title.map(|title| title.text.clone()),
            language: title.map(|title| title.language.clone()),
            author: found.author,
            attribution: found.attribution,
            licence: found.licence,
            tags: found.tags,
            languages: found.languages,
            rating: found.rating,
            visibility: None,
        };
        let (mut stickers, mut taken, mut left_out) = (Vec::new(), Vec::new(), found.broken);
        let mut used = self.storage.made_bytes(user_id).await?;
        for sticker in found.stickers {
            // A zip holds nothing but bytes.
            let PictureSource::Bytes(bytes) = sticker.picture else { continue };
            let picture = match self.picture(bytes.into(), Treatment::default()).await {
                Ok(picture) => picture,
                Err(MakeError::Picture(error)) => {
                    left_out.push(FileError::new(sticker.name, error));
                    continue;
                }
                Err(error) => return Err(error),
            };
            used = used.saturating_add(picture.image.size.into());
            if used > limits::MADE_BYTES {
                left_out.push(FileError::new(sticker.name, MakeError::TooManyBytes));
                break;
            }
            self.keep(&picture).await?;
            taken.push((sticker.name, sticker.shortcode.clone()));
            stickers.push(Sticker {
                shortcode: sticker.shortcode,
                body: sticker.body,
                emoji: sticker.emoji,
                tags: sticker.tags,
                mxc_uri: None,
                image: picture.image,
            });
        }
        if stickers.is_empty() {
            return Err(MakeError::Text(ImportError::Files(left_out).to_string()));
        }
        let own = match self.create(user_id, &change).await {
            Ok(own) => own,
            Err(error) => {
                self.tidy(stickers.into_iter().map(|sticker| sticker.image)).await;
                return Err(error);
            }
        };
        let (revision, after) = (own.pack.revision, own.pack.clone());
        let own = self.change(own, revision, after, &stickers, Shows::More).await?;
        self.upload(&own.pack.id).await;
        Ok(Brought { own: self.again(own).await?, taken, left_out })
    }
}
