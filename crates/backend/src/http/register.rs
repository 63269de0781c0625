//! `POST …/register`: a Matrix OpenID object for a session of ours (MSC1961), in the form of the
//! specification's proposals and in the one that Element calls.

use axum::{Extension, Json, extract::State};
use tessera_protocol::{
    ApiError,
    account::{OpenIdToken, Registered, ScalarRegistered},
};

use super::{App, body::Body, error::HttpError, rate_limit::ClientAddress};

/// Sign in.
#[utoipa::path(post, path = "/_matrix/integrations/v1/account/register", tag = "account",
    request_body = OpenIdToken, responses(
    (status = 200, description = "Signed in", body = Registered),
    (status = 400, description = "The body or the server name is wrong", body = ApiError),
    (status = 401, description = "The homeserver does not confirm the token", body = ApiError),
    (status = 403, description = "Users of this homeserver are not served", body = ApiError),
    (status = 429, description = "Too many sign-ins", body = ApiError),
    (status = 502, description = "The homeserver cannot be asked", body = ApiError),
))]
pub(crate) async fn register(
    State(app): State<App>,
    Extension(address): Extension<ClientAddress>,
    Body(openid): Body<OpenIdToken>,
) -> Result<Json<Registered>, HttpError> {
    Ok(Json(Registered { token: sign_in(&app, address, &openid).await? }))
}

/// Sign in, as Element does it.
#[utoipa::path(post, path = "/api/register", tag = "element",
    params(("v" = Option<String>, Query, description = "`1.1`")),
    request_body = OpenIdToken, responses(
    (status = 200, description = "Signed in", body = ScalarRegistered),
    (status = 400, description = "The body or the server name is wrong", body = ApiError),
    (status = 401, description = "The homeserver does not confirm the token", body = ApiError),
    (status = 403, description = "Users of this homeserver are not served", body = ApiError),
    (status = 429, description = "Too many sign-ins", body = ApiError),
    (status = 502, description = "The homeserver cannot be asked", body = ApiError),
))]
pub(crate) async fn scalar_register(
    State(app): State<App>,
    Extension(address): Extension<ClientAddress>,
    Body(openid): Body<OpenIdToken>,
) -> Result<Json<ScalarRegistered>, HttpError> {
    Ok(Json(ScalarRegistered { scalar_token: sign_in(&app, address, &openid).await? }))
}

async fn sign_in(
    app: &App,
    address: ClientAddress,
    openid: &OpenIdToken,
) -> Result<String, HttpError> {
    app.limits.register(address)?;
    let result = app.accounts.register(openid).await;
    app.metrics.sign_in(if result.is_ok() { "ok" } else { "refused" });
    Ok(result?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

    fn openid(token: &str) -> serde_json::Value {
        json!({"access_token": token, "matrix_server_name": "hs", "token_type": "Bearer", "expires_in": 3600})
    }

    #[tokio::test]
    async fn both_forms_give_a_token_that_works() {
        let app = TestApp::new().await;
        let answer = app.post("/_matrix/integrations/v1/account/register", &openid("@a:hs")).await;
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        let account = app.get_as("/_matrix/integrations/v1/account", &token).await;
        assert_eq!(account.json(), json!({"user_id": "@a:hs"}));

        let answer = app.post("/api/register?v=1.1", &openid("@b:hs")).await;
        let token = answer.json()["scalar_token"].as_str().unwrap().to_owned();
        let account = app.get(&format!("/api/account?scalar_token={token}&v=1.1")).await;
        assert_eq!(account.json(), json!({"user_id": "@b:hs"}));
    }

    #[tokio::test]
    async fn every_refusal_has_its_code_and_cors() {
        let app = TestApp::new().await;
        let cases = [
            ("forged", 401, "M_UNAUTHORIZED"),
            ("foreign", 401, "M_UNAUTHORIZED"),
            ("denied", 403, "TESSERA_HOMESERVER_DENIED"),
            ("odd-name", 400, "M_INVALID_PARAM"),
            ("unreachable", 502, "TESSERA_HOMESERVER_UNREACHABLE"),
            ("rubbish", 502, "TESSERA_HOMESERVER_UNREACHABLE"),
        ];
        for (token, status, errcode) in cases {
            let answer = app.post("/api/register?v=1.1", &openid(token)).await;
            assert_eq!((answer.status(), answer.errcode().as_str()), (status, errcode), "{token}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        }
    }

    #[tokio::test]
    async fn bad_bodies_are_told_apart() {
        let app = TestApp::new().await;
        let path = "/_matrix/integrations/v1/account/register";
        let not_json = app.post_text(path, "{\"access_token\":").await;
        assert_eq!((not_json.status(), not_json.errcode().as_str()), (400, "M_NOT_JSON"));
        let wrong = app.post(path, &json!({"access_token": 5})).await;
        assert_eq!((wrong.status(), wrong.errcode().as_str()), (400, "M_BAD_JSON"));
        let huge = app.post_text(path, &"x".repeat(100_000)).await;
        assert_eq!((huge.status(), huge.errcode().as_str()), (413, "M_TOO_LARGE"));
    }

    #[tokio::test]
    async fn sign_ins_are_limited_by_address() {
        let app = TestApp::new().await;
        let mut last = 200;
        for _ in 0..=30 {
            last = app.post("/api/register", &openid("@a:hs")).await.status();
        }
        assert_eq!(last, 429);
        let answer = app.post("/api/register", &openid("@a:hs")).await;
        assert_eq!(answer.errcode(), "M_LIMIT_EXCEEDED");
        assert!(answer.json()["retry_after_ms"].as_u64().unwrap() > 0);
        assert!(answer.header("retry-after").is_some());
    }
}
