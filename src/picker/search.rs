//! Finding stickers by what they say: text, shortcode, tags, emoji and pack titles, on the device
//! and from the first letter. Pure; folding (case and accents) is the browser's and handed in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a sticker is found by, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// `pack/shortcode`.
    pub key: String,
    /// The alt text.
    body: String,
    /// Shortcode and tags.
    words: String,
    /// The pack's titles.
    titles: String,
    /// Emoji.
    emoji: String,
}

/// All stickers, in the library's order.
#[derive(Debug, Clone, Default)]
pub struct Index {
    entries: Vec<Entry>,
}

impl Index {
    /// Adds a sticker. `fields` are body, shortcode and tags, pack titles, emoji, already folded
    /// (without case and marks).
    pub fn add(&mut self, key: String, [body, words, titles, emoji]: [&str; 4]) {
        let own = String::from;
        let entry = Entry {
            key,
            body: own(body),
            words: own(words),
            titles: own(titles),
            emoji: own(emoji),
        };
        self.entries.push(entry);
    }

    /// The keys of what a folded query finds, the best first.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<String> {
        let tokens: Vec<&str> = words(query).collect();
        if tokens.is_empty() {
            return Vec::new();
        }
        let exact = self.ranked(&|entry| score(entry, &tokens, prefix_rank));
        if exact.is_empty() {
            self.ranked(&|entry| score(entry, &tokens, typo_rank))
        } else {
            exact
        }
    }

    fn ranked(&self, score: &dyn Fn(&Entry) -> Option<u32>) -> Vec<String> {
        // A heap sorts in less code than a sort; equals stay in the library's order.
        let mut found: BinaryHeap<Reverse<(u32, usize)>> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(i, entry)| Some(Reverse((score(entry)?, i))))
            .collect();
        let mut keys = Vec::with_capacity(found.len());
        while let Some(Reverse((_, i))) = found.pop() {
            keys.extend(self.entries.get(i).map(|entry| entry.key.clone()));
        }
        keys
    }
}

/// The sum of what each word costs; every word of the query must be found.
fn score(entry: &Entry, tokens: &[&str], rank: fn(&str, &str) -> Option<u32>) -> Option<u32> {
    tokens.iter().try_fold(0, |sum: u32, token| {
        if !entry.emoji.is_empty() && entry.emoji.split(' ').any(|emoji| emoji == *token) {
            return Some(sum);
        }
        let fields = [(&entry.body, 0), (&entry.words, 1), (&entry.titles, 4)];
        let best = fields.iter().filter_map(|(field, cost)| Some(rank(field, token)? * 2 + cost));
        best.min().map(|cost| sum + cost)
    })
}

/// 0 for a whole word, 1 for a word's beginning, 4 for somewhere within.
fn prefix_rank(field: &str, token: &str) -> Option<u32> {
    let best = words(field).filter_map(|word| {
        let rest = word.strip_prefix(token)?;
        Some(if rest.is_empty() { 0 } else { 1 })
    });
    best.min().or_else(|| holds(field, token).then_some(4))
}

/// `str::contains` without its tables: both are short here.
fn holds(field: &str, token: &str) -> bool {
    field.as_bytes().windows(token.len().max(1)).any(|part| part == token.as_bytes())
}

/// A word that begins like the token but for one letter.
fn typo_rank(field: &str, token: &str) -> Option<u32> {
    if token.chars().count() < 4 {
        return prefix_rank(field, token);
    }
    prefix_rank(field, token).or_else(|| words(field).any(|word| nearly(word, token)).then_some(8))
}

/// Whether `word` begins with `token` after one letter was changed, left out, added or swapped.
fn nearly(word: &str, token: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    let token: Vec<char> = token.chars().collect();
    let same = word.iter().zip(&token).take_while(|(a, b)| a == b).count();
    let word = word.get(same..).unwrap_or_default();
    let token = token.get(same..).unwrap_or_default();
    let starts = |word: &[char], skip: usize, token: &[char], skip_token: usize| {
        let rest = token.get(skip_token..).unwrap_or_default();
        word.get(skip..).is_some_and(|word| word.starts_with(rest))
    };
    let swapped = match (word, token) {
        ([a, b, ..], [c, d, ..]) => a == d && b == c && starts(word, 2, token, 2),
        _ => false,
    };
    swapped || starts(word, 1, token, 1) || starts(word, 1, token, 0) || starts(word, 0, token, 1)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '_', '-', '.', '!', '?', '\'', '’', '"', ':', ';', '(', ')', '/'])
        .filter(|word| !word.is_empty())
}

/// Takes out what compatibility decomposition leaves of accents, vowel signs and emoji styles.
#[must_use]
pub fn without_marks(decomposed: &str) -> String {
    let mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' | '\u{fe0f}');
    let plain = |c: char| match c {
        'ß' => 's',
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        other => other,
    };
    decomposed.chars().filter(|c| !mark(*c)).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        for (key, fields) in [
            ("cats/wave", ["cat waving hello", "wave hi,greeting", "cats katzen", "👋 🐱"]),
            ("cats/sleep", ["sleeping cat", "sleep night,tired", "cats katzen", "😴"]),
            ("food/cake", ["birthday cake", "cake party", "food essen", "🎂"]),
            ("food/catsup", ["ketchup", "catsup sauce", "food essen", ""]),
        ] {
            index.add(key.into(), fields);
        }
        index
    }

    #[test]
    fn whole_words_come_before_beginnings_and_packs_last() {
        assert_eq!(index().find("cat"), ["cats/wave", "cats/sleep", "food/catsup"]);
        assert_eq!(index().find("katz"), ["cats/wave", "cats/sleep"]);
        assert_eq!(index().find("sl"), ["cats/sleep"]);
    }

    #[test]
    fn every_word_must_be_found() {
        assert_eq!(index().find("cat tired"), ["cats/sleep"]);
        assert_eq!(index().find("cat party"), Vec::<String>::new());
        assert_eq!(index().find("  "), Vec::<String>::new());
    }

    #[test]
    fn an_emoji_finds_its_stickers() {
        assert_eq!(index().find("😴"), ["cats/sleep"]);
    }

    #[test]
    fn one_wrong_letter_is_forgiven_when_nothing_else_is_found() {
        for typo in ["birtday", "birthdya", "birthdax", "birrthday", "bitrhday"] {
            assert_eq!(index().find(typo), ["food/cake"], "{typo}");
        }
        assert_eq!(index().find("xyz"), Vec::<String>::new());
    }

    #[test]
    fn accents_and_styles_are_folded() {
        assert_eq!(without_marks("cafe\u{301}"), "cafe");
        assert_eq!(without_marks("❤\u{fe0f}"), "❤");
        assert_eq!(without_marks("أهلًا"), "اهلا");
    }
}
