//! `/api/v1/packs/mine/{id}/stickers`: what is in a pack that a user makes.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, ErrorCode, limits,
    own_packs::{OwnPack as Wire, OwnSticker, StickerChange, StickerChanged, StickerOrder},
};

use super::{
    super::{
        App,
        body::{Body, Raw},
        error::HttpError,
    },
    BasedOn, Mine, answer, etag,
};
use crate::packs::{
    Sticker,
    making::{Crop, OwnPack, Treatment},
};

/// What becomes of a picture.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Cut {
    /// The part to keep, as `x,y,w,h` in pixels of the picture turned upright; all of it without.
    crop: Option<String>,
    /// Draws a white rim around what is not see-through.
    #[serde(default)]
    outline: bool,
    /// The longest side that it may have, 64 to 1024 pixels; 512 without.
    edge: Option<u32>,
}

/// What is said of a new sticker at once.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Said {
    /// Its shortcode; made of the alt text without.
    shortcode: Option<String>,
    /// Alt text.
    body: Option<String>,
}

impl Cut {
    fn treatment(&self) -> Result<Treatment, HttpError> {
        let wrong = || {
            let text = "`crop` is four numbers of pixels: x,y,w,h.";
            HttpError::new(ErrorCode::InvalidParam, text)
        };
        let crop = match &self.crop {
            None => None,
            Some(text) => {
                let numbers: Result<Vec<u32>, _> = text.split(',').map(str::parse).collect();
                let [x, y, w, h] =
                    numbers.ok().and_then(|all| all.try_into().ok()).ok_or_else(wrong)?;
                Some(Crop { x, y, w, h })
            }
        };
        let edge = self.edge.unwrap_or(limits::STICKER_EDGE.0);
        Ok(Treatment { crop, outline: self.outline, edge })
    }
}

/// Add a sticker at the end of a pack: the body is a PNG, APNG, GIF, WebP or JPEG file, whatever the
/// `Content-Type` says. It loses its metadata, and what is changed or made smaller becomes WebP. The pack
/// may become a draft by it, as by each change that shows others something new.
#[utoipa::path(post, path = "/api/v1/packs/mine/{id}/stickers", tag = "own packs",
    security(("token" = [])), params(Cut, Said,
        ("id" = String, Path, description = "The pack's id"),
        ("if-match" = String, Header, description = "The revision, in quotes")),
    request_body(content = Vec<u8>, content_type = "image/*"), responses(
    (status = 201, description = "The sticker", body = StickerChanged),
    (status = 400, description = "The picture is refused, or a text is wrong", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "There are too many stickers, or bytes of all", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile or was taken down, or others \
     would see it without alt text", body = ApiError),
    (status = 413, description = "The picture is too large", body = ApiError),
    (status = 429, description = "Too many pictures", body = ApiError),
))]
pub(crate) async fn add(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    Query(cut): Query<Cut>,
    Query(said): Query<Said>,
    Raw(picture): Raw,
) -> Result<Response, HttpError> {
    app.limits.picture(own.owner())?;
    let treatment = cut.treatment()?;
    let change =
        StickerChange { shortcode: said.shortcode, body: said.body, ..StickerChange::default() };
    let (own, sticker) = app.maker.add_sticker(own, revision, picture, treatment, &change).await?;
    Ok((StatusCode::CREATED, changed(&own, &sticker)).into_response())
}

/// Change what is said of a sticker. The pack may become a draft by it, as by each change that shows
/// others something new.
#[utoipa::path(patch, path = "/api/v1/packs/mine/{id}/stickers/{shortcode}", tag = "own packs",
    security(("token" = [])), request_body = StickerChange,
    params(("id" = String, Path, description = "The pack's id"),
        ("shortcode" = String, Path, description = "The sticker's shortcode so far"),
        ("if-match" = String, Header, description = "The revision, in quotes")), responses(
    (status = 200, description = "The sticker as it is now", body = StickerChanged),
    (status = 400, description = "A text is wrong, or another sticker is called so",
     body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such pack or sticker", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile or was taken down, or others \
     would see the sticker without alt text", body = ApiError),
))]
pub(crate) async fn change(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    Path(names): Path<(String, String)>,
    Body(change): Body<StickerChange>,
) -> Result<Response, HttpError> {
    let (own, sticker) = app.maker.change_sticker(own, revision, &names.1, &change).await?;
    Ok(changed(&own, &sticker))
}

/// Give a sticker another picture, which is treated as that of a new one. The pack may become a draft by
/// it, as by each change that shows others something new.
#[utoipa::path(put, path = "/api/v1/packs/mine/{id}/stickers/{shortcode}/picture",
    tag = "own packs", security(("token" = [])), params(Cut,
        ("id" = String, Path, description = "The pack's id"),
        ("shortcode" = String, Path, description = "The sticker's shortcode"),
        ("if-match" = String, Header, description = "The revision, in quotes")),
    request_body(content = Vec<u8>, content_type = "image/*"), responses(
    (status = 200, description = "The sticker as it is now", body = StickerChanged),
    (status = 400, description = "The picture is refused", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "There are too many bytes of all", body = ApiError),
    (status = 404, description = "There is no such pack or sticker", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile or was taken down",
     body = ApiError),
    (status = 413, description = "The picture is too large", body = ApiError),
    (status = 429, description = "Too many pictures", body = ApiError),
))]
pub(crate) async fn picture(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    Path(names): Path<(String, String)>,
    Query(cut): Query<Cut>,
    Raw(picture): Raw,
) -> Result<Response, HttpError> {
    app.limits.picture(own.owner())?;
    let (treatment, shortcode) = (cut.treatment()?, &names.1);
    let done = app.maker.replace_picture(own, revision, shortcode, picture, treatment).await?;
    Ok(changed(&done.0, &done.1))
}

/// Remove a sticker. What was sent stays. A pack without stickers is a draft.
#[utoipa::path(delete, path = "/api/v1/packs/mine/{id}/stickers/{shortcode}", tag = "own packs",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id"),
        ("shortcode" = String, Path, description = "The sticker's shortcode"),
        ("if-match" = String, Header, description = "The revision, in quotes")), responses(
    (status = 200, description = "The pack as it is now", body = Wire),
    (status = 400, description = "`If-Match` is missing", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such pack or sticker", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile or was taken down",
     body = ApiError),
))]
pub(crate) async fn remove(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    Path(names): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let own = app.maker.remove_sticker(own, revision, &names.1).await?;
    answer(&app, &own, &headers).await
}

/// Bring a pack's stickers into another order.
#[utoipa::path(put, path = "/api/v1/packs/mine/{id}/order", tag = "own packs",
    security(("token" = [])), request_body = StickerOrder,
    params(("id" = String, Path, description = "The pack's id"),
        ("if-match" = String, Header, description = "The revision, in quotes")), responses(
    (status = 200, description = "The pack as it is now", body = Wire),
    (status = 400, description = "It does not name each sticker once", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has made no such pack", body = ApiError),
    (status = 409, description = "The pack has been changed meanwhile or was taken down",
     body = ApiError),
))]
pub(crate) async fn order(
    State(app): State<App>,
    Mine(own): Mine,
    BasedOn(revision): BasedOn,
    headers: HeaderMap,
    Body(order): Body<StickerOrder>,
) -> Result<Response, HttpError> {
    let own = app.maker.order(own, revision, &order.stickers).await?;
    answer(&app, &own, &headers).await
}

fn changed(own: &OwnPack, sticker: &Sticker) -> Response {
    let (revision, state) = (own.pack().revision, own.pack().state.name());
    (etag(own), Json(StickerChanged { sticker: wire(sticker), revision, state })).into_response()
}

pub(super) fn wire(sticker: &Sticker) -> OwnSticker {
    let image = &sticker.image;
    OwnSticker {
        shortcode: sticker.shortcode.clone(),
        body: sticker.body.clone(),
        emoji: sticker.emoji.clone(),
        tags: sticker.tags.clone(),
        mimetype: image.mimetype.clone(),
        w: image.w,
        h: image.h,
        size: image.size,
        still: image.still.to_string(),
        animation: image.animation.as_ref().map(ToString::to_string),
        uploaded: sticker.original().is_some(),
    }
}
