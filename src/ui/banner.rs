//! Something to know about what is below, with what can be done about it.

use leptos::prelude::*;

use super::glyph::{Glyph, GlyphView};

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// All is well.
    Good,
    /// Something does not work.
    Critical,
}

impl Tone {
    const fn parts(self) -> (&'static str, Glyph, &'static str) {
        match self {
            Self::Info => ("banner", Glyph::Info, "status"),
            Self::Good => ("banner good", Glyph::Check, "status"),
            Self::Critical => ("banner critical", Glyph::Alert, "alert"),
        }
    }
}

/// A banner; its children are the buttons.
#[component]
pub fn Banner(
    /// How serious it is.
    tone: Tone,
    /// What is so.
    #[prop(into)]
    title: String,
    /// What it means, and what to do.
    #[prop(optional, into)]
    text: String,
    /// Words of a program, for who wants to look into it.
    #[prop(default = None)]
    detail: Option<String>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, glyph, role) = tone.parts();
    view! {
        <div class=class role=role>
            <GlyphView glyph />
            <div class="banner-text">
                <strong>{title}</strong>
                {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
                {detail.map(|detail| view! { <p class="detail" dir="auto">{detail}</p> })}
                {children.map(|children| view! { <div class="buttons">{children()}</div> })}
            </div>
        </div>
    }
}
