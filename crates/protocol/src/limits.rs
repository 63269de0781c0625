//! Limits that both sides know, so that the app can refuse early what the backend would refuse.

/// The longest shortcode, in characters (MSC2545: `^[A-Za-z0-9_-]{1,100}$`).
pub const SHORTCODE_CHARS: usize = 100;
/// The longest sticker text (`body`), in characters.
pub const BODY_CHARS: usize = 500;
/// The longest pack title, attribution, author or licence text, in characters.
pub const TITLE_CHARS: usize = 200;
/// The most tags on one pack, and the most languages.
pub const PACK_TAGS: usize = 20;
/// The most tags on one sticker.
pub const TAGS: usize = 30;
/// The longest tag, in characters.
pub const TAG_CHARS: usize = 60;
/// The most emoji on one sticker.
pub const EMOJI: usize = 20;
/// The most stickers in one pack.
pub const STICKERS_PER_PACK: usize = 500;
/// The most packs that one user can enable.
pub const PACKS_PER_LIBRARY: usize = 500;
/// The most packs that one user can save from rooms.
pub const SAVED_PACKS: usize = 50;
/// The most packs that one user can make.
pub const MADE_PACKS: usize = 20;
/// The most bytes that the pictures of all packs that one user makes may have together.
pub const MADE_BYTES: u64 = 128 * 1024 * 1024;
/// The longest side of a sticker's picture in a pack that a user makes, in pixels, if nobody says, and
/// the shortest and the longest that one can ask for.
pub const STICKER_EDGE: (u32, u32, u32) = (512, 64, 1024);
/// The most servers that are named as ways into a room.
pub const VIA: usize = 10;
/// The longest room id or state key, in bytes (Matrix v1.19, size limits).
pub const EVENT_KEY_BYTES: usize = 255;
/// The most installations that are remembered of one user.
pub const INSTALLATIONS: usize = 2000;
/// The longest type of an installation, in characters.
pub const INSTALLATION_TYPE_CHARS: usize = 100;
/// The most packs on one page of the catalogue, and how many there are if nobody says.
pub const CATALOGUE_PAGE: usize = 100;
/// Reports of a pack that an operator is shown at once; they learn how many there are.
pub const REPORTS_SHOWN: usize = 20;
/// The most tags that the store offers to choose packs by.
pub const FACET_TAGS: usize = 30;
/// The most previews on the cover of a pack.
pub const COVERS: usize = 5;
/// The longest pack id, in characters.
pub const PACK_ID_CHARS: usize = 64;

/// Whether `shortcode` is allowed: 1 to 100 of `A-Z a-z 0-9 _ -` (Matrix v1.19, image packs).
#[must_use]
pub fn is_shortcode(shortcode: &str) -> bool {
    (1..=SHORTCODE_CHARS).contains(&shortcode.len())
        && shortcode.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether `id` can name a pack: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit.
#[must_use]
pub fn is_pack_id(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b);
    (1..=PACK_ID_CHARS).contains(&id.len())
        && id.bytes().all(allowed)
        && id.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_follow_the_specification() {
        for good in ["a", "cat_wave", "A-1", &"x".repeat(100)] {
            assert!(is_shortcode(good), "{good}");
        }
        for bad in ["", "cat wave", "käse", "a/b", &"x".repeat(101)] {
            assert!(!is_shortcode(bad), "{bad}");
        }
    }

    #[test]
    fn pack_ids_are_safe_in_paths_and_addresses() {
        for good in ["cats", "tg-123", "a.b_c", "0"] {
            assert!(is_pack_id(good), "{good}");
        }
        for bad in ["", "..", ".hidden", "-x", "Cats", "a/b", "a b", &"x".repeat(65)] {
            assert!(!is_pack_id(bad), "{bad}");
        }
    }
}
