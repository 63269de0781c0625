//! What comes of decisions, on whichever engine [`fresh`] opens.

use tessera_protocol::moderation::{PackAction, PackState};

use super::*;
use crate::{
    clock::ManualClock,
    http::test_app::{OPERATOR, TestApp},
    random::CountingRandom,
};

async fn with_pack() -> (TestApp, Moderation) {
    let app = TestApp::new().await;
    app.add_pack("cats", &["wave"]).await;
    let moderation = Moderation {
        storage: app.storage().clone(),
        clock: Arc::new(ManualClock::at(1_000_000)),
        random: Arc::new(CountingRandom::default()),
        operators: Arc::from([OPERATOR.to_owned()]),
    };
    (app, moderation)
}

fn report(details: &str) -> NewReport {
    NewReport { reason: ReportReason::Other, details: details.into() }
}

#[tokio::test]
async fn a_takedown_empties_libraries_and_leaves_what_was_sent() {
    let (app, moderation) = with_pack().await;
    app.add_pack("dogs", &["bow"]).await;
    let token = app.sign_in("@a:hs").await;
    app.put_as("/api/v1/library", &token, &serde_json::json!({"packs": ["dogs", "cats"]})).await;
    let storage = app.storage();
    let still = storage.stickers("cats").await.unwrap()[0].image.still;
    let preview = tessera_protocol::library::preview_path(&still.to_string());
    assert_eq!(app.get(&preview).await.status(), 200);

    let decided = moderation.decide(OPERATOR, "cats", PackAction::TakeDown, "Stolen", None).await;
    assert_eq!(decided.unwrap(), PackState::TakenDown);
    assert_eq!(app.get_as("/api/v1/packs/cats", &token).await.errcode(), "M_NOT_FOUND");
    let ids = |library: Vec<(String, u64)>| -> Vec<String> {
        library.into_iter().map(|(id, _)| id).collect()
    };
    assert_eq!(ids(storage.library("@a:hs").await.unwrap()), ["dogs"]);
    assert_eq!(ids(storage.library("@nobody:hs").await.unwrap()), ["dogs"], "nor by default");
    assert_eq!(app.get(&preview).await.status(), 200, "what was sent is still shown");
    let image = storage.stickers("cats").await.unwrap()[0].image.clone();
    assert_eq!(storage.remove_unused_images().await.unwrap(), 0);
    assert!(storage.image(image.id).await.unwrap().is_some(), "and can be proved");

    moderation.decide(OPERATOR, "cats", PackAction::Reinstate, "Was theirs", None).await.unwrap();
    assert_eq!(ids(storage.library("@a:hs").await.unwrap()), ["dogs"], "who lost it chooses");
    let log = storage.decisions(Some("cats"), 0, 10).await.unwrap();
    let seen: Vec<_> = log.iter().map(|d| (d.before, d.after, d.reason.as_str())).collect();
    let down = (PackState::Published, PackState::TakenDown, "Stolen");
    let back = (PackState::TakenDown, PackState::Published, "Was theirs");
    assert!(seen == [down, back] || seen == [back, down], "{seen:?}");
}

#[tokio::test]
async fn a_withdrawn_pack_comes_back_where_it_was() {
    let (app, moderation) = with_pack().await;
    app.add_pack("dogs", &["bow"]).await;
    let chosen = ["cats".to_owned(), "dogs".to_owned()];
    app.storage().set_library("@a:hs", &chosen, app.now()).await.unwrap();
    moderation.decide(OPERATOR, "cats", PackAction::Withdraw, "", None).await.unwrap();
    assert_eq!(app.storage().library("@a:hs").await.unwrap().len(), 1);
    moderation.decide(OPERATOR, "cats", PackAction::Publish, "", None).await.unwrap();
    let library = app.storage().library("@a:hs").await.unwrap();
    assert_eq!(library.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), chosen);
}

#[tokio::test]
async fn what_is_decided_answers_every_report() {
    let (_app, moderation) = with_pack().await;
    let storage = &moderation.storage;
    moderation.report("@a:hs", "cats", &report("It is mine")).await.unwrap();
    moderation.report("@a:hs", "cats", &report("It is  mine!\n")).await.unwrap();
    moderation.report("@b:hs", "cats", &report("Ugly")).await.unwrap();
    let waiting = storage.packs_waiting(10).await.unwrap();
    let (total, open) = &storage.open_reports(&waiting, 10).await.unwrap()["cats"];
    let said: Vec<_> = open.iter().map(|report| report.details.as_str()).collect();
    assert_eq!((said.len(), *total), (2, 2), "one of each user: {said:?}");
    let (total, open) = &storage.open_reports(&waiting, 1).await.unwrap()["cats"];
    assert_eq!((open.len(), *total), (1, 2));
    assert!(said.contains(&"It is mine!"), "{said:?}");
    assert_eq!(waiting[0].id, "cats");

    let state = moderation.decide(OPERATOR, "cats", PackAction::Keep, "It is theirs", None).await;
    assert_eq!(state.unwrap(), PackState::Published);
    assert!(storage.open_reports(&waiting, 10).await.unwrap().is_empty());
    assert!(storage.packs_waiting(10).await.unwrap().is_empty());
    let [decision] = &storage.decisions(None, 0, 10).await.unwrap()[..] else { panic!() };
    assert_eq!((decision.reports, decision.operator.as_str()), (2, OPERATOR));

    // The same user may report it again, now that something was decided.
    moderation.report("@a:hs", "cats", &report("Still mine")).await.unwrap();
    assert_eq!(storage.open_reports(&waiting, 10).await.unwrap()["cats"].0, 1);
}

#[tokio::test]
async fn what_cannot_be_decided_changes_nothing_and_says_why() {
    let (_app, moderation) = with_pack().await;
    let decide =
        |action, reason: &'static str| moderation.decide(OPERATOR, "cats", action, reason, None);
    for (action, reason, says) in [
        (PackAction::TakeDown, " ", "Say why"),
        (PackAction::Reject, "", "Say why"),
        (PackAction::Publish, "", "published cannot be published"),
        (PackAction::Reinstate, "", "cannot be reinstated"),
    ] {
        let error = decide(action, reason).await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let long = "x".repeat(REASON_CHARS + 1);
    assert!(moderation.decide(OPERATOR, "cats", PackAction::Withdraw, &long, None).await.is_err());
    let ghost = moderation.decide(OPERATOR, "ghost", PackAction::Publish, "", None).await;
    assert!(matches!(ghost, Err(ModerationError::NoPack)));
    assert!(moderation.storage.decisions(None, 0, 10).await.unwrap().is_empty());
    let empty = moderation.report("@a:hs", "cats", &report(" ")).await;
    assert!(matches!(empty, Err(ModerationError::NoDetails)));
}

#[tokio::test]
async fn of_two_operators_one_decides() {
    let (app, moderation) = with_pack().await;
    let storage = app.storage();
    let pack = storage.pack("cats").await.unwrap().unwrap();
    let after = State::Withdrawn;
    let decision = NewDecision {
        id: "one",
        pack: &pack,
        action: PackAction::Withdraw,
        after: &after,
        operator: OPERATOR,
        reason: "",
        now: app.now(),
    };
    moderation.decide(OPERATOR, "cats", PackAction::TakeDown, "Stolen", None).await.unwrap();
    assert!(!storage.decide(&decision).await.unwrap());
    let pack = storage.pack("cats").await.unwrap().unwrap();
    assert_eq!(pack.state, State::TakenDown { reason: "Stolen".into() });
    assert_eq!(storage.decisions(None, 0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn reports_are_forgotten_in_time_and_with_their_user() {
    let (app, moderation) = with_pack().await;
    let (storage, clock) = (app.storage(), Arc::new(ManualClock::at(1_000_000)));
    let moderation = Moderation { clock: clock.clone(), ..moderation };
    moderation.report("@a:hs", "cats", &report("Call me at 555")).await.unwrap();
    storage.erase_user("@a:hs").await.unwrap();
    let waiting = storage.packs_waiting(10).await.unwrap();
    let (_, open) = &storage.open_reports(&waiting, 10).await.unwrap()["cats"];
    assert_eq!((&open[0].user_id, open[0].details.as_str()), (&None, ""));
    moderation.decide(OPERATOR, "cats", PackAction::Keep, "", None).await.unwrap();
    clock.advance(REPORTS_KEPT);
    assert_eq!(moderation.sweep().await.unwrap(), 0);
    clock.advance(Duration::from_secs(1));
    assert_eq!(moderation.sweep().await.unwrap(), 1);

    storage.erase_user(OPERATOR).await.unwrap();
    let log = storage.decisions(None, 0, 10).await.unwrap();
    assert_eq!((log.len(), log[0].operator.as_str()), (1, ""), "the decision stays");
}

#[tokio::test]
async fn an_appeal_is_noted_beside_the_decision() {
    let (_app, moderation) = with_pack().await;
    moderation.decide(OPERATOR, "cats", PackAction::TakeDown, "Stolen", None).await.unwrap();
    let id = moderation.storage.decisions(None, 0, 1).await.unwrap()[0].id.clone();
    assert!(matches!(moderation.note_appeal(&id, "").await, Err(ModerationError::NoNote)));
    let ghost = moderation.note_appeal("ghost", "x").await;
    assert!(matches!(ghost, Err(ModerationError::NoDecision)));
    moderation.note_appeal(&id, "Ann appealed; upheld").await.unwrap();
    let log = moderation.storage.decisions(None, 0, 1).await.unwrap();
    assert_eq!(log[0].appeal.as_deref(), Some("Ann appealed; upheld"));
}
