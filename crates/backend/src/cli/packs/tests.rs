use clap::Parser;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

use super::*;
use crate::{
    clock::ManualClock,
    packs::{State, image::samples},
    random::CountingRandom,
    storage::fresh,
};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: PacksCommand,
}

async fn context() -> Context {
    Context {
        storage: fresh::open().await,
        homeserver: None,
        clock: Arc::new(ManualClock::at(1)),
        random: Arc::new(CountingRandom::default()),
    }
}

async fn tessera(context: &Context, words: &[&str]) -> anyhow::Result<ExitCode> {
    let words = std::iter::once("packs").chain(words.iter().copied());
    run(Cli::try_parse_from(words)?.command, context).await
}

fn ok(result: anyhow::Result<ExitCode>) {
    assert_eq!(format!("{:?}", result.unwrap()), format!("{:?}", ExitCode::SUCCESS));
}

fn cats() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1-wave.png"), samples::png(20, 20)).unwrap();
    folder
}

#[tokio::test]
async fn a_pack_is_imported_hidden_shown_exported_and_deleted() {
    let (context, cats) = (context().await, cats());
    let path = cats.path().to_str().unwrap();
    ok(tessera(&context, &["import", path, "--id", "cats", "--title", "Cats", "--default"]).await);
    let pack = context.storage.pack("cats").await.unwrap().unwrap();
    assert!(pack.is_published() && pack.is_default);
    assert_eq!(pack.title(), "Cats");

    ok(tessera(&context, &["unpublish", "cats"]).await);
    assert!(!context.storage.pack("cats").await.unwrap().unwrap().is_published());
    ok(tessera(&context, &["publish", "cats"]).await);
    assert!(context.storage.pack("cats").await.unwrap().unwrap().is_published());
    ok(tessera(&context, &["list"]).await);
    ok(tessera(&context, &["show", "cats"]).await);

    let zip = cats.path().join("out/cats.zip");
    ok(tessera(&context, &["export", "cats", "--output", zip.to_str().unwrap()]).await);
    assert!(std::fs::read(&zip).unwrap().starts_with(b"PK"));

    let asked = tessera(&context, &["delete", "cats"]).await.unwrap_err().to_string();
    assert!(asked.contains("--yes"), "{asked}");
    ok(tessera(&context, &["delete", "cats", "--yes"]).await);
    assert!(context.storage.packs().await.unwrap().is_empty());
    ok(tessera(&context, &["import", zip.to_str().unwrap(), "--no-publish"]).await);
    assert!(!context.storage.pack("cats").await.unwrap().unwrap().is_published());
}

#[tokio::test]
async fn broken_files_end_in_failure() {
    let (context, cats) = (context().await, cats());
    std::fs::write(cats.path().join("2-bad.svg"), "<svg/>").unwrap();
    let path = cats.path().to_str().unwrap();
    let code = tessera(&context, &["import", path, "--id", "cats"]).await.unwrap();
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
    assert!(context.storage.packs().await.unwrap().is_empty());
    ok(tessera(&context, &["import", path, "--id", "cats", "--skip-broken", "--dry-run"]).await);
    assert!(context.storage.packs().await.unwrap().is_empty());
    ok(tessera(&context, &["import", path, "--id", "cats", "--skip-broken"]).await);
    assert_eq!(context.storage.stickers("cats").await.unwrap().len(), 1);
}

#[tokio::test]
async fn unknown_packs_and_missing_accounts_say_what_to_do() {
    let context = context().await;
    for words in [&["show", "ghost"][..], &["publish", "ghost"], &["export", "ghost"]] {
        let error = tessera(&context, words).await.unwrap_err().to_string();
        assert!(error.contains("tessera packs list"), "{error}");
    }
    for words in [&["upload"][..], &["repair"]] {
        let error = tessera(&context, words).await.unwrap_err().to_string();
        assert!(error.contains("matrix.homeserver_url"), "{error}");
    }
}

#[tokio::test]
async fn an_import_uploads_and_can_leave_as_json() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = MockServer::start().await;
    let uploaded = ResponseTemplate::new(200).set_body_json(json!({"content_uri": "mxc://hs/1"}));
    Mock::given(method("POST")).respond_with(uploaded).expect(1).mount(&server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let account =
        HomeserverAccount { url: server.uri().parse().unwrap(), access_token: "t".into() };
    let context = Context { homeserver: Some(account), ..context().await };
    let cats = cats();
    let path = cats.path().to_str().unwrap();
    ok(tessera(&context, &["import", path, "--id", "cats"]).await);
    let stickers = context.storage.stickers("cats").await.unwrap();
    assert_eq!(stickers[0].image.mxc_uri.as_deref(), Some("mxc://hs/1"));
    ok(tessera(&context, &["repair"]).await);
    for (format, name) in [("msc2545", "cats.json"), ("maunium", "cats")] {
        let out = cats.path().join("out").join(name);
        let out = out.to_str().unwrap();
        ok(tessera(&context, &["export", "cats", "--format", format, "-o", out]).await);
    }
    assert!(cats.path().join("out/cats/thumbnails/1").exists());
    assert!(cats.path().join("out/cats/cats.json").exists());
}

#[tokio::test]
async fn packs_are_decided_about_and_described() {
    let (context, cats) = (context().await, cats());
    let path = cats.path().to_str().unwrap();
    let import = ["import", path, "--id", "cats", "--no-publish", "--tag", "Animals"];
    ok(tessera(&context, &import).await);
    let state = async || context.storage.pack("cats").await.unwrap().unwrap().state;
    assert_eq!(state().await, State::Draft);
    ok(tessera(&context, &["submit", "cats"]).await);
    ok(tessera(&context, &["reject", "cats", "--reason", "Too small"]).await);
    assert_eq!(state().await, State::Rejected { reason: "Too small".into() });
    ok(tessera(&context, &["publish", "cats"]).await);
    ok(tessera(&context, &["publish", "cats"]).await);
    assert_eq!(state().await, State::Published);
    assert!(tessera(&context, &["takedown", "cats"]).await.is_err(), "a reason is needed");
    ok(tessera(&context, &["takedown", "cats", "--reason", "Stolen"]).await);
    let refused = tessera(&context, &["publish", "cats"]).await.unwrap_err().to_string();
    assert!(refused.contains("taken down cannot be published"), "{refused}");
    ok(tessera(&context, &["import", path, "--id", "cats", "--publish"]).await);
    assert_eq!(state().await, State::TakenDown { reason: "Stolen".into() });
    ok(tessera(&context, &["reinstate", "cats"]).await);
    ok(tessera(&context, &["log", "cats"]).await);
    assert_eq!(context.storage.decisions(Some("cats"), 0, 10).await.unwrap().len(), 5);

    let describe = ["describe", "cats", "--tag", "Cats", "--tag", "cats", "--language", "de"];
    ok(tessera(&context, &[&describe[..], &["--rating", "mature"]].concat()).await);
    let pack = context.storage.pack("cats").await.unwrap().unwrap();
    assert_eq!((pack.tags, pack.languages), (vec!["cats".to_owned()], vec!["de".to_owned()]));
    assert_eq!((pack.rating, pack.state), (Rating::Mature, State::Published));
    ok(tessera(&context, &["describe", "cats", "--tag", ""]).await);
    let pack = context.storage.pack("cats").await.unwrap().unwrap();
    assert!(pack.tags.is_empty() && pack.rating == Rating::Mature);
    assert!(tessera(&context, &["describe", "cats", "--language", "!"]).await.is_err());
}
