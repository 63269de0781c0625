use std::io::{Cursor, Write as _};

use ::zip::{ZipWriter, write::SimpleFileOptions};
use serde_json::json;

use super::*;
use crate::packs::import::zip::{self, ZipError};

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_zip_is_a_folder() {
    let (png, gif) = (samples::png(20, 10), samples::gif(30, 30, 2));
    let files: [(&str, &[u8]); 4] = [
        ("Cats/pack.toml", TOML.as_bytes()),
        ("Cats/a.gif", &gif),
        ("Cats/b.png", &png),
        ("__MACOSX/Cats/._a.gif", b"x"),
    ];
    let folder = folder_with(&[("cats.zip", &zip_of(&files))]);
    let importer = importer().await;
    let outcome = importer.bring(pack_at(&folder.path().join("cats.zip"))).await;
    assert_eq!(outcome.pack.id, "cats");
    assert_eq!(shortcodes(&importer.storage, "cats").await, ["wave", "a"]);
}

#[test]
fn a_zip_with_a_pack_json_takes_its_texts() {
    let event = json!({"images": {
        "wave": {"url": "mxc://hs/1", "body": "A cat waves", "fi.mau.msc4389.order": 1},
        "bow": {"url": "mxc://hs/2", "body": "A cat bows", "fi.mau.msc4389.order": 0},
    }, "pack": {"display_name": "Cats"}});
    let png = samples::png(20, 10);
    let text = event.to_string();
    let files: [(&str, &[u8]); 3] =
        [("wave.png", &png), ("pack.json", text.as_bytes()), ("bow.png", &png)];
    let pack = zip::read(&zip_of(&files), "x.zip").unwrap();
    let found: Vec<_> = pack.stickers.iter().map(|s| (&*s.shortcode, &*s.body)).collect();
    assert_eq!(found, [("bow", "A cat bows"), ("wave", "A cat waves")]);
    assert_eq!(pack.titles[0].text, "Cats");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in
        ["../a.png", "/etc/a.png", "a/../../b.png", "..\\a.png", "C:/a.png", "a\\b.png", "a/.."]
    {
        let refused = zip::unpack(&zip_of(&[("good.png", b"x"), (name, b"x")]));
        assert!(matches!(&refused, Err(ZipError::Escapes(n)) if n == name), "{name}: {refused:?}");
    }
}

#[test]
fn links_are_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.add_symlink("a.png", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert!(matches!(zip::unpack(&bytes), Err(ZipError::Link(name)) if name == "a.png"));
}

#[test]
fn ten_thousand_entries_are_refused() {
    let names: Vec<String> = (0..10_000).map(|i| format!("{i}.png")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
    let mut bytes = zip_of(&files);
    assert!(matches!(zip::unpack(&bytes), Err(ZipError::TooManyEntries(10_000))));
    // Also when the end of the directory claims a few.
    let at = bytes.windows(4).rposition(|b| b == b"PK\x05\x06").unwrap();
    bytes[at + 8..at + 12].copy_from_slice(&[3, 0, 3, 0]);
    match zip::unpack(&bytes) {
        Ok(files) => assert!(files.len() <= 3),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn archives_that_unpack_to_much_are_refused() {
    let zeros = vec![0; 2 * 1024 * 1024];
    let bomb = zip_of(&[("a.png", &zeros)]);
    assert!(bomb.len() < 10_000);
    assert!(matches!(zip::unpack(&bomb), Err(ZipError::Bomb(_))));

    // A header that understates the size does not help.
    let mut liar = bomb.clone();
    let claimed = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    while let Some(at) = liar.windows(4).position(|window| window == claimed) {
        liar[at..at + 4].copy_from_slice(&[100, 0, 0, 0]);
    }
    let read = zip::unpack(&liar);
    let honest = matches!(&read, Ok(files) if files.values().all(|file| {
        matches!(file, PictureSource::Bytes(bytes) if bytes.len() <= 256 * 1024)
    }));
    assert!(honest || read.is_err());

    let noise: Vec<u8> =
        (0..11_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
    archive.start_file("a.png", stored).unwrap();
    archive.write_all(&noise).unwrap();
    let large = archive.finish().unwrap().into_inner();
    assert!(matches!(zip::unpack(&large), Err(ZipError::EntryTooLarge { .. })));
}

#[test]
fn damaged_archives_are_refused() {
    let bytes = zip_of(&[("a.png", &samples::png(30, 30))]);
    for end in 0..bytes.len() {
        assert!(zip::unpack(&bytes[..end]).is_err(), "cut at {end}");
    }
}
