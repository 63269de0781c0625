//! The page where packs are bought: one pack to buy if the address names it, gifts and codes, and what
//! was bought. A program of its own, which only those who buy download; it gets in as the manager does.
//! What becomes of a payment it learns from our server alone, so it can be closed and opened at any time.

use gloo_net::http::Method;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_protocol::order::{OrderState, Purchases as Bought};
use wasm_bindgen_futures::spawn_local;

pub mod buy;
pub mod checkout;
pub mod codes;
pub mod gifts;
pub mod orders;
pub mod watching;

use crate::api::manager as api;
use crate::device;
use crate::i18n::{Text, purchases as say};
use crate::manager::screen::Screen;
use crate::manager::shell::{Head, address_of};
use crate::manager::trouble::Trouble;
use crate::manager::{self, Loading, Manager, Program};

/// Starts the page.
pub fn run() {
    manager::start(Program { place: "purchases", arrive: |_| {}, screens });
}

/// What the parts of the page share.
#[derive(Debug, Clone, Copy)]
pub struct Purchases {
    /// Whose session it is, and where is said what was done.
    pub manager: Manager,
    /// The user's orders and the gifts for them.
    pub bought: RwSignal<Loading<Bought>>,
}

impl Purchases {
    /// Reads the orders again. What is shown stays until the answer is there.
    pub fn load(self) {
        spawn_local(async move {
            let read = self.get("/api/v1/orders").await;
            // The page may be closed by now.
            let _ = self.bought.try_set(match read {
                Ok(found) => Loading::Ready(found),
                Err(trouble) => Loading::Failed(trouble),
            });
        });
    }

    /// Something of the user's changed: it is read again, and open pickers are told.
    pub fn changed(self) {
        self.load();
        device::packs_changed();
    }

    fn token(self) -> String {
        self.manager.session().map(|session| session.token).unwrap_or_default()
    }

    async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, Trouble> {
        Ok(api::get(&self.token(), path).await?)
    }

    async fn post<B: Serialize, T: DeserializeOwned>(
        self,
        path: &str,
        body: &B,
    ) -> Result<T, api::Refusal> {
        api::send(Method::POST, &self.token(), path, body).await
    }
}

fn screens(_: &Screen) -> AnyView {
    let manager = Manager::here();
    let purchases = Purchases { manager, bought: RwSignal::new(Loading::Busy) };
    purchases.load();
    // The address names the pack to buy after its `#`: such ids need no escaping.
    let hash = window().location().hash().unwrap_or_default();
    let pack_id = hash.strip_prefix('#').filter(|id| tessera_protocol::limits::is_pack_id(id));
    let buy = pack_id.map(|id| view! { <buy::Buy purchases id=id.to_owned() /> });
    view! {
        <Head title=say::PURCHASES_TITLE.get() back=false>
            <a class="button quiet" href=address_of("/stickers")>
                {say::TO_STICKERS.get()}
            </a>
        </Head>
        {buy}
        <gifts::Gifts purchases />
        <codes::Redeem purchases />
        <orders::Orders purchases />
    }
    .into_any()
}

/// Where an order stands.
#[must_use]
pub const fn name_of_state(state: OrderState) -> Text {
    match state {
        OrderState::Draft | OrderState::Pending => say::STATE_PENDING,
        OrderState::Paid => say::STATE_PAID,
        OrderState::Fulfilled | OrderState::Won => say::STATE_FULFILLED,
        OrderState::PartiallyRefunded => say::STATE_PARTLY_REFUNDED,
        OrderState::Refunded => say::STATE_REFUNDED,
        OrderState::Expired | OrderState::Canceled => say::STATE_ENDED,
        OrderState::Failed => say::STATE_FAILED,
        OrderState::Disputed => say::STATE_DISPUTED,
        OrderState::Lost => say::STATE_LOST,
    }
}
