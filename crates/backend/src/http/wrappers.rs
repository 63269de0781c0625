//! The second origin (`widgets_url`): pages around those of third parties, and nothing else. The
//! API, the app and every token live on the first one; this one has neither, so that a page which
//! breaks out of its wrapper finds nothing. Dimension's wrapper addresses lead here too.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query as UrlQuery, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, uri::Authority},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use tessera_protocol::ErrorCode;
use tessera_widgets::Show;
use tower::ServiceExt as _;

use super::error::{self, HttpError};
use crate::widgets::{
    wrapper::{Query, Wrapped, Wrappers},
    wrapper_texts::{Words, words},
};

const SCRIPT: &str = include_str!("wrappers/wrapper.js");
const STYLE: &str = include_str!("wrappers/wrapper.css");

/// The second origin as the server knows it.
#[derive(Clone)]
pub struct WidgetsOrigin {
    wrappers: Arc<Wrappers>,
    /// Sources of `frame-ancestors`.
    ancestors: Arc<str>,
}

impl WidgetsOrigin {
    /// Wrappers that the configured clients may frame.
    #[must_use]
    pub fn new(wrappers: Wrappers, frame_ancestors: &[String]) -> Self {
        Self { wrappers: Arc::new(wrappers), ancestors: frame_ancestors.join(" ").into() }
    }

    /// Its host, with the port if it has one of its own.
    fn host(&self) -> &str {
        self.wrappers.origin().split_once("://").map_or("", |(_, host)| host)
    }
}

/// Every route of the second origin.
pub fn router(origin: WidgetsOrigin) -> Router {
    Router::new()
        .route("/wrapper.js", get(async || asset(SCRIPT, "text/javascript; charset=utf-8")))
        .route("/wrapper.css", get(async || asset(STYLE, "text/css; charset=utf-8")))
        .route("/widgets/{wrapper}", get(dimension))
        .route("/{kind}", get(wrapper))
        .with_state(origin)
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
}

/// Dimension's addresses on the first origin, where an operator has moved its host name to.
pub(crate) fn redirects(origin: WidgetsOrigin) -> Router {
    Router::new().route("/widgets/{wrapper}", get(dimension)).with_state(origin)
}

/// Both origins at one listener: requests that name the second one's host go to its routes, all
/// others to the first one's.
pub(crate) fn by_host(origin: WidgetsOrigin, second: Router, first: Router) -> Router {
    Router::new().fallback(async move |request: Request| {
        let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let host = named.or_else(|| request.uri().authority().map(Authority::as_str));
        let is_second = host.is_some_and(|host| host.eq_ignore_ascii_case(origin.host()));
        let router = if is_second { second } else { first };
        router.oneshot(request).await
    })
}

fn asset(text: &'static str, content_type: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

async fn dimension(
    State(origin): State<WidgetsOrigin>,
    Path(wrapper): Path<String>,
    UrlQuery(query): UrlQuery<Query>,
) -> Response {
    match origin.wrappers.instead_of_dimensions(&wrapper, &query) {
        Some(address) => {
            ([(header::REFERRER_POLICY, "no-referrer")], Redirect::to(&address)).into_response()
        }
        None => {
            let text = "There is no such wrapper. Edit the widget, or remove it and add it again.";
            HttpError::new(ErrorCode::NotFound, text).into_response()
        }
    }
}

async fn wrapper(
    State(origin): State<WidgetsOrigin>,
    Path(kind): Path<String>,
    UrlQuery(query): UrlQuery<Query>,
    headers: HeaderMap,
) -> Response {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let wanted = query.get("lang").map(String::as_str).filter(|language| !language.is_empty());
    let words = words(wanted.into_iter().chain(accepted.unwrap_or_default().split(',')));
    let theme = match query.get("theme").map(String::as_str).unwrap_or_default() {
        theme if theme.contains("dark") => "dark",
        theme if theme.contains("light") => "light",
        _ => "",
    };
    let shown = origin.wrappers.shown(&kind, &query);
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let frame = match &shown {
        Some(shown) if shown.show == Show::Frame => shown.origin.as_str(),
        _ => "'none'",
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; frame-src {frame}; \
         frame-ancestors {}; base-uri 'none'; form-action 'none'",
        origin.ancestors
    );
    let Ok(policy) = HeaderValue::from_str(&policy) else {
        // A host beyond ASCII cannot be in a header; browsers send them encoded.
        return HttpError::new(ErrorCode::InvalidParam, "The address's host must be in ASCII.")
            .into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept-language")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (status, headers, page(shown.as_ref(), words, theme)).into_response()
}

/// The page. Everything in it that a query names is escaped, and the address was checked.
fn page(shown: Option<&Wrapped>, words: &Words, theme: &str) -> String {
    let body = match shown {
        None => format!("<h1>{}</h1><p>{}</p>", words.nothing_title, words.nothing),
        Some(shown) => {
            let (url, party) = (escape(&shown.url), escape(&shown.party));
            let card = shown.show == Show::Card;
            let notice = if card { words.notice_tab } else { words.notice };
            let notice = notice.replace("{party}", &format!("<bdi>{party}</bdi>"));
            let referrer = if shown.named { "strict-origin" } else { "no-referrer" };
            let button = if card {
                String::new()
            } else {
                let show = words.show;
                format!(
                    r#"<button id="show" data-url="{url}" data-referrer="{referrer}" data-title="{party}">{show}</button>"#
                )
            };
            let open = words.open;
            let class = if card { r#" class="first""# } else { "" };
            format!(
                r#"<h1><bdi>{party}</bdi></h1><p>{notice}</p><p class="ways">{button}<a{class} href="{url}" target="_blank" rel="noopener noreferrer">{open}</a></p>"#
            )
        }
    };
    let Words { language, direction, .. } = words;
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\" data-theme=\"{theme}\">\
         <meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Tessera</title><link rel=\"stylesheet\" href=\"/wrapper.css\">\
         <script src=\"/wrapper.js\" defer></script><main>{body}</main></html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
