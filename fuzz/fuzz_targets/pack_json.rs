//! Packs are made by others: every description that we read, whatever it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_backend::packs::import::{ImportedPack, image_pack, maunium, pack_toml};

fuzz_target!(|text: &str| {
    check(maunium::parse(text).ok(), text);
    check(image_pack::parse(text).ok(), text);
    let _ = maunium::parse_index(text);
    let _ = pack_toml::parse(text);
});

/// A pack is never larger than its description.
fn check(pack: Option<ImportedPack>, text: &str) {
    if let Some(pack) = pack {
        assert!(pack.stickers.len() + pack.broken.len() <= text.len());
    }
}
