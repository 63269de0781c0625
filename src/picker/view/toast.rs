//! What became of a sticker: one line at the bottom, seen and announced. Its look depends on the
//! state, so its styles are stylist's.

use leptos::prelude::*;
use stylist::css;

use crate::i18n::{Plural, Text};
use crate::picker::Picker;
use crate::picker::sending::Sending;
use crate::ui::style;

/// The line, the marked sticker and the announcement.
pub(super) fn toast(picker: Picker) -> impl IntoView {
    let quiet = style::register(css!(
        "position: fixed; z-index: 3; inset-block-end: 8px; inset-inline: 8px; margin-inline: auto;
         width: fit-content; max-width: calc(100% - 16px); padding: 6px 14px; border-radius: 16px;
         font-size: 13px; line-height: 1.35; text-align: center; overflow-wrap: anywhere;
         pointer-events: none;
         color: var(--on-action); background: var(--action); box-shadow: var(--shadow);"
    ));
    let failed = style::register(css!(
        "color: var(--critical); background: var(--critical-subtle);
         border: 1px solid var(--critical); border-radius: 12px;"
    ));
    Effect::new(move |_| mark_busy(picker.sending.get()));
    let text = move || match picker.sending.get() {
        Sending::Idle => None,
        Sending::InFlight { name, .. } => Some(Text::Sending.with("{name}", &name)),
        Sending::Sent { name } => Some(Text::Sent.with("{name}", &name)),
        Sending::Refused { reason } => Some(Text::SendRefused.with("{reason}", &reason)),
        Sending::Unanswered => Some(Text::SendSilent.get()),
    };
    let state = move || match picker.sending.get() {
        Sending::Idle => "idle",
        Sending::InFlight { .. } => "sending",
        Sending::Sent { .. } => "sent",
        Sending::Refused { .. } => "refused",
        Sending::Unanswered => "unanswered",
    };
    let class = move || match picker.sending.get() {
        Sending::Refused { .. } | Sending::Unanswered => [&quiet, " ", &failed].concat(),
        _ => quiet.clone(),
    };
    // A search says how much it found, once typing has paused.
    let found = move || {
        let searching = picker.query.with(|query| !query.trim().is_empty());
        searching.then(|| Plural::Results.get(picker.found.with(Vec::len)))
    };
    // A sticker on its way shows that itself.
    let visible = move || !matches!(picker.sending.get(), Sending::Idle | Sending::InFlight { .. });
    view! {
        <div id="toast" data-state=state class=class role="status" aria-live="polite" hidden=move || !visible()>
            {text}
        </div>
        <div id="announcer" class="sr-only" role="status" aria-live="polite">{found}</div>
    }
}

/// Shows on the sticker itself that it is on its way.
fn mark_busy(sending: Sending) {
    let each = |selector: &str, busy: bool| {
        let Ok(nodes) = document().query_selector_all(selector) else { return };
        for i in 0..nodes.length() {
            let node = nodes.item(i).map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>);
            if let Some(element) = node {
                let _ = element.class_list().toggle_with_force("busy", busy);
            }
        }
    };
    each(".sticker.busy", false);
    if let Sending::InFlight { key, .. } = sending {
        each(&["[data-sticker=\"", &key, "\"]"].concat(), true);
    }
}
