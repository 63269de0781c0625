//! Telling the operators that something is wrong with a pack.

use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::moderation::{NewReport, ReportReason};

use crate::api::manager as api;
use crate::i18n::{Text, manager as say};
use crate::manager::Manager;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::button::{Button, Weight};
use crate::ui::field::{Choice, TextField};

/// A button, and the form behind it.
#[component]
pub fn Report(
    manager: Manager,
    /// Of the pack.
    id: String,
    /// What to do when the report is sent.
    on_sent: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let form = move || {
        if open.get() {
            view! { <Form manager id=id.clone() open on_sent /> }.into_any()
        } else {
            let press = move || open.set(true);
            view! { <Button label=say::REPORT.get() weight=Weight::Quiet on_press=press /> }
                .into_any()
        }
    };
    view! { <div class="report">{form}</div> }
}

#[component]
fn Form(
    manager: Manager,
    id: String,
    open: RwSignal<bool>,
    on_sent: Callback<()>,
) -> impl IntoView {
    let reason = RwSignal::new(ReportReason::Copyright.as_str().to_owned());
    let details = RwSignal::new(String::new());
    let wordless = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None));
    let options = ReportReason::ALL.iter();
    let options = options.map(|reason| (reason.as_str().to_owned(), name_of_reason(*reason).get()));
    let options: Vec<_> = options.collect();
    let send_it = move || {
        let Some(reason) = ReportReason::parse(&reason.get_untracked()) else { return };
        let report = NewReport { reason, details: details.get_untracked() };
        if reason == ReportReason::Other && report.details.trim().is_empty() {
            wordless.set(Some(say::REPORT_WORDLESS.get()));
            return;
        }
        wordless.set(None);
        let sending = send(manager, id.clone(), report);
        attempt(busy, failed, sending, move || {
            manager.say(say::REPORT_SENT.get());
            on_sent.run(());
        });
    };
    view! {
        {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        <Choice
            id="report-reason"
            label=say::REPORT_REASON.get()
            options
            value=reason
        />
        <TextField
            id="report-details"
            label=say::REPORT_DETAILS.get()
            help=Some(say::REPORT_HELP.get())
            value=details
            error=wordless
        />
        <div class="buttons">
            <Button label=say::CANCEL.get() on_press=move || open.set(false) />
            <Button
                label=say::REPORT_SEND.get()
                weight=Weight::Primary
                busy=busy
                on_press=send_it
            />
        </div>
    }
}

async fn send(manager: Manager, id: String, report: NewReport) -> Result<(), Trouble> {
    let Some(session) = manager.session() else { return Err(Trouble::default()) };
    let path = ["/api/v1/packs/", &id, "/reports"].concat();
    let _: Value = api::send(Method::POST, &session.token, &path, &report).await?;
    Ok(())
}

/// What is wrong.
#[must_use]
pub const fn name_of_reason(reason: ReportReason) -> Text {
    match reason {
        ReportReason::Copyright => say::REASON_COPYRIGHT,
        ReportReason::Illegal => say::REASON_ILLEGAL,
        ReportReason::Hateful => say::REASON_HATEFUL,
        ReportReason::Mature => say::REASON_MATURE,
        ReportReason::Spam => say::REASON_SPAM,
        ReportReason::Other => say::REASON_OTHER,
    }
}
