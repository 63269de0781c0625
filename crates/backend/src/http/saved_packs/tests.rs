use std::time::Duration;

use serde_json::{Value, json};
use tessera_protocol::{
    library::{Pack, PackLine, Source},
    limits,
};

use crate::{
    http::test_app::{Answer, TestApp},
    matrix::fake_media::picture,
    packs::{ImageId, Kind, saving::Saver},
};

const PATH: &str = "/api/v1/library/packs";

/// A request to save a pack of these pictures.
fn cats(names: &[&str]) -> Value {
    let images: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({"url": format!("mxc://hs/{name}")})))
        .collect();
    json!({
        "room_id": "!room:hs", "state_key": "our cats", "via": ["hs", "b.example:8448"],
        "public": true, "content": {"images": images, "pack": {"display_name": "Cats"}},
    })
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

fn pack(answer: &Answer) -> Pack {
    assert_eq!(answer.status(), 201, "{}", String::from_utf8_lossy(answer.body()));
    Pack::from_line(&serde_json::from_value(answer.json()).unwrap()).unwrap()
}

fn shortcodes(pack: &Pack) -> Vec<&str> {
    pack.stickers.iter().map(|sticker| sticker.shortcode.as_str()).collect()
}

/// Ids of the packs in a user's library.
async fn library(app: &TestApp, token: &str) -> Vec<String> {
    let body = app.get_as("/api/v1/library", token).await;
    let text = std::str::from_utf8(body.body()).unwrap().to_owned();
    text.lines().map(|line| serde_json::from_str::<PackLine>(line).unwrap().id).collect()
}

fn assert_refused(answer: &Answer, status: u16, errcode: &str, words: &str) {
    let text = answer.json()["error"].as_str().unwrap_or_default().to_owned();
    assert_eq!((answer.status(), answer.errcode().as_str()), (status, errcode), "{text}");
    assert!(text.contains(words), "{text}");
}

#[tokio::test]
async fn a_rooms_pack_joins_the_library_and_keeps_its_originals() {
    let app = TestApp::new().await;
    app.add_pack("starter", &["wave"]).await;
    let token = app.sign_in("@a:hs").await;
    let saved = pack(&app.post_as(PATH, &token, &cats(&["bow", "nod"])).await);
    assert_eq!((saved.title("en"), shortcodes(&saved)), ("Cats", vec!["bow", "nod"]));
    assert_eq!(saved.stickers[0].url, "mxc://hs/bow");
    let via = ["hs", "b.example:8448"].map(String::from).into();
    let source = Source { room_id: "!room:hs".into(), via, state_key: "our cats".into() };
    assert_eq!(saved.source, Some(source));
    assert_eq!(library(&app, &token).await, ["starter", &saved.id], "the defaults stay");

    let image = ImageId::of(&picture("bow"));
    assert!(app.storage().image(image).await.unwrap().is_some());
    assert_eq!(app.storage().image_bytes(image).await.unwrap(), None, "the room has it");
    assert!(app.storage().images_to_upload().await.unwrap().is_empty());
    let preview = format!("/previews/{}.webp", saved.stickers[0].still);
    assert_eq!(app.get(&preview).await.status(), 200);
}

#[tokio::test]
async fn saving_again_updates_in_place_and_fetches_what_is_new() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let first = pack(&app.post_as(PATH, &token, &cats(&["bow", "nod"])).await);
    assert_eq!(app.media().downloads(), ["bow", "nod"]);
    let again = pack(&app.post_as(PATH, &token, &cats(&["bow", "nod"])).await);
    assert_eq!((&again, app.media().downloads().len()), (&first, 0));
    let etag = app.get_as("/api/v1/library", &token).await.header("etag").unwrap().to_owned();

    let updated = pack(&app.post_as(PATH, &token, &cats(&["bow", "wink"])).await);
    assert_eq!((updated.id.as_str(), shortcodes(&updated)), (&*first.id, vec!["bow", "wink"]));
    assert_eq!(app.media().downloads(), ["wink"]);
    assert_eq!(library(&app, &token).await, [updated.id]);
    let now = app.get_with("/api/v1/library", &token, &[("if-none-match", &etag)]).await;
    assert_eq!(now.status(), 200);
    let gone = ImageId::of(&picture("nod"));
    assert_eq!(app.storage().image(gone).await.unwrap(), None, "nobody uses it any more");
}

#[tokio::test]
async fn only_public_rooms_are_named() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let private = with(cats(&["bow"]), "public", json!(false));
    let answer = app.post_as(PATH, &token, &private).await;
    assert_eq!(answer.json().get("source"), None);
    let kept = app.storage().pack(&pack(&answer).id).await.unwrap().unwrap();
    assert!(!format!("{kept:?}").contains("!room"), "{kept:?}");
    let opened = pack(&app.post_as(PATH, &token, &cats(&["bow"])).await);
    assert_eq!((&opened.id, opened.source.is_some()), (&kept.id, true));
}

#[tokio::test]
async fn nobody_else_sees_a_saved_pack() {
    let app = TestApp::new().await;
    let (ann, bob) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
    let saved = pack(&app.post_as(PATH, &ann, &cats(&["bow"])).await).id;
    let packs = |token: String| {
        let app = &app;
        async move { app.get_as("/api/v1/packs", &token).await.json()["packs"].clone() }
    };
    assert_eq!(packs(bob.clone()).await, json!([]));
    let own = packs(ann.clone()).await;
    assert_eq!((&own[0]["id"], &own[0]["own"]), (&json!(saved), &json!(true)));

    app.put_as("/api/v1/library", &bob, &json!({"packs": [saved]})).await;
    assert!(library(&app, &bob).await.is_empty());
    let path = format!("{PATH}/{saved}");
    assert_eq!(app.delete_as(&path, &bob).await.errcode(), "M_NOT_FOUND");
    assert_eq!(library(&app, &ann).await, std::slice::from_ref(&saved));

    let bobs = pack(&app.post_as(PATH, &bob, &cats(&["nod"])).await).id;
    assert_ne!(bobs, saved);
    assert_eq!(library(&app, &ann).await, [saved]);
}

#[tokio::test]
async fn anothers_picture_does_not_say_where_mine_is() {
    let app = TestApp::new().await;
    let (ann, bob) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
    let elsewhere = cats(&["bow"]).to_string().replace("mxc://hs/", "mxc://elsewhere/");
    pack(&app.post_as(PATH, &ann, &serde_json::from_str(&elsewhere).unwrap()).await);
    let mine = pack(&app.post_as(PATH, &bob, &cats(&["bow"])).await);
    assert_eq!(mine.stickers[0].url, "mxc://hs/bow");
}

#[tokio::test]
async fn what_held_metadata_is_uploaded_without() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let saved = pack(&app.post_as(PATH, &token, &cats(&["dirty"])).await);
    assert_eq!(saved.stickers[0].url, "mxc://operator/1");
    assert_eq!(app.media().uploads(), [picture("dirty")]);
    let again = pack(&app.post_as(PATH, &token, &cats(&["dirty"])).await);
    assert_eq!((again, app.media().uploads().len()), (saved, 1));
}

#[tokio::test]
async fn a_pack_is_taken_out_and_a_saved_one_is_deleted() {
    let app = TestApp::new().await;
    app.add_pack("cats", &["wave"]).await;
    app.add_pack("dogs", &["bark"]).await;
    let (token, other) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
    let saved = pack(&app.post_as(PATH, &token, &cats(&["bow", "nod"])).await).id;
    app.post_as(PATH, &other, &cats(&["nod"])).await;
    for (id, left) in [("cats", vec!["dogs", &saved]), (&saved, vec!["dogs"])] {
        let path = format!("{PATH}/{id}");
        assert_eq!(app.delete_as(&path, &token).await.status(), 204);
        assert_eq!(app.delete_as(&path, &token).await.errcode(), "M_NOT_FOUND");
        assert_eq!(library(&app, &token).await, left);
    }
    assert!(app.storage().pack("cats").await.unwrap().is_some(), "the operator's stays");
    assert_eq!(app.storage().pack(&saved).await.unwrap(), None);
    let image = |name| app.storage().image(ImageId::of(&picture(name)));
    assert_eq!(image("bow").await.unwrap(), None);
    assert!(image("nod").await.unwrap().is_some(), "another user has it too");
    assert_eq!(app.delete_as(&format!("{PATH}/ghost"), &token).await.status(), 404);
    assert_eq!(app.delete_as(&format!("{PATH}/cats"), "").await.errcode(), "M_MISSING_TOKEN");
}

#[tokio::test]
async fn a_pack_left_out_of_a_choice_comes_back_when_it_is_saved_again() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let saved = pack(&app.post_as(PATH, &token, &cats(&["bow"])).await).id;
    app.put_as("/api/v1/library", &token, &json!({"packs": []})).await;
    assert!(library(&app, &token).await.is_empty());
    assert!(app.get_as("/api/v1/packs", &token).await.json()["packs"][0]["position"].is_null());
    pack(&app.post_as(PATH, &token, &cats(&["bow"])).await);
    assert_eq!(library(&app, &token).await, [saved]);
}

#[tokio::test]
async fn stickers_that_cannot_be_had_are_left_out() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let mut body = cats(&["bow", "lost", "drawing", "broken"]);
    body["content"]["images"]["web"] = json!({"url": "https://hs/picture.png"});
    body["content"]["images"]["none"] = json!(5);
    let saved = pack(&app.post_as(PATH, &token, &body).await);
    assert_eq!(shortcodes(&saved), ["bow"]);
}

#[tokio::test]
async fn bad_bodies_are_refused_by_what_is_wrong() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let good = cats(&["bow"]);
    let many: Vec<String> = (0..=limits::STICKERS_PER_PACK).map(|n| format!("s{n}")).collect();
    let many = cats(&many.iter().map(String::as_str).collect::<Vec<_>>());
    let servers: Vec<String> = (0..=limits::VIA).map(|n| format!("s{n}.example")).collect();
    let mut not_mxc = good.clone();
    not_mxc["content"]["images"]["bow"]["url"] = json!("https://hs/bow.png");
    let cases = [
        (with(good.clone(), "room_id", json!(5)), "M_BAD_JSON", "integer"),
        (with(good.clone(), "room_id", json!("#room:hs")), "M_INVALID_PARAM", "`room_id`"),
        (with(good.clone(), "room_id", json!("!a b:hs")), "M_INVALID_PARAM", "`room_id`"),
        (with(good.clone(), "state_key", json!("a\nb")), "M_INVALID_PARAM", "`state_key`"),
        (with(good.clone(), "state_key", json!("x".repeat(256))), "M_INVALID_PARAM", "`state_key`"),
        (with(good.clone(), "via", json!(["a,b"])), "M_INVALID_PARAM", "`via`"),
        (with(good.clone(), "via", json!(servers)), "M_INVALID_PARAM", "`via`"),
        (with(good.clone(), "content", json!({})), "M_INVALID_PARAM", "no `images`"),
        (with(good.clone(), "content", json!({"images": {}})), "M_INVALID_PARAM", "no sticker"),
        (many, "M_INVALID_PARAM", "500 are allowed"),
        (not_mxc, "M_INVALID_PARAM", "not an mxc:// URI"),
        (cats(&["drawing"]), "M_INVALID_PARAM", "SVG is refused"),
        (cats(&["lost"]), "M_INVALID_PARAM", "does not have"),
    ];
    for (body, errcode, words) in cases {
        assert_refused(&app.post_as(PATH, &token, &body).await, 400, errcode, words);
    }
    assert_eq!(app.post(PATH, &good).await.errcode(), "M_MISSING_TOKEN");
    let padded = |length| with(good.clone(), "padding", json!("x".repeat(length)));
    assert_refused(&app.post_as(PATH, &token, &padded(140_000)).await, 413, "M_TOO_LARGE", "large");
    assert!(app.storage().packs_of("@a:hs", Kind::Saved).await.unwrap().is_empty());
    assert_eq!(app.post_as(PATH, &token, &padded(65_000)).await.status(), 201);
}

#[tokio::test]
async fn a_homeserver_that_fails_changes_nothing() {
    let app = TestApp::new().await;
    app.add_pack("starter", &["wave"]).await;
    let token = app.sign_in("@a:hs").await;
    for names in [&["unreachable", "bow"][..], &["broken"]] {
        let refused = app.post_as(PATH, &token, &cats(names)).await;
        assert_refused(&refused, 502, "TESSERA_HOMESERVER_UNREACHABLE", "Try again later");
    }
    assert_eq!(library(&app, &token).await, ["starter"]);
    assert!(app.storage().packs_of("@a:hs", Kind::Saved).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_has_so_many_packs_and_no_more() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    for number in 0..limits::SAVED_PACKS {
        let body = with(cats(&["bow"]), "state_key", json!(number.to_string()));
        assert_eq!(app.post_as(PATH, &token, &body).await.status(), 201);
    }
    let one_more = app.post_as(PATH, &token, &cats(&["bow"])).await;
    assert_refused(&one_more, 403, "TESSERA_QUOTA_EXCEEDED", "Remove one");
    let known = with(cats(&["nod"]), "state_key", json!("0"));
    assert_eq!(app.post_as(PATH, &token, &known).await.status(), 201, "updates are no more");
}

#[tokio::test]
async fn a_slow_pack_goes_on_and_another_waits() {
    let none = Duration::ZERO;
    let app = TestApp::with_saver(|saver| saver.with_patience(none, Duration::MAX)).await;
    let token = app.sign_in("@a:hs").await;
    assert_eq!(app.post_as(PATH, &token, &cats(&["slow"])).await.status(), 202);
    let busy = app.post_as(PATH, &token, &cats(&["bow"])).await;
    assert_refused(&busy, 429, "M_LIMIT_EXCEEDED", "another pack");
    assert!(busy.header("retry-after").is_some());
    app.media().slow.add_permits(1);
    while library(&app, &token).await.is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_pack_that_takes_too_long_is_given_up() {
    // Long enough to come to the file, which never comes: to be given up within a statement would
    // cost the test its database, which lives in one connection.
    let (long, short) = (Duration::MAX, Duration::from_secs(1));
    let app = TestApp::with_saver(|saver| saver.with_patience(long, short)).await;
    let token = app.sign_in("@a:hs").await;
    for _ in 0..2 {
        let refused = app.post_as(PATH, &token, &cats(&["slow"])).await;
        assert_refused(&refused, 502, "TESSERA_HOMESERVER_UNREACHABLE", "too long");
    }
}

#[tokio::test]
async fn without_an_account_nothing_can_be_fetched() {
    let storage = crate::storage::fresh::open().await;
    let clock = std::sync::Arc::new(crate::clock::ManualClock::at(1));
    let app = TestApp::with_saver(|_| Saver::new(storage, None, clock)).await;
    let token = app.sign_in("@a:hs").await;
    let refused = app.post_as(PATH, &token, &cats(&["bow"])).await;
    assert_refused(&refused, 502, "TESSERA_HOMESERVER_UNREACHABLE", "[matrix]");
}
