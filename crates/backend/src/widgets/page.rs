//! Looking at a page that somebody names, as far as a browser would go: through redirects, each of
//! which is judged anew by the guard, for a public page may lead to a private one.

use std::{sync::Arc, time::Duration};

use reqwest::header::LOCATION;
use url::Url;

use crate::matrix::{
    access::{Access, Allowed, CertificateError},
    outgoing::{Destination, Failure, Guard, Limits, Response, Wanted},
    resolver::Resolver,
};

/// As many redirects as are followed.
const REDIRECTS: usize = 5;
/// How long all of them together may take.
const TOTAL: Duration = Duration::from_secs(15);
/// The longest address that is looked at.
pub const LONGEST_URL: usize = 4096;

/// The eyes of the backend.
#[derive(Clone)]
pub struct Pages {
    guard: Arc<Guard>,
    access: Access,
    total: Duration,
}

/// A page that was looked at.
pub struct Seen {
    /// Where it is, after all redirects.
    pub url: Url,
    /// Whether a redirect led through an address without TLS.
    pub left_tls: bool,
    /// What came back.
    pub response: Response,
}

/// A page that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// How far we came.
    pub url: Url,
    /// What was in the way.
    pub why: Obstacle,
}

/// What was in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is no address of the web, or has a password in it.
    NotAnAddress,
    /// It redirects to such.
    BadRedirect,
    /// It redirects too often.
    TooManyRedirects,
    /// There was no answer.
    Failure(Failure),
}

impl Pages {
    /// Looks only at what is on the public internet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(resolver: Arc<dyn Resolver>) -> Result<Self, CertificateError> {
        let limits = Limits { body: 128 * 1024, ..Limits::default() };
        let access = Access::new(Allowed::PublicOnly, None)?;
        Ok(Self::with(Guard::new(resolver, limits), access, TOTAL))
    }

    /// With limits and an internet of one's own.
    pub(crate) fn with(guard: Guard, access: Access, total: Duration) -> Self {
        Self { guard: Arc::new(guard), access, total }
    }

    /// Looks at a page.
    ///
    /// # Errors
    /// When it cannot be seen.
    pub async fn look(&self, url: &Url, wanted: Wanted) -> Result<Seen, Unseen> {
        let late = Unseen { url: url.clone(), why: Obstacle::Failure(Failure::TimedOut) };
        tokio::time::timeout(self.total, self.follow(url.clone(), wanted))
            .await
            .unwrap_or(Err(late))
    }

    async fn follow(&self, mut url: Url, wanted: Wanted) -> Result<Seen, Unseen> {
        let mut left_tls = false;
        for hop in 0..=REDIRECTS {
            let blocked = |why| Unseen { url: url.clone(), why };
            let Some(to) = Destination::origin_of(&url) else {
                let first = hop == 0;
                let why = if first { Obstacle::NotAnAddress } else { Obstacle::BadRedirect };
                return Err(blocked(why));
            };
            left_tls |= url.scheme() == "http";
            let query = url.query().map_or(String::new(), |query| format!("?{query}"));
            let path = format!("{}{query}", url.path());
            let answer = self.guard.fetch(&to, &self.access, &path, wanted).await;
            let response = answer.map_err(|failure| blocked(Obstacle::Failure(failure)))?;
            let location =
                response.headers.get(LOCATION).filter(|_| response.status.is_redirection());
            let Some(location) = location else { return Ok(Seen { url, left_tls, response }) };
            let next = location.to_str().ok().and_then(|location| url.join(location).ok());
            url = next.ok_or_else(|| blocked(Obstacle::BadRedirect))?;
        }
        Err(Unseen { url, why: Obstacle::TooManyRedirects })
    }
}
