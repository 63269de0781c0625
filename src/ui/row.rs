//! A line of a list: an icon, a name, what there is to say of it, and buttons.

use leptos::prelude::*;

use super::glyph::{Glyph, GlyphView};

/// A row; its children are the buttons. It belongs in a `ul`.
#[component]
pub fn Row(
    /// The icon.
    glyph: Glyph,
    /// Its name.
    #[prop(into)]
    title: String,
    /// What there is to say, a line each.
    #[prop(optional)]
    lines: Vec<String>,
    /// A word about its state, and whether it is a bad one.
    #[prop(default = None)]
    mark: Option<(String, bool)>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <p dir="auto">{line}</p> }).collect_view();
    view! {
        <li class="row">
            <span class="row-icon">
                <GlyphView glyph />
            </span>
            <div class="row-text">
                <h3 dir="auto">{title}</h3>
                {lines}
                {mark.map(|(mark, bad)| view! { <span class="mark" class:bad=bad>{mark}</span> })}
            </div>
            {children.map(|children| view! { <div class="row-buttons">{children()}</div> })}
        </li>
    }
}
