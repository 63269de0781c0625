//! Errors are part of the contract: every refusal has an `errcode` and a text a person can act on.

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal;)*) => {
        /// Why a request was refused. `M_*` codes are the Matrix specification's, `TESSERA_*` ours.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code, for documentation and tests.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The `errcode` on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that carries this code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The code of a wire `errcode`; `None` for one of a newer backend.
            #[must_use]
            pub fn parse(errcode: &str) -> Option<Self> {
                match errcode { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON.
    NotJson = "M_NOT_JSON", 400;
    /// The body is JSON of the wrong shape.
    BadJson = "M_BAD_JSON", 400;
    /// A value is out of its range.
    InvalidParam = "M_INVALID_PARAM", 400;
    /// No token was sent.
    MissingToken = "M_MISSING_TOKEN", 401;
    /// The token is unknown, expired or revoked: sign in again.
    UnknownToken = "M_UNKNOWN_TOKEN", 401;
    /// The homeserver does not confirm the OpenID token.
    Unauthorized = "M_UNAUTHORIZED", 401;
    /// The request is understood and not allowed.
    Forbidden = "M_FORBIDDEN", 403;
    /// The user has not agreed to the current terms (MSC2140).
    TermsNotSigned = "M_TERMS_NOT_SIGNED", 403;
    /// The operator does not serve users of this homeserver.
    HomeserverDenied = "TESSERA_HOMESERVER_DENIED", 403;
    /// The user has as much as one user may have: remove something first.
    QuotaExceeded = "TESSERA_QUOTA_EXCEEDED", 403;
    /// The pack is for sale and the user does not own it.
    NotOwned = "TESSERA_NOT_OWNED", 403;
    /// There is nothing at this address.
    NotFound = "M_NOT_FOUND", 404;
    /// The address or method is not one of ours.
    Unrecognized = "M_UNRECOGNIZED", 404;
    /// Stickers without alt text cannot be shown to others; the text names them.
    AltTextMissing = "TESSERA_ALT_TEXT_MISSING", 409;
    /// It is not as the request takes it to be, for somebody else was faster: look again.
    Conflict = "TESSERA_CONFLICT", 409;
    /// The user has it already.
    AlreadyOwned = "TESSERA_ALREADY_OWNED", 409;
    /// It costs something else than what the user was shown: show the price again.
    PriceChanged = "TESSERA_PRICE_CHANGED", 409;
    /// The voucher or gift was used, or its time is over.
    CodeSpent = "TESSERA_CODE_SPENT", 410;
    /// The body is larger than allowed.
    TooLarge = "M_TOO_LARGE", 413;
    /// Too many requests; `retry_after_ms` says how long to wait.
    LimitExceeded = "M_LIMIT_EXCEEDED", 429;
    /// Our own failure; the cause is in the operator's log.
    Unknown = "M_UNKNOWN", 500;
    /// The homeserver cannot be asked who the user is, or for a picture.
    HomeserverUnreachable = "TESSERA_HOMESERVER_UNREACHABLE", 502;
    /// The payment provider does not answer, or refuses; nothing was paid.
    PaymentUnavailable = "TESSERA_PAYMENT_UNAVAILABLE", 502;
    /// The database cannot be reached; try again.
    StorageUnavailable = "TESSERA_STORAGE_UNAVAILABLE", 503;
}

/// The body of every error answer: `{"errcode": "M_…", "error": "text"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// One of [`ErrorCode`], or a code of a newer backend.
    pub errcode: String,
    /// What happened and what to do, in English.
    pub error: String,
    /// With `M_LIMIT_EXCEEDED`: when to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u32>,
}

impl ApiError {
    /// An error with a text and no waiting time.
    #[must_use]
    pub fn new(code: ErrorCode, error: impl Into<String>) -> Self {
        Self { errcode: code.as_str().into(), error: error.into(), retry_after_ms: None }
    }

    /// The code, if this build knows it.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        ErrorCode::parse(&self.errcode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire_and_has_an_error_status() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.as_str()), Some(*code));
            assert!((400..=599).contains(&code.status()), "{code:?}");
        }
        assert_eq!(ErrorCode::parse("M_FROM_THE_FUTURE"), None);
    }

    #[test]
    fn the_body_is_the_matrix_error_shape() {
        let body =
            serde_json::to_value(ApiError::new(ErrorCode::NotFound, "No such pack.")).unwrap();
        assert_eq!(body, serde_json::json!({"errcode": "M_NOT_FOUND", "error": "No such pack."}));
    }
}
