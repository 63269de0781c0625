//! `/api/v1/packs`: the catalogue, and a pack to look at before one has it.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, ErrorCode, limits,
    pack::{Catalogue, PackPreview, PackSummary, PackTitle, Shelf, StickerPreview},
};

use super::{App, error::HttpError, token::User};
use crate::packs::{Pack, Sticker};

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
    let place = |id: &str| library.iter().position(|(enabled, _)| enabled == id);
    let mut packs = app.storage.packs().await?;
    packs.extend(app.storage.saved_packs(&session.user_id).await?);
    packs.retain(|pack| {
        let wanted = match page.shelf {
            Shelf::All => true,
            Shelf::Enabled => place(&pack.id).is_some(),
            Shelf::Available => place(&pack.id).is_none(),
        };
        wanted && pack.published
    });
    packs.sort_by_key(|pack| place(&pack.id).unwrap_or(usize::MAX));
    let total = count(packs.len());
    let from = usize::try_from(page.from).unwrap_or(usize::MAX);
    let mut summaries = Vec::new();
    for pack in packs.into_iter().skip(from).take(limits::CATALOGUE_PAGE) {
        let stickers = app.storage.stickers(&pack.id).await?;
        summaries.push(summary(&pack, &stickers, place(&pack.id)));
    }
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
    let pack = summary(&pack, &stickers, place);
    let stickers = stickers.into_iter().map(|sticker| StickerPreview {
        shortcode: sticker.shortcode,
        body: sticker.body,
        emoji: sticker.emoji,
        w: sticker.image.w,
        h: sticker.image.h,
        still: sticker.image.still.to_string(),
        animation: sticker.image.animation.map(|id| id.to_string()),
    });
    Ok(Json(PackPreview { pack, stickers: stickers.collect() }))
}

fn summary(pack: &Pack, stickers: &[Sticker], place: Option<usize>) -> PackSummary {
    let titles = pack.titles.iter();
    let covers = stickers.iter().take(limits::COVERS);
    PackSummary {
        id: pack.id.clone(),
        titles: titles
            .map(|title| PackTitle { language: title.language.clone(), text: title.text.clone() })
            .collect(),
        author: pack.author.clone(),
        attribution: pack.attribution.clone(),
        licence: pack.licence.clone(),
        sticker_count: count(stickers.len()),
        covers: covers.map(|sticker| sticker.image.still.to_string()).collect(),
        position: place.map(count),
        own: pack.owner.is_some(),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
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
