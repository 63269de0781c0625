//! `/api/v1/packs`: the catalogue, and a pack to look at before one has it.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, ErrorCode, limits,
    pack::{
        Catalogue, Facets, LicenceKind, PackPreview, PackSummary, PackTitle, Shelf, Sort,
        StickerPreview,
    },
};

use super::{App, error::HttpError, pack_pages, token::User};
use crate::{
    packs::{
        Pack, State as PackState,
        licence::Licence,
        words::{self, Mark},
    },
    storage::{Cover, Wanted},
};

/// The most packs of a page.
const PAGE: usize = limits::CATALOGUE_PAGE;

/// Which part of the catalogue.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Page {
    /// Which packs.
    #[serde(default)]
    #[param(inline)]
    shelf: Shelf,
    /// How many to leave out.
    #[serde(default)]
    from: u32,
    /// Only packs that have, for each of these words, one that begins so: in a title, the author or a
    /// sticker's text, shortcode, tags and emoji. Case and accents do not count.
    #[serde(default)]
    search: String,
    /// Only packs with a sticker that moves.
    #[serde(default)]
    animated: bool,
    /// Only packs about this.
    tag: Option<String>,
    /// Only packs with a title or stickers in this language, whatever its region.
    language: Option<String>,
    /// Only packs with a licence of this kind.
    #[param(inline)]
    licence: Option<LicenceKind>,
    /// Only packs for everyone.
    #[serde(default)]
    everyone: bool,
    /// Only packs that are for sale (`true`), or free (`false`).
    paid: Option<bool>,
    /// What comes first among packs that are not in the library, and in the store.
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
}

impl Page {
    /// What a pack has to have.
    fn words(&self) -> Vec<String> {
        let mut words = words::asked(&self.search);
        let marks = [
            self.animated.then_some(Mark::Animated),
            self.tag.clone().map(Mark::Tag),
            self.language.clone().map(Mark::Language),
            self.licence.map(Mark::Licence),
        ];
        words.extend(marks.iter().flatten().map(Mark::word));
        words
    }
}

/// Packs of the catalogue. Without a shelf, every published pack and the user's own; those in the user's library first, in the user's order.
#[utoipa::path(get, path = "/api/v1/packs", tag = "packs", security(("token" = [])), params(Page),
    responses(
    (status = 200, description = "A page of the catalogue", body = Catalogue),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    User(session): User,
    Query(page): Query<Page>,
) -> Result<Json<Catalogue>, HttpError> {
    let library = app.storage.library(&session.user_id).await?;
    let library: Vec<String> = library.into_iter().map(|(id, _)| id).collect();
    let words = page.words();
    let enabled = Wanted {
        user_id: &session.user_id,
        words: &words,
        for_everyone: page.everyone,
        paid: page.paid,
        without: &[],
    };
    let available = match page.shelf {
        Shelf::Store => enabled,
        Shelf::All | Shelf::Enabled | Shelf::Available => Wanted { without: &library, ..enabled },
    };

    let mine = match page.shelf {
        Shelf::All | Shelf::Enabled => app.storage.packs_named(enabled, &library).await?,
        Shelf::Available | Shelf::Store => Vec::new(),
    };
    // One after the other: the user's library, what the store has beside, the user's own.
    let before = count(mine.len());
    let mut packs: Vec<Pack> = mine.into_iter().skip(index(page.from)).take(PAGE).collect();
    let mut total = before;
    if page.shelf != Shelf::Enabled {
        let from = page.from.saturating_sub(before);
        let most = count(PAGE - packs.len());
        let others = app.storage.catalogue(available, page.sort, from, most).await?;
        // A page that is not full is the last: then they need not be counted.
        let shown = count(others.len());
        let is_last = shown < most && (from == 0 || shown > 0);
        let listed =
            if is_last { from + shown } else { app.storage.catalogue_size(available).await? };
        packs.extend(others);
        let own = match page.shelf {
            Shelf::Store => Vec::new(),
            _ => app.storage.own_catalogue(available).await?,
        };
        total = before.saturating_add(listed).saturating_add(count(own.len()));
        let from = index(from.saturating_sub(listed));
        let room = PAGE - packs.len();
        packs.extend(own.into_iter().skip(from).take(room));
    }

    let bare = Cover::default();
    let covers = app.storage.covers(&packs, count(limits::COVERS)).await?;
    let mut summaries: Vec<PackSummary> = packs
        .iter()
        .map(|pack| {
            let place = library.iter().position(|id| *id == pack.id);
            let cover = covers.get(&pack.id).unwrap_or(&bare);
            summary(pack, cover, Some(&session.user_id), place)
        })
        .collect();
    priced(&app, &session.user_id, &packs, &mut summaries).await?;
    let next = page.from.saturating_add(count(summaries.len()));
    Ok(Json(Catalogue { packs: summaries, total, next: (next < total).then_some(next) }))
}

/// A pack with its stickers, to look at.
#[utoipa::path(get, path = "/api/v1/packs/{id}", tag = "packs", security(("token" = [])),
    params(("id" = String, Path, description = "The pack's id")), responses(
    (status = 200, description = "The pack", body = PackPreview),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such pack for the user", body = ApiError),
))]
pub(crate) async fn preview(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<PackPreview>, HttpError> {
    let viewer = Some(session.user_id.as_str());
    let Some(pack) = visible(&app, &session.user_id, &id).await? else {
        let text = "There is no such pack; it may have been withdrawn.";
        return Err(HttpError::new(ErrorCode::NotFound, text));
    };
    let library = app.storage.library(&session.user_id).await?;
    let place = library.iter().position(|(enabled, _)| *enabled == id);
    let mut shown = with_stickers(&app, &pack, viewer, place, &headers).await?;
    let summary = std::slice::from_mut(&mut shown.pack);
    priced(&app, &session.user_id, std::slice::from_ref(&pack), summary).await?;
    Ok(Json(shown))
}

/// What the packs of the store can be chosen by.
#[utoipa::path(get, path = "/api/v1/packs/facets", tag = "packs", security(("token" = [])),
    responses(
    (status = 200, description = "Only what at least one pack has", body = Facets),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn facets(
    State(app): State<App>,
    User(session): User,
) -> Result<Json<Facets>, HttpError> {
    let marks = app.storage.marks(&session.user_id).await?;
    Ok(Json(words::facets(marks, limits::FACET_TAGS)))
}

/// A pack with its stickers for a viewer, at this place of their library.
pub(super) async fn with_stickers(
    app: &App,
    pack: &Pack,
    viewer: Option<&str>,
    place: Option<usize>,
    headers: &HeaderMap,
) -> Result<PackPreview, HttpError> {
    let stickers = app.storage.stickers(&pack.id).await?;
    let covers = stickers.iter().take(limits::COVERS).map(|sticker| sticker.image.still);
    let cover = Cover {
        stickers: count(stickers.len()),
        covers: covers.collect(),
        animated: stickers.iter().any(|sticker| sticker.image.animated),
    };
    let stickers = stickers.into_iter().map(|sticker| StickerPreview {
        shortcode: sticker.shortcode,
        body: sticker.body,
        emoji: sticker.emoji,
        w: sticker.image.w,
        h: sticker.image.h,
        still: sticker.image.still.to_string(),
        animation: sticker.image.animation.map(|id| id.to_string()),
    });
    Ok(PackPreview {
        pack: summary(pack, &cover, viewer, place),
        stickers: stickers.collect(),
        page_url: pack_pages::address(app, headers, pack),
    })
}

/// A pack for a viewer, at this place of their library.
pub(super) fn summary(
    pack: &Pack,
    cover: &Cover,
    viewer: Option<&str>,
    place: Option<usize>,
) -> PackSummary {
    let titles = pack.titles.iter();
    PackSummary {
        id: pack.id.clone(),
        titles: titles
            .map(|title| PackTitle { language: title.language.clone(), text: title.text.clone() })
            .collect(),
        author: pack.author.clone(),
        attribution: pack.attribution.clone(),
        licence: pack.licence.clone(),
        sticker_count: cover.stickers,
        covers: cover.covers.iter().map(ToString::to_string).collect(),
        position: place.map(count),
        own: pack.owner.is_some() && pack.owner.as_deref() == viewer,
        tags: pack.tags.clone(),
        animated: cover.animated,
        rating: pack.rating,
        licence_terms: Licence::read(&pack.licence).terms(),
        price: None,
        owned: None,
    }
}

/// Says of what is for sale what it costs, and whether the user owns it.
async fn priced(
    app: &App,
    user_id: &str,
    packs: &[Pack],
    summaries: &mut [PackSummary],
) -> Result<(), HttpError> {
    let mut prices = app.storage.prices(packs).await?;
    let owned = app.storage.owned(user_id, packs).await?;
    for (pack, summary) in packs.iter().zip(summaries).filter(|(pack, _)| pack.for_sale) {
        summary.price = prices.remove(&pack.id);
        summary.owned = Some(owned.contains(&pack.id));
    }
    Ok(())
}

/// A pack that a user sees: those of the store, their own, and those they bought, though they are not sold
/// any more.
pub(super) async fn visible(
    app: &App,
    user_id: &str,
    pack_id: &str,
) -> Result<Option<Pack>, HttpError> {
    let Some(pack) = app.storage.pack(pack_id).await? else { return Ok(None) };
    let withdrawn = pack.for_sale && pack.state == PackState::Withdrawn;
    let sees = if withdrawn {
        app.storage.has_entitlement(user_id, pack_id).await?
    } else {
        app.storage.shows(&pack, Some(user_id))
    };
    Ok(sees.then_some(pack))
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

    fn seen(catalogue: &serde_json::Value) -> Vec<(String, Option<u64>)> {
        let packs = catalogue["packs"].as_array().unwrap();
        packs.iter().map(|p| (p["id"].as_str().unwrap().into(), p["position"].as_u64())).collect()
    }

    #[tokio::test]
    async fn enabled_packs_come_first_and_hidden_ones_not_at_all() {
        let app = TestApp::new().await;
        for id in ["a", "b", "c"] {
            app.add_pack(id, &["wave", "bow"]).await;
        }
        app.storage().set_published("b", false, app.now()).await.unwrap();
        let token = app.sign_in("@a:hs").await;
        app.put_as("/api/v1/library", &token, &json!({"packs": ["c"]})).await;
        let packs = app.get_as("/api/v1/packs", &token).await.json();
        assert_eq!(seen(&packs), [("c".into(), Some(0)), ("a".into(), None)]);
        assert_eq!(packs["packs"][0]["sticker_count"], 2);
        assert_eq!(packs["packs"][0]["covers"].as_array().unwrap().len(), 2);
        assert_eq!((&packs["total"], packs.get("next")), (&json!(2), None));
        for (shelf, only) in [("enabled", "c"), ("available", "a")] {
            let packs = app.get_as(&format!("/api/v1/packs?shelf={shelf}"), &token).await.json();
            assert_eq!(seen(&packs).iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), [only]);
        }
    }

    #[tokio::test]
    async fn a_long_catalogue_comes_in_pages() {
        let app = TestApp::new().await;
        for number in 0..105 {
            app.add_pack(&format!("p{number}"), &["wave"]).await;
        }
        let token = app.sign_in("@a:hs").await;
        let first = app.get_as("/api/v1/packs", &token).await.json();
        assert_eq!(
            (seen(&first).len(), &first["total"], &first["next"]),
            (100, &json!(105), &json!(100))
        );
        let last = app.get_as("/api/v1/packs?from=100", &token).await.json();
        assert_eq!((seen(&last).len(), last.get("next")), (5, None));
        let beyond = app.get_as("/api/v1/packs?from=4294967295", &token).await.json();
        assert_eq!(seen(&beyond), []);
    }

    #[tokio::test]
    async fn packs_are_found_by_their_words() {
        let app = TestApp::new().await;
        app.add_pack("Frühling", &["hase", "party_parrot"]).await;
        app.add_pack("Herbst", &["hasenfuß"]).await;
        app.add_pack("hidden", &["hase"]).await;
        app.storage().set_published("hidden", false, app.now()).await.unwrap();
        let token = app.sign_in("@a:hs").await;
        app.put_as("/api/v1/library", &token, &json!({"packs": ["Herbst"]})).await;
        for (query, found) in [
            ("search=fruh", &["Frühling"][..]),
            ("search=FR%C3%9CHLING", &["Frühling"]),
            ("search=hase", &["Herbst", "Frühling"]),
            ("search=hase%20parrot", &["Frühling"]),
            ("search=parrot%20herbst", &[]),
            ("search=arrot", &[]),
            ("search=%25", &["Herbst", "Frühling"]),
            ("search=hase&shelf=available", &["Frühling"]),
            ("search=hase&shelf=enabled", &["Herbst"]),
            ("animated=true", &[]),
        ] {
            let packs = app.get_as(&format!("/api/v1/packs?{query}"), &token).await.json();
            let ids: Vec<String> = seen(&packs).into_iter().map(|(id, _)| id).collect();
            assert_eq!(ids, found, "{query}");
            assert_eq!(packs["total"], found.len(), "{query}");
        }
    }

    #[tokio::test]
    async fn a_pack_can_be_looked_at_unless_it_is_hidden() {
        let app = TestApp::new().await;
        app.add_pack("a", &["wave", "bow"]).await;
        let token = app.sign_in("@a:hs").await;
        let pack = app.get_as("/api/v1/packs/a", &token).await.json();
        assert_eq!(pack["stickers"][1]["body"], "A bow");
        assert_eq!(pack["pack"]["id"], "a");
        assert_eq!(app.get("/api/v1/packs/a").await.errcode(), "M_MISSING_TOKEN");
        assert_eq!(app.get_as("/api/v1/packs/ghost", &token).await.errcode(), "M_NOT_FOUND");
        app.storage().set_published("a", false, app.now()).await.unwrap();
        assert_eq!(app.get_as("/api/v1/packs/a", &token).await.errcode(), "M_NOT_FOUND");
    }
    /// Three packs that differ in what packs are chosen by.
    async fn store() -> TestApp {
        use tessera_protocol::pack::Rating;
        let app = TestApp::new().await;
        let at = |seconds| app.clock().advance(std::time::Duration::from_secs(seconds));
        for (id, title, licence, tags, languages, rating) in [
            ("b", "Zebras", "CC-BY-4.0", vec!["animals", "äpfel"], vec!["de-AT"], Rating::Everyone),
            ("c", "Éclairs", "CC-BY-NC-4.0", vec!["food"], vec!["fr"], Rating::Everyone),
            ("a", "bodies", "ask me", vec!["food", "animal"], vec![], Rating::Mature),
        ] {
            app.add_pack(id, &["wave"]).await;
            let storage = app.storage();
            let mut pack = storage.pack(id).await.unwrap().unwrap();
            pack.titles[0].text = title.into();
            pack.licence = licence.into();
            pack.tags = tags.into_iter().map(str::to_owned).collect();
            pack.languages = languages.into_iter().map(str::to_owned).collect();
            pack.rating = rating;
            let stickers = storage.stickers(id).await.unwrap();
            storage.put_pack(&pack, &stickers, app.now()).await.unwrap();
            at(60);
        }
        app
    }

    async fn found(app: &TestApp, token: &str, query: &str) -> Vec<String> {
        let packs = app.get_as(&format!("/api/v1/packs?shelf=store&{query}"), token).await.json();
        let ids: Vec<String> = seen(&packs).into_iter().map(|(id, _)| id).collect();
        assert_eq!(packs["total"], ids.len(), "{query}");
        ids
    }

    #[tokio::test]
    async fn the_store_is_filtered_and_sorted() {
        let app = store().await;
        let token = app.sign_in("@a:hs").await;
        app.put_as("/api/v1/library", &token, &json!({"packs": ["a"]})).await;
        for (query, ids) in [
            ("", &["b", "c", "a"][..]),
            ("sort=newest", &["a", "c", "b"]),
            ("sort=title", &["a", "c", "b"]),
            ("tag=food", &["c", "a"]),
            ("tag=FOOD&search=ecl", &["c"]),
            ("tag=animal", &["a"]),
            ("tag=%C3%84pfel", &["b"]),
            ("tag=apfel", &[]),
            ("search=apfel", &["b"]),
            ("language=de", &["b"]),
            ("language=en", &["b", "c", "a"]),
            ("licence=attribution", &["b"]),
            ("licence=restricted", &["c"]),
            ("licence=unclear", &["a"]),
            ("everyone=true", &["b", "c"]),
            ("animated=true", &[]),
        ] {
            assert_eq!(found(&app, &token, query).await, ids, "{query}");
        }
        assert_eq!(app.get_as("/api/v1/packs?licence=free", &token).await.status(), 400);
        let pack = app.get_as("/api/v1/packs/c", &token).await.json()["pack"].clone();
        assert_eq!(pack["tags"], json!(["food"]));
        assert_eq!(
            pack["licence_terms"],
            json!({"change": true, "sell": false, "credit": true, "same_licence": false})
        );

        let facets = app.get_as("/api/v1/packs/facets", &token).await.json();
        assert_eq!(facets["tags"][0], json!({"value": "food", "packs": 2}));
        assert_eq!(facets["languages"][0], json!({"value": "en", "packs": 3}));
        assert_eq!((&facets["animated"], &facets["mature"]), (&json!(0), &json!(1)));
        assert_eq!(facets["licences"].as_array().unwrap().len(), 3);
    }

    #[tokio::test]
    async fn what_is_not_for_everyone_is_nowhere_unless_the_operator_wants_it() {
        let app = store().await;
        let token = app.sign_in("@a:hs").await;
        app.put_as("/api/v1/library", &token, &json!({"packs": ["a", "b"]})).await;
        assert_eq!(app.storage().library("@a:hs").await.unwrap().len(), 2);
        let strict = app.without_mature_packs();
        assert_eq!(found(&strict, &token, "").await, ["b", "c"]);
        assert_eq!(strict.get_as("/api/v1/packs/facets", &token).await.json()["mature"], 0);
        assert_eq!(strict.get_as("/api/v1/packs/a", &token).await.errcode(), "M_NOT_FOUND");
        let report = json!({"reason": "mature"});
        let reported = strict.post_as("/api/v1/packs/a/reports", &token, &report).await;
        assert_eq!(reported.errcode(), "M_NOT_FOUND");
        let library = strict.get_as("/api/v1/library", &token).await;
        assert_eq!(library.body().iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(strict.storage().library("@a:hs").await.unwrap().len(), 1);
        let library = app.get_as("/api/v1/library", &token).await;
        assert_eq!(library.body().iter().filter(|byte| **byte == b'\n').count(), 2);
    }

    #[tokio::test]
    async fn a_pack_is_put_into_the_library_where_it_was() {
        let app = store().await;
        let token = app.sign_in("@a:hs").await;
        let path = |id: &str| format!("/api/v1/library/packs/{id}");
        app.put_as("/api/v1/library", &token, &json!({"packs": ["a", "b"]})).await;
        let ids = async || -> Vec<String> {
            app.storage().library("@a:hs").await.unwrap().into_iter().map(|(id, _)| id).collect()
        };
        let none = json!(null);
        assert_eq!(app.put_as(&path("c"), &token, &none).await.status(), 204);
        assert_eq!(app.put_as(&path("c"), &token, &none).await.status(), 204);
        assert_eq!(ids().await, ["a", "b", "c"]);
        assert_eq!(app.delete_as(&path("a"), &token).await.status(), 204);
        let first = format!("{}?position=0", path("a"));
        assert_eq!(app.put_as(&first, &token, &none).await.status(), 204);
        assert_eq!(ids().await, ["a", "b", "c"]);
        assert_eq!(app.delete_as(&path("b"), &token).await.status(), 204);
        let second = format!("{}?position=1", path("b"));
        assert_eq!(app.put_as(&second, &token, &none).await.status(), 204);
        assert_eq!(ids().await, ["a", "b", "c"]);
        assert_eq!(app.put_as(&path("ghost"), &token, &none).await.errcode(), "M_NOT_FOUND");
    }
}
