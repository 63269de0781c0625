//! The home: what is in this room and in the user's account, by whomever it was put there, and what
//! can be done with each.

use leptos::prelude::*;

pub mod bots;
pub mod widgets;
pub mod yours;

use super::screen::Screen;
use super::shell::{Head, address_of};
use super::trouble::{Kind, Trouble, TroubleBanner};
use super::{Loading, Manager};
use crate::i18n::Text;
use crate::i18n::manager as say;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};
use crate::ui::glyph::Glyph;
use crate::ui::waiting::Bones;

/// What the rows of the home share: which of them is busy, and what went wrong last.
#[derive(Debug, Clone, Copy)]
pub struct Doing {
    manager: Manager,
    /// The key of the row that something is being done with.
    busy: RwSignal<Option<String>>,
    failed: RwSignal<Option<Trouble>>,
}

impl Doing {
    /// Whether something is being done with a row.
    fn with(self, key: &str) -> Signal<bool> {
        let key = key.to_owned();
        Signal::derive(move || self.busy.with(|busy| busy.as_deref() == Some(&*key)))
    }

    fn begin(self, key: &str) {
        self.failed.set(None);
        self.busy.set(Some(key.to_owned()));
    }

    /// Ends what was begun; says what went wrong, and reads the room again where something may be
    /// different now.
    fn end(self, outcome: Result<(), Trouble>) -> bool {
        self.busy.set(None);
        let done = outcome.is_ok();
        if done || outcome.as_ref().is_err_and(|trouble| trouble.maybe_done) {
            self.manager.reload();
        }
        self.failed.set(outcome.err());
        done
    }
}

/// The screen.
#[component]
pub fn HomeScreen() -> impl IntoView {
    let manager = Manager::here();
    let doing = Doing { manager, busy: RwSignal::default(), failed: RwSignal::default() };
    let reload = Callback::new(move |()| {
        manager.inventory.set(Loading::Busy);
        manager.reload();
    });
    view! {
        <Head title=say::TITLE.get() subtitle=manager.room_name() back=false>
            <Show when=move || manager.room_id().is_some()>
                <Button
                    label=say::ADD.get()
                    glyph=Glyph::Add
                    weight=Weight::Primary
                    on_press=move || manager.go(Screen::Catalogue)
                />
            </Show>
        </Head>
        {move || {
            manager
                .notice
                .get()
                .map(|notice| {
                    view! {
                        <Banner tone=Tone::Info title=notice.get()>
                            <Button
                                label=say::DISMISS.get()
                                weight=Weight::Quiet
                                on_press=move || manager.notice.set(None)
                            />
                        </Banner>
                    }
                })
        }}
        {move || {
            doing
                .failed
                .get()
                .map(|trouble| {
                    let retry = (trouble.kind == Kind::RoomNotInView).then_some(reload);
                    view! { <TroubleBanner trouble retry /> }
                })
        }}
        {move || match manager.inventory.get() {
            Loading::Busy => view! { <Bones label=say::LOADING.get() /> }.into_any(),
            Loading::Failed(trouble) => {
                view! { <TroubleBanner trouble retry=Some(reload) /> }.into_any()
            }
            Loading::Ready(inventory) => {
                view! {
                    <Show when=move || manager.room_id().is_none()>
                        <Banner
                            tone=Tone::Info
                            title=say::NO_ROOM_TITLE.get()
                            text=say::NO_ROOM_TEXT.get()
                        />
                    </Show>
                    {manager
                        .room_id()
                        .map(|_| {
                            view! {
                                <widgets::Widgets widgets=inventory.widgets doing />
                                <bots::Bots bots=inventory.bots doing />
                            }
                        })}
                    <yours::Yours pickers=inventory.pickers managers=inventory.managers doing />
                }
                    .into_any()
            }
        }}
        <Foot />
    }
}

#[component]
fn Foot() -> impl IntoView {
    let manager = Manager::here();
    let operator = manager.session().is_some_and(|session| session.operator);
    let link = move |screen: Screen, text: String| {
        view! {
            <button type="button" class="link" on:click=move |_| manager.go(screen.clone())>
                {text}
            </button>
        }
    };
    view! {
        <footer class="foot">
            {link(Screen::Stickers, say::STICKERS_TITLE.get())}
            {link(Screen::Account, say::ACCOUNT_TITLE.get())}
            {operator
                .then(|| {
                    view! {
                        <a class="link" href=address_of("/admin")>
                            {say::OPERATORS.get()}
                        </a>
                    }
                })}
        </footer>
    }
}

/// A section of the home with a list.
#[component]
fn Section(
    /// Its name.
    #[prop(into)]
    title: String,
    /// What is said where there is nothing in it.
    empty: Option<String>,
    /// Its rows.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section">
            <h2>{title}</h2>
            {empty.map(|empty| view! { <p class="empty">{empty}</p> })}
            <ul class="rows">{children()}</ul>
        </section>
    }
}

/// A date as the reader writes it.
pub fn date(timestamp: u64) -> String {
    // Milliseconds of dates are far below where a float loses whole numbers.
    let milliseconds = js_sys::Number::from(timestamp.to_string().parse::<f64>().unwrap_or(0.0));
    let options = js_sys::Object::new();
    let style = wasm_bindgen::JsValue::from_str("medium");
    // A fresh object takes any property.
    let _ = js_sys::Reflect::set(&options, &"dateStyle".into(), &style);
    let date = js_sys::Date::new(&milliseconds);
    String::from(date.to_locale_date_string(&crate::i18n::language(), &options))
}

/// Who did something and when, as far as it is known. An ID keeps its own direction, so that in a
/// text from right to left it does not mix with the date.
fn by_and_when(said: Text, by: Option<&str>, at: Option<u64>) -> Option<String> {
    let by = by.map(|by| ["\u{2068}", by, "\u{2069}"].concat());
    let by = by.as_deref();
    match (by, at) {
        (Some(by), Some(at)) => Some([&said.with(by), " · ", &date(at)].concat()),
        (Some(by), None) => Some(said.with(by)),
        (None, Some(at)) => Some(date(at)),
        (None, None) => None,
    }
}
