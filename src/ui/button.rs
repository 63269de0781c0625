//! Buttons. While what a button did goes on it says so and takes no second press; it keeps the
//! focus, which a disabled button would lose.

use leptos::prelude::*;

use super::glyph::{Glyph, GlyphView};

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// What the screen is for.
    Primary,
    /// Another way.
    #[default]
    Secondary,
    /// Beside something else.
    Quiet,
    /// Something is gone afterwards.
    Critical,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Quiet => "button quiet",
            Self::Critical => "button critical",
        }
    }
}

/// A button with words.
#[component]
pub fn Button(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// How much it asks to be pressed.
    #[prop(optional)]
    weight: Weight,
    /// What it did goes on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// An icon before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// What pressing it does.
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    let press = move |_| {
        if !busy.get_untracked() {
            on_press();
        }
    };
    view! {
        <button
            type="button"
            class=weight.class()
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || busy.get().then_some("true")
            on:click=press
        >
            {glyph.map(|glyph| view! { <GlyphView glyph /> })}
            <span>{move || label.get()}</span>
        </button>
    }
}

/// A button with an icon only; its label is its name and its tip.
#[component]
pub fn IconButton(
    /// What it does.
    #[prop(into)]
    label: String,
    /// The icon.
    glyph: Glyph,
    /// What it did goes on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What pressing it does.
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    let press = move |_| {
        if !busy.get_untracked() {
            on_press();
        }
    };
    view! {
        <button
            type="button"
            class="icon-button"
            title=label.clone()
            aria-label=label
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || busy.get().then_some("true")
            on:click=press
        >
            <GlyphView glyph />
        </button>
    }
}
