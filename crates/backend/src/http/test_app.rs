//! The server as tests call it: everything real but the homeserver's word and the clock.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response, header},
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tessera_protocol::{
    account::OpenIdToken,
    order::{RailName, Seller},
    own_packs::Visibility,
    pack::Rating,
};
use tessera_widgets::{Catalogue, Offer};
use tower::ServiceExt as _;

use super::{
    App, Metrics, PreviewCache, RateLimiters, SetupPage, Shared, Site, TrustedProxies,
    WidgetsOrigin, app::AppFiles, playground::Playground, router,
};
use crate::{
    accounts::{Accounts, VerifyOpenId},
    clock::{Clock as _, ManualClock, Timestamp},
    config::RateLimits,
    matrix::{
        fake_media::FakeMedia, openid::OpenIdError, outgoing::Failure,
        resolver::table::TableResolver,
    },
    moderation::Moderation,
    orders::{Orders, Policy},
    packs::{
        ImageId, Kind, Pack, State, Sticker, StickerImage, library::Libraries, making::Maker,
        pack::Title, saving::Saver,
    },
    payments::pretended::Pretended,
    random::CountingRandom,
    storage::Storage,
    terms::Documents,
    widgets::{page::Pages, title::Titles, wrapper::Wrappers},
};

/// A server on an empty database.
pub(crate) struct TestApp {
    router: Router,
    app: App,
    media: Arc<FakeMedia>,
    clock: Arc<ManualClock>,
}

/// The user whom the configuration names as an operator.
pub(crate) const OPERATOR: &str = "@operator:hs";

/// Takes the token for the user ID, and a few words for failures.
struct Homeserver;

#[async_trait::async_trait]
impl VerifyOpenId for Homeserver {
    async fn verify(&self, token: &OpenIdToken) -> Result<String, OpenIdError> {
        match token.access_token.as_str() {
            "forged" => Err(OpenIdError::Rejected),
            "foreign" => Err(OpenIdError::WrongServer),
            "denied" => Err(OpenIdError::Denied),
            "odd-name" => Err(OpenIdError::InvalidServerName),
            "unreachable" => Err(OpenIdError::Unreachable { step: Failure::Connect }),
            "rubbish" => Err(OpenIdError::BadAnswer),
            user_id => Ok(user_id.to_owned()),
        }
    }
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with_files(AppFiles::load(None, &["*".to_owned()]).unwrap()).await
    }

    pub(crate) async fn with_files(files: AppFiles) -> Self {
        Self::with(files, |saver| saver).await
    }

    /// With another way of saving packs.
    pub(crate) async fn with_saver(change: impl FnOnce(Saver) -> Saver) -> Self {
        Self::with(AppFiles::load(None, &["*".to_owned()]).unwrap(), change).await
    }

    /// With another internet to look at pages on.
    pub(crate) async fn with_pages(pages: Pages) -> Self {
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        Self::build(files, |saver| saver, pages, Documents::default(), None).await
    }

    /// With packs for everybody.
    pub(crate) async fn with_public_packs() -> Self {
        let app = Self::new().await;
        let site = Site { public_packs: true, ..Site::clone(&app.app.site) };
        let shared = Shared { site: Arc::new(site), ..Shared::clone(&app.app) };
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        Self::around(shared.into(), files, &app.media, &app.clock)
    }

    /// A shop, where the playground's pretended payments pay, with the pack `cats` for 2.99.
    pub(crate) async fn with_shop() -> Self {
        let app = Self::new().await;
        app.add_pack("cats", &["wave", "bow"]).await;
        let mut cats = app.storage().pack("cats").await.unwrap().unwrap();
        cats.is_default = false;
        let stickers = app.storage().stickers("cats").await.unwrap();
        app.storage().put_pack(&cats, &stickers, app.now()).await.unwrap();
        let rail = Arc::new(Pretended::default());
        let seller = Seller {
            name: "Ann".into(),
            address: "1 Road".into(),
            contact: "ann@hs".into(),
            terms_url: "https://hs/terms".into(),
        };
        let keep = Duration::from_secs(1_000_000);
        let orders = Orders {
            policy: Some(Arc::new(Policy { seller, keep })),
            rail: Some((RailName::Test, rail.clone())),
            ..app.app.orders.clone()
        };
        let shared = Shared {
            orders,
            webhook_secrets: Arc::new(["whsec_0123456789abcdef".to_owned().into()]),
            ..Shared::clone(&app.app)
        };
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        let listen = SocketAddr::from(([127, 0, 0, 1], 1));
        let storage = app.storage().clone();
        let playground = Playground::new(listen, storage, files.clone()).unwrap();
        let app = Self {
            router: router(
                shared.clone().into(),
                files,
                Some(playground.with_payments(rail)),
                None,
            ),
            app: shared.into(),
            media: app.media,
            clock: app.clock,
        };
        let operator = app.sign_in(OPERATOR).await;
        let price = serde_json::json!({"amount": 299, "currency": "EUR", "tax": "inclusive"});
        let set = app.put_as("/api/v1/sales/prices/cats", &operator, &price).await;
        assert_eq!(set.status(), 200);
        app
    }

    /// The same, where packs that are not for everyone are hidden.
    pub(crate) fn without_mature_packs(&self) -> Self {
        let storage = self.app.storage.clone().without_mature_packs();
        let moderation =
            Moderation { storage: storage.clone(), ..Moderation::clone(&self.app.moderation) };
        let accounts = Accounts::new(
            storage.clone(),
            Arc::new(Homeserver),
            self.clock.clone(),
            Arc::new(CountingRandom::default()),
            Duration::from_secs(3600),
        );
        let shared = Shared { accounts, storage, moderation, ..Shared::clone(&self.app) };
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        Self::around(shared.into(), files, &self.media, &self.clock)
    }

    /// With terms to accept.
    pub(crate) async fn with_terms(terms: Documents) -> Self {
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        let pages = Pages::new(Arc::new(TableResolver::default())).unwrap();
        Self::build(files, |saver| saver, pages, terms, None).await
    }

    /// The same users and packs, and other terms, as after a restart.
    pub(crate) fn restarted_with(&self, terms: Documents) -> Self {
        let app = Shared { terms: Arc::new(terms), ..Shared::clone(&self.app) }.into();
        Self::around(
            app,
            AppFiles::load(None, &["*".to_owned()]).unwrap(),
            &self.media,
            &self.clock,
        )
    }

    /// With a set-up page.
    pub(crate) async fn with_setup(page: SetupPage) -> Self {
        let pages = Pages::new(Arc::new(TableResolver::default())).unwrap();
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        Self::build(files, |saver| saver, pages, Documents::default(), Some(Arc::new(page))).await
    }

    async fn with(files: AppFiles, change: impl FnOnce(Saver) -> Saver) -> Self {
        // An internet without names.
        let pages = Pages::new(Arc::new(TableResolver::default())).unwrap();
        Self::build(files, change, pages, Documents::default(), None).await
    }

    async fn build(
        files: AppFiles,
        change: impl FnOnce(Saver) -> Saver,
        pages: Pages,
        terms: Documents,
        setup: Option<Arc<SetupPage>>,
    ) -> Self {
        let storage = crate::storage::fresh::open().await;
        let clock = Arc::new(ManualClock::at(1_000_000));
        let accounts = Accounts::new(
            storage.clone(),
            Arc::new(Homeserver),
            clock.clone(),
            Arc::new(CountingRandom::default()),
            Duration::from_secs(3600),
        );
        let media = Arc::new(FakeMedia::default());
        let saver = Saver::new(storage.clone(), Some(media.clone()), clock.clone());
        let random = Arc::new(CountingRandom::default());
        let maker = Maker::new(storage.clone(), Some(media.clone()), clock.clone(), random);
        let offer: Offer = serde_json::from_value(serde_json::json!({
            "widgets_url": "https://widgets.example",
            "types": [{"id": "wiki", "name": "Wiki", "url": "https://wiki.example/{page}",
                "fields": [{"name": "page", "kind": "text", "label": "Page"}]}],
        }))
        .unwrap();
        let app = App::from(Shared {
            accounts,
            libraries: Libraries::new(storage.clone()),
            storage: storage.clone(),
            saver: change(saver),
            maker,
            previews: PreviewCache::default(),
            titles: Titles::new(pages.clone()),
            pages,
            site: Arc::new(Site {
                name: "Tessera".into(),
                public_url: Some("https://tessera.example".parse().unwrap()),
                public_packs: false,
            }),
            moderation: Moderation {
                storage: storage.clone(),
                clock: clock.clone(),
                random: Arc::new(CountingRandom::default()),
                operators: Arc::from([OPERATOR.to_owned()]),
            },
            orders: Orders {
                storage: storage.clone(),
                clock: clock.clone(),
                random: Arc::new(CountingRandom::default()),
                policy: None,
                rail: None,
                allowed: Arc::new([]),
                denied: Arc::new([]),
                news: tokio::sync::broadcast::channel(16).0,
                wake: Arc::default(),
            },
            webhook_secrets: Arc::new([]),
            terms: Arc::new(terms),
            offer: Arc::new(offer),
            clock: clock.clone(),
            limits: Arc::new(RateLimiters::new(RateLimits::default())),
            proxies: Arc::new(TrustedProxies::default()),
            metrics: Metrics::new(Some("metrics-token".into())),
            setup,
        });
        Self::around(app, files, &media, &clock)
    }

    fn around(app: App, files: AppFiles, media: &Arc<FakeMedia>, clock: &Arc<ManualClock>) -> Self {
        let wrappers = Wrappers::new(Catalogue::from((*app.offer).clone())).unwrap();
        let origin = WidgetsOrigin::new(wrappers, &["*".to_owned()]);
        let router = router(app.clone(), files, None, Some(origin));
        Self { router, app, media: media.clone(), clock: clock.clone() }
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.app.storage
    }

    pub(crate) fn media(&self) -> &FakeMedia {
        &self.media
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// A token of a new session of the user.
    pub(crate) async fn sign_in(&self, user_id: &str) -> String {
        let openid = OpenIdToken {
            access_token: user_id.into(),
            matrix_server_name: "hs".into(),
            token_type: "Bearer".into(),
            expires_in: 3600,
        };
        self.app.accounts.register(&openid).await.unwrap()
    }

    /// A published default pack whose stickers are on the homeserver.
    pub(crate) async fn add_pack(&self, id: &str, shortcodes: &[&str]) {
        let mut stickers = Vec::new();
        for shortcode in shortcodes {
            let still = self.app.storage.add_preview(shortcode.as_bytes()).await.unwrap();
            let image = StickerImage {
                id: ImageId::of(shortcode.as_bytes()),
                mimetype: "image/png".into(),
                w: 512,
                h: 512,
                size: 9,
                animated: false,
                still,
                animation: None,
                mxc_uri: Some(format!("mxc://hs/{shortcode}")),
            };
            self.app.storage.add_image(&image, Some(shortcode.as_bytes())).await.unwrap();
            let body = format!("A {shortcode}");
            let shortcode = (*shortcode).to_owned();
            let (emoji, tags) = (vec![], vec![]);
            stickers.push(Sticker { shortcode, body, emoji, tags, mxc_uri: None, image });
        }
        let pack = Pack {
            id: id.into(),
            titles: vec![Title { language: "en".into(), text: id.into() }],
            author: None,
            attribution: None,
            licence: "CC0-1.0".into(),
            source: None,
            state: State::Published,
            tags: vec![],
            languages: vec![],
            rating: Rating::Everyone,
            is_default: true,
            position: 0,
            revision: 1,
            kind: Kind::Shared,
            owner: None,
            visibility: Visibility::Public,
            room: None,
            for_sale: false,
        };
        self.app.storage.put_pack(&pack, &stickers, self.now()).await.unwrap();
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer(Response::from_parts(parts, body.collect().await.unwrap().to_bytes()))
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "", &[], Body::empty()).await
    }

    pub(crate) async fn get_as(&self, path: &str, token: &str) -> Answer {
        self.request("GET", path, token, &[], Body::empty()).await
    }

    pub(crate) async fn get_with(
        &self,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.request("GET", path, token, headers, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, "", &[], Body::from(body.to_string())).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: &str) -> Answer {
        self.request("POST", path, "", &[], Body::from(body.to_owned())).await
    }

    pub(crate) async fn post_as(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.request("POST", path, token, &[], Body::from(body.to_string())).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.request("POST", path, "", headers, Body::from(body.to_owned())).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path, "", &[], Body::from(body.to_string())).await
    }

    pub(crate) async fn put_as(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.request("PUT", path, token, &[], Body::from(body.to_string())).await
    }

    pub(crate) async fn delete_as(&self, path: &str, token: &str) -> Answer {
        self.request("DELETE", path, token, &[], Body::empty()).await
    }
}

/// What came back.
pub(crate) struct Answer(Response<Bytes>);

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.0.body()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.body()).unwrap()
    }

    pub(crate) fn errcode(&self) -> String {
        self.json()["errcode"].as_str().unwrap_or_default().to_owned()
    }
}
