//! `GET /picker`: the sticker picker's page. To whoever comes with a session it shows the first
//! stickers at once, as part of the page, so that they need not wait for any code of ours.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};

use super::{App, app::AppFiles, error::HttpError, token::ScalarUser};

/// The page's addresses.
pub(crate) fn router(app: App, files: AppFiles) -> Router {
    // The token is the host's to put into the address, and proves here no more than anywhere else.
    let page = async move |State(app): State<App>,
                           user: Result<ScalarUser, HttpError>,
                           headers: HeaderMap|
                -> Response {
        let first_view = match user {
            Ok(ScalarUser(session)) => first_view(&app, &session.user_id).await,
            Err(_) => String::new(),
        };
        if first_view.is_empty() {
            files.picker(&headers)
        } else {
            files.picker_showing(&first_view, &headers)
        }
    };
    Router::new().route("/picker", get(page.clone())).route("/picker/", get(page)).with_state(app)
}

/// What the user sees first; nothing if that is not known, for the page works without.
async fn first_view(app: &App, user_id: &str) -> String {
    let Ok(packs) = app.storage.library(user_id).await else { return String::new() };
    let library = app.libraries.get(&packs).await;
    library.map(|library| library.first_view.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::test_app::TestApp;

    const PAGE: &str = "<main><!-- first view --><i></i><!-- /first view --></main>";

    async fn app() -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("picker.html"), PAGE).unwrap();
        let ancestors = ["https://app.example".to_owned(), "vector:".to_owned()];
        TestApp::with_files(AppFiles::load(Some(folder.path()), &ancestors).unwrap()).await
    }

    #[tokio::test]
    async fn the_picker_may_be_framed_by_the_configured_clients() {
        let app = app().await;
        for path in ["/picker", "/picker/", "/picker/?widgetId=x&scalar_token=forged"] {
            let page = app.get(path).await;
            assert_eq!(page.body(), PAGE.as_bytes());
            let csp = page.header("content-security-policy").unwrap();
            assert!(csp.contains("frame-ancestors https://app.example vector:"), "{csp}");
            assert!(!csp.contains("unsafe-inline"), "{csp}");
            assert_eq!(page.header("x-frame-options"), None);
            assert_eq!(page.header("cache-control"), Some("no-cache"));
        }
    }

    #[tokio::test]
    async fn who_is_signed_in_sees_their_first_stickers_in_the_page_itself() {
        let app = app().await;
        app.add_pack("cats", &["wave"]).await;
        let token = app.sign_in("@a:hs").await;
        let address = format!("/picker?widgetId=x&scalar_token={token}");
        let page = app.get(&address).await;
        let html = std::str::from_utf8(page.body()).unwrap().to_owned();
        let still = app.storage().stickers("cats").await.unwrap()[0].image.still;
        assert!(html.contains(&format!("/previews/{still}.webp")), "{html}");
        assert!(!html.contains("<i></i>"), "{html}");
        assert!(!html.contains(&token));
        assert_eq!(page.header("cache-control"), Some("private, no-cache"));
        let csp = page.header("content-security-policy").unwrap();
        assert!(csp.contains("frame-ancestors https://app.example vector:"), "{csp}");

        let etag = page.header("etag").unwrap().to_owned();
        let again = app.get_with(&address, "", &[("if-none-match", &etag)]).await;
        assert_eq!(again.status(), 304);
        let br = app.get_with(&address, "", &[("accept-encoding", "br")]).await;
        assert_eq!(br.header("content-encoding"), Some("br"));

        app.storage().set_published("cats", false, app.now()).await.unwrap();
        assert_eq!(app.get(&address).await.body(), PAGE.as_bytes(), "an empty library");
    }
}
