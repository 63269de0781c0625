//! Signing in with a Matrix OpenID object, and the sessions that come of it (MSC1961). Types that
//! hold a token have no `Debug`, so that no log can show one by accident.

use serde::{Deserialize, Serialize};

/// What a homeserver gives a client for third parties: the answer of
/// `POST /_matrix/client/v3/user/{userId}/openid/request_token`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenIdToken {
    /// The token to show at the homeserver's `openid/userinfo`. A secret.
    pub access_token: String,
    /// The homeserver's name, which is untrusted until it has confirmed the token.
    pub matrix_server_name: String,
    /// Always `Bearer`; not needed to verify.
    #[serde(default)]
    pub token_type: String,
    /// Seconds until the token expires, as the client was told; the homeserver decides.
    #[serde(default)]
    pub expires_in: u32,
}

/// Answer of `POST /_matrix/integrations/v1/account/register`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registered {
    /// The session's token: 256 random bits in URL-safe characters. A secret.
    pub token: String,
}

/// Answer of `POST /api/register?v=1.1`: the same token under the name Element reads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScalarRegistered {
    /// The session's token. A secret.
    pub scalar_token: String,
}

/// Answer of `GET …/account`: who the token belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The Matrix user ID that the homeserver confirmed.
    pub user_id: String,
    /// Whether the configuration names the user as an operator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
}

/// One signed-in place of the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Names the session in requests; not the token and useless as one.
    pub id: String,
    /// When it began, in milliseconds since 1970.
    pub created_ts: u64,
    /// When it ends by itself, in milliseconds since 1970.
    pub expires_ts: u64,
    /// Whether this request was made with it.
    pub current: bool,
}

/// Answer of `GET /api/v1/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sessions {
    /// The user's sessions, newest first.
    pub sessions: Vec<Session>,
}
