//! The user's packs as they arrive: a stream of bytes becomes lines, a line becomes a pack, and a
//! pack that has not changed stays the one on screen. Pure.

use std::sync::Arc;

use tessera_protocol::library::{Pack, PackLine, Sticker};

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
    use super::*;

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
}
