//! `GET /api/widgets/title_lookup`: the title of a widget's page, as Element asks for it.

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tessera_protocol::ApiError;

use super::{App, error::HttpError, token::ScalarUser};

/// What Element sends besides its token.
#[derive(Deserialize)]
pub(crate) struct TitleQuery {
    /// The page's address, encoded twice.
    #[serde(default)]
    curl: String,
}

/// Look up a page's title.
///
/// A page without a title, or none that can be seen, has an empty one: that is no error.
#[utoipa::path(get, path = "/api/widgets/title_lookup", tag = "element",
    params(
        ("scalar_token" = Option<String>, Query, description = "The session's token"),
        ("curl" = String, Query, description = "The page's address, encoded twice as Element does"),
    ), responses(
    (status = 200, description = "The title", body = Object,
        example = json!({"page_title_cache_item": {"cached_title": "A page"}})),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn title_lookup(
    State(app): State<App>,
    _user: ScalarUser,
    Query(query): Query<TitleQuery>,
) -> Result<Json<Value>, HttpError> {
    let title = app.titles.of(&query.curl).await.unwrap_or_default();
    Ok(Json(json!({"page_title_cache_item": {"cached_title": title}})))
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use serde_json::json;

    use crate::{
        http::test_app::TestApp,
        matrix::{
            fake_server::{
                Answer, Authority, FakeServer, PRIVATE, PUBLIC, answer, impatient, redirect,
            },
            outgoing::Guard,
            resolver::table::TableResolver,
        },
        widgets::page::Pages,
    };

    /// As Element makes the query: `encodeURIComponent`, and then a form's encoding.
    fn path(token: &str, url: &str) -> String {
        let once = tessera_widgets::encode_component(url);
        let twice: String = url::form_urlencoded::byte_serialize(once.as_bytes()).collect();
        format!("/api/widgets/title_lookup?scalar_token={token}&curl={twice}")
    }

    async fn app_seeing(authority: &Authority) -> TestApp {
        let resolver = TableResolver::default()
            .host("page.example", &["127.0.0.2"])
            .host("inside.example", &["127.0.0.1"]);
        let guard = Guard::new(Arc::new(resolver), impatient());
        TestApp::with_pages(Pages::with(guard, authority.internet(), Duration::from_secs(3))).await
    }

    fn titled(title: &str) -> serde_json::Value {
        json!({"page_title_cache_item": {"cached_title": title}})
    }

    #[tokio::test]
    async fn element_gets_the_title_and_asks_the_page_once() {
        let authority = Authority::new();
        let server = FakeServer::https((PUBLIC, 0), &authority, &["page.example"], |path| {
            let html = format!("<title>Notes &amp; {path}</title>");
            answer("200 OK", "content-type: text/html; charset=utf-8\r\n", &html)
        })
        .await;
        let app = app_seeing(&authority).await;
        let token = app.sign_in("@u:hs").await;
        let url = format!("https://page.example:{}/a%20b?c=d+e", server.port());
        for _ in 0..2 {
            let found = app.get(&path(&token, &url)).await;
            assert_eq!((found.status(), found.json()), (200, titled("Notes & /a%20b?c=d+e")));
        }
        assert_eq!(server.connections(), 1);
    }

    #[tokio::test]
    async fn nothing_private_is_asked_and_nothing_is_an_error() {
        let authority = Authority::new();
        let inside = FakeServer::forbidden((PRIVATE, 0)).await;
        let to_inside = format!("https://inside.example:{}/", inside.port());
        let location = to_inside.clone();
        let server =
            FakeServer::https((PUBLIC, 0), &authority, &["page.example"], move |path| match path {
                "/inside" => redirect(&location),
                "/image" => answer("200 OK", "content-type: image/png\r\n", "<title>no</title>"),
                "/gone" => {
                    answer("404 Not Found", "content-type: text/html\r\n", "<title>no</title>")
                }
                // Endless, with its title in the beginning.
                _ => Answer::Flood(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<title>Large</title>"
                        .to_vec(),
                ),
            })
            .await;
        let app = app_seeing(&authority).await;
        let token = app.sign_in("@u:hs").await;
        let page = |path: &str| format!("https://page.example:{}{path}", server.port());
        for (url, title) in [
            (to_inside, ""),
            (page("/inside"), ""),
            (page("/image"), ""),
            (page("/gone"), ""),
            (page("/large"), "Large"),
            ("http://127.0.0.1/".into(), ""),
            ("file:///etc/passwd".into(), ""),
            ("nothing".into(), ""),
            (String::new(), ""),
        ] {
            let found = app.get(&path(&token, &url)).await;
            assert_eq!((found.status(), found.json()), (200, titled(title)), "{url}");
        }
        assert_eq!(inside.connections(), 0);
    }

    #[tokio::test]
    async fn a_token_is_needed() {
        let app = TestApp::new().await;
        let refused = app.get("/api/widgets/title_lookup?curl=https%3A%2F%2Fpage.example%2F").await;
        assert_eq!((refused.status(), refused.errcode().as_str()), (401, "M_MISSING_TOKEN"));
        assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    }
}
