//! The form of a widget: one engine for every kind that [`tessera_widgets`] describes. It says what
//! is in the way first, shows what will be written and how it looks, and keeps what was typed
//! whatever happens.

use std::sync::Arc;

use leptos::prelude::*;
use tessera_host_protocol::manager::reply::Widget;
use tessera_widgets::{FieldErrors, Filled, Kind, Show, Values, WidgetType};

mod draft;
pub mod fields;
pub mod framing;
pub mod outcome;
mod saving;

use super::Manager;
use super::preflight::Preflight;
use super::screen::{Screen, Task};
use super::shell::Head;
use super::trouble::{Trouble, TroubleBanner};
use super::types::Types;
use crate::i18n::manager as say;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};

/// A form and what it is for. Signals, so that it can be copied anywhere.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    manager: Manager,
    types: StoredValue<Arc<Types>>,
    /// The kind of widget.
    declared: StoredValue<WidgetType>,
    /// The widget that is edited, if it is not a new one.
    existing: StoredValue<Option<Widget>>,
    /// What each field holds.
    fields: StoredValue<Vec<(String, RwSignal<String>)>>,
    /// What they held at first.
    first: StoredValue<Values>,
    /// In its frame, or as a card.
    show: RwSignal<Show>,
    /// The user has tried to save, so that everything that is wrong is said.
    tried: RwSignal<bool>,
    /// Nothing is in the way.
    clear: RwSignal<bool>,
    saving: RwSignal<bool>,
    failed: RwSignal<Option<Trouble>>,
    /// What is known of whether the page can be framed.
    checked: RwSignal<Option<framing::Checked>>,
    /// It is to be added although it cannot be framed.
    insisted: RwSignal<bool>,
    /// What would be written.
    filled: Memo<Result<Filled, FieldErrors>>,
}

impl Form {
    fn new(manager: Manager, types: Arc<Types>, draft: draft::Draft) -> Self {
        let draft::Draft { declared, values, show, existing } = draft;
        let names = std::iter::once("name".to_owned());
        let names = names.chain(declared.fields.iter().map(|field| field.name.clone()));
        let fields: Vec<(String, RwSignal<String>)> = names
            .map(|name| {
                let value = values.get(&name).cloned().unwrap_or_default();
                (name, RwSignal::new(value))
            })
            .collect();
        let show = RwSignal::new(show);
        let filled = {
            let (types, declared, fields) = (types.clone(), declared.clone(), fields.clone());
            Memo::new(move |_| {
                let values: Values =
                    fields.iter().map(|(name, value)| (name.clone(), value.get())).collect();
                types.catalogue.fill(&declared, &values, show.get())
            })
        };
        let first = fields.iter().map(|(name, value)| (name.clone(), value.get_untracked()));
        let form = Self {
            manager,
            types: StoredValue::new(types),
            declared: StoredValue::new(declared),
            existing: StoredValue::new(existing),
            first: StoredValue::new(first.collect()),
            fields: StoredValue::new(fields),
            show,
            tried: RwSignal::new(false),
            clear: RwSignal::new(false),
            saving: RwSignal::new(false),
            failed: RwSignal::new(None),
            checked: RwSignal::new(None),
            insisted: RwSignal::new(false),
            filled,
        };
        Effect::new(move |_| {
            let values = form.values();
            manager.unsaved.set(form.first.with_value(|first| *first != values));
        });
        framing::watch(form);
        form
    }

    /// What the fields hold.
    fn values(self) -> Values {
        self.fields.with_value(|fields| {
            fields.iter().map(|(name, value)| (name.clone(), value.get())).collect()
        })
    }

    /// What a field holds, as a signal.
    fn value(self, name: &str) -> RwSignal<String> {
        let found = self.fields.with_value(|fields| {
            fields.iter().find(|(field, _)| field == name).map(|(_, value)| *value)
        });
        found.unwrap_or_default()
    }

    /// What is wrong with a field, once it is time to say so: what is typed wrongly at once, what is
    /// missing when the user tries to save.
    fn error(self, name: &str) -> Signal<Option<String>> {
        let (name, value) = (name.to_owned(), self.value(name));
        Signal::derive(move || {
            let due = self.tried.get() || !value.with(|value| value.trim().is_empty());
            let error = self.filled.with(|filled| match filled {
                Err(errors) if due => errors.get(&name).cloned(),
                _ => None,
            })?;
            Some(self.types.with_value(|types| types.texts.error(&error)))
        })
    }

    /// What the widget is called, with or without a name of its own.
    fn title(self) -> String {
        self.types.with_value(|types| {
            self.declared.with_value(|declared| types.texts.name(declared).to_owned())
        })
    }

    fn is_edit(self) -> bool {
        self.existing.with_value(Option::is_some)
    }
}

/// The screen.
#[component]
pub fn WidgetScreen(
    /// What the form is for.
    task: Task,
) -> impl IntoView {
    let manager = Manager::here();
    let types = manager.types();
    let draft = draft::of_task(&types, task, |id| {
        manager.inventory_now(|all| all.room_widget(id).map(|found| found.widget.clone()))
    });
    match draft {
        Some(draft) => {
            let form = Form::new(manager, types, draft);
            view! { <FormView form /> }.into_any()
        }
        None => view! {
            <Head title=say::TITLE.get() />
            <Banner tone=Tone::Info title=say::UNKNOWN_LINK.get() />
        }
        .into_any(),
    }
}

#[component]
fn FormView(form: Form) -> impl IntoView {
    let manager = form.manager;
    let name = form.title();
    let (title, action) = if form.is_edit() {
        (say::EDIT_TITLE.with(&name), say::SAVE)
    } else {
        (say::ADD_TITLE.with(&name), say::ADD_ACTION)
    };
    let about = form.types.with_value(|types| {
        form.declared.with_value(|declared| types.texts.about(declared).to_owned())
    });
    let retry = Callback::new(move |()| saving::save(form));
    let general = form.error("");
    view! {
        <Head title subtitle=manager.room_name() />
        <p class="about">{about}</p>
        <Preflight clear=form.clear />
        <form
            class="form"
            on:submit=move |event| {
                event.prevent_default();
                saving::save(form);
            }
        >
            <fields::Fields form />
            {move || {
                general.get().map(|error| view! { <Banner tone=Tone::Critical title=error /> })
            }}
            <outcome::Outcome form />
            <framing::Framing form />
            {move || {
                form.failed
                    .get()
                    .map(|trouble| view! { <TroubleBanner trouble retry=Some(retry) /> })
            }}
            <div class="buttons form-buttons">
                <Button
                    label=action.get()
                    weight=Weight::Primary
                    busy=form.saving
                    on_press=move || saving::save(form)
                />
                <Button
                    label=say::CANCEL.get()
                    weight=Weight::Quiet
                    on_press=move || {
                        let back = if form.is_edit() { Screen::Home } else { Screen::Catalogue };
                        manager.go(back);
                    }
                />
                <button type="submit" hidden></button>
            </div>
        </form>
    }
}

/// Whether a field is one of a few words or an address, for the phone's keyboard.
const fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Decimal)
}
