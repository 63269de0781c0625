use std::sync::Arc;

use super::*;
use crate::{
    clock::ManualClock,
    packs::{
        image::samples,
        import::{
            Importer, Options, PictureSource, folder, image_pack, maunium, pack_toml as toml_file,
            zip as zip_file,
        },
    },
    storage::fresh,
};

const TOML: &str = r#"
id = "cats"
author = "Ann \"the cat\" Artist"
attribution = "from cats.example"
licence = "CC-BY-4.0"
default = true
titles = { de = "Katzen", en = "Cats" }
[[stickers]]
file = "2.gif"
shortcode = "Wave"
body = "Eine Katze winkt 🐈"
emoji = ["👋", "🙂"]
tags = ["hallo", "سلام"]
[[stickers]]
file = "1.png"
shortcode = "wave"
"#;

async fn cats() -> (Importer, Pack) {
    let importer =
        Importer { storage: fresh::open().await, media: None, clock: Arc::new(ManualClock::at(3)) };
    let files = [("1.png", samples::png(40, 20)), ("2.gif", samples::gif(30, 30, 3))];
    let files = files.map(|(name, bytes)| (name.to_owned(), PictureSource::Bytes(bytes)));
    let described = toml_file::parse(TOML).unwrap();
    let mut pack = folder::layout(files.into(), Some(described), "x").unwrap();
    pack.source = "folder:x".into();
    let pack = importer.import(pack, &Options::default(), &|_| {}).await.unwrap().pack;
    (importer, pack)
}

/// As if every original had been uploaded.
async fn uploaded() -> (Importer, Pack) {
    let (importer, pack) = cats().await;
    for image in importer.storage.images_to_upload().await.unwrap() {
        let uri = format!("mxc://hs/{}", image.id);
        importer.storage.set_mxc_uri(image.id, Some(&uri)).await.unwrap();
    }
    (importer, pack)
}

#[tokio::test]
async fn a_zip_imports_again_to_the_same_pack() {
    let (here, pack) = cats().await;
    let bytes = to_zip(&here.storage, None, &pack).await.unwrap();
    assert_eq!(bytes, to_zip(&here.storage, None, &pack).await.unwrap(), "the same file again");
    let there = Importer { storage: fresh::open().await, ..here.clone() };
    let mut read = zip_file::read(&bytes, "cats.zip").unwrap();
    assert_eq!((read.notes.len(), read.broken.len()), (0, 0));
    read.source = "folder:x".into();
    there.import(read, &Options::default(), &|_| {}).await.unwrap();
    assert_eq!(
        there.storage.stickers("cats").await.unwrap(),
        here.storage.stickers("cats").await.unwrap()
    );
    assert_eq!(there.storage.pack("cats").await.unwrap(), here.storage.pack("cats").await.unwrap());

    // Into the same database: nothing but the source is new.
    let mut read = zip_file::read(&bytes, "cats.zip").unwrap();
    read.source = "folder:x".into();
    let again = here.import(read, &Options::default(), &|_| {}).await.unwrap();
    assert!(again.difference.is_empty(), "{:?}", again.difference);
}

#[tokio::test]
async fn names_in_a_zip_differ_by_more_than_case() {
    let (importer, pack) = cats().await;
    let bytes = to_zip(&importer.storage, None, &pack).await.unwrap();
    let names: Vec<String> = zip_file::unpack(&bytes).unwrap().into_keys().collect();
    assert_eq!(names, ["Wave.gif", "pack.toml", "wave_2.png"]);
}

#[tokio::test]
async fn a_maunium_pack_comes_back() {
    let (importer, pack) = uploaded().await;
    let files = to_maunium(&importer.storage, &pack).await.unwrap();
    let file = |name: &str| files.iter().find(|file| file.name == name).unwrap();
    let text = String::from_utf8(file("cats.json").bytes.clone()).unwrap();
    let read = maunium::parse(&text).unwrap();
    assert_eq!((read.titles[0].text.as_str(), read.broken.len()), ("Katzen", 0));
    assert_eq!(read.stickers[0].emoji, ["👋", "🙂"]);
    assert_eq!(read.stickers[0].body, "Eine Katze winkt 🐈");
    let index = String::from_utf8(file("index.json").bytes.clone()).unwrap();
    assert_eq!(maunium::parse_index(&index).unwrap(), ["cats.json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    for sticker in json["stickers"].as_array().unwrap() {
        let url = sticker["url"].as_str().unwrap();
        assert_eq!(sticker["info"]["thumbnail_url"], url);
        assert!(sticker["info"]["w"].is_u64() && sticker["info"]["size"].is_u64());
        let media_id = url.rsplit('/').next().unwrap();
        assert!(file(&format!("thumbnails/{media_id}")).bytes.starts_with(b"RIFF"));
    }
}

#[tokio::test]
async fn an_image_pack_comes_back() {
    let (importer, pack) = uploaded().await;
    let event = to_image_pack(&importer.storage, &pack, Names::Stable).await.unwrap();
    assert_eq!(
        (&event["type"], &event["state_key"]),
        (&json!("m.room.image_pack"), &json!("cats"))
    );
    assert_eq!(event["content"]["images"]["Wave"]["fi.mau.msc4389.order"], 0);
    assert_eq!(event["content"]["images"]["Wave"]["info"]["is_animated"], true);
    let read = image_pack::parse(&event.to_string()).unwrap();
    let codes: Vec<&str> = read.stickers.iter().map(|s| s.shortcode.as_str()).collect();
    assert_eq!(codes, ["Wave", "wave"]);
    assert_eq!(read.stickers[0].body, "Eine Katze winkt 🐈");
}

#[tokio::test]
async fn a_large_image_pack_is_split_and_joined() {
    let (importer, pack) = uploaded().await;
    let one = importer.storage.stickers("cats").await.unwrap().remove(0);
    let many: Vec<Sticker> = (0..500)
        .map(|i| Sticker { shortcode: format!("s{i:03}"), body: "b".repeat(400), ..one.clone() })
        .collect();
    importer.storage.put_pack(&pack, &many, importer.clock.now()).await.unwrap();
    let events = to_image_pack(&importer.storage, &pack, Names::Stable).await.unwrap();
    let parts = events.as_array().unwrap();
    assert!(parts.len() > 1);
    for (index, part) in parts.iter().enumerate() {
        assert!(serde_json::to_vec(&part["content"]).unwrap().len() <= PART_BYTES);
        assert_eq!(part["content"][PART_INDEX], index);
        assert_eq!(part["content"][PART_COUNT], parts.len());
    }
    assert_eq!(
        (&parts[0]["state_key"], &parts[1]["state_key"]),
        (&json!("cats"), &json!("cats.001"))
    );
    let read = image_pack::parse(&events.to_string()).unwrap();
    let codes: Vec<String> = read.stickers.into_iter().map(|s| s.shortcode).collect();
    assert_eq!(codes, many.into_iter().map(|s| s.shortcode).collect::<Vec<_>>());
    assert_eq!(read.titles[0].text, "Katzen");
}

#[tokio::test]
async fn what_is_not_uploaded_is_named() {
    let (importer, pack) = cats().await;
    let refused =
        to_image_pack(&importer.storage, &pack, Names::Stable).await.unwrap_err().to_string();
    assert!(refused.contains("Wave, wave") && refused.contains("packs upload"), "{refused}");
    assert!(to_maunium(&importer.storage, &pack).await.is_err());
}
