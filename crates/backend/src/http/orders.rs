//! `/api/v1/orders` and what belongs to them: buying a pack, vouchers, gifts, receipts. Amounts are the
//! server's own; the requests hold none.

mod receipt;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use serde::Deserialize;
use tessera_protocol::{
    ApiError, ErrorCode,
    order::{Code, Gift, NewOrder, Order, Purchases, Sales},
};

use super::{App, body::Body, error::HttpError, token::User};
use crate::orders::OrderError;

/// How often a stream looks by itself: another server may have heard of it.
const LOOK: Duration = Duration::from_secs(3);
/// How long a stream lasts; whoever still waits asks again.
const STREAM: Duration = Duration::from_secs(15 * 60);

/// In which language texts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct Reader {
    /// BCP 47.
    #[serde(default)]
    language: String,
}

/// What to say before somebody buys: who sells, and what the buyer has to agree to.
#[utoipa::path(get, path = "/api/v1/sales", tag = "orders", security(("token" = [])),
    params(Reader), responses(
    (status = 200, description = "Whether and how packs are sold", body = Sales),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn sales(
    State(app): State<App>,
    _user: User,
    Query(reader): Query<Reader>,
) -> Json<Sales> {
    Json(app.orders.sales(&reader.language))
}

/// Order a pack. The answer holds where to pay. Asked again before it is paid, it is the same order.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", security(("token" = [])),
    request_body = NewOrder, responses(
    (status = 200, description = "The order", body = Order),
    (status = 400, description = "No consent, or nobody who can be given anything", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "Nothing is sold now", body = ApiError),
    (status = 404, description = "The pack is not for sale", body = ApiError),
    (status = 409, description = "It is owned already, or costs something else now", body = ApiError),
    (status = 502, description = "The payment provider does not answer", body = ApiError),
))]
pub(crate) async fn buy(
    State(app): State<App>,
    User(session): User,
    Body(new): Body<NewOrder>,
) -> Result<Json<Order>, HttpError> {
    Ok(Json(app.orders.buy(&session.user_id, &new).await?))
}

/// The user's orders, and gifts that wait for them.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", security(("token" = [])), responses(
    (status = 200, description = "The latest first", body = Purchases),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    User(session): User,
) -> Result<Json<Purchases>, HttpError> {
    Ok(Json(app.orders.purchases(&session.user_id).await?))
}

/// An order, as it is now: if it is open, the payment provider is asked.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", security(("token" = [])),
    params(("id" = String, Path, description = "The order")), responses(
    (status = 200, description = "The order", body = Order),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such order", body = ApiError),
))]
pub(crate) async fn get(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<Json<Order>, HttpError> {
    Ok(Json(app.orders.look(&session.user_id, &id).await?))
}

/// An order as it changes, as server-sent events with an `Order` each, until it is not open any more or
/// a quarter of an hour has passed.
#[utoipa::path(get, path = "/api/v1/orders/{id}/events", tag = "orders", security(("token" = [])),
    params(("id" = String, Path, description = "The order")), responses(
    (status = 200, description = "Events", body = Order, content_type = "text/event-stream"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such order", body = ApiError),
))]
pub(crate) async fn events(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, HttpError> {
    let first = app.orders.look(&session.user_id, &id).await?;
    let news = app.orders.news.subscribe();
    let until = app.clock.now().after(STREAM);
    let watch = Watch { app, news, user_id: session.user_id, last: None, next: Some(first) };
    let events = stream::unfold(watch, move |mut watch| async move {
        let order = match watch.next.take() {
            Some(order) => order,
            None if watch.last.as_ref().is_some_and(|last| !last.state.is_open()) => return None,
            None => watch.change(until).await?,
        };
        let event = sse::Event::default().json_data(&order).ok()?;
        watch.last = Some(order);
        Some((Ok(event), watch))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Somebody who waits for an order.
struct Watch {
    app: App,
    news: tokio::sync::broadcast::Receiver<String>,
    user_id: String,
    last: Option<Order>,
    next: Option<Order>,
}

impl Watch {
    /// The order when it is not as it was; none when it is time to stop.
    async fn change(&mut self, until: crate::clock::Timestamp) -> Option<Order> {
        let id = self.last.as_ref().map(|last| last.id.clone())?;
        while self.app.clock.now() < until {
            let told = async { while self.news.recv().await.is_ok_and(|changed| changed != id) {} };
            // A channel that ended tells at once, and for ever.
            let pause = tokio::time::sleep(LOOK);
            tokio::select! {
                () = told => {}
                () = pause => {}
            }
            let order = self.app.orders.look(&self.user_id, &id).await.ok()?;
            if self.last.as_ref() != Some(&order) {
                return Some(order);
            }
        }
        None
    }
}

/// End an order that is not paid.
#[utoipa::path(post, path = "/api/v1/orders/{id}/cancel", tag = "orders", security(("token" = [])),
    params(("id" = String, Path, description = "The order")), responses(
    (status = 200, description = "The order", body = Order),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such order", body = ApiError),
    (status = 409, description = "It is paid", body = ApiError),
))]
pub(crate) async fn cancel(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<Json<Order>, HttpError> {
    Ok(Json(app.orders.cancel(&session.user_id, &id).await?))
}

/// The receipt of an order that was paid: a page to keep, with what was agreed.
#[utoipa::path(get, path = "/api/v1/orders/{id}/receipt", tag = "orders", security(("token" = [])),
    params(("id" = String, Path, description = "The order")), responses(
    (status = 200, description = "The receipt", content_type = "text/html"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such order, or it is not paid", body = ApiError),
))]
pub(crate) async fn receipt(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    let order = app.orders.paid_order(&session.user_id, &id).await?;
    let seller = app.orders.policy.as_ref().map(|policy| &policy.seller);
    let mut answer = receipt::page(&app.site.name, &order, seller).into_response();
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"receipt.html\""),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

/// Have a pack for a voucher.
#[utoipa::path(post, path = "/api/v1/vouchers/redeem", tag = "orders", security(("token" = [])),
    request_body = Code, responses(
    (status = 200, description = "The order that it paid", body = Order),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such voucher", body = ApiError),
    (status = 409, description = "The user owns the pack already; the voucher is still good",
     body = ApiError),
    (status = 410, description = "It was used, or its time is over", body = ApiError),
))]
pub(crate) async fn redeem(
    State(app): State<App>,
    User(session): User,
    Body(code): Body<Code>,
) -> Result<Json<Order>, HttpError> {
    Ok(Json(app.orders.redeem(&session.user_id, &code.code).await?))
}

/// Take a gift by what its link holds.
#[utoipa::path(post, path = "/api/v1/gifts/claim", tag = "orders", security(("token" = [])),
    request_body = Code, responses(
    (status = 200, description = "The gift", body = Gift),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such gift for the user", body = ApiError),
    (status = 409, description = "The user owns the pack already; the gift still waits",
     body = ApiError),
    (status = 410, description = "Somebody took it, or its time is over", body = ApiError),
))]
pub(crate) async fn claim_code(
    State(app): State<App>,
    User(session): User,
    Body(code): Body<Code>,
) -> Result<Json<Gift>, HttpError> {
    Ok(Json(app.orders.claim_code(&session.user_id, &code.code).await?))
}

/// Take a gift that was given by name.
#[utoipa::path(post, path = "/api/v1/gifts/{id}/claim", tag = "orders", security(("token" = [])),
    params(("id" = String, Path, description = "The gift")), responses(
    (status = 200, description = "The gift", body = Gift),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such gift for the user", body = ApiError),
    (status = 409, description = "The user owns the pack already; the gift still waits",
     body = ApiError),
    (status = 410, description = "Its time is over", body = ApiError),
))]
pub(crate) async fn claim_gift(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<Json<Gift>, HttpError> {
    Ok(Json(app.orders.claim_gift(&session.user_id, &id).await?))
}

/// Send a gift that waits back to its giver: they take it back, or the one it is for does not want it.
#[utoipa::path(post, path = "/api/v1/gifts/{id}/return", tag = "orders", security(("token" = [])),
    params(("id" = String, Path, description = "The gift")), responses(
    (status = 204, description = "It is the giver's"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "There is no such gift of or for the user", body = ApiError),
    (status = 409, description = "It does not wait any more", body = ApiError),
))]
pub(crate) async fn return_gift(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<StatusCode, HttpError> {
    app.orders.send_gift_back(&session.user_id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<OrderError> for HttpError {
    fn from(error: OrderError) -> Self {
        let code = match &error {
            OrderError::Closed => ErrorCode::Forbidden,
            OrderError::NotSold | OrderError::NoOrder | OrderError::NoCode => ErrorCode::NotFound,
            OrderError::PriceChanged => ErrorCode::PriceChanged,
            OrderError::Owned => ErrorCode::AlreadyOwned,
            OrderError::TooLate | OrderError::NothingLeft => ErrorCode::Conflict,
            OrderError::Spent => ErrorCode::CodeSpent,
            OrderError::NoConsent
            | OrderError::Recipient(_)
            | OrderError::GiftToSelf
            | OrderError::TooMuch
            | OrderError::NoReference
            | OrderError::Range(_)
            | OrderError::Unpriceable
            | OrderError::Money(_) => ErrorCode::InvalidParam,
            OrderError::Rail(cause) => {
                tracing::warn!(%cause, "the payment provider did not do what it was asked");
                ErrorCode::PaymentUnavailable
            }
            OrderError::Random(_) => ErrorCode::Unknown,
            OrderError::Storage(_) => ErrorCode::StorageUnavailable,
        };
        if let OrderError::Storage(error) = error {
            return error.into();
        }
        Self::new(code, error.to_string())
    }
}
