//! Documents at fixed addresses, such as `/.well-known/matrix/client`: redirects are followed by
//! hand, and each hop is guarded like the first. `discovery` and `setup::served` call this.

use reqwest::{StatusCode, header::LOCATION};
use url::{Position, Url};

use super::{
    access::Access,
    outgoing::{Destination, Failure, Guard, Response, Scheme, Wanted},
};

/// How many redirects are followed.
const REDIRECTS: usize = 3;

/// Why there is no document. The texts end a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDocument {
    /// There is no answer.
    #[error("{0}")]
    Failure(Failure),
    /// A redirect leads nowhere, away from TLS, or there are too many.
    #[error("it redirects in circles, to no address, or to one without TLS")]
    Redirect,
    /// An answer that is not 200.
    #[error("it answers with status {status}", status = .0.as_u16())]
    Status(StatusCode),
}

/// Fetches what is at an address. What begins with TLS goes on with TLS.
///
/// # Errors
/// When there is no answer with status 200.
pub async fn fetch(
    guard: &Guard,
    access: &Access,
    url: &Url,
    wanted: Wanted,
) -> Result<Response, NoDocument> {
    let follow = follow(guard, access, url.clone(), wanted);
    tokio::time::timeout(guard.limits().total, follow)
        .await
        .unwrap_or(Err(NoDocument::Failure(Failure::TimedOut)))
}

async fn follow(
    guard: &Guard,
    access: &Access,
    mut url: Url,
    wanted: Wanted,
) -> Result<Response, NoDocument> {
    let first = url.scheme().to_owned();
    for _ in 0..=REDIRECTS {
        let to = Destination::origin_of(&url)
            .filter(|to| to.scheme == Scheme::Https || first == "http")
            .ok_or(NoDocument::Redirect)?;
        let path = &url[Position::BeforePath..Position::AfterQuery];
        let answer = guard.fetch(&to, access, path, wanted).await.map_err(NoDocument::Failure)?;
        match answer.status {
            StatusCode::OK => return Ok(answer),
            status if status.is_redirection() => {
                url = answer
                    .headers
                    .get(LOCATION)
                    .and_then(|location| location.to_str().ok())
                    .and_then(|location| url.join(location).ok())
                    .ok_or(NoDocument::Redirect)?;
            }
            status => return Err(NoDocument::Status(status)),
        }
    }
    Err(NoDocument::Redirect)
}
