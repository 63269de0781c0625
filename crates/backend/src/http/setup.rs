//! `/setup`: the set-up page, for operators only: what clients have to be told, whether they are, and
//! the doctor for the homeservers of the configuration. Nothing that a request names is asked on the
//! network: only what the configuration names, and only for who knows `operator_token`.

mod html;

use std::time::Duration;

use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use url::form_urlencoded;

use self::html::Shown;
use super::{App, rate_limit::ClientAddress};
use crate::{
    doctor::Doctor,
    setup::operators::{LIFETIME, Operators, SignInError},
};

const STYLE: &str =
    concat!(include_str!("../../../../style/tokens.css"), include_str!("setup/setup.css"));
const SCRIPT: &str = include_str!("setup/setup.js");
/// The page's own, and never in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const COOKIE: &str = "tessera_operator";
/// How long an examination may take; what takes longer does so on the command line.
const PATIENCE: Duration = Duration::from_secs(40);

/// What the page is made of.
pub struct SetupPage {
    operators: Operators,
    doctor: Doctor,
}

impl SetupPage {
    /// The page for these operators.
    #[must_use]
    pub const fn new(operators: Operators, doctor: Doctor) -> Self {
        Self { operators, doctor }
    }

    fn html(&self, site: &str, shown: &Shown<'_>) -> String {
        html::page(site, self.doctor.setup(), shown)
    }
}

/// The page's addresses.
pub(crate) fn router(app: App) -> Router {
    let page = get(show).post(act);
    Router::new()
        .route("/setup", page.clone())
        .route("/setup/", page)
        .route("/setup/setup.css", get(async || asset(STYLE, "text/css; charset=utf-8")))
        .route("/setup/setup.js", get(async || asset(SCRIPT, "text/javascript; charset=utf-8")))
        .with_state(app)
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let site = &app.site.name;
    let Some(page) = &app.setup else {
        return answer(StatusCode::NOT_FOUND, html::closed(site));
    };
    let is_operator = secret(&headers).is_some_and(|secret| page.operators.admit(&secret));
    let html =
        if is_operator { page.html(site, &Shown::Documents) } else { html::sign_in(site, None) };
    answer(StatusCode::OK, html)
}

/// What a form of the page asks for.
async fn act(
    State(app): State<App>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Err(limited) = app.limits.register(address) {
        return limited.into_response();
    }
    let field = |name: &str| {
        let mut fields = form_urlencoded::parse(body.as_bytes());
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let site = &app.site.name;
    let Some(page) = &app.setup else {
        return answer(StatusCode::NOT_FOUND, html::closed(site));
    };
    if !is_own_form(&headers) {
        let text = "Open the set-up page itself: another page sent this form.";
        return answer(StatusCode::FORBIDDEN, html::sign_in(site, Some(text)));
    }
    let operators = &page.operators;
    let (action, secret) = (field("do"), secret(&headers));
    if action == "sign-in" {
        return match operators.sign_in(&field("token")) {
            Ok(secret) => back(&app, &secret, LIFETIME),
            Err(error) => {
                let status = match error {
                    SignInError::WrongToken => StatusCode::FORBIDDEN,
                    SignInError::NoRandomness(_) => StatusCode::INTERNAL_SERVER_ERROR,
                };
                tracing::info!(%error, "nobody signed in to the set-up page");
                answer(status, html::sign_in(site, Some(&error.to_string())))
            }
        };
    }
    let Some(secret) = secret.filter(|secret| operators.admit(secret)) else {
        let text = "The sign-in has ended.";
        return answer(StatusCode::FORBIDDEN, html::sign_in(site, Some(text)));
    };
    let doctor = &page.doctor;
    let shown = |shown| answer(StatusCode::OK, page.html(site, &shown));
    match action.as_str() {
        "sign-out" => {
            operators.sign_out(&secret);
            back(&app, "", Duration::ZERO)
        }
        "check" => {
            let visit = doctor.visitor().visit_all(doctor.setup());
            match tokio::time::timeout(PATIENCE, visit).await {
                Ok(seen) => shown(Shown::Served(&seen)),
                Err(_) => shown(Shown::TooSlow("tessera check")),
            }
        }
        "doctor" => {
            let name = field("server");
            let mut configured = doctor.setup().homeservers.iter();
            let Some(server) = configured.find(|server| server.as_str() == name) else {
                return answer(StatusCode::BAD_REQUEST, page.html(site, &Shown::NotConfigured));
            };
            match tokio::time::timeout(PATIENCE, doctor.examine(server)).await {
                Ok(report) => shown(Shown::Report(&report)),
                Err(_) => shown(Shown::TooSlow("tessera doctor")),
            }
        }
        _ => answer(StatusCode::BAD_REQUEST, page.html(site, &Shown::Documents)),
    }
}

/// Whether the form is the page's own, as far as the browser says.
fn is_own_form(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

/// The secret of a sign-in.
fn secret(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// Back to the page, with a secret for so long.
fn back(app: &App, secret: &str, lifetime: Duration) -> Response {
    let tls = app.site.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    let cookie = format!(
        "{COOKIE}={secret}; Path=/setup; Max-Age={}; HttpOnly; SameSite=Strict{}",
        lifetime.as_secs(),
        if tls { "; Secure" } else { "" },
    );
    let headers = [
        (header::LOCATION, "/setup".to_owned()),
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn answer(status: StatusCode, page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (status, headers, page).into_response()
}

fn asset(text: &'static str, content_type: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests;
