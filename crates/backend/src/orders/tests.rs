//! What becomes of orders, with a payment provider that does what a test says. The names are those of
//! the cases that a shop has to get right.

mod buying;
mod gifts;
mod provider;
mod refunds;
mod selling;
mod webhook;

use std::{sync::Arc, time::Duration};

use tessera_protocol::{
    order::{ConsentGiven, NewGift, NewOrder, NewPrice, OrderState, Price, RailName, Seller, Tax},
    own_packs::Visibility,
    pack::Rating,
};

use self::provider::Provider;
use super::{Order, Orders, Policy};
use crate::{
    clock::{Clock as _, ManualClock},
    packs::{Kind, Pack, State, pack::Title},
    random::CountingRandom,
    storage::Storage,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const BUYER: &str = "@buyer:hs";

/// A shop with one pack, `cats`, for 2.99.
struct Shop {
    orders: Orders,
    provider: Arc<Provider>,
    clock: Arc<ManualClock>,
    price: Price,
}

fn pack(id: &str) -> Pack {
    Pack {
        id: id.into(),
        titles: vec![Title { language: "en".into(), text: format!("Pack {id}") }],
        author: None,
        attribution: None,
        licence: "LicenseRef-Sold".into(),
        source: None,
        state: State::Published,
        tags: vec![],
        languages: vec![],
        rating: Rating::Everyone,
        is_default: false,
        position: 0,
        revision: 1,
        kind: Kind::Shared,
        owner: None,
        visibility: Visibility::Public,
        room: None,
        for_sale: false,
    }
}

impl Shop {
    async fn open() -> Self {
        let storage = crate::storage::fresh::open().await;
        let clock = Arc::new(ManualClock::at(1_700_000_000_000));
        storage.put_pack(&pack("cats"), &[], clock.now()).await.unwrap();
        let provider = Arc::new(Provider::default());
        let orders = Orders {
            storage,
            clock: clock.clone(),
            random: Arc::new(CountingRandom::default()),
            policy: Some(Arc::new(Policy {
                seller: Seller {
                    name: "Ann".into(),
                    address: "1 Road".into(),
                    contact: "ann@hs".into(),
                    terms_url: "https://hs/terms".into(),
                },
                keep: 3650 * DAY,
            })),
            rail: Some((RailName::Stripe, provider.clone())),
            allowed: Arc::from(["hs".parse().unwrap(), "ok.example".parse().unwrap()]),
            denied: Arc::from(["bad.hs".parse().unwrap()]),
            news: tokio::sync::broadcast::channel(16).0,
            wake: Arc::default(),
        };
        let new = NewPrice { amount: 299, currency: "EUR".into(), tax: Tax::Inclusive };
        let price = orders.set_price("cats", &new).await.unwrap();
        Self { orders, provider, clock, price }
    }

    fn storage(&self) -> &Storage {
        &self.orders.storage
    }

    fn wants(&self) -> NewOrder {
        NewOrder {
            pack_id: "cats".into(),
            price_id: self.price.id.clone(),
            consent: ConsentGiven {
                version: "1".into(),
                language: "en".into(),
                at_once: true,
                no_withdrawal: true,
            },
            gift: None,
        }
    }

    fn wants_gift(&self, to: Option<&str>) -> NewOrder {
        NewOrder { gift: Some(NewGift { to: to.map(Into::into) }), ..self.wants() }
    }

    /// Orders the pack; the checkout is open. Returns the order's and the checkout's ids.
    async fn order(&self, user_id: &str, new: &NewOrder) -> (String, String) {
        let order = self.orders.buy(user_id, new).await.unwrap();
        assert_eq!(order.state, OrderState::Pending);
        let session = self.stored(&order.id).await.session_id.unwrap();
        (order.id, session)
    }

    /// Buys the pack.
    async fn buy(&self, user_id: &str, new: &NewOrder) -> (String, String) {
        let (order, session) = self.order(user_id, new).await;
        self.provider.pay(&session);
        assert_eq!(self.orders.settle(&order).await.unwrap().state, OrderState::Fulfilled);
        (order, session)
    }

    async fn stored(&self, order_id: &str) -> Order {
        self.storage().order(order_id).await.unwrap().unwrap()
    }

    async fn state(&self, order_id: &str) -> OrderState {
        self.stored(order_id).await.state
    }

    /// The packs in somebody's library.
    async fn library(&self, user_id: &str) -> Vec<String> {
        let library = self.storage().library(user_id).await.unwrap();
        library.into_iter().map(|(id, _)| id).collect()
    }

    /// Who owns what, and whether that is suspended.
    async fn owners(&self) -> Vec<(String, String, bool)> {
        let all = self.storage().all_entitlements().await.unwrap();
        all.into_iter().map(|(user, pack, _, suspended)| (user, pack, suspended)).collect()
    }

    async fn reconcile(&self) -> super::Reconciled {
        self.orders.reconcile(Duration::ZERO).await.unwrap()
    }

    /// A message of the provider's.
    async fn told(&self, event_id: &str, kind: &str, object: serde_json::Value) {
        let body = serde_json::json!({
            "id": event_id, "object": "event", "type": kind, "livemode": false,
            "data": {"object": object},
        });
        self.orders.receive(body.to_string().as_bytes()).await.unwrap().unwrap();
    }
}

fn owner(user_id: &str) -> (String, String, bool) {
    (user_id.to_owned(), "cats".to_owned(), false)
}
