//! The one place where a failure becomes an answer: a status, an `errcode`, and a text a person
//! can act on. Causes that are ours go to the log, not to the client.

use std::any::Any;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tessera_protocol::{ApiError, ErrorCode};

use crate::{
    accounts::RegisterError,
    matrix::openid::OpenIdError,
    moderation::ModerationError,
    packs::{import::ImportError, library::LibraryError, making::MakeError, saving::SaveError},
    storage::StorageError,
};

/// An error answer.
#[derive(Debug)]
pub(crate) struct HttpError {
    code: ErrorCode,
    body: ApiError,
}

impl HttpError {
    pub(crate) fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        Self { code, body: ApiError::new(code, text) }
    }

    /// Too many requests; again in `retry_after`.
    pub(crate) fn limit_exceeded(retry_after: std::time::Duration) -> Self {
        let mut error = Self::new(ErrorCode::LimitExceeded, "Too many requests. Wait a moment.");
        let millis = u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX);
        error.body.retry_after_ms = Some(millis.max(1));
        error
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.body.retry_after_ms.map(|millis| millis.div_ceil(1000));
        let mut response = (status, Json(self.body)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl From<StorageError> for HttpError {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "the database failed");
        Self::new(
            ErrorCode::StorageUnavailable,
            "Tessera's database does not answer. Try again in a moment.",
        )
    }
}

impl From<LibraryError> for HttpError {
    fn from(error: LibraryError) -> Self {
        tracing::error!(%error, "a library could not be built");
        Self::new(
            ErrorCode::StorageUnavailable,
            "Your sticker packs could not be read. Try again in a moment.",
        )
    }
}

impl From<ModerationError> for HttpError {
    fn from(error: ModerationError) -> Self {
        let code = match &error {
            ModerationError::NoPack | ModerationError::NoDecision => ErrorCode::NotFound,
            ModerationError::Refused(_) | ModerationError::Changed => ErrorCode::Conflict,
            ModerationError::NoReason
            | ModerationError::NoDetails
            | ModerationError::NoNote
            | ModerationError::TooLong => ErrorCode::InvalidParam,
            ModerationError::Random(_) => ErrorCode::Unknown,
            ModerationError::Storage(_) => ErrorCode::StorageUnavailable,
        };
        match error {
            ModerationError::Storage(error) => error.into(),
            error => Self::new(code, error.to_string()),
        }
    }
}

/// How long after [`SaveError::Busy`] it is worth trying again.
const BUSY: std::time::Duration = std::time::Duration::from_secs(5);

impl From<SaveError> for HttpError {
    fn from(error: SaveError) -> Self {
        let text = error.to_string();
        let code = match error {
            SaveError::RoomId | SaveError::StateKey | SaveError::Via => ErrorCode::InvalidParam,
            SaveError::TooManyPacks(_) => ErrorCode::QuotaExceeded,
            SaveError::NoHomeserver | SaveError::TooSlow => ErrorCode::HomeserverUnreachable,
            SaveError::Busy => {
                let mut busy = Self::limit_exceeded(BUSY);
                busy.body.error = text;
                return busy;
            }
            SaveError::Crashed => {
                tracing::error!("saving a pack ended unexpectedly");
                ErrorCode::Unknown
            }
            SaveError::Storage(error) => return error.into(),
            SaveError::Import(error) => return error.into(),
        };
        Self::new(code, text)
    }
}

impl From<MakeError> for HttpError {
    fn from(error: MakeError) -> Self {
        let text = error.to_string();
        let code = match error {
            MakeError::NoSticker(_) => ErrorCode::NotFound,
            MakeError::Changed
            | MakeError::Refused(_)
            | MakeError::TakenDown
            | MakeError::Private
            | MakeError::Empty => ErrorCode::Conflict,
            MakeError::NoAltText(_) => ErrorCode::AltTextMissing,
            MakeError::TooManyPacks | MakeError::TooManyStickers | MakeError::TooManyBytes => {
                ErrorCode::QuotaExceeded
            }
            MakeError::NoTitle
            | MakeError::Text(_)
            | MakeError::Shortcode
            | MakeError::ShortcodeTaken(_)
            | MakeError::Order
            | MakeError::Picture(_)
            | MakeError::Zip(_) => ErrorCode::InvalidParam,
            MakeError::Busy => {
                let mut busy = Self::limit_exceeded(BUSY);
                busy.body.error = text;
                return busy;
            }
            MakeError::Crashed | MakeError::Random(_) => {
                tracing::error!(error = text, "a user's pack could not be made");
                ErrorCode::Unknown
            }
            MakeError::Storage(error) => return error.into(),
        };
        Self::new(code, text)
    }
}

/// For a user who saves a pack; the command line has its own words for operators.
impl From<ImportError> for HttpError {
    fn from(error: ImportError) -> Self {
        let unreachable = |cause: String| {
            tracing::warn!(cause, "a pack's pictures could not be fetched");
            let text = "The homeserver does not send the pack's pictures. Try again later.";
            Self::new(ErrorCode::HomeserverUnreachable, text)
        };
        match error {
            ImportError::Storage(error) => error.into(),
            ImportError::Media(error) => unreachable(error.to_string()),
            ImportError::Files(files) => match files.iter().find(|file| file.may_pass) {
                Some(file) => unreachable(file.reason.clone()),
                None => {
                    let few: Vec<String> = files.iter().take(3).map(ToString::to_string).collect();
                    let text = format!("No sticker of this pack can be saved. {}.", few.join("; "));
                    Self::new(ErrorCode::InvalidParam, text)
                }
            },
            other => {
                Self::new(ErrorCode::InvalidParam, format!("This pack cannot be saved: {other}."))
            }
        }
    }
}

impl From<RegisterError> for HttpError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::OpenId(error) => error.into(),
            RegisterError::Storage(error) => error.into(),
            RegisterError::NoRandomness(error) => {
                tracing::error!(%error, "cannot make a token");
                Self::new(ErrorCode::Unknown, "Tessera cannot make a session right now.")
            }
        }
    }
}

impl From<OpenIdError> for HttpError {
    fn from(error: OpenIdError) -> Self {
        let code = match &error {
            OpenIdError::InvalidServerName => ErrorCode::InvalidParam,
            OpenIdError::Denied => ErrorCode::HomeserverDenied,
            OpenIdError::Rejected | OpenIdError::WrongServer => ErrorCode::Unauthorized,
            OpenIdError::Unreachable { .. } | OpenIdError::BadAnswer => {
                ErrorCode::HomeserverUnreachable
            }
        };
        Self::new(code, error.to_string())
    }
}

/// For addresses that are not ours.
pub(crate) async fn not_found() -> HttpError {
    HttpError::new(ErrorCode::Unrecognized, "There is nothing at this address.")
}

/// For methods that an address does not take.
pub(crate) async fn method_not_allowed() -> Response {
    let error = HttpError::new(ErrorCode::Unrecognized, "This address does not take this method.");
    (StatusCode::METHOD_NOT_ALLOWED, error.into_response().into_body()).into_response()
}

/// For a handler that panicked.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    HttpError::new(ErrorCode::Unknown, "Tessera failed to answer this request.").into_response()
}
