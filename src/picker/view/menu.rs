//! The menu of what is wanted now and then. The browser opens and closes it (`popover`).

use leptos::prelude::*;

use crate::host;
use crate::i18n::Text;
use crate::picker::Picker;
use crate::ui::icon::{Icon, icon};

/// The button beside the search box, and its menu.
pub(super) fn menu(picker: Picker) -> impl IntoView {
    // In a window that the picker opened, only its opener can do these.
    let outer = host::address().modal.is_none();
    let item = |action: &'static str, kind: Icon, text: Text| {
        view! {
            <button type="button" data-action=action popovertarget="menu" popovertargetaction="hide">
                {icon(kind)}
                {text.get()}
            </button>
        }
    };
    view! {
        <button
            type="button"
            class="tool"
            data-action="keep-open"
            aria-label=Text::KeepOpen.get()
            title=Text::KeepOpen.get()
            aria-pressed="false"
            hidden=!outer
        >
            {icon(Icon::Pin)}
        </button>
        <button type="button" class="tool" popovertarget="menu" aria-label=Text::More.get() title=Text::More.get()>
            {icon(Icon::Dots)}
        </button>
        <div id="menu" popover="auto">
            <label>
                {icon(Icon::Size)}
                <span>{Text::Size.get()}</span>
                <input
                    id="size"
                    type="range"
                    min="0"
                    max="2"
                    value=picker.known.get_untracked().size.to_string()
                />
            </label>
            {outer
                .then(|| {
                    (
                        item("room", Icon::Smile, Text::RoomPacks),
                        item("enlarge", Icon::Enlarge, Text::Enlarge),
                        item("open-manager", Icon::Page, Text::EmptyAction),
                    )
                })}
            {item("help", Icon::Help, Text::Help)}
        </div>
    }
}
