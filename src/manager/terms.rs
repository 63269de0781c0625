//! The screen of terms.

use leptos::prelude::*;

use super::shell::Head;
use crate::i18n::manager as say;

/// The screen.
#[component]
pub fn TermsScreen() -> impl IntoView {
    view! { <Head title=say::TERMS_TITLE.get() /> }
}
