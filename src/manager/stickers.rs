//! The screen of stickers.

use leptos::prelude::*;

use super::shell::Head;
use crate::i18n::manager as say;

/// The screen.
#[component]
pub fn StickersScreen() -> impl IntoView {
    view! { <Head title=say::STICKERS_TITLE.get() /> }
}
