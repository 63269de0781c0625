//! `/api/v1/sessions`: where the user is signed in, and ending that.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use tessera_protocol::{
    ApiError, ErrorCode,
    account::{Session, Sessions},
};

use super::{App, error::HttpError, token::SignedIn};

/// The user's sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "account", security(("token" = [])), responses(
    (status = 200, description = "Newest first", body = Sessions),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    SignedIn(current): SignedIn,
) -> Result<Json<Sessions>, HttpError> {
    let sessions = app.accounts.sessions_of(&current.user_id).await?;
    let sessions = sessions.into_iter().map(|session| Session {
        current: session.session_id == current.session_id,
        id: session.session_id,
        created_ts: session.created.wire(),
        expires_ts: session.expires.wire(),
    });
    Ok(Json(Sessions { sessions: sessions.collect() }))
}

/// End one of the user's sessions.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "account", security(("token" = [])),
    params(("id" = String, Path, description = "The session's id")), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such session", body = ApiError),
))]
pub(crate) async fn revoke(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, HttpError> {
    if app.accounts.revoke(&current.user_id, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(HttpError::new(ErrorCode::NotFound, "You have no such sign-in; it may have ended."))
    }
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn sessions_are_listed_and_revoked_by_their_user_only() {
        let app = TestApp::new().await;
        let (mine, lost) = (app.sign_in("@a:hs").await, app.sign_in("@a:hs").await);
        let other = app.sign_in("@b:hs").await;
        let list = app.get_as("/api/v1/sessions", &mine).await.json();
        let sessions = list["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2);
        let to_revoke = sessions.iter().find(|s| s["current"] == false).unwrap();
        let path = format!("/api/v1/sessions/{}", to_revoke["id"].as_str().unwrap());
        assert_eq!(app.delete_as(&path, &other).await.errcode(), "M_NOT_FOUND");
        assert_eq!(app.delete_as(&path, &mine).await.status(), 204);
        assert_eq!(app.get_as("/api/account", &lost).await.status(), 401);
        assert_eq!(app.get_as("/api/account", &mine).await.status(), 200);
    }
}
