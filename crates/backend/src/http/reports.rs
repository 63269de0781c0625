//! `POST /api/v1/packs/{id}/reports`: what a user finds wrong with a pack.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use tessera_protocol::{ApiError, moderation::NewReport};

use super::{App, body::Body, error::HttpError, token::User};

/// Tell the operators what is wrong with a pack. The same again, until they have decided, takes the
/// place of what was said before. Kept for half a year after the decision.
#[utoipa::path(post, path = "/api/v1/packs/{id}/reports", tag = "packs", security(("token" = [])),
    params(("id" = String, Path, description = "The pack's id")), request_body = NewReport, responses(
    (status = 204, description = "The operators see it"),
    (status = 400, description = "It says nothing, or too much", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such pack for the user", body = ApiError),
    (status = 429, description = "The user reports too much", body = ApiError),
))]
pub(crate) async fn report(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
    Body(report): Body<NewReport>,
) -> Result<StatusCode, HttpError> {
    app.limits.report(&session.user_id)?;
    app.moderation.report(&session.user_id, &id, &report).await?;
    Ok(StatusCode::NO_CONTENT)
}
