//! What storage does, on whichever engine [`fresh`] opens: `cargo xtask test` runs the whole
//! backend's suite twice.

use tessera_protocol::{own_packs::Visibility, pack::Sort};

use super::{fresh::open, *};
use crate::{
    clock::Timestamp,
    packs::{ImageId, Kind, Pack, State, Sticker, StickerImage, pack::Title},
};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn session(id: &str, user_id: &str, created: i64) -> SessionRecord {
    SessionRecord {
        session_id: id.into(),
        user_id: user_id.into(),
        created: at(created),
        expires: at(created + 1000),
    }
}

fn pack(id: &str) -> Pack {
    Pack {
        id: id.into(),
        titles: vec![Title { language: "en".into(), text: format!("Pack {id}") }],
        author: Some("Ann".into()),
        attribution: None,
        licence: "CC-BY-4.0".into(),
        source: Some("folder:x".into()),
        state: State::Published,
        tags: vec![],
        languages: vec![],
        rating: Rating::Everyone,
        is_default: true,
        position: 0,
        revision: 1,
        kind: Kind::Shared,
        owner: None,
        visibility: Visibility::Public,
        room: None,
        for_sale: false,
    }
}

fn saved(id: &str) -> Pack {
    Pack { kind: Kind::Saved, visibility: Visibility::Private, ..pack(id) }
}

/// A sticker whose image is in the database.
async fn sticker(storage: &Storage, shortcode: &str) -> Sticker {
    let bytes = shortcode.as_bytes();
    let still = storage.add_preview(&[bytes, b" preview"].concat()).await.unwrap();
    let image = StickerImage {
        id: ImageId::of(bytes),
        mimetype: "image/png".into(),
        w: 512,
        h: 256,
        size: 1000,
        animated: false,
        still,
        animation: None,
        mxc_uri: None,
    };
    storage.add_image(&image, Some(bytes)).await.unwrap();
    Sticker {
        shortcode: shortcode.into(),
        body: format!("A {shortcode}"),
        emoji: vec!["👋".into()],
        tags: vec!["hello, there".into(), "سلام".into()],
        mxc_uri: None,
        image,
    }
}

#[tokio::test]
async fn a_session_lives_until_it_expires() {
    let storage = open().await;
    let kept = session("s1", "@a:hs", 0);
    storage.add_session(b"hash", &kept).await.unwrap();
    assert_eq!(storage.session(b"hash", at(999)).await.unwrap(), Some(kept));
    assert_eq!(storage.session(b"hash", at(1000)).await.unwrap(), None);
    assert_eq!(storage.session(b"other", at(1)).await.unwrap(), None);
    assert_eq!(storage.remove_expired_sessions(at(999)).await.unwrap(), 0);
    assert_eq!(storage.remove_expired_sessions(at(1000)).await.unwrap(), 1);
}

#[tokio::test]
async fn sessions_belong_to_their_user() {
    let storage = open().await;
    storage.add_session(b"1", &session("s1", "@a:hs", 0)).await.unwrap();
    storage.add_session(b"2", &session("s2", "@a:hs", 10)).await.unwrap();
    storage.add_session(b"3", &session("s3", "@b:hs", 20)).await.unwrap();
    let found = storage.sessions_of("@a:hs", at(100)).await.unwrap();
    let ids: Vec<&str> = found.iter().map(|s| s.session_id.as_str()).collect();
    assert_eq!(ids, ["s2", "s1"]);
    assert!(!storage.remove_session("@a:hs", "s3").await.unwrap());
    assert!(storage.remove_session("@b:hs", "s3").await.unwrap());
    assert_eq!(storage.session(b"3", at(21)).await.unwrap(), None);
}

#[tokio::test]
async fn a_pack_comes_back_as_it_was_put() {
    let storage = open().await;
    let stickers = [sticker(&storage, "wave").await, sticker(&storage, "bow").await];
    storage.put_pack(&pack("cats"), &stickers, at(1)).await.unwrap();
    assert_eq!(storage.pack("cats").await.unwrap(), Some(pack("cats")));
    assert_eq!(storage.stickers("cats").await.unwrap(), stickers);
    assert_eq!(storage.pack("dogs").await.unwrap(), None);
    assert!(storage.stickers("dogs").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_pack_put_again_keeps_its_place_and_counts_up() {
    let storage = open().await;
    let wave = sticker(&storage, "wave").await;
    for id in ["b", "a"] {
        storage.put_pack(&pack(id), std::slice::from_ref(&wave), at(1)).await.unwrap();
    }
    storage.put_pack(&Pack { licence: "MIT".into(), ..pack("b") }, &[], at(6)).await.unwrap();
    let packs = storage.packs().await.unwrap();
    let seen: Vec<_> = packs.iter().map(|p| (p.id.as_str(), p.position, p.revision)).collect();
    assert_eq!(seen, [("b", 0, 2), ("a", 1, 1)]);
    assert_eq!(packs[0].licence, "MIT");
    assert!(storage.stickers("b").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_pack_with_an_unknown_image_changes_nothing() {
    let storage = open().await;
    let mut ghost = sticker(&storage, "ghost").await;
    ghost.image.id = ImageId::of(b"never kept");
    assert!(storage.put_pack(&pack("cats"), &[ghost], at(5)).await.is_err());
    assert_eq!(storage.pack("cats").await.unwrap(), None);
}

#[tokio::test]
async fn a_user_without_a_choice_has_the_default_packs() {
    let storage = open().await;
    storage.put_pack(&pack("b"), &[], at(1)).await.unwrap();
    storage.put_pack(&pack("a"), &[], at(1)).await.unwrap();
    storage.put_pack(&Pack { is_default: false, ..pack("extra") }, &[], at(1)).await.unwrap();
    let library = storage.library("@a:hs").await.unwrap();
    assert_eq!(library, [("b".to_owned(), 1), ("a".to_owned(), 1)]);
}

#[tokio::test]
async fn a_choice_is_kept_in_order_and_may_be_empty() {
    let storage = open().await;
    for id in ["a", "b", "c"] {
        storage.put_pack(&pack(id), &[], at(1)).await.unwrap();
    }
    let choice = ["c", "ghost", "a"].map(String::from);
    storage.set_library("@a:hs", &choice, at(1)).await.unwrap();
    let library = storage.library("@a:hs").await.unwrap();
    assert_eq!(library, [("c".to_owned(), 1), ("a".to_owned(), 1)]);
    assert_eq!(storage.library("@b:hs").await.unwrap().len(), 3);
    storage.set_library("@a:hs", &[], at(2)).await.unwrap();
    assert!(storage.library("@a:hs").await.unwrap().is_empty());
}

#[tokio::test]
async fn unpublished_packs_are_in_no_library() {
    let storage = open().await;
    storage.put_pack(&pack("a"), &[], at(1)).await.unwrap();
    storage.set_library("@a:hs", &["a".into()], at(0)).await.unwrap();
    assert!(storage.set_published("a", false, at(1)).await.unwrap());
    assert!(!storage.set_published("ghost", false, at(1)).await.unwrap());
    assert!(storage.library("@a:hs").await.unwrap().is_empty());
    assert!(storage.library("@b:hs").await.unwrap().is_empty());
    storage.set_published("a", true, at(2)).await.unwrap();
    assert_eq!(storage.library("@a:hs").await.unwrap(), [("a".to_owned(), 3)]);
}

#[tokio::test]
async fn an_image_put_again_keeps_its_upload() {
    let storage = open().await;
    let mut image = sticker(&storage, "wave").await.image;
    storage.set_mxc_uri(image.id, Some("mxc://hs/1")).await.unwrap();
    storage.add_image(&image, None).await.unwrap();
    image.mxc_uri = Some("mxc://hs/1".into());
    assert_eq!(storage.image(image.id).await.unwrap(), Some(image.clone()));
    assert_eq!(storage.image_bytes(image.id).await.unwrap().as_deref(), Some(&b"wave"[..]));
}

#[tokio::test]
async fn pictures_without_a_sticker_are_forgotten() {
    let storage = open().await;
    let wave = sticker(&storage, "wave").await;
    let lost = sticker(&storage, "lost").await;
    storage.put_pack(&pack("a"), std::slice::from_ref(&wave), at(0)).await.unwrap();
    assert_eq!(storage.images_to_upload().await.unwrap(), std::slice::from_ref(&wave.image));
    assert_eq!(storage.remove_unused_images().await.unwrap(), 1);
    assert_eq!(storage.image(lost.image.id).await.unwrap(), None);
    assert_eq!(storage.preview(lost.image.still).await.unwrap(), None);
    assert!(storage.preview(wave.image.still).await.unwrap().is_some());
}

#[tokio::test]
async fn a_removed_pack_leaves_libraries() {
    let storage = open().await;
    storage.put_pack(&pack("a"), &[], at(0)).await.unwrap();
    storage.set_library("@a:hs", &["a".into()], at(0)).await.unwrap();
    assert!(storage.remove_pack("a").await.unwrap());
    assert!(!storage.remove_pack("a").await.unwrap());
    assert!(storage.library("@a:hs").await.unwrap().is_empty());
}

/// Walks the schema, so that a new column cannot be forgotten where personal data is described.
#[tokio::test]
async fn every_column_is_described() {
    let storage = open().await;
    let columns = storage.columns().await.unwrap();
    let described: Vec<(String, String)> =
        SCHEMA.iter().map(|column| (column.table.to_owned(), column.name.to_owned())).collect();
    let mut missing = columns.clone();
    missing.retain(|column| !described.contains(column));
    assert!(missing.is_empty(), "not described in storage/schema.rs: {missing:?}");
    let mut stale = described.clone();
    stale.retain(|column| !columns.contains(column));
    assert!(stale.is_empty(), "described but not in the schema: {stale:?}");
}

#[tokio::test]
async fn a_pack_that_comes_again_is_another_version() {
    let storage = open().await;
    storage.put_pack(&pack("a"), &[], at(1)).await.unwrap();
    let before = storage.library("@a:hs").await.unwrap();
    storage.remove_pack("a").await.unwrap();
    storage.put_pack(&pack("a"), &[], at(2)).await.unwrap();
    assert_ne!(storage.library("@a:hs").await.unwrap(), before);
}

#[tokio::test]
async fn an_added_pack_follows_the_defaults_also_hidden_ones() {
    let storage = open().await;
    for id in ["b", "a", "new"] {
        storage.put_pack(&Pack { is_default: id != "new", ..pack(id) }, &[], at(1)).await.unwrap();
    }
    storage.set_published("b", false, at(2)).await.unwrap();
    storage.enable_pack("@a:hs", "new", at(3)).await.unwrap();
    storage.enable_pack("@a:hs", "new", at(3)).await.unwrap();
    storage.set_published("b", true, at(4)).await.unwrap();
    let ids: Vec<String> =
        storage.library("@a:hs").await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["b", "a", "new"]);
    assert!(!storage.disable_pack("@b:hs", "ghost", at(5)).await.unwrap());
    storage.put_pack(&pack("later"), &[], at(6)).await.unwrap();
    let others = storage.library("@b:hs").await.unwrap();
    assert!(others.iter().any(|(id, _)| id == "later"), "still a user without a choice");
}

#[tokio::test]
async fn an_erased_user_leaves_nothing() {
    let storage = open().await;
    let (mine, shared) = (sticker(&storage, "mine").await, sticker(&storage, "shared").await);
    storage.put_pack(&pack("a"), std::slice::from_ref(&shared), at(1)).await.unwrap();
    let own = Pack { owner: Some("@a:hs".into()), is_default: false, ..saved("own") };
    storage.put_pack(&own, &[mine.clone(), shared.clone()], at(1)).await.unwrap();
    for (number, user) in ["@a:hs", "@b:hs"].into_iter().enumerate() {
        storage.enable_pack(user, "own", at(2)).await.unwrap();
        let session = session(&format!("s{number}"), user, 0);
        storage.add_session(&[u8::try_from(number).unwrap()], &session).await.unwrap();
    }
    storage.erase_user("@a:hs").await.unwrap();
    assert!(storage.sessions_of("@a:hs", at(1)).await.unwrap().is_empty());
    assert_eq!(storage.pack("own").await.unwrap(), None);
    assert_eq!(storage.library("@a:hs").await.unwrap(), [("a".to_owned(), 1)], "the default");
    assert_eq!(storage.image(mine.image.id).await.unwrap(), None);
    assert_eq!(storage.preview(mine.image.still).await.unwrap(), None);
    assert!(storage.image(shared.image.id).await.unwrap().is_some());
    assert_eq!(storage.sessions_of("@b:hs", at(1)).await.unwrap().len(), 1);
}

/// The one statement for many says what the statements for one say.
#[tokio::test]
async fn it_is_the_session_and_the_library() {
    let storage = open().await;
    for id in ["a", "b", "c"] {
        storage.put_pack(&pack(id), &[], at(1)).await.unwrap();
    }
    let hidden = Pack { state: State::Withdrawn, ..pack("hidden") };
    storage.put_pack(&hidden, &[], at(1)).await.unwrap();
    let optional = Pack { is_default: false, ..pack("optional") };
    storage.put_pack(&optional, &[], at(1)).await.unwrap();
    let of_b = Pack { owner: Some("@b:hs".into()), ..saved("own") };
    storage.put_pack(&of_b, &[], at(1)).await.unwrap();
    let down = State::TakenDown { reason: "stolen".into() };
    for (id, visibility, state) in [
        ("made-private", Visibility::Private, State::Published),
        ("made-link", Visibility::Link, State::Published),
        ("made-server", Visibility::Server, State::Published),
        ("made-public", Visibility::Public, State::Published),
        ("made-draft", Visibility::Public, State::Draft),
        ("made-down", Visibility::Public, down),
    ] {
        let owner = Some("@a:hs".to_owned());
        let made = Pack { kind: Kind::Made, owner, visibility, state, ..pack(id) };
        storage.put_pack(&made, &[], at(1)).await.unwrap();
    }
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let made =
        ["made-private", "made-link", "made-server", "made-public", "made-draft", "made-down"];
    let with_made = |first: &[&str]| ids(&[first, &made[..]].concat());
    let of_a = with_made(&["optional", "b", "hidden", "own"]);
    storage.set_library("@a:hs", &of_a, at(1)).await.unwrap();
    storage.set_library("@b:hs", &with_made(&["own", "c"]), at(1)).await.unwrap();
    storage.set_library("@e:elsewhere", &with_made(&[]), at(1)).await.unwrap();
    storage.set_library("@c:hs", &[], at(1)).await.unwrap();
    let users = ["@a:hs", "@b:hs", "@c:hs", "@d:hs", "@e:elsewhere"];
    for (n, user_id) in (0_u8..).zip(users) {
        storage.add_session(&[n; 32], &session(user_id, user_id, 0)).await.unwrap();
    }
    // More than one batch, and strangers among them.
    let questions = (0..100_u8).map(|n| storage.session_and_library([n % 6; 32], at(999)));
    let answers = futures_util::future::join_all(questions).await;
    for (n, answer) in answers.into_iter().enumerate() {
        let answer = answer.unwrap();
        let Some(user_id) = users.get(n % 6) else {
            assert_eq!(answer, None);
            continue;
        };
        let library = storage.library(user_id).await.unwrap();
        assert_eq!(
            answer,
            Some(SessionAndLibrary { session: session(user_id, user_id, 0), library })
        );
    }
    for (n, has) in [
        (0, &["optional", "b", made[0], made[1], made[2], made[3], made[4]][..]),
        (1, &["own", "c", made[1], made[2], made[3]]),
        (4, &[made[1], made[3]]),
    ] {
        let found = storage.session_and_library([n; 32], at(1)).await.unwrap().unwrap();
        let ids: Vec<&str> = found.library.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, has);
    }
    assert_eq!(
        storage.session_and_library([0; 32], at(1000)).await.unwrap(),
        None,
        "it has expired"
    );
}

#[tokio::test]
async fn packs_that_were_kept_without_words_get_theirs() {
    let storage = open().await;
    let stickers = [sticker(&storage, "wave").await];
    storage.put_pack(&pack("a"), &stickers, at(1)).await.unwrap();
    let words = ["wave".to_owned()];
    let wanted =
        Wanted { user_id: "@a:hs", words: &words, for_everyone: false, paid: None, without: &[] };
    assert_eq!(storage.catalogue_size(wanted).await.unwrap(), 1);
    on!(storage, pool => sqlx::query("DELETE FROM pack_words").execute(pool).await.unwrap().rows_affected());
    assert_eq!(storage.catalogue_size(wanted).await.unwrap(), 0);
    storage.find_words().await.unwrap();
    assert_eq!(storage.catalogue_size(wanted).await.unwrap(), 1);
    let found = storage.catalogue(wanted, Sort::Catalogue, 0, 10).await.unwrap();
    assert_eq!(found.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>(), ["a"]);
    let cover = &storage.covers(&found, 5).await.unwrap()["a"];
    assert_eq!((cover.stickers, cover.covers.len()), (1, 1));
    storage.remove_pack("a").await.unwrap();
    assert_eq!(storage.catalogue_size(wanted).await.unwrap(), 0);
}
