//! Whether a page can be shown in a frame inside the Matrix client: `POST /api/v1/frame-check`.

use serde::{Deserialize, Serialize};

/// Asks about a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameQuestion {
    /// The page's address, with variables filled in.
    pub url: String,
    /// The origins of all pages around the frame: the Matrix client's, and ours where we are one.
    #[serde(default)]
    pub ancestors: Vec<String>,
}

/// What is known about a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameAnswer {
    /// Whether it can be shown.
    pub verdict: FrameVerdict,
    /// Why not, or why it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FrameReason>,
    /// The address after all redirects.
    pub url: String,
}

/// Whether a page can be shown in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FrameVerdict {
    /// It can.
    Embeds,
    /// No browser will show it: offer to open it in a tab.
    Refused,
    /// We could not see it as members' browsers will; it can be added all the same.
    Unknown,
}

/// Why a page cannot be shown in a frame, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FrameReason {
    /// The page forbids it by `X-Frame-Options`.
    XFrameOptions {
        /// The header's value.
        value: String,
    },
    /// The page's `Content-Security-Policy` leaves out one of the origins around the frame.
    FrameAncestors {
        /// What the page allows.
        allowed: String,
        /// The origin that is not among it.
        ancestor: String,
    },
    /// The page, or what it redirects to, is not `https:`, and the client is.
    MixedContent,
    /// It is a file to be saved and not a page.
    Download,
    /// It redirects in circles, or too often.
    TooManyRedirects,
    /// It redirects to what is no address of the web.
    BadRedirect,
    /// Its TLS certificate cannot be verified.
    Certificate,
    /// It answers with an error; members who are signed in there may see more.
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// DNS does not know its host.
    NoAddress,
    /// Its host is not on the public internet, so we do not ask it.
    PrivateAddress,
    /// Nobody answers there.
    NoConnection,
    /// It took too long.
    TimedOut,
    /// The answer is not HTTP, or was cut off.
    BadAnswer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_a_code_and_what_belongs_to_it() {
        let answer = FrameAnswer {
            verdict: FrameVerdict::Refused,
            reason: Some(FrameReason::FrameAncestors {
                allowed: "'self'".into(),
                ancestor: "https://app.example".into(),
            }),
            url: "https://page.example/".into(),
        };
        let json = serde_json::json!({"verdict": "refused", "url": "https://page.example/",
            "reason": {"code": "frame_ancestors", "allowed": "'self'", "ancestor": "https://app.example"}});
        assert_eq!(serde_json::to_value(&answer).unwrap(), json);
        assert_eq!(serde_json::from_value::<FrameAnswer>(json).unwrap(), answer);
    }
}
