//! A section's stickers as buttons, with nothing reactive in a cell: clicks and hovering are the
//! shelf's, which reads the `data-` attributes.

use leptos::prelude::*;
use tessera_protocol::library::{Sticker, preview_path};

/// A sticker's button. `data-index` is its place in the section, for the arrow keys.
pub(super) fn sticker(
    key: String,
    sticker: &Sticker,
    index: usize,
    first_found: bool,
) -> impl IntoView + use<> {
    let name = if sticker.body.is_empty() { &sticker.shortcode } else { &sticker.body }.clone();
    view! {
        <button
            type="button"
            class="sticker"
            role="option"
            tabindex="-1"
            id=first_found.then_some("first-found")
            aria-selected=if first_found { "true" } else { "false" }
            aria-label=name.clone()
            title=name
            data-sticker=key
            data-index=index
            data-still=sticker.animation.is_some().then(|| preview_path(&sticker.still))
            data-moving=sticker.animation.as_deref().map(preview_path)
        >
            <img
                src=preview_path(&sticker.still)
                alt=""
                width="128"
                height="128"
                loading="lazy"
                decoding="async"
                draggable="false"
            />
        </button>
    }
}
