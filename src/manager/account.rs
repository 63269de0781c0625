//! The user's account: this integration manager in it, so that their client keeps it, and leaving,
//! which takes away every entry that we wrote.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::changing::{self, Own};
use super::inventory::is_of;
use super::shell::Head;
use super::terms::Accepted;
use super::trouble::{Trouble, TroubleBanner};
use super::{Loading, Manager};
use crate::i18n::manager as say;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};
use crate::ui::waiting::Bones;

/// The screen.
#[component]
pub fn AccountScreen() -> impl IntoView {
    let manager = Manager::here();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let run = move |done: String, leaves: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let ended = if leaves {
                changing::remove_own(manager, Own::All).await
            } else {
                changing::install_manager(manager).await
            };
            busy.set(false);
            // Of two entries one may be gone.
            manager.reload();
            match ended {
                Ok(()) => manager.say(done),
                Err(trouble) => failed.set(Some(trouble)),
            }
        });
    };
    let entry = move || {
        let inventory = match manager.inventory.get() {
            Loading::Ready(inventory) => inventory,
            Loading::Busy => return view! { <Bones label=say::LOADING.get() rows=1 /> }.into_any(),
            Loading::Failed(trouble) => {
                return view! { <TroubleBanner trouble retry=None /> }.into_any();
            }
        };
        let origin = changing::origin();
        let set = inventory.managers.iter().any(|entry| is_of(&entry.url, &origin));
        let any = set || inventory.pickers.iter().any(|picker| is_of(&picker.url, &origin));
        let leave = any.then(|| {
            view! {
                <section class="section">
                    <h2>{say::DISCONNECT.get()}</h2>
                    <p>{say::DISCONNECT_TEXT.get()}</p>
                    <div class="buttons">
                        <Button
                            label=say::DISCONNECT.get()
                            weight=Weight::Critical
                            busy
                            on_press=move || run(say::DISCONNECTED.get(), true)
                        />
                    </div>
                </section>
            }
        });
        let status = if set {
            view! { <Banner tone=Tone::Good title=say::ACCOUNT_SET.get() /> }.into_any()
        } else {
            view! {
                <Banner tone=Tone::Info title=say::ACCOUNT_KEEP.get() text=say::ACCOUNT_WHY.get()>
                    <Button
                        label=say::ACCOUNT_KEEP_ACTION.get()
                        weight=Weight::Primary
                        busy
                        on_press=move || run(say::ACCOUNT_SET.get(), false)
                    />
                </Banner>
            }
            .into_any()
        };
        view! {
            {status}
            {leave}
        }
        .into_any()
    };
    let who = manager.session().map(|session| session.user_id);
    view! {
        <Head title=say::ACCOUNT_TITLE.get() subtitle=who />
        {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        {entry}
        <Accepted />
    }
}
