//! What becomes of a pack: who sees it when.

use super::*;

#[tokio::test]
async fn a_pack_is_made_reviewed_seen_changed_and_deleted() {
    let making = Making::new("public").await;
    let (app, token) = (&making.app, &making.token);
    let (other, operator) = (app.sign_in("@b:elsewhere").await, app.sign_in(OPERATOR).await);
    for side in [20, 30, 40] {
        let added = making.send("POST", "/stickers", samples::png(side, side)).await;
        assert_eq!(added.status(), 201);
    }
    assert_eq!(making.shortcodes().await, ["sticker", "sticker_2", "sticker_3"]);
    assert!(making.is_in_library_of(token).await, "its maker has it from the beginning");
    let mine = &library(app, token).await[0];
    assert_eq!(mine.stickers[1].body, "sticker_2", "what is sent is never without a text");

    let bare = making.submit().await;
    assert_refused(&bare, 409, "TESSERA_ALT_TEXT_MISSING", "sticker, sticker_2, sticker_3");
    for shortcode in ["sticker", "sticker_2", "sticker_3"] {
        let text = json!({"body": "A cat waves", "emoji": ["👋"], "tags": ["hello"]});
        let said = making.change("PATCH", &format!("/stickers/{shortcode}"), &text).await;
        assert_eq!(said.json()["sticker"]["body"], "A cat waves");
    }
    let submitted = making.submit().await.json();
    assert_eq!(submitted["state"], "in_review");
    assert!(!making.is_listed_for(&other, "shelf=store").await);

    let queue = app.get_as("/api/v1/moderation/queue", &operator).await.json();
    let waiting = &queue["waiting"][0];
    assert_eq!((&waiting["owner"], &waiting["pack"]["id"]), (&json!("@a:hs"), &json!(making.id)));
    assert_eq!(waiting["actions"], json!(["publish", "reject", "withdraw", "take_down", "keep"]));
    assert_eq!(waiting["revision"], submitted["revision"]);
    assert_eq!(making.decide("publish").await.json(), "published");

    for viewer in [&other, token] {
        for query in ["shelf=store", "shelf=store&search=hello", "sort=title&shelf=store"] {
            assert!(making.is_listed_for(viewer, query).await, "{query}");
        }
        let all = app.get_as("/api/v1/packs", viewer).await.json();
        assert_eq!((all["packs"].as_array().unwrap().len(), &all["total"]), (1, &json!(1)));
    }
    assert_eq!(making.enable(&other).await.status(), 204);
    assert!(making.is_in_library_of(&other).await);

    let changed = making.change("PATCH", "/stickers/sticker", &json!({"body": "A dog"})).await;
    assert_eq!(changed.json()["state"], "draft");
    assert!(!making.is_in_library_of(&other).await && making.is_in_library_of(token).await);
    assert!(!making.is_listed_for(&other, "").await);
    making.submit().await;
    making.decide("publish").await;
    assert!(making.is_in_library_of(&other).await, "whoever had it gets it back");

    assert_eq!(app.delete_as(&making.path(""), token).await.status(), 204);
    assert!(!making.is_in_library_of(&other).await && !making.is_in_library_of(token).await);
    assert_eq!(app.get_as(MINE, token).await.json(), json!({"packs": [], "bytes": 0}));
    assert!(app.storage().images_to_upload().await.unwrap().is_empty());
    assert!(app.storage().uploaded_images().await.unwrap().is_empty(), "its pictures are gone");
}

#[tokio::test]
async fn it_is_seen_by_those_for_whom_it_is() {
    // By the maker's neighbour and by a user of another homeserver: with its id, and in the store.
    for (visibility, neighbour, stranger) in [
        ("link", (true, false), (true, false)),
        ("server", (true, true), (false, false)),
        ("public", (true, true), (true, true)),
    ] {
        let making = Making::new(visibility).await;
        making.publish().await;
        let app = &making.app;
        for (user, (seen, listed)) in [("@b:hs", neighbour), ("@c:elsewhere", stranger)] {
            let token = app.sign_in(user).await;
            let preview = app.get_as(&format!("/api/v1/packs/{}", making.id), &token).await;
            assert_eq!(preview.status(), if seen { 200 } else { 404 }, "{visibility} {user}");
            for shelf in ["shelf=store", "shelf=all", "shelf=available"] {
                assert_eq!(
                    making.is_listed_for(&token, shelf).await,
                    listed,
                    "{visibility} {user}"
                );
            }
            let facets = app.get_as("/api/v1/packs/facets", &token).await.json();
            assert_eq!(facets["languages"].as_array().unwrap().len(), usize::from(listed));
            assert_eq!(making.enable(&token).await.status(), if seen { 204 } else { 404 });
            app.put_as("/api/v1/library", &token, &json!({"packs": [making.id]})).await;
            assert_eq!(making.is_in_library_of(&token).await, seen, "{visibility} {user}");
            let one = app.storage().library(user).await.unwrap();
            assert_eq!(one.len(), usize::from(seen));
        }
    }
}

#[tokio::test]
async fn a_page_is_for_whoever_has_its_link() {
    for (visibility, status) in [("link", 200), ("server", 404), ("public", 200)] {
        let making = Making::on(TestApp::with_public_packs().await, visibility).await;
        let page = format!("/packs/{}", making.id);
        assert_eq!(making.app.get(&page).await.status(), 404, "a draft");
        making.publish().await;
        assert_eq!(making.app.get(&page).await.status(), status, "{visibility}");
        let url = making.get().await["pack"]["page_url"].as_str().map(str::to_owned);
        let shown = (status == 200).then(|| format!("https://tessera.example{page}"));
        assert_eq!(url, shown);
    }
}

/// Every address that names a pack, with what else it asks for.
#[tokio::test]
async fn a_private_pack_is_nowhere_for_anybody_else() {
    let making = Making::on(TestApp::with_public_packs().await, "private").await;
    making.add("wave", 20).await;
    let (app, id) = (&making.app, &making.id);
    for user in ["@b:hs", "@b:elsewhere"] {
        let token = app.sign_in(user).await;
        let own = format!("{MINE}/{id}");
        for (method, path, body) in [
            ("GET", format!("/api/v1/packs/{id}"), Value::Null),
            ("GET", format!("/packs/{id}"), Value::Null),
            ("POST", format!("/api/v1/packs/{id}/reports"), json!({"reason": "spam"})),
            ("PUT", format!("/api/v1/library/packs/{id}"), Value::Null),
            ("DELETE", format!("/api/v1/library/packs/{id}"), Value::Null),
            ("GET", own.clone(), Value::Null),
            ("PATCH", own.clone(), json!({"title": "Mine now"})),
            ("DELETE", own.clone(), Value::Null),
            ("POST", format!("{own}/submit"), Value::Null),
            ("POST", format!("{own}/withdraw"), Value::Null),
            ("PUT", format!("{own}/order"), json!({"stickers": ["wave"]})),
            ("POST", format!("{own}/stickers"), Value::Null),
            ("PATCH", format!("{own}/stickers/wave"), json!({"body": "x"})),
            ("DELETE", format!("{own}/stickers/wave"), Value::Null),
            ("PUT", format!("{own}/stickers/wave/picture"), Value::Null),
        ] {
            let revision = making.revision().await.to_string();
            let headers = [("if-match", revision.as_str())];
            let body = Body::from(body.to_string());
            let answer = app.request(method, &path, &token, &headers, body).await;
            assert_eq!(answer.status(), 404, "{method} {path}");
            assert_eq!(answer.errcode(), "M_NOT_FOUND", "{method} {path}");
        }
        app.put_as("/api/v1/library", &token, &json!({"packs": [id]})).await;
        assert!(!making.is_in_library_of(&token).await);
        for shelf in ["all", "enabled", "available", "store"] {
            assert!(!making.is_listed_for(&token, &format!("shelf={shelf}")).await);
        }
        let account = app.get_as(MINE, &token).await.json();
        assert_eq!(account["packs"], json!([]));
    }
    assert_eq!(making.shortcodes().await, ["wave"], "and nothing has changed");
    assert!(making.is_listed_for(&making.token, "").await);
    assert!(!making.is_listed_for(&making.token, "shelf=store").await);
}

#[tokio::test]
async fn a_pack_that_is_made_stays_when_it_leaves_the_library() {
    let making = Making::new("private").await;
    making.add("wave", 20).await;
    let path = format!("/api/v1/library/packs/{}", making.id);
    assert_eq!(making.app.delete_as(&path, &making.token).await.status(), 204);
    assert!(!making.is_in_library_of(&making.token).await);
    assert_eq!(making.shortcodes().await, ["wave"]);
    assert_eq!(making.app.delete_as(&path, &making.token).await.status(), 404);
    assert_eq!(making.enable(&making.token).await.status(), 204);
    assert!(making.is_in_library_of(&making.token).await);

    let listed = making.app.get_as("/api/v1/packs", &making.token).await.json();
    assert_eq!(listed["packs"][0]["own"], true);
    let other = making.app.sign_in("@b:hs").await;
    making.change("PATCH", "", &json!({"visibility": "public"})).await;
    making.submit().await;
    making.decide("publish").await;
    let listed = making.app.get_as("/api/v1/packs", &other).await.json();
    assert_eq!(listed["packs"][0]["own"], false);
}

#[tokio::test]
async fn to_show_it_to_fewer_needs_no_review_and_to_more_does() {
    let making = Making::new("public").await;
    making.publish().await;
    let app = &making.app;
    let (neighbour, stranger) = (app.sign_in("@b:hs").await, app.sign_in("@c:elsewhere").await);
    for token in [&neighbour, &stranger] {
        assert_eq!(making.enable(token).await.status(), 204);
    }
    let to = async |visibility: &str| {
        let changed = making.change("PATCH", "", &json!({"visibility": visibility})).await.json();
        changed["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(to("server").await, "published");
    assert!(making.is_in_library_of(&neighbour).await);
    assert!(!making.is_in_library_of(&stranger).await, "it is not for their homeserver");
    assert_eq!(to("link").await, "published");
    assert!(making.is_in_library_of(&neighbour).await);
    assert_eq!(to("public").await, "draft");
    assert!(!making.is_in_library_of(&neighbour).await);
    making.submit().await;
    assert_eq!(
        to("server").await,
        "draft",
        "an operator is not asked about what is not so any more"
    );
    assert_eq!(to("private").await, "draft");
    assert_refused(&making.submit().await, 409, "TESSERA_CONFLICT", "nobody but you");
}

#[tokio::test]
async fn what_has_a_link_is_changed_at_once_but_not_without_alt_text() {
    let making = Making::new("link").await;
    making.publish().await;
    let bare = making.send("POST", "/stickers", samples::png(30, 30)).await;
    assert_refused(&bare, 409, "TESSERA_ALT_TEXT_MISSING", "sticker");
    let bare = making.change("PATCH", "/stickers/wave", &json!({"body": " "})).await;
    assert_refused(&bare, 409, "TESSERA_ALT_TEXT_MISSING", "wave");
    making.add("bow", 30).await;
    assert_eq!(making.state().await, "published");
    let order = json!({"stickers": ["bow", "wave"]});
    assert_eq!(making.change("PUT", "/order", &order).await.json()["state"], "published");
    assert_eq!(making.shortcodes().await, ["bow", "wave"]);
    let images = making.app.storage().uploaded_images().await.unwrap();
    assert_eq!(images.len(), 2, "the picture that was refused is forgotten");

    assert_eq!(making.change("DELETE", "/stickers/bow", &Value::Null).await.status(), 200);
    let emptied = making.change("DELETE", "/stickers/wave", &Value::Null).await.json();
    assert_eq!(
        (&emptied["state"], &emptied["pack"]["sticker_count"]),
        (&json!("draft"), &json!(0))
    );
    assert_refused(&making.submit().await, 409, "TESSERA_CONFLICT", "no stickers");
}

#[tokio::test]
async fn less_of_what_was_looked_at_stays_published() {
    let making = Making::new("server").await;
    making.add("bow", 30).await;
    making.publish().await;
    let order = json!({"stickers": ["wave", "bow"]});
    assert_eq!(making.change("PUT", "/order", &order).await.json()["state"], "published");
    let removed = making.change("DELETE", "/stickers/bow", &Value::Null).await.json();
    assert_eq!(removed["state"], "published");
    let renamed = making.change("PATCH", "", &json!({"title": "Dogs"})).await.json();
    assert_eq!(renamed["state"], "draft");
}

#[tokio::test]
async fn what_is_rejected_says_why_and_can_be_submitted_again() {
    let making = Making::new("public").await;
    making.add("wave", 20).await;
    making.submit().await;
    assert_eq!(making.decide("reject").await.json(), "rejected");
    let pack = making.get().await["pack"].clone();
    assert_eq!((&pack["state"], &pack["reason"]), (&json!("rejected"), &json!("Because")));
    assert!(making.is_in_library_of(&making.token).await, "its maker still has it");
    making.change("PATCH", "/stickers/wave", &json!({"body": "A better text"})).await;
    assert_eq!(making.state().await, "rejected");
    assert_eq!(making.submit().await.json()["state"], "in_review");
    assert_eq!(making.send("POST", "/withdraw", "").await.json()["state"], "draft");
    let again = making.send("POST", "/withdraw", "").await;
    assert_refused(&again, 409, "TESSERA_CONFLICT", "cannot be withdrawn");
}

#[tokio::test]
async fn what_an_operator_withdrew_comes_back_to_them_even_with_a_link() {
    let making = Making::new("link").await;
    making.publish().await;
    let stranger = making.app.sign_in("@c:elsewhere").await;
    making.enable(&stranger).await;
    assert_eq!(making.decide("withdraw").await.json(), "withdrawn");
    assert!(!making.is_in_library_of(&stranger).await);
    assert!(making.is_in_library_of(&making.token).await);
    assert_eq!(making.submit().await.json()["state"], "in_review");
    assert_eq!(making.decide("publish").await.json(), "published");
    assert!(making.is_in_library_of(&stranger).await);
}

#[tokio::test]
async fn an_operator_publishes_only_what_was_submitted_and_what_they_looked_at() {
    let making = Making::new("public").await;
    making.add("wave", 20).await;
    assert_refused(&making.decide("publish").await, 409, "TESSERA_CONFLICT", "draft");
    let looked_at = making.submit().await.json()["revision"].clone();
    making.change("PATCH", "/stickers/wave", &json!({"body": "Something else"})).await;
    making.submit().await;
    let operator = making.app.sign_in(OPERATOR).await;
    let path = format!("/api/v1/moderation/packs/{}/decisions", making.id);
    let stale = json!({"action": "publish", "revision": looked_at});
    let refused = making.app.post_as(&path, &operator, &stale).await;
    assert_refused(&refused, 409, "TESSERA_CONFLICT", "Look at it again");
    let current = json!({"action": "publish", "revision": making.revision().await});
    assert_eq!(making.app.post_as(&path, &operator, &current).await.json(), "published");
}

#[tokio::test]
async fn what_was_taken_down_is_gone_and_cannot_be_changed() {
    let making = Making::new("public").await;
    making.publish().await;
    let stranger = making.app.sign_in("@c:elsewhere").await;
    making.enable(&stranger).await;
    let report = format!("/api/v1/packs/{}/reports", making.id);
    let spam = json!({"reason": "spam"});
    assert_eq!(making.app.post_as(&report, &stranger, &spam).await.status(), 204);
    assert_eq!(making.app.post_as(&report, &making.token, &spam).await.status(), 404, "one's own");
    making.decide("take_down").await;
    for token in [&stranger, &making.token] {
        assert!(!making.is_in_library_of(token).await);
        assert_eq!(making.enable(token).await.status(), 404);
        assert!(!making.is_listed_for(token, "").await);
    }
    let pack = making.get().await["pack"].clone();
    assert_eq!((&pack["state"], &pack["reason"]), (&json!("taken_down"), &json!("Because")));
    for (method, rest, body) in [
        ("PATCH", "", json!({"title": "x"})),
        ("PATCH", "", json!({"visibility": "private"})),
        ("POST", "/submit", Value::Null),
        ("POST", "/withdraw", Value::Null),
        ("PUT", "/order", json!({"stickers": ["wave"]})),
        ("PATCH", "/stickers/wave", json!({"body": "x"})),
        ("DELETE", "/stickers/wave", Value::Null),
        ("PUT", "/stickers/wave/picture", Value::Null),
    ] {
        let refused = making.change(method, rest, &body).await;
        assert_refused(&refused, 409, "TESSERA_CONFLICT", "taken this pack down");
    }
    let refused = making.send("POST", "/stickers", samples::png(30, 30)).await;
    assert_refused(&refused, 409, "TESSERA_CONFLICT", "taken this pack down");
    assert_eq!(making.app.delete_as(&making.path(""), &making.token).await.status(), 204);
}

#[tokio::test]
async fn what_is_not_for_everyone_is_hidden_where_it_has_to_be() {
    let making = Making::new("public").await;
    making.change("PATCH", "", &json!({"rating": "mature"})).await;
    making.publish().await;
    let stranger = making.app.sign_in("@c:elsewhere").await;
    let strict = making.app.without_mature_packs();
    let own = strict.get_as(&format!("/api/v1/packs/{}", making.id), &making.token).await;
    assert_eq!(own.status(), 404);
    assert!(library(&strict, &making.token).await.is_empty());
    let store = strict.get_as("/api/v1/packs", &stranger).await.json();
    assert_eq!(store["total"], 0);
    assert!(making.is_listed_for(&making.token, "shelf=store").await);
}

#[tokio::test]
async fn an_erased_maker_takes_their_packs_along() {
    let making = Making::new("public").await;
    making.publish().await;
    let stranger = making.app.sign_in("@c:elsewhere").await;
    making.enable(&stranger).await;
    making.app.storage().erase_user("@a:hs").await.unwrap();
    assert!(!making.is_in_library_of(&stranger).await);
    assert!(making.app.storage().uploaded_images().await.unwrap().is_empty());
}
