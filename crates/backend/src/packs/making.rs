//! Packs that users make themselves: drawn up, filled with pictures, changed, and shown to others as
//! far as their maker wants. Called by `http`; calls `storage` and, for the originals, `uploads`.
//!
//! Their maker has them in every state but `taken_down`. Others see them as `pack` says, once they are
//! published; that is at once for whoever has the link, and after an operator has looked for more people
//! than that. What an operator has looked at and is changed is a draft again.

mod bring;
mod error;
mod outline;
mod stickers;
#[cfg(test)]
mod tests;
mod texts;
mod treatment;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tessera_protocol::{
    limits,
    moderation::PackAction,
    own_packs::{PackChange, Visibility},
    pack::Rating,
};
use tokio::sync::Semaphore;

use super::{Kind, Pack, State, Sticker, StickerImage, pack::server_of, picture::Picture, uploads};
use crate::{clock::Clock, matrix::media::Media, random::Random, storage::Storage};

pub use bring::Brought;
pub use error::MakeError;
pub use treatment::{Crop, Treatment, TreatmentError};

/// How many pictures are made ready at once: each may take much memory.
const AT_ONCE: usize = 2;
/// How many zips are read at once.
const ARCHIVES: usize = 1;
/// How long a picture waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// How long a request waits for the homeserver to take a picture; it goes on without the request.
const UPLOAD: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, MakeError>;

/// A pack in the hands of the user who made it. [`Maker::own`] alone gives it out, so that whoever has
/// one may change the pack.
#[derive(Debug, Clone)]
pub struct OwnPack {
    pack: Pack,
    owner: String,
}

impl OwnPack {
    /// The pack.
    #[must_use]
    pub const fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Its maker.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }
}

/// Makes packs for users.
#[derive(Clone)]
pub struct Maker {
    storage: Storage,
    media: Option<Arc<dyn Media>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    turns: Arc<Semaphore>,
    archives: Arc<Semaphore>,
    /// How long a picture waits for its turn, and how long a request for its zip.
    patience: (Duration, Duration),
}

/// How much a change shows to others that they did not see before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// Other pictures or texts.
    More,
    /// The same, or less of it.
    NoMore,
}

impl Maker {
    /// Makes packs in `storage` and brings their originals to `media`.
    #[must_use]
    pub fn new(
        storage: Storage,
        media: Option<Arc<dyn Media>>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let [turns, archives] = [AT_ONCE, ARCHIVES].map(|most| Arc::new(Semaphore::new(most)));
        let patience = (TURN, bring::REQUEST);
        Self { storage, media, clock, random, turns, archives, patience }
    }

    /// The user's pack of this id; `None` if there is none, or it is somebody else's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own(&self, user_id: &str, pack_id: &str) -> Result<Option<OwnPack>> {
        let pack = self
            .storage
            .pack(pack_id)
            .await?
            .filter(|pack| pack.kind == Kind::Made && pack.owner.as_deref() == Some(user_id));
        Ok(pack.map(|pack| OwnPack { pack, owner: user_id.to_owned() }))
    }

    /// The packs that the user made, oldest first, and how many bytes their pictures have.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, user_id: &str) -> Result<(Vec<Pack>, u64)> {
        let packs = self.storage.packs_of(user_id, Kind::Made).await?;
        Ok((packs, self.storage.made_bytes(user_id).await?))
    }

    /// A pack's stickers, in its order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stickers(&self, own: &OwnPack) -> Result<Vec<Sticker>> {
        Ok(self.storage.stickers(&own.pack.id).await?)
    }

    /// Begins a pack: a draft without stickers, at the end of the user's library if there is room.
    ///
    /// # Errors
    /// When it has no title, a text is wrong, or the user has too many packs.
    pub async fn create(&self, user_id: &str, change: &PackChange) -> Result<OwnPack> {
        let pack = Pack {
            id: self.new_id()?,
            titles: vec![],
            author: None,
            attribution: None,
            licence: String::new(),
            source: None,
            state: State::Draft,
            tags: vec![],
            languages: vec![],
            rating: Rating::default(),
            is_default: false,
            position: 0,
            revision: 0,
            kind: Kind::Made,
            owner: Some(user_id.to_owned()),
            visibility: Visibility::Private,
            room: None,
            for_sale: false,
        };
        let pack = texts::described(&pack, change)?;
        if self.storage.packs_of(user_id, Kind::Made).await?.len() >= limits::MADE_PACKS {
            return Err(MakeError::TooManyPacks);
        }
        let now = self.clock.now();
        self.storage.put_pack(&pack, &[], now).await?;
        if self.storage.library(user_id).await?.len() < limits::PACKS_PER_LIBRARY {
            self.storage.enable_pack(user_id, &pack.id, now).await?;
        }
        self.again(OwnPack { pack, owner: user_id.to_owned() }).await
    }

    /// Changes what is said of a pack, or for whom it is.
    ///
    /// # Errors
    /// When a text is wrong, or the pack cannot be changed.
    pub async fn describe(
        &self,
        own: OwnPack,
        revision: u64,
        change: &PackChange,
    ) -> Result<OwnPack> {
        let after = texts::described(&own.pack, change)?;
        let is_said = Pack { visibility: own.pack.visibility, ..after.clone() } != own.pack;
        let widened = after.visibility > own.pack.visibility;
        let shows = if is_said || widened { Shows::More } else { Shows::NoMore };
        let stickers = self.storage.stickers(&own.pack.id).await?;
        self.change(own, revision, after, &stickers, shows).await
    }

    /// Deletes a pack, also from the libraries of others. Stickers that were sent stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, own: OwnPack) -> Result<()> {
        let stickers = self.storage.stickers(&own.pack.id).await?;
        self.storage.remove_pack(&own.pack.id).await?;
        self.tidy(stickers.into_iter().map(|sticker| sticker.image)).await;
        Ok(())
    }

    /// Shows a pack to those for whom it is: at once to whoever has the link, and when an operator has
    /// looked to more people, or where they have refused it before.
    ///
    /// # Errors
    /// When it is for nobody else, it has no stickers, one lacks its alt text, or it stands where this
    /// is not possible.
    pub async fn submit(&self, own: OwnPack, revision: u64) -> Result<OwnPack> {
        may_change(&own, revision)?;
        if own.pack.visibility == Visibility::Private {
            return Err(MakeError::Private);
        }
        let stickers = self.storage.stickers(&own.pack.id).await?;
        if stickers.is_empty() {
            return Err(MakeError::Empty);
        }
        described(&stickers)?;
        let submitted = own.pack.state.after(PackAction::Submit, "")?;
        // What an operator has refused is for them to look at again, whoever is to see it.
        let was_refused = matches!(own.pack.state, State::Rejected { .. } | State::Withdrawn);
        let is_reviewed = own.pack.visibility.is_reviewed() || was_refused;
        let state = if is_reviewed { submitted } else { State::Published };
        let after = Pack { state, ..own.pack.clone() };
        self.put(own, revision, &after, &stickers).await
    }

    /// Hides a pack from others, or takes it back before an operator has looked. It is a draft again;
    /// users who have it get it back when it is published.
    ///
    /// # Errors
    /// When nobody else sees it, or is to.
    pub async fn withdraw(&self, own: OwnPack, revision: u64) -> Result<OwnPack> {
        may_change(&own, revision)?;
        own.pack.state.after(PackAction::Withdraw, "")?;
        let after = Pack { state: State::Draft, ..own.pack.clone() };
        let stickers = self.storage.stickers(&own.pack.id).await?;
        self.put(own, revision, &after, &stickers).await
    }

    /// Changes a pack and where it stands.
    async fn change(
        &self,
        own: OwnPack,
        revision: u64,
        mut after: Pack,
        stickers: &[Sticker],
        shows: Shows,
    ) -> Result<OwnPack> {
        may_change(&own, revision)?;
        let before = &own.pack;
        let again = match before.state {
            State::InReview => {
                shows == Shows::More || stickers.is_empty() || after.visibility != before.visibility
            }
            _ => {
                (shows == Shows::More && after.visibility.is_reviewed())
                    || stickers.is_empty()
                    || after.visibility == Visibility::Private
            }
        };
        after.state = before.state.changed(again)?;
        if after.is_published() {
            described(stickers)?;
        }
        self.put(own, revision, &after, stickers).await
    }

    async fn put(
        &self,
        own: OwnPack,
        revision: u64,
        after: &Pack,
        stickers: &[Sticker],
    ) -> Result<OwnPack> {
        if !self.storage.change_pack(after, stickers, revision, self.clock.now()).await? {
            return Err(MakeError::Changed);
        }
        if after.visibility == Visibility::Server && own.pack.visibility != Visibility::Server {
            self.storage.keep_pack_to(&after.id, server_of(&own.owner)).await?;
        }
        self.again(own).await
    }

    /// The pack as it is now.
    async fn again(&self, own: OwnPack) -> Result<OwnPack> {
        // It may have been deleted at the same time.
        self.own(&own.owner, &own.pack.id).await?.ok_or(MakeError::Changed)
    }

    async fn named(&self, own: OwnPack, shortcode: &str) -> Result<(OwnPack, Sticker)> {
        let stickers = self.storage.stickers(&own.pack.id).await?;
        let sticker = stickers.into_iter().find(|sticker| sticker.shortcode == shortcode);
        Ok((own, sticker.ok_or(MakeError::Changed)?))
    }

    async fn picture(&self, bytes: Bytes, treatment: Treatment) -> Result<Picture> {
        let turn = tokio::time::timeout(self.patience.0, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| MakeError::Busy)?.map_err(|_| MakeError::Crashed)?;
        let clock = self.clock.clone();
        let work = tokio::task::spawn_blocking(move || {
            let picture = treatment::treat(&bytes, &treatment, &*clock);
            drop(turn);
            picture
        });
        Ok(work.await.map_err(|_| MakeError::Crashed)??)
    }

    async fn keep(&self, picture: &Picture) -> Result<()> {
        self.storage.add_preview(&picture.previews.still).await?;
        if let Some(animation) = &picture.previews.animation {
            self.storage.add_preview(animation).await?;
        }
        self.storage.add_image(&picture.image, picture.bytes.as_deref()).await?;
        Ok(())
    }

    /// Brings a pack's originals to the homeserver. Where that fails, it is tried again with all others.
    async fn upload(&self, pack_id: &str) {
        let Some(media) = self.media.clone() else { return };
        let (storage, clock, id) = (self.storage.clone(), self.clock.clone(), pack_id.to_owned());
        let work = tokio::spawn(async move {
            if let Err(error) = uploads::upload_pack(&storage, &*media, &id, &*clock).await {
                tracing::warn!(%error, "stickers of a user's pack are not uploaded yet");
            }
        });
        // A homeserver that takes long is no reason to fail.
        let _ = tokio::time::timeout(UPLOAD, work).await;
    }

    /// Forgets pictures that may be used no more. What somebody else is about to use may stand in the
    /// way; that is no reason to fail.
    async fn tidy(&self, images: impl IntoIterator<Item = StickerImage>) {
        let images: Vec<StickerImage> = images.into_iter().collect();
        if let Err(error) = self.storage.remove_if_unused(&images).await {
            tracing::warn!(%error, "unused pictures are still there");
        }
    }

    /// A name that nobody guesses, for whoever knows it may see the pack if its maker wants.
    fn new_id(&self) -> Result<String> {
        let mut id = [0; 16];
        self.random.fill(&mut id)?;
        Ok(format!("own-{}", hex::encode(id)))
    }
}

/// Whether this is the pack as whoever changes it knows it, and it may be changed at all.
fn may_change(own: &OwnPack, revision: u64) -> Result<()> {
    if matches!(own.pack.state, State::TakenDown { .. }) {
        Err(MakeError::TakenDown)
    } else if own.pack.revision == revision {
        Ok(())
    } else {
        Err(MakeError::Changed)
    }
}

/// Whether every sticker has its alt text.
fn described(stickers: &[Sticker]) -> Result<()> {
    let bare = stickers.iter().filter(|sticker| sticker.body.is_empty());
    let bare: Vec<String> = bare.map(|sticker| sticker.shortcode.clone()).collect();
    if bare.is_empty() { Ok(()) } else { Err(MakeError::NoAltText(bare)) }
}
