//! What cannot be done, and what pictures become.

use tessera_protocol::limits;

use super::*;
use crate::packs::{ImageId, Kind};

#[tokio::test]
async fn a_pack_says_what_its_maker_says() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let body = json!({"title": " Katzen\u{202e} ", "language": "de", "author": "Ann",
        "licence": "Apache 2.0", "tags": ["Tiere", "tiere"], "languages": ["en"]});
    let pack = app.post_as(MINE, &token, &body).await;
    assert!(pack.header("etag").is_some());
    let pack = pack.json();
    assert_eq!(pack["pack"]["titles"], json!([{"language": "de", "text": "Katzen"}]));
    assert_eq!(pack["pack"]["licence"], "Apache-2.0");
    assert_eq!(pack["pack"]["tags"], json!(["tiere"]));
    assert_eq!((&pack["state"], &pack["visibility"]), (&json!("draft"), &json!("private")));
    assert_eq!(pack["pack"]["position"], 0, "it is in the library");
    let id = pack["pack"]["id"].as_str().unwrap();
    assert!(id.len() > 32 && limits::is_pack_id(id), "nobody guesses {id}");

    let making = Making { app, token, id: id.to_owned() };
    let change = json!({"author": "", "attribution": "After Bob", "rating": "mature"});
    let changed = making.change("PATCH", "", &change).await.json();
    assert_eq!(changed["pack"].get("author"), None);
    assert_eq!(changed["pack"]["attribution"], "After Bob");
    assert_eq!(changed["pack"]["titles"][0]["text"], "Katzen", "what is absent stays");
    assert_eq!(changed["languages"], json!(["en"]));
    let listed = making.app.get_as(MINE, &making.token).await.json();
    assert_eq!(listed["packs"], json!([changed]));
}

#[tokio::test]
async fn texts_that_are_wrong_are_refused_by_what_is_wrong() {
    let making = Making::new("private").await;
    making.add("wave", 20).await;
    let long = "x".repeat(501);
    for (body, errcode, words) in [
        (json!({"title": " "}), "M_INVALID_PARAM", "a title"),
        (json!({"title": long}), "M_INVALID_PARAM", "200 characters"),
        (json!({"title": "x", "language": "en us"}), "M_INVALID_PARAM", "no language tag"),
        (json!({"title": "x", "languages": ["?"]}), "M_INVALID_PARAM", "no language tag"),
        (json!({"title": "x", "tags": [long]}), "M_INVALID_PARAM", "tag"),
        (json!({"title": "x", "visibility": "all"}), "M_BAD_JSON", "visibility"),
        (json!({"title": "x", "owner": "@b:hs"}), "M_BAD_JSON", "owner"),
    ] {
        let begun = making.app.post_as(MINE, &making.token, &body).await;
        assert_refused(&begun, 400, errcode, "");
        assert_refused(&making.change("PATCH", "", &body).await, 400, errcode, words);
    }
    let untitled = making.app.post_as(MINE, &making.token, &json!({})).await;
    assert_refused(&untitled, 400, "M_INVALID_PARAM", "a title");
    making.add("bow", 30).await;
    for (body, words) in [
        (json!({"shortcode": "a b"}), "A shortcode is"),
        (json!({"shortcode": "bow"}), "\\\"bow\\\" already"),
        (json!({"body": long}), "500 characters"),
        (json!({"emoji": vec!["a"; 2], "tags": [long]}), "tags"),
    ] {
        let refused = making.change("PATCH", "/stickers/wave", &body).await;
        assert_refused(&refused, 400, "M_INVALID_PARAM", words);
    }
    for stickers in [json!(["wave"]), json!(["wave", "wave"]), json!(["wave", "ghost"])] {
        let refused = making.change("PUT", "/order", &json!({"stickers": stickers})).await;
        assert_refused(&refused, 400, "M_INVALID_PARAM", "each sticker");
    }
    for method in ["PATCH", "DELETE"] {
        let ghost = making.change(method, "/stickers/ghost", &json!({})).await;
        assert_refused(&ghost, 404, "M_NOT_FOUND", "ghost");
    }
    let renamed = making.change("PATCH", "/stickers/wave", &json!({"shortcode": "order"})).await;
    assert_eq!(renamed.status(), 200);
    assert_eq!(making.shortcodes().await, ["order", "bow"]);
}

#[tokio::test]
async fn of_two_changes_of_one_revision_the_first_counts() {
    let making = Making::new("private").await;
    making.add("wave", 20).await;
    let stale = (making.revision().await - 1).to_string();
    for (method, rest, body) in [
        ("PATCH", "", json!({"title": "x"}).to_string()),
        ("POST", "/submit", String::new()),
        ("POST", "/withdraw", String::new()),
        ("PUT", "/order", json!({"stickers": ["wave"]}).to_string()),
        ("POST", "/stickers", "no picture".to_owned()),
        ("PATCH", "/stickers/wave", json!({"body": "x"}).to_string()),
        ("DELETE", "/stickers/wave", String::new()),
        ("PUT", "/stickers/wave/picture", "no picture".to_owned()),
    ] {
        let send = async |headers: &[(&str, &str)]| {
            let body = Body::from(body.clone());
            making.app.request(method, &making.path(rest), &making.token, headers, body).await
        };
        let refused = send(&[("if-match", &stale)]).await;
        assert_refused(&refused, 409, "TESSERA_CONFLICT", "changed meanwhile");
        assert_refused(&send(&[]).await, 400, "M_INVALID_PARAM", "If-Match");
        assert_refused(&send(&[("if-match", "*")]).await, 400, "M_INVALID_PARAM", "If-Match");
    }
    let pack = making.app.storage().pack(&making.id).await.unwrap().unwrap();
    let stickers = making.app.storage().stickers(&making.id).await.unwrap();
    let change =
        || making.app.storage().change_pack(&pack, &stickers, pack.revision, making.app.now());
    let (first, second) = tokio::join!(change(), change());
    assert_ne!(first.unwrap(), second.unwrap());
}

#[tokio::test]
async fn nobody_gets_near_it_without_signing_in() {
    let making = Making::new("public").await;
    making.publish().await;
    for (method, rest) in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/submit"),
        ("POST", "/withdraw"),
        ("PUT", "/order"),
        ("POST", "/stickers"),
        ("PATCH", "/stickers/wave"),
        ("DELETE", "/stickers/wave"),
        ("PUT", "/stickers/wave/picture"),
    ] {
        let path = making.path(rest);
        let answer = making.app.request(method, &path, "", &[], Body::from("{}")).await;
        assert_eq!(answer.errcode(), "M_MISSING_TOKEN", "{method} {rest}");
    }
    assert_eq!(making.app.get(MINE).await.errcode(), "M_MISSING_TOKEN");
    assert_eq!(making.app.post(MINE, &json!({"title": "x"})).await.errcode(), "M_MISSING_TOKEN");
    let import = making.app.post(&format!("{MINE}/import"), &json!({})).await;
    assert_eq!(import.errcode(), "M_MISSING_TOKEN");
}

#[tokio::test]
async fn a_saved_pack_is_not_one_that_was_made() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let body = json!({"room_id": "!room:hs", "state_key": "cats", "content": {
        "images": {"bow": {"url": "mxc://hs/bow"}}, "pack": {"display_name": "Cats"}}});
    let saved = app.post_as("/api/v1/library/packs", &token, &body).await.json();
    let id = saved["id"].as_str().unwrap().to_owned();
    assert_eq!(app.get_as(&format!("{MINE}/{id}"), &token).await.status(), 404);
    assert_eq!(app.get_as(MINE, &token).await.json()["packs"], json!([]));
    let listed = app.get_as("/api/v1/packs", &token).await.json();
    assert_eq!(listed["packs"][0]["own"], true);
    let path = format!("/api/v1/library/packs/{id}");
    assert_eq!(app.delete_as(&path, &token).await.status(), 204);
    assert_eq!(app.storage().pack(&id).await.unwrap(), None, "it vanishes");
}

#[tokio::test]
async fn pictures_are_cut_rimmed_and_made_small() {
    let making = Making::new("private").await;
    for (query, size, mimetype) in [
        ("body=As%20it%20is", (200, 100), "image/png"),
        ("crop=0,0,100,100", (100, 100), "image/webp"),
        ("edge=64", (64, 32), "image/webp"),
        ("outline=true&edge=512", (216, 116), "image/webp"),
    ] {
        let picture = samples::png(200, 100);
        let added = making.send("POST", &format!("/stickers?{query}"), picture).await.json();
        let sticker = &added["sticker"];
        assert_eq!((&sticker["w"], &sticker["h"]), (&json!(size.0), &json!(size.1)), "{query}");
        assert_eq!((&sticker["mimetype"], &sticker["uploaded"]), (&json!(mimetype), &json!(true)));
    }
    assert_eq!(making.shortcodes().await, ["As_it_is", "sticker", "sticker_2", "sticker_3"]);
    let gif = making.send("POST", "/stickers?crop=0,0,20,20", samples::gif(30, 20, 3)).await.json();
    assert!(gif["sticker"]["animation"].is_string(), "{gif}");
    let image = ImageId::of(&samples::png(200, 100));
    assert!(making.app.storage().image_bytes(image).await.unwrap().is_some());
    assert_eq!(making.app.media().uploads().len(), 5);
    let listed = making.app.get_as(MINE, &making.token).await.json();
    assert!(listed["bytes"].as_u64().unwrap() > 500, "{listed}");
}

#[tokio::test]
async fn a_sticker_gets_another_picture_and_keeps_its_texts_and_place() {
    let making = Making::new("public").await;
    making.add("bow", 30).await;
    making.publish().await;
    let path = "/stickers/bow/picture";
    let refused = making.send("PUT", path, "no picture").await;
    assert_refused(&refused, 400, "M_INVALID_PARAM", "no PNG");
    let ghost = making.send("PUT", "/stickers/ghost/picture", samples::png(40, 40)).await;
    assert_refused(&ghost, 404, "M_NOT_FOUND", "ghost");
    let query = format!("{path}?crop=0,0,40,10");
    let changed = making.send("PUT", &query, samples::png(40, 40)).await.json();
    assert_eq!(changed["sticker"]["body"], "A bow");
    assert_eq!((&changed["sticker"]["w"], &changed["sticker"]["h"]), (&json!(40), &json!(10)));
    assert_eq!(
        (&changed["state"], &changed["sticker"]["uploaded"]),
        (&json!("draft"), &json!(true))
    );
    assert_eq!(making.shortcodes().await, ["bow", "wave"]);
    let before = ImageId::of(&samples::png(30, 30));
    assert_eq!(making.app.storage().image(before).await.unwrap(), None, "it is forgotten");
}

#[tokio::test]
async fn pictures_that_cannot_be_taken_are_refused_with_the_reason() {
    let making = Making::new("private").await;
    for (query, bytes, words) in [
        ("", b"<svg/>".to_vec(), "SVG is refused"),
        ("", Vec::new(), "empty"),
        ("", samples::png(30, 30)[..60].to_vec(), "PNG"),
        ("crop=0,0,9", samples::png(30, 30), "four numbers"),
        ("crop=0,0,9,-9", samples::png(30, 30), "four numbers"),
        ("crop=25,0,9,9", samples::png(30, 30), "30 × 30"),
        ("edge=9", samples::png(30, 30), "64 to 1024"),
        ("shortcode=a%20b", samples::png(30, 30), "A shortcode is"),
    ] {
        let refused = making.send("POST", &format!("/stickers?{query}"), bytes).await;
        assert_refused(&refused, 400, "M_INVALID_PARAM", words);
    }
    let large = making.send("POST", "/stickers", vec![0; 10 * 1024 * 1024 + 1]).await;
    assert_refused(&large, 413, "M_TOO_LARGE", "too large");
    assert!(making.shortcodes().await.is_empty());
}

#[tokio::test]
async fn there_is_an_end_to_packs_stickers_and_bytes() {
    let making = Making::new("private").await;
    making.add("wave", 20).await;
    let (app, storage) = (&making.app, making.app.storage());
    for number in 1..limits::MADE_PACKS {
        let begun = app.post_as(MINE, &making.token, &json!({"title": number.to_string()})).await;
        assert_eq!(begun.status(), 201);
    }
    let one_more = app.post_as(MINE, &making.token, &json!({"title": "x"})).await;
    assert_refused(&one_more, 403, "TESSERA_QUOTA_EXCEEDED", "Delete one");
    let other = app.sign_in("@b:hs").await;
    assert_eq!(app.post_as(MINE, &other, &json!({"title": "x"})).await.status(), 201);

    let pack = storage.pack(&making.id).await.unwrap().unwrap();
    let one = storage.stickers(&making.id).await.unwrap().remove(0);
    let numbered =
        |number| crate::packs::Sticker { shortcode: format!("s{number}"), ..one.clone() };
    let full: Vec<_> = (0..limits::STICKERS_PER_PACK).map(numbered).collect();
    storage.put_pack(&pack, &full, app.now()).await.unwrap();
    let one_more = making.send("POST", "/stickers", samples::png(30, 30)).await;
    assert_refused(&one_more, 403, "TESSERA_QUOTA_EXCEEDED", "500 stickers");

    let mut image = one.image.clone();
    image.id = ImageId::of(b"large");
    image.size = u32::try_from(limits::MADE_BYTES).unwrap();
    storage.add_image(&image, Some(b"large")).await.unwrap();
    let large = crate::packs::Sticker { image, ..one };
    storage.put_pack(&pack, &[large], app.now()).await.unwrap();
    assert_eq!(storage.made_bytes("@a:hs").await.unwrap(), limits::MADE_BYTES);
    let one_more = making.send("POST", "/stickers", samples::png(30, 30)).await;
    assert_refused(&one_more, 403, "TESSERA_QUOTA_EXCEEDED", "128 MiB");
    assert_eq!(storage.packs_of("@a:hs", Kind::Made).await.unwrap().len(), limits::MADE_PACKS);
    assert!(storage.packs_of("@a:hs", Kind::Saved).await.unwrap().is_empty());
}
