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
