//! `GET /previews/{id}.webp`: the small pictures of the picker. Named by their content, so they
//! are cached for ever; public, because a name can only be known from a library.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use moka::future::Cache;
use tessera_protocol::{ApiError, ErrorCode};

use super::{App, error::HttpError};
use crate::{
    packs::PreviewId,
    storage::{Storage, StorageError},
};

/// Previews that were asked for lately, at most 16 MiB of them.
#[derive(Clone)]
pub struct PreviewCache(Cache<PreviewId, Bytes>);

impl Default for PreviewCache {
    fn default() -> Self {
        let size = |_: &PreviewId, bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(16 << 20).weigher(size).build())
    }
}

impl PreviewCache {
    async fn get(&self, storage: &Storage, id: PreviewId) -> Result<Option<Bytes>, StorageError> {
        if let Some(bytes) = self.0.get(&id).await {
            return Ok(Some(bytes));
        }
        let Some(bytes) = storage.preview(id).await?.map(Bytes::from) else {
            return Ok(None);
        };
        self.0.insert(id, bytes.clone()).await;
        Ok(Some(bytes))
    }
}

/// A preview.
#[utoipa::path(get, path = "/previews/{file}", tag = "packs",
    params(("file" = String, Path, description = "A preview id of a library and `.webp`")),
    responses(
    (status = 200, description = "WebP; never changes", body = Vec<u8>, content_type = "image/webp"),
    (status = 404, description = "There is no such preview", body = ApiError),
))]
pub(crate) async fn preview(
    State(app): State<App>,
    Path(file): Path<String>,
) -> Result<Response, HttpError> {
    let id = file.strip_suffix(".webp").and_then(|id| id.parse::<PreviewId>().ok());
    let bytes = match id {
        Some(id) => app.previews.get(&app.storage, id).await?,
        None => None,
    };
    let Some(bytes) = bytes else {
        return Err(HttpError::new(ErrorCode::NotFound, "There is no such preview."));
    };
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "image/webp"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn a_preview_is_immutable_and_a_wrong_name_is_not_found() {
        let app = TestApp::new().await;
        let id = app.storage().add_preview(b"RIFFxxxxWEBP").await.unwrap();
        for _ in 0..2 {
            let answer = app.get(&format!("/previews/{id}.webp")).await;
            assert_eq!(answer.body(), b"RIFFxxxxWEBP");
            assert_eq!(answer.header("content-type"), Some("image/webp"));
            assert!(answer.header("cache-control").unwrap().contains("immutable"));
        }
        for wrong in ["0000.webp", "x", "..%2F..%2Fetc%2Fpasswd", &format!("{id}.png")] {
            let answer = app.get(&format!("/previews/{wrong}")).await;
            assert_eq!((answer.status(), answer.errcode().as_str()), (404, "M_NOT_FOUND"));
        }
    }
}
