use super::*;
use crate::{
    orders::OrderError,
    payments::{Payment, Progress, RailError},
};

#[tokio::test]
async fn a_pack_is_bought_paid_and_in_the_library() {
    let shop = Shop::open().await;
    assert!(shop.library(BUYER).await.is_empty());
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    let shown = shop.orders.look(BUYER, &id).await.unwrap();
    assert_eq!(shown.checkout_url.as_deref(), Some(&*format!("https://pay.example/{session}")));
    shop.provider.pay(&session);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Fulfilled);
    assert_eq!(shop.owners().await, [owner(BUYER)]);
    assert_eq!(shop.library(BUYER).await, ["cats"]);
    let order = shop.stored(&id).await;
    assert_eq!(
        (order.price.amount, order.price.currency.as_str(), order.total),
        (299, "eur", Some(299))
    );
    let consent = order.consent.unwrap();
    assert!(consent.text.contains("right of withdrawal"), "{consent:?}");
    assert_eq!((consent.version.as_str(), consent.language.as_str()), ("1", "en"));
    assert_eq!(order.pack_revision, shop.storage().pack("cats").await.unwrap().unwrap().revision);
    assert_eq!(shop.orders.look(BUYER, &id).await.unwrap().checkout_url, None);
}

#[tokio::test]
async fn nothing_is_bought_without_consent_or_at_another_price() {
    let shop = Shop::open().await;
    let mut new = shop.wants();
    new.consent.no_withdrawal = false;
    assert!(matches!(shop.orders.buy(BUYER, &new).await, Err(OrderError::NoConsent)));
    let new = NewOrder { price_id: "old".into(), ..shop.wants() };
    assert!(matches!(shop.orders.buy(BUYER, &new).await, Err(OrderError::PriceChanged)));
    let new = NewOrder { pack_id: "ghost".into(), ..shop.wants() };
    assert!(matches!(shop.orders.buy(BUYER, &new).await, Err(OrderError::NotSold)));
    shop.storage().put_pack(&pack("free"), &[], shop.clock.now()).await.unwrap();
    let new = NewOrder { pack_id: "free".into(), ..shop.wants() };
    assert!(matches!(shop.orders.buy(BUYER, &new).await, Err(OrderError::NotSold)));
    let closed = Orders { policy: None, ..shop.orders.clone() };
    assert!(matches!(closed.buy(BUYER, &shop.wants()).await, Err(OrderError::Closed)));
    assert!(shop.provider.sessions().is_empty());
}

#[tokio::test]
async fn double_click_two_tabs() {
    let shop = Shop::open().await;
    let wants = shop.wants();
    let (one, two) = tokio::join!(shop.orders.buy(BUYER, &wants), shop.orders.buy(BUYER, &wants));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.id, two.id);
    assert_eq!(shop.provider.sessions().len(), 1);
    let session = shop.stored(&one.id).await.session_id.unwrap();
    shop.provider.pay(&session);
    assert!(matches!(shop.orders.buy(BUYER, &wants).await, Err(OrderError::Owned)));
    assert_eq!(shop.state(&one.id).await, OrderState::Fulfilled, "the third click noticed");
    assert!(matches!(shop.orders.buy(BUYER, &wants).await, Err(OrderError::Owned)));
}

#[tokio::test]
async fn success_page_before_webhook() {
    let shop = Shop::open().await;
    let (id, session) = shop.buy(BUYER, &shop.wants()).await;
    shop.told("evt_1", "checkout.session.completed", json_session(&id, &session)).await;
    assert_eq!(shop.reconcile().await.events, 1);
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
    assert_eq!(shop.owners().await, [owner(BUYER)]);
}

#[tokio::test]
async fn success_page_and_webhook_both_at_once() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.pay(&session);
    let all = futures_util::future::join_all((0..8).map(|_| shop.orders.settle(&id))).await;
    for order in all {
        assert_eq!(order.unwrap().state, OrderState::Fulfilled);
    }
    assert_eq!(shop.stored(&id).await.version, 3, "draft, pending, fulfilled: each once");
    assert_eq!(shop.owners().await, [owner(BUYER)]);
}

#[tokio::test]
async fn async_payment_succeeded_after_2_days() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    // The buyer is done with the checkout, which says "unpaid".
    shop.clock.advance(2 * DAY);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Pending);
    assert_eq!(shop.owners().await, []);
    shop.provider.pay(&session);
    assert_eq!(shop.reconcile().await.orders, 1);
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
}

#[tokio::test]
async fn async_payment_failed() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.set(&session, |payment| payment.progress = Progress::Failed);
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Failed);
    assert_eq!(shop.owners().await, []);
    let again = shop.orders.buy(BUYER, &shop.wants()).await.unwrap();
    assert_ne!(again.id, id, "another try is another order");
}

#[tokio::test]
async fn session_expired_then_paid() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.set(&session, |payment| payment.progress = Progress::Expired);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Expired);
    // It must not happen; if it does, somebody is told and the money goes back.
    shop.provider.pay(&session);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Expired);
    shop.reconcile().await;
    let order = shop.stored(&id).await;
    assert!(order.problem.unwrap().contains("after it had ended"));
    assert_eq!(shop.owners().await, []);
    assert_eq!(shop.provider.refunds(), [(format!("refund-{id}-1"), 299)]);
    shop.reconcile().await;
    assert_eq!(shop.provider.refunds().len(), 1);
}

#[tokio::test]
async fn amount_or_currency_mismatch() {
    let changes: [fn(&mut Payment); 6] = [
        |payment| payment.subtotal = 1,
        |payment| payment.total = 399,
        |payment| payment.total = 1,
        |payment| payment.currency = "usd".into(),
        |payment| payment.order_id = "another".into(),
        |payment| payment.live = true,
    ];
    for change in changes {
        let shop = Shop::open().await;
        let (id, session) = shop.order(BUYER, &shop.wants()).await;
        shop.provider.pay(&session);
        shop.provider.set(&session, change);
        let order = shop.orders.settle(&id).await.unwrap();
        assert_eq!(order.state, OrderState::Pending);
        assert!(shop.stored(&id).await.problem.is_some());
        assert_eq!(shop.owners().await, []);
        let summary = shop.storage().sales_summary().await.unwrap();
        assert_eq!((summary.problems, summary.lines.len()), (1, 0));
    }
}

#[tokio::test]
async fn tax_is_added_only_to_prices_without_it() {
    let shop = Shop::open().await;
    let new = NewPrice { amount: 299, currency: "EUR".into(), tax: Tax::Exclusive };
    let price = shop.orders.set_price("cats", &new).await.unwrap();
    let (id, session) = shop.order(BUYER, &NewOrder { price_id: price.id, ..shop.wants() }).await;
    shop.provider.pay(&session);
    shop.provider.set(&session, |payment| payment.total = 356);
    let order = shop.orders.settle(&id).await.unwrap();
    assert_eq!((order.state, order.total), (OrderState::Fulfilled, Some(356)));
}

#[tokio::test]
async fn order_of_another_user_is_not_found() {
    let shop = Shop::open().await;
    let (id, _) = shop.buy(BUYER, &shop.wants()).await;
    for refused in [
        shop.orders.look("@other:hs", &id).await.err(),
        shop.orders.cancel("@other:hs", &id).await.err(),
        shop.orders.paid_order("@other:hs", &id).await.err(),
    ] {
        assert!(matches!(refused, Some(OrderError::NoOrder)), "{refused:?}");
    }
    assert!(shop.orders.purchases("@other:hs").await.unwrap().orders.is_empty());
    assert_eq!(shop.orders.purchases(BUYER).await.unwrap().orders.len(), 1);
}

#[tokio::test]
async fn user_erased_while_a_payment_is_pending() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    shop.storage().erase_user(BUYER).await.unwrap();
    shop.provider.pay(&session);
    shop.reconcile().await;
    shop.reconcile().await;
    let order = shop.stored(&id).await;
    assert_eq!((order.user_id, order.state), (None, OrderState::Refunded));
    assert_eq!(shop.provider.refunds(), [(format!("refund-{id}-1"), 299)]);
    assert_eq!(shop.owners().await, []);
}

#[tokio::test]
async fn price_changed_while_session_is_open() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    let new = NewPrice { amount: 499, currency: "EUR".into(), tax: Tax::Inclusive };
    let price = shop.orders.set_price("cats", &new).await.unwrap();
    // Whoever pays what they were shown has it for that.
    shop.provider.pay(&session);
    assert_eq!(shop.orders.settle(&id).await.unwrap().total, Some(299));
    assert_eq!(shop.owners().await, [owner(BUYER)]);
    // Whoever comes back and has not paid sees the new price; the old checkout is closed.
    let (old, session) = {
        let new = NewPrice { amount: 299, currency: "EUR".into(), tax: Tax::Inclusive };
        let price = shop.orders.set_price("cats", &new).await.unwrap();
        shop.order("@other:hs", &NewOrder { price_id: price.id, ..shop.wants() }).await
    };
    let new = NewPrice { amount: 499, ..new };
    let price = shop.orders.set_price("cats", &new).await.map_or(price, |price| price);
    let again = NewOrder { price_id: price.id, ..shop.wants() };
    let order = shop.orders.buy("@other:hs", &again).await.unwrap();
    assert_eq!((order.amount, order.state), (499, OrderState::Pending));
    assert_eq!(shop.state(&old).await, OrderState::Expired);
    assert_ne!(shop.stored(&order.id).await.session_id.unwrap(), session);
}

#[tokio::test]
async fn pack_withdrawn_while_session_is_open() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    shop.storage().set_published("cats", false, shop.clock.now()).await.unwrap();
    shop.provider.pay(&session);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Fulfilled);
    assert_eq!(shop.library(BUYER).await, ["cats"], "what is sold stays with its owners");
    let refused = shop.orders.buy("@other:hs", &shop.wants()).await;
    assert!(matches!(refused, Err(OrderError::NotSold)));
}

#[tokio::test]
async fn pack_taken_down_while_session_is_open_or_after() {
    let shop = Shop::open().await;
    let (before, _) = shop.buy("@other:hs", &shop.wants()).await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    let mut gone = shop.storage().pack("cats").await.unwrap().unwrap();
    gone.state = State::TakenDown { reason: "stolen".into() };
    shop.storage().put_pack(&gone, &[], shop.clock.now()).await.unwrap();
    shop.provider.pay(&session);
    shop.reconcile().await;
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Refunded);
    assert_eq!(shop.state(&before).await, OrderState::Refunded, "only a takedown takes it back");
    assert_eq!(shop.owners().await, []);
    assert_eq!(shop.provider.refunds().len(), 2);
}

#[tokio::test]
async fn a_buyer_who_got_it_otherwise_meanwhile_has_the_money_back() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    let (_, gift) = {
        let (order, session) = shop.order("@giver:hs", &shop.wants_gift(None)).await;
        shop.provider.pay(&session);
        shop.orders.settle(&order).await.unwrap();
        (order, shop.storage().gifts_from("@giver:hs").await.unwrap().remove(0))
    };
    shop.orders.claim_code(BUYER, &gift.code.unwrap()).await.unwrap();
    shop.provider.pay(&session);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Refunded);
    assert_eq!(shop.owners().await, [owner(BUYER)]);
    assert_eq!(shop.provider.refunds(), [(format!("refund-{id}-1"), 299)]);
}

#[tokio::test]
async fn an_order_that_is_not_paid_can_be_left() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    assert_eq!(shop.orders.cancel(BUYER, &id).await.unwrap().state, OrderState::Expired);
    let (id, _) = shop.buy(BUYER, &shop.wants()).await;
    assert!(matches!(shop.orders.cancel(BUYER, &id).await, Err(OrderError::TooLate)));
    assert_ne!(shop.stored(&id).await.session_id.unwrap(), session);
}

#[tokio::test]
async fn a_provider_that_is_down_loses_nothing() {
    let shop = Shop::open().await;
    shop.provider.fail(RailError::Unreachable);
    let refused = shop.orders.buy(BUYER, &shop.wants()).await;
    assert!(matches!(refused, Err(OrderError::Rail(_))));
    // The next click goes on with the same order and the same idempotency key.
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    assert_eq!(shop.provider.sessions(), [format!("cs_{id}-1")]);
    shop.provider.pay(&session);
    shop.provider.fail(RailError::Unreachable);
    assert_eq!(shop.reconcile().await.failures, 1);
    assert_eq!(shop.state(&id).await, OrderState::Pending);
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
}

#[tokio::test]
async fn a_stored_500_needs_a_new_attempt() {
    let shop = Shop::open().await;
    shop.provider.fail(RailError::Failed(500));
    let order = shop.orders.buy(BUYER, &shop.wants()).await.unwrap();
    assert_eq!(shop.provider.sessions(), [format!("cs_{}-2", order.id)]);
    assert_eq!(order.state, OrderState::Pending);
}

#[tokio::test]
async fn a_provider_that_keeps_failing_ends_the_order_and_not_the_shop() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        shop.provider.fail(RailError::Failed(500));
    }
    let refused = shop.orders.buy(BUYER, &shop.wants()).await;
    assert!(matches!(refused, Err(OrderError::Rail(RailError::Failed(500)))));
    // Its keys answer 500 for a day: another click is another order.
    shop.buy(BUYER, &shop.wants()).await;
    let states: Vec<_> =
        shop.orders.purchases(BUYER).await.unwrap().orders.iter().map(|it| it.state).collect();
    assert!(states.contains(&OrderState::Failed) && states.contains(&OrderState::Fulfilled));
}

#[tokio::test]
async fn a_checkout_that_its_buyer_never_saw_is_closed() {
    let shop = Shop::open().await;
    shop.provider.fail(RailError::Unreachable);
    assert!(shop.orders.buy(BUYER, &shop.wants()).await.is_err());
    shop.reconcile().await;
    let order = shop.orders.purchases(BUYER).await.unwrap().orders.remove(0);
    assert_eq!(order.state, OrderState::Expired);
    shop.buy(BUYER, &shop.wants()).await;
}

#[tokio::test]
async fn an_order_that_never_got_a_checkout_ends() {
    let shop = Shop::open().await;
    shop.provider.fail(RailError::Unreachable);
    assert!(shop.orders.buy(BUYER, &shop.wants()).await.is_err());
    shop.clock.advance(DAY);
    shop.reconcile().await;
    let orders = shop.orders.purchases(BUYER).await.unwrap().orders;
    assert_eq!(orders[0].state, OrderState::Canceled);
    assert!(shop.provider.sessions().is_empty());
    shop.clock.advance(31 * DAY);
    assert_eq!(shop.orders.sweep().await.unwrap(), 1);
    assert!(shop.orders.purchases(BUYER).await.unwrap().orders.is_empty());
}

#[tokio::test]
async fn what_is_for_sale_is_nobodys_who_does_not_own_it() {
    let shop = Shop::open().await;
    let now = shop.clock.now();
    shop.storage().set_library("@thief:hs", &["cats".into()], now).await.unwrap();
    shop.storage().enable_pack("@thief:hs", "cats", now).await.unwrap();
    assert!(shop.library("@thief:hs").await.is_empty());
    shop.buy(BUYER, &shop.wants()).await;
    shop.storage().set_library(BUYER, &[], now).await.unwrap();
    assert!(shop.library(BUYER).await.is_empty());
    shop.storage().set_library(BUYER, &["cats".into()], now).await.unwrap();
    assert_eq!(shop.library(BUYER).await, ["cats"]);
}

fn json_session(order_id: &str, session_id: &str) -> serde_json::Value {
    serde_json::json!({
        "id": session_id, "object": "checkout.session", "metadata": {"order_id": order_id},
    })
}
