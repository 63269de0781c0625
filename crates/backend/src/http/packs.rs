//! `/api/v1/packs`: the catalogue, and a pack to look at before one has it.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, ErrorCode, limits,
    pack::{Catalogue, PackPreview, PackSummary, PackTitle, Shelf, StickerPreview},
};

use super::{App, error::HttpError, pack_pages, token::User};
use crate::{
    packs::{Pack, words},
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
}

/// Every published pack and the user's own; those in the user's library first, in the user's order.
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
    let mut words = words::asked(&page.search);
    words.extend(page.animated.then(|| words::ANIMATED.to_owned()));
    let enabled = Wanted { user_id: &session.user_id, words: &words, without: &[] };
    let available = Wanted { without: &library, ..enabled };

    let mine = match page.shelf {
        Shelf::All | Shelf::Enabled => app.storage.packs_named(enabled, &library).await?,
        Shelf::Available => Vec::new(),
    };
    // One after the other: the user's library, what the operator has beside, the user's own.
    let before = count(mine.len());
    let mut packs: Vec<Pack> = mine.into_iter().skip(index(page.from)).take(PAGE).collect();
    let mut total = before;
    if page.shelf != Shelf::Enabled {
        let from = page.from.saturating_sub(before);
        let most = count(PAGE - packs.len());
        let others = app.storage.catalogue(available, from, most).await?;
        // A page that is not full is the last: then they need not be counted.
        let shown = count(others.len());
        let is_last = shown < most && (from == 0 || shown > 0);
        let operators =
            if is_last { from + shown } else { app.storage.catalogue_size(available).await? };
        packs.extend(others);
        let own = app.storage.own_catalogue(available).await?;
        total = before.saturating_add(operators).saturating_add(count(own.len()));
        let from = index(from.saturating_sub(operators));
        let room = PAGE - packs.len();
        packs.extend(own.into_iter().skip(from).take(room));
    }

    let bare = Cover::default();
    let covers = app.storage.covers(&packs, count(limits::COVERS)).await?;
    let summaries: Vec<PackSummary> = packs
        .iter()
        .map(|pack| {
            let place = library.iter().position(|id| *id == pack.id);
            summary(pack, covers.get(&pack.id).unwrap_or(&bare), place)
        })
        .collect();
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
    let may_see = |pack: &Pack| match &pack.owner {
        Some(owner) => *owner == session.user_id,
        None => pack.published,
    };
    let Some(pack) = app.storage.pack(&id).await?.filter(may_see) else {
        let text = "There is no such pack; it may have been withdrawn.";
        return Err(HttpError::new(ErrorCode::NotFound, text));
    };
    let library = app.storage.library(&session.user_id).await?;
    let stickers = app.storage.stickers(&id).await?;
    let place = library.iter().position(|(enabled, _)| *enabled == id);
    let covers = stickers.iter().take(limits::COVERS).map(|sticker| sticker.image.still);
    let cover = Cover { stickers: count(stickers.len()), covers: covers.collect() };
    let page_url = pack_pages::address(&app.site, &headers, &pack);
    let pack = summary(&pack, &cover, place);
    let stickers = stickers.into_iter().map(|sticker| StickerPreview {
        shortcode: sticker.shortcode,
        body: sticker.body,
        emoji: sticker.emoji,
        w: sticker.image.w,
        h: sticker.image.h,
        still: sticker.image.still.to_string(),
        animation: sticker.image.animation.map(|id| id.to_string()),
    });
    Ok(Json(PackPreview { pack, stickers: stickers.collect(), page_url }))
}

fn summary(pack: &Pack, cover: &Cover, place: Option<usize>) -> PackSummary {
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
        own: pack.owner.is_some(),
    }
}

fn count(length: usize) -> u32 {
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
}
