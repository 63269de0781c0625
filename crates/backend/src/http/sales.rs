//! `/api/v1/sales/…`: what operators do about selling. Every handler names [`Operator`], so that nobody
//! else reaches it.

#[cfg(test)]
mod tests;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use tessera_protocol::{
    ApiError,
    order::{
        NewGrant, NewPrice, NewRefund, NewVouchers, Order, Price, SalesPage, SalesSummary, Vouchers,
    },
};

use super::{App, body::Body, error::HttpError, token::Operator};

/// Put a price on a pack. Whoever has it already keeps it.
#[utoipa::path(put, path = "/api/v1/sales/prices/{pack_id}", tag = "sales",
    security(("token" = [])), params(("pack_id" = String, Path, description = "The pack")),
    request_body = NewPrice, responses(
    (status = 200, description = "The price", body = Price),
    (status = 400, description = "No price, or a pack that can have none", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
))]
pub(crate) async fn set_price(
    State(app): State<App>,
    _operator: Operator,
    Path(pack_id): Path<String>,
    Body(new): Body<NewPrice>,
) -> Result<Json<Price>, HttpError> {
    Ok(Json(app.orders.set_price(&pack_id, &new).await?))
}

/// Whether a pack without a price is everybody's.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Afterwards {
    /// Anybody may have it; otherwise it is sold no more and stays with those who own it.
    #[serde(default)]
    free: bool,
}

/// Take a pack's price away.
#[utoipa::path(delete, path = "/api/v1/sales/prices/{pack_id}", tag = "sales",
    security(("token" = [])), params(("pack_id" = String, Path, description = "The pack"), Afterwards),
    responses(
    (status = 204, description = "It is not sold any more"),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "It was not for sale", body = ApiError),
))]
pub(crate) async fn remove_price(
    State(app): State<App>,
    _operator: Operator,
    Path(pack_id): Path<String>,
    Query(afterwards): Query<Afterwards>,
) -> Result<StatusCode, HttpError> {
    app.orders.remove_price(&pack_id, afterwards.free).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make vouchers for a pack. They are shown this once.
#[utoipa::path(post, path = "/api/v1/sales/vouchers", tag = "sales", security(("token" = [])),
    request_body = NewVouchers, responses(
    (status = 200, description = "The codes", body = Vouchers),
    (status = 400, description = "Too many, or for too long", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "The pack is not for sale", body = ApiError),
))]
pub(crate) async fn make_vouchers(
    State(app): State<App>,
    _operator: Operator,
    Body(new): Body<NewVouchers>,
) -> Result<Json<Vouchers>, HttpError> {
    Ok(Json(app.orders.make_vouchers(&new).await?))
}

/// Give a pack to somebody, as for a bank transfer.
#[utoipa::path(post, path = "/api/v1/sales/grants", tag = "sales", security(("token" = [])),
    request_body = NewGrant, responses(
    (status = 200, description = "The order", body = Order),
    (status = 400, description = "No reference, or nobody who is served here", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "The pack is not for sale", body = ApiError),
    (status = 409, description = "They own it already", body = ApiError),
))]
pub(crate) async fn grant(
    State(app): State<App>,
    _operator: Operator,
    Body(new): Body<NewGrant>,
) -> Result<Json<Order>, HttpError> {
    Ok(Json(app.orders.grant(&new).await?))
}

/// Which part of the orders.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Page {
    /// How many to leave out.
    #[serde(default)]
    from: u32,
}

/// All orders; those with a problem first, then the latest.
#[utoipa::path(get, path = "/api/v1/sales/orders", tag = "sales", security(("token" = [])),
    params(Page), responses(
    (status = 200, description = "A page of them", body = SalesPage),
    (status = 403, description = "Not an operator", body = ApiError),
))]
pub(crate) async fn orders(
    State(app): State<App>,
    _operator: Operator,
    Query(page): Query<Page>,
) -> Result<Json<SalesPage>, HttpError> {
    Ok(Json(app.orders.all(page.from).await?))
}

/// Send money of an order back.
#[utoipa::path(post, path = "/api/v1/sales/orders/{id}/refund", tag = "sales",
    security(("token" = [])), params(("id" = String, Path, description = "The order")),
    request_body = NewRefund, responses(
    (status = 200, description = "The order; what the provider has not taken yet is sent again",
     body = Order),
    (status = 400, description = "More than is left, or no reason", body = ApiError),
    (status = 403, description = "Not an operator", body = ApiError),
    (status = 404, description = "There is no such order", body = ApiError),
    (status = 409, description = "Nothing is left, or it was not paid", body = ApiError),
))]
pub(crate) async fn refund(
    State(app): State<App>,
    Operator(session): Operator,
    Path(id): Path<String>,
    Body(new): Body<NewRefund>,
) -> Result<Json<Order>, HttpError> {
    let order = app.orders.refund(&session.user_id, &id, &new).await?;
    Ok(Json(order.shown(None)))
}

/// What came in, a line for each pack and currency.
#[utoipa::path(get, path = "/api/v1/sales/summary", tag = "sales", security(("token" = [])),
    responses(
    (status = 200, description = "What came in", body = SalesSummary),
    (status = 403, description = "Not an operator", body = ApiError),
))]
pub(crate) async fn summary(
    State(app): State<App>,
    _operator: Operator,
) -> Result<Json<SalesSummary>, HttpError> {
    Ok(Json(app.storage.sales_summary().await?))
}
