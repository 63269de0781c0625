//! Who makes a request: extractors that let a handler run only for a signed-in user. A handler
//! that names [`User`] cannot be reached without a session, nor before the terms are accepted,
//! whatever its path.

use axum::{
    extract::{FromRequestParts, Query},
    http::{HeaderMap, header, request::Parts},
};
use serde::Deserialize;
use tessera_protocol::ErrorCode;

use super::{App, error::HttpError, terms};
use crate::storage::{SessionAndLibrary, SessionRecord};

/// A request with `Authorization: Bearer TOKEN`, of somebody who has accepted the terms.
pub(crate) struct User(pub(crate) SessionRecord);

/// The same, with their library, of which the database is asked in the same breath.
pub(crate) struct Reader(pub(crate) SessionAndLibrary);

/// A user whom the configuration names as an operator. A handler that names this cannot be reached by
/// anybody else.
pub(crate) struct Operator(pub(crate) SessionRecord);

/// Somebody signed in, whatever they have accepted: for the terms themselves, and for leaving.
pub(crate) struct SignedIn(pub(crate) SessionRecord);

/// One of Element's own calls, which carry the token as `scalar_token` in the query.
pub(crate) struct ScalarUser(pub(crate) SessionRecord);

#[derive(Deserialize)]
struct ScalarQuery {
    scalar_token: Option<String>,
}

impl FromRequestParts<App> for User {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let session = authenticate(app, bearer(&parts.headers)).await?;
        terms::required(app, &session.user_id).await?;
        Ok(Self(session))
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let User(session) = User::from_request_parts(parts, app).await?;
        if app.moderation.is_operator(&session.user_id) {
            Ok(Self(session))
        } else {
            let text = "Only the operators of this server may do this.";
            Err(HttpError::new(ErrorCode::Forbidden, text))
        }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        authenticate(app, bearer(&parts.headers)).await.map(Self)
    }
}

impl FromRequestParts<App> for ScalarUser {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let query = Query::<ScalarQuery>::try_from_uri(&parts.uri).ok();
        let in_query = query.as_ref().and_then(|query| query.scalar_token.as_deref());
        let session = authenticate(app, bearer(&parts.headers).or(in_query)).await?;
        terms::required(app, &session.user_id).await?;
        Ok(Self(session))
    }
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Reader {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let token = present(bearer(&parts.headers))?;
        let found = app.accounts.session_and_library(token).await?.ok_or_else(ended)?;
        let user_id = &found.session.user_id;
        app.limits.by_user(user_id)?;
        terms::required(app, user_id).await?;
        Ok(Self(found))
    }
}

async fn authenticate(app: &App, token: Option<&str>) -> Result<SessionRecord, HttpError> {
    let session = app.accounts.session(present(token)?).await?.ok_or_else(ended)?;
    app.limits.by_user(&session.user_id)?;
    Ok(session)
}

fn present(token: Option<&str>) -> Result<&str, HttpError> {
    let missing = || HttpError::new(ErrorCode::MissingToken, "Sign in first: there is no token.");
    token.filter(|token| !token.is_empty()).ok_or_else(missing)
}

fn ended() -> HttpError {
    HttpError::new(ErrorCode::UnknownToken, "This sign-in has ended. Sign in again.")
}
