//! Packs of rooms (MSC2545) that users save to their own library: seen by nobody else, and forgotten
//! with them. Called by `http`; calls the import, `storage` and, for the pictures, `matrix::media`.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tessera_protocol::{library::Source, limits, pack::RoomPack};

use super::{
    Kind, Sticker,
    import::{ImportError, Importer, Options, image_pack},
    uploads,
};
use crate::{
    clock::Clock,
    matrix::{media::Media, server_name::ServerName},
    storage::{Storage, StorageError},
};

/// How many users' packs are saved at once.
const AT_ONCE: usize = 4;
/// How long a request waits for its pack.
const REQUEST: Duration = Duration::from_secs(30);
/// How long a pack may take; a homeserver may have to fetch every picture from another.
const WORK: Duration = Duration::from_secs(10 * 60);

/// Why a pack was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The room's id is none.
    #[error("`room_id` is not the id of a room: it begins with \"!\" and has at most 255 bytes.")]
    RoomId,
    /// The state key is none.
    #[error("`state_key` has at most 255 bytes and no control characters.")]
    StateKey,
    /// A server's name is none, or there are too many.
    #[error("`via` has at most {} names of servers.", limits::VIA)]
    Via,
    /// The pack cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The user has as many as one may have.
    #[error("You have saved {0} packs, which is as many as one can. Remove one first.")]
    TooManyPacks(usize),
    /// The user is saving a pack already, or too many others are.
    #[error("Tessera is still busy with another pack. Try again in a moment.")]
    Busy,
    /// Nothing can be fetched here.
    #[error(
        "This Tessera cannot fetch pictures of rooms. Ask its operator to configure a [matrix] \
         account."
    )]
    NoHomeserver,
    /// The pictures do not come.
    #[error("The homeserver takes too long to send the pack's pictures. Try again later.")]
    TooSlow,
    /// The work ended unexpectedly.
    #[error("The pack could not be saved.")]
    Crashed,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What became of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is in the library, by this id.
    Done(String),
    /// It will be there in a while.
    GoesOn,
}

/// Saves packs for users.
#[derive(Clone)]
pub struct Saver {
    storage: Storage,
    media: Option<Arc<dyn Media>>,
    clock: Arc<dyn Clock>,
    /// How long a request waits, and how long the work may take.
    patience: (Duration, Duration),
    /// The users whose packs are being saved.
    busy: Arc<Mutex<HashSet<String>>>,
}

impl Saver {
    /// Where the pictures of rooms are.
    #[must_use]
    pub fn media(&self) -> Option<&dyn Media> {
        self.media.as_deref()
    }

    /// Saves to `storage` what `media` has.
    #[must_use]
    pub fn new(storage: Storage, media: Option<Arc<dyn Media>>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, media, clock, patience: (REQUEST, WORK), busy: Arc::default() }
    }

    /// Waits for a pack as long as `request`, and gives it up after `work`.
    #[must_use]
    pub fn with_patience(mut self, request: Duration, work: Duration) -> Self {
        self.patience = (request, work);
        self
    }

    /// Saves a room's pack, at the end of the user's library if it is not there. The same pack
    /// again is brought up to date. Pictures that cannot be had are left out.
    ///
    /// The work goes on when nobody waits for it any more, so that a slow homeserver's pack is there
    /// at last.
    ///
    /// # Errors
    /// When nothing was saved.
    pub async fn save(&self, user_id: &str, pack: RoomPack<Value>) -> Result<Saved, SaveError> {
        let source = source(&pack)?;
        let turn = Turn::take(&self.busy, user_id)?;
        let (saver, owner) = (self.clone(), user_id.to_owned());
        let work = tokio::spawn(async move {
            let work = saver.work(owner, source, pack.public, pack.content);
            let saved = tokio::time::timeout(saver.patience.1, work).await;
            drop(turn);
            saved.unwrap_or(Err(SaveError::TooSlow))
        });
        match tokio::time::timeout(self.patience.0, work).await {
            Ok(done) => done.unwrap_or(Err(SaveError::Crashed)).map(Saved::Done),
            Err(_) => Ok(Saved::GoesOn),
        }
    }

    async fn work(
        &self,
        owner: String,
        source: Source,
        public: bool,
        content: Value,
    ) -> Result<String, SaveError> {
        let media = self.media.clone().ok_or(SaveError::NoHomeserver)?;
        let id = pack_id(&owner, &source);
        self.check_quota(&owner, &id).await?;
        let before = self.storage.stickers(&id).await?;
        let mut pack = image_pack::of_room(&source.state_key, content)?;
        pack.id = Some(id.clone());
        // Where a private pack is from is nobody's business; its id is enough to know it again.
        pack.source = "room".into();
        pack.room = public.then_some(source);
        let importer = Importer {
            storage: self.storage.clone(),
            media: Some(media.clone()),
            clock: self.clock.clone(),
        };
        let options =
            Options { owner: Some(owner.clone()), skip_broken: true, ..Options::default() };
        importer.import(pack, &options, &|_| {}).await?;
        self.storage.enable_pack(&owner, &id, self.clock.now()).await?;
        self.tidy(before).await;
        if let Err(error) = uploads::upload_pack(&self.storage, &*media, &id, &*self.clock).await {
            tracing::warn!(%error, "stickers of a saved pack are not uploaded yet");
        }
        Ok(id)
    }

    async fn check_quota(&self, owner: &str, id: &str) -> Result<(), SaveError> {
        let saved = self.storage.packs_of(owner, Kind::Saved).await?;
        if saved.len() >= limits::SAVED_PACKS && saved.iter().all(|pack| pack.id != id) {
            return Err(SaveError::TooManyPacks(saved.len()));
        }
        let library = self.storage.library(owner).await?;
        if library.len() >= limits::PACKS_PER_LIBRARY
            && library.iter().all(|(known, _)| known != id)
        {
            return Err(SaveError::TooManyPacks(library.len()));
        }
        Ok(())
    }

    /// Takes a pack out of the user's library, for good if the user saved it from a room. `false` if it
    /// is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove(&self, user_id: &str, pack_id: &str) -> Result<bool, StorageError> {
        let own = self.storage.pack(pack_id).await?;
        let own = own
            .is_some_and(|pack| pack.kind == Kind::Saved && pack.owner.as_deref() == Some(user_id));
        let stickers = if own { self.storage.stickers(pack_id).await? } else { Vec::new() };
        let removed = self.storage.disable_pack(user_id, pack_id, self.clock.now()).await?;
        self.tidy(stickers).await;
        Ok(removed)
    }

    /// Forgets the pictures of stickers that may be gone. What somebody else is about to use may
    /// stand in the way; that is no reason to fail.
    async fn tidy(&self, stickers: Vec<Sticker>) {
        let images: Vec<_> = stickers.into_iter().map(|sticker| sticker.image).collect();
        if let Err(error) = self.storage.remove_if_unused(&images).await {
            tracing::warn!(%error, "unused pictures are still there");
        }
    }
}

/// A user's turn, given back when it is dropped.
struct Turn {
    busy: Arc<Mutex<HashSet<String>>>,
    user_id: String,
}

impl Turn {
    fn take(busy: &Arc<Mutex<HashSet<String>>>, user_id: &str) -> Result<Self, SaveError> {
        let mut users = busy.lock().unwrap_or_else(PoisonError::into_inner);
        if users.len() >= AT_ONCE || !users.insert(user_id.to_owned()) {
            return Err(SaveError::Busy);
        }
        Ok(Self { busy: busy.clone(), user_id: user_id.to_owned() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.user_id);
    }
}

/// Where the pack is, checked.
fn source(pack: &RoomPack<Value>) -> Result<Source, SaveError> {
    let short = |text: &str| text.len() <= limits::EVENT_KEY_BYTES;
    let room_id = pack.room_id.as_str();
    let plain = !room_id.chars().any(|c| c.is_whitespace() || c.is_control());
    if !room_id.starts_with('!') || !short(room_id) || !plain {
        return Err(SaveError::RoomId);
    }
    if !short(&pack.state_key) || pack.state_key.chars().any(char::is_control) {
        return Err(SaveError::StateKey);
    }
    if pack.via.len() > limits::VIA {
        return Err(SaveError::Via);
    }
    let via = pack.via.iter().map(|server| server.parse::<ServerName>().map(|s| s.to_string()));
    Ok(Source {
        room_id: room_id.to_owned(),
        via: via.collect::<Result<_, _>>().map_err(|_| SaveError::Via)?,
        state_key: pack.state_key.clone(),
    })
}

/// The same for the same user, room and key, without telling which.
fn pack_id(owner: &str, source: &Source) -> String {
    let mut digest = Sha256::new();
    for part in [owner, &source.room_id, &source.state_key] {
        digest.update(part);
        digest.update([0]);
    }
    format!("room-{}", hex::encode(digest.finalize().get(..16).unwrap_or_default()))
}
