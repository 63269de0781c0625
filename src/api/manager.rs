//! The manager's requests to the backend: JSON both ways, the session's token in a header, an end
//! for every request. A refusal keeps the server's words, which say what to do.

use gloo_net::http::{Method, Request, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_host_protocol::machine::Credentials;
use tessera_protocol::account::{Account, OpenIdToken, Registered};
use tessera_protocol::{ApiError, ErrorCode};
use web_sys::AbortSignal;

/// The longest a request may take, in milliseconds: the server may have to ask a page of others.
const TIME: u32 = 30_000;

/// A request that did not succeed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The answer's status; 0 if there was none.
    pub status: u16,
    /// Why, if this build knows the code.
    pub code: Option<ErrorCode>,
    /// The server's words, in English; empty if there are none.
    pub words: String,
}

/// Who the token is of.
///
/// # Errors
/// When the server does not answer, or refuses.
pub async fn account(token: &str) -> Result<Account, Refusal> {
    get(token, "/_matrix/integrations/v1/account").await
}

/// Exchanges a proof of who the user is for a session's token.
///
/// # Errors
/// When the server does not answer, or refuses.
pub async fn register(proof: Credentials) -> Result<String, Refusal> {
    let body = OpenIdToken {
        access_token: proof.access_token,
        matrix_server_name: proof.matrix_server_name,
        token_type: proof.token_type,
        expires_in: proof.expires_in,
    };
    let path = "/_matrix/integrations/v1/account/register";
    let registered: Registered = request(Method::POST, None, path, Some(&body)).await?;
    Ok(registered.token)
}

/// Asks for something.
///
/// # Errors
/// When the server does not answer, or refuses, or answers something else.
pub async fn get<T: DeserializeOwned>(token: &str, path: &str) -> Result<T, Refusal> {
    request(Method::GET, Some(token), path, None::<&()>).await
}

/// Sends something and reads the answer.
///
/// # Errors
/// When the server does not answer, or refuses, or answers something else.
pub async fn send<B: Serialize, T: DeserializeOwned>(
    method: Method,
    token: &str,
    path: &str,
    body: &B,
) -> Result<T, Refusal> {
    request(method, Some(token), path, Some(body)).await
}

/// Has something removed.
///
/// # Errors
/// When the server does not answer, or refuses.
pub async fn delete(token: &str, path: &str) -> Result<(), Refusal> {
    let _: serde_json::Value = request(Method::DELETE, Some(token), path, None::<&()>).await?;
    Ok(())
}

async fn request<B: Serialize, T: DeserializeOwned>(
    method: Method,
    token: Option<&str>,
    path: &str,
    body: Option<&B>,
) -> Result<T, Refusal> {
    let time = AbortSignal::timeout_with_u32(TIME);
    let mut request = RequestBuilder::new(path).method(method).abort_signal(Some(&time));
    if let Some(token) = token {
        request = request.header("Authorization", &["Bearer ", token].concat());
    }
    let request = match body {
        Some(body) => {
            let body = serde_json::to_string(body).map_err(|_| Refusal::default())?;
            request.header("Content-Type", "application/json").body(body)
        }
        None => request.build(),
    };
    answered(request.map_err(|_| Refusal::default())?).await
}

/// Sends a request and reads the answer.
///
/// # Errors
/// When the server does not answer, or refuses, or answers something else.
pub async fn answered<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
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
