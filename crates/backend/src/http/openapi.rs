//! `GET /api/openapi.json`: the description of the API, generated from the handlers.

use std::sync::LazyLock;

use axum::{http::header, response::IntoResponse};
use utoipa::{
    OpenApi as _,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Tessera", description = "The API of a self-hosted Matrix integration manager. \
        Every refusal has the body `{\"errcode\": …, \"error\": …}`."),
    tags(
        (name = "account", description = "Signing in with a Matrix OpenID object (MSC1961)"),
        (name = "element", description = "The calls that Element makes itself"),
        (name = "terms", description = "What users have to accept first (MSC2140)"),
        (name = "packs", description = "Sticker packs and the user's library"),
        (name = "own packs", description = "Packs that users make themselves"),
        (name = "moderation", description = "What operators decide about packs"),
        (name = "widgets", description = "Widget types, and pages that rooms show"),
        (name = "installations", description = "What users set up, and the addresses for it"),
        (name = "operation", description = "Running the server"),
    ),
    modifiers(&Token),
)]
struct Description;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// The description without the routes, which [`super::api`] adds.
pub(crate) fn info() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let (_, openapi) = super::api().split_for_parts();
    openapi.to_pretty_json().unwrap_or_default()
});

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json"),
))]
pub(crate) async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn every_route_is_described() {
        let app = TestApp::new().await;
        let document = app.get("/api/openapi.json").await.json();
        let paths = document["paths"].as_object().unwrap();
        for path in [
            "/_matrix/integrations/v1/account/register",
            "/_matrix/integrations/v1/account/logout",
            "/api/register",
            "/api/account",
            "/api/v1/library",
            "/api/v1/library/packs",
            "/api/v1/library/packs/{id}",
            "/api/v1/packs",
            "/api/v1/packs/facets",
            "/api/v1/packs/{id}/reports",
            "/api/v1/packs/mine",
            "/api/v1/packs/mine/import",
            "/api/v1/packs/mine/{id}",
            "/api/v1/packs/mine/{id}/submit",
            "/api/v1/packs/mine/{id}/withdraw",
            "/api/v1/packs/mine/{id}/order",
            "/api/v1/packs/mine/{id}/stickers",
            "/api/v1/packs/mine/{id}/stickers/{shortcode}",
            "/api/v1/packs/mine/{id}/stickers/{shortcode}/picture",
            "/api/v1/moderation/queue",
            "/api/v1/moderation/packs/{id}",
            "/api/v1/moderation/packs/{id}/decisions",
            "/api/v1/moderation/decisions",
            "/api/v1/moderation/decisions/{id}/appeal",
            "/api/v1/sessions/{id}",
            "/previews/{file}",
            "/api/v1/frame-check",
            "/api/v1/widget-types",
            "/api/widgets/title_lookup",
            "/healthz",
            "/metrics",
        ] {
            assert!(paths.contains_key(path), "{path} is missing");
        }
        let library = &paths["/api/v1/library"];
        assert!(library["get"]["responses"]["304"].is_object());
        assert!(document["components"]["schemas"]["ApiError"].is_object());
    }
}
