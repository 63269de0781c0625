//! `/api/v1/library`: the user's whole sticker library in one answer, and the choice of packs.

use axum::{
    body::Body as HttpBody,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tessera_protocol::{ApiError, ErrorCode, library::CONTENT_TYPE, limits, pack::LibraryChoice};

use super::{
    App,
    body::Body,
    error::HttpError,
    token::{Reader, User},
};
use crate::{packs::library::Libraries, storage::SessionAndLibrary};

/// The user's stickers: newline-delimited JSON, one `PackLine` a line, in the user's order.
#[utoipa::path(get, path = "/api/v1/library", tag = "packs", security(("token" = [])), responses(
    (status = 200, description = "One pack a line, with an ETag",
     body = tessera_protocol::library::PackLine, content_type = "application/x-ndjson"),
    (status = 304, description = "Unchanged since `If-None-Match`"),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn get(
    State(app): State<App>,
    Reader(SessionAndLibrary { library: packs, .. }): Reader,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let etag = Libraries::etag(&packs);
    let mut answer = if names(&headers, header::IF_NONE_MATCH, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let library = app.libraries.get(&packs).await?;
        let (encoding, body) = if accepts(&headers, "br") {
            (Some("br"), library.brotli.clone())
        } else if accepts(&headers, "gzip") {
            (Some("gzip"), library.gzip.clone())
        } else {
            (None, library.identity.clone())
        };
        let mut answer = HttpBody::from(body).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        answer
    };
    let headers = answer.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, authorization"));
    Ok(answer)
}

/// Choose packs: exactly these, in this order. Unknown ids are left out.
#[utoipa::path(put, path = "/api/v1/library", tag = "packs", security(("token" = [])),
    request_body = LibraryChoice, responses(
    (status = 204, description = "Chosen"),
    (status = 400, description = "Too many packs, or one twice", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn put(
    State(app): State<App>,
    User(session): User,
    Body(choice): Body<LibraryChoice>,
) -> Result<StatusCode, HttpError> {
    if choice.packs.len() > limits::PACKS_PER_LIBRARY {
        let text = format!("A library has at most {} packs.", limits::PACKS_PER_LIBRARY);
        return Err(HttpError::new(ErrorCode::InvalidParam, text));
    }
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = choice.packs.iter().find(|id| !seen.insert(id.as_str())) {
        let text = format!("The pack \"{}\" is named twice.", twice.escape_default());
        return Err(HttpError::new(ErrorCode::InvalidParam, text));
    }
    app.storage.set_library(&session.user_id, &choice.packs, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a header's list of entity tags holds `etag`, as `If-None-Match` compares.
pub(crate) fn names(headers: &HeaderMap, name: header::HeaderName, etag: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// Whether `Accept-Encoding` allows `encoding`.
pub(crate) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named
            && !parts.any(|p| {
                matches!(p.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use serde_json::json;
    use tessera_protocol::library::{Pack, PackLine};

    use super::*;
    use crate::http::test_app::TestApp;

    fn packs(body: &[u8]) -> Vec<Pack> {
        let text = std::str::from_utf8(body).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<PackLine>(line).unwrap());
        lines.map(|line| Pack::from_line(&line).unwrap()).collect()
    }

    #[tokio::test]
    async fn the_library_is_complete_and_unchanged_ones_cost_nothing() {
        let app = TestApp::new().await;
        app.add_pack("cats", &["wave", "bow"]).await;
        let token = app.sign_in("@a:hs").await;
        let answer = app.get_as("/api/v1/library", &token).await;
        assert_eq!(answer.header("content-type"), Some(CONTENT_TYPE));
        let library = packs(answer.body());
        assert_eq!(library[0].id, "cats");
        assert_eq!(library[0].stickers[1].body, "A bow");
        assert_eq!(library[0].stickers[0].url, "mxc://hs/wave");

        let etag = answer.header("etag").unwrap().to_owned();
        let again = app.get_with("/api/v1/library", &token, &[("if-none-match", &etag)]).await;
        assert_eq!((again.status(), again.body().len()), (304, 0));
        assert_eq!(again.header("etag"), Some(etag.as_str()));

        app.storage().set_published("cats", false, app.now()).await.unwrap();
        let changed = app.get_with("/api/v1/library", &token, &[("if-none-match", &etag)]).await;
        assert_eq!((changed.status(), changed.body().len()), (200, 0));
    }

    #[tokio::test]
    async fn it_comes_compressed_to_those_who_can() {
        let app = TestApp::new().await;
        app.add_pack("cats", &["wave"]).await;
        let token = app.sign_in("@a:hs").await;
        let plain = app.get_as("/api/v1/library", &token).await;
        let br = app
            .get_with("/api/v1/library", &token, &[("accept-encoding", "gzip, deflate, br")])
            .await;
        assert_eq!(br.header("content-encoding"), Some("br"));
        let mut read = Vec::new();
        brotli::Decompressor::new(br.body(), 4096).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain.body());
        let gz =
            app.get_with("/api/v1/library", &token, &[("accept-encoding", "br;q=0, gzip")]).await;
        assert_eq!(gz.header("content-encoding"), Some("gzip"));
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(gz.body()).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain.body());
    }

    #[tokio::test]
    async fn a_choice_is_per_user_and_checked() {
        let app = TestApp::new().await;
        for id in ["a", "b", "c"] {
            app.add_pack(id, &["wave"]).await;
        }
        let (ann, bob) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
        let chosen = json!({"packs": ["c", "ghost", "a"]});
        assert_eq!(app.put_as("/api/v1/library", &ann, &chosen).await.status(), 204);
        let ids = |body: &[u8]| packs(body).into_iter().map(|p| p.id).collect::<Vec<_>>();
        assert_eq!(ids(app.get_as("/api/v1/library", &ann).await.body()), ["c", "a"]);
        assert_eq!(ids(app.get_as("/api/v1/library", &bob).await.body()), ["a", "b", "c"]);

        let twice = app.put_as("/api/v1/library", &ann, &json!({"packs": ["a", "a"]})).await;
        assert_eq!((twice.status(), twice.errcode().as_str()), (400, "M_INVALID_PARAM"));
        let many: Vec<String> = (0..501).map(|i| i.to_string()).collect();
        let many = app.put_as("/api/v1/library", &ann, &json!({"packs": many})).await;
        assert_eq!((many.status(), many.errcode().as_str()), (400, "M_INVALID_PARAM"));
        assert_eq!(app.put("/api/v1/library", &chosen).await.errcode(), "M_MISSING_TOKEN");
    }
}
