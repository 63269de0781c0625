//! `GET …/account`: whose a token is.

use axum::{Json, extract::State};
use tessera_protocol::{ApiError, account::Account};

use super::{
    App,
    token::{ScalarUser, User},
};
use crate::storage::SessionRecord;

/// Whose the token is.
#[utoipa::path(get, path = "/_matrix/integrations/v1/account", tag = "account",
    security(("token" = [])), responses(
    (status = 200, description = "The account", body = Account),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn account(State(app): State<App>, User(session): User) -> Json<Account> {
    of(&app, session)
}

/// Whose the token is, as Element asks.
#[utoipa::path(get, path = "/api/account", tag = "element",
    params(
        ("scalar_token" = Option<String>, Query, description = "The token"),
        ("v" = Option<String>, Query, description = "`1.1`"),
    ), responses(
    (status = 200, description = "The account", body = Account),
    (status = 401, description = "Not signed in: register again", body = ApiError),
))]
pub(crate) async fn scalar_account(
    State(app): State<App>,
    ScalarUser(session): ScalarUser,
) -> Json<Account> {
    of(&app, session)
}

fn of(app: &App, session: SessionRecord) -> Json<Account> {
    let operator = app.moderation.is_operator(&session.user_id);
    Json(Account { user_id: session.user_id, operator })
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn a_token_is_needed_and_only_elements_call_takes_it_from_the_query() {
        let app = TestApp::new().await;
        let token = app.sign_in("@a:hs").await;
        for path in ["/api/account", "/_matrix/integrations/v1/account"] {
            assert_eq!(app.get(path).await.errcode(), "M_MISSING_TOKEN");
            assert_eq!(app.get_as(path, "forged").await.errcode(), "M_UNKNOWN_TOKEN");
            assert_eq!(app.get_as(path, &token).await.status(), 200);
        }
        let query = format!("?scalar_token={token}");
        assert_eq!(app.get(&format!("/api/account{query}")).await.status(), 200);
        let ours = app.get(&format!("/_matrix/integrations/v1/account{query}")).await;
        assert_eq!((ours.status(), ours.errcode().as_str()), (401, "M_MISSING_TOKEN"));
    }
}
