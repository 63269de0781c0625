//! The screens and notices that say why there is nothing to choose from, and what to do next.
//! Their buttons name an action that `events` knows.

use leptos::prelude::*;
use web_sys::Element;

use super::{Face, set};
use crate::i18n::Text;
use crate::picker::sign_in::Failure;
use crate::ui::icon::{Icon, icon};

/// What a screen says.
struct Screen {
    name: &'static str,
    icon: Icon,
    title: Text,
    text: Text,
    /// An action and its name.
    buttons: &'static [(&'static str, Text)],
}

const fn saying(name: &'static str, icon: Icon, title: Text, text: Text) -> Screen {
    Screen { name, icon, title, text, buttons: &[("retry", Text::Retry)] }
}

fn of_failure(failure: Failure) -> Screen {
    let name = failure.name();
    let (icon, title, text) = match failure {
        Failure::OpenIdBlocked => (Icon::Person, Text::BlockedTitle, Text::BlockedText),
        Failure::NotConfirmed => (Icon::Person, Text::RefusedTitle, Text::RefusedText),
        Failure::TermsNotSigned => {
            let screen = saying(name, Icon::Page, Text::TermsTitle, Text::TermsText);
            let buttons = &[("open-manager", Text::TermsAction), ("retry", Text::Retry)];
            return Screen { buttons, ..screen };
        }
        Failure::Unreachable if !window().navigator().on_line() => {
            (Icon::Cloud, Text::OfflineTitle, Text::OfflineText)
        }
        Failure::Unreachable => (Icon::Cloud, Text::UnreachableTitle, Text::UnreachableText),
        Failure::ServerFailed => (Icon::Alert, Text::FailedTitle, Text::FailedText),
        Failure::HomeserverDenied => (Icon::Lock, Text::DeniedTitle, Text::DeniedText),
        Failure::HomeserverUnreachable => {
            (Icon::Cloud, Text::HomeserverTitle, Text::HomeserverText)
        }
        Failure::Busy => (Icon::Clock, Text::BusyTitle, Text::BusyText),
        Failure::HostSilent => (Icon::Alert, Text::SilentTitle, Text::SilentText),
        Failure::Outside => {
            let screen = saying(name, Icon::Smile, Text::OutsideTitle, Text::OutsideText);
            return Screen { buttons: &[], ..screen };
        }
    };
    saying(name, icon, title, text)
}

/// The screen of a face; `None` if the face shows stickers, or is about to.
fn of_face(face: Face) -> Option<Screen> {
    Some(match face {
        Face::Failed(failure) => of_failure(failure),
        Face::Prompt => {
            let screen = saying("prompt", Icon::Person, Text::PromptTitle, Text::PromptText);
            Screen { buttons: &[("retry", Text::PromptAction)], ..screen }
        }
        Face::Empty => {
            let screen = saying("empty", Icon::Smile, Text::EmptyTitle, Text::EmptyText);
            Screen { buttons: &[("open-manager", Text::EmptyAction)], ..screen }
        }
        Face::Loading | Face::Choosing => return None,
    })
}

/// The place of a screen; [`fill`] says what is on it.
pub(super) fn screen() -> impl IntoView {
    let button = |class: &'static str| {
        view! { <button type="button" class=class></button> }
    };
    view! {
        <section class="screen" role="alert" hidden>
            <div class="screen-icon">{icon(Icon::Alert)}</div>
            <h2></h2>
            <p></p>
            {button("button")}
            {button("button quiet")}
        </section>
    }
}

/// Fills the screen for a face, or for a search that finds nothing, and says whether there is
/// something on it.
pub(super) fn fill(element: &Element, face: Face, searched_in_vain: Option<&str>) -> bool {
    let (screen, title) = match (of_face(face), searched_in_vain) {
        (Some(screen), _) => {
            let title = screen.title.get();
            (screen, title)
        }
        (None, Some(query)) => {
            let (title, text) = (Text::NoResultsTitle, Text::NoResultsText);
            let screen = saying("nothing-found", Icon::Glass, title, text);
            (Screen { buttons: &[], ..screen }, title.with(query))
        }
        (None, None) => return false,
    };
    let part = |selector| element.query_selector(selector).ok().flatten();
    let write = |selector, text: &str| {
        if let Some(part) = part(selector) {
            // Announced when it changes, so it changes only when it is another.
            if part.text_content().as_deref() != Some(text) {
                part.set_text_content(Some(text));
            }
        }
    };
    set(element, "data-screen", screen.name);
    write("h2", &title);
    write("p", &screen.text.get());
    if let Some(path) = part("path") {
        set(&path, "d", screen.icon.path());
    }
    for (place, selector) in ["button", "button.quiet"].into_iter().enumerate() {
        let Some(button) = part(selector) else { continue };
        let wanted = screen.buttons.get(place);
        let _ = button.toggle_attribute_with_force("hidden", wanted.is_none());
        if let Some((action, text)) = wanted {
            set(&button, "data-action", action);
            write(selector, &text.get());
        }
    }
    true
}

/// A line above the stickers; `paint` shows it.
pub(super) fn notice(
    name: &'static str,
    action: &'static str,
    text: Text,
    button: Text,
) -> impl IntoView {
    view! {
        <div class="notice" data-notice=name role="status" hidden>
            <span>{text.get()}</span>
            <button type="button" data-action=action>
                {button.get()}
            </button>
        </div>
    }
}
