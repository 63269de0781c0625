//! `/api/v1/library/packs`: saving a room's pack to the user's library, and taking packs out of it.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tessera_protocol::{ApiError, ErrorCode, library::PackLine, limits, pack::RoomPack};

use super::{App, body::Body, error::HttpError, packs, token::User};
use crate::packs::saving::Saved;

/// Save a room's image pack (MSC2545) at the end of the library. Nobody else sees it. The same room
/// and key again update it. Stickers whose pictures cannot be had are left out.
#[utoipa::path(post, path = "/api/v1/library/packs", tag = "packs", security(("token" = [])),
    request_body = RoomPack<Value>, responses(
    (status = 201, description = "Saved, as it is in the library now", body = PackLine),
    (status = 202, description = "It takes a while and will be in the library then"),
    (status = 400, description = "The body is wrong, or nothing of the pack is a sticker",
     body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "The user has saved as many packs as one can", body = ApiError),
    (status = 413, description = "The body is too large", body = ApiError),
    (status = 429, description = "Another pack is being saved", body = ApiError),
    (status = 502, description = "The pictures cannot be fetched", body = ApiError),
))]
pub(crate) async fn save(
    State(app): State<App>,
    User(session): User,
    Body(pack): Body<RoomPack<Value>>,
) -> Result<Response, HttpError> {
    let Saved::Done(id) = app.saver.save(&session.user_id, pack).await? else {
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    Ok(match app.libraries.pack_line(&id).await? {
        Some(line) => (StatusCode::CREATED, Json(line)).into_response(),
        // None of its stickers is uploaded yet.
        None => StatusCode::ACCEPTED.into_response(),
    })
}

/// Where a pack goes.
#[derive(serde::Deserialize, utoipa::IntoParams)]
pub(crate) struct Place {
    /// Its place in the library, from 0; the end without it.
    position: Option<usize>,
}

/// Put a pack of the catalogue into the library, unless it is there.
#[utoipa::path(put, path = "/api/v1/library/packs/{id}", tag = "packs",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id"), Place),
    responses(
    (status = 204, description = "It is in the library"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "It is for sale and not the user's, or there are too many packs in the library", body = ApiError),
    (status = 404, description = "There is no such pack for the user", body = ApiError),
))]
pub(crate) async fn add(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
    Query(place): Query<Place>,
) -> Result<StatusCode, HttpError> {
    let user_id = &session.user_id;
    let Some(pack) = packs::visible(&app, user_id, &id).await? else {
        let text = "There is no such pack; it may have been withdrawn.";
        return Err(HttpError::new(ErrorCode::NotFound, text));
    };
    let pack = [pack];
    let owned = app.storage.owned(user_id, &pack).await?;
    if pack.iter().any(|pack| pack.for_sale && !owned.contains(&pack.id)) {
        let text = "This pack is for sale. Buy it first.";
        return Err(HttpError::new(ErrorCode::NotOwned, text));
    }
    let library = app.storage.library(user_id).await?;
    if library.iter().any(|(enabled, _)| *enabled == id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    if library.len() >= limits::PACKS_PER_LIBRARY {
        let text = format!(
            "A library has at most {} packs. Take one out first.",
            limits::PACKS_PER_LIBRARY
        );
        return Err(HttpError::new(ErrorCode::QuotaExceeded, text));
    }
    let now = app.clock.now();
    match place.position.and_then(|position| library.get(position)) {
        Some((next, _)) => app.storage.enable_pack_before(user_id, &id, next, now).await?,
        None => app.storage.enable_pack(user_id, &id, now).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Take a pack out of the library; one that the user saved is deleted.
#[utoipa::path(delete, path = "/api/v1/library/packs/{id}", tag = "packs",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id")),
    responses(
    (status = 204, description = "Taken out"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such pack", body = ApiError),
))]
pub(crate) async fn remove(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<StatusCode, HttpError> {
    if app.saver.remove(&session.user_id, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(HttpError::new(ErrorCode::NotFound, "There is no such pack in your library."))
    }
}

#[cfg(test)]
mod tests;
