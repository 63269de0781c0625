//! `/api/v1/packs/mine`: packs that users make themselves. Every handler that changes one names
//! [`Mine`], so that nobody else reaches it. The stickers are in `stickers`.

mod owner;
pub(crate) mod stickers;
#[cfg(test)]
mod tests;

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, limits,
    own_packs::{
        ImportedPack, LeftOutFile, OwnPack as Wire, OwnPackContent, OwnPacks, PackChange, TakenFile,
    },
};

use self::owner::{BasedOn, Mine};
use super::{
    App,
    body::{Body, Raw},
    error::HttpError,
    pack_pages, packs,
    token::User,
};
use crate::{
    packs::{Pack, making::OwnPack},
    storage::Cover,
};

/// The packs that the user made, wherever they stand.
#[utoipa::path(get, path = "/api/v1/packs/mine", tag = "own packs", security(("token" = [])),
    responses(
    (status = 200, description = "The oldest first", body = OwnPacks),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    User(session): User,
    headers: HeaderMap,
) -> Result<Json<OwnPacks>, HttpError> {
    let (packs, bytes) = app.maker.list(&session.user_id).await?;
    let packs = shown(&app, &session.user_id, &packs, &headers).await?;
    Ok(Json(OwnPacks { packs, bytes }))
}

/// Begin a pack: a draft without stickers, for nobody but its maker unless the body says otherwise. It
/// joins its maker's library. A maker has their packs in every state but `taken_down`.
#[utoipa::path(post, path = "/api/v1/packs/mine", tag = "own packs", security(("token" = [])),
    request_body = PackChange, responses(
    (status = 201, description = "Begun", body = Wire),
    (status = 400, description = "There is no title, or a text is wrong", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "The user has made as many packs as one can", body = ApiError),
))]
pub(crate) async fn create(
    State(app): State<App>,
    User(session): User,
    headers: HeaderMap,
    Body(change): Body<PackChange>,
) -> Result<Response, HttpError> {
    let own = app.maker.create(&session.user_id, &change).await?;
    Ok((StatusCode::CREATED, answer(&app, &own, &headers).await?).into_response())
}

/// A pack that the user made, with its stickers.
#[utoipa::path(get, path = "/api/v1/packs/mine/{id}", tag = "own packs", security(("token" = [])),
    params(("id" = String, Path, description = "The pack's id")), responses(
    (status = 200, description = "The pack", body = OwnPackContent),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
))]
pub(crate) async fn get(
    State(app): State<App>,
    Mine(own): Mine,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let stickers = app.maker.stickers(&own).await?.iter().map(stickers::wire).collect();
    let pack = one(&app, &own, &headers).await?;
    Ok((etag(&own), Json(OwnPackContent { pack, stickers })).into_response())
}

/// Change what is said of a pack, or for whom it is. A pack that is published or in review for `server`
/// or `public` is a draft after a change that shows others something new, and nobody else sees it until
/// it is submitted and an operator has published it again; users who have it get it back then. To let
/// fewer people see it needs no review; a pack for nobody else is always a draft.
#[utoipa::path(patch, path = "/api/v1/packs/mine/{id}", tag = "own packs",
    security(("token" = [])), request_body = PackChange,
    params(("id" = String, Path, description = "The pack's id"),
        ("if-match" = String, Header, description = "The revision, in quotes")), responses(
    (status = 200, description = "The pack as it is now", body = Wire),
    (status = 400, description = "A text is wrong, or `If-Match` is missing", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile or was taken down, or others \
     would see stickers without alt text", body = ApiError),
))]
pub(crate) async fn describe(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    headers: HeaderMap,
    Body(change): Body<PackChange>,
) -> Result<Response, HttpError> {
    let own = app.maker.describe(own, revision, &change).await?;
    answer(&app, &own, &headers).await
}

/// Delete a pack, also from the libraries of others. Stickers that were sent stay.
#[utoipa::path(delete, path = "/api/v1/packs/mine/{id}", tag = "own packs",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id")),
    responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
))]
pub(crate) async fn delete(
    State(app): State<App>,
    Mine(own): Mine,
) -> Result<StatusCode, HttpError> {
    app.maker.delete(own).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show a pack to those for whom it is. For `link` it is published at once, unless an operator rejected or
/// withdrew it; for `server` and `public` it is in review until an operator decides. Every sticker needs alt text; the error
/// `TESSERA_ALT_TEXT_MISSING` names those without.
#[utoipa::path(post, path = "/api/v1/packs/mine/{id}/submit", tag = "own packs",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id"),
        ("if-match" = String, Header, description = "The revision, in quotes")), responses(
    (status = 200, description = "The pack as it is now", body = Wire),
    (status = 400, description = "`If-Match` is missing", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile, is for nobody else, has no \
     stickers or some without alt text, or stands where this is not possible", body = ApiError),
))]
pub(crate) async fn submit(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let own = app.maker.submit(own, revision).await?;
    answer(&app, &own, &headers).await
}

/// Hide a pack from others, or take it back before an operator has decided. It is a draft then.
#[utoipa::path(post, path = "/api/v1/packs/mine/{id}/withdraw", tag = "own packs",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id"),
        ("if-match" = String, Header, description = "The revision, in quotes")), responses(
    (status = 200, description = "The pack as it is now", body = Wire),
    (status = 400, description = "`If-Match` is missing", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile, or nobody else sees it",
     body = ApiError),
))]
pub(crate) async fn withdraw(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let own = app.maker.withdraw(own, revision).await?;
    answer(&app, &own, &headers).await
}

/// What a zip is called.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Archive {
    /// Its file's name: the pack's title if the zip says none.
    #[serde(default)]
    name: String,
}

/// Make a draft of a zip of pictures, as FluffyChat and others write it: with a `pack.toml`, a
/// `pack.json`, or neither. Alt text is what these say; a file's name is none.
#[utoipa::path(post, path = "/api/v1/packs/mine/import", tag = "own packs",
    security(("token" = [])), params(Archive),
    request_body(content = Vec<u8>, content_type = "application/zip"), responses(
    (status = 201, description = "Made, with what was left out", body = ImportedPack),
    (status = 202, description = "It takes a while, and the pack will be there then"),
    (status = 400, description = "The zip is refused, or nothing of it is a sticker",
     body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "The user has made as many packs as one can", body = ApiError),
    (status = 413, description = "The zip is too large", body = ApiError),
    (status = 429, description = "Another zip is being read", body = ApiError),
))]
pub(crate) async fn import(
    State(app): State<App>,
    User(session): User,
    Query(archive): Query<Archive>,
    headers: HeaderMap,
    Raw(zip): Raw,
) -> Result<Response, HttpError> {
    app.limits.picture(&session.user_id)?;
    let Some(brought) = app.maker.bring(&session.user_id, zip, &archive.name).await? else {
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    let taken = brought.taken.into_iter().map(|(file, shortcode)| TakenFile { file, shortcode });
    let left_out = brought.left_out.into_iter();
    let imported = ImportedPack {
        pack: one(&app, &brought.own, &headers).await?,
        taken: taken.collect(),
        left_out: left_out.map(|f| LeftOutFile { file: f.name, reason: f.reason }).collect(),
    };
    Ok((StatusCode::CREATED, etag(&brought.own), Json(imported)).into_response())
}

/// The pack as it is, with its revision as a tag.
async fn answer(app: &App, own: &OwnPack, headers: &HeaderMap) -> Result<Response, HttpError> {
    Ok((etag(own), Json(one(app, own, headers).await?)).into_response())
}

fn etag(own: &OwnPack) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", own.pack().revision)) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers
}

async fn one(app: &App, own: &OwnPack, headers: &HeaderMap) -> Result<Wire, HttpError> {
    let packs = shown(app, own.owner(), std::slice::from_ref(own.pack()), headers).await?;
    packs.into_iter().next().ok_or_else(|| {
        HttpError::new(tessera_protocol::ErrorCode::Unknown, "The pack could not be read.")
    })
}

async fn shown(
    app: &App,
    user_id: &str,
    packs: &[Pack],
    headers: &HeaderMap,
) -> Result<Vec<Wire>, HttpError> {
    let library = app.storage.library(user_id).await?;
    let covers = app.storage.covers(packs, packs::count(limits::COVERS)).await?;
    let bare = Cover::default();
    let packs = packs.iter().map(|pack| {
        let place = library.iter().position(|(id, _)| *id == pack.id);
        let cover = covers.get(&pack.id).unwrap_or(&bare);
        Wire {
            pack: packs::summary(pack, cover, Some(user_id), place),
            languages: pack.languages.clone(),
            state: pack.state.name(),
            reason: pack.state.reason().map(str::to_owned),
            visibility: pack.visibility,
            revision: pack.revision,
            page_url: pack_pages::address(app, headers, pack),
        }
    });
    Ok(packs.collect())
}
