//! A question that has to be answered first. The browser's own `dialog`: focus, Escape and that
//! nothing behind it can be reached are its work.

use leptos::html;
use leptos::prelude::*;

/// A dialog with a title, open while `open` is.
#[component]
pub fn Dialog(
    /// Whether it is open; set to false when the user closes it by Escape.
    open: RwSignal<bool>,
    /// What it asks.
    #[prop(into)]
    title: String,
    /// What is in it, made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // It is part of the page, so it can be shown.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let label = title.clone();
    view! {
        <dialog node_ref=node aria-label=label on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <h2>{title.clone()}</h2>
                {children()}
            </Show>
        </dialog>
    }
}
