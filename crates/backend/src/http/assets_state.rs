//! `GET /api/widgets/set_assets_state`: Element says that a user took the sticker picker away.

use axum::extract::{Query, State};
use serde::Deserialize;
use tessera_protocol::{ApiError, ErrorCode};

use super::{App, error::HttpError, token::ScalarUser};

/// What Element asks.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Asked {
    /// The widget's type, `m.stickerpicker`.
    widget_type: String,
    /// The widget's id in the user's account data.
    widget_id: String,
    /// `enable` or `disable`.
    state: String,
}

/// Remember that a user's own widget is no longer there. Element removes it whatever we say, and
/// wants a body that is not empty.
#[utoipa::path(get, path = "/api/widgets/set_assets_state", tag = "element",
    params(Asked, ("scalar_token" = Option<String>, Query, description = "The token")), responses(
    (status = 200, description = "Done", body = String),
    (status = 400, description = "No such state", body = ApiError),
    (status = 401, description = "Not signed in: register again", body = ApiError),
))]
pub(crate) async fn set(
    State(app): State<App>,
    ScalarUser(session): ScalarUser,
    Query(asked): Query<Asked>,
) -> Result<&'static str, HttpError> {
    match asked.state.as_str() {
        "enable" => {}
        "disable" => {
            app.storage.remove_account_widget(&session.user_id, &asked.widget_id).await?;
            tracing::debug!(widget_type = asked.widget_type, "a user's widget was taken away");
        }
        _ => {
            let text = "`state` is `enable` or `disable`.";
            return Err(HttpError::new(ErrorCode::InvalidParam, text));
        }
    }
    Ok("OK")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn what_element_takes_away_is_off_the_users_list() {
        let app = TestApp::new().await;
        let token = app.sign_in("@a:hs").await;
        for key in ["w1", "w2"] {
            let picker = json!({"kind": "account_widget", "key": key, "type": "m.stickerpicker"});
            app.put_as("/api/v1/installations", &token, &picker).await;
        }
        let path = |state: &str| {
            format!(
                "/api/widgets/set_assets_state?scalar_token={token}&widget_type=m.stickerpicker&widget_id=w1&state={state}"
            )
        };
        let enabled = app.get(&path("enable")).await;
        assert_eq!((enabled.status(), enabled.body()), (200, &b"OK"[..]));
        let answer = app.get(&path("disable")).await;
        assert_eq!((answer.status(), answer.body()), (200, &b"OK"[..]));
        let left = app.get_as("/api/v1/installations", &token).await.json();
        assert_eq!(left["installations"].as_array().unwrap().len(), 1);
        assert_eq!(left["installations"][0]["key"], "w2");
        assert_eq!(app.get(&path("explode")).await.errcode(), "M_INVALID_PARAM");
        let stranger = path("disable").replace(&token, "forged");
        assert_eq!(app.get(&stranger).await.errcode(), "M_UNKNOWN_TOKEN");
    }
}
