//! The screens and notices that say why there is nothing to choose from, and what to do next.

use leptos::prelude::*;

use crate::i18n::Text;
use crate::picker::sign_in::{Event, Failure};
use crate::picker::{Picker, flow};
use crate::ui::icon::{Icon, icon};

/// A screen with a cause and its buttons.
fn screen(
    name: &'static str,
    shape: Icon,
    title: impl Fn() -> String + Send + 'static,
    text: Text,
    buttons: AnyView,
) -> impl IntoView {
    view! {
        <section class="screen" data-screen=name role="alert">
            <div class="screen-icon">{icon(shape)}</div>
            <h2>{title}</h2>
            <p>{move || text.get()}</p>
            {buttons}
        </section>
    }
}

fn button(id: &'static str, text: Text, click: impl Fn() + 'static) -> AnyView {
    view! {
        <button type="button" class="button" id=id on:click=move |_| click()>
            {move || text.get()}
        </button>
    }
    .into_any()
}

fn retry(picker: Picker, text: Text) -> AnyView {
    button("retry", text, move || flow::on(picker, Event::Retry))
}

/// Signing in or loading did not work out.
pub(super) fn failed(picker: Picker, failure: Failure) -> impl IntoView {
    let offline = !window().navigator().on_line();
    let (shape, title, text) = match failure {
        Failure::OpenIdBlocked => (Icon::Person, Text::BlockedTitle, Text::BlockedText),
        Failure::NotConfirmed => (Icon::Person, Text::RefusedTitle, Text::RefusedText),
        Failure::TermsNotSigned => (Icon::Page, Text::TermsTitle, Text::TermsText),
        Failure::Unreachable if offline => (Icon::Cloud, Text::OfflineTitle, Text::OfflineText),
        Failure::Unreachable => (Icon::Cloud, Text::UnreachableTitle, Text::UnreachableText),
        Failure::ServerFailed => (Icon::Alert, Text::FailedTitle, Text::FailedText),
        Failure::HomeserverDenied => (Icon::Lock, Text::DeniedTitle, Text::DeniedText),
        Failure::HomeserverUnreachable => {
            (Icon::Cloud, Text::HomeserverTitle, Text::HomeserverText)
        }
        Failure::Busy => (Icon::Clock, Text::BusyTitle, Text::BusyText),
        Failure::HostSilent => (Icon::Alert, Text::SilentTitle, Text::SilentText),
        Failure::Outside => (Icon::Smile, Text::OutsideTitle, Text::OutsideText),
    };
    let buttons = match failure {
        Failure::Outside => ().into_any(),
        Failure::TermsNotSigned => {
            let open = button("open-manager", Text::TermsAction, flow::open_manager);
            (open, retry(picker, Text::Retry)).into_any()
        }
        _ => retry(picker, Text::Retry),
    };
    screen(failure.name(), shape, move || title.get(), text, buttons)
}

/// The host asks the user for their identity.
pub(super) fn prompt(picker: Picker) -> impl IntoView {
    let title = move || Text::PromptTitle.get();
    screen("prompt", Icon::Person, title, Text::PromptText, retry(picker, Text::PromptAction))
}

/// The user has no packs.
pub(super) fn empty() -> impl IntoView {
    let open = button("open-manager", Text::EmptyAction, flow::open_manager);
    screen("empty", Icon::Smile, move || Text::EmptyTitle.get(), Text::EmptyText, open)
}

/// The search finds nothing.
pub(super) fn nothing_found(picker: Picker) -> impl IntoView {
    let title = move || Text::NoResultsTitle.with("{query}", picker.query.get().trim());
    screen("nothing-found", Icon::Glass, title, Text::NoResultsText, ().into_any())
}

/// The stickers are an earlier visit's.
pub(super) fn offline_notice(picker: Picker) -> impl IntoView {
    view! {
        <div class="notice" data-notice="offline" role="status">
            <span>{move || Text::OfflineNotice.get()}</span>
            <button type="button" id="retry" on:click=move |_| flow::on(picker, Event::Retry)>
                {move || Text::Retry.get()}
            </button>
        </div>
    }
}

/// Nothing is kept on this device.
pub(super) fn storage_notice(picker: Picker) -> impl IntoView {
    view! {
        <div class="notice" data-notice="storage" role="status">
            <span>{move || Text::StorageNotice.get()}</span>
            <button type="button" id="dismiss" on:click=move |_| flow::dismiss_notice(picker)>
                {move || Text::Dismiss.get()}
            </button>
        </div>
    }
}
