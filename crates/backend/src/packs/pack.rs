//! A pack and its stickers as the domain knows them.

use tessera_protocol::{
    library::Source, moderation::PackState, own_packs::Visibility, pack::Rating,
};

use super::{ImageId, PreviewId, State};

/// A title in one language.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Title {
    /// BCP 47, such as `en` or `pt-BR`; `und` where nobody said.
    pub language: String,
    /// The title in it.
    pub text: String,
}

/// How a pack came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The operator imported it for users.
    Shared,
    /// A user saved a copy of a room's pack. It goes when it leaves their library.
    Saved,
    /// A user made it. It stays until they delete it.
    Made,
}

impl Kind {
    /// As the database has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Saved => "saved",
            Self::Made => "made",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Shared, Self::Saved, Self::Made].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A pack without its stickers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// See [`tessera_protocol::limits::is_pack_id`].
    pub id: String,
    /// At least one; the pack's own language first.
    pub titles: Vec<Title>,
    /// Who drew it.
    pub author: Option<String>,
    /// What a copy has to say about its origin.
    pub attribution: Option<String>,
    /// An SPDX expression where it is one, else the licence's own words.
    pub licence: String,
    /// Where it was imported from, so that an import of the same again updates it.
    pub source: Option<String>,
    /// Where it stands between its making and its users.
    pub state: State,
    /// What it is about, in lower case.
    pub tags: Vec<String>,
    /// Languages of its stickers beside those of its titles, as BCP 47.
    pub languages: Vec<String>,
    /// Who it is for.
    pub rating: Rating,
    /// Whether users who made no choice have it.
    pub is_default: bool,
    /// Its place in the catalogue, from 0.
    pub position: u32,
    /// Counts its changes.
    pub revision: u64,
    /// How it came to be.
    pub kind: Kind,
    /// The user whose own it is; `None` for a pack of the operator.
    pub owner: Option<String>,
    /// For whom it is once it is published, beside its owner.
    pub visibility: Visibility,
    /// The public room it was saved from.
    pub room: Option<Source>,
    /// Whether it is or was sold, so that only those who own it have it; see `Storage::set_price`.
    pub for_sale: bool,
}

impl Pack {
    /// The title in the pack's own language.
    #[must_use]
    pub fn title(&self) -> &str {
        self.titles.first().map_or(self.id.as_str(), |title| title.text.as_str())
    }

    /// Whether those users see it for whom it is.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.state == State::Published
    }

    /// Whether somebody sees it: a user, or with `None` anybody. `storage` has the same as conditions.
    #[must_use]
    pub fn is_seen_by(&self, viewer: Option<&str>) -> bool {
        if viewer.is_some() && self.owner.as_deref() == viewer {
            let is_there = self.state.name() != PackState::TakenDown;
            return self.is_published() || (self.kind == Kind::Made && is_there);
        }
        self.is_published()
            && match self.visibility {
                Visibility::Private => false,
                Visibility::Link | Visibility::Public => true,
                Visibility::Server => self.audience() == viewer.map(server_of),
            }
    }

    /// The homeserver whose users it is for, where it is for one's alone.
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        let owner = self.owner.as_deref().filter(|_| self.visibility == Visibility::Server);
        owner.map(server_of)
    }

    /// The languages of its titles and stickers without their regions, each once.
    #[must_use]
    pub fn primary_languages(&self) -> Vec<String> {
        let titles = self.titles.iter().map(|title| &title.language);
        let mut found = Vec::new();
        for tag in titles.chain(&self.languages) {
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            if !primary.is_empty() && primary != "und" && !found.contains(&primary) {
                found.push(primary);
            }
        }
        found
    }

    /// Author, attribution and licence in one readable line.
    #[must_use]
    pub fn credit(&self) -> String {
        let parts = [self.author.as_deref(), self.attribution.as_deref(), Some(&self.licence)];
        let parts: Vec<&str> =
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// The homeserver of a user, by name.
#[must_use]
pub fn server_of(user_id: &str) -> &str {
    user_id.split_once(':').map_or("", |(_, server)| server)
}

/// A sticker's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StickerImage {
    /// Names the original.
    pub id: ImageId,
    /// `image/png`, `image/apng`, `image/gif`, `image/webp` or `image/jpeg`.
    pub mimetype: String,
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
    /// Size in bytes.
    pub size: u32,
    /// Whether it moves.
    pub animated: bool,
    /// The still preview.
    pub still: PreviewId,
    /// The moving preview of an animated one.
    pub animation: Option<PreviewId>,
    /// Where the homeserver keeps the original; `None` until it was uploaded.
    pub mxc_uri: Option<String>,
}

/// A sticker of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticker {
    /// Unique within the pack, see [`tessera_protocol::limits::is_shortcode`].
    pub shortcode: String,
    /// Alt text; becomes the event's `body`.
    pub body: String,
    /// The emoji it stands for.
    pub emoji: Vec<String>,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// Where the room of a saved pack has the original; `None` where that is the image's place.
    pub mxc_uri: Option<String>,
    /// Its picture.
    pub image: StickerImage,
}

impl Sticker {
    /// Where the original is; `None` while no homeserver has it.
    #[must_use]
    pub fn original(&self) -> Option<&str> {
        self.mxc_uri.as_deref().or(self.image.mxc_uri.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(kind: Kind, visibility: Visibility, state: PackState) -> Pack {
        Pack {
            id: "p".into(),
            titles: vec![],
            author: None,
            attribution: None,
            licence: String::new(),
            source: None,
            state: State::named(state, "because".into()),
            tags: vec![],
            languages: vec![],
            rating: Rating::Everyone,
            is_default: false,
            position: 0,
            revision: 1,
            kind,
            owner: (kind != Kind::Shared).then(|| "@a:hs:8448".to_owned()),
            visibility,
            room: None,
            for_sale: false,
        }
    }

    #[test]
    fn a_published_pack_is_seen_by_whom_it_is_for() {
        let neighbour = Some("@b:hs:8448");
        for (visibility, seen) in [
            (Visibility::Private, [true, false, false, false]),
            (Visibility::Link, [true, true, true, true]),
            (Visibility::Server, [true, true, false, false]),
            (Visibility::Public, [true, true, true, true]),
        ] {
            let pack = pack(Kind::Made, visibility, PackState::Published);
            let viewers = [Some("@a:hs:8448"), neighbour, Some("@a:hs"), None];
            assert_eq!(viewers.map(|viewer| pack.is_seen_by(viewer)), seen, "{visibility:?}");
        }
    }

    #[test]
    fn what_is_not_published_is_seen_by_its_maker_until_it_is_taken_down() {
        for state in PackState::ALL.iter().filter(|state| **state != PackState::Published) {
            let made = pack(Kind::Made, Visibility::Public, *state);
            assert!(!made.is_seen_by(Some("@b:hs:8448")) && !made.is_seen_by(None), "{state:?}");
            let maker = Some("@a:hs:8448");
            assert_eq!(made.is_seen_by(maker), *state != PackState::TakenDown, "{state:?}");
            assert!(!pack(Kind::Saved, Visibility::Private, *state).is_seen_by(maker));
            assert!(!pack(Kind::Shared, Visibility::Public, *state).is_seen_by(maker));
        }
        assert!(pack(Kind::Shared, Visibility::Public, PackState::Published).is_seen_by(None));
    }
}
