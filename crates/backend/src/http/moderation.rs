//! `/api/v1/moderation`: what waits for an operator, what they decide, and the audit log. Every handler
//! names [`Operator`], so that nobody else reaches it.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, ErrorCode, limits,
    moderation::{Appeal, Decisions, NewDecision, PackState, Queue, Waiting},
    pack::PackPreview,
};

use super::{App, body::Body, error::HttpError, packs, token::Operator};
use crate::{moderation::possible, storage::Cover};

/// What waits for an operator: packs in review, and packs that are reported.
#[utoipa::path(get, path = "/api/v1/moderation/queue", tag = "moderation", security(("token" = [])),
    responses(
    (status = 200, description = "The longest waiting first", body = Queue),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
))]
pub(crate) async fn queue(
    State(app): State<App>,
    _operator: Operator,
) -> Result<Json<Queue>, HttpError> {
    let found = app.storage.packs_waiting(packs::count(limits::CATALOGUE_PAGE)).await?;
    let shown = packs::count(limits::REPORTS_SHOWN);
    let mut reports = app.storage.open_reports(&found, shown).await?;
    let covers = app.storage.covers(&found, packs::count(limits::COVERS)).await?;
    let bare = Cover::default();
    let waiting = found.into_iter().map(|pack| {
        let (report_count, reports) = reports.remove(&pack.id).unwrap_or_default();
        Waiting {
            pack: packs::summary(&pack, covers.get(&pack.id).unwrap_or(&bare), None, None),
            state: pack.state.name(),
            report_count,
            reports,
            actions: possible(&pack),
            revision: pack.revision,
            owner: pack.owner,
        }
    });
    Ok(Json(Queue { waiting: waiting.collect() }))
}

/// A pack with its stickers, wherever it stands.
#[utoipa::path(get, path = "/api/v1/moderation/packs/{id}", tag = "moderation",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id")),
    responses(
    (status = 200, description = "The pack", body = PackPreview),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "There is no such pack", body = ApiError),
))]
pub(crate) async fn look(
    State(app): State<App>,
    _operator: Operator,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<PackPreview>, HttpError> {
    let Some(pack) = app.storage.pack(&id).await? else {
        return Err(HttpError::new(ErrorCode::NotFound, "There is no such pack."));
    };
    Ok(Json(packs::with_stickers(&app, &pack, None, None, &headers).await?))
}

/// Decide about a pack. It answers everything that is reported about it.
#[utoipa::path(post, path = "/api/v1/moderation/packs/{id}/decisions", tag = "moderation",
    security(("token" = [])), params(("id" = String, Path, description = "The pack's id")),
    request_body = NewDecision, responses(
    (status = 200, description = "Where the pack stands now", body = PackState),
    (status = 400, description = "A reason is missing or too long", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "There is no such pack", body = ApiError),
    (status = 409, description = "Not possible where it stands now, or the pack has changed",
     body = ApiError),
))]
pub(crate) async fn decide(
    State(app): State<App>,
    Operator(session): Operator,
    Path(id): Path<String>,
    Body(decision): Body<NewDecision>,
) -> Result<Json<PackState>, HttpError> {
    let NewDecision { action, reason, revision } = decision;
    let moderation = &app.moderation;
    Ok(Json(moderation.decide(&session.user_id, &id, action, &reason, revision).await?))
}

/// Which part of the audit log.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Page {
    /// About this pack only.
    pack_id: Option<String>,
    /// How many to leave out.
    #[serde(default)]
    from: u32,
}

/// The audit log: every decision, the latest first.
#[utoipa::path(get, path = "/api/v1/moderation/decisions", tag = "moderation",
    security(("token" = [])), params(Page), responses(
    (status = 200, description = "A page of the log", body = Decisions),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
))]
pub(crate) async fn decisions(
    State(app): State<App>,
    _operator: Operator,
    Query(page): Query<Page>,
) -> Result<Json<Decisions>, HttpError> {
    // One more tells whether there is another page.
    let most = packs::count(limits::CATALOGUE_PAGE);
    let asked = most.saturating_add(1);
    let mut decisions = app.storage.decisions(page.pack_id.as_deref(), page.from, asked).await?;
    let more = packs::count(decisions.len()) > most;
    decisions.truncate(limits::CATALOGUE_PAGE);
    Ok(Json(Decisions { decisions, next: more.then(|| page.from.saturating_add(most)) }))
}

/// Note what came of an appeal against a decision.
#[utoipa::path(put, path = "/api/v1/moderation/decisions/{id}/appeal", tag = "moderation",
    security(("token" = [])), params(("id" = String, Path, description = "The decision's id")),
    request_body = Appeal, responses(
    (status = 204, description = "Noted"),
    (status = 400, description = "The note is empty or too long", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "There is no such decision", body = ApiError),
))]
pub(crate) async fn appeal(
    State(app): State<App>,
    _operator: Operator,
    Path(id): Path<String>,
    Body(Appeal { note }): Body<Appeal>,
) -> Result<StatusCode, HttpError> {
    app.moderation.note_appeal(&id, &note).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests;
