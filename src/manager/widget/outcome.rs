//! What a form will write and how that looks: who learns what, the address as a template and as the
//! client opens it, and the page itself in a sandbox, if the user wants to see it.

use leptos::prelude::*;
use tessera_widgets::{Client, Filled, expand};

use super::Form;
use crate::i18n::{self, manager as say};
use crate::manager::changing::origin;
use crate::ui::button::Button;
use crate::ui::glyph::Glyph;

/// What a page may do in the preview. Its own origin is its own only where it is another than ours.
const SANDBOX: &str = "allow-scripts allow-forms allow-popups";
const SANDBOX_ELSEWHERE: &str = "allow-scripts allow-forms allow-popups allow-same-origin";

/// What will be written.
#[component]
pub fn Outcome(
    /// The form.
    form: Form,
) -> impl IntoView {
    let filled = Memo::new(move |_| form.filled.get().ok());
    move || filled.get().map(|filled| view! { <FilledView form filled /> })
}

#[component]
fn FilledView(form: Form, filled: Filled) -> impl IntoView {
    let opened = expand(&filled.url, &filled.data, &client(form));
    let learns = form.types.with_value(|types| types.learns(&filled.shares));
    let party = filled.party.as_deref().map(|party| say::RUN_BY.with(party));
    let previewed = RwSignal::new(false);
    let (address, framed) = (opened.clone(), opened.clone());
    view! {
        <section class="outcome">
            <h2>{say::OUTCOME.get()}</h2>
            {party.map(|party| view! { <p>{party}</p> })}
            <p>{learns}</p>
            <details>
                <summary>{say::OUTCOME_ADDRESS.get()}</summary>
                <dl>
                    <dt>{say::OUTCOME_TEMPLATE.get()}</dt>
                    <dd dir="ltr">{filled.url}</dd>
                    <dt>{say::OUTCOME_OPENED.get()}</dt>
                    <dd dir="ltr">{address}</dd>
                </dl>
            </details>
            {move || {
                if previewed.get() {
                    view! {
                        <iframe
                            class="preview"
                            title=say::PREVIEW.get()
                            sandbox=sandbox_of(&framed)
                            referrerpolicy="no-referrer"
                            src=framed.clone()
                        ></iframe>
                    }
                        .into_any()
                } else {
                    view! {
                        <Button
                            label=say::PREVIEW_SHOW.get()
                            glyph=Glyph::Media
                            on_press=move || previewed.set(true)
                        />
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

fn sandbox_of(url: &str) -> &'static str {
    let ours = crate::manager::inventory::is_of(url, &origin());
    if ours { SANDBOX } else { SANDBOX_ELSEWHERE }
}

/// The user as their client fills them in, as far as we know them.
pub(super) fn client(form: Form) -> Client {
    let manager = form.manager;
    let root = document().document_element();
    let theme = root.and_then(|root| root.get_attribute("data-theme"));
    Client {
        user_id: manager.session().map(|session| session.user_id).unwrap_or_default(),
        room_id: manager.room_id(),
        widget_id: form.existing.with_value(|existing| {
            existing.as_ref().map(|widget| widget.widget_id.clone()).unwrap_or_default()
        }),
        theme: Some(theme.map_or("light".into(), |theme| theme.replace("-hc", ""))),
        language: Some(i18n::language()),
        ..Client::default()
    }
}
