//! What was done, said for a while at the foot of the page, with a button to undo it where that is
//! possible. One at a time: the next takes the place of the one before.

use leptos::prelude::*;

use super::Manager;
use crate::device;
use crate::i18n::manager as say;
use crate::ui::button::IconButton;
use crate::ui::glyph::Glyph;

/// How long it stays, in milliseconds; longer where it can be undone.
const TIME: i32 = 5_000;
const TIME_TO_UNDO: i32 = 12_000;

/// What is said.
#[derive(Debug, Clone)]
pub(super) struct Toast {
    id: u32,
    text: String,
    undo: Option<Callback<()>>,
}

pub(super) fn show(manager: Manager, text: String, undo: Option<Callback<()>>) {
    let last = manager.toast.with_untracked(|toast| toast.as_ref().map_or(0, |toast| toast.id));
    let id = last.wrapping_add(1);
    let time = if undo.is_some() { TIME_TO_UNDO } else { TIME };
    manager.toast.set(Some(Toast { id, text, undo }));
    device::after(time, move || {
        if manager.toast.with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.id == id))
        {
            manager.toast.set(None);
        }
    });
}

/// The foot of the page.
#[component]
pub fn ToastView() -> impl IntoView {
    let manager = Manager::here();
    let dismiss = move || manager.toast.set(None);
    let undo = move |undo: Callback<()>| {
        view! {
            <button
                type="button"
                class="link"
                on:click=move |_| {
                    dismiss();
                    undo.run(());
                }
            >
                {say::UNDO.get()}
            </button>
        }
    };
    view! {
        <div class="toast-place" role="status">
            {move || {
                manager
                    .toast
                    .get()
                    .map(|toast| {
                        view! {
                            <div class="toast">
                                <span>{toast.text}</span>
                                {toast.undo.map(undo)}
                                <IconButton
                                    label=say::DISMISS.get()
                                    glyph=Glyph::Cross
                                    on_press=dismiss
                                />
                            </div>
                        }
                    })
            }}
        </div>
    }
}
