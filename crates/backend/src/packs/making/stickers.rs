//! The stickers of a pack that a user makes: added, changed, ordered, removed. Part of `making`.

use bytes::Bytes;
use tessera_protocol::{limits, own_packs::StickerChange};

use super::{MakeError, Maker, OwnPack, Result, Shows, Treatment, may_change, texts};
use crate::packs::{Sticker, picture::Picture};

impl Maker {
    /// Adds a sticker at the end of a pack. Without a shortcode it gets one.
    ///
    /// # Errors
    /// When the picture or a text is refused, there is too much, or the pack cannot be changed.
    pub async fn add_sticker(
        &self,
        own: OwnPack,
        revision: u64,
        picture: Bytes,
        treatment: Treatment,
        change: &StickerChange,
    ) -> Result<(OwnPack, Sticker)> {
        // Before the work.
        may_change(&own, revision)?;
        let mut stickers = self.storage.stickers(&own.pack.id).await?;
        if stickers.len() >= limits::STICKERS_PER_PACK {
            return Err(MakeError::TooManyStickers);
        }
        let picture = self.affordable(&own.owner, picture, treatment).await?;
        let sticker = texts::new_sticker(picture.image.clone(), change, &stickers)?;
        stickers.push(sticker.clone());
        let shortcode = sticker.shortcode;
        self.with_picture(own, revision, &stickers, picture, &shortcode).await
    }

    /// Gives a sticker another picture.
    ///
    /// # Errors
    /// When there is no such sticker, the picture is refused, there is too much, or the pack cannot be
    /// changed.
    pub async fn replace_picture(
        &self,
        own: OwnPack,
        revision: u64,
        shortcode: &str,
        picture: Bytes,
        treatment: Treatment,
    ) -> Result<(OwnPack, Sticker)> {
        may_change(&own, revision)?;
        let mut stickers = self.storage.stickers(&own.pack.id).await?;
        let place = place(&stickers, shortcode)?;
        let picture = self.affordable(&own.owner, picture, treatment).await?;
        let before = stickers.remove(place);
        let sticker = Sticker { image: picture.image.clone(), ..before.clone() };
        stickers.insert(place, sticker);
        let changed = self.with_picture(own, revision, &stickers, picture, shortcode).await?;
        self.tidy([before.image]).await;
        Ok(changed)
    }

    /// Changes what is said of a sticker.
    ///
    /// # Errors
    /// When there is no such sticker, a text is wrong, or the pack cannot be changed.
    pub async fn change_sticker(
        &self,
        own: OwnPack,
        revision: u64,
        shortcode: &str,
        change: &StickerChange,
    ) -> Result<(OwnPack, Sticker)> {
        let mut stickers = self.storage.stickers(&own.pack.id).await?;
        let place = place(&stickers, shortcode)?;
        let before = stickers.remove(place);
        let sticker = texts::changed_sticker(before, change, &stickers)?;
        let shortcode = sticker.shortcode.clone();
        stickers.insert(place, sticker);
        let after = own.pack.clone();
        let own = self.change(own, revision, after, &stickers, Shows::More).await?;
        self.named(own, &shortcode).await
    }

    /// Brings a pack's stickers into this order.
    ///
    /// # Errors
    /// When these are not its stickers, or the pack cannot be changed.
    pub async fn order(&self, own: OwnPack, revision: u64, order: &[String]) -> Result<OwnPack> {
        let mut left = self.storage.stickers(&own.pack.id).await?;
        if left.len() != order.len() {
            return Err(MakeError::Order);
        }
        let mut stickers = Vec::with_capacity(left.len());
        for shortcode in order {
            let place = place(&left, shortcode).map_err(|_| MakeError::Order)?;
            stickers.push(left.remove(place));
        }
        let after = own.pack.clone();
        self.change(own, revision, after, &stickers, Shows::NoMore).await
    }

    /// Removes a sticker. A pack that has no other left is a draft.
    ///
    /// # Errors
    /// When there is no such sticker, or the pack cannot be changed.
    pub async fn remove_sticker(
        &self,
        own: OwnPack,
        revision: u64,
        shortcode: &str,
    ) -> Result<OwnPack> {
        let mut stickers = self.storage.stickers(&own.pack.id).await?;
        let removed = stickers.remove(place(&stickers, shortcode)?);
        let after = own.pack.clone();
        let own = self.change(own, revision, after, &stickers, Shows::NoMore).await?;
        self.tidy([removed.image]).await;
        Ok(own)
    }

    /// Puts a pack with a new picture in it, and brings that to the homeserver. Returns its sticker.
    async fn with_picture(
        &self,
        own: OwnPack,
        revision: u64,
        stickers: &[Sticker],
        picture: Picture,
        shortcode: &str,
    ) -> Result<(OwnPack, Sticker)> {
        self.keep(&picture).await?;
        let after = own.pack.clone();
        match self.change(own, revision, after, stickers, Shows::More).await {
            Ok(own) => {
                self.upload(&own.pack.id).await;
                let own = self.again(own).await?;
                self.named(own, shortcode).await
            }
            Err(error) => {
                self.tidy([picture.image]).await;
                Err(error)
            }
        }
    }

    /// A picture made ready, if there is room for it among all of the user's.
    async fn affordable(
        &self,
        user_id: &str,
        bytes: Bytes,
        treatment: Treatment,
    ) -> Result<Picture> {
        let picture = self.picture(bytes, treatment).await?;
        let used = self.storage.made_bytes(user_id).await?;
        if used.saturating_add(picture.image.size.into()) > limits::MADE_BYTES {
            return Err(MakeError::TooManyBytes);
        }
        Ok(picture)
    }
}

fn place(stickers: &[Sticker], shortcode: &str) -> Result<usize> {
    let place = stickers.iter().position(|sticker| sticker.shortcode == shortcode);
    place.ok_or_else(|| MakeError::NoSticker(shortcode.to_owned()))
}
