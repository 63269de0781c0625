//! `POST …/account/logout`: ends the session that the request was made with.

use axum::{Json, extract::State};
use tessera_protocol::ApiError;

use super::{App, error::HttpError, token::SignedIn};

/// Sign out.
#[utoipa::path(post, path = "/_matrix/integrations/v1/account/logout", tag = "account",
    security(("token" = [])), responses(
    (status = 200, description = "Signed out; an empty object"),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn logout(
    State(app): State<App>,
    SignedIn(session): SignedIn,
) -> Result<Json<serde_json::Value>, HttpError> {
    app.accounts.revoke(&session.user_id, &session.session_id).await?;
    Ok(Json(serde_json::json!({})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn the_token_ends_and_others_live_on() {
        let app = TestApp::new().await;
        let (first, second) = (app.sign_in("@a:hs").await, app.sign_in("@a:hs").await);
        let path = "/_matrix/integrations/v1/account/logout";
        assert_eq!(app.post_as(path, &first, &json!({})).await.json(), json!({}));
        assert_eq!(app.post_as(path, &first, &json!({})).await.errcode(), "M_UNKNOWN_TOKEN");
        assert_eq!(app.get_as("/api/account", &second).await.status(), 200);
    }
}
