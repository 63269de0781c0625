use tessera_protocol::order::{NewGrant, NewVouchers};

use super::*;
use crate::{
    orders::OrderError,
    packs::{ImageId, Sticker, StickerImage},
};

async fn sticker(shop: &Shop, shortcode: &str) -> Sticker {
    let bytes = shortcode.as_bytes();
    let still = shop.storage().add_preview(bytes).await.unwrap();
    let image = StickerImage {
        id: ImageId::of(bytes),
        mimetype: "image/png".into(),
        w: 1,
        h: 1,
        size: 1,
        animated: false,
        still,
        animation: None,
        mxc_uri: Some(format!("mxc://hs/{shortcode}")),
    };
    shop.storage().add_image(&image, None).await.unwrap();
    Sticker {
        shortcode: shortcode.into(),
        body: shortcode.into(),
        emoji: vec![],
        tags: vec![],
        mxc_uri: None,
        image,
    }
}

#[tokio::test]
async fn a_voucher_pays_once() {
    let shop = Shop::open().await;
    let new = NewVouchers { pack_id: "cats".into(), count: 2, days: 10 };
    let codes = shop.orders.make_vouchers(&new).await.unwrap().codes;
    let (first, second) = (&codes[0], &codes[1]);
    let order = shop.orders.redeem(BUYER, first).await.unwrap();
    assert_eq!((order.state, order.amount), (OrderState::Fulfilled, 0));
    assert_eq!(shop.library(BUYER).await, ["cats"]);
    assert_eq!(shop.orders.redeem(BUYER, first).await.unwrap().id, order.id, "the same click");
    let other = shop.orders.redeem("@other:hs", first).await;
    assert!(matches!(other, Err(OrderError::Spent)));
    assert!(matches!(shop.orders.redeem(BUYER, second).await, Err(OrderError::Owned)));
    shop.orders.redeem("@other:hs", second).await.unwrap();
    assert_eq!(shop.owners().await, [owner(BUYER), owner("@other:hs")]);
    let unknown = shop.orders.redeem(BUYER, "0000-0000-0000-0000").await;
    assert!(matches!(unknown, Err(OrderError::NoCode)));
    let late = shop.orders.make_vouchers(&new).await.unwrap().codes;
    shop.clock.advance(11 * DAY);
    assert!(matches!(shop.orders.redeem("@c:hs", &late[0]).await, Err(OrderError::Spent)));
    shop.clock.advance(31 * DAY);
    assert_eq!(shop.orders.sweep().await.unwrap(), 4);
}

#[tokio::test]
async fn many_who_redeem_one_voucher_at_once_have_one_pack() {
    let shop = Shop::open().await;
    let new = NewVouchers { pack_id: "cats".into(), count: 1, days: 10 };
    let code = shop.orders.make_vouchers(&new).await.unwrap().codes.remove(0);
    let names: Vec<String> = (0..6).map(|n| format!("@u{n}:hs")).collect();
    let all = names.iter().map(|user| shop.orders.redeem(user, &code));
    let all = futures_util::future::join_all(all).await;
    assert_eq!(all.iter().filter(|order| order.is_ok()).count(), 1);
    assert_eq!(shop.owners().await.len(), 1);
    assert_eq!(shop.storage().all_orders(0, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_voucher_takes_the_place_of_an_open_checkout() {
    let shop = Shop::open().await;
    let (id, session) = shop.order(BUYER, &shop.wants()).await;
    let new = NewVouchers { pack_id: "cats".into(), count: 1, days: 10 };
    let code = shop.orders.make_vouchers(&new).await.unwrap().codes.remove(0);
    shop.orders.redeem(BUYER, &code).await.unwrap();
    assert_eq!(shop.state(&id).await, OrderState::Expired);
    let payment = crate::payments::Asked {
        session_id: &session,
        order_id: &id,
        amount: 299,
        currency: "eur",
        sent_back: None,
    };
    use crate::payments::Rail as _;
    let payment = shop.provider.look(&payment).await.unwrap();
    assert_eq!(payment.progress, crate::payments::Progress::Expired, "nobody pays it any more");
}

#[tokio::test]
async fn an_operator_gives_a_pack_and_takes_it_back() {
    let shop = Shop::open().await;
    let new = NewGrant {
        user_id: BUYER.into(),
        pack_id: "cats".into(),
        reference: "transfer 17".into(),
        paid: true,
    };
    let order = shop.orders.grant(&new).await.unwrap();
    assert_eq!(
        (order.state, order.amount, order.rail),
        (OrderState::Fulfilled, 299, RailName::Manual)
    );
    assert!(matches!(shop.orders.grant(&new).await, Err(OrderError::Owned)));
    let page = shop.orders.all(0).await.unwrap();
    assert_eq!(page.orders[0].reference.as_deref(), Some("transfer 17"));
    assert_eq!(page.orders[0].user_id.as_deref(), Some(BUYER));
    let all = tessera_protocol::order::NewRefund { amount: None, reason: "wrong person".into() };
    let order = shop.orders.refund("@op:hs", &order.id, &all).await.unwrap();
    assert_eq!(order.state, OrderState::Refunded);
    assert_eq!(shop.owners().await, []);
    for (user_id, reference) in [("@x:elsewhere.example", "y"), (BUYER, " ")] {
        let new = NewGrant { user_id: user_id.into(), reference: reference.into(), ..new.clone() };
        assert!(shop.orders.grant(&new).await.is_err(), "{user_id}");
    }
    let present = NewGrant { paid: false, ..new };
    let order = shop.orders.grant(&present).await.unwrap();
    let order = shop.orders.refund("@op:hs", &order.id, &all).await.unwrap();
    assert_eq!((order.state, order.refunded), (OrderState::Refunded, 0));
}

#[tokio::test]
async fn whoever_had_a_pack_before_it_was_sold_keeps_it() {
    let shop = Shop::open().await;
    let now = shop.clock.now();
    shop.storage().put_pack(&pack("dogs"), &[], now).await.unwrap();
    shop.storage().enable_pack(BUYER, "dogs", now).await.unwrap();
    let new = NewPrice { amount: 299, currency: "EUR".into(), tax: Tax::Inclusive };
    shop.orders.set_price("dogs", &new).await.unwrap();
    assert_eq!(shop.library(BUYER).await, ["dogs"]);
    assert_eq!(shop.owners().await, [(BUYER.into(), "dogs".into(), false)]);
    shop.orders.remove_price("dogs", false).await.unwrap();
    shop.storage().enable_pack("@other:hs", "dogs", now).await.unwrap();
    assert!(shop.library("@other:hs").await.is_empty(), "not sold is not free");
    shop.orders.remove_price("dogs", true).await.unwrap();
    shop.storage().enable_pack("@other:hs", "dogs", now).await.unwrap();
    assert_eq!(shop.library("@other:hs").await, ["dogs"]);
}

#[tokio::test]
async fn a_pack_that_everybody_has_can_have_no_price() {
    let shop = Shop::open().await;
    let now = shop.clock.now();
    let everybodys = Pack { is_default: true, ..pack("start") };
    shop.storage().put_pack(&everybodys, &[], now).await.unwrap();
    let own = Pack { owner: Some(BUYER.into()), ..pack("own") };
    shop.storage().put_pack(&own, &[], now).await.unwrap();
    let new = NewPrice { amount: 299, currency: "EUR".into(), tax: Tax::Inclusive };
    for id in ["start", "own", "ghost"] {
        let refused = shop.orders.set_price(id, &new).await;
        assert!(matches!(refused, Err(OrderError::Unpriceable)), "{id}");
    }
    let free = shop.orders.remove_price("start", false).await;
    assert!(matches!(free, Err(OrderError::NotSold)));
}

#[tokio::test]
async fn owners_keep_the_version_that_they_bought() {
    let shop = Shop::open().await;
    let (wave, bow) = (sticker(&shop, "wave").await, sticker(&shop, "bow").await);
    let first = std::slice::from_ref(&wave);
    shop.storage().put_pack(&pack("cats"), first, shop.clock.now()).await.unwrap();
    shop.buy(BUYER, &shop.wants()).await;
    shop.storage()
        .put_pack(&pack("cats"), std::slice::from_ref(&wave), shop.clock.now())
        .await
        .unwrap();
    assert_eq!(shop.library(BUYER).await, ["cats"], "nothing has changed");

    shop.storage()
        .put_pack(&pack("cats"), std::slice::from_ref(&bow), shop.clock.now())
        .await
        .unwrap();
    let library = shop.library(BUYER).await;
    assert_eq!(library.len(), 1);
    assert!(library[0].starts_with("cats.v"), "{library:?}");
    let stickers = shop.storage().stickers(&library[0]).await.unwrap();
    assert_eq!(stickers, [wave]);
    // The new one is theirs too; nobody else gets the old one.
    let now = shop.clock.now();
    shop.storage().enable_pack(BUYER, "cats", now).await.unwrap();
    assert_eq!(shop.library(BUYER).await.len(), 2);
    shop.storage().enable_pack("@thief:hs", &library[0], now).await.unwrap();
    assert!(shop.library("@thief:hs").await.is_empty());
    let packs = shop.storage().packs().await.unwrap();
    assert_eq!(packs.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>(), ["cats"]);
    // A refund takes both.
    let order = shop.orders.purchases(BUYER).await.unwrap().orders.remove(0);
    let all = tessera_protocol::order::NewRefund { amount: None, reason: "x".into() };
    shop.orders.refund("@op:hs", &order.id, &all).await.unwrap();
    assert!(shop.library(BUYER).await.is_empty());
    assert_eq!(shop.owners().await, []);
}

#[tokio::test]
async fn what_an_erased_buyer_leaves_names_nobody() {
    let shop = Shop::open().await;
    let (id, _) = shop.buy(BUYER, &shop.wants()).await;
    let (gift, session) = shop.order(BUYER, &shop.wants_gift(Some("@friend:hs"))).await;
    shop.provider.pay(&session);
    shop.orders.settle(&gift).await.unwrap();
    let all = tessera_protocol::order::NewRefund { amount: Some(1), reason: "x".into() };
    shop.orders.refund(BUYER, &id, &all).await.unwrap();
    let before = shop.storage().mentions(BUYER).await.unwrap();
    assert!(before.len() >= 4, "{before:?}");
    shop.storage().erase_user(BUYER).await.unwrap();
    assert!(shop.storage().mentions(BUYER).await.unwrap().is_empty());
    assert_eq!(shop.stored(&id).await.total, Some(299), "the order itself is kept");
    shop.clock.advance(11 * 366 * DAY);
    shop.orders.sweep().await.unwrap();
    assert_eq!(shop.storage().order(&id).await.unwrap(), None, "as long as it has to be");
}
