//! Rate limits, per address and per user. Addresses and users are kept in memory only, as keys of
//! the counters, and forgotten when their counters are full again.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::{App, error::HttpError};
use crate::config::RateLimits;

/// How many packs a user can report in an hour. Each is read by a person.
const REPORTS_PER_HOUR: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// How many pictures a user can send in an hour. Each is decoded and encoded.
const PICTURES_PER_HOUR: NonZeroU32 = NonZeroU32::new(1000).unwrap();

/// The counters.
#[derive(Debug)]
pub struct RateLimiters {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    registrations: DefaultKeyedRateLimiter<IpAddr>,
    users: DefaultKeyedRateLimiter<String>,
    reports: DefaultKeyedRateLimiter<String>,
    pictures: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

/// The client's address, left in the request for handlers that limit more strictly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(IpAddr);

impl RateLimiters {
    /// Counters with these limits.
    #[must_use]
    pub fn new(limits: RateLimits) -> Self {
        Self {
            addresses: RateLimiter::keyed(Quota::per_minute(limits.address_per_minute)),
            registrations: RateLimiter::keyed(Quota::per_minute(limits.register_per_minute)),
            users: RateLimiter::keyed(Quota::per_minute(limits.user_per_minute)),
            reports: RateLimiter::keyed(Quota::per_hour(REPORTS_PER_HOUR)),
            pictures: RateLimiter::keyed(Quota::per_hour(PICTURES_PER_HOUR)),
            clock: DefaultClock::default(),
        }
    }

    fn check<K: std::hash::Hash + Eq + Clone>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), HttpError> {
        limiter.check_key(key).map_err(|not_until| {
            HttpError::limit_exceeded(not_until.wait_time_from(self.clock.now()))
        })
    }

    /// Counts a request of a user.
    pub(crate) fn by_user(&self, user_id: &str) -> Result<(), HttpError> {
        self.check(&self.users, &user_id.to_owned())
    }

    /// Counts a report of a user.
    pub(crate) fn report(&self, user_id: &str) -> Result<(), HttpError> {
        self.check(&self.reports, &user_id.to_owned())
    }

    /// Counts a picture of a user.
    pub(crate) fn picture(&self, user_id: &str) -> Result<(), HttpError> {
        self.check(&self.pictures, &user_id.to_owned())
    }

    /// Counts a sign-in from an address.
    pub(crate) fn register(&self, address: ClientAddress) -> Result<(), HttpError> {
        self.check(&self.registrations, &address.0)
    }

    /// Forgets counters that are full again.
    pub fn sweep(&self) {
        self.addresses.retain_recent();
        self.registrations.retain_recent();
        self.users.retain_recent();
        self.reports.retain_recent();
        self.pictures.retain_recent();
    }
}

/// Counts every request by its address.
pub(crate) async fn by_address(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = network(app.proxies.client(peer, request.headers()));
    if let Err(error) = app.limits.check(&app.limits.addresses, &address) {
        return error.into_response();
    }
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// An IPv6 client has a whole /64 to draw addresses from, so that is what is counted.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_sends_so_many_pictures_and_others_theirs() {
        let limits = RateLimiters::new(RateLimits::default());
        for _ in 0..PICTURES_PER_HOUR.get() {
            assert!(limits.picture("@a:hs").is_ok());
        }
        assert!(limits.picture("@a:hs").is_err());
        assert!(limits.picture("@b:hs").is_ok());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let network = |a: &str| network(a.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8::1"));
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
