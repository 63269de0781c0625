//! What users have to accept first: as Matrix clients ask for it (MSC2140, at the root of the host),
//! and as our own consent screens do.

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tessera_protocol::{
    ApiError, ErrorCode,
    terms::{Acceptance, Policies, Terms},
};

use super::{App, body::Body, error::HttpError, token::SignedIn};
use crate::storage::{Asked, ConsentRecord};

/// The most addresses in one acceptance.
const MOST: usize = 200;

/// Refuses users who have not accepted everything.
pub(super) async fn required(app: &App, user_id: &str) -> Result<(), HttpError> {
    if app.terms.is_empty() || app.terms.all_accepted(&app.storage.consents(user_id).await?) {
        return Ok(());
    }
    let text = "There are terms to accept first.";
    Err(HttpError::new(ErrorCode::TermsNotSigned, text))
}

/// The documents, for Matrix clients.
#[utoipa::path(get, path = "/_matrix/integrations/v1/terms", tag = "terms", responses(
    (status = 200, description = "The current version of every document", body = Policies),
))]
pub(crate) async fn policies(State(app): State<App>, headers: HeaderMap) -> Json<Policies> {
    Json(app.terms.policies(&app.site.base(&headers)))
}

/// Accept documents, as Matrix clients do: by the addresses of their pages in the language that was
/// read. What was taken back is not accepted again by this, because clients send what they remember.
#[utoipa::path(post, path = "/_matrix/integrations/v1/terms", tag = "terms",
    security(("token" = [])), request_body = Acceptance, responses(
    (status = 200, description = "Accepted: `{}`", body = Object),
    (status = 400, description = "Not the address of a current document", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn accept(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    Body(acceptance): Body<Acceptance>,
) -> Result<Json<Map<String, Value>>, HttpError> {
    record(&app, &session.user_id, &headers, &acceptance, Asked::Before).await?;
    Ok(Json(Map::new()))
}

/// Accept documents that were just shown to the user, by the addresses of their pages.
#[utoipa::path(post, path = "/api/v1/terms", tag = "terms", security(("token" = [])),
    request_body = Acceptance, responses(
    (status = 200, description = "Accepted: `{}`", body = Object),
    (status = 400, description = "Not the address of a current document", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn accept_shown(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    Body(acceptance): Body<Acceptance>,
) -> Result<Json<Map<String, Value>>, HttpError> {
    record(&app, &session.user_id, &headers, &acceptance, Asked::Now).await?;
    Ok(Json(Map::new()))
}

async fn record(
    app: &App,
    user_id: &str,
    headers: &HeaderMap,
    acceptance: &Acceptance,
    asked: Asked,
) -> Result<(), HttpError> {
    if acceptance.user_accepts.len() > MOST {
        let text = format!("At most {MOST} addresses can be accepted at once.");
        return Err(HttpError::new(ErrorCode::InvalidParam, text));
    }
    let base = app.site.base(headers);
    let accepted = app.clock.now();
    let mut consents = Vec::new();
    for url in &acceptance.user_accepts {
        let Some((document, language, text)) = app.terms.of_url(&base, url) else {
            // What they read is not what is asked for by now.
            let text = "The terms have changed. Read and accept the current ones.";
            return Err(HttpError::new(ErrorCode::InvalidParam, text));
        };
        consents.push(ConsentRecord {
            document: document.id.clone(),
            version: document.current.name.clone(),
            language: language.to_owned(),
            digest: text.digest(),
            accepted,
        });
    }
    app.storage.add_consents(user_id, &consents, asked).await?;
    Ok(())
}

/// Which language is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Wanted {
    /// A language tag; without it, `Accept-Language` says.
    language: Option<String>,
}

/// The documents, and what the user said to each.
#[utoipa::path(get, path = "/api/v1/terms", tag = "terms", security(("token" = [])),
    params(Wanted), responses(
    (status = 200, description = "The current version of every document", body = Terms),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Json<Terms>, HttpError> {
    let consents = app.storage.consents(&session.user_id).await?;
    let languages = languages(wanted.language.as_deref(), &headers);
    Ok(Json(app.terms.for_user(&app.site.base(&headers), &languages, &consents)))
}

/// Take every consent back. Nothing works any more until the terms are accepted again.
#[utoipa::path(delete, path = "/api/v1/terms", tag = "terms", security(("token" = [])), responses(
    (status = 204, description = "Taken back"),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn withdraw(
    State(app): State<App>,
    SignedIn(session): SignedIn,
) -> Result<StatusCode, HttpError> {
    app.storage.withdraw_consents(&session.user_id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The wanted languages, the best first.
pub(super) fn languages<'a>(wanted: Option<&'a str>, headers: &'a HeaderMap) -> Vec<&'a str> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.into_iter().chain(accepted.into_iter().flat_map(|all| all.split(','))).collect()
}

#[cfg(test)]
mod tests;
