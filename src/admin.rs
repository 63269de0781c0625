//! The operators' page: what waits for them, what is published, sold, and what was decided. It is a program
//! of its own, so that nobody else downloads it; it gets in as the manager does, and the server tells it
//! nothing unless the configuration names the user.

use leptos::prelude::*;
use tessera_protocol::moderation::{PackAction, PackState};

pub mod decide;
pub mod log;
pub mod orders;
pub mod published;
pub mod queue;
pub mod selling;

use crate::i18n::{Text, admin as say};
use crate::manager::screen::Screen;
use crate::manager::shell::{Head, address_of};
use crate::manager::{self, Manager, Program};
use crate::ui::banner::{Banner, Tone};

/// Starts the page.
pub fn run() {
    manager::start(Program { place: "admin", arrive: |_| {}, screens });
}

/// What can be decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The pack.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What can be done.
    pub actions: Vec<PackAction>,
    /// The revision that the operator has before them, if they do.
    pub revision: Option<u64>,
}

/// What the parts of the page share.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    /// Whose session it is, and where is said what was done.
    pub manager: Manager,
    /// What is being decided about.
    pub subject: RwSignal<Option<Subject>>,
    /// What is being sold.
    pub ware: RwSignal<Option<selling::Ware>>,
    /// Counts decisions: what is shown is read again after each.
    pub decided: RwSignal<u32>,
}

impl Admin {
    /// The session's token; nothing is shown without one.
    #[must_use]
    pub fn token(self) -> String {
        self.manager.session().map(|session| session.token).unwrap_or_default()
    }
}

/// What leads to deciding. It shows little, for packs may have long names, and says all.
#[component]
fn DecideButton(admin: Admin, subject: Subject) -> impl IntoView {
    let label = say::DECIDE.with(&subject.title);
    view! {
        <button
            type="button"
            class="button"
            aria-label=label
            on:click=move |_| admin.subject.set(Some(subject.clone()))
        >
            {say::DECIDE_SHORT.get()}
        </button>
    }
}

fn screens(_: &Screen) -> AnyView {
    let manager = Manager::here();
    let session = manager.session();
    let body = match session {
        Some(session) if session.operator => {
            let admin = Admin {
                manager,
                subject: RwSignal::default(),
                ware: RwSignal::default(),
                decided: RwSignal::default(),
            };
            view! {
                <queue::Waiting admin />
                <published::Published admin />
                <orders::Sales admin />
                <log::Log admin />
                <decide::DecideDialog admin />
                <selling::SellDialog admin />
            }
            .into_any()
        }
        session => {
            let name = session.map(|session| session.user_id).unwrap_or_default();
            let text = say::NOT_OPERATOR_TEXT.with(&name);
            view! { <Banner tone=Tone::Info title=say::NOT_OPERATOR_TITLE.get() text /> }.into_any()
        }
    };
    view! {
        <Head title=say::ADMIN_TITLE.get() back=false>
            <a class="button quiet" href=address_of("/")>
                {say::TO_MANAGER.get()}
            </a>
        </Head>
        {body}
    }
    .into_any()
}

/// Where a pack stands.
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

/// What can be done.
#[must_use]
pub const fn name_of_action(action: PackAction) -> Text {
    match action {
        PackAction::Submit => say::ACT_SUBMIT,
        PackAction::Publish => say::ACT_PUBLISH,
        PackAction::Reject => say::ACT_REJECT,
        PackAction::Withdraw => say::ACT_WITHDRAW,
        PackAction::TakeDown => say::ACT_TAKE_DOWN,
        PackAction::Reinstate => say::ACT_REINSTATE,
        PackAction::Keep => say::ACT_KEEP,
    }
}
