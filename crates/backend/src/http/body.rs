//! Bodies, refused with our error form instead of the framework's: JSON, and bytes as they are.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::{HeaderValue, header},
};
use tessera_protocol::ErrorCode;

use super::error::HttpError;

/// The body, read as JSON whatever the `Content-Type` says: clients of old send none.
pub(crate) struct Body<T>(pub(crate) T);

/// The body as it is, whatever the `Content-Type` says.
pub(crate) struct Raw(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let text = "The request's body is too large or broke off.";
        let bytes = Bytes::from_request(request, state).await;
        bytes.map(Self).map_err(|_| HttpError::new(ErrorCode::TooLarge, text))
    }
}

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Self::Rejection> {
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonSyntaxError(_)) => {
                Err(HttpError::new(ErrorCode::NotJson, "The request's body is not JSON."))
            }
            // Its text names the field, never the value.
            Err(JsonRejection::JsonDataError(error)) => {
                let text =
                    std::error::Error::source(&error).map_or_else(String::new, |e| e.to_string());
                Err(HttpError::new(
                    ErrorCode::BadJson,
                    format!("The request's body is wrong: {text}"),
                ))
            }
            Err(_) => Err(HttpError::new(
                ErrorCode::TooLarge,
                "The request's body is too large or broke off.",
            )),
        }
    }
}
