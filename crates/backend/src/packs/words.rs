//! The words a pack is found by in the catalogue: of its titles, author and stickers, without case
//! and accents, and the emoji it has stickers for. Pure; called by `storage`, which keeps them with
//! the pack, and by `http`, which reads a query into the same form.

use std::collections::BTreeSet;

use tessera_protocol::pack::{Facet, Facets, LicenceKind, LicenceTerms, Rating};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{Pack, Sticker, licence::Licence};

/// The most characters of a word that are kept.
const LONGEST: usize = 40;
/// The most words of one pack.
const MOST: usize = 4000;
/// The most words of a query that count.
const MOST_ASKED: usize = 8;
/// What packs are chosen by besides their texts: words that no text has, for `=` parts words. They end,
/// so that none is the beginning of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A sticker of the pack moves.
    Animated,
    /// The pack is not for everyone.
    Mature,
    /// The pack is about this.
    Tag(String),
    /// The pack has a title or stickers in this language, without its region.
    Language(String),
    /// The pack's licence is of this kind.
    Licence(LicenceKind),
}

impl Mark {
    /// What every mark begins with, and nothing else.
    pub const BEGINNING: &'static str = "=";

    /// The word.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Animated => "=animated;".to_owned(),
            Self::Mature => "=mature;".to_owned(),
            Self::Tag(tag) => format!("=tag:{};", tag_key(tag)),
            Self::Language(language) => {
                let primary = language.split('-').next().unwrap_or_default();
                format!("=lang:{};", primary.to_ascii_lowercase())
            }
            Self::Licence(kind) => format!("=licence:{};", kind.as_str()),
        }
    }
}

/// A tag as tags are compared: without case, and with its accents in one form.
#[must_use]
pub fn tag_key(tag: &str) -> String {
    tag.trim().nfc().flat_map(char::to_lowercase).collect()
}

/// What titles are sorted by.
#[must_use]
pub fn title_key(title: &str) -> String {
    split(title).collect::<Vec<_>>().join(" ")
}

/// The marks of many packs with how often there are, the most frequent first, as what one can choose by.
#[must_use]
pub fn facets(marks: Vec<(String, u32)>, most_tags: usize) -> Facets {
    let mut facets = Facets::default();
    for (word, packs) in marks {
        let Some(mark) = word.strip_prefix('=').and_then(|rest| rest.strip_suffix(';')) else {
            continue;
        };
        let facet = |value: &str| Facet { value: value.to_owned(), packs };
        match mark.split_once(':') {
            Some(("tag", tag)) if facets.tags.len() < most_tags => facets.tags.push(facet(tag)),
            Some(("lang", language)) => facets.languages.push(facet(language)),
            Some(("licence", kind)) => facets.licences.push(facet(kind)),
            None if mark == "animated" => facets.animated = packs,
            None if mark == "mature" => facets.mature = packs,
            _ => {}
        }
    }
    facets
}

/// Every word of a pack.
#[must_use]
pub fn of(pack: &Pack, stickers: &[Sticker]) -> BTreeSet<String> {
    let animated = stickers.iter().any(|sticker| sticker.image.animated);
    let mut marks = vec![Mark::Licence(LicenceTerms::kind(Licence::read(&pack.licence).terms()))];
    marks.extend(animated.then_some(Mark::Animated));
    marks.extend((pack.rating == Rating::Mature).then_some(Mark::Mature));
    marks.extend(pack.tags.iter().cloned().map(Mark::Tag));
    marks.extend(pack.primary_languages().into_iter().map(Mark::Language));
    let mut words = BTreeSet::new();
    let mut add = |text: &str| words.extend(split(text).flat_map(beginnings));
    let titles = pack.titles.iter().map(|title| title.text.as_str());
    let tags = pack.tags.iter().map(String::as_str);
    titles.chain(pack.author.as_deref()).chain(tags).for_each(&mut add);
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
    words.extend(marks.iter().map(Mark::word));
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

    #[test]
    fn marks_are_told_from_each_other_and_from_words() {
        let marks = [
            Mark::Animated,
            Mark::Mature,
            Mark::Tag("Katzen".into()),
            Mark::Tag("Kat".into()),
            Mark::Language("de-AT".into()),
            Mark::Licence(LicenceKind::Attribution),
        ];
        let all: Vec<String> = marks.iter().map(Mark::word).collect();
        assert_eq!(all[4], "=lang:de;");
        for mark in &all {
            assert_eq!(all.iter().filter(|other| other.starts_with(mark.as_str())).count(), 1);
            assert!(split(mark).all(|word| !word.starts_with(Mark::BEGINNING)), "{mark}");
        }
        assert_eq!(tag_key(" A\u{308}PFEL "), "äpfel");
        let counted = all.iter().cloned().zip([5, 1, 4, 3, 2, 2]).collect();
        let facets = facets(counted, 1);
        assert_eq!(facets.tags, [Facet { value: "katzen".into(), packs: 4 }]);
        assert_eq!((facets.animated, facets.mature, facets.licences.len()), (5, 1, 1));
        assert_eq!(facets.languages[0].value, "de");
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
