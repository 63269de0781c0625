//! `tessera doctor SERVER_NAME`: what keeps users of a homeserver from stickers and widgets.

use std::{process::ExitCode, sync::Arc};

use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    doctor::Doctor,
    matrix::{
        federation::Federation, outgoing::Limits, resolver::SystemResolver, server_name::ServerName,
    },
    setup::served::Visitor,
};

/// The doctor for this configuration.
///
/// # Errors
/// When TLS or DNS cannot be set up.
pub(super) fn of(config: &Config) -> anyhow::Result<Doctor> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let resolver = Arc::new(SystemResolver::new()?);
    let federation =
        Federation::new(config.federation()?, resolver, clock.clone(), Limits::default())?;
    let visitor = Visitor::new(federation);
    Ok(Doctor::new(visitor, config.setup(), config.homeserver_account(), clock))
}

/// `tessera doctor`.
///
/// # Errors
/// When TLS or DNS cannot be set up.
pub(super) async fn run(
    config: &Config,
    server: &ServerName,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let report = of(config)?.examine(server).await;
    if json {
        println!("{:#}", report.json());
    } else {
        println!("{report}");
    }
    Ok(if report.is_healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
