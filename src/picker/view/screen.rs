//! The screens and notices that say why there is nothing to choose from, and what to do next.
//! Their buttons name an action that `events` knows.

use leptos::prelude::*;
use web_sys::Element;

use super::{Face, set};
use crate::i18n::Text;
use crate::picker::sign_in::Failure;
use crate::ui::icon::Icon;

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
    Screen { name, icon, title, text, buttons: &[("retry", Text::RETRY)] }
}

fn of_failure(failure: Failure) -> Screen {
    let name = failure.name();
    let (icon, title, text) = match failure {
        Failure::OpenIdBlocked => (Icon::Person, Text::BLOCKED_TITLE, Text::BLOCKED_TEXT),
        Failure::NotConfirmed => (Icon::Person, Text::REFUSED_TITLE, Text::REFUSED_TEXT),
        Failure::TermsNotSigned => {
            let screen = saying(name, Icon::Page, Text::TERMS_TITLE, Text::TERMS_TEXT);
            let buttons = &[("terms", Text::TERMS_ACTION)];
            return Screen { buttons, ..screen };
        }
        Failure::Unreachable if !window().navigator().on_line() => {
            (Icon::Cloud, Text::OFFLINE_TITLE, Text::OFFLINE_TEXT)
        }
        Failure::Unreachable => (Icon::Cloud, Text::UNREACHABLE_TITLE, Text::UNREACHABLE_TEXT),
        Failure::ServerFailed => (Icon::Alert, Text::FAILED_TITLE, Text::FAILED_TEXT),
        Failure::HomeserverDenied => (Icon::Lock, Text::DENIED_TITLE, Text::DENIED_TEXT),
        Failure::HomeserverUnreachable => {
            (Icon::Cloud, Text::HOMESERVER_TITLE, Text::HOMESERVER_TEXT)
        }
        Failure::Busy => (Icon::Clock, Text::BUSY_TITLE, Text::BUSY_TEXT),
        Failure::HostSilent => (Icon::Alert, Text::SILENT_TITLE, Text::SILENT_TEXT),
        Failure::Outside => {
            let screen = saying(name, Icon::Smile, Text::OUTSIDE_TITLE, Text::OUTSIDE_TEXT);
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
            let screen = saying("prompt", Icon::Person, Text::PROMPT_TITLE, Text::PROMPT_TEXT);
            Screen { buttons: &[("retry", Text::PROMPT_ACTION)], ..screen }
        }
        Face::Empty => {
            let screen = saying("empty", Icon::Smile, Text::EMPTY_TITLE, Text::EMPTY_TEXT);
            Screen { buttons: &[("open-manager", Text::EMPTY_ACTION)], ..screen }
        }
        Face::Loading | Face::Choosing => return None,
    })
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
            let (title, text) = (Text::NO_RESULTS_TITLE, Text::NO_RESULTS_TEXT);
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
