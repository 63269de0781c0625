use serde_json::json;

use super::*;
use crate::{
    orders::NoEvent,
    payments::{Dispute, Progress, RailError, Returned},
};

fn session(order_id: &str, session_id: &str) -> serde_json::Value {
    json!({"id": session_id, "object": "checkout.session", "metadata": {"order_id": order_id},
        "payment_intent": null})
}

fn charge(session_id: &str) -> serde_json::Value {
    json!({"id": "ch_1", "object": "charge", "payment_intent": format!("pi_{session_id}")})
}

#[tokio::test]
async fn duplicate_event() {
    let shop = Shop::open().await;
    let (id, session_id) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.pay(&session_id);
    for _ in 0..3 {
        shop.told("evt_1", "checkout.session.completed", session(&id, &session_id)).await;
    }
    assert_eq!(shop.reconcile().await.events, 1);
    shop.told("evt_1", "checkout.session.completed", session(&id, &session_id)).await;
    assert_eq!(shop.reconcile().await.events, 0);
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
    assert_eq!(shop.owners().await, [owner(BUYER)]);
}

#[tokio::test]
async fn events_in_reverse_order_refund_before_completed() {
    let shop = Shop::open().await;
    let (id, session_id) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.pay(&session_id);
    shop.provider.set(&session_id, |payment| payment.returned = Returned::All);
    let mut refunded = charge(&session_id);
    refunded["metadata"] = json!({"order_id": id});
    shop.told("evt_2", "charge.refunded", refunded).await;
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Refunded);
    shop.told("evt_1", "checkout.session.completed", session(&id, &session_id)).await;
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Refunded);
    assert_eq!(shop.owners().await, []);
}

#[tokio::test]
async fn an_event_about_an_order_that_is_not_known_yet_waits() {
    let shop = Shop::open().await;
    let (id, session_id) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.pay(&session_id);
    // Without our metadata the payment is not known before the order is.
    shop.told("evt_1", "charge.dispute.created", charge(&session_id)).await;
    shop.provider.dispute(&session_id, Dispute::Open);
    let pass = shop.orders.reconcile(DAY).await.unwrap();
    assert_eq!((pass.events, shop.state(&id).await), (0, OrderState::Pending));
    shop.orders.settle(&id).await.unwrap();
    assert_eq!(shop.orders.reconcile(DAY).await.unwrap().events, 1);
    // And what is never ours does not wait for ever.
    shop.told("evt_2", "charge.refunded", charge("of another shop")).await;
    assert_eq!(shop.orders.reconcile(DAY).await.unwrap().events, 0);
    shop.clock.advance(DAY);
    assert_eq!(shop.orders.reconcile(DAY).await.unwrap().events, 1);
    shop.clock.advance(31 * DAY);
    assert_eq!(shop.orders.sweep().await.unwrap(), 2);
}

#[tokio::test]
async fn an_event_that_cannot_be_done_is_done_later() {
    let shop = Shop::open().await;
    let (id, session_id) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.pay(&session_id);
    shop.told("evt_1", "checkout.session.completed", session(&id, &session_id)).await;
    shop.provider.fail(RailError::Unreachable);
    let pass = shop.orders.reconcile(DAY).await.unwrap();
    assert_eq!((pass.events, pass.failures), (0, 1));
    assert_eq!(shop.orders.reconcile(DAY).await.unwrap().events, 1);
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
}

#[tokio::test]
async fn test_mode_event_in_live_mode() {
    let shop = Shop::open().await;
    let body = |live: bool, kind: &str| {
        json!({"id": "evt_1", "type": kind, "livemode": live,
            "data": {"object": {"object": "charge"}}})
        .to_string()
    };
    let received = |text: String| {
        let orders = shop.orders.clone();
        async move { orders.receive(text.as_bytes()).await.unwrap() }
    };
    assert_eq!(received(body(true, "charge.refunded")).await, Err(NoEvent::Mode));
    assert_eq!(received("{}".into()).await, Err(NoEvent::Shape));
    assert_eq!(received("no".into()).await, Err(NoEvent::Shape));
    assert_eq!(received(body(false, "customer.created")).await, Ok(()));
    assert_eq!(shop.storage().payment_events_to_do(9).await.unwrap(), []);
    assert_eq!(received(body(false, "charge.refunded")).await, Ok(()));
    assert_eq!(shop.storage().payment_events_to_do(9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_checkout_that_was_said_to_have_failed_and_is_paid_is_the_orders() {
    let shop = Shop::open().await;
    let (id, second) = shop.order(BUYER, &shop.wants()).await;
    // An earlier attempt whose answer never came, and which the buyer has open all the same.
    let order = shop.stored(&id).await;
    let wanted = crate::payments::Wanted {
        order_id: &id,
        attempt: 7,
        amount: order.price.amount,
        currency: &order.price.currency,
        tax_inclusive: true,
        title: "",
        consent: "",
        language: "",
        created: order.created,
    };
    use crate::payments::Rail as _;
    let first = shop.provider.open(&wanted).await.unwrap().session_id;
    shop.provider.pay(&first);
    shop.told("evt_1", "checkout.session.completed", session(&id, &first)).await;
    shop.reconcile().await;
    let order = shop.stored(&id).await;
    assert_eq!((order.state, order.session_id), (OrderState::Fulfilled, Some(first)));
    // If the other one is paid too, that money goes back, and the order stays.
    shop.provider.pay(&second);
    shop.told("evt_2", "checkout.session.completed", session(&id, &second)).await;
    shop.reconcile().await;
    assert_eq!(shop.provider.refunds(), [(format!("refund-{id}-1"), 299)]);
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
    assert_eq!(shop.owners().await, [owner(BUYER)]);
}

#[tokio::test]
async fn a_message_opens_no_checkout_that_nobody_sees() {
    let shop = Shop::open().await;
    shop.provider.fail(RailError::Unreachable);
    assert!(shop.orders.buy(BUYER, &shop.wants()).await.is_err());
    let id = shop.orders.purchases(BUYER).await.unwrap().orders.remove(0).id;
    // The checkout whose answer was lost has run out of time.
    shop.told("evt_1", "checkout.session.expired", session(&id, "cs_lost")).await;
    // The pass leaves open orders alone; only the message is done.
    assert_eq!(shop.orders.reconcile(DAY).await.unwrap().events, 1);
    assert_eq!(shop.state(&id).await, OrderState::Expired);
}

#[tokio::test]
async fn a_session_that_expires_is_told() {
    let shop = Shop::open().await;
    let (id, session_id) = shop.order(BUYER, &shop.wants()).await;
    shop.provider.set(&session_id, |payment| payment.progress = Progress::Expired);
    shop.told("evt_1", "checkout.session.expired", session(&id, &session_id)).await;
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Expired);
}
