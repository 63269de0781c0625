//! The screen of account.

use leptos::prelude::*;

use super::shell::Head;
use crate::i18n::manager as say;

/// The screen.
#[component]
pub fn AccountScreen() -> impl IntoView {
    view! { <Head title=say::ACCOUNT_TITLE.get() /> }
}
