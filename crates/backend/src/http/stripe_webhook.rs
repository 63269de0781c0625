//! `POST /webhooks/stripe`: what Stripe tells us. The signature of the raw body is checked before anything
//! of it is read; then the event is kept and answered, and what it asks for is done afterwards.

#[cfg(test)]
mod tests;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use tessera_protocol::{ApiError, ErrorCode};

use super::{App, error::HttpError};
use crate::payments::signature;

/// The largest message, in bytes.
pub(super) const LIMIT: usize = 256 * 1024;

/// An event of Stripe's.
#[utoipa::path(post, path = "/webhooks/stripe", tag = "orders", request_body = String, responses(
    (status = 204, description = "Kept, or none of ours"),
    (status = 400, description = "Not signed, not by Stripe, not just now, or of another mode",
     body = ApiError),
    (status = 404, description = "Nothing is sold by Stripe here", body = ApiError),
    (status = 413, description = "Too large", body = ApiError),
    (status = 503, description = "It could not be kept: send it again", body = ApiError),
))]
pub(crate) async fn receive(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, HttpError> {
    if app.webhook_secrets.is_empty() {
        return Err(HttpError::new(ErrorCode::NotFound, "Nothing is sold by Stripe here."));
    }
    let header = headers.get("stripe-signature").and_then(|header| header.to_str().ok());
    let now = app.clock.now();
    signature::check(&body, header.unwrap_or_default(), &app.webhook_secrets, now).map_err(
        |error| {
            tracing::warn!(%error, "a message to the webhook was refused");
            HttpError::new(ErrorCode::InvalidParam, error.to_string())
        },
    )?;
    match app.orders.receive(&body).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::warn!(%error, "an event was refused");
            Err(HttpError::new(ErrorCode::InvalidParam, error.to_string()))
        }
    }
}
