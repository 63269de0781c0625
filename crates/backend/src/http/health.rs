//! `GET /healthz`: whether the server can do its work.

use axum::{Json, extract::State};
use serde::Serialize;
use tessera_protocol::ApiError;

use super::{App, error::HttpError};

/// The server works.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    /// Always `ok`; a server that does not work answers with an error.
    status: &'static str,
    /// The server's version.
    version: &'static str,
}

/// Whether the server and its database answer.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses(
    (status = 200, description = "All is well", body = Health),
    (status = 503, description = "The database does not answer", body = ApiError),
))]
pub(crate) async fn healthz(State(app): State<App>) -> Result<Json<Health>, HttpError> {
    app.storage.ping().await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
