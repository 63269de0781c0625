use std::time::Duration;

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

use super::*;
use crate::{
    matrix::media::{HomeserverAccount, MediaStore},
    packs::Sticker,
    random::CountingRandom,
};

fn maunium_pack(size: usize) -> Value {
    json!({"title": "Cats", "id": "tg-123", "stickers": [{
        "id": "tg-1", "body": "😂", "msgtype": "m.sticker", "url": "mxc://example.org/AbC",
        "info": {"w": 256.0, "h": 128, "size": size, "mimetype": "image/png",
                 "thumbnail_url": "mxc://example.org/AbC"},
        "net.maunium.telegram.sticker": {"pack": {"id": "1"}, "id": "2", "emoticons": ["😂", "🤣"]},
    }]})
}

#[tokio::test]
async fn a_maunium_pack_keeps_its_uploads() {
    // The thumbnail is another size than the original: only the homeserver has that.
    let text = maunium_pack(9999).to_string();
    let png = samples::png(40, 20);
    let files: [(&str, &[u8]); 3] = [
        ("cats.json", text.as_bytes()),
        ("thumbnails/AbC", &png),
        ("index.json", br#"{"packs":["cats.json","https://other.example/b.json","../x.json"]}"#),
    ];
    let (folder, importer) = (folder_with(&files), importer().await);
    let found = read_at(&folder.path().join("index.json"));
    assert_eq!((found.packs.len(), found.skipped.len()), (1, 2));
    let outcome = importer.bring(found.packs.into_iter().next().unwrap()).await;
    assert_eq!((outcome.pack.id.as_str(), outcome.pack.title()), ("tg-123", "Cats"));
    let sticker: Sticker = importer.storage.stickers("tg-123").await.unwrap().remove(0);
    assert_eq!((sticker.shortcode.as_str(), sticker.body.as_str()), ("tg-1", "😂"));
    assert_eq!(sticker.emoji, ["😂", "🤣"]);
    let image = &sticker.image;
    assert_eq!(image.mxc_uri.as_deref(), Some("mxc://example.org/AbC"));
    assert_eq!((image.w, image.h, image.size), (256, 128, 9999));
    assert_eq!(importer.storage.image_bytes(image.id).await.unwrap(), None);
    assert!(importer.storage.images_to_upload().await.unwrap().is_empty());
    assert!(importer.bring(pack_at(&folder.path().join("cats.json"))).await.difference.is_empty());
}

#[tokio::test]
async fn a_thumbnail_as_large_as_the_original_is_the_original() {
    let png = samples::png(40, 20);
    let text = maunium_pack(png.len()).to_string();
    let files: [(&str, &[u8]); 2] = [("cats.json", text.as_bytes()), ("thumbnails/AbC", &png)];
    let (folder, importer) = (folder_with(&files), importer().await);
    importer.bring(pack_at(&folder.path().join("cats.json"))).await;
    let sticker: Sticker = importer.storage.stickers("tg-123").await.unwrap().remove(0);
    assert_eq!(importer.storage.image_bytes(sticker.image.id).await.unwrap(), Some(png));
    assert_eq!(sticker.image.mxc_uri.as_deref(), Some("mxc://example.org/AbC"));
}

#[tokio::test]
async fn a_maunium_pack_without_thumbnails_says_what_to_do() {
    let text = maunium_pack(1).to_string();
    let (folder, importer) = (folder_with(&[("c.json", text.as_bytes())]), importer().await);
    let pack = pack_at(&folder.path().join("c.json"));
    let refused = importer.import(pack, &Options::default(), &|_| {}).await;
    let Err(ImportError::Files(files)) = refused else { panic!("{refused:?}") };
    assert!(files[0].reason.contains("[matrix] account"), "{}", files[0]);
}

async fn with_media(server: &MockServer) -> Importer {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let account =
        HomeserverAccount { url: server.uri().parse().unwrap(), access_token: "t".into() };
    let store = MediaStore::new(account, Arc::new(CountingRandom::default())).unwrap();
    let store = store.with_first_wait(Duration::from_millis(1));
    Importer { media: Some(Arc::new(store)), ..importer().await }
}

#[tokio::test]
async fn an_image_pack_is_fetched_and_its_order_and_texts_kept() {
    let server = MockServer::start().await;
    let clean = samples::png(40, 20);
    let dirty = samples::png_with(&clean, &samples::png_chunk(b"tEXt", b"GPS\0here"));
    for (id, bytes) in [("one", &samples::webp(30, 30)), ("two", &dirty)] {
        let at = path(format!("/_matrix/client/v1/media/download/example.org/{id}"));
        let answer = ResponseTemplate::new(200).set_body_bytes(bytes.clone());
        Mock::given(at).respond_with(answer).mount(&server).await;
    }
    let event = json!({"type": "im.ponies.room_emotes", "state_key": "cats", "content": {
        "images": {
            "two words!": {"url": "mxc://example.org/two", "fi.mau.msc4389.order": 2},
            "one": {"url": "mxc://example.org/one", "body": "One", "fi.mau.msc4389.order": 1,
                    "info": {"w": 1, "fi.mau.bridged_sticker": {"emoji": "☝️"}}},
        },
        "pack": {"display_name": "Cats", "attribution": "Ann", "usage": ["sticker"]},
    }});
    let importer = with_media(&server).await;
    let outcome = importer.bring(image_pack::parse(&event.to_string()).unwrap()).await;
    assert_eq!(outcome.pack.attribution.as_deref(), Some("Ann"));
    let stickers = importer.storage.stickers("cats").await.unwrap();
    let [one, two] = stickers.as_slice() else { panic!("{stickers:?}") };
    assert_eq!((one.body.as_str(), one.emoji.as_slice()), ("One", ["☝️".to_owned()].as_slice()));
    assert_eq!((one.image.w, one.image.h), (30, 30), "measured, not believed");
    assert_eq!(one.image.mxc_uri.as_deref(), Some("mxc://example.org/one"));
    assert_eq!((two.shortcode.as_str(), two.body.as_str()), ("two_words", "two words!"));
    assert_eq!(two.image.mxc_uri, None, "what held metadata is uploaded again without");
    let kept = importer.storage.image_bytes(two.image.id).await.unwrap();
    assert_eq!(kept, Some(clean));
}

#[tokio::test]
async fn an_image_pack_needs_a_homeserver() {
    let content = r#"{"images":{"a":{"url":"mxc://hs/a"}}}"#;
    let pack = image_pack::parse(content).unwrap();
    let refused = importer().await.import(pack, &Options::default(), &|_| {}).await;
    let Err(ImportError::Files(files)) = refused else { panic!("{refused:?}") };
    assert!(files[0].reason.contains("configure a [matrix] account"));
}

#[test]
fn parts_are_joined_in_order_and_none_may_be_missing() {
    let part = |index: u32, shortcode: &str| {
        json!({"type": "m.room.image_pack", "state_key": format!("cats.{index:03}"), "content": {
            "images": {shortcode: {"url": "mxc://hs/a"}},
            "pack": {"display_name": format!("Cats (part {})", index + 1)},
            "fi.mau.combined_pack_key": "cats",
            "fi.mau.combined_pack_index": index,
            "fi.mau.combined_pack_count": 2,
        }})
    };
    let joined = image_pack::parse(&json!([part(1, "b"), part(0, "a")]).to_string()).unwrap();
    let codes: Vec<&str> = joined.stickers.iter().map(|s| s.shortcode.as_str()).collect();
    assert_eq!(codes, ["a", "b"]);
    assert_eq!((joined.name.as_str(), joined.titles[0].text.as_str()), ("cats", "Cats"));
    let alone = image_pack::parse(&part(0, "a").to_string()).unwrap_err().to_string();
    assert!(alone.contains("2 parts, of which 1"), "{alone}");
}

#[test]
fn what_is_no_pack_is_refused() {
    let folder = folder_with(&[("a.json", b"{}"), ("b.txt", b"hi"), ("c.json", b"[1")]);
    for name in ["a.json", "b.txt", "c.json"] {
        let refused = Source::at(&folder.path().join(name));
        assert!(matches!(refused, Err(ImportError::UnknownSource(_))), "{name}");
    }
    let missing = Source::at(&folder.path().join("missing"));
    assert!(matches!(missing, Err(ImportError::Unreadable { .. })));
    for text in ["", "null", "[]", "{\"stickers\":{}}", "{\"images\":[]}"] {
        assert!(maunium::parse(text).is_err() && image_pack::parse(text).is_err(), "{text}");
    }
    let odd = r#"{"stickers":[{"url":"https://x/y"},{"url":"mxc://hs/../etc"},5]}"#;
    assert_eq!(maunium::parse(odd).unwrap().broken.len(), 3);
}
