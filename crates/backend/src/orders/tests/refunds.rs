use tessera_protocol::order::NewRefund;

use super::*;
use crate::{
    orders::OrderError,
    payments::{Dispute, RailError, Returned},
};

fn some(amount: u32) -> NewRefund {
    NewRefund { amount: Some(amount), reason: "asked for".into() }
}

fn all() -> NewRefund {
    NewRefund { amount: None, reason: "asked for".into() }
}

#[tokio::test]
async fn part_of_the_money_goes_back_and_the_pack_stays() {
    let shop = Shop::open().await;
    let (id, _) = shop.buy(BUYER, &shop.wants()).await;
    let order = shop.orders.refund("@op:hs", &id, &some(100)).await.unwrap();
    assert_eq!((order.state, order.refunded), (OrderState::PartiallyRefunded, 100));
    assert_eq!(shop.library(BUYER).await, ["cats"]);
    let too_much = shop.orders.refund("@op:hs", &id, &some(200)).await;
    assert!(matches!(too_much, Err(OrderError::TooMuch)));
    let order = shop.orders.refund("@op:hs", &id, &all()).await.unwrap();
    assert_eq!((order.state, order.refunded), (OrderState::Refunded, 299));
    assert!(shop.library(BUYER).await.is_empty());
    let summary = shop.storage().sales_summary().await.unwrap().lines;
    assert_eq!((summary[0].paid, summary[0].refunded), (1, 1));
    assert_eq!((summary[0].gross, summary[0].returned), (299, 299));
}

#[tokio::test]
async fn refund_twice() {
    let shop = Shop::open().await;
    let (id, _) = shop.buy(BUYER, &shop.wants()).await;
    let first = all();
    let (one, two) = tokio::join!(
        shop.orders.refund("@op:hs", &id, &first),
        shop.orders.refund("@op:hs", &id, &first)
    );
    assert!(one.is_ok() != two.is_ok() || one.is_ok(), "{one:?} {two:?}");
    assert!(matches!(
        shop.orders.refund("@op:hs", &id, &all()).await,
        Err(OrderError::NothingLeft)
    ));
    shop.reconcile().await;
    assert_eq!(shop.provider.refunds(), [(format!("refund-{id}-1"), 299)], "sent once");
    assert_eq!(shop.owners().await, []);
}

#[tokio::test]
async fn a_refund_is_written_down_before_it_is_sent() {
    let shop = Shop::open().await;
    let (id, _) = shop.buy(BUYER, &shop.wants()).await;
    let order = shop.stored(&id).await;
    let refund = super::super::Refund {
        order_id: id.clone(),
        number: 1,
        amount: 299,
        reason: "x".into(),
        operator: "@op:hs".into(),
        payment_id: None,
        sent: None,
    };
    assert!(shop.storage().add_refund(&refund, shop.clock.now()).await.unwrap());
    assert_eq!(order.state, OrderState::Fulfilled);
    shop.provider.fail(RailError::Unreachable);
    assert_eq!(shop.reconcile().await.failures, 1);
    assert_eq!(shop.reconcile().await.refunds, 1);
    assert_eq!(shop.state(&id).await, OrderState::Refunded);
}

#[tokio::test]
async fn a_refund_that_fails_brings_the_pack_back() {
    let shop = Shop::open().await;
    let (id, session) = shop.buy(BUYER, &shop.wants()).await;
    shop.orders.refund("@op:hs", &id, &all()).await.unwrap();
    assert_eq!(shop.owners().await, []);
    shop.provider.set(&session, |payment| payment.returned = Returned::Nothing);
    shop.told(
        "evt_1",
        "refund.failed",
        serde_json::json!({"object": "refund", "payment_intent": format!("pi_{session}")}),
    )
    .await;
    shop.reconcile().await;
    assert_eq!(shop.state(&id).await, OrderState::Fulfilled);
    assert_eq!(shop.library(BUYER).await, ["cats"]);
}

#[tokio::test]
async fn what_was_not_paid_cannot_be_refunded() {
    let shop = Shop::open().await;
    let (id, _) = shop.order(BUYER, &shop.wants()).await;
    assert!(matches!(shop.orders.refund("@op:hs", &id, &all()).await, Err(OrderError::TooLate)));
    let nameless = NewRefund { amount: None, reason: "  ".into() };
    let refused = shop.orders.refund("@op:hs", &id, &nameless).await;
    assert!(matches!(refused, Err(OrderError::NoReference)));
    let ghost = shop.orders.refund("@op:hs", "ghost", &all()).await;
    assert!(matches!(ghost, Err(OrderError::NoOrder)));
}

#[tokio::test]
async fn a_disputed_pack_waits_for_the_outcome() {
    let shop = Shop::open().await;
    let (id, session) = shop.buy(BUYER, &shop.wants()).await;
    shop.provider.dispute(&session, Dispute::Open);
    shop.orders.settle(&id).await.unwrap();
    assert_eq!(shop.owners().await, [(BUYER.to_owned(), "cats".to_owned(), true)]);
    assert!(shop.library(BUYER).await.is_empty());
    let now = shop.clock.now();
    shop.storage().set_library(BUYER, &["cats".into()], now).await.unwrap();
    assert!(shop.library(BUYER).await.is_empty(), "nor can it be put back");
    assert!(matches!(shop.orders.buy(BUYER, &shop.wants()).await, Err(OrderError::Owned)));

    shop.provider.dispute(&session, Dispute::Won);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Won);
    assert_eq!(shop.owners().await, [owner(BUYER)]);
    assert_eq!(shop.library(BUYER).await, ["cats"]);

    shop.provider.dispute(&session, Dispute::Lost);
    assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Lost);
    assert_eq!(shop.owners().await, []);
    assert!(shop.library(BUYER).await.is_empty());
}

#[tokio::test]
async fn dispute_won_after_refund() {
    let shop = Shop::open().await;
    let (id, session) = shop.buy(BUYER, &shop.wants()).await;
    shop.orders.refund("@op:hs", &id, &all()).await.unwrap();
    for dispute in [Dispute::Open, Dispute::Won] {
        shop.provider.dispute(&session, dispute);
        assert_eq!(shop.orders.settle(&id).await.unwrap().state, OrderState::Refunded);
        assert_eq!(shop.owners().await, []);
    }
}
