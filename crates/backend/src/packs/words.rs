//! The words a pack is found by in the catalogue: of its titles, author and stickers, without case
//! and accents, and the emoji it has stickers for. Pure; called by `storage`, which keeps them with
//! the pack, and by `http`, which reads a query into the same form.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{Pack, Sticker};

/// The most characters of a word that are kept.
const LONGEST: usize = 40;
/// The most words of one pack.
const MOST: usize = 4000;
/// The most words of a query that count.
const MOST_ASKED: usize = 8;
/// Said of packs with a sticker that moves. No text has such a word, for `=` parts words.
pub const ANIMATED: &str = "=animated";

/// Every word of a pack.
#[must_use]
pub fn of(pack: &Pack, stickers: &[Sticker]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    if stickers.iter().any(|sticker| sticker.image.animated) {
        words.insert(ANIMATED.to_owned());
    }
    let mut add = |text: &str| words.extend(split(text).flat_map(beginnings));
    let titles = pack.titles.iter().map(|title| title.text.as_str());
    titles.chain(pack.author.as_deref()).for_each(&mut add);
    for sticker in stickers {
        [&sticker.body, &sticker.shortcode]
            .into_iter()
            .chain(&sticker.tags)
            .chain(&sticker.emoji)
            .for_each(|text| add(text));
    }
    while words.len() > MOST {
        words.pop_last();
    }
    words
}

/// The words of a query: a pack is found that has, for each, a word that begins with it. The longest,
/// which fewest packs have, comes first.
#[must_use]
pub fn asked(query: &str) -> Vec<String> {
    let words: BTreeSet<String> = split(query).take(MOST_ASKED).collect();
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// A text's words in the form they are compared in.
fn split(text: &str) -> impl Iterator<Item = String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && *c != '\u{fe0f}')
        .flat_map(char::to_lowercase)
        .nfc()
        .collect();
    let gap =
        |c: char| c.is_whitespace() || c.is_control() || (c.is_ascii() && !c.is_alphanumeric());
    let words: Vec<String> = folded
        .split(gap)
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST).collect())
        .collect();
    words.into_iter()
}

/// The word; where a script writes no spaces, also the rest of it from each character on, so that
/// words within are found.
fn beginnings(word: String) -> Vec<String> {
    let spaceless = |c: char| matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    if !word.contains(spaceless) {
        return vec![word];
    }
    word.char_indices().map(|(at, _)| word.get(at..).unwrap_or_default().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        split(text).flat_map(beginnings).collect()
    }

    #[test]
    fn case_accents_and_punctuation_do_not_count() {
        assert_eq!(words("Größe, Äpfel & Crème-brûlée"), ["große", "apfel", "creme", "brulee"]);
        assert_eq!(words("party_parrot"), ["party", "parrot"]);
        assert_eq!(words("كَلْب ❤️"), ["كلب", "❤"]);
        assert_eq!(words("=animated"), ["animated"]);
        assert_eq!(words(" \u{0}-- "), [""; 0]);
    }

    #[test]
    fn words_within_a_text_without_spaces_are_found() {
        assert_eq!(words("ひよこ"), ["ひよこ", "よこ", "こ"]);
        assert_eq!(words("고양이"), ["고양이", "양이", "이"]);
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_is_found_by_itself(text in ".{0,60}") {
            let all: BTreeSet<String> = split(&text).flat_map(beginnings).collect();
            for word in asked(&text) {
                prop_assert!(!word.is_empty() && all.contains(&word));
            }
        }
    }
}
