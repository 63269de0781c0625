//! Would this page show in a frame? Asked before a widget is saved, so that nobody adds one that
//! stays empty.

use http::header::CONTENT_DISPOSITION;
use tessera_protocol::frame_check::{FrameAnswer, FrameReason, FrameVerdict};
use url::Url;

use super::{
    framing::{self, Origin},
    page::{LONGEST_URL, Obstacle, Pages},
};
use crate::matrix::outgoing::{Failure, Wanted};

/// As many pages as can be around a frame.
const MOST_ANCESTORS: usize = 8;

/// A question that cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameCheckError {
    /// The address is none.
    #[error(
        "`url` is not the address of a page: it has to begin with https:// and hold no password"
    )]
    Url,
    /// An ancestor is no origin.
    #[error("`ancestors` are origins such as https://app.element.io, at most eight")]
    Ancestors,
}

/// Looks at the page and judges it.
///
/// # Errors
/// When the question is none.
pub async fn frame_check(
    pages: &Pages,
    url: &str,
    ancestors: &[String],
) -> Result<FrameAnswer, FrameCheckError> {
    if url.len() > LONGEST_URL {
        return Err(FrameCheckError::Url);
    }
    let url = Url::parse(url).map_err(|_| FrameCheckError::Url)?;
    let around: Option<Vec<Origin>> = ancestors.iter().map(|text| Origin::parse(text)).collect();
    let around = around.filter(|around| around.len() <= MOST_ANCESTORS);
    let around = around.ok_or(FrameCheckError::Ancestors)?;
    let (url, reason) = match pages.look(&url, Wanted::PageHead).await {
        Err(unseen) if unseen.why == Obstacle::NotAnAddress => return Err(FrameCheckError::Url),
        Err(unseen) => (unseen.url, Some(obstacle(unseen.why))),
        Ok(seen) => {
            let (status, headers) = (seen.response.status, &seen.response.headers);
            let disposition =
                headers.get(CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
            let saved = disposition.is_some_and(|value| {
                value.trim_start().to_ascii_lowercase().starts_with("attachment")
            });
            let reason = if seen.left_tls && around.iter().all(Origin::is_secure) {
                Some(FrameReason::MixedContent)
            } else if status.is_client_error() || status.is_server_error() {
                // An error page's headers say nothing of the page that members will get.
                Some(FrameReason::Status { status: status.as_u16() })
            } else if saved {
                Some(FrameReason::Download)
            } else {
                Origin::of(&seen.url).and_then(|page| framing::refusal(&page, headers, &around))
            };
            (seen.url, reason)
        }
    };
    Ok(FrameAnswer { verdict: verdict(reason.as_ref()), reason, url: url.into() })
}

fn obstacle(why: Obstacle) -> FrameReason {
    match why {
        Obstacle::NotAnAddress | Obstacle::BadRedirect => FrameReason::BadRedirect,
        Obstacle::TooManyRedirects => FrameReason::TooManyRedirects,
        Obstacle::Failure(failure) => match failure {
            Failure::Resolve => FrameReason::NoAddress,
            Failure::AddressRefused => FrameReason::PrivateAddress,
            Failure::Connect => FrameReason::NoConnection,
            Failure::Tls => FrameReason::Certificate,
            Failure::TimedOut => FrameReason::TimedOut,
            Failure::TooLarge | Failure::Answer => FrameReason::BadAnswer,
        },
    }
}

/// What a reason means. Where members' browsers may see more than we do, we do not know.
fn verdict(reason: Option<&FrameReason>) -> FrameVerdict {
    match reason {
        None => FrameVerdict::Embeds,
        Some(
            FrameReason::XFrameOptions { .. }
            | FrameReason::FrameAncestors { .. }
            | FrameReason::MixedContent
            | FrameReason::Download
            | FrameReason::TooManyRedirects
            | FrameReason::BadRedirect
            | FrameReason::Certificate,
        ) => FrameVerdict::Refused,
        Some(
            FrameReason::Status { .. }
            | FrameReason::NoAddress
            | FrameReason::PrivateAddress
            | FrameReason::NoConnection
            | FrameReason::TimedOut
            | FrameReason::BadAnswer,
        ) => FrameVerdict::Unknown,
    }
}

#[cfg(test)]
mod tests;
