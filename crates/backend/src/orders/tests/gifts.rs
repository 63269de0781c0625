use tessera_protocol::order::GiftState;

use super::*;
use crate::orders::{GiftRecord, OrderError};

const GIVER: &str = "@giver:hs";

impl Shop {
    /// A gift that is paid and waits.
    async fn give(&self, to: Option<&str>) -> (String, GiftRecord) {
        let (order, session) = self.order(GIVER, &self.wants_gift(to)).await;
        let unpaid = self.storage().gift_of_order(&order).await.unwrap().unwrap();
        assert_eq!(unpaid.state, GiftState::Unpaid);
        self.provider.pay(&session);
        assert_eq!(self.orders.settle(&order).await.unwrap().state, OrderState::Fulfilled);
        let gift = self.storage().gift_of_order(&order).await.unwrap().unwrap();
        assert_eq!(gift.state, GiftState::Waiting);
        assert_eq!(self.owners().await, [], "a gift is nobody's until it is taken");
        (order, gift)
    }
}

#[tokio::test]
async fn whoever_has_the_link_takes_the_gift_once() {
    let shop = Shop::open().await;
    let (order, gift) = shop.give(None).await;
    let shown = shop.orders.look(GIVER, &order).await.unwrap().gift.unwrap();
    assert_eq!(shown.code, gift.code);
    let code = gift.code.unwrap();
    let taken = shop.orders.claim_code(BUYER, &code.to_lowercase()).await.unwrap();
    assert_eq!((taken.state, taken.code), (GiftState::Claimed, None));
    assert_eq!(shop.owners().await, [owner(BUYER)]);
    assert_eq!(shop.library(BUYER).await, ["cats"]);
    // gift: claims with a second MXID
    let refused = shop.orders.claim_code("@other:hs", &code).await;
    assert!(matches!(refused, Err(OrderError::NoCode)));
    assert!(matches!(shop.orders.claim_code(BUYER, "0000").await, Err(OrderError::NoCode)));
}

#[tokio::test]
async fn gift_claimed_by_two_at_once_has_one_owner() {
    let shop = Shop::open().await;
    let (_, gift) = shop.give(None).await;
    let code = gift.code.unwrap();
    let names: Vec<String> = (0..6).map(|n| format!("@u{n}:hs")).collect();
    let claims = names.iter().map(|user| shop.orders.claim_code(user, &code));
    let claims = futures_util::future::join_all(claims).await;
    assert_eq!(claims.iter().filter(|claim| claim.is_ok()).count(), 1);
    assert_eq!(shop.owners().await.len(), 1);
}

#[tokio::test]
async fn gift_by_matrix_id_is_for_nobody_else() {
    let shop = Shop::open().await;
    let (_, gift) = shop.give(Some("@friend:ok.example")).await;
    let waiting = shop.orders.purchases("@friend:ok.example").await.unwrap().gifts;
    assert_eq!((waiting[0].from.as_deref(), waiting[0].code.as_deref()), (Some(GIVER), None));
    let code = gift.code.unwrap();
    let refused = shop.orders.claim_code(BUYER, &code).await;
    assert!(matches!(refused, Err(OrderError::NoCode)));
    let refused = shop.orders.claim_gift(BUYER, &gift.id).await;
    assert!(matches!(refused, Err(OrderError::NoCode)));
    shop.orders.claim_gift("@friend:ok.example", &gift.id).await.unwrap();
    shop.orders.claim_gift("@friend:ok.example", &gift.id).await.unwrap();
    assert_eq!(shop.owners().await, [owner("@friend:ok.example")]);
}

#[tokio::test]
async fn gift_recipient_blocked_or_not_on_an_allowed_homeserver() {
    let shop = Shop::open().await;
    for to in ["@x:bad.hs", "@x:elsewhere.example", "nobody", "@:hs", "@x:a b"] {
        let refused = shop.orders.buy(GIVER, &shop.wants_gift(Some(to))).await;
        assert!(matches!(refused, Err(OrderError::Recipient(_))), "{to}");
    }
    let refused = shop.orders.buy(GIVER, &shop.wants_gift(Some(GIVER))).await;
    assert!(matches!(refused, Err(OrderError::GiftToSelf)));
    assert!(shop.provider.sessions().is_empty());
}

#[tokio::test]
async fn gift_recipient_already_owns() {
    let shop = Shop::open().await;
    shop.buy(BUYER, &shop.wants()).await;
    let (order, session) = shop.order(GIVER, &shop.wants_gift(Some(BUYER))).await;
    shop.provider.pay(&session);
    shop.orders.settle(&order).await.unwrap();
    let gift = shop.storage().gift_of_order(&order).await.unwrap().unwrap();
    let refused = shop.orders.claim_gift(BUYER, &gift.id).await;
    assert!(matches!(refused, Err(OrderError::Owned)));
    // It still waits, and goes back to the giver.
    shop.orders.send_gift_back(BUYER, &gift.id).await.unwrap();
    assert_eq!(shop.owners().await, [owner(BUYER), owner(GIVER)]);
    let gift = shop.storage().gift(&gift.id).await.unwrap().unwrap();
    assert_eq!((gift.state, gift.code), (GiftState::Returned, None));
}

#[tokio::test]
async fn gift_recipient_erased() {
    let shop = Shop::open().await;
    let (_, gift) = shop.give(Some("@friend:hs")).await;
    shop.storage().erase_user("@friend:hs").await.unwrap();
    assert_eq!(shop.reconcile().await.gifts, 1);
    let gift = shop.storage().gift(&gift.id).await.unwrap().unwrap();
    assert_eq!((gift.state, gift.to), (GiftState::Returned, None));
    assert_eq!(shop.owners().await, [owner(GIVER)]);
}

#[tokio::test]
async fn a_gift_that_nobody_takes_is_the_givers() {
    let shop = Shop::open().await;
    let (_, gift) = shop.give(None).await;
    shop.clock.advance(31 * DAY);
    let code = gift.code.unwrap();
    assert!(matches!(shop.orders.claim_code(BUYER, &code).await, Err(OrderError::Spent)));
    assert_eq!(shop.reconcile().await.gifts, 1);
    assert_eq!(shop.owners().await, [owner(GIVER)]);
    assert_eq!(shop.library(GIVER).await, ["cats"]);
    assert_eq!(shop.reconcile().await.gifts, 0);
}

#[tokio::test]
async fn a_giver_who_owns_the_pack_has_the_money_back() {
    let shop = Shop::open().await;
    let (order, gift) = shop.give(None).await;
    shop.buy(GIVER, &shop.wants()).await;
    shop.orders.send_gift_back(GIVER, &gift.id).await.unwrap();
    shop.reconcile().await;
    assert_eq!(shop.state(&order).await, OrderState::Refunded);
    assert_eq!(shop.provider.refunds(), [(format!("refund-{order}-1"), 299)]);
    assert_eq!(shop.owners().await, [owner(GIVER)]);
    let refused = shop.orders.send_gift_back(GIVER, &gift.id).await;
    assert!(matches!(refused, Err(OrderError::TooLate)));
    let refused = shop.orders.send_gift_back("@other:hs", &gift.id).await;
    assert!(matches!(refused, Err(OrderError::NoCode)));
}

#[tokio::test]
async fn a_refunded_gift_is_taken_from_whoever_has_it() {
    let shop = Shop::open().await;
    let (order, gift) = shop.give(None).await;
    shop.orders.claim_code(BUYER, &gift.code.unwrap()).await.unwrap();
    let all = tessera_protocol::order::NewRefund { amount: None, reason: "x".into() };
    shop.orders.refund("@op:hs", &order, &all).await.unwrap();
    assert_eq!(shop.owners().await, []);
    assert!(shop.library(BUYER).await.is_empty());
}
