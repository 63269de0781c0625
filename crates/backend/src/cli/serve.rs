//! `tessera serve`: opens everything, listens, and keeps house beside it (uploads of new originals,
//! forgetting what has expired) until it is told to stop.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use tessera_protocol::order::{RailName, Seller};
use tessera_widgets::Catalogue;
use tokio::net::TcpListener;

use crate::{
    accounts::{Accounts, VerifyOpenId},
    clock::{Clock, SystemClock},
    config::Config,
    http::{
        App, Metrics, PreviewCache, RateLimiters, SetupPage, Shared, Site, TrustedProxies,
        WidgetsOrigin,
        app::AppFiles,
        playground::{DemoIdentity, DemoMedia, Playground},
        router, widgets_router,
    },
    matrix::{
        media::{HomeserverAccount, Media, MediaStore},
        openid::OpenIdVerifier,
        resolver::SystemResolver,
    },
    moderation::Moderation,
    orders::Policy,
    packs::{library::Libraries, making::Maker, saving::Saver, starter, uploads},
    payments::pretended::Pretended,
    random::{Random, SystemRandom},
    setup::operators::Operators,
    storage::Storage,
    terms::Documents,
    widgets::{page::Pages, title::Titles, wrapper::Wrappers},
};

/// How often what has expired is forgotten.
const SWEEP: Duration = Duration::from_secs(10 * 60);
/// How long after a failed upload it is tried again.
const UPLOAD_AGAIN: Duration = Duration::from_secs(5 * 60);
/// How long requests under way may take after the signal to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

pub(super) async fn run(mut config: Config, with_playground: bool) -> anyhow::Result<ExitCode> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let second = second_listener(&mut config, with_playground).await?;
    let files = AppFiles::load(config.app_dir.as_deref(), &config.frame_ancestors)?;
    if files.is_empty() {
        tracing::warn!("there is no app in this build: set `app_dir` to a folder with it");
    }
    let mut storage = Storage::open(config.database.expose_secret()).await?;
    if !config.mature_packs {
        storage = storage.without_mature_packs();
    }
    let pretended = Arc::new(Pretended::default());
    let playground = if with_playground {
        let playground = Playground::new(config.listen, storage.clone(), files.clone())?;
        Some(playground.with_payments(pretended.clone()))
    } else {
        None
    };
    starter::install(&storage, &*clock).await.context("the starter pack cannot be installed")?;

    let resolver = Arc::new(SystemResolver::new()?);
    let homeservers = OpenIdVerifier::new(config.federation()?, resolver.clone(), clock.clone())?;
    let mut verifier: Arc<dyn VerifyOpenId> = Arc::new(homeservers);
    let mut media: Option<Arc<dyn Media>> = None;
    if let Some(account) = config.homeserver_account() {
        media = Some(Arc::new(MediaStore::new(account, random.clone())?));
    }
    if let Some(playground) = &playground {
        media = Some(Arc::new(DemoMedia { storage: storage.clone(), homeserver: media }));
        playground.place_images(&*clock).await?;
        verifier = Arc::new(DemoIdentity(verifier));
    }
    let terms = config.terms.as_deref().map(Documents::read).transpose();
    let terms = terms.context("`terms`: the folder cannot be used")?.unwrap_or_default();
    warn_of_changed_terms(&terms, &storage).await?;
    let accounts = Accounts::new(
        storage.clone(),
        verifier,
        clock.clone(),
        random.clone(),
        config.session_lifetime(),
    );
    let pages = Pages::new(resolver)?;
    let offer = config.widget_offer();
    let origin = Wrappers::new(Catalogue::from(offer.clone()))
        .map(|wrappers| WidgetsOrigin::new(wrappers, &config.frame_ancestors));
    let mut orders = super::sales::orders(&config, storage.clone())?;
    if playground.is_some() && orders.rail.is_none() {
        orders.rail = Some((RailName::Test, pretended));
        orders.policy = orders.policy.or_else(|| Some(Arc::new(playground_sales())));
    }
    let app = App::from(Shared {
        accounts,
        storage: storage.clone(),
        libraries: Libraries::new(storage.clone()),
        saver: Saver::new(storage.clone(), media.clone(), clock.clone()),
        maker: Maker::new(storage.clone(), media, clock.clone(), random.clone()),
        previews: PreviewCache::default(),
        titles: Titles::new(pages.clone()),
        pages,
        site: Arc::new(Site {
            name: config.name.clone(),
            public_url: config.public_url.clone(),
            public_packs: config.public_packs,
        }),
        moderation: Moderation {
            storage: storage.clone(),
            clock: clock.clone(),
            random: random.clone(),
            operators: config.operators.as_slice().into(),
        },
        orders: orders.clone(),
        webhook_secrets: config.webhook_secrets().into(),
        terms: Arc::new(terms),
        offer: Arc::new(offer),
        clock: clock.clone(),
        limits: Arc::new(RateLimiters::new(config.rate_limits)),
        proxies: Arc::new(TrustedProxies(config.trusted_proxies.clone())),
        metrics: Metrics::new(config.metrics_token.clone()),
        setup: set_up_page(&config, &clock, &random)?,
    });
    tokio::spawn(keep_house(app.clone()));
    tokio::spawn(orders.work());
    if !with_playground {
        tokio::spawn(upload(config.homeserver_account(), storage.clone(), clock, random));
    }

    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    if playground.is_some() {
        println!("The playground is at http://{address}/playground");
    }
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    if let (Some(listener), Some(origin)) = (second, origin.clone()) {
        tracing::info!(address = %listener.local_addr()?, "listening for widgets");
        let service = widgets_router(app.clone(), origin);
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let service = service.into_make_service_with_connect_info::<SocketAddr>();
            let stop = async move {
                let _ = stopped.wait_for(|stopping| *stopping).await;
            };
            if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop).await {
                tracing::error!(%error, "the second origin ended");
            }
        });
    }
    let service =
        router(app, files, playground, origin).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop_signal().await;
        tracing::info!("stopping");
        stopping.send_replace(true);
    });
    // An idle connection, such as a browser keeps open, must not hold the stop up for ever.
    tokio::select! {
        result = server => result?,
        () = async {
            let _ = stopped.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(LAST_REQUESTS).await;
        } => {}
    }
    storage.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Who pretends to sell in the playground.
fn playground_sales() -> Policy {
    Policy {
        seller: Seller {
            name: "Playground".into(),
            address: "1 Pretend Street\nNowhere".into(),
            contact: "nobody@playground.localhost".into(),
            terms_url: "https://playground.localhost/terms".into(),
        },
        keep: Duration::from_secs(366 * 24 * 60 * 60),
    }
}

/// Users accepted a text, and not whatever is put in its place.
async fn warn_of_changed_terms(terms: &Documents, storage: &Storage) -> anyhow::Result<()> {
    for (document, version, language, digest) in storage.accepted_texts().await? {
        let now = terms.document(&document).and_then(|all| all.version(&version)?.text(&language));
        if now.is_none_or(|text| text.digest() != digest) {
            tracing::warn!(
                document,
                version,
                language,
                "users accepted another text than the one in the folder of terms: give a changed \
                 text a version of its own, and leave old versions where they are"
            );
        }
    }
    Ok(())
}

/// The set-up page, if its operators have a token.
fn set_up_page(
    config: &Config,
    clock: &Arc<dyn Clock>,
    random: &Arc<dyn Random>,
) -> anyhow::Result<Option<Arc<SetupPage>>> {
    let Some(token) = config.operator_token.clone() else { return Ok(None) };
    let operators = Operators::new(token, clock.clone(), random.clone());
    Ok(Some(Arc::new(SetupPage::new(operators, super::doctor::of(config)?))))
}

/// Listens for the second origin alone, if it has an address. The playground has one without being
/// told: the next port, or any other if that is taken.
async fn second_listener(
    config: &mut Config,
    with_playground: bool,
) -> anyhow::Result<Option<TcpListener>> {
    if with_playground && config.widgets_url.is_none() {
        let at = |port| SocketAddr::new(config.listen.ip(), port);
        let next = at(config.listen.port().checked_add(1).unwrap_or_default());
        let listener = match TcpListener::bind(next).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(at(0)).await.context("no port is free for widgets")?,
        };
        config.widgets_url = Some(format!("http://{}", listener.local_addr()?).parse()?);
        return Ok(Some(listener));
    }
    let Some(address) = config.widgets_listen else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).with_context(|| format!("cannot listen on {address} (`widgets_listen`)"))
}

/// Forgets what has expired, for as long as the server runs.
async fn keep_house(app: App) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        app.limits.sweep();
        match app.accounts.sweep().await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "forgot expired sessions"),
            Err(error) => tracing::error!(%error, "expired sessions are still there"),
        }
        match app.moderation.sweep().await {
            Ok(0) => {}
            Ok(reports) => tracing::info!(reports, "forgot reports that were decided long ago"),
            Err(error) => tracing::error!(%error, "old reports are still there"),
        }
        match app.orders.sweep().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "forgot orders and events that need not be kept"),
            Err(error) => tracing::error!(%error, "old orders are still there"),
        }
    }
}

/// Uploads the originals that no homeserver has yet.
async fn upload(
    account: Option<HomeserverAccount>,
    storage: Storage,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) {
    let Some(account) = account else {
        tracing::warn!(
            "no [matrix] account is configured: stickers cannot be uploaded, and pickers stay empty"
        );
        return;
    };
    loop {
        match uploads::upload_all(&storage, &account, &*clock, &random, |_| {}).await {
            Ok(0) => {}
            Ok(images) => tracing::info!(images, "uploaded originals to the homeserver"),
            Err(error) => tracing::error!(%error, "uploads failed; trying again in a while"),
        }
        tokio::time::sleep(UPLOAD_AGAIN).await;
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop_signal() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
