//! `queries.txt` says what must be found in `library.txt` and the starter pack.

use proptest::prelude::*;
use tessera_protocol::library::Sticker;
use unicode_normalization::UnicodeNormalization;

use super::{Index, text_of, without_marks};

/// What the browser does, by a crate.
fn fold(text: &str) -> String {
    without_marks(&text.nfkd().collect::<String>().to_lowercase())
}

fn sticker(shortcode: &str, emoji: Vec<String>, body: &str, tags: Vec<String>) -> Sticker {
    Sticker {
        shortcode: shortcode.into(),
        body: body.into(),
        emoji,
        tags,
        url: String::new(),
        mimetype: String::new(),
        w: 0,
        h: 0,
        size: 0,
        still: String::new(),
        animation: None,
    }
}

fn add(index: &mut Index, pack: &str, sticker: &Sticker) {
    index.add([pack, "/", &sticker.shortcode].concat(), &fold(&text_of(sticker)));
}

fn add_starter_pack(index: &mut Index) {
    #[derive(serde::Deserialize)]
    struct Pack {
        id: String,
        titles: toml::Table,
        stickers: Vec<Listed>,
    }
    #[derive(serde::Deserialize)]
    struct Listed {
        shortcode: String,
        body: String,
        emoji: Vec<String>,
        tags: Vec<String>,
    }
    let text = include_str!("../../../assets/starter-pack/pack.toml");
    let pack: Pack = toml::from_str(text).unwrap();
    let titles: Vec<&str> = pack.titles.values().map(|title| title.as_str().unwrap()).collect();
    index.pack(&fold(&titles.join(",")));
    for Listed { shortcode, body, emoji, tags } in pack.stickers {
        add(index, &pack.id, &sticker(&shortcode, emoji, &body, tags));
    }
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('|').map(str::trim).collect())
}

fn add_library(index: &mut Index) {
    let mut pack = "";
    for row in rows(include_str!("library.txt")) {
        if let Some(id) = row[0].strip_prefix("= ") {
            pack = id;
            let titles: Vec<&str> =
                row[1..].iter().map(|title| title.split_once(": ").unwrap().1).collect();
            index.pack(&fold(&titles.join(",")));
        } else {
            let [shortcode, emoji, body, tags] = row[..] else { panic!("{row:?}") };
            let split = |text: &str, at: char| -> Vec<String> {
                text.split(at)
                    .map(|part| part.trim().into())
                    .filter(|part: &String| !part.is_empty())
                    .collect()
            };
            add(index, pack, &sticker(shortcode, split(emoji, ' '), body, split(tags, ',')));
        }
    }
}

fn library() -> Index {
    let mut index = Index::default();
    add_starter_pack(&mut index);
    add_library(&mut index);
    index
}

#[test]
fn every_query_finds_its_sticker() {
    let index = library();
    let mut wrong = Vec::new();
    for row in rows(include_str!("queries.txt")) {
        let (query, key, rank) = (row[0], row[2], row[3]);
        let found = index.find(&fold(query));
        let place = found.iter().position(|found| found == key);
        let known = index.entries.iter().any(|entry| entry.key == key) || key == "nothing";
        assert!(known, "{row:?}");
        let right = match rank {
            _ if key == "nothing" => found.is_empty(),
            "first" => place == Some(0),
            "five" => place.is_some_and(|place| place < 5),
            "never" => place.is_none(),
            _ => panic!("{row:?}"),
        };
        if !right {
            let first = &found[..found.len().min(6)];
            wrong.push(format!("{query}: {key} {rank}, but {place:?} in {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Stickers of one pack, whose shortcodes are numbers and whose texts are these.
fn index_of(titles: &str, texts: &[&str]) -> Index {
    let mut index = Index::default();
    index.pack(&fold(titles));
    for (i, text) in texts.iter().enumerate() {
        add(&mut index, "p", &sticker(&format!("x{i}"), Vec::new(), text, Vec::new()));
    }
    index
}

fn places(index: &Index, query: &str) -> Vec<usize> {
    index.find(&fold(query)).iter().map(|key| key["p/x".len()..].parse().unwrap()).collect()
}

#[test]
fn the_closer_a_word_is_the_earlier_it_comes() {
    let texts = [
        "a scatter",
        "to a bobcat",
        "a catalogue",
        "these cats",
        "this is a cat, asleep",
        "this cat is asleep",
        "cat",
        "nothing of it",
    ];
    assert_eq!(places(&index_of("", &texts), "cat"), [6, 4, 5, 3, 2, 1, 0]);
    assert_eq!(places(&index_of("cat", &texts), "cat"), [6, 4, 5, 3, 2, 1, 0, 7]);
}

#[test]
fn equals_stay_in_the_librarys_order() {
    assert_eq!(places(&index_of("", &["red cat", "blue cat", "old cat"]), "cat"), [0, 1, 2]);
}

#[test]
fn what_has_all_the_words_hides_what_has_some() {
    let index = index_of("", &["sleeping cat", "sleeping dog", "waking cat"]);
    assert_eq!(places(&index, "cat sleeping"), [0]);
    assert_eq!(places(&index, "sleeping catfish"), [0, 1]);
    assert_eq!(places(&index, "purple catfish"), [0; 0]);
}

#[test]
fn a_slip_is_not_forgiven_while_something_is_found() {
    assert_eq!(places(&index_of("", &["danke", "dance"]), "dance"), [1]);
    assert_eq!(places(&index_of("", &["danke"]), "dance"), [0]);
    assert_eq!(places(&index_of("", &["cut"]), "cat"), [0; 0]);
}

#[test]
fn a_pasted_letter_is_cut_short() {
    let letter = "word ".repeat(10_000) + "cat";
    assert_eq!(places(&index_of("", &["a word", "a cat"]), &letter), [0]);
    assert_eq!(places(&index_of("", &["a word"]), &letter.replace(' ', "")), [0; 0]);
}

#[test]
fn marks_are_folded() {
    for (text, folded) in [
        ("Café, Ñandú", "cafe, nandu"),
        ("Bär", "ba\u{308}r"),
        ("vergüenza", "verguenza"),
        ("Straße œuf ŒUVRE Æsir", "strasse oeuf oeuvre aesir"),
        ("İstanbul ısı", "istanbul isi"),
        ("أهلًا إلى ٱلْمَدْرَسَة ٢٠", "اهلا الي المدرسه 20"),
        ("جـمـيـل", "جميل"),
        ("❤️ 👍🏽 🙅🏿‍♀️ 👩🏾‍💻 1️⃣", "❤ 👍 🙅 🧑💻 1"),
    ] {
        assert_eq!(fold(text), folded);
    }
}

/// `word` with one slip of each kind at `place`.
fn slips(word: &[char], place: usize) -> [String; 4] {
    let (head, tail) = word.split_at(place);
    let missing = [head, &tail[1..]].concat();
    let surplus = [head, &['q'], tail].concat();
    let wrong = [head, &['q'], &tail[1..]].concat();
    let swapped = match tail {
        [a, b, rest @ ..] => [head, &[*b, *a], rest].concat(),
        _ => word.to_vec(),
    };
    [missing, surplus, wrong, swapped].map(String::from_iter)
}

proptest! {
    #[test]
    fn any_text_is_found_by_any_of_its_words(text in "[a-zäöüßñéœ ,'-]{0,30}", other in ".*") {
        let index = index_of("", &[&other, &text]);
        for word in text.split([' ', ',', '\'', '-']).filter(|word| !word.is_empty()) {
            prop_assert!(places(&index, word).contains(&1), "{word}");
            prop_assert!(places(&index, &word.to_uppercase()).contains(&1), "{word}");
        }
    }

    #[test]
    fn any_slip_is_forgiven(word in "[a-pr-z]{5,12}", place in 0..5_usize) {
        let index = index_of("", &[&["some ", &word, " here"].concat()]);
        let letters: Vec<char> = word.chars().collect();
        for slip in slips(&letters, place) {
            prop_assert_eq!(places(&index, &slip), [0], "{} for {}", slip, word);
        }
    }

    #[test]
    fn any_query_is_answered(texts in prop::collection::vec(".*", 0..4), query in ".*") {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut found = places(&index_of("any, title", &texts), &query);
        found.sort_unstable();
        found.dedup();
        prop_assert!(found.len() <= texts.len());
    }
}
