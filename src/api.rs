//! The typed client of the backend. Screens call it; every request has an end, and every refusal
//! is a [`Refused`] that says whether there was an answer at all. [`manager`] has what only the
//! manager asks for.

pub mod lines;
pub mod manager;

use gloo_net::http::{Request, RequestBuilder, Response};
use tessera_host_protocol::machine::Credentials;
use tessera_protocol::ErrorCode;
use tessera_protocol::account::OpenIdToken;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::host::incoming;

/// The longest a request may take, in milliseconds.
const TIME: u32 = 20_000;

/// A request that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The answer's status; 0 if there was none.
    pub status: u16,
    /// Why, if the answer is ours and this build knows the code.
    pub code: Option<ErrorCode>,
}

const UNANSWERED: Refused = Refused { status: 0, code: None };

fn within_time(request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&AbortSignal::timeout_with_u32(TIME)))
}

/// A text in the answer's object; `None` if the answer is not JSON or has no such text.
async fn text(answer: Response, name: &str) -> Option<String> {
    let promise = web_sys::Response::from(answer).json().ok()?;
    incoming::text(&JsFuture::from(promise).await.ok()?, name)
}

/// What a refusal's body says.
pub async fn refusal(answer: Response) -> Refused {
    let status = answer.status();
    let errcode = text(answer, "errcode").await;
    Refused { status, code: errcode.and_then(|errcode| ErrorCode::parse(&errcode)) }
}

/// Exchanges a proof of who the user is for a session.
///
/// # Errors
/// When the server does not answer, or refuses.
pub async fn register(proof: Credentials) -> Result<String, Refused> {
    let body = serde_wasm_bindgen::to_value(&OpenIdToken {
        access_token: proof.access_token,
        matrix_server_name: proof.matrix_server_name,
        token_type: proof.token_type,
        expires_in: proof.expires_in,
    });
    let body = body.ok().and_then(|body| js_sys::JSON::stringify(&body).ok()).ok_or(UNANSWERED)?;
    let request = within_time(Request::post("/_matrix/integrations/v1/account/register"))
        .header("Content-Type", "application/json")
        .body(body)
        .map_err(|_| UNANSWERED)?;
    let answer = request.send().await.map_err(|_| UNANSWERED)?;
    if !answer.ok() {
        return Err(refusal(answer).await);
    }
    text(answer, "token").await.ok_or(UNANSWERED)
}

/// Asks for the user's library; the answer may be 304 when an ETag is given.
///
/// # Errors
/// When the server does not answer.
pub async fn library(token: &str, etag: Option<&str>) -> Result<Response, Refused> {
    let mut request = within_time(Request::get("/api/v1/library"))
        .header("Authorization", &["Bearer ", token].concat());
    if let Some(etag) = etag {
        request = request.header("If-None-Match", etag);
    }
    request.send().await.map_err(|_| UNANSWERED)
}
