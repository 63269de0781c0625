//! `/playground/checkout/{id}`: the page of the playground's pretended payments, where somebody pays,
//! pays slowly, fails or leaves. It says on its face that no money moves.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use html_escape::encode_text as escaped;
use serde::Deserialize;
use tessera_protocol::ErrorCode;

use super::{App, error::HttpError};
use crate::{
    orders::Money,
    payments::{
        Progress,
        pretended::{Doing, Pretended},
    },
};

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'self'";

/// The page's address.
pub(super) fn router(app: App, rail: Arc<Pretended>) -> Router {
    Router::new()
        .route("/playground/checkout/{id}", get(page).post(act))
        .with_state(Checkouts { app, rail })
}

#[derive(Clone)]
struct Checkouts {
    app: App,
    rail: Arc<Pretended>,
}

fn missing() -> HttpError {
    HttpError::new(ErrorCode::NotFound, "There is no such checkout; the playground was restarted.")
}

async fn page(
    State(checkouts): State<Checkouts>,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    let checkout = checkouts.rail.checkout(&id).ok_or_else(missing)?;
    let payment = &checkout.payment;
    let sum = Money { amount: payment.total, currency: payment.currency.clone() }.written();
    let choices: &[(&str, &str)] = match (payment.progress, checkout.slow) {
        (Progress::Open, false) => &[
            ("pay", "Pay"),
            ("pay_slowly", "Pay by a way that takes days"),
            ("fail", "Have the payment refused"),
            ("leave", "Leave without paying"),
        ],
        (Progress::Open, true) => {
            &[("arrive", "Let the payment arrive"), ("fail", "Let the payment fail")]
        }
        _ => &[],
    };
    let buttons: String = choices
        .iter()
        .map(|(doing, text)| format!("<button name=\"doing\" value=\"{doing}\">{text}</button>"))
        .collect();
    let stands = match (payment.progress, checkout.slow) {
        (Progress::Open, false) => "Nothing is paid yet.",
        (Progress::Open, true) => "A slow payment is on its way.",
        (Progress::Paid, _) => "This is paid.",
        (Progress::Failed, _) => "The payment failed.",
        (Progress::Expired, _) => "This checkout is closed.",
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Pretended checkout</title>\
         <link rel=\"stylesheet\" href=\"/terms.css\"><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/purchase.css\"><main><h1>Pretended checkout</h1>\
         <p class=\"notice\">This is the playground: no money moves here.</p>\
         <p><span dir=\"auto\">{title}</span>: <strong>{sum}</strong></p><p role=\"status\">{stands}</p>\
         <form method=\"post\">{buttons}</form></main></html>",
        title = escaped(&checkout.title),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, html).into_response())
}

#[derive(Deserialize)]
struct Choice {
    doing: Doing,
}

async fn act(
    State(checkouts): State<Checkouts>,
    Path(id): Path<String>,
    body: String,
) -> Result<Redirect, HttpError> {
    let mut fields = url::form_urlencoded::parse(body.as_bytes());
    let doing = fields.find(|(name, _)| name == "doing").map(|(_, value)| value);
    let choice = serde_json::json!({ "doing": doing });
    let Ok(Choice { doing }) = serde_json::from_value(choice) else {
        return Err(HttpError::new(ErrorCode::InvalidParam, "There is no such choice."));
    };
    let checkout = checkouts.rail.act(&id, doing).ok_or_else(missing)?;
    // As the provider would tell us.
    if checkouts.app.orders.settle(&checkout.payment.order_id).await.is_err() {
        tracing::warn!("an order was not told of its payment");
    }
    Ok(match (checkout.payment.progress, doing) {
        (Progress::Expired, _) => Redirect::to("/purchase/left"),
        (_, Doing::Fail) => Redirect::to(&format!("/playground/checkout/{id}")),
        _ => Redirect::to(&format!("/purchase/done?session_id={id}")),
    })
}
