//! What can be wrong where clients look, in words for the operator, each with what to do about it.
//! `served` finds it; `cli`, `http::setup` and `doctor` say it.

use tessera_protocol::frame_check::FrameReason;

use super::difference::Difference;
use crate::matrix::{documents::NoDocument, outgoing::Failure};

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Nothing usable is there.
    #[error("{}", no_document(.0))]
    NoDocument(NoDocument),
    /// Not a JSON object.
    #[error("it is not a JSON object")]
    NotJson,
    /// The document does not say what it has to.
    #[error("{0}")]
    Difference(Difference),
    /// Browsers keep the answer from clients.
    #[error("it has no `Access-Control-Allow-Origin`, so browsers keep it from Element")]
    NoCors,
    /// So they do if two say it.
    #[error("it has `Access-Control-Allow-Origin` twice, so browsers keep it from Element")]
    CorsTwice,
    /// Or if it is for somebody else.
    #[error("its `Access-Control-Allow-Origin` is \"{allowed}\", so browsers keep it from Element")]
    CorsForAnother {
        /// The header's value.
        allowed: String,
    },
    /// Clients cannot post JSON.
    #[error("its `Access-Control-Allow-Headers` lacks `content-type`, so Element cannot sign in")]
    NoContentType,
    /// Our own configuration keeps a client out.
    #[error("our `frame_ancestors` leave out {client}, so it cannot show this page")]
    KeptOut {
        /// The client's origin.
        client: String,
    },
    /// A proxy's header keeps a client out.
    #[error("{}", framing(.client, .reason))]
    Framing {
        /// The client's origin.
        client: String,
        /// By which header.
        reason: FrameReason,
    },
    /// No page of ours.
    #[error("it has no `frame-ancestors`, which every page of ours has")]
    NotOurs,
}

impl Wrong {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoDocument(none) => match none {
                NoDocument::Failure(failure) => failure_remedy(*failure).to_owned(),
                NoDocument::Redirect => "Serve it there, or redirect once to https.".into(),
                NoDocument::Status(status) if status.as_u16() == 404 => {
                    "Serve the file at this address.".into()
                }
                NoDocument::Status(_) => "Look into the log of the web server there.".into(),
            },
            Self::NotJson => "Serve JSON there: no page, and no comma too many.".into(),
            Self::Difference(Difference::WidgetsOff) => "Take the line out.".into(),
            Self::Difference(_) => "Put in what `tessera check` prints for it.".into(),
            Self::NoCors | Self::CorsForAnother { .. } => {
                "Send `Access-Control-Allow-Origin: *` with it.".into()
            }
            Self::CorsTwice => {
                "Let one of the two send it: for Tessera's addresses, Tessera and not the proxy."
                    .into()
            }
            Self::NoContentType => {
                "Let the reverse proxy pass OPTIONS requests on to Tessera, and its answer back."
                    .into()
            }
            Self::KeptOut { client } => format!("Add \"{client}\" to `frame_ancestors`."),
            Self::Framing { .. } => {
                "Take the header out of the reverse proxy, or let it name all clients: \
                 `tessera check` prints it."
                    .into()
            }
            Self::NotOurs => "Let `public_url` lead to Tessera, and the reverse proxy pass its \
                 Content-Security-Policy on."
                .into(),
        }
    }

    /// A word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoDocument(NoDocument::Failure(failure)) => failure_code(*failure),
            Self::NoDocument(NoDocument::Redirect) => "bad_redirect",
            Self::NoDocument(NoDocument::Status(_)) => "status",
            Self::NotJson => "not_json",
            Self::Difference(_) => "differs",
            Self::NoCors | Self::CorsTwice | Self::CorsForAnother { .. } => "cors",
            Self::NoContentType => "preflight",
            Self::KeptOut { .. } => "kept_out",
            Self::Framing { .. } => "framing",
            Self::NotOurs => "not_ours",
        }
    }
}

fn no_document(none: &NoDocument) -> String {
    match none {
        NoDocument::Failure(failure) => failure_text(*failure).to_owned(),
        other => other.to_string(),
    }
}

/// Why there is no answer, as the operator wants to hear it.
#[must_use]
pub const fn failure_text(failure: Failure) -> &'static str {
    match failure {
        Failure::Resolve => "its name has no address",
        Failure::AddressRefused => "its address is not on the public internet",
        Failure::Connect => "no connection could be made",
        Failure::Tls => "its TLS certificate could not be verified",
        Failure::TimedOut => "it did not answer in time",
        Failure::TooLarge => "its answer is too large",
        Failure::Answer => "its answer is not HTTP or was cut off",
    }
}

/// What to do about it.
#[must_use]
pub const fn failure_remedy(failure: Failure) -> &'static str {
    match failure {
        Failure::Resolve => "Correct the name, or its A and AAAA records in DNS.",
        Failure::AddressRefused => {
            "If it is your own server, set `allow_private_addresses = true` for it under \
             `[homeservers.\"…\"]` in tessera.toml."
        }
        Failure::Connect => {
            "Start the web server there, and open its port in every firewall between it and here."
        }
        Failure::Tls => {
            "Renew the certificate, with this name in it and the whole chain; for an authority of \
             your own, name its file as `ca_file` under `[homeservers.\"…\"]`."
        }
        Failure::TimedOut => "See whether it is overloaded, or a firewall swallows the connection.",
        Failure::TooLarge => "Serve the document and nothing else at this address.",
        Failure::Answer => "Look into its log: is it HTTP behind TLS, or TLS twice?",
    }
}

/// A word for programs.
#[must_use]
pub const fn failure_code(failure: Failure) -> &'static str {
    match failure {
        Failure::Resolve => "no_address",
        Failure::AddressRefused => "private_address",
        Failure::Connect => "no_connection",
        Failure::Tls => "certificate",
        Failure::TimedOut => "timed_out",
        Failure::TooLarge => "too_large",
        Failure::Answer => "bad_answer",
    }
}

fn framing(client: &str, reason: &FrameReason) -> String {
    match reason {
        FrameReason::XFrameOptions { value } => {
            format!("its `X-Frame-Options: {value}` keeps {client} from showing it")
        }
        FrameReason::FrameAncestors { allowed, .. } => {
            format!("its `frame-ancestors` are \"{allowed}\", which keeps {client} from showing it")
        }
        _ => format!("{client} cannot show it"),
    }
}
