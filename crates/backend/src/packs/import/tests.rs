mod from_matrix;
mod from_zip;

use std::{path::Path, sync::Arc};

use super::*;
use crate::{
    clock::ManualClock,
    packs::image::samples,
    storage::{self, Storage},
};

const TOML: &str = r#"
id = "cats"
author = "Ann"
licence = "CC-BY-4.0"
default = true
[titles]
de = "Katzen"
en = "Cats"
[[stickers]]
file = "b.png"
shortcode = "wave"
body = "A cat waves"
emoji = ["👋"]
tags = ["hello", "hi, there"]
[[stickers]]
file = "a.gif"
"#;

async fn importer() -> Importer {
    let storage = storage::fresh::open().await;
    Importer { storage, media: None, clock: Arc::new(ManualClock::at(7)) }
}

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn read_at(path: &Path) -> source::Found {
    read(&Source::at(path).unwrap()).unwrap()
}

fn pack_at(path: &Path) -> ImportedPack {
    let mut found = read_at(path);
    assert_eq!(found.packs.len(), 1);
    found.packs.remove(0)
}

impl Importer {
    async fn bring(&self, pack: ImportedPack) -> Outcome {
        self.import(pack, &Options::default(), &|_| {}).await.unwrap()
    }
}

async fn shortcodes(storage: &Storage, id: &str) -> Vec<String> {
    storage.stickers(id).await.unwrap().into_iter().map(|sticker| sticker.shortcode).collect()
}

#[tokio::test]
async fn a_folder_is_described_by_its_pack_toml() {
    let (png, gif) = (samples::png(200, 100), samples::gif(30, 30, 3));
    let files: [(&str, &[u8]); 4] =
        [("pack.toml", TOML.as_bytes()), ("a.gif", &gif), ("b.png", &png), ("left.png", &png)];
    let (folder, importer) = (folder_with(&files), importer().await);
    let outcome = importer.bring(pack_at(folder.path())).await;
    assert!(outcome.is_new);
    assert_eq!(outcome.notes, ["left.png is not in pack.toml and was left out"]);
    let pack = importer.storage.pack("cats").await.unwrap().unwrap();
    let titles: Vec<_> = pack.titles.iter().map(|t| (&*t.language, &*t.text)).collect();
    assert_eq!(titles, [("de", "Katzen"), ("en", "Cats")], "the first stays the first");
    assert!(pack.is_default && pack.is_published());
    assert_eq!((pack.author.as_deref(), pack.licence.as_str()), (Some("Ann"), "CC-BY-4.0"));
    let stickers = importer.storage.stickers("cats").await.unwrap();
    let [wave, a] = stickers.as_slice() else { panic!("{stickers:?}") };
    assert_eq!((wave.shortcode.as_str(), wave.body.as_str()), ("wave", "A cat waves"));
    assert_eq!(wave.tags, ["hello", "hi there"], "a comma would split the tag");
    assert_eq!((a.shortcode.as_str(), a.image.animated), ("a", true));
    let bytes = importer.storage.image_bytes(wave.image.id).await.unwrap().unwrap();
    assert_eq!(bytes, png);
    for preview in [wave.image.still, a.image.still, a.image.animation.unwrap()] {
        assert!(importer.storage.preview(preview).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_bare_folder_is_described_by_its_names() {
    let pictures: Vec<Vec<u8>> = (1..5).map(|i| samples::png(10 * i, 10)).collect();
    let files: [(&str, &[u8]); 6] = [
        ("10-Käse_cat.png", &pictures[0]),
        ("2-wave.PNG", &pictures[1]),
        ("wave.webp", &pictures[2]),
        ("no-ending", &pictures[3]),
        ("README.md", b"about"),
        (".hidden.png", b"x"),
    ];
    let (folder, importer) = (folder_with(&files), importer().await);
    let path = folder.path().join("../My Cats");
    std::fs::create_dir(&path).ok();
    let outcome = importer
        .import(
            pack_at(folder.path()),
            &Options { id: Some("mine".into()), title: Some("Mine".into()), ..Options::default() },
            &|_| {},
        )
        .await
        .unwrap();
    std::fs::remove_dir(&path).ok();
    assert_eq!(outcome.pack.title(), "Mine");
    let expected = ["wave", "K_se_cat", "no-ending", "wave_2"];
    assert_eq!(shortcodes(&importer.storage, "mine").await, expected);
    let bodies: Vec<String> =
        importer.storage.stickers("mine").await.unwrap().into_iter().map(|s| s.body).collect();
    assert_eq!(bodies, ["wave", "Käse cat", "no ending", "wave"]);
}

#[tokio::test]
async fn one_broken_file_stops_everything() {
    let png = samples::png(20, 20);
    let files: [(&str, &[u8]); 4] = [
        ("good.png", &png),
        ("cut.png", &png[..png.len() - 5]),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("film.webm", b"\x1a\x45\xdf\xa3"),
    ];
    let (folder, importer) = (folder_with(&files), importer().await);
    let refused = importer.import(pack_at(folder.path()), &Options::default(), &|_| {}).await;
    let Err(ImportError::Files(broken)) = refused else { panic!("{refused:?}") };
    let names: Vec<&str> = broken.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["cut.png", "drawing.svg", "film.webm"]);
    assert!(broken[1].reason.contains("SVG is refused"));
    assert!(importer.storage.packs().await.unwrap().is_empty());
    assert!(importer.storage.images_to_upload().await.unwrap().is_empty());

    let options = Options { skip_broken: true, id: Some("some".into()), ..Options::default() };
    let outcome = importer.import(pack_at(folder.path()), &options, &|_| {}).await.unwrap();
    assert_eq!((outcome.left_out.len(), outcome.difference.added.len()), (3, 1));
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let png = samples::png(20, 20);
    let (folder, importer) = (folder_with(&[("a.png", &png)]), importer().await);
    let options = Options { dry_run: true, ..Options::default() };
    let outcome = importer.import(pack_at(folder.path()), &options, &|_| {}).await.unwrap();
    assert_eq!(outcome.difference.added, ["a"]);
    assert!(importer.storage.packs().await.unwrap().is_empty());
}

#[tokio::test]
async fn importing_again_updates_in_place_and_says_what_changed() {
    let pictures: Vec<Vec<u8>> = (1..6).map(|i| samples::png(10 * i, 10)).collect();
    let first: [(&str, &[u8]); 4] = [
        ("1-stays.png", &pictures[0]),
        ("2-changes.png", &pictures[1]),
        ("3-old-name.png", &pictures[2]),
        ("4-goes.png", &pictures[3]),
    ];
    let (folder, importer) = (folder_with(&first), importer().await);
    let id = importer.bring(pack_at(folder.path())).await.pack.id;
    importer.storage.set_published(&id, false, importer.clock.now()).await.unwrap();
    let revision = importer.storage.pack(&id).await.unwrap().unwrap().revision;

    let again = importer.bring(pack_at(folder.path())).await;
    assert!(again.difference.is_empty() && !again.is_new, "{:?}", again.difference);
    let unchanged = importer.storage.pack(&id).await.unwrap().unwrap();
    assert_eq!(unchanged.revision, revision, "no user has to fetch it anew");
    assert!(!unchanged.is_published(), "what the operator hid stays hidden");

    let path = folder.path();
    std::fs::write(path.join("2-changes.png"), &pictures[4]).unwrap();
    std::fs::rename(path.join("3-old-name.png"), path.join("3-new-name.png")).unwrap();
    std::fs::remove_file(path.join("4-goes.png")).unwrap();
    std::fs::write(path.join("5-comes.png"), samples::png(70, 7)).unwrap();
    let updated = importer.bring(pack_at(path)).await;
    let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let expected = Difference {
        added: owned(&["comes"]),
        removed: owned(&["goes"]),
        renamed: vec![("old-name".into(), "new-name".into())],
        changed: owned(&["changes"]),
        unchanged: owned(&["stays"]),
        ..Difference::default()
    };
    assert_eq!(updated.difference, expected);
    assert!(updated.difference.to_string().contains("old-name → new-name"));
    assert_eq!(updated.pack.id, id);
    assert_eq!(importer.storage.packs().await.unwrap().len(), 1);
    assert_eq!(shortcodes(&importer.storage, &id).await, ["stays", "changes", "new-name", "comes"]);
}

#[tokio::test]
async fn a_pack_from_elsewhere_is_not_replaced_by_accident() {
    let png = samples::png(20, 20);
    let importer = importer().await;
    let pack = |source: &str| {
        let files = [("a.png".to_owned(), PictureSource::Bytes(png.clone()))];
        let mut pack = folder::layout(files.into(), None, "Cats").unwrap();
        pack.source = source.to_owned();
        pack
    };
    importer.bring(pack("folder:here")).await;
    let refused = importer.import(pack("folder:there"), &Options::default(), &|_| {}).await;
    assert!(matches!(refused, Err(ImportError::Taken { id }) if id == "cats"));
    let options = Options { id: Some("cats".into()), ..Options::default() };
    assert!(importer.import(pack("folder:there"), &options, &|_| {}).await.is_ok());
}

#[tokio::test]
async fn what_exceeds_a_limit_is_named() {
    let importer = importer().await;
    let pack = |toml: &str| {
        let files = [("a.png".to_owned(), PictureSource::Bytes(samples::png(9, 9)))];
        folder::layout(files.into(), Some(pack_toml::parse(toml)?), "Cats")
    };
    let long = "x".repeat(501);
    for (toml, words) in [
        ("id = \"../etc\"", "the pack's id `../etc`"),
        ("titles = { \"en us\" = \"x\" }", "`en us` is no language tag"),
        (&format!("author = \"{long}\""), "author has more than 200"),
        (&format!("[[stickers]]\nfile=\"a.png\"\nbody=\"{long}\""), "one file"),
        ("[[stickers]]\nfile=\"a.png\"\nshortcode=\"a b\"", "one file"),
        ("[[stickers]]\nfile=\"../a.png\"", "one file"),
        ("licenze = \"MIT\"", "unknown field `licenze`"),
        ("[titles]\nen = 5", "the title in `en` is no text"),
    ] {
        let imported = match pack(toml) {
            Ok(pack) => importer.import(pack, &Options::default(), &|_| {}).await.map(|_| ()),
            Err(error) => Err(error),
        };
        let error = imported.unwrap_err().to_string();
        assert!(error.contains(words), "{toml}: {error}");
    }
    let mut many = pack("").unwrap();
    many.stickers = vec![many.stickers[0].clone(); 501];
    let error = importer.import(many, &Options::default(), &|_| {}).await.unwrap_err();
    assert!(error.to_string().contains("500 are allowed"));
    assert!(importer.storage.packs().await.unwrap().is_empty());
}

#[test]
fn hidden_characters_are_cleaned_away() {
    let mut pack = maunium::parse(
        "{\"title\":\"Cats\\u202e\\u0000\",\"stickers\":[{\"url\":\"mxc://hs/a\",\"body\":\"a\\u0007\\n b\"}]}",
    )
    .unwrap();
    check::check(&mut pack).unwrap();
    assert_eq!(pack.titles[0].text, "Cats");
    assert_eq!(pack.stickers[0].body, "a b");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parsers_panic(text in ".*", bytes in proptest::collection::vec(0_u8.., 0..200)) {
        let _ = maunium::parse(&text);
        let _ = maunium::parse_index(&text);
        let _ = image_pack::parse(&text);
        let _ = pack_toml::parse(&text);
        let _ = zip::unpack(&bytes);
    }
}
