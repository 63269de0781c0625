//! What depends on others: on who else sends pictures, and on the homeserver.

use tessera_protocol::own_packs::StickerChange;

use super::*;
use crate::{
    clock::ManualClock, http::test_app::TestApp, packs::image::samples, random::CountingRandom,
};

/// A maker without a homeserver.
async fn maker() -> (TestApp, Maker) {
    let app = TestApp::new().await;
    let (clock, random) = (Arc::new(ManualClock::at(1)), Arc::new(CountingRandom::default()));
    let maker = Maker::new(app.storage().clone(), None, clock, random);
    (app, maker)
}

fn titled(title: &str) -> PackChange {
    PackChange { title: Some(title.to_owned()), ..PackChange::default() }
}

#[tokio::test]
async fn where_no_homeserver_takes_pictures_they_wait() {
    let (app, maker) = maker().await;
    let own = maker.create("@a:hs", &titled("Cats")).await.unwrap();
    let (revision, picture) = (own.pack().revision, samples::png(20, 20).into());
    let change = StickerChange::default();
    let added = maker.add_sticker(own, revision, picture, Treatment::default(), &change).await;
    let (own, sticker) = added.unwrap();
    assert_eq!(sticker.original(), None);
    assert_eq!(app.storage().images_to_upload().await.unwrap(), [sticker.image]);

    let removed = maker.remove_sticker(own.clone(), own.pack().revision, "sticker").await.unwrap();
    assert!(maker.stickers(&removed).await.unwrap().is_empty());
    assert!(app.storage().images_to_upload().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_picture_waits_for_its_turn_and_not_for_ever() {
    let (_app, mut maker) = maker().await;
    maker.patience.0 = Duration::ZERO;
    let turns = maker.turns.clone().acquire_many_owned(2).await.unwrap();
    let picture = || maker.picture(samples::png(20, 20).into(), Treatment::default());
    assert!(matches!(picture().await, Err(MakeError::Busy)));
    drop(turns);
    assert!(picture().await.is_ok());
}

#[tokio::test]
async fn a_zip_that_takes_long_becomes_a_pack_without_its_request() {
    let (_app, mut maker) = maker().await;
    maker.patience.1 = Duration::ZERO;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("a.png", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, &samples::png(20, 20)).unwrap();
    let zip = Bytes::from(archive.finish().unwrap().into_inner());
    assert!(maker.bring("@a:hs", zip, "Cats.zip").await.unwrap().is_none());
    // The work has the turn until it is done.
    let _turn = maker.archives.acquire().await.unwrap();
    let (packs, _) = maker.list("@a:hs").await.unwrap();
    assert_eq!(packs[0].title(), "Cats");
}

#[tokio::test]
async fn one_zip_is_read_at_a_time() {
    let (_app, maker) = maker().await;
    let turn = maker.archives.clone().try_acquire_owned().unwrap();
    let refused = maker.bring("@a:hs", Bytes::new(), "cats.zip").await;
    assert!(matches!(refused, Err(MakeError::Busy)));
    drop(turn);
    let refused = maker.bring("@a:hs", Bytes::new(), "cats.zip").await;
    assert!(matches!(refused, Err(MakeError::Zip(_))));
}

#[tokio::test]
async fn an_error_names_the_first_stickers() {
    let many: Vec<String> = (1..=25).map(|number| number.to_string()).collect();
    let few = MakeError::NoAltText(many[..2].to_vec()).to_string();
    assert!(few.ends_with(": 1, 2."), "{few}");
    let text = MakeError::NoAltText(many).to_string();
    assert!(text.ends_with(", 20, …."), "{text}");
}
