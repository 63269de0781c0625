//! Which screen is shown, and which one an address asks for. Pure.

use tessera_host_protocol::manager::Entry;

/// A screen of the manager.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Screen {
    /// What is in this room.
    #[default]
    Home,
    /// What can be added.
    Catalogue,
    /// The form of a widget.
    Widget(Task),
    /// The user's sticker packs.
    Stickers,
    /// The user's account: this manager in it, and leaving it.
    Account,
}

/// What a widget's form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A new widget of a type of the catalogue, by its id.
    Add(String),
    /// A new widget that shows this address.
    Link(String),
    /// A widget of this room, by its id.
    Edit(String),
}

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The screen.
    pub screen: Screen,
    /// The address asked for something that there is not; the screen is the home.
    pub unknown: bool,
}

impl Destination {
    /// Where an entry leads. `has_widget` says whether a widget of this id is in the room, `type_of`
    /// which type of the catalogue makes widgets of a `type`.
    #[must_use]
    pub fn of(
        entry: &Entry,
        has_widget: impl Fn(&str) -> bool,
        type_of: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let to = |screen| Self { screen, unknown: false };
        let unknown = Self { screen: Screen::Home, unknown: true };
        // Element says so where it does not know the type.
        let kind = entry.widget_type().filter(|kind| *kind != "undefined");
        match kind {
            Some("m.stickerpicker") => return to(Screen::Stickers),
            Some("m.integration_manager") => return to(Screen::Account),
            _ => {}
        }
        if let Some(id) = entry.integ_id.as_deref().filter(|id| has_widget(id)) {
            return to(Screen::Widget(Task::Edit(id.to_owned())));
        }
        // A widget that is gone: the form for a new one would pretend that it is this one.
        if entry.integ_id.is_some() {
            return unknown;
        }
        if let Some(kind) = kind {
            return match type_of(kind) {
                Some(id) => to(Screen::Widget(Task::Add(id))),
                None => unknown,
            };
        }
        match entry.screen.as_deref() {
            None | Some("home") => to(Screen::Home),
            Some("add") => to(Screen::Catalogue),
            Some("stickers") => to(Screen::Stickers),
            Some("account") => to(Screen::Account),
            Some(_) => unknown,
        }
    }
}

/// The screen, as an address names it, at this path of the server.
#[must_use]
pub fn of_path(path: &str) -> Option<&str> {
    Some(path.trim_matches('/')).filter(|screen| ["stickers", "account"].contains(screen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starter_links_are_paths() {
        assert_eq!(of_path("/account"), Some("account"));
        assert_eq!(of_path("/stickers/"), Some("stickers"));
        for path in ["/", "", "/add", "/account/x", "/home"] {
            assert_eq!(of_path(path), None, "{path}");
        }
    }

    fn of(search: &str) -> Destination {
        let type_of = |kind: &str| match kind {
            "jitsi" | "m.jitsi" => Some("jitsi".to_owned()),
            "m.custom" => Some("custom".to_owned()),
            _ => None,
        };
        Destination::of(&Entry::parse(search), |id| id == "w id!1", type_of)
    }

    #[test]
    fn every_link_of_element_leads_somewhere() {
        let edit = Screen::Widget(Task::Edit("w id!1".into()));
        let add = |id: &str| Screen::Widget(Task::Add(id.into()));
        for (search, screen) in [
            ("", Screen::Home),
            ("?room_id=!r%3Ahs&theme=light", Screen::Home),
            ("?screen=type_m.stickerpicker", Screen::Stickers),
            ("?integ_id=any&screen=type_m.stickerpicker", Screen::Stickers),
            ("?screen=type_m.integration_manager", Screen::Account),
            ("?integ_id=w%20id!1&screen=type_m.jitsi", edit.clone()),
            ("?screen=type_jitsi&integ_id=w%20id!1", edit.clone()),
            ("?screen=type_undefined&integ_id=w%20id!1", edit.clone()),
            ("?integ_id=w%20id!1", edit),
            ("?screen=type_m.jitsi", add("jitsi")),
            ("?screen=type_jitsi", add("jitsi")),
            ("?screen=type_m.custom", add("custom")),
            ("?screen=add", Screen::Catalogue),
            ("?screen=account", Screen::Account),
        ] {
            assert_eq!(of(search), Destination { screen, unknown: false }, "{search}");
        }
    }

    #[test]
    fn what_is_unknown_lands_on_the_home_and_says_so() {
        for search in [
            "?screen=type_toaster",
            "?screen=nonsense",
            "?integ_id=gone",
            "?integ_id=gone&screen=type_m.jitsi",
            "?screen=type_undefined&integ_id=gone",
        ] {
            assert_eq!(of(search), Destination { screen: Screen::Home, unknown: true }, "{search}");
        }
    }

    #[test]
    fn an_undefined_type_alone_is_an_unknown_screen() {
        assert!(of("?screen=type_undefined").unknown);
    }
}
