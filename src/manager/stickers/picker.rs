//! Whether the user's *Sticker* button opens our picker, and what can be done about it.

use leptos::prelude::*;

use crate::i18n::manager as say;
use crate::manager::inventory::is_of;
use crate::manager::trouble::TroubleBanner;
use crate::manager::trouble::attempt;
use crate::manager::{Loading, Manager, changing, visibility};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};

/// The picker in the account: ours, somebody else's, or none.
#[component]
pub fn PickerStatus() -> impl IntoView {
    let manager = Manager::here();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None));
    let install = move || {
        attempt(busy, failed, changing::install_picker(manager), move || {
            manager.reload();
            manager.say(say::PICKER_REPLACED.get());
        });
    };
    let remove = move || {
        attempt(busy, failed, changing::remove_own(manager, changing::Own::Picker), move || {
            manager.reload();
            manager.say(say::REMOVED.with(&say::PICKER.get()));
        });
    };
    let status = move || {
        let Loading::Ready(inventory) = manager.inventory.get() else { return ().into_any() };
        let used = inventory.pickers.first();
        let ours = used.is_some_and(|picker| is_of(&picker.url, &changing::origin()));
        match used {
            Some(_) if ours => view! {
                <Banner tone=Tone::Good title=say::PICKER_OURS.get()>
                    <Button
                        label=say::REMOVE.with(&say::PICKER.get())
                        weight=Weight::Critical
                        busy
                        on_press=remove
                    />
                </Banner>
            }
            .into_any(),
            Some(foreign) => {
                let host = visibility::host(&foreign.url).unwrap_or(&foreign.url).to_owned();
                view! {
                    <Banner
                        tone=Tone::Info
                        title=say::FOREIGN_PICKER_TITLE.with(&host)
                        text=say::FOREIGN_PICKER_TEXT.get()
                    >
                        <Button
                            label=say::FOREIGN_PICKER_ACTION.get()
                            weight=Weight::Primary
                            busy
                            on_press=install
                        />
                    </Banner>
                }
                .into_any()
            }
            None => view! {
                <Banner tone=Tone::Info title=say::NO_PICKER.get()>
                    <Button
                        label=say::PICKER_SET_UP.get()
                        weight=Weight::Primary
                        busy
                        on_press=install
                    />
                </Banner>
            }
            .into_any(),
        }
    };
    view! {
        {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        {status}
    }
}
