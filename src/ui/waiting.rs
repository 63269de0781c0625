//! What is shown until something is there: bones where rows will be, so that nothing jumps.

use leptos::prelude::*;

/// Rows to come; `label` says to screen readers what is being waited for.
#[component]
pub fn Bones(
    /// What is being waited for.
    #[prop(into)]
    label: String,
    /// How many rows.
    #[prop(default = 3)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="bones" role="status">
            <span class="sr-only">{label}</span>
            {(0..rows).map(|_| view! { <i class="bone row" aria-hidden="true"></i> }).collect_view()}
        </div>
    }
}
