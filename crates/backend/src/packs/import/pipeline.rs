//! From a described pack to a stored one. Everything that can fail is done before anything is
//! stored, and the pack itself is put in one transaction: it is as it was, or it is all there.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use tessera_protocol::{own_packs::Visibility, pack::Rating};

use super::{
    Difference, FileError, ImageInfo, ImportError, ImportedPack, ImportedSticker, PictureError,
    PictureSource, check,
};
use crate::{
    clock::Clock,
    matrix::media::{self, Media, MediaError},
    packs::{
        ImageId, Kind, Pack, State, Sticker, StickerImage, image,
        pack::Title,
        picture::{self, Picture},
        text,
        uploads::Progress,
    },
    storage::Storage,
};

/// The most MiB of one pack's pictures: they are held in memory until all are good.
const PACK_MEBIBYTES: usize = 512;
/// The same for a user's own pack, of which those are held that have to be uploaded.
const OWN_PACK_MEBIBYTES: usize = 64;

/// Imports packs.
#[derive(Clone)]
pub struct Importer {
    /// Where packs are kept.
    pub storage: Storage,
    /// Where `mxc://` pictures are fetched, if anywhere.
    pub media: Option<Arc<dyn Media>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What the operator wants, or the user who saves a pack.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The pack's id, instead of the source's.
    pub id: Option<String>,
    /// The pack's title, instead of the source's.
    pub title: Option<String>,
    /// Whether users who made no choice have it, instead of what the source or the pack says.
    pub is_default: Option<bool>,
    /// Whether users see it; a new pack is seen, a known one stays as it is. See
    /// [`State::imported`].
    pub published: Option<bool>,
    /// What it is about, instead of what the source or the pack says.
    pub tags: Option<Vec<String>>,
    /// Who it is for, instead of what the source or the pack says.
    pub rating: Option<Rating>,
    /// Whose own pack it becomes; its stickers stay where the source has them.
    pub owner: Option<String>,
    /// Leaves out what cannot be imported, rather than everything.
    pub skip_broken: bool,
    /// Looks and changes nothing.
    pub dry_run: bool,
}

/// What came of an import.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The pack as it is now, or would be.
    pub pack: Pack,
    /// Whether it is new.
    pub is_new: bool,
    /// What changed.
    pub difference: Difference,
    /// What was left out, with `skip_broken`.
    pub left_out: Vec<FileError>,
    /// Things worth knowing.
    pub notes: Vec<String>,
}

impl Importer {
    /// Imports a pack.
    ///
    /// # Errors
    /// When anything of it cannot be imported; then nothing has changed.
    pub async fn import(
        &self,
        mut pack: ImportedPack,
        options: &Options,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Outcome, ImportError> {
        if let Some(text) = &options.title {
            let language = pack.titles.first().map_or("und", |title| &title.language).to_owned();
            pack.titles = vec![Title { language, text: text.clone() }];
        }
        if options.id.is_some() {
            pack.id.clone_from(&options.id);
        }
        if options.tags.is_some() {
            pack.tags.clone_from(&options.tags);
        }
        pack.rating = options.rating.or(pack.rating);
        check::check(&mut pack)?;
        if pack.stickers.is_empty() && pack.broken.is_empty() {
            return Err(ImportError::Empty(pack.name));
        }
        let known = self.identify(&pack, options.owner.as_deref()).await?;

        let stickers = std::mem::take(&mut pack.stickers);
        let (good, mut broken) = self.pictures(stickers, &known, options, progress).await?;
        broken.splice(..0, std::mem::take(&mut pack.broken));
        if !broken.is_empty() && !options.skip_broken {
            return Err(ImportError::Files(broken));
        }
        if good.is_empty() {
            return Err(ImportError::Files(broken));
        }
        let old = known.pack.as_ref();
        let (kind, visibility) = match options.owner {
            Some(_) => (Kind::Saved, Visibility::Private),
            None => (Kind::Shared, Visibility::Public),
        };
        let after = Pack {
            id: known.id,
            titles: pack.titles,
            author: pack.author,
            attribution: pack.attribution,
            licence: pack.licence.unwrap_or_default(),
            source: Some(pack.source),
            state: State::imported(old.map(|old| &old.state), options.published),
            tags: pack.tags.or_else(|| old.map(|old| old.tags.clone())).unwrap_or_default(),
            languages: pack
                .languages
                .or_else(|| old.map(|old| old.languages.clone()))
                .unwrap_or_default(),
            rating: pack.rating.or(old.map(|old| old.rating)).unwrap_or_default(),
            is_default: options
                .is_default
                .or(old.map(|old| old.is_default))
                .or(pack.is_default)
                .unwrap_or(false),
            position: old.map_or(0, |old| old.position),
            revision: old.map_or(0, |old| old.revision),
            kind: old.map_or(kind, |old| old.kind),
            owner: options.owner.clone(),
            visibility: old.map_or(visibility, |old| old.visibility),
            room: pack.room,
            for_sale: false,
        };
        if options.published == Some(true) && !after.is_published() {
            let note = "it was taken down and stays so; `tessera packs reinstate` undoes that";
            pack.notes.push(note.to_owned());
        }
        let stickers: Vec<Sticker> = good.iter().map(|(sticker, _)| sticker.clone()).collect();
        let before = old.map(|old| (old, known.stickers.as_slice()));
        let difference = Difference::between(before, (&after, &stickers));
        if !options.dry_run {
            for picture in good.iter().filter_map(|(_, picture)| picture.as_ref()) {
                self.keep(picture).await?;
            }
            if !difference.is_empty() {
                self.storage.put_pack(&after, &stickers, self.clock.now()).await?;
            }
        }
        let is_new = old.is_none();
        Ok(Outcome { pack: after, is_new, difference, left_out: broken, notes: pack.notes })
    }

    /// Which pack this is: the one that is named, the one that came from the same source before,
    /// or a new one.
    async fn identify(
        &self,
        pack: &ImportedPack,
        owner: Option<&str>,
    ) -> Result<Known, ImportError> {
        let (id, named) = if let Some(id) = &pack.id {
            (id.clone(), true)
        } else {
            let packs = self.storage.packs().await?;
            let before =
                packs.into_iter().find(|known| known.source.as_ref() == Some(&pack.source));
            match before {
                Some(before) => (before.id, true),
                None => (derived_id(pack), false),
            }
        };
        let known = self.storage.pack(&id).await?;
        let others = known.as_ref().is_some_and(|known| known.owner.as_deref() != owner);
        if others || (known.is_some() && !named) {
            return Err(ImportError::Taken { id });
        }
        let stickers = if known.is_some() { self.storage.stickers(&id).await? } else { Vec::new() };
        Ok(Known { id, pack: known, stickers })
    }

    async fn keep(&self, picture: &Picture) -> Result<(), ImportError> {
        self.storage.add_preview(&picture.previews.still).await?;
        if let Some(animation) = &picture.previews.animation {
            self.storage.add_preview(animation).await?;
        }
        self.storage.add_image(&picture.image, picture.bytes.as_deref()).await?;
        Ok(())
    }

    /// Makes every picture ready, a few at a time; in the stickers' order. A picture that is kept
    /// already comes without its bytes.
    async fn pictures(
        &self,
        stickers: Vec<ImportedSticker>,
        known: &Known,
        options: &Options,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Ready, MediaError> {
        let of = stickers.len();
        let workers = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        let mut ready = stream::iter(stickers)
            .map(|sticker| async move {
                let kept = known.picture(&sticker.picture);
                let picture = match kept {
                    Some(kept) => Ok(kept),
                    None => self.fresh(sticker.picture.clone(), options).await,
                };
                (sticker, picture)
            })
            .buffered(workers);
        let (mut good, mut broken) = (Vec::with_capacity(of), Vec::new());
        let (mut done, mut bytes) = (0, 0);
        let limit = if options.owner.is_some() { OWN_PACK_MEBIBYTES } else { PACK_MEBIBYTES };
        while let Some((sticker, picture)) = ready.next().await {
            done += 1;
            progress(Progress { done, of });
            match picture {
                Ok(_) if bytes > limit * 1024 * 1024 => {
                    let reason = format!("the pack's pictures have more than {limit} MiB together");
                    broken.push(FileError::new(sticker.name, reason));
                }
                Ok(picture) => {
                    let kept = picture.fresh.as_ref().and_then(|fresh| fresh.bytes.as_ref());
                    bytes += kept.map_or(0, Vec::len);
                    let sticker = Sticker {
                        shortcode: sticker.shortcode,
                        body: sticker.body,
                        emoji: sticker.emoji,
                        tags: sticker.tags,
                        mxc_uri: picture.mxc_uri,
                        image: picture.image,
                    };
                    good.push((sticker, picture.fresh));
                }
                // Not again for every other sticker.
                Err(PictureError::Media(error)) if error.concerns_all() => return Err(error),
                Err(error) => broken.push(FileError::of_picture(sticker.name, &error)),
            }
        }
        Ok((good, broken))
    }

    /// A picture that is not kept yet. The original of a user's own pack stays in its room, and
    /// only there, unless it holds metadata.
    async fn fresh(
        &self,
        source: PictureSource,
        options: &Options,
    ) -> Result<ReadyPicture, PictureError> {
        let mut picture = self.picture(source).await?;
        let mut mxc_uri = None;
        if options.owner.is_some() && picture.image.mxc_uri.is_some() {
            mxc_uri = picture.image.mxc_uri.take();
            picture.bytes = None;
        }
        Ok(ReadyPicture { image: picture.image.clone(), mxc_uri, fresh: Some(picture) })
    }

    async fn picture(&self, source: PictureSource) -> Result<Picture, PictureError> {
        match source {
            PictureSource::Bytes(bytes) => self.prepare(bytes).await,
            PictureSource::File(path) => self.prepare(read_file(&path).await?).await,
            PictureSource::Mxc { uri, info, thumbnail } => {
                media::parts(&uri)?;
                if let Some(store) = &self.media {
                    let bytes = store.download(&uri).await?;
                    return self.uploaded(bytes, uri).await;
                }
                let Some(path) = thumbnail else { return Err(PictureError::NoHomeserver) };
                let Ok(bytes) = read_file(&path).await else {
                    let thumbnail = path.display().to_string();
                    return Err(PictureError::NoThumbnail { uri, thumbnail });
                };
                // maunium's tools keep what they uploaded as the thumbnail. Where the size says
                // so, this is the original.
                if info.size.and_then(|size| usize::try_from(size).ok()) == Some(bytes.len()) {
                    return self.uploaded(bytes, uri).await;
                }
                let mut picture = self.prepare(bytes).await?;
                picture.image = on_homeserver_only(picture.image, uri, &info);
                picture.bytes = None;
                Ok(picture)
            }
        }
    }

    /// The picture at `uri`. It stays there if there was no metadata to strip, else the stripped
    /// one is uploaded in its place.
    async fn uploaded(&self, bytes: Vec<u8>, uri: String) -> Result<Picture, PictureError> {
        let fetched = ImageId::of(&bytes);
        let mut picture = self.prepare(bytes).await?;
        if picture.image.id == fetched {
            picture.image.mxc_uri = Some(uri);
        }
        Ok(picture)
    }

    async fn prepare(&self, bytes: Vec<u8>) -> Result<Picture, PictureError> {
        let clock = self.clock.clone();
        let prepared = tokio::task::spawn_blocking(move || picture::prepare(&bytes, &*clock));
        Ok(prepared.await.map_err(|_| PictureError::Crashed)??)
    }
}

/// Stickers with what is to be kept of their pictures, and what cannot be imported.
type Ready = (Vec<(Sticker, Option<Picture>)>, Vec<FileError>);

/// A picture with what is to be kept of it, if that is not kept already.
struct ReadyPicture {
    image: StickerImage,
    mxc_uri: Option<String>,
    fresh: Option<Picture>,
}

/// A pack as it was before, and its id.
struct Known {
    id: String,
    pack: Option<Pack>,
    stickers: Vec<Sticker>,
}

impl Known {
    /// The picture of a sticker that is still where its room has it. What is behind an `mxc://` URI
    /// never changes, so that it need not be fetched again.
    fn picture(&self, source: &PictureSource) -> Option<ReadyPicture> {
        let PictureSource::Mxc { uri, .. } = source else { return None };
        let sticker = self.stickers.iter().find(|known| known.mxc_uri.as_ref() == Some(uri))?;
        let (image, mxc_uri) = (sticker.image.clone(), sticker.mxc_uri.clone());
        Some(ReadyPicture { image, mxc_uri, fresh: None })
    }
}

fn derived_id(pack: &ImportedPack) -> String {
    let titles = pack.titles.iter().map(|title| title.text.as_str());
    let named = std::iter::once(pack.name.as_str()).chain(titles).find_map(text::pack_id);
    // A pack whose names have no letter that an id may have is named by its source.
    named.unwrap_or_else(|| {
        let id = ImageId::of(pack.source.as_bytes()).to_string();
        format!("pack-{}", id.get(..12).unwrap_or_default())
    })
}

/// An image of which we have only a smaller copy. Its URI stands for its content and never changes
/// it, so the URI's hash names it: no picture whose bytes we know can have the same.
fn on_homeserver_only(small: StickerImage, uri: String, info: &ImageInfo) -> StickerImage {
    let known = |mimetype: &String| {
        ["image/png", "image/apng", "image/gif", "image/webp", "image/jpeg"]
            .contains(&mimetype.as_str())
    };
    let side = |value: Option<u32>, other: u32| {
        value.filter(|side| (1..=image::SIDE).contains(side)).unwrap_or(other)
    };
    StickerImage {
        id: ImageId::of(uri.as_bytes()),
        mimetype: info.mimetype.clone().filter(known).unwrap_or(small.mimetype),
        w: side(info.w, small.w),
        h: side(info.h, small.h),
        size: info.size.filter(|size| *size > 0).unwrap_or(small.size),
        mxc_uri: Some(uri),
        ..small
    }
}

/// A file's bytes, one more than allowed at most, so that its size is noticed without reading all.
async fn read_file(path: &std::path::Path) -> Result<Vec<u8>, std::io::Error> {
    use tokio::io::AsyncReadExt as _;
    let file = tokio::fs::File::open(path).await?;
    let limit = u64::try_from(image::FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
