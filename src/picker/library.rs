//! The user's packs as they arrive: a stream of bytes becomes lines, a line becomes a pack, and a
//! pack that has not changed stays the one on screen. Pure.

use std::sync::Arc;

use tessera_protocol::library::{Pack, PackLine, Sticker};

/// The longest line that is kept waiting for its end.
const LINE: usize = 4 * 1024 * 1024;

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// The lines that `bytes` completes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut bytes = bytes;
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, after) = bytes.split_at(end);
            self.rest.extend_from_slice(line);
            lines.extend(self.take());
            bytes = after.get(1..).unwrap_or_default();
        }
        if self.rest.len() + bytes.len() <= LINE {
            self.rest.extend_from_slice(bytes);
        }
        lines
    }

    /// The last line, which need not end.
    pub fn finish(&mut self) -> Option<String> {
        self.take()
    }

    fn take(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.rest);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        (!line.is_empty()).then(|| line.to_owned())
    }
}

/// A pack on the picker's shelf.
#[derive(Debug)]
pub struct Shelf {
    /// Tells versions of a pack apart.
    pub version: u64,
    /// The pack.
    pub pack: Pack,
}

impl Shelf {
    /// The pack of a line; `None` if the line is damaged or holds no sticker.
    #[must_use]
    pub fn new(text: &str, line: &PackLine) -> Option<Arc<Self>> {
        let pack = Pack::from_line(line).ok()?;
        let empty = pack.stickers.iter().all(|sticker| sticker.shortcode.is_empty());
        (!empty).then(|| Arc::new(Self { version: fingerprint(text), pack }))
    }

    /// `pack/shortcode`: names a sticker in the page and among the recent ones.
    #[must_use]
    pub fn key(&self, sticker: &Sticker) -> String {
        [&self.pack.id, "/", &sticker.shortcode].concat()
    }
}

/// Whether `old` still stands for this line.
#[must_use]
pub fn unchanged(old: &[Arc<Shelf>], line: &str) -> Option<Arc<Shelf>> {
    let version = fingerprint(line);
    old.iter().find(|shelf| shelf.version == version).cloned()
}

/// The sticker of a key.
#[must_use]
pub fn find<'a>(shelves: &'a [Arc<Shelf>], key: &str) -> Option<(&'a Arc<Shelf>, &'a Sticker)> {
    let (pack, shortcode) = key.split_once('/')?;
    let shelf = shelves.iter().find(|shelf| shelf.pack.id == pack)?;
    let sticker = shelf.pack.stickers.iter().find(|sticker| sticker.shortcode == shortcode)?;
    Some((shelf, sticker))
}

/// FNV-1a: cheap, and only compared with itself.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_end_where_they_end() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"{\"a\":"), Vec::<String>::new());
        assert_eq!(lines.push(b"1}\n\n{\"b\":2}\r\n{"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(lines.push(b"}"), Vec::<String>::new());
        assert_eq!(lines.finish().as_deref(), Some("{}"));
        assert_eq!(lines.finish(), None);
    }

    #[test]
    fn packs_without_stickers_and_damaged_lines_are_left_out() {
        let empty = Pack { id: "none".into(), ..Pack::default() };
        assert!(Shelf::new("x", &empty.to_line()).is_none());
        let damaged = PackLine { shortcodes: "a\nb".into(), ..PackLine::default() };
        assert!(Shelf::new("x", &damaged).is_none());
    }

    #[test]
    fn a_key_finds_its_sticker() {
        let sticker = crate::picker::sending::tests::sticker("wave", "Waving");
        let pack = Pack { id: "cats".into(), stickers: vec![sticker], ..Pack::default() };
        let shelf = Shelf::new("line", &pack.to_line()).unwrap();
        let shelves = [shelf];
        let (shelf, sticker) = find(&shelves, "cats/wave").unwrap();
        assert_eq!(shelf.key(sticker), "cats/wave");
        assert!(find(&shelves, "cats/other").is_none() && find(&shelves, "nonsense").is_none());
        assert!(unchanged(&shelves, "line").is_some() && unchanged(&shelves, "other").is_none());
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_lines_are_the_same(
            text in "[a-z\u{e9}\u{1f600}\n ]{0,80}", cut in 1usize..9,
        ) {
            let mut whole = Lines::default();
            let mut expected = whole.push(text.as_bytes());
            expected.extend(whole.finish());
            let mut pieces = Lines::default();
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(cut) {
                found.extend(pieces.push(piece));
            }
            found.extend(pieces.finish());
            prop_assert_eq!(found, expected);
        }
    }
}
