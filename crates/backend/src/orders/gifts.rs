//! Gifts: taken by a link or by name, or back to the giver.

use tessera_protocol::order::{Gift, GiftState};

use super::{GiftRecord, OrderError, Orders, Result, codes};
use crate::{matrix::server_name::ServerName, storage::Handed};

impl Orders {
    /// Takes a gift by what its link holds.
    ///
    /// # Errors
    /// When there is none, it is for somebody else, it is gone, or the user owns the pack: then it still
    /// waits.
    pub async fn claim_code(&self, user_id: &str, typed: &str) -> Result<Gift> {
        let code = codes::read(typed).ok_or(OrderError::NoCode)?;
        let gift = self.storage.gift_of_code(&code).await?.ok_or(OrderError::NoCode)?;
        self.claim(user_id, gift).await
    }

    /// Takes a gift that was given by name.
    ///
    /// # Errors
    /// As [`Orders::claim_code`].
    pub async fn claim_gift(&self, user_id: &str, gift_id: &str) -> Result<Gift> {
        let gift = self.storage.gift(gift_id).await?.filter(|gift| gift.to.is_some());
        self.claim(user_id, gift.ok_or(OrderError::NoCode)?).await
    }

    async fn claim(&self, user_id: &str, gift: GiftRecord) -> Result<Gift> {
        if gift.to.as_deref().is_some_and(|to| to != user_id) {
            return Err(OrderError::NoCode);
        }
        if gift.claimed_by.as_deref() == Some(user_id) {
            return Ok(gift.for_recipient());
        }
        let now = self.clock.now();
        if gift.expires.is_some_and(|expires| expires <= now) {
            return Err(OrderError::Spent);
        }
        match self.storage.hand_gift(&gift, user_id, false, now).await? {
            Handed::Over => {
                self.tell(&gift.order_id);
                Ok(GiftRecord { state: GiftState::Claimed, ..gift }.for_recipient())
            }
            Handed::Gone => Err(OrderError::Spent),
            Handed::Owned => Err(OrderError::Owned),
        }
    }

    /// Sends a waiting gift back: its giver takes it back, or the one it is for does not want it.
    ///
    /// # Errors
    /// When it is not theirs to send back, or does not wait any more.
    pub async fn send_gift_back(&self, user_id: &str, gift_id: &str) -> Result<()> {
        let gift = self.storage.gift(gift_id).await?.ok_or(OrderError::NoCode)?;
        let theirs = [gift.from.as_deref(), gift.to.as_deref()].contains(&Some(user_id));
        if !theirs {
            return Err(OrderError::NoCode);
        }
        if self.return_gift(&gift).await? { Ok(()) } else { Err(OrderError::TooLate) }
    }

    /// Gives a gift back to its giver; the money, if they own the pack already or are gone. `false` if
    /// it does not wait any more.
    pub(super) async fn return_gift(&self, gift: &GiftRecord) -> Result<bool> {
        let handed = match gift.from.as_deref() {
            Some(giver) => self.storage.hand_gift(gift, giver, true, self.clock.now()).await?,
            None => Handed::Owned,
        };
        if handed == Handed::Owned {
            if !self.storage.end_gift(&gift.id).await? {
                return Ok(false);
            }
            let order = self.storage.order(&gift.order_id).await?.ok_or(OrderError::NoOrder)?;
            let refunds = self.storage.refunds_of(&order.id).await?;
            let left = super::money::left(order.total.unwrap_or(0), order.refunded);
            self.send_back(&order.id, &refunds, left, "gift_returned", None).await?;
        }
        self.tell(&gift.order_id);
        Ok(handed != Handed::Gone)
    }

    /// Whether somebody of this name can be served here.
    pub(super) fn serves(&self, user_id: &str) -> bool {
        let server = user_id.strip_prefix('@').and_then(|rest| rest.split_once(':'));
        let Some((name, server)) = server else { return false };
        let Ok(server) = server.parse::<ServerName>() else { return false };
        let allowed = self.allowed.is_empty() || self.allowed.iter().any(|it| it.is(&server));
        !name.is_empty()
            && user_id.len() <= 255
            && allowed
            && !self.denied.iter().any(|it| it.is(&server))
    }
}
