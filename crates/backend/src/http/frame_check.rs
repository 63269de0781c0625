//! `POST /api/v1/frame-check`: would this page show in a frame inside the client? For signed-in
//! users only, since the answer tells what the server sees of the internet.

use axum::{Json, extract::State};
use tessera_protocol::{
    ApiError, ErrorCode,
    frame_check::{FrameAnswer, FrameQuestion},
};

use super::{App, body::Body, error::HttpError, token::User};
use crate::widgets::frame_check::frame_check;

/// Check whether a page can be framed.
///
/// Addresses may hold what not everybody should see, so this is no `GET` with one in its query.
#[utoipa::path(post, path = "/api/v1/frame-check", tag = "widgets", security(("token" = [])),
    request_body = FrameQuestion, responses(
    (status = 200, description = "What is known about the page", body = FrameAnswer),
    (status = 400, description = "The address or an ancestor is none", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 429, description = "Too many requests", body = ApiError),
))]
pub(crate) async fn check(
    State(app): State<App>,
    _user: User,
    Body(question): Body<FrameQuestion>,
) -> Result<Json<FrameAnswer>, HttpError> {
    let answer = frame_check(&app.pages, &question.url, &question.ancestors).await;
    answer.map(Json).map_err(|error| HttpError::new(ErrorCode::InvalidParam, error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

    /// Dimension's `embeddable` is open to the world.
    #[tokio::test]
    async fn nobody_asks_without_a_session() {
        let app = TestApp::new().await;
        let question =
            json!({"url": "https://page.example/", "ancestors": ["https://app.example"]});
        let refused = app.post("/api/v1/frame-check", &question).await;
        assert_eq!((refused.status(), refused.errcode().as_str()), (401, "M_MISSING_TOKEN"));
        let old = app.get("/api/v1/dimension/widgets/embeddable?url=https://page.example/").await;
        assert_eq!(old.status(), 404);
    }

    #[tokio::test]
    async fn a_reason_and_a_verdict_come_back() {
        let app = TestApp::new().await;
        let token = app.sign_in("@u:hs").await;
        let question = json!({"url": "https://127.0.0.1:1/", "ancestors": ["https://app.example"]});
        let answer = app.post_as("/api/v1/frame-check", &token, &question).await;
        assert_eq!(
            answer.json(),
            json!({"verdict": "unknown", "reason": {"code": "private_address"}, "url": "https://127.0.0.1:1/"})
        );
        let wrong = app.post_as("/api/v1/frame-check", &token, &json!({"url": "nothing"})).await;
        assert_eq!((wrong.status(), wrong.errcode().as_str()), (400, "M_INVALID_PARAM"));
    }
}
