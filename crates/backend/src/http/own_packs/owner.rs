//! Whose pack it is, in one place: a handler that names [`Mine`] cannot be reached by anybody but the
//! pack's maker, and one that names [`BasedOn`] not without saying what its change is based on.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{header, request::Parts},
};
use tessera_protocol::ErrorCode;

use crate::{
    http::{App, error::HttpError, token::User},
    packs::making::OwnPack,
};

/// The pack that the address names as `id`, for the user who made it. To all others it is not there.
pub(crate) struct Mine(pub(crate) OwnPack);

impl FromRequestParts<App> for Mine {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let User(session) = User::from_request_parts(parts, app).await?;
        let not_found = || {
            let text = "You have made no such pack; it may have been deleted.";
            HttpError::new(ErrorCode::NotFound, text)
        };
        let names = RawPathParams::from_request_parts(parts, app).await.map_err(|_| not_found())?;
        let id = names.iter().find_map(|(name, value)| (name == "id").then_some(value));
        let own = app.maker.own(&session.user_id, id.unwrap_or_default()).await?;
        own.map(Self).ok_or_else(not_found)
    }
}

/// The revision that a change is based on, of `If-Match: "REVISION"`.
pub(crate) struct BasedOn(pub(crate) u64);

impl<S: Sync> FromRequestParts<S> for BasedOn {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        let revision = header.and_then(|value| value.trim().trim_matches('"').parse().ok());
        let text = "Say in `If-Match` on which revision of the pack the change is based.";
        revision.map(Self).ok_or_else(|| HttpError::new(ErrorCode::InvalidParam, text))
    }
}
