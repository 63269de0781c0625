//! Deciding about a pack: every sticker of it, what is to be done, and why.

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::moderation::{NewDecision, PackAction, PackState};
use tessera_protocol::pack::PackPreview;
use wasm_bindgen_futures::spawn_local;

use super::{Admin, Subject, name_of_action, name_of_state};
use crate::api::manager as api;
use crate::i18n::{admin as say, manager as shared};
use crate::manager::Loading;
use crate::manager::trouble::{TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Choice, TextField};
use crate::ui::waiting::Bones;

/// Opens where there is a subject.
#[component]
pub fn DecideDialog(admin: Admin) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if admin.subject.with(Option::is_some) {
            open.set(true);
        }
    });
    let dialog = move || {
        let subject = admin.subject.get()?;
        let title = say::DECIDE.with(&subject.title);
        Some(view! {
            <Dialog open title>
                <Stickers admin id=subject.id.clone() />
                <Form admin subject=subject.clone() open />
            </Dialog>
        })
    };
    view! { {dialog} }
}

#[component]
fn Stickers(admin: Admin, id: String) -> impl IntoView {
    let pack = RwSignal::new(Loading::<PackPreview>::Busy);
    let path = ["/api/v1/moderation/packs/", &id].concat();
    spawn_local(async move {
        let read = api::get(&admin.token(), &path).await;
        // The dialog may be closed by now.
        let _ = pack.try_set(match read {
            Ok(found) => Loading::Ready(found),
            Err(refusal) => Loading::Failed(refusal.into()),
        });
    });
    move || match pack.get() {
        Loading::Busy => view! { <Bones label=shared::LOADING.get() rows=1 /> }.into_any(),
        Loading::Failed(trouble) => view! { <TroubleBanner trouble retry=None /> }.into_any(),
        Loading::Ready(PackPreview { pack, stickers, .. }) => {
            let credit = [pack.author, pack.attribution, Some(pack.licence)];
            let credit: Vec<String> = credit.into_iter().flatten().collect();
            let stickers = stickers.into_iter().map(|sticker| {
                let source = preview_path(&sticker.still);
                let name = if sticker.body.is_empty() { sticker.shortcode } else { sticker.body };
                view! {
                    <li>
                        <img src=source alt=name width="72" height="72" loading="lazy" />
                    </li>
                }
            });
            view! {
                <p class="field-help" dir="auto">{credit.join(" · ")}</p>
                <ul class="pack-stickers" tabindex="0" aria-label=shared::STICKERS_TITLE.get()>
                    {stickers.collect_view()}
                </ul>
            }
            .into_any()
        }
    }
}

#[component]
fn Form(admin: Admin, subject: Subject, open: RwSignal<bool>) -> impl IntoView {
    // Nothing is chosen for them: a press too many would hide a pack.
    let action = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let (unchosen, missing) = (RwSignal::new(None), RwSignal::new(None));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None));
    let options = subject.actions.iter();
    let options: Vec<_> =
        options.map(|action| (action.as_str().to_owned(), name_of_action(*action).get())).collect();
    let path = ["/api/v1/moderation/packs/", &subject.id, "/decisions"].concat();
    let decide = move || {
        let Some(action) = PackAction::parse(&action.get_untracked()) else {
            unchosen.set(Some(say::ACTION_CHOOSE.get()));
            return;
        };
        unchosen.set(None);
        let (reason, revision) = (reason.get_untracked(), subject.revision);
        let decision = NewDecision { action, reason, revision };
        if action.needs_reason() && decision.reason.trim().is_empty() {
            missing.set(Some(say::REASON_MISSING.get()));
            return;
        }
        missing.set(None);
        let path = path.clone();
        let after = RwSignal::new(None::<PackState>);
        let sending = async move {
            let state = api::send(Method::POST, &admin.token(), &path, &decision).await?;
            after.set(Some(state));
            Ok(())
        };
        let title = subject.title.clone();
        attempt(busy, failed, sending, move || {
            let state = after.get_untracked().map(|state| name_of_state(state).get());
            let said = [title, state.unwrap_or_default()].join(", ");
            admin.manager.say(say::DECIDED.with(&said));
            open.set(false);
            admin.decided.update(|decided| *decided = decided.wrapping_add(1));
        });
    };
    view! {
        <div class="form decision">
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <Choice id="decision" label=say::ACTION.get() options value=action error=unchosen />
            <TextField
                id="reason"
                label=say::REASON.get()
                help=Some(say::REASON_HELP.get())
                value=reason
                error=missing
            />
        </div>
        <div class="buttons">
            <Button label=shared::CANCEL.get() on_press=move || open.set(false) />
            <Button
                label=say::DECIDE_SHORT.get()
                weight=Weight::Primary
                busy=busy
                on_press=decide
            />
        </div>
    }
}
