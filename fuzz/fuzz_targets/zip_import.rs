//! Archives are made by others, some of them with malice: no panic, and no more in memory than a
//! fixed multiple of what came in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_backend::packs::import::{PictureSource, zip};

fuzz_target!(|bytes: &[u8]| {
    let Ok(pack) = zip::read(bytes, "fuzz.zip") else { return };
    for sticker in &pack.stickers {
        assert!(sticker.name.split('/').all(|part| part != ".."));
        // One entry may unpack to a quarter of a MiB, or to a hundred times its packed size.
        if let PictureSource::Bytes(content) = &sticker.picture {
            assert!(content.len() <= (bytes.len() * 100).max(256 * 1024));
        }
    }
});
