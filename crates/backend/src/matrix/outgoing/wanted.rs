//! What is asked for: the method, the headers and how much of the answer. `outgoing` makes requests of
//! it.

use reqwest::{
    Method,
    header::{
        ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_LENGTH, HeaderMap,
        HeaderName, HeaderValue, ORIGIN,
    },
};

/// The origin that requests between origins come from: Element's own.
pub const SOME_ORIGIN: &str = "https://app.element.io";

/// How much of an answer is wanted, and of what kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A whole JSON document; one that is larger than the limit is none.
    Json,
    /// The same, as a page of another origin asks for it: with an `Origin`.
    CrossOriginJson,
    /// Whether a page of another origin may post JSON (`OPTIONS`).
    Preflight,
    /// What is said to a `POST` of nothing, as JSON.
    EmptyPost,
    /// A page's status and headers.
    PageHead,
    /// The beginning of a page, as far as the limit goes.
    PageStart,
}

impl Wanted {
    pub(super) const fn accept(self) -> &'static str {
        match self {
            Self::Json | Self::CrossOriginJson | Self::EmptyPost => "application/json",
            Self::Preflight => "*/*",
            Self::PageHead | Self::PageStart => "text/html,application/xhtml+xml,*/*;q=0.8",
        }
    }

    pub(super) const fn method(self) -> Method {
        match self {
            Self::Preflight => Method::OPTIONS,
            Self::EmptyPost => Method::POST,
            Self::Json | Self::CrossOriginJson | Self::PageHead | Self::PageStart => Method::GET,
        }
    }

    /// What goes with the request; between origins, what browsers add.
    pub(super) fn headers(self) -> HeaderMap {
        let headers: &[(HeaderName, &'static str)] = match self {
            Self::CrossOriginJson => &[(ORIGIN, SOME_ORIGIN)],
            Self::Preflight => &[
                (ORIGIN, SOME_ORIGIN),
                (ACCESS_CONTROL_REQUEST_METHOD, "POST"),
                (ACCESS_CONTROL_REQUEST_HEADERS, "content-type"),
            ],
            // Proxies refuse a `POST` without a length.
            Self::EmptyPost => &[(CONTENT_LENGTH, "0")],
            Self::Json | Self::PageHead | Self::PageStart => &[],
        };
        let value = |text| HeaderValue::from_static(text);
        headers.iter().map(|(name, text)| (name.clone(), value(text))).collect()
    }
}
