//! The pages that the payment provider's checkout leads back to, and that a gift's link leads to. They
//! open in a browser that nobody is signed in with, so they say nothing of who bought what; and to come
//! back proves nothing, so the provider is asked.

mod words;

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::Engine as _;
use html_escape::encode_text as escaped;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tessera_protocol::order::OrderState;

use self::words::Words;
use super::{App, error::HttpError, terms::languages};

const STYLE: &str = include_str!("purchase_pages/purchase.css");
/// Shows the code that a gift's link holds behind its `#`, which no server is told.
const SHOW_CODE: &str = "const code=decodeURIComponent(location.hash.slice(1));\
if(/^[0-9A-Za-z-]{16,24}$/.test(code)){const place=document.getElementById('code');\
place.textContent=code;place.hidden=false}";

/// The pages' addresses.
pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/purchase.css", get(style))
        .route("/purchase/done", get(done))
        .route("/purchase/left", get(left))
        .route("/gift", get(gift))
        .with_state(app)
}

#[derive(Deserialize)]
struct Session {
    session_id: String,
}

/// After the checkout. The session's name is all that is known, and it is not ours to say whose it is.
async fn done(
    State(app): State<App>,
    Query(session): Query<Session>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let words = Words::best(&languages(None, &headers));
    let Some(order) = app.storage.order_of_session(&session.session_id).await? else {
        let page = page(&app, words, StatusCode::NOT_FOUND, words.unknown, false, "");
        return Ok(page);
    };
    // The provider may not answer now; the app and we ask again.
    let state = app.orders.settle(&order.id).await.map_or(order.state, |order| order.state);
    let (text, open) = match state {
        OrderState::Draft | OrderState::Pending | OrderState::Paid => (words.open, true),
        state if state.entitles() => (words.paid, false),
        OrderState::Refunded => (words.refunded, false),
        _ => (words.failed, false),
    };
    Ok(page(&app, words, StatusCode::OK, text, open, ""))
}

/// When the checkout was left without paying.
async fn left(State(app): State<App>, headers: HeaderMap) -> Response {
    let words = Words::best(&languages(None, &headers));
    page(&app, words, StatusCode::OK, words.left, false, "")
}

/// What a gift's link leads to.
async fn gift(State(app): State<App>, headers: HeaderMap) -> Response {
    let words = Words::best(&languages(None, &headers));
    let code = format!("<p id=\"code\" class=\"code\" hidden></p><script>{SHOW_CODE}</script>");
    page(&app, words, StatusCode::OK, words.gift, false, &code)
}

fn page(
    app: &App,
    words: &Words,
    status: StatusCode,
    text: &str,
    again: bool,
    more: &str,
) -> Response {
    let name = escaped(&app.site.name);
    let refresh = if again { "<meta http-equiv=\"refresh\" content=\"3\">" } else { "" };
    let html = format!(
        "<!doctype html><html lang=\"{lang}\" dir=\"{dir}\"><meta charset=\"utf-8\">{refresh}\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{name}</title>\
         <link rel=\"stylesheet\" href=\"/terms.css\">\
         <link rel=\"stylesheet\" href=\"/purchase.css\"><link rel=\"icon\" href=\"data:,\">\
         <main><h1>{name}</h1><p role=\"status\">{text}</p>{more}</main></html>",
        lang = words.language,
        dir = if words.language == "ar" { "rtl" } else { "ltr" },
        text = escaped(&text.replace("{name}", &app.site.name)),
    );
    let script = if more.is_empty() {
        String::new()
    } else {
        let hash = Sha256::digest(SHOW_CODE.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(hash);
        format!(" script-src 'sha256-{hash}';")
    };
    let policy = format!(
        "default-src 'none'; style-src 'self';{script} frame-ancestors 'none'; base-uri 'none'; \
         form-action 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::VARY, "accept-language".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (status, headers, html).into_response()
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLE).into_response()
}
