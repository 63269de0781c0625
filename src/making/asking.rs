//! Requests that change a pack: each says on which revision it is based, and some send a file.

use gloo_net::http::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use crate::api::manager::{Refusal, answered};

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
    answered(request.map_err(|_| Refusal::default())?).await
}
