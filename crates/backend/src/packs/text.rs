//! Texts from files that strangers wrote, made fit to be shown: no control characters, no tricks
//! with the direction of writing; and the names derived from file names. Pure functions, called by
//! the importers.

use tessera_protocol::limits;

/// Drops control and direction-overriding characters and makes every run of white space one space.
#[must_use]
pub fn clean(text: &str) -> String {
    let hidden = |c: char| {
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
            || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{61c}')
    };
    let visible: String = text
        .chars()
        .filter(|c| !hidden(*c))
        .map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `tag` looks like a BCP 47 language tag.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && tag.len() <= 35
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// The name of a file without its folder and ending, and without the number that orders it:
/// `03-happy_cat.png` is `happy_cat`.
#[must_use]
pub fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => stem,
        _ => name,
    };
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = stem.len() - rest.len();
    match rest.strip_prefix(['-', '_', '.', ' ']) {
        Some(named) if (1..=4).contains(&digits) && !named.is_empty() => named,
        _ => stem,
    }
}

/// A shortcode made of any text; `sticker` where nothing of it can stay.
#[must_use]
pub fn shortcode(text: &str) -> String {
    slug(text, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-', '_', limits::SHORTCODE_CHARS)
        .unwrap_or_else(|| "sticker".to_owned())
}

/// A pack id made of any text, if anything of it can stay.
#[must_use]
pub fn pack_id(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    slug(&text, |c| c.is_ascii_alphanumeric() || ".-_".contains(c), '-', limits::PACK_ID_CHARS)
        .filter(|id| limits::is_pack_id(id))
}

fn slug(text: &str, allowed: fn(char) -> bool, gap: char, longest: usize) -> Option<String> {
    let mut out = String::new();
    for c in text.chars() {
        if allowed(c) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(gap) {
            out.push(gap);
        }
        if out.len() >= longest {
            break;
        }
    }
    let out = out.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    (!out.is_empty()).then(|| out.to_owned())
}

/// `wanted`, or with a number after it if it is taken.
#[must_use]
pub fn unique(wanted: &str, taken: &std::collections::HashSet<String>) -> String {
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    let mut number = 2_u32;
    loop {
        let suffix = format!("_{number}");
        let room = limits::SHORTCODE_CHARS - suffix.len();
        let name: String = wanted.chars().take(room).chain(suffix.chars()).collect();
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}

/// Orders names as people do: `2-b` before `10-a`.
#[must_use]
pub fn natural_key(name: &str) -> (u64, String) {
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u64::MAX), name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_hidden_goes() {
        assert_eq!(clean("a\u{0}b\n\tc \u{202e}d\u{2028}e "), "a b c d e");
        assert_eq!(clean("👩‍🚀 ❤️"), "👩‍🚀 ❤️");
    }

    #[test]
    fn numbers_order_and_are_dropped() {
        assert_eq!(stem("03-happy_cat.png"), "happy_cat");
        assert_eq!(stem("folder/1 cat.webp"), "cat");
        assert_eq!(stem("42.png"), "42");
        assert_eq!(stem("2024cats.png"), "2024cats");
        assert_eq!(stem(".png"), ".png");
        let mut names = ["10-a.png", "b.png", "2-b.png", "A.png"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["2-b.png", "10-a.png", "A.png", "b.png"]);
    }

    #[test]
    fn slugs_are_allowed_names() {
        assert_eq!(shortcode("Käse & Brot!"), "K_se_Brot");
        assert_eq!(shortcode("猫"), "sticker");
        assert_eq!(pack_id("My Cats (2)").as_deref(), Some("my-cats-2"));
        assert_eq!(pack_id("猫"), None);
        let taken: HashSet<String> = ["cat", "cat_2"].map(String::from).into();
        assert_eq!(unique("cat", &taken), "cat_3");
    }

    #[test]
    fn languages_are_tags() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "und"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "en US", "en_US", "-en", "en-"] {
            assert!(!is_language(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_makes_a_shortcode(text in ".*") {
            prop_assert!(limits::is_shortcode(&shortcode(&text)));
            if let Some(id) = pack_id(&text) {
                prop_assert!(limits::is_pack_id(&id));
            }
        }
    }
}
