//! `GET /api/v1/widget-types`: what the operator adds to the built-in widget types, and where the
//! second origin is.

use axum::{Json, extract::State};
use tessera_protocol::ApiError;
use tessera_widgets::Offer;

use super::{App, token::User};

/// List the operator's widget types.
#[utoipa::path(get, path = "/api/v1/widget-types", tag = "widgets", security(("token" = [])), responses(
    (status = 200, description = "The second origin, and declarations as in `docs/widgets.md`", body = Object,
        example = json!({"widgets_url": "https://widgets.example.org", "types": []})),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(State(app): State<App>, _user: User) -> Json<Offer> {
    Json((*app.offer).clone())
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn the_app_learns_the_second_origin_and_the_operators_types() {
        let app = TestApp::new().await;
        assert_eq!(app.get("/api/v1/widget-types").await.status(), 401);
        let token = app.sign_in("@u:hs").await;
        let offer = app.get_as("/api/v1/widget-types", &token).await.json();
        assert_eq!(offer["widgets_url"], "https://widgets.example");
        assert_eq!(offer["types"][0]["id"], "wiki");
        let catalogue = tessera_widgets::Catalogue::from(
            serde_json::from_value::<tessera_widgets::Offer>(offer).unwrap(),
        );
        assert!(catalogue.get("wiki").is_some() && catalogue.get("youtube").is_some());
    }
}
