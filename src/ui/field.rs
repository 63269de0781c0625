//! Fields of forms: a label, the control, a line of help, and what is wrong with what it holds. The
//! help and the mistake are joined to the control, so that a screen reader says them with it.

use leptos::prelude::*;

use super::glyph::{Glyph, GlyphView};

/// What a field holds, as far as the keyboard of a phone needs to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Input {
    /// A line of text.
    #[default]
    Text,
    /// An address.
    Url,
    /// A number.
    Number,
    /// Something to look for.
    Search,
}

impl Input {
    /// Type and keyboard. The browser checks nothing: what is wrong is said in our words.
    const fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "text"),
            Self::Url => ("text", "url"),
            Self::Number => ("text", "decimal"),
            Self::Search => ("search", "search"),
        }
    }
}

/// A field of one line.
#[component]
pub fn TextField(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What is to be entered.
    #[prop(into)]
    label: String,
    /// A line of help.
    #[prop(default = None)]
    help: Option<String>,
    /// An example, shown while the field is empty.
    #[prop(optional, into)]
    example: String,
    /// What it holds.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What it holds, for the keyboard.
    #[prop(optional)]
    input: Input,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let (kind, mode) = input.attributes();
    let described = described_by(&id, help.is_some(), error);
    view! {
        <div class="field" data-invalid=move || error.get().map(|_| "")>
            <FieldLabel id=id.clone() label required />
            <input
                id=id.clone()
                type=kind
                inputmode=mode
                dir="auto"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=example
                aria-required=required.then_some("true")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
            <Below id help error />
        </div>
    }
}

/// A choice of a few.
#[component]
pub fn Choice(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What is to be chosen.
    #[prop(into)]
    label: String,
    /// A line of help.
    #[prop(default = None)]
    help: Option<String>,
    /// What there is: a value and its name.
    options: Vec<(String, String)>,
    /// The value chosen.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let described = described_by(&id, help.is_some(), error);
    let options = options.into_iter().map(|(option, name)| {
        let chosen = option.clone();
        view! {
            <option value=option prop:selected=move || value.get() == chosen>
                {name}
            </option>
        }
    });
    view! {
        <div class="field">
            <FieldLabel id=id.clone() label required=false />
            <select
                id=id.clone()
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                on:change:target=move |event| value.set(event.target().value())
            >
                {options.collect_view()}
            </select>
            <Below id help error />
        </div>
    }
}

/// On or off; holds `true` or `false`.
#[component]
pub fn Switch(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What is on or off.
    #[prop(into)]
    label: String,
    /// A line of help.
    #[prop(default = None)]
    help: Option<String>,
    /// `true` or `false`.
    value: RwSignal<String>,
) -> impl IntoView {
    let described = described_by(&id, help.is_some(), Signal::default());
    view! {
        <div class="field">
            <label class="switch" for=id.clone()>
                <input
                    id=id.clone()
                    type="checkbox"
                    role="switch"
                    aria-describedby=described
                    prop:checked=move || value.get() == "true"
                    on:change:target=move |event| value.set(event.target().checked().to_string())
                />
                <span>{label}</span>
            </label>
            <Below id help error=Signal::default() />
        </div>
    }
}

#[component]
fn FieldLabel(id: String, label: String, required: bool) -> impl IntoView {
    view! {
        <label for=id>
            {label}
            {required.then(|| view! { <span class="required" aria-hidden="true">" *"</span> })}
        </label>
    }
}

#[component]
fn Below(id: String, help: Option<String>, error: Signal<Option<String>>) -> impl IntoView {
    let error_id = format!("{id}-error");
    view! {
        <p class="field-error" id=error_id role="status">
            {move || {
                error.get().map(|error| view! { <GlyphView glyph=Glyph::Alert /> <span>{error}</span> })
            }}
        </p>
        {help.map(|help| view! { <p class="field-help" id=format!("{id}-help")>{help}</p> })}
    }
}

fn described_by(
    id: &str,
    helped: bool,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Send + Sync + use<> {
    let (help, mistake) = (format!("{id}-help"), format!("{id}-error"));
    move || match (error.get().is_some(), helped) {
        (true, true) => Some(format!("{mistake} {help}")),
        (true, false) => Some(mistake.clone()),
        (false, true) => Some(help.clone()),
        (false, false) => None,
    }
}
