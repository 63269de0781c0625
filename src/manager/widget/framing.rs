//! The frame check: will members' browsers show this page in a frame? Our server looks, when the
//! address has stayed the same for a moment, and once more before saving. Where the answer is no,
//! a card that opens the page in a tab is offered instead.

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::frame_check::{FrameAnswer, FrameQuestion, FrameReason, FrameVerdict};
use tessera_widgets::{Filled, Show, expand};
use wasm_bindgen_futures::spawn_local;

use super::{Form, outcome};
use crate::api::manager as api;
use crate::device;
use crate::host::messaging;
use crate::i18n::manager as say;
use crate::manager::visibility;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};

/// How long an address must stay the same, in milliseconds.
const CALM: i32 = 800;

/// What is known of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The page's address.
    page: String,
    /// The answer; none while it is looked at, or where our server could not look.
    answer: Option<FrameAnswer>,
}

/// The address to look at, as the user's client would open it.
fn page_of(form: Form, filled: &Filled) -> Option<String> {
    if form.show.get_untracked() == Show::Card {
        return None;
    }
    let page = filled.page.as_ref()?;
    Some(expand(page, &filled.data, &outcome::client(form)))
}

/// Looks at the page of a form whenever that is another one.
pub(super) fn watch(form: Form) {
    let page = Memo::new(move |_| {
        form.show.track();
        form.filled.with(|filled| page_of(form, filled.as_ref().ok()?))
    });
    Effect::new(move |_| {
        let Some(wanted) = page.get() else { return form.checked.set(None) };
        device::after(CALM, move || {
            // The form may be gone by then, and with it its signals.
            if page.try_get_untracked().flatten().as_ref() == Some(&wanted) {
                spawn_local(async move {
                    look(form, wanted).await;
                });
            }
        });
    });
}

/// Whether nothing speaks against showing the form's page in a frame. Looks if nobody has yet.
pub(super) async fn may_be_framed(form: Form, filled: &Filled) -> bool {
    let Some(page) = page_of(form, filled) else { return true };
    let known = form.checked.get_untracked().filter(|checked| checked.page == page);
    let answer = match known {
        Some(checked) if checked.answer.is_some() => checked.answer,
        _ => look(form, page).await,
    };
    answer.is_none_or(|answer| answer.verdict != FrameVerdict::Refused)
}

async fn look(form: Form, page: String) -> Option<FrameAnswer> {
    let session = form.manager.session()?;
    form.checked.set(Some(Checked { page: page.clone(), answer: None }));
    let wrapper = form.filled.with_untracked(|filled| {
        let url = filled.as_ref().ok()?.url.clone();
        let host = visibility::host(&url)?;
        let ours = visibility::host(&page) != Some(host);
        let scheme = url.split("://").next()?;
        ours.then(|| [scheme, "://", host].concat())
    });
    let ancestors = messaging::client_origin().into_iter().chain(wrapper).collect();
    let question = FrameQuestion { url: page.clone(), ancestors };
    let path = "/api/v1/frame-check";
    let answer: Result<FrameAnswer, _> =
        api::send(Method::POST, &session.token, path, &question).await;
    let answer = answer.ok();
    form.checked.try_set(Some(Checked { page, answer: answer.clone() }));
    answer
}

/// What the check found, and what can be done about it.
#[component]
pub fn Framing(
    /// The form.
    form: Form,
) -> impl IntoView {
    let to = move |show: Show, label: String| {
        view! { <Button label on_press=move || form.show.set(show) /> }
    };
    let has_card = form.types.with_value(|types| types.catalogue.widgets_url().is_some());
    move || {
        if form.show.get() == Show::Card {
            return view! {
                <Banner tone=Tone::Info title=say::CARD_TITLE.get() text=say::CARD_TEXT.get()>
                    {to(Show::Frame, say::CARD_OFF.get())}
                </Banner>
            }
            .into_any();
        }
        let Some(answer) = form.checked.get().and_then(|checked| checked.answer) else {
            return ().into_any();
        };
        let reason = answer.reason.as_ref().map(reason).unwrap_or_default();
        match answer.verdict {
            FrameVerdict::Embeds => {
                view! { <Banner tone=Tone::Good title=say::FRAME_GOOD.get() /> }.into_any()
            }
            FrameVerdict::Unknown => {
                view! { <Banner tone=Tone::Info title=say::FRAME_UNKNOWN.get() text=reason /> }
                    .into_any()
            }
            FrameVerdict::Refused => view! {
                <Banner tone=Tone::Critical title=say::FRAME_REFUSED.get() text=reason>
                    {has_card
                        .then(|| {
                            view! {
                                <Button
                                    label=say::CARD_ON.get()
                                    weight=Weight::Primary
                                    on_press=move || form.show.set(Show::Card)
                                />
                            }
                        })}
                    <Button
                        label=say::FRAME_INSIST.get()
                        on_press=move || {
                            form.insisted.set(true);
                            super::saving::save(form);
                        }
                    />
                </Banner>
            }
            .into_any(),
        }
    }
}

/// Why, in words.
fn reason(reason: &FrameReason) -> String {
    match reason {
        FrameReason::XFrameOptions { value } => say::FRAME_X_FRAME_OPTIONS.with(value),
        FrameReason::FrameAncestors { allowed, .. } => say::FRAME_ANCESTORS.with(allowed),
        FrameReason::MixedContent => say::FRAME_MIXED_CONTENT.get(),
        FrameReason::Download => say::FRAME_DOWNLOAD.get(),
        FrameReason::TooManyRedirects => say::FRAME_REDIRECTS.get(),
        FrameReason::BadRedirect => say::FRAME_BAD_REDIRECT.get(),
        FrameReason::Certificate => say::FRAME_CERTIFICATE.get(),
        FrameReason::Status { status } => say::FRAME_STATUS.with(&status.to_string()),
        FrameReason::NoAddress => say::FRAME_NO_ADDRESS.get(),
        FrameReason::PrivateAddress => say::FRAME_PRIVATE.get(),
        FrameReason::NoConnection | FrameReason::TimedOut => say::FRAME_NO_CONNECTION.get(),
        FrameReason::BadAnswer => say::FRAME_BAD_ANSWER.get(),
    }
}
