//! What the doctor can find, in words for the operator, each with what to do about it and a code for
//! programs. Only `doctor::walk` finds them.

use crate::{
    matrix::outgoing::Failure,
    setup::wrong::{Wrong, failure_code, failure_remedy, failure_text},
};

/// What is wrong at a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The operator's lists.
    #[error("its users may not sign in: `allow_servers` or `deny_servers` says so")]
    NotServed,
    /// Something does not answer.
    #[error("{what}: {}", failure_text(*.failure))]
    Unreachable {
        /// What.
        what: String,
        /// Why not.
        failure: Failure,
    },
    /// The federation API does not answer.
    #[error("{at}: {}", failure_text(*.failure))]
    NoFederation {
        /// Where.
        at: String,
        /// Why not.
        failure: Failure,
    },
    /// What clients look at is not as it has to be.
    #[error("{}", all(.0))]
    Wrong(Vec<(String, Wrong)>),
    /// We do not know our own address.
    #[error("`public_url` is not set, so what clients have to find is not known")]
    NoPublicUrl,
    /// The well-known of servers cannot be read.
    #[error("{url} names no server: {why}")]
    Delegation {
        /// Where.
        url: String,
        /// In what way.
        why: String,
    },
    /// The OpenID endpoint is not there.
    #[error(
        "/_matrix/federation/v1/openid/userinfo answers a made-up token with status {status} and \
         not with 401 and an `errcode`"
    )]
    NoOpenId {
        /// The status.
        status: u16,
    },
    /// The clocks differ.
    #[error(
        "the homeserver's clock is {seconds} seconds {} ours",
        if *.ahead { "ahead of" } else { "behind" }
    )]
    Clock {
        /// By how much.
        seconds: u64,
        /// In which direction.
        ahead: bool,
    },
    /// The homeserver does not say what time it is.
    #[error("the homeserver's answer has no `Date`, so the clocks cannot be compared")]
    NoDate,
    /// No homeserver is at the client API's address.
    #[error("{url} answers with status {status} and not with versions of the specification")]
    NoClientApi {
        /// Where.
        url: String,
        /// The status.
        status: u16,
    },
    /// A path of the media repository is not served.
    #[error("{url} answers with status {status} and not as a homeserver does without a token")]
    NoMedia {
        /// Where.
        url: String,
        /// The status.
        status: u16,
    },
    /// Authenticated media is not known there.
    #[error("the homeserver has no authenticated media (Matrix 1.11)")]
    OldMedia,
    /// No account uploads.
    #[error("there is no `[matrix]` account, so stickers cannot be uploaded")]
    NoAccount,
    /// The account's token is not accepted.
    #[error("{url} refuses `matrix.access_token`")]
    AccountToken {
        /// Where.
        url: String,
    },
    /// The account's homeserver says something else.
    #[error("{url} answers with status {status} and not with a user ID")]
    AccountAnswer {
        /// Where.
        url: String,
        /// The status.
        status: u16,
    },
}

/// Each place once, with all that is wrong there.
fn all(wrong: &[(String, Wrong)]) -> String {
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for (at, wrong) in wrong {
        match places.last_mut().filter(|(place, _)| place == at) {
            Some((_, texts)) => texts.push(wrong.to_string()),
            None => places.push((at, vec![wrong.to_string()])),
        }
    }
    let texts = places.iter().map(|(at, texts)| format!("{at}: {}", texts.join(", ")));
    texts.collect::<Vec<_>>().join("; ")
}

impl Problem {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        let text = match self {
            Self::NotServed => {
                "Add the homeserver to `allow_servers`, or take it out of `deny_servers`."
            }
            Self::NoFederation { failure: Failure::Connect | Failure::TimedOut, .. } => {
                "Start the homeserver and open that port to this machine, or say in \
                 /.well-known/matrix/server where its federation API is. Without federation, name \
                 its listener as `federation_url` under `[homeservers.\"…\"]` in tessera.toml."
            }
            Self::Unreachable { failure, .. } | Self::NoFederation { failure, .. } => {
                failure_remedy(*failure)
            }
            Self::Wrong(wrong) => {
                let mut remedies: Vec<String> =
                    wrong.iter().map(|(_, wrong)| wrong.remedy()).collect();
                remedies.dedup();
                return remedies.join(" ");
            }
            Self::NoPublicUrl => "Set `public_url` to the address that users reach Tessera at.",
            Self::Delegation { .. } => {
                "Serve {\"m.server\": \"HOST:PORT\"} there, or answer with 404 if there is no \
                 delegation."
            }
            Self::NoOpenId { status: 502.. }
            | Self::NoClientApi { status: 502.., .. }
            | Self::NoMedia { status: 502.., .. }
            | Self::AccountAnswer { status: 502.., .. } => {
                "Start the homeserver: the reverse proxy before it does not reach it."
            }
            Self::NoOpenId { .. } => {
                "Add the resource `openid` (or `federation`) to the homeserver's listener, and let \
                 the reverse proxy pass /_matrix/federation on to it. Without federation, name that \
                 listener as `federation_url` under `[homeservers.\"…\"]` in tessera.toml."
            }
            Self::Clock { .. } => "Set both machines' clocks by NTP (`timedatectl` shows it).",
            Self::NoDate => "Let the reverse proxy pass the header on.",
            Self::NoClientApi { .. } => {
                "Let `m.homeserver.base_url` in the well-known be the address of the homeserver's \
                 client API, and the reverse proxy pass /_matrix on to it."
            }
            Self::NoMedia { .. } => {
                "Let the reverse proxy pass /_matrix/media and /_matrix/client on to the \
                 homeserver, and the homeserver have a media repository."
            }
            Self::OldMedia => "Update the homeserver.",
            Self::NoAccount => {
                "Make an account for Tessera and set `homeserver_url` and `access_token` under \
                 `[matrix]`."
            }
            Self::AccountToken { .. } => "Make a new token for the account.",
            Self::AccountAnswer { .. } => {
                "Correct `matrix.homeserver_url`: it is the base address of the client API."
            }
        };
        text.to_owned()
    }

    /// A word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotServed => "not_served",
            Self::Unreachable { failure, .. } | Self::NoFederation { failure, .. } => {
                failure_code(*failure)
            }
            Self::Wrong(wrong) => wrong.first().map_or("wrong", |(_, wrong)| wrong.code()),
            Self::NoPublicUrl => "no_public_url",
            Self::Delegation { .. } => "delegation",
            Self::NoOpenId { .. } => "no_openid",
            Self::Clock { .. } => "clock",
            Self::NoDate => "no_date",
            Self::NoClientApi { .. } => "no_client_api",
            Self::NoMedia { .. } => "no_media",
            Self::OldMedia => "old_media",
            Self::NoAccount => "no_account",
            Self::AccountToken { .. } => "account_token",
            Self::AccountAnswer { .. } => "account_answer",
        }
    }
}
