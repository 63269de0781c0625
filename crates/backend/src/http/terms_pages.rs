//! The pages of the terms, which clients and our own screens link to: one address a version and
//! language, for ever. They need no sign-in, run no script, and nobody frames them.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use tessera_protocol::ErrorCode;

use super::{App, error::HttpError, terms::languages};
use crate::terms::{Documents, page, url_of};

const STYLE: &str = include_str!("terms_pages/terms.css");
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The pages' addresses.
pub(super) fn router(app: &App) -> Router {
    Router::new()
        .route("/terms.css", get(style))
        .route("/terms/{document}", get(current))
        .route("/terms/{document}/{version}/{language}", get(text))
        .route("/terms/{document}/{version}/{language}/changes/{from}", get(changes))
        .with_state(app.terms.clone())
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLE).into_response()
}

/// Leads to the current version in the reader's language.
async fn current(
    State(terms): State<Arc<Documents>>,
    Path(document): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = terms.document(&document).and_then(|document| {
        let (language, _) = document.current.best(languages(None, &headers))?;
        Some(url_of("", &document.id, &document.current.name, language))
    });
    match found {
        Some(address) => {
            ([(header::VARY, "accept-language")], Redirect::to(&address)).into_response()
        }
        None => missing(),
    }
}

async fn text(
    State(terms): State<Arc<Documents>>,
    Path((document, version, language)): Path<(String, String, String)>,
) -> Response {
    let found = terms
        .document(&document)
        .and_then(|document| page::of(document, document.version(&version)?, &language));
    found.map_or_else(missing, html)
}

async fn changes(
    State(terms): State<Arc<Documents>>,
    Path((document, version, language, from)): Path<(String, String, String, String)>,
) -> Response {
    let found = terms.document(&document).and_then(|document| {
        let (version, from) = (document.version(&version)?, document.version(&from)?);
        page::of_changes(document, version, from, &language)
    });
    found.map_or_else(missing, html)
}

fn html(page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, page).into_response()
}

fn missing() -> Response {
    let text = "There is no such document, version or language.";
    HttpError::new(ErrorCode::NotFound, text).into_response()
}
