//! The audit log: who decided what, when and why, and what came of appeals.

use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::moderation::{Appeal, Decision, Decisions, PackAction, PackState};
use wasm_bindgen_futures::spawn_local;

use super::{Admin, DecideButton, Subject, name_of_action, name_of_state};
use crate::api::manager as api;
use crate::i18n::{admin as say, manager as shared};
use crate::manager::Loading;
use crate::manager::home::date;
use crate::manager::trouble::{TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};
use crate::ui::field::TextField;
use crate::ui::waiting::Bones;

/// The log, the latest first.
#[component]
pub fn Log(admin: Admin) -> impl IntoView {
    let shown = RwSignal::new(Loading::<Vec<Decision>>::Busy);
    let next = RwSignal::new(None::<u32>);
    let busy = RwSignal::new(false);
    let read = move |from: u32| {
        busy.set(true);
        let path = ["/api/v1/moderation/decisions?from=", &from.to_string()].concat();
        spawn_local(async move {
            let page = api::get::<Decisions>(&admin.token(), &path).await;
            // The page may show something else by now.
            let _ = busy.try_set(false);
            let _ = shown.try_update(|shown| match page {
                Ok(page) => {
                    next.set(page.next);
                    let mut all = match std::mem::replace(shown, Loading::Busy) {
                        Loading::Ready(before) if from > 0 => before,
                        _ => Vec::new(),
                    };
                    all.extend(page.decisions);
                    *shown = Loading::Ready(all);
                }
                Err(refusal) => *shown = Loading::Failed(refusal.into()),
            });
        });
    };
    Effect::new(move |_| {
        admin.decided.track();
        read(0);
    });
    let list = move || match shown.get() {
        Loading::Busy => view! { <Bones label=shared::LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => {
            let retry = Callback::new(move |()| read(0));
            view! { <TroubleBanner trouble retry=Some(retry) /> }.into_any()
        }
        Loading::Ready(decisions) if decisions.is_empty() => {
            view! { <p class="empty">{say::DECISIONS_NONE.get()}</p> }.into_any()
        }
        Loading::Ready(decisions) => {
            let rows = decisions.into_iter().map(|decision| view! { <Entry admin decision /> });
            view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
        }
    };
    let more = move || {
        next.get().map(|from| {
            view! {
                <div class="buttons">
                    <Button label=say::MORE.get() busy=busy on_press=move || read(from) />
                </div>
            }
        })
    };
    view! {
        <section class="section" id="log">
            <h2>{say::DECISIONS.get()}</h2>
            {list}
            {more}
        </section>
    }
}

#[component]
fn Entry(admin: Admin, decision: Decision) -> impl IntoView {
    let states = [decision.before, decision.after].map(|state| name_of_state(state).get());
    let [before, after] = states;
    let what = [name_of_action(decision.action).get(), ": ".into(), before, " → ".into(), after];
    let who = [date(decision.decided_ts), decision.operator].join(" · ");
    let appeal = decision.appeal.map(|note| say::APPEAL_NOTED.with(&note));
    let noted = appeal.is_some();
    let lines = [Some(what.concat()), Some(decision.reason), Some(who), appeal];
    let lines = lines.into_iter().flatten().filter(|line| !line.is_empty());
    let lines = lines.map(|line| view! { <p dir="auto">{line}</p> }).collect_view();
    // Where the pack stands otherwise by now, the server says so.
    let actions = next_after(decision.after);
    let title = decision.pack_title;
    let subject = Subject { id: decision.pack_id, title: title.clone(), actions, revision: None };
    view! {
        <li class="row">
            <div class="row-text">
                <h3 dir="auto">{title}</h3>
                {lines}
                {(!noted).then(|| view! { <NoteAppeal admin id=decision.id /> })}
            </div>
            <div class="row-buttons">
                <DecideButton admin subject />
            </div>
        </li>
    }
}

/// What an operator may want to do next.
fn next_after(state: PackState) -> Vec<PackAction> {
    match state {
        PackState::Published => vec![PackAction::Withdraw, PackAction::TakeDown],
        PackState::TakenDown => vec![PackAction::Reinstate],
        PackState::InReview => vec![PackAction::Publish, PackAction::Reject, PackAction::TakeDown],
        PackState::Draft | PackState::Rejected | PackState::Withdrawn => {
            vec![PackAction::Publish, PackAction::TakeDown]
        }
    }
}

/// A button, and the form behind it.
#[component]
fn NoteAppeal(admin: Admin, id: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let form = move || {
        if open.get() {
            view! { <AppealForm admin id=id.clone() open /> }.into_any()
        } else {
            let press = move || open.set(true);
            view! { <Button label=say::APPEAL.get() weight=Weight::Quiet on_press=press /> }
                .into_any()
        }
    };
    view! { <div class="report">{form}</div> }
}

#[component]
fn AppealForm(admin: Admin, id: String, open: RwSignal<bool>) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let missing = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None));
    let path = ["/api/v1/moderation/decisions/", &id, "/appeal"].concat();
    let field = ["appeal-", &id].concat();
    let save = move || {
        let appeal = Appeal { note: note.get_untracked() };
        if appeal.note.trim().is_empty() {
            missing.set(Some(say::APPEAL_NOTE.get()));
            return;
        }
        missing.set(None);
        let path = path.clone();
        let sending = async move {
            let _: Value = api::send(Method::PUT, &admin.token(), &path, &appeal).await?;
            Ok(())
        };
        attempt(busy, failed, sending, move || {
            admin.decided.update(|decided| *decided = decided.wrapping_add(1));
        });
    };
    view! {
        {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        <TextField id=field label=say::APPEAL_NOTE.get() value=note error=missing />
        <div class="buttons">
            <Button label=shared::CANCEL.get() on_press=move || open.set(false) />
            <Button label=say::SAVE.get() weight=Weight::Primary busy=busy on_press=save />
        </div>
    }
}
