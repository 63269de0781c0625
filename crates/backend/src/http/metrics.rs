//! `GET /metrics`: counters in Prometheus' text form. No label holds anything about a person.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, header},
    response::IntoResponse,
};
use metrics::{Key, Label, Recorder as _};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;
use tessera_protocol::{ApiError, ErrorCode};

use super::{App, error::HttpError, token::bearer};

/// The numbers, of one server: two servers in one process do not mix theirs.
#[derive(Clone)]
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
    token: Option<Arc<SecretString>>,
}

impl Metrics {
    /// Metrics that scrapers on other machines read with `token`.
    #[must_use]
    pub fn new(token: Option<SecretString>) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder: Arc::new(recorder), handle, token: token.map(Arc::new) }
    }

    /// Counts a request.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = vec![
            Label::new("method", method.to_owned()),
            Label::new("route", route.to_owned()),
            Label::new("status", status.to_string()),
        ];
        self.count("tessera_http_requests_total", labels);
        let labels = vec![Label::new("route", route.to_owned())];
        let key = Key::from_parts("tessera_http_request_seconds", labels);
        self.recorder.register_histogram(&key, &META).record(took.as_secs_f64());
    }

    /// Counts a sign-in by how it ended.
    pub(crate) fn sign_in(&self, result: &'static str) {
        self.count("tessera_sign_ins_total", vec![Label::new("result", result)]);
    }

    fn count(&self, name: &'static str, labels: Vec<Label>) {
        self.recorder.register_counter(&Key::from_parts(name, labels), &META).increment(1);
    }
}

const META: metrics::Metadata<'static> =
    metrics::Metadata::new(module_path!(), metrics::Level::INFO, Some(module_path!()));

/// The server's numbers, for Prometheus. Read from the server's own machine, or with the
/// `metrics_token` of the configuration as a bearer token.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses(
    (status = 200, description = "Prometheus' text form", body = String, content_type = "text/plain"),
    (status = 403, description = "Not from elsewhere without the token", body = ApiError),
))]
pub(crate) async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, HttpError> {
    let with_token = match (&app.metrics.token, bearer(&headers)) {
        (Some(token), Some(sent)) => {
            bool::from(token.expose_secret().as_bytes().ct_eq(sent.as_bytes()))
        }
        _ => false,
    };
    // A proxy on this machine forwards strangers' requests from a loopback address.
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    if !with_token && (forwarded || !peer.ip().to_canonical().is_loopback()) {
        let text = "Metrics are read from this machine, or with `metrics_token` as bearer token.";
        return Err(HttpError::new(ErrorCode::Forbidden, text));
    }
    app.metrics.handle.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.handle.render()))
}

#[cfg(test)]
mod tests {
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn requests_are_counted_without_anything_personal() {
        let app = TestApp::new().await;
        app.sign_in("@ann:hs").await;
        app.get("/api/account?scalar_token=very-secret").await;
        let text = String::from_utf8(app.get("/metrics").await.body().to_vec()).unwrap();
        let line =
            "tessera_http_requests_total{method=\"GET\",route=\"/api/account\",status=\"401\"} 1";
        assert!(text.contains(line), "{text}");
        assert!(!text.contains("secret") && !text.contains("@ann"), "{text}");
    }

    #[tokio::test]
    async fn elsewhere_the_token_is_needed() {
        let app = TestApp::new().await;
        let forwarded = [("x-forwarded-for", "192.0.2.1")];
        let refused = app.get_with("/metrics", "", &forwarded).await;
        assert_eq!((refused.status(), refused.errcode().as_str()), (403, "M_FORBIDDEN"));
        assert_eq!(app.get_with("/metrics", "guess", &forwarded).await.status(), 403);
        assert_eq!(app.get_with("/metrics", "metrics-token", &forwarded).await.status(), 200);
    }
}
