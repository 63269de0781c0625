//! Requests that change a pack: each says on which revision it is based, and some send a file.

use gloo_net::http::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_protocol::ApiError;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use crate::api::manager::Refusal;

/// The longest a request may take, in milliseconds: a picture may be large, and the way slow.
const TIME: u32 = 120_000;

/// What a request sends.
pub enum Content<'a, B> {
    /// Nothing.
    Nothing,
    /// An object.
    Json(&'a B),
    /// A file of the user's.
    File(&'a JsValue),
}

/// Sends a change, based on this revision if it is of a pack that is there.
///
/// # Errors
/// When the server does not answer, or refuses, or answers something else.
pub async fn change<B: Serialize, T: DeserializeOwned>(
    method: Method,
    token: &str,
    path: &str,
    revision: Option<u64>,
    content: Content<'_, B>,
) -> Result<T, Refusal> {
    let time = AbortSignal::timeout_with_u32(TIME);
    let mut request = RequestBuilder::new(path)
        .method(method)
        .abort_signal(Some(&time))
        .header("Authorization", &["Bearer ", token].concat());
    if let Some(revision) = revision {
        request = request.header("If-Match", &["\"", &revision.to_string(), "\""].concat());
    }
    let request = match content {
        Content::Nothing => request.build(),
        Content::Json(body) => {
            let body = serde_json::to_string(body).map_err(|_| Refusal::default())?;
            request.header("Content-Type", "application/json").body(body)
        }
        Content::File(file) => {
            request.header("Content-Type", "application/octet-stream").body(file.clone())
        }
    };
    let request = request.map_err(|_| Refusal::default())?;
    let answer = request.send().await.map_err(|_| Refusal::default())?;
    let (status, ok) = (answer.status(), answer.ok());
    let text = answer.text().await.map_err(|_| Refusal { status, ..Refusal::default() })?;
    if ok {
        // Some answers say nothing but that it is done.
        let text = if text.is_empty() { "null" } else { &text };
        return serde_json::from_str(text).map_err(|_| Refusal { status, ..Refusal::default() });
    }
    let error: Option<ApiError> = serde_json::from_str(&text).ok();
    Err(Refusal {
        status,
        code: error.as_ref().and_then(ApiError::code),
        words: error.map(|error| error.error).unwrap_or_default(),
    })
}
