//! The servers that are asked: Tessera's whole router, and the handler it is compared with.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{Router, http::header, routing::get};
use bytes::Bytes;
use tessera_backend::{
    accounts::{Accounts, VerifyOpenId},
    clock::{Clock, SystemClock},
    config::RateLimits,
    http::{
        App, Metrics, PreviewCache, RateLimiters, Shared, Site, TrustedProxies, app::AppFiles,
        router,
    },
    matrix::{openid::OpenIdError, resolver::SystemResolver},
    moderation::Moderation,
    orders::Orders,
    packs::{library::Libraries, making::Maker, saving::Saver},
    random::SystemRandom,
    storage::Storage,
    widgets::{page::Pages, title::Titles},
};
use tessera_protocol::{account::OpenIdToken, library::CONTENT_TYPE};
use tokio::net::TcpListener;

struct Nobody;

#[async_trait::async_trait]
impl VerifyOpenId for Nobody {
    async fn verify(&self, _: &OpenIdToken) -> Result<String, OpenIdError> {
        Err(OpenIdError::Rejected)
    }
}

/// One instance for each of these.
pub(crate) async fn start(instances: &[Storage]) -> Vec<SocketAddr> {
    let mut addresses = Vec::new();
    for storage in instances {
        addresses.push(serve(instance(storage.clone())).await);
    }
    addresses
}

/// A handler that has the answer in memory, and nothing around it.
pub(crate) async fn memory(body: Bytes) -> SocketAddr {
    let headers = [(header::CONTENT_TYPE, CONTENT_TYPE), (header::CONTENT_ENCODING, "br")];
    let handler = move || {
        let body = body.clone();
        async move { (headers, body) }
    };
    serve(Router::new().route("/", get(handler))).await
}

/// A request as the picker makes it.
pub(crate) fn library_request(token: &str, more: &str) -> Vec<u8> {
    format!(
        "GET /api/v1/library HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         accept-encoding: gzip, deflate, br\r\n{more}\r\n"
    )
    .into_bytes()
}

/// A search in the catalogue as the manager makes it.
pub(crate) fn search_request(token: &str, words: &str) -> Vec<u8> {
    let words = words.replace(' ', "%20");
    format!(
        "GET /api/v1/packs?shelf=available&from=0&search={words} HTTP/1.1\r\nhost: x\r\n\
         authorization: Bearer {token}\r\n\r\n"
    )
    .into_bytes()
}

fn instance(storage: Storage) -> Router {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // The limits count as ever, but never end the measurement.
    let endless = NonZeroU32::MAX;
    let limits = RateLimits {
        address_per_minute: endless,
        register_per_minute: endless,
        user_per_minute: endless,
    };
    let accounts = Accounts::new(
        storage.clone(),
        Arc::new(Nobody),
        clock.clone(),
        Arc::new(SystemRandom),
        Duration::from_secs(3600),
    );
    let pages = Pages::new(Arc::new(SystemResolver::new().unwrap())).unwrap();
    let app = App::from(Shared {
        accounts,
        libraries: Libraries::new(storage.clone()),
        saver: Saver::new(storage.clone(), None, clock.clone()),
        maker: Maker::new(storage.clone(), None, clock.clone(), Arc::new(SystemRandom)),
        moderation: Moderation {
            storage: storage.clone(),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            operators: Arc::default(),
        },
        orders: Orders {
            storage: storage.clone(),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            policy: None,
            rail: None,
            allowed: Arc::default(),
            denied: Arc::default(),
            news: tokio::sync::broadcast::channel(16).0,
            wake: Arc::default(),
        },
        webhook_secrets: Arc::new([]),
        storage,
        previews: PreviewCache::default(),
        titles: Titles::new(pages.clone()),
        pages,
        site: Arc::new(Site { name: "Tessera".into(), public_url: None, public_packs: false }),
        terms: Arc::default(),
        offer: Arc::default(),
        clock,
        limits: Arc::new(RateLimiters::new(limits)),
        proxies: Arc::new(TrustedProxies::default()),
        metrics: Metrics::new(None),
        setup: None,
    });
    router(app, AppFiles::load(None, &["*".to_owned()]).unwrap(), None, None)
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}
