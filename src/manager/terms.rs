//! What is shown while the user's client has to ask them to accept the operator's terms, which it
//! does whenever it opens this window.

use leptos::prelude::*;

use super::shell::Head;
use super::sign_in::Event;
use super::{Manager, entering};
use crate::i18n::manager as say;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};

/// The screen.
#[component]
pub fn TermsScreen() -> impl IntoView {
    let manager = Manager::here();
    view! {
        <Head title=say::TERMS_TITLE.get() back=false />
        <Banner tone=Tone::Info title=say::TERMS_ASKED.get() text=say::TERMS_TEXT.get()>
            <Button
                label=say::RETRY.get()
                weight=Weight::Primary
                on_press=move || entering::on(manager, Event::Retry)
            />
        </Banner>
    }
}
