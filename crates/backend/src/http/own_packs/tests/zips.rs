//! Zips that become packs.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

async fn import(app: &TestApp, token: &str, zip: Vec<u8>) -> Answer {
    app.request("POST", &format!("{MINE}/import?name=cats.zip"), token, &[], Body::from(zip)).await
}

#[tokio::test]
async fn a_zip_becomes_a_draft_and_says_what_is_left_out() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    let toml = "author = \"Ann\"\nid = \"starter\"\n[titles]\nen = \"Cats\"\n\
        [[stickers]]\nfile = \"a.png\"\nbody = \"A cat\"\nemoji = [\"🐈\"]\n\
        [[stickers]]\nfile = \"IMG_1.png\"\n[[stickers]]\nfile = \"c.svg\"\n";
    let (first, second) = (samples::png(20, 20), samples::png(30, 30));
    let files: [(&str, &[u8]); 4] = [
        ("pack.toml", toml.as_bytes()),
        ("a.png", &first),
        ("IMG_1.png", &second),
        ("c.svg", b"<svg/>"),
    ];
    let answer = import(&app, &token, zip_of(&files)).await;
    assert_eq!(answer.status(), 201, "{}", String::from_utf8_lossy(answer.body()));
    let made = answer.json();
    let taken =
        json!([{"file": "a.png", "shortcode": "a"}, {"file": "IMG_1.png", "shortcode": "IMG_1"}]);
    assert_eq!(made["taken"], taken);
    assert_eq!(made["left_out"][0]["file"], "c.svg");
    assert!(made["left_out"][0]["reason"].as_str().unwrap().contains("SVG"));
    assert_eq!(made["pack"]["pack"]["titles"][0]["text"], "Cats");
    assert_eq!(
        (&made["pack"]["state"], &made["pack"]["pack"]["author"]),
        (&json!("draft"), &json!("Ann"))
    );
    let id = made["pack"]["pack"]["id"].as_str().unwrap().to_owned();
    assert_ne!(id, "starter", "nobody chooses an id");
    let making = Making { app, token, id };
    let content = making.get().await;
    assert_eq!(content["pack"]["revision"], made["pack"]["revision"]);
    assert_eq!(content["stickers"][0]["body"], "A cat");
    assert_eq!(content["stickers"][1]["body"], "", "a file's name is no alt text");
    assert_eq!(content["stickers"][1]["uploaded"], true);
    assert!(making.is_in_library_of(&making.token).await);
}

#[tokio::test]
async fn a_zip_that_is_no_pack_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let token = app.sign_in("@a:hs").await;
    for (zip, words) in [
        (b"no zip".to_vec(), "The zip is refused"),
        (zip_of(&[("../a.png", b"x")]), "leads out"),
        (zip_of(&[("notes.txt", b"x")]), "no sticker"),
        (zip_of(&[("a.png", b"no picture")]), "one file cannot be imported"),
    ] {
        assert_refused(&import(&app, &token, zip).await, 400, "M_INVALID_PARAM", words);
    }
    assert_eq!(app.get_as(MINE, &token).await.json(), json!({"packs": [], "bytes": 0}));
    for number in 0..tessera_protocol::limits::MADE_PACKS {
        app.post_as(MINE, &token, &json!({"title": number.to_string()})).await;
    }
    let good = zip_of(&[("a.png", &samples::png(20, 20))]);
    let full = import(&app, &token, good).await;
    assert_refused(&full, 403, "TESSERA_QUOTA_EXCEEDED", "Delete one");
    assert!(app.storage().images_to_upload().await.unwrap().is_empty());
}
