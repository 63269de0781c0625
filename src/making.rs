//! The page where users make sticker packs: their packs, and one of them to work on. A program of its own,
//! which only those who make packs download; it gets in as the manager does. Every change is saved at
//! once, one after the other, each based on the revision before it.

use leptos::prelude::*;
use tessera_protocol::moderation::PackState;
use tessera_protocol::own_packs::{OwnPacks, Visibility};
use wasm_bindgen_futures::spawn_local;

pub mod asking;
pub mod bench;
pub mod details;
pub mod drop;
pub mod list;
pub mod stickers;

use crate::api::manager as api;
use crate::i18n::{Text, making as say};
use crate::manager::screen::Screen;
use crate::manager::shell::{Head, address_of};
use crate::manager::trouble::Trouble;
use crate::manager::{self, Loading, Manager, Program};

/// Where the user's own packs are.
const MINE: &str = "/api/v1/packs/mine";

/// Starts the page.
pub fn run() {
    manager::start(Program { place: "making", arrive: |_| {}, screens });
}

/// What the parts of the page share.
#[derive(Debug, Clone, Copy)]
pub struct Making {
    /// Whose session it is, and where is said what was done.
    pub manager: Manager,
    /// The user's packs.
    pub packs: RwSignal<Loading<OwnPacks>>,
    /// The pack that is worked on.
    pub current: RwSignal<Option<String>>,
}

impl Making {
    fn token(self) -> String {
        self.manager.session().map(|session| session.token).unwrap_or_default()
    }

    /// Reads the user's packs. What is shown stays until the answer is there.
    pub fn load(self) {
        spawn_local(async move {
            let read = api::get(&self.token(), MINE).await;
            // The page may be closed by now.
            let _ = self.packs.try_set(match read {
                Ok(found) => Loading::Ready(found),
                Err(refusal) => Loading::Failed(Trouble::from(refusal)),
            });
        });
    }
}

fn screens(_: &Screen) -> AnyView {
    let manager = Manager::here();
    let making =
        Making { manager, packs: RwSignal::new(Loading::Busy), current: RwSignal::default() };
    making.load();
    view! {
        {move || match making.current.get() {
            None => {
                view! {
                    <Head title=say::MAKING_TITLE.get() back=false>
                        <a class="button quiet" href=address_of("/stickers")>
                            {say::TO_STICKERS.get()}
                        </a>
                    </Head>
                    <list::List making />
                }
                    .into_any()
            }
            Some(id) => {
                let back = Callback::new(move |()| {
                    making.load();
                    making.current.set(None);
                });
                let back_to = Some((say::TO_PACKS.get(), back));
                view! {
                    <Head title=say::EDIT_TITLE.get() back_to />
                    <bench::Bench making id />
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

/// Where a pack stands, for its maker.
#[must_use]
pub const fn name_of_state(state: PackState) -> Text {
    match state {
        PackState::Draft => say::STATE_DRAFT,
        PackState::InReview => say::STATE_IN_REVIEW,
        PackState::Published => say::STATE_PUBLISHED,
        PackState::Rejected => say::STATE_REJECTED,
        PackState::Withdrawn => say::STATE_WITHDRAWN,
        PackState::TakenDown => say::STATE_TAKEN_DOWN,
    }
}

/// For whom a pack is.
#[must_use]
pub const fn name_of_visibility(visibility: Visibility) -> Text {
    match visibility {
        Visibility::Private => say::FOR_PRIVATE,
        Visibility::Link => say::FOR_LINK,
        Visibility::Server => say::FOR_SERVER,
        Visibility::Public => say::FOR_PUBLIC,
    }
}

/// Words of a field, separated by commas or blanks.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let parts = text.split([',', '،', '\n']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
