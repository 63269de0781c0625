//! What waits for an operator: packs in review, and packs that users have reported.

use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::moderation::{Queue, Report, Waiting as WaitingPack};
use wasm_bindgen_futures::spawn_local;

use super::{Admin, DecideButton, Subject, name_of_state};
use crate::api::manager as api;
use crate::i18n::{self, admin as say, manager as shared};
use crate::manager::Loading;
use crate::manager::home::date;
use crate::manager::stickers::report::name_of_reason;
use crate::manager::trouble::TroubleBanner;
use crate::ui::waiting::Bones;

/// The list.
#[component]
pub fn Waiting(admin: Admin) -> impl IntoView {
    let queue = RwSignal::new(Loading::<Queue>::Busy);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let read = api::get(&admin.token(), "/api/v1/moderation/queue").await;
            // The page may show something else by now.
            let _ = queue.try_set(match read {
                Ok(found) => Loading::Ready(found),
                Err(refusal) => Loading::Failed(refusal.into()),
            });
        });
    });
    Effect::new(move |_| {
        admin.decided.track();
        load.run(());
    });
    let list = move || match queue.get() {
        Loading::Busy => view! { <Bones label=say::ADMIN_LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => view! { <TroubleBanner trouble retry=Some(load) /> }.into_any(),
        Loading::Ready(Queue { waiting }) if waiting.is_empty() => {
            view! { <p class="empty">{say::WAITING_NONE.get()}</p> }.into_any()
        }
        Loading::Ready(Queue { waiting }) => {
            let rows = waiting.into_iter().map(|pack| view! { <Pack admin pack /> });
            view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <section class="section" id="waiting">
            <h2>{say::WAITING.get()}</h2>
            {list}
        </section>
    }
}

#[component]
fn Pack(admin: Admin, pack: WaitingPack) -> impl IntoView {
    let WaitingPack { pack, state, owner, report_count, reports, actions, revision } = pack;
    let title = pack.title(&i18n::language()).to_owned();
    let count = usize::try_from(pack.sticker_count).unwrap_or(usize::MAX);
    let facts = [name_of_state(state).get(), shared::PACK_STICKERS.get(count)].join(" · ");
    let owner = owner.map(|owner| view! { <p dir="auto">{say::BY_OWNER.with(&owner)}</p> });
    let covers = pack.covers.iter().map(|cover| {
        view! { <img src=preview_path(cover) alt="" width="36" height="36" loading="lazy" /> }
    });
    let covers = covers.collect_view();
    let reported = usize::try_from(report_count).unwrap_or(usize::MAX);
    let others = reported.saturating_sub(reports.len());
    let others = (others > 0).then(|| view! { <li>{say::REPORTS_MORE.get(others)}</li> });
    let (id, revision) = (pack.id.clone(), Some(revision));
    let subject = Subject { id, title: title.clone(), actions, revision };
    view! {
        <li class="row" data-pack=pack.id>
            <div class="row-text">
                <h3 dir="auto">{title}</h3>
                <p>{facts}</p>
                {owner}
                <p class="covers">{covers}</p>
                <ul class="reports">{reports.into_iter().map(said).collect_view()} {others}</ul>
            </div>
            <div class="row-buttons">
                <DecideButton admin subject />
            </div>
        </li>
    }
}

/// What a user says is wrong.
fn said(report: Report) -> impl IntoView {
    let Report { reason, details, user_id, reported_ts } = report;
    let who = user_id.map_or_else(|| say::REPORT_ERASED.get(), |user| say::REPORT_BY.with(&user));
    view! {
        <li>
            <strong>{name_of_reason(reason).get()}</strong>
            <p dir="auto">{details}</p>
            <p>{[who, date(reported_ts)].join(" · ")}</p>
        </li>
    }
}
