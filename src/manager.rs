//! The integration manager: what Element opens behind "Add extensions". A screen is a folder or a
//! file here and shows what the signals of [`Manager`] say; [`Manager`] is what screens share, and
//! how one leads to another. Screens never call each other.

use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use tessera_host_protocol::manager::Entry;
use wasm_bindgen_futures::spawn_local;

pub mod account;
pub mod bots;
pub mod catalogue;
pub mod changing;
mod entering;
pub mod home;
pub mod inventory;
mod loading;
pub mod preflight;
pub mod screen;
pub mod shell;
pub mod sign_in;
pub mod stickers;
pub mod terms;
pub mod toast;
pub mod trouble;
pub mod types;
pub mod visibility;
pub mod widget;

use inventory::Inventory;
use screen::Screen;
use sign_in::{Session, SignIn};
use toast::Toast;
use trouble::Trouble;
use types::Types;

use crate::host;
use crate::i18n::Text;

/// Something that is being asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Loading<T> {
    /// Not answered yet.
    Busy,
    /// The answer.
    Ready(T),
    /// None came, or a refusal.
    Failed(Trouble),
}

impl<T> Loading<T> {
    /// The answer, if it has come.
    pub const fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(answer) => Some(answer),
            _ => None,
        }
    }
}

/// A page that gets in as the manager does: the manager, or the operators' page.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// The id of the element that it takes over.
    pub place: &'static str,
    /// What follows once the user is in.
    pub arrive: fn(Manager),
    /// What it shows then.
    pub screens: fn(&Screen) -> AnyView,
}

/// What the screens share. It is a handful of signals, so it can be copied anywhere.
#[derive(Debug, Clone, Copy)]
pub struct Manager {
    /// Where getting in stands.
    pub sign_in: RwSignal<SignIn>,
    /// The screen shown. To change it, [`Manager::go`].
    pub screen: RwSignal<Screen>,
    /// What is in the room and in the user's account.
    pub inventory: RwSignal<Loading<Inventory>>,
    /// What the address asked for and there is not, said on the home.
    pub notice: RwSignal<Option<Text>>,
    /// What the current screen would lose: a form that was filled in.
    pub unsaved: RwSignal<bool>,
    leaving: RwSignal<Option<Screen>>,
    toast: RwSignal<Option<Toast>>,
    program: Program,
    entry: StoredValue<Entry>,
    types: StoredValue<Option<Arc<Types>>>,
}

impl Manager {
    fn new(program: Program, entry: Entry, sign_in: SignIn) -> Self {
        Self {
            program,
            sign_in: RwSignal::new(sign_in),
            screen: RwSignal::default(),
            inventory: RwSignal::new(Loading::Busy),
            notice: RwSignal::default(),
            unsaved: RwSignal::default(),
            leaving: RwSignal::default(),
            toast: RwSignal::default(),
            entry: StoredValue::new(entry),
            types: StoredValue::new(None),
        }
    }

    /// The manager of this page. Screens call it while they are drawn.
    ///
    /// # Panics
    /// Outside of the manager's page.
    #[must_use]
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| unreachable!("the shell provides it"))
    }

    /// The room in view, if Element told.
    #[must_use]
    pub fn room_id(self) -> Option<String> {
        self.entry.with_value(|entry| entry.room_id.clone())
    }

    /// Its name.
    #[must_use]
    pub fn room_name(self) -> Option<String> {
        self.entry.with_value(|entry| entry.room_name.clone())
    }

    /// The user's session, once they are in.
    #[must_use]
    pub fn session(self) -> Option<Session> {
        self.sign_in.with_untracked(|state| match state {
            SignIn::In(session) => Some(session.clone()),
            _ => None,
        })
    }

    /// The kinds of widgets; the built-in ones without their texts until the others are there.
    #[must_use]
    pub fn types(self) -> Arc<Types> {
        self.types.get_value().unwrap_or_else(|| {
            let catalogue = tessera_widgets::Catalogue::new(None, Vec::new());
            Arc::new(Types { catalogue, texts: tessera_widgets::Texts::default() })
        })
    }

    /// Something of what is in the room, as it was read last; of an empty room where it was not.
    pub fn inventory_now<T>(self, part: impl FnOnce(&Inventory) -> T) -> T {
        self.inventory.with_untracked(|inventory| match inventory.ready() {
            Some(inventory) => part(inventory),
            None => part(&Inventory::default()),
        })
    }

    /// Shows another screen; asks first where that loses something.
    pub fn go(self, screen: Screen) {
        if self.unsaved.get_untracked() {
            self.leaving.set(Some(screen));
        } else {
            self.arrive(screen);
        }
    }

    /// Shows another screen, whatever is lost.
    pub fn arrive(self, screen: Screen) {
        self.unsaved.set(false);
        self.leaving.set(None);
        if screen != Screen::Home {
            self.notice.set(None);
        }
        self.screen.set(screen);
    }

    /// Says for a while what was done.
    pub fn say(self, text: impl Into<String>) {
        toast::show(self, text.into(), None);
    }

    /// Says for a while what was done, and offers to undo it.
    pub fn say_with_undo(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        toast::show(self, text.into(), Some(Callback::new(move |()| undo())));
    }

    /// Reads again what is in the room. What is shown stays until the answer is there.
    pub fn reload(self) {
        spawn_local(loading::load(self));
    }
}

/// Starts the manager in its page.
pub fn run() {
    start(Program { place: "manager", arrive: entering::arrive, screens: shell::of_screen });
}

/// Starts a program in its page.
pub fn start(program: Program) {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
    }));
    spawn_local(async move {
        host::learn_language().await;
        let Some(place) = host::take_over(program.place) else { return };
        host::messaging::connect();
        let mut entry = Entry::parse(&host::search());
        // A starter link opens a window of its own at a screen's address.
        if entry.screen.is_none() {
            entry.screen = screen::of_path(&host::path()).map(str::to_owned);
        }
        let (sign_in, step) = SignIn::begin(entry.scalar_token.clone());
        mount_to(place, move || {
            let manager = Manager::new(program, entry, sign_in);
            provide_context(manager);
            entering::begin(manager, step);
            view! { <shell::Shell /> }
        })
        .forget();
    });
}
