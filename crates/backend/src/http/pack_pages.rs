//! `/packs/{id}`: a page for each pack that is for everybody or for whoever has its link. It needs
//! no sign-in, runs no script, and is there only where the operator says so (`public_packs`).

use std::fmt::Write as _;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as escaped};
use tessera_protocol::{ErrorCode, library};

use super::{App, error::HttpError, site::Site, terms::languages};
use crate::packs::{Pack, Sticker, licence::Licence};

mod words;

use words::Words;

const STYLE: &str = include_str!("pack_pages/packs.css");
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The pages' addresses.
pub(super) fn router(app: App) -> Router {
    Router::new().route("/packs.css", get(style)).route("/packs/{id}", get(page)).with_state(app)
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLE).into_response()
}

async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let found = app.storage.pack(&id).await?.filter(|pack| is_public(&app, pack));
    let Some(pack) = found else {
        let text = "There is no such pack, or it is not shown to everybody.";
        return Err(HttpError::new(ErrorCode::NotFound, text));
    };
    let stickers = app.storage.stickers(&id).await?;
    let words = Words::best(&languages(None, &headers));
    let html = html(&app.site, &headers, words, &pack, &stickers);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "accept-language"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    Ok((headers, html).into_response())
}

fn is_public(app: &App, pack: &Pack) -> bool {
    app.site.public_packs && app.storage.shows(pack, None)
}

/// The address of a pack's page, if it has one.
pub(super) fn address(app: &App, headers: &HeaderMap, pack: &Pack) -> Option<String> {
    is_public(app, pack).then(|| format!("{}/packs/{}", app.site.base(headers), pack.id))
}

fn html(
    site: &Site,
    headers: &HeaderMap,
    words: &Words,
    pack: &Pack,
    stickers: &[Sticker],
) -> String {
    let (base, site_name) = (site.base(headers), &site.name);
    let titles = pack.titles.iter().map(|title| (title.language.as_str(), title.text.as_str()));
    let title = library::title_for(&titles, words.language).unwrap_or(&pack.id);
    let mut body = format!("<h1 dir=\"auto\">{}</h1><dl>", escaped(title));
    let count = stickers.len().to_string();
    let licence = match Licence::read(&pack.licence) {
        Licence::Unstated => words.unstated.to_owned(),
        stated => stated.as_str().to_owned(),
    };
    for (name, value) in [
        (words.author, pack.author.as_deref()),
        (words.stickers, Some(count.as_str())),
        (words.licence, Some(licence.as_str())),
        (words.attribution, pack.attribution.as_deref()),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let value = escaped(value);
            let _ = write!(body, "<dt>{name}</dt><dd dir=\"auto\">{value}</dd>");
        }
    }
    body.push_str("</dl><ul class=\"stickers\">");
    for sticker in stickers {
        let name = if sticker.body.is_empty() { &sticker.shortcode } else { &sticker.body };
        let (name, image) = (attribute(name), &sticker.image);
        // What moves is shown to those who point at it or come to it by keyboard.
        let moving = image.animation.map(|animation| {
            let source = library::preview_path(&animation.to_string());
            format!("<img class=\"moving\" src=\"{source}\" alt=\"\" loading=\"lazy\">")
        });
        let focus = if moving.is_some() { " tabindex=\"0\"" } else { "" };
        let _ = write!(
            body,
            "<li{focus}>{}<img src=\"{}\" alt=\"{name}\" title=\"{name}\" loading=\"lazy\"></li>",
            moving.unwrap_or_default(),
            library::preview_path(&image.still.to_string()),
        );
    }
    let _ = write!(body, "</ul><p>{}</p>", words.how.replace("{name}", &escaped(site_name)));
    let cover = stickers.first().map(|sticker| {
        let path = library::preview_path(&sticker.image.still.to_string());
        format!("<meta property=\"og:image\" content=\"{}{path}\">", attribute(&base))
    });
    let (language, direction) = (words.language, words.direction());
    let address = format!("{base}/packs/{}", pack.id);
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{} · {}</title>\
         <meta property=\"og:type\" content=\"website\"><meta property=\"og:title\" content=\"{}\">\
         <meta property=\"og:url\" content=\"{}\">{}\
         <link rel=\"stylesheet\" href=\"/terms.css\"><link rel=\"stylesheet\" href=\"/packs.css\">\
         <link rel=\"icon\" href=\"data:,\"><main>{body}</main></html>\n",
        escaped(title),
        escaped(site_name),
        attribute(title),
        attribute(&address),
        cover.unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    async fn text(app: &TestApp, language: &str) -> String {
        let answer = app.get_with("/packs/a", "", &[("accept-language", language)]).await;
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script"), "{policy}");
        String::from_utf8(answer.body().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_pack_is_shown_to_anybody_in_their_language() {
        let app = TestApp::with_public_packs().await;
        app.add_pack("a", &["wave", "\"><script>"]).await;
        let html = text(&app, "de-AT, en;q=0.5").await;
        assert!(html.contains("<html lang=\"de\" dir=\"ltr\">"), "{html}");
        assert!(html.contains("<h1 dir=\"auto\">a</h1>") && html.contains("CC0-1.0"), "{html}");
        assert!(html.contains("alt=\"A wave\"") && !html.contains("<script"), "{html}");
        assert!(html.contains("property=\"og:url\" content=\"https://tessera.example/packs/a\""));
        assert!(text(&app, "ar").await.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(text(&app, "xx, *").await.contains("<html lang=\"en\""));
        assert_eq!(app.get("/packs.css").await.status(), 200);
    }

    #[tokio::test]
    async fn what_is_not_for_everybody_is_not_found() {
        let app = TestApp::with_public_packs().await;
        app.add_pack("a", &["wave"]).await;
        assert_eq!(app.get("/packs/a").await.status(), 200);
        let token = app.sign_in("@a:hs").await;
        let pack = app.get_as("/api/v1/packs/a", &token).await.json();
        assert_eq!(pack["page_url"], "https://tessera.example/packs/a");
        assert_eq!(app.get("/packs/ghost").await.errcode(), "M_NOT_FOUND");
        app.storage().set_published("a", false, app.now()).await.unwrap();
        assert_eq!(app.get("/packs/a").await.errcode(), "M_NOT_FOUND");

        let app = TestApp::new().await;
        app.add_pack("a", &["wave"]).await;
        assert_eq!(app.get("/packs/a").await.errcode(), "M_NOT_FOUND");
        let token = app.sign_in("@a:hs").await;
        let pack = app.get_as("/api/v1/packs/a", &token).await.json();
        assert_eq!(pack.get("page_url"), None);
    }
}
