//! Finding stickers by what they say: shortcode, tags, emoji, text and pack titles, on the device
//! and from the first letter. Pure; folding (case and accents) is the browser's and handed in.
//!
//! Every match has a cost, and the cheapest come first. Only when no sticker has all the words as
//! they are typed are slips of the keyboard forgiven, and words that are nowhere.

use tessera_protocol::library::Sticker;

#[cfg(test)]
mod tests;

/// More than anything that is found costs.
const MISS: u32 = 1 << 16;
/// The words of a query that are looked for; somebody will paste a letter.
const WORDS: usize = 16;
/// In a pack's title, which says less about a sticker than its own words.
const TITLE: u32 = 10;
/// Within a word, at its end: the birthday cake of "Geburtstagskuchen".
const LATTER: u32 = 7;
/// Within a word, elsewhere.
const AMIDST: u32 = 16;
/// A little word that is not there, beside others that are.
const LITTLE: u32 = 24;
/// A wrong, missing, surplus or swapped letter.
const SLIP: u32 = 32;
/// Any other word that is not there: more than a slip in each of two.
const LACKING: u32 = 96;
/// The dots of ä, ö and ü, which may also be written as an e.
const DOTS: char = '\u{308}';
/// What the text may lack of another form of a word: cats, Katzen, crying.
const ENDINGS: [&[char]; 8] =
    [&['s'], &['e'], &['n'], &['d'], &['e', 's'], &['e', 'n'], &['e', 'd'], &['i', 'n', 'g']];

/// What is found, and by what.
#[derive(Debug, Clone)]
struct Entry {
    /// `pack/shortcode`; a pack's is empty.
    key: String,
    /// As [`spaced`] leaves it.
    text: Vec<char>,
    /// The [`letters`] of the text.
    letters: u32,
}

/// A word that is searched for, and its [`letters`].
type Word<'q> = (&'q [char], u32);

/// All stickers, in the library's order, each pack before its own.
#[derive(Debug, Clone, Default)]
pub struct Index {
    entries: Vec<Entry>,
}

impl Index {
    /// Adds a pack. Its titles and all other texts are handed in folded, separated by commas.
    pub fn pack(&mut self, titles: &str) {
        self.add(String::new(), titles);
    }

    /// Adds a sticker of the latest pack: its shortcode, tags, emoji and alt text.
    pub fn add(&mut self, key: String, text: &str) {
        let text = spaced(text);
        self.entries.push(Entry { key, letters: letters(&text), text });
    }

    /// The keys of what a folded query finds, the best first.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<String> {
        let query = spaced(query);
        let joined: Vec<char> = query.iter().copied().filter(|c| !is_gap(*c)).collect();
        if joined.is_empty() {
            return Vec::new();
        }
        // What is written in words may be found in one, which stands before them.
        let mut words = vec![word_of(&joined)];
        let mut most = 0;
        for word in query.split(|c| is_gap(*c)).take(WORDS) {
            if matches!(word, [] | ['ا', 'ل']) {
                continue;
            }
            most = most.max(bears(word));
            if word != joined {
                // Little words tell texts apart least and are looked for last.
                words.insert(if is_little(word) { words.len() } else { 1 }, word_of(word));
            }
        }
        let mut keys = Vec::new();
        for slips in 0..=most {
            if keys.is_empty() {
                keys = self.ranked(&words, slips);
            }
        }
        keys
    }

    fn ranked(&self, words: &[Word], slips: u32) -> Vec<String> {
        let mut titles: Vec<u32> = Vec::new();
        let mut found: Vec<(u32, &String)> = Vec::new();
        for entry in &self.entries {
            if entry.key.is_empty() {
                titles.clear();
                titles.extend(words.iter().map(|word| cost(entry, *word, slips) + TITLE));
            } else {
                let cost = total(entry, words, &titles, slips);
                if cost < MISS {
                    found.push((cost, &entry.key));
                }
            }
        }
        // Costs are few and small: picking one after the other takes less code than a sort.
        let mut keys = Vec::with_capacity(found.len());
        let mut cost = 0;
        while keys.len() < found.len() {
            let equal = found.iter().filter(|(of, _)| *of == cost);
            keys.extend(equal.map(|(_, key)| String::clone(key)));
            cost += 1;
        }
        keys
    }
}

/// What the query costs in a sticker's text or its pack's titles: in one word, or the sum of its
/// words.
fn total(entry: &Entry, words: &[Word], titles: &[u32], slips: u32) -> u32 {
    let mut words = words.iter().zip(titles);
    let cost = |(word, title): (&Word, &u32)| cost(entry, *word, slips).min(*title);
    // Not both joined and with slips: that would be slow.
    let joined = words.next().filter(|_| slips == 0 || words.len() == 0).map_or(MISS, cost);
    let (mut sum, mut any) = (0, slips == 0 && words.len() > 0);
    for (word, title) in words {
        let is_little = is_little(word.0);
        // Little words alone find nothing that way.
        if is_little && !any {
            break;
        }
        let cost = cost((word, title));
        if cost < MISS {
            any = true;
            sum += cost;
        } else if slips > 0 {
            sum += if is_little { LITTLE } else { LACKING };
        } else {
            return joined;
        }
    }
    if any { sum.min(joined) } else { joined }
}

/// What it costs to find a word in a text, at the place where it costs least.
fn cost(entry: &Entry, (word, letters): Word, slips: u32) -> u32 {
    let slips = slips.min(bears(word));
    // Most texts need no closer look: a slip explains one letter that they lack, and in a long word
    // another ending explains more.
    let explained = if word.len() < 8 { slips } else { slips * 2 };
    if (letters & !entry.letters).count_ones() > explained {
        return MISS;
    }
    let [first, second @ ..] = word else { return MISS };
    // Three Latin letters, two Arabic ones or an emoji are looked for within words, too.
    let is_long = word.iter().map(|c| c.len_utf8()).sum::<usize>() > 2;
    let mut text = entry.text.as_slice();
    let mut best = MISS;
    // What it costs to begin here. The shortcode, which is the first part, costs least.
    let (mut begin, mut part) = (0, 0);
    while let [c, rest @ ..] = text {
        // With a slip at the beginning, one of the first two letters is there all the same.
        let slipped = || {
            let (next, second) = (rest.first(), second.first());
            next == Some(first) || second == Some(c) || next == second
        };
        if c == first || slips == 1 && slipped() {
            best = best.min(begin + read(text, word, slips, true));
        }
        while let [c, rest @ ..] = text {
            text = rest;
            if is_gap(*c) {
                part = if *c == ',' { 1 } else { part };
                begin = part + u32::from(*c == ' ');
                break;
            }
            if is_long && text.first() == Some(first) {
                let end = read(text, word, 0, false);
                best = best.min(part + end + if end > 1 { AMIDST } else { LATTER });
            }
        }
    }
    best
}

/// The letters of a text as bits, but for what [`read`] may go over.
fn letters(text: &[char]) -> u32 {
    let letters = text.iter().filter(|c| !matches!(**c, ' ' | ',' | 'e' | DOTS));
    letters.fold(0, |letters, c| letters | 1 << (u32::from(*c) % 32))
}

/// A word, and the letters without its ending.
fn word_of(word: &[char]) -> Word<'_> {
    let mut stem = word;
    while let [rest @ .., 'e' | 's' | 'n' | 'd' | 'i' | 'g'] = stem {
        stem = rest;
    }
    (word, letters(stem))
}

/// What it costs to read a word where the text begins, which may go over gaps if it `joins` words.
fn read(mut text: &[char], word: &[char], slips: u32, joins: bool) -> u32 {
    let mut left = word;
    let mut joined = 0;
    while let [letter, after @ ..] = left {
        let stem = word.len() - left.len();
        // "queen" is no form of "que".
        let may_end = joins && stem > 2 && (stem, left.len()) != (3, 2);
        match text {
            [c, rest @ ..] if c == letter => (text, left) = (rest, after),
            [DOTS, rest @ ..] => {
                text = rest;
                if *letter == 'e' {
                    left = after;
                }
            }
            _ if *letter == DOTS => {
                left = after;
                if let ['e', rest @ ..] = text {
                    text = rest;
                }
            }
            [] | [' ' | ',', ..] if may_end && ENDINGS.contains(&left) => return 6,
            // dancing
            ['e'] | ['e', ' ' | ',', ..] if may_end && *left == ['i', 'n', 'g'] => return 6,
            [' ', rest @ ..] if joins => (text, joined) = (rest, 2),
            // celebration, celebrate
            _ if slips > 0 && stem > 4 && stem * 2 >= left.len() * 3 => {
                return slip(text, left, slips - 1).min(SLIP + 8);
            }
            _ if slips > 0 => return slip(text, left, slips - 1),
            _ => return MISS,
        }
    }
    if let [DOTS, rest @ ..] = text {
        text = rest;
    }
    joined
        + match text {
            [] | [',', ..] => 0,
            // A letter alone is what an apostrophe left.
            [' ', ..] if word.len() > 1 => 1,
            _ if joined > 0 => AMIDST,
            [_] | [_, ' ' | ',', ..] | [_, _] | [_, _, ' ' | ',', ..] => 4,
            _ => 5,
        }
}

/// Reads on behind a letter that is surplus, missing, wrong or swapped with the next.
fn slip(text: &[char], word: &[char], slips: u32) -> u32 {
    let [letter, after @ ..] = word else { return MISS };
    let mut best = read(text, after, slips, true);
    if let [c, rest @ ..] = text
        && !is_gap(*c)
    {
        best = best.min(read(rest, word, slips, true)).min(read(rest, after, slips, true));
        if let ([next, rest @ ..], [other, after @ ..]) = (rest, after)
            && (c, next) == (other, letter)
        {
            best = best.min(read(rest, after, slips, true));
        }
    }
    best + SLIP
}

/// What a sticker is found by, its name first, as [`Index::add`] takes it once it is folded.
#[must_use]
pub fn text_of(sticker: &Sticker) -> String {
    let Sticker { shortcode, tags, emoji, body, .. } = sticker;
    [shortcode, ",", &tags.join(","), ",", &emoji.join(" "), ",", body].concat()
}

/// How many slips a word can bear.
fn bears(word: &[char]) -> u32 {
    match word.len() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

fn is_little(word: &[char]) -> bool {
    bears(word) == 0
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | ',')
}

/// A text with one space between words and one comma between parts, however many gaps it had.
fn spaced(text: &str) -> Vec<char> {
    let mut spaced = Vec::with_capacity(text.len());
    let mut gap = None;
    for c in text.chars() {
        match c {
            ',' => gap = Some(','),
            // ASCII, Latin, Arabic and general punctuation
            '\0'..='/'
            | ':'..='@'
            | '['..='`'
            | '{'..='\u{bf}'
            | '،'
            | '؛'
            | '؟'
            | '\u{2000}'..='\u{206f}' => gap = gap.or(Some(' ')),
            _ => {
                // Every emoji is a word, also of those that are joined.
                if c >= '\u{1f300}' {
                    gap = gap.or(Some(' '));
                }
                spaced.extend(gap.take());
                // The Arabic article stands apart, so that a word is found with and without.
                if let [ref head @ .., 'ا', 'ل', third] = *spaced
                    && head.last().is_none_or(|c| is_gap(*c))
                    && !is_gap(third)
                {
                    spaced.pop();
                    spaced.extend([' ', third]);
                }
                spaced.push(c);
            }
        }
    }
    spaced
}

/// Takes out what compatibility decomposition leaves of accents, vowel signs and emoji styles, and
/// spells out joined letters.
#[must_use]
pub fn without_marks(decomposed: &str) -> String {
    let mut plain = String::with_capacity(decomposed.len());
    let mut chars = decomposed.chars();
    while let Some(c) = chars.next() {
        match c {
            // Before an e they are no umlaut: vergüenza.
            DOTS if plain.ends_with(['a', 'o', 'u']) && !chars.as_str().starts_with('e') => {
                plain.push(DOTS);
            }
            // Accents; vowel signs and tatweel; joiners and directions; styles, keycaps, gender
            // and skin of emoji
            '\u{300}'..='\u{36f}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{640}'
            | '\u{200b}'..='\u{200f}'
            | '\u{fe0e}'
            | '\u{fe0f}'
            | '\u{20e3}'
            | '♀'
            | '♂'
            | '\u{1f3fb}'..='\u{1f3ff}' => {}
            'ß' => plain.push_str("ss"),
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            other => plain.push(match other {
                // Whoever it is that works, runs or shrugs
                '👨' | '👩' => '🧑',
                '٠'..='٩' => char::from_digit(u32::from(other) - 0x660, 10).unwrap_or(other),
                'ø' => 'o',
                'ı' => 'i',
                'ł' => 'l',
                'đ' => 'd',
                'ٱ' => 'ا',
                'ى' | 'ی' => 'ي',
                'ک' => 'ك',
                'ة' => 'ه',
                other => other,
            }),
        }
    }
    plain
}
