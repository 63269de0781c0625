//! A sticker on its way: one at a time, once however often it is clicked, and the content that
//! goes with it. Pure; `picker::flow` gives the content to the host.

use tessera_host_protocol::machine::{Outcome, Sticker as Message};
use tessera_host_protocol::wire::{
    Content, Info, Provenance, SourcePack, SourcePacks, ThumbnailInfo,
};
use tessera_protocol::library::{Pack, Sticker};

/// The longest side at which a sticker is shown in a room, in CSS pixels.
const DISPLAY: u32 = 256;

/// Where sending stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sending {
    /// Nothing was sent yet.
    #[default]
    Idle,
    /// On its way.
    InFlight {
        /// `pack/shortcode`.
        key: String,
        /// The alt text.
        name: String,
        /// The request to the host.
        request_id: String,
    },
    /// The host took it.
    Sent {
        /// The alt text.
        name: String,
        /// The event, where the host told it: what can be taken back.
        event_id: Option<String>,
    },
    /// The host refused, with its own text.
    Refused {
        /// The host's text.
        reason: String,
    },
    /// The host did not answer.
    Unanswered,
}

impl Sending {
    /// Whether another sticker can go now.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        !matches!(self, Self::InFlight { .. })
    }

    /// Whether this is the sticker on its way.
    #[must_use]
    pub fn is_busy_with(&self, sticker: &str) -> bool {
        matches!(self, Self::InFlight { key, .. } if key == sticker)
    }

    /// The next state when a request ended; `None` if it is not ours.
    #[must_use]
    pub fn settled(&self, id: &str, outcome: &Outcome) -> Option<Self> {
        match self {
            Self::InFlight { request_id, name, .. } if request_id == id => Some(match outcome {
                Outcome::Refused(reason) => Self::Refused { reason: reason.clone() },
                Outcome::Silent => Self::Unanswered,
                Outcome::Posted(event_id) => {
                    Self::Sent { name: name.clone(), event_id: Some(event_id.clone()) }
                }
                _ => Self::Sent { name: name.clone(), event_id: None },
            }),
            _ => None,
        }
    }
}

/// The size at which a sticker is shown: its own, or the box's with the same proportions.
#[must_use]
pub fn display_size(w: u32, h: u32) -> (u32, u32) {
    let longest = w.max(h);
    if longest <= DISPLAY {
        return (w, h);
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(DISPLAY) + u64::from(longest) / 2;
        u32::try_from(side / u64::from(longest)).unwrap_or(DISPLAY).max(1)
    };
    (scaled(w), scaled(h))
}

/// What the host is to send.
#[must_use]
pub fn message(pack: &Pack, sticker: &Sticker) -> Message {
    let (w, h) = display_size(sticker.w, sticker.h);
    let text = if sticker.body.is_empty() { &sticker.shortcode } else { &sticker.body };
    let animated = sticker.animation.is_some().then_some(true);
    let info = Info {
        w,
        h,
        mimetype: sticker.mimetype.clone(),
        size: sticker.size,
        thumbnail_url: sticker.url.clone(),
        thumbnail_info: ThumbnailInfo {
            w,
            h,
            mimetype: sticker.mimetype.clone(),
            size: sticker.size,
        },
        is_animated: animated,
        is_animated_msc4230: animated,
        origin: Provenance { pack: pack.id.clone(), shortcode: sticker.shortcode.clone() },
    };
    let source_packs = pack.source.as_ref().map(|source| SourcePacks {
        url: sticker.url.clone(),
        source: SourcePack {
            room_id: source.room_id.clone(),
            via: source.via.clone(),
            state_key: source.state_key.clone(),
            shortcode: sticker.shortcode.clone(),
        },
    });
    let content = Content { url: sticker.url.clone(), info, body: text.clone(), source_packs };
    let name = if sticker.shortcode.is_empty() { text } else { &sticker.shortcode };
    Message { name: name.clone(), content }
}

#[cfg(test)]
pub(crate) mod tests {
    use tessera_protocol::library::Source;

    use super::*;

    pub(crate) fn sticker(shortcode: &str, body: &str) -> Sticker {
        Sticker {
            shortcode: shortcode.into(),
            body: body.into(),
            emoji: vec![],
            tags: vec![],
            url: "mxc://example.org/abc".into(),
            mimetype: "image/webp".into(),
            w: 512,
            h: 300,
            size: 999,
            still: "s".into(),
            animation: None,
        }
    }

    #[test]
    fn large_stickers_are_shown_smaller_and_small_ones_never_larger() {
        assert_eq!(display_size(512, 512), (256, 256));
        assert_eq!(display_size(512, 300), (256, 150));
        assert_eq!(display_size(100, 2000), (13, 256));
        assert_eq!(display_size(1, 100_000), (1, 256));
        assert_eq!(display_size(128, 96), (128, 96));
        assert_eq!(display_size(u32::MAX, u32::MAX), (256, 256));
    }

    #[test]
    fn a_still_sticker_says_nothing_of_moving() {
        let cats = Pack { id: "cats".into(), ..Pack::default() };
        let still = message(&cats, &sticker("wave", "Waving"));
        assert_eq!(still.name, "wave");
        assert_eq!(still.content.body, "Waving");
        assert_eq!(still.content.info.is_animated, None);
        let mut moving = sticker("wave", "");
        moving.animation = Some("a".into());
        let moving = message(&cats, &moving);
        assert_eq!(moving.content.body, "wave", "a body is never empty");
        assert_eq!(moving.content.info.is_animated_msc4230, Some(true));
        assert_eq!(moving.content.info.origin.pack, "cats");
    }

    #[test]
    fn a_sticker_of_a_public_rooms_pack_says_where_the_pack_is() {
        let source = Source::from_text("!r:hs hs,other.hs cats").unwrap();
        let pack = Pack { source: Some(source), ..Pack::default() };
        let sent = message(&pack, &sticker("wave", "Waving"));
        let said = sent.content.source_packs.unwrap();
        assert_eq!(said.url, sent.content.url);
        assert_eq!(said.source.room_id, "!r:hs");
        assert_eq!(said.source.via, ["hs", "other.hs"]);
        assert_eq!((said.source.state_key, said.source.shortcode), ("cats".into(), "wave".into()));
        let private = message(&Pack::default(), &sticker("wave", "Waving"));
        assert_eq!(private.content.source_packs, None);
    }

    #[test]
    fn only_its_own_request_ends_a_sending() {
        let sending =
            Sending::InFlight { key: "a/b".into(), name: "B".into(), request_id: "1".into() };
        assert!(!sending.is_free() && sending.is_busy_with("a/b") && !sending.is_busy_with("a/c"));
        assert_eq!(sending.settled("2", &Outcome::Done), None);
        let sent = |event_id| Some(Sending::Sent { name: "B".into(), event_id });
        assert_eq!(sending.settled("1", &Outcome::Done), sent(None));
        let posted = Outcome::Posted("$e".into());
        assert_eq!(sending.settled("1", &posted), sent(Some("$e".into())));
        assert_eq!(sending.settled("1", &Outcome::Silent), Some(Sending::Unanswered));
        let refused = sending.settled("1", &Outcome::Refused("no".into()));
        assert_eq!(refused, Some(Sending::Refused { reason: "no".into() }));
        assert_eq!(Sending::Idle.settled("1", &Outcome::Done), None);
    }
}
