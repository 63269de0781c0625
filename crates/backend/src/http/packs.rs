//! `GET /api/v1/packs`: the catalogue.

use axum::{Json, extract::State};
use tessera_protocol::{
    ApiError,
    pack::{Catalogue, PackSummary},
};

use super::{App, error::HttpError, token::User};

/// Every published pack and the user's own; those in the user's library first, in the user's order.
#[utoipa::path(get, path = "/api/v1/packs", tag = "packs", security(("token" = [])), responses(
    (status = 200, description = "The catalogue", body = Catalogue),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    User(session): User,
) -> Result<Json<Catalogue>, HttpError> {
    let library = app.storage.library(&session.user_id).await?;
    let place = |id: &str| library.iter().position(|(enabled, _)| enabled == id);
    let mut packs = Vec::new();
    let mut seen = app.storage.packs().await?;
    seen.extend(app.storage.saved_packs(&session.user_id).await?);
    for pack in seen.into_iter().filter(|pack| pack.published) {
        let stickers = app.storage.stickers(&pack.id).await?;
        let summary = PackSummary {
            title: pack.title().to_owned(),
            sticker_count: u32::try_from(stickers.len()).unwrap_or(u32::MAX),
            cover: stickers.first().map(|sticker| sticker.image.still.to_string()),
            enabled: place(&pack.id).is_some(),
            own: pack.owner.is_some(),
            author: pack.author,
            licence: pack.licence,
            id: pack.id,
        };
        packs.push((place(&summary.id).unwrap_or(usize::MAX), summary));
    }
    packs.sort_by_key(|(place, _)| *place);
    Ok(Json(Catalogue { packs: packs.into_iter().map(|(_, summary)| summary).collect() }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

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
        let seen: Vec<_> = packs["packs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p["id"].as_str().unwrap(), p["enabled"].as_bool().unwrap()))
            .collect();
        assert_eq!(seen, [("c", true), ("a", false)]);
        assert_eq!(packs["packs"][0]["sticker_count"], 2);
    }
}
