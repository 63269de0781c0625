//! What a buyer does: order, look, leave, redeem.

use std::time::Duration;

use tessera_protocol::order::{
    self as wire, NewOrder, OrderState, Purchases, RailName, Sales, Tax,
};

use super::{GiftRecord, Money, Order, OrderError, Orders, Result, codes, consent};
use crate::{
    packs::Pack,
    storage::{Added, NewGift, With},
};

/// How often an order that stands in the way of another may change under us.
const TRIES: u32 = 4;
/// How long after it was asked the provider is asked again, because a buyer looks.
const PATIENCE: Duration = Duration::from_secs(2);

impl Orders {
    /// What to say to a reader of `language` before they buy.
    #[must_use]
    pub fn sales(&self, language: &str) -> Sales {
        let rail = self.rail.as_ref().zip(self.policy.as_ref());
        Sales {
            open: rail.is_some(),
            test: rail.is_some_and(|((_, rail), _)| !rail.is_live()),
            seller: self.policy.as_ref().map(|policy| policy.seller.clone()),
            consent: rail.map(|_| consent::asked(language)),
        }
    }

    /// Orders a pack and opens a checkout for it. Asked twice, it is the same order.
    ///
    /// # Errors
    /// When the pack is not sold, or not at that price, or belongs to the buyer, or no checkout can be
    /// opened.
    pub async fn buy(&self, user_id: &str, new: &NewOrder) -> Result<wire::Order> {
        let Some(((rail, _), _)) = self.rail.as_ref().zip(self.policy.as_ref()) else {
            return Err(OrderError::Closed);
        };
        let consent = consent::given(&new.consent).ok_or(OrderError::NoConsent)?;
        let pack = self.pack(&new.pack_id).await?;
        let price = self.storage.price(&pack).await?.ok_or(OrderError::NotSold)?;
        if !self.storage.shows(&pack, Some(user_id)) {
            return Err(OrderError::NotSold);
        }
        if price.id != new.price_id {
            return Err(OrderError::PriceChanged);
        }
        let to = new.gift.as_ref().map(|gift| gift.to.as_deref());
        match to {
            Some(Some(to)) if to == user_id => return Err(OrderError::GiftToSelf),
            Some(Some(to)) if !self.serves(to) => {
                return Err(OrderError::Recipient(to.escape_default().to_string()));
            }
            Some(_) => {}
            None if self.storage.has_entitlement(user_id, &pack.id).await? => {
                return Err(OrderError::Owned);
            }
            None => {}
        }
        let order = Order {
            consent: Some(consent),
            is_gift: to.is_some(),
            ..self.order(user_id, &pack, *rail, (price.amount, &price.currency, price.tax))?
        };
        let (gift_id, code) = (self.id()?, codes::new(&*self.random)?);
        let with = match to {
            Some(to) => With::Gift(NewGift { id: &gift_id, to, code: &code }),
            None => With::Nothing,
        };
        for _ in 0..TRIES {
            if self.storage.add_order(&order, with).await? == Added::Done {
                return self.shown(self.settle(&order.id).await?).await;
            }
            let Some(other) = self.storage.active_order(user_id, &pack.id).await? else { continue };
            let same = other.price == order.price && other.tax == order.tax;
            let other = match (same, &other.session_id) {
                // It was at another price: nobody is to pay that now.
                (false, Some(session_id)) => {
                    self.close(&other, session_id).await?;
                    self.settle(&other.id).await?
                }
                _ => self.settle(&other.id).await?,
            };
            if other.state.is_active() {
                return match other.state {
                    OrderState::Draft | OrderState::Pending => self.shown(other).await,
                    _ => Err(OrderError::Owned),
                };
            }
        }
        Err(OrderError::TooLate)
    }

    /// A user's purchases, and the gifts that wait for them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purchases(&self, user_id: &str) -> Result<Purchases> {
        let mut gifts = self.storage.gifts_from(user_id).await?;
        let orders = self.storage.orders_of(user_id, wire::ORDERS_PAGE).await?;
        let orders = orders.into_iter().map(|order| {
            let place = gifts.iter().position(|gift| gift.order_id == order.id);
            let gift = place.map(|place| gifts.swap_remove(place).for_giver());
            order.shown(gift)
        });
        let orders = orders.collect();
        let waiting = self.storage.gifts_for(user_id).await?;
        let gifts = waiting.into_iter().map(GiftRecord::for_recipient).collect();
        Ok(Purchases { orders, gifts })
    }

    /// An order of this user, as it is now.
    ///
    /// # Errors
    /// When it is not this user's, or the database fails.
    pub async fn look(&self, user_id: &str, order_id: &str) -> Result<wire::Order> {
        let mut order = self.own(user_id, order_id).await?;
        if order.state.is_open() && order.looked.after(PATIENCE) <= self.clock.now() {
            match self.settle(order_id).await {
                Ok(settled) => order = settled,
                // It is as it was when the provider was heard last.
                Err(OrderError::Rail(error)) => {
                    tracing::warn!(%error, "an order was not looked at");
                }
                Err(error) => return Err(error),
            }
        }
        self.shown(order).await
    }

    /// An order of this user that was paid, for its receipt.
    ///
    /// # Errors
    /// When it is not this user's, or was not paid.
    pub async fn paid_order(&self, user_id: &str, order_id: &str) -> Result<Order> {
        let order = self.own(user_id, order_id).await?;
        if order.paid.is_some() { Ok(order) } else { Err(OrderError::NoOrder) }
    }

    /// Ends an order that is not paid.
    ///
    /// # Errors
    /// When it is not this user's, or has been paid meanwhile.
    pub async fn cancel(&self, user_id: &str, order_id: &str) -> Result<wire::Order> {
        let order = self.own(user_id, order_id).await?;
        if let Some(session_id) = order.session_id.as_deref().filter(|_| order.state.is_open()) {
            self.close(&order, session_id).await?;
        }
        let order = self.settle(order_id).await?;
        if order.state.is_active() && !order.state.is_open() {
            return Err(OrderError::TooLate);
        }
        self.shown(order).await
    }

    /// Buys a pack with a voucher.
    ///
    /// # Errors
    /// When there is no such voucher, it is spent, or the user owns the pack; then it can still be used.
    pub async fn redeem(&self, user_id: &str, typed: &str) -> Result<wire::Order> {
        let code = codes::read(typed).ok_or(OrderError::NoCode)?;
        let hash = codes::hash(&code);
        let voucher = self.storage.voucher(&hash).await?.ok_or(OrderError::NoCode)?;
        if let Some(order_id) = &voucher.order_id {
            // The same click again.
            let own = self.own(user_id, order_id).await.map_err(|_| OrderError::Spent)?;
            return self.shown(self.settle(&own.id).await?).await;
        }
        if voucher.expires() <= self.clock.now() {
            return Err(OrderError::Spent);
        }
        let pack = self.pack(&voucher.pack_id).await?;
        let order = self.order(user_id, &pack, RailName::Voucher, (0, "xxx", Tax::Inclusive))?;
        self.take(order, With::Voucher(&hash)).await
    }

    /// Keeps an order that is paid from the beginning, and hands the pack over.
    pub(super) async fn take(&self, mut order: Order, with: With<'_>) -> Result<wire::Order> {
        let user_id = order.user_id.clone().unwrap_or_default();
        if self.storage.has_entitlement(&user_id, &order.pack_id).await? {
            return Err(OrderError::Owned);
        }
        order.state = OrderState::Pending;
        order.session_id = Some(order.id.clone());
        for _ in 0..TRIES {
            match self.storage.add_order(&order, with).await? {
                Added::Done => return self.shown(self.settle(&order.id).await?).await,
                Added::Spent => return Err(OrderError::Spent),
                Added::HasOne => {}
            }
            // A checkout that is open for the same pack is not needed any more.
            let Some(other) = self.storage.active_order(&user_id, &order.pack_id).await? else {
                continue;
            };
            if let Some(session_id) = &other.session_id {
                self.close(&other, session_id).await?;
            }
            let other = self.settle(&other.id).await?;
            if other.state.is_active() && !other.state.is_open() {
                return Err(OrderError::Owned);
            }
        }
        Err(OrderError::TooLate)
    }

    /// A new order of this pack, at amount, currency and tax.
    pub(super) fn order(
        &self,
        user_id: &str,
        pack: &Pack,
        rail: RailName,
        (amount, currency, tax): (u32, &str, Tax),
    ) -> Result<Order> {
        let now = self.clock.now();
        Ok(Order {
            id: self.id()?,
            version: 1,
            state: OrderState::Draft,
            user_id: Some(user_id.to_owned()),
            pack_id: pack.id.clone(),
            pack_title: pack.title().to_owned(),
            pack_revision: pack.revision,
            rail,
            price: Money { amount, currency: currency.to_owned() },
            tax,
            total: None,
            refunded: 0,
            attempt: 1,
            session_id: None,
            checkout_url: None,
            payment_id: None,
            consent: None,
            reference: None,
            problem: None,
            is_gift: false,
            created: now,
            updated: now,
            looked: now,
            paid: None,
        })
    }

    /// A pack that is for sale, or was.
    pub(super) async fn pack(&self, pack_id: &str) -> Result<Pack> {
        let pack = self.storage.pack(pack_id).await?;
        pack.filter(|pack| pack.for_sale && pack.owner.is_none()).ok_or(OrderError::NotSold)
    }

    /// An order, if it is this user's.
    pub(super) async fn own(&self, user_id: &str, order_id: &str) -> Result<Order> {
        let order = self.storage.order(order_id).await?;
        order.filter(|order| order.user_id.as_deref() == Some(user_id)).ok_or(OrderError::NoOrder)
    }

    /// An order with its gift, for its buyer.
    pub(super) async fn shown(&self, order: Order) -> Result<wire::Order> {
        let gift = match order.is_gift {
            true => self.storage.gift_of_order(&order.id).await?,
            false => None,
        };
        Ok(order.shown(gift.map(GiftRecord::for_giver)))
    }

    /// Closes an order's checkout, so that nobody pays it.
    pub(super) async fn close(&self, order: &Order, session_id: &str) -> Result<()> {
        match self.rail_of(order.rail) {
            Some(rail) => Ok(rail.close(session_id).await?),
            None => Ok(()),
        }
    }
}
