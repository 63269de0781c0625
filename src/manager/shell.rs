//! The frame of all screens: getting in, the way back, the question before a form is left, and the
//! foot where is said what was done.

use leptos::html;
use leptos::prelude::*;

use super::screen::Screen;
use super::sign_in::{Event, SignIn};
use super::toast::ToastView;
use super::trouble::{Trouble, TroubleBanner};
use super::{Manager, account, catalogue, entering, home, stickers, terms, widget};
use crate::i18n::{self, manager as say};
use crate::ui::button::{Button, IconButton, Weight};
use crate::ui::dialog::Dialog;
use crate::ui::glyph::Glyph;
use crate::ui::waiting::Bones;

/// Which of its faces the manager shows.
#[derive(Debug, Clone, PartialEq)]
enum Face {
    Loading,
    Screen(Screen),
    Terms,
    Failed(Trouble),
}

impl Face {
    const fn name(&self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Screen(Screen::Home) => "home",
            Self::Screen(Screen::Catalogue) => "catalogue",
            Self::Screen(Screen::Widget(_)) => "widget",
            Self::Screen(Screen::Stickers) => "stickers",
            Self::Screen(Screen::Account) => "account",
            Self::Terms => "terms",
            Self::Failed(_) => "failed",
        }
    }
}

/// The whole page.
#[component]
pub fn Shell() -> impl IntoView {
    let manager = Manager::here();
    let face = Memo::new(move |_| match manager.sign_in.get() {
        SignIn::In(_) => Face::Screen(manager.screen.get()),
        SignIn::Terms { .. } => Face::Terms,
        SignIn::Failed(trouble) => Face::Failed(trouble),
        _ => Face::Loading,
    });
    view! {
        <main class="shell" data-face=move || face.get().name()>
            {move || match face.get() {
                Face::Loading => {
                    view! {
                        <Head title=say::TITLE.get() back=false />
                        <Bones label=say::LOADING.get() />
                    }
                        .into_any()
                }
                Face::Failed(trouble) => view! { <Failed trouble /> }.into_any(),
                Face::Terms => view! { <terms::TermsScreen /> }.into_any(),
                Face::Screen(screen) => (manager.program.screens)(&screen),
            }}
        </main>
        <LeaveDialog />
        <ToastView />
    }
}

/// The manager's screens.
pub(super) fn of_screen(screen: &Screen) -> AnyView {
    match screen {
        Screen::Home => view! { <home::HomeScreen /> }.into_any(),
        Screen::Catalogue => view! { <catalogue::CatalogueScreen /> }.into_any(),
        Screen::Widget(task) => view! { <widget::WidgetScreen task=task.clone() /> }.into_any(),
        Screen::Stickers => view! { <stickers::StickersScreen /> }.into_any(),
        Screen::Account => view! { <account::AccountScreen /> }.into_any(),
    }
}

/// The address of another of our pages, in the same language and look.
#[must_use]
pub fn address_of(page: &str) -> String {
    let root = document().document_element();
    let theme = root.and_then(|root| root.get_attribute("data-theme")).unwrap_or_default();
    [page, "?lang=", &i18n::language(), "&theme=", &theme].concat()
}

#[component]
fn Failed(trouble: Trouble) -> impl IntoView {
    let manager = Manager::here();
    let retry = Callback::new(move |()| entering::on(manager, Event::Retry));
    view! {
        <Head title=say::TITLE.get() back=false />
        <TroubleBanner trouble retry=Some(retry) />
    }
}

/// The head of a screen: the way back, its name, and buttons. The name takes the focus when the
/// screen is drawn, so that a keyboard or a screen reader begins there.
#[component]
pub fn Head(
    /// The screen's name.
    #[prop(into)]
    title: String,
    /// What it is about.
    #[prop(default = None)]
    subtitle: Option<String>,
    /// Whether there is a way back to the home.
    #[prop(default = true)]
    back: bool,
    /// The way back, where that leads elsewhere: what it is called, and what it does.
    #[prop(default = None)]
    back_to: Option<(String, Callback<()>)>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let manager = Manager::here();
    let heading = NodeRef::<html::H1>::new();
    let home = Callback::new(move |()| manager.go(Screen::Home));
    let back_to = back_to.or_else(|| back.then(|| (say::BACK.get(), home)));
    heading.on_load(|heading| {
        // It is in the page, so it can be focused.
        let _ = heading.focus();
    });
    view! {
        <header class="head">
            {back_to
                .map(|(label, on_back)| {
                    view! {
                        <IconButton label glyph=Glyph::Back on_press=move || on_back.run(()) />
                    }
                })}
            <div class="head-text">
                <h1 node_ref=heading tabindex="-1">{title}</h1>
                {subtitle.map(|subtitle| view! { <p><bdi>{subtitle}</bdi></p> })}
            </div>
            {children.map(|children| view! { <div class="head-buttons">{children()}</div> })}
        </header>
    }
}

#[component]
fn LeaveDialog() -> impl IntoView {
    let manager = Manager::here();
    let open = RwSignal::new(false);
    // Each follows the other, so neither is set to what it is already.
    Effect::new(move |_| {
        let asked = manager.leaving.with(Option::is_some);
        if open.get_untracked() != asked {
            open.set(asked);
        }
    });
    Effect::new(move |_| {
        if !open.get() && manager.leaving.with_untracked(Option::is_some) {
            manager.leaving.set(None);
        }
    });
    let leave = move || {
        if let Some(screen) = manager.leaving.get_untracked() {
            manager.arrive(screen);
        }
    };
    view! {
        <Dialog open title=say::LEAVE_TITLE.get()>
            <p>{say::LEAVE_TEXT.get()}</p>
            <div class="buttons">
                <Button
                    label=say::LEAVE_STAY.get()
                    weight=Weight::Primary
                    on_press=move || open.set(false)
                />
                <Button label=say::LEAVE_GO.get() weight=Weight::Critical on_press=leave />
            </div>
        </Dialog>
    }
}
