//! The JSON server: routes only, one file an endpoint, each with its request, errors, docs and
//! tests. Calls the domain; nothing but `cli::serve` calls it.

mod account;
pub mod app;
mod assets_state;
mod body;
mod client_address;
#[cfg(test)]
mod dimensions_faults;
mod error;
mod frame_check;
mod health;
mod installations;
mod library;
mod logout;
mod manager;
mod metrics;
mod moderation;
mod openapi;
mod orders;
mod own_packs;
mod pack_exports;
mod pack_pages;
mod packs;
mod picker;
pub mod playground;
mod playground_checkout;
mod previews;
mod purchase_pages;
mod rate_limit;
mod register;
mod reports;
mod sales;
mod saved_packs;
mod sessions;
mod setup;
mod site;
mod stripe_webhook;
mod terms;
mod terms_pages;
#[cfg(test)]
pub(crate) mod test_app;
mod title_lookup;
mod token;
mod trace;
mod widget_types;
pub mod wrappers;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, Method, StatusCode},
    middleware,
};
use secrecy::SecretString;
use tessera_widgets::Offer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{Any, CorsLayer},
    timeout::TimeoutLayer,
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use crate::{
    accounts::Accounts,
    clock::Clock,
    moderation::Moderation,
    orders::Orders,
    packs::{image, library::Libraries, making::Maker, saving::Saver},
    storage::Storage,
    terms::Documents,
    widgets::{page::Pages, title::Titles},
};

pub use self::{
    client_address::TrustedProxies, metrics::Metrics, rate_limit::RateLimiters, setup::SetupPage,
    site::Site, wrappers::WidgetsOrigin,
};

/// The largest request body, in bytes.
const BODY_LIMIT: usize = 64 * 1024;
/// The largest body with an event of a room in it: those have at most 64 KiB themselves.
const EVENT_BODY_LIMIT: usize = 128 * 1024;
/// The largest zip that becomes a user's pack, in bytes.
const ARCHIVE_BODY_LIMIT: usize = 64 * 1024 * 1024;
/// How long a request may take. Discovery of a homeserver alone may take some 20 s.
const TIMEOUT: Duration = Duration::from_secs(45);

/// What the handlers share. Every layer and handler of a request has one, so it is cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

impl From<Shared> for App {
    fn from(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// All that an [`App`] is made of.
#[derive(Clone)]
pub struct Shared {
    /// Sign-in and sessions.
    pub accounts: Accounts,
    /// The database.
    pub storage: Storage,
    /// Libraries, built and compressed once.
    pub libraries: Libraries,
    /// Packs of rooms that users save.
    pub saver: Saver,
    /// Packs that users make.
    pub maker: Maker,
    /// Previews that were asked for lately.
    pub previews: PreviewCache,
    /// Pages that somebody wants in a room.
    pub pages: Pages,
    /// Their titles.
    pub titles: Titles,
    /// What the operator calls this server, and where it is.
    pub site: Arc<Site>,
    /// Reports, and what operators decide.
    pub moderation: Moderation,
    /// Packs that are bought.
    pub orders: Orders,
    /// What Stripe signs its messages with; empty where nothing is sold by Stripe.
    pub webhook_secrets: Arc<[SecretString]>,
    /// What users have to accept first.
    pub terms: Arc<Documents>,
    /// What the operator adds to the built-in widget types.
    pub offer: Arc<Offer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How many requests are allowed.
    pub limits: Arc<RateLimiters>,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Arc<TrustedProxies>,
    /// The numbers for `/metrics`.
    pub metrics: Metrics,
    /// The set-up page, if operators can open it.
    pub setup: Option<Arc<SetupPage>>,
}

pub use self::previews::PreviewCache;

/// Every route of the API with its description.
pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::info())
        .routes(routes!(register::register))
        .routes(routes!(register::scalar_register))
        .routes(routes!(account::account))
        .routes(routes!(account::scalar_account))
        .routes(routes!(logout::logout))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::revoke))
        .routes(routes!(terms::policies, terms::accept))
        .routes(routes!(terms::list, terms::accept_shown, terms::withdraw))
        .routes(routes!(library::get, library::put))
        .routes(routes!(saved_packs::save).layer(DefaultBodyLimit::max(EVENT_BODY_LIMIT)))
        .routes(routes!(saved_packs::add, saved_packs::remove))
        .routes(routes!(own_packs::list, own_packs::create))
        .routes(routes!(own_packs::import).layer(DefaultBodyLimit::max(ARCHIVE_BODY_LIMIT)))
        .routes(routes!(own_packs::get, own_packs::describe, own_packs::delete))
        .routes(routes!(own_packs::submit))
        .routes(routes!(own_packs::withdraw))
        .routes(routes!(own_packs::stickers::order))
        .routes(routes!(own_packs::stickers::add).layer(DefaultBodyLimit::max(image::FILE_BYTES)))
        .routes(routes!(own_packs::stickers::change, own_packs::stickers::remove))
        .routes(
            routes!(own_packs::stickers::picture).layer(DefaultBodyLimit::max(image::FILE_BYTES)),
        )
        .routes(routes!(packs::list))
        .routes(routes!(packs::facets))
        .routes(routes!(packs::preview))
        .routes(routes!(pack_exports::export))
        .routes(routes!(reports::report))
        .routes(routes!(moderation::queue))
        .routes(routes!(moderation::look))
        .routes(routes!(moderation::decide))
        .routes(routes!(moderation::decisions))
        .routes(routes!(moderation::appeal))
        .routes(routes!(orders::sales))
        .routes(routes!(orders::buy, orders::list))
        .routes(routes!(orders::get))
        .routes(routes!(orders::events))
        .routes(routes!(orders::cancel))
        .routes(routes!(orders::receipt))
        .routes(routes!(orders::redeem))
        .routes(routes!(orders::claim_code))
        .routes(routes!(orders::claim_gift))
        .routes(routes!(orders::return_gift))
        .routes(routes!(sales::set_price, sales::remove_price))
        .routes(routes!(sales::make_vouchers))
        .routes(routes!(sales::grant))
        .routes(routes!(sales::orders))
        .routes(routes!(sales::refund))
        .routes(routes!(sales::summary))
        .routes(
            routes!(stripe_webhook::receive).layer(DefaultBodyLimit::max(stripe_webhook::LIMIT)),
        )
        .routes(routes!(manager::get))
        .routes(routes!(installations::list, installations::put))
        .routes(routes!(installations::remove))
        .routes(routes!(assets_state::set))
        .routes(routes!(previews::preview))
        .routes(routes!(frame_check::check))
        .routes(routes!(widget_types::list))
        .routes(routes!(title_lookup::title_lookup))
        .routes(routes!(openapi::document))
        .routes(routes!(health::healthz))
        .routes(routes!(metrics::metrics))
}

/// The whole server: the API, the app's files, the playground if there is one, and the second
/// origin for requests that name its host.
pub fn router(
    app: App,
    files: app::AppFiles,
    playground: Option<playground::Playground>,
    widgets: Option<WidgetsOrigin>,
) -> Router {
    let (api, _) = api().split_for_parts();
    let mut router = api
        .with_state(app.clone())
        .merge(picker::router(app.clone(), files.clone()))
        .merge(terms_pages::router(&app))
        .merge(pack_pages::router(app.clone()))
        .merge(purchase_pages::router(app.clone()))
        .merge(app::router(files))
        .merge(setup::router(app.clone()));
    if let Some(playground) = playground {
        if let Some(rail) = playground.payments() {
            router = router.merge(playground_checkout::router(app.clone(), rail));
        }
        router = router.merge(playground::router(playground));
    }
    if let Some(widgets) = &widgets {
        router = router.merge(wrappers::redirects(widgets.clone()));
    }
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(
            ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
                .map(|m| Method::from_bytes(m.as_bytes()).unwrap_or_default()),
        )
        .allow_headers(
            [
                "origin",
                "x-requested-with",
                "content-type",
                "accept",
                "authorization",
                "if-match",
                "if-none-match",
            ]
            .map(HeaderName::from_static),
        )
        .expose_headers(["etag", "retry-after"].map(HeaderName::from_static))
        .max_age(Duration::from_secs(24 * 60 * 60));
    let main = router
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), rate_limit::by_address))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, TIMEOUT))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), trace::observe))
        .layer(cors);
    match widgets {
        Some(widgets) => {
            let second = widgets_router(app, widgets.clone());
            wrappers::by_host(widgets, second, main)
        }
        None => main,
    }
}

/// The second origin alone, for a listener of its own.
pub fn widgets_router(app: App, widgets: WidgetsOrigin) -> Router {
    wrappers::router(widgets)
        .layer(middleware::from_fn_with_state(app.clone(), rate_limit::by_address))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(app, trace::observe))
}
