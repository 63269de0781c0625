//! What is in a room and in the user's account, by whomever it was put there: widgets, bots,
//! bridges, sticker pickers and managers. Made of what Element tells; pure.

use tessera_host_protocol::manager::reply::{Place, StateEvent, Widget};

use super::bots::{self, Automaton};

/// What Element told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// The room's widgets and the account's.
    pub widgets: Vec<Widget>,
    /// The state events of the room's widgets.
    pub widget_events: Option<Vec<StateEvent>>,
    /// What managers recorded in the room.
    pub installations: Option<Vec<StateEvent>>,
    /// The room's members; none if they were not told, or are too many.
    pub members: Option<Vec<StateEvent>>,
}

/// A widget of the room.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomWidget {
    /// The widget.
    pub widget: Widget,
    /// When it was set, in milliseconds since 1970, as the homeserver of who set it says.
    pub set_ts: Option<u64>,
    /// Tessera recorded that it was set up here.
    pub recorded: bool,
}

/// A bot or a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomBot {
    /// Its Matrix ID.
    pub user_id: String,
    /// What it is called in the room.
    pub name: Option<String>,
    /// The program or network, if it is known.
    pub program: &'static str,
    /// What it is taken for.
    pub automaton: Automaton,
    /// Who invited it, if that can be told.
    pub invited_by: Option<String>,
    /// It is invited and has not joined.
    pub waiting: bool,
    /// When it joined or was invited, in milliseconds since 1970.
    pub since_ts: Option<u64>,
}

/// Everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    /// The room's widgets, the last set first.
    pub widgets: Vec<RoomWidget>,
    /// The room's bots and bridges, by their IDs; none if the members are not known.
    pub bots: Option<Vec<RoomBot>>,
    /// The user's sticker pickers, the one in use first.
    pub pickers: Vec<Widget>,
    /// The user's integration managers.
    pub managers: Vec<Widget>,
}

impl Inventory {
    /// Makes it of what is known.
    #[must_use]
    pub fn of(known: Known) -> Self {
        let events = known.widget_events.unwrap_or_default();
        let records = known.installations.unwrap_or_default();
        let mut inventory = Self { bots: known.members.as_deref().map(bots_of), ..Self::default() };
        for widget in known.widgets {
            if matches!(widget.place, Place::Room(_)) {
                inventory.widgets.push(room_widget(widget, &events, &records));
            } else if widget.kind == "m.stickerpicker" {
                inventory.pickers.push(widget);
            } else if widget.kind == "m.integration_manager" {
                inventory.managers.push(widget);
            }
        }
        inventory.widgets.sort_by_key(|widget| std::cmp::Reverse(widget.set_ts));
        inventory
    }

    /// A widget of the room, by its id.
    #[must_use]
    pub fn room_widget(&self, id: &str) -> Option<&RoomWidget> {
        self.widgets.iter().find(|widget| widget.widget.widget_id == id)
    }
}

/// Whether an address is on an origin.
#[must_use]
pub fn is_of(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn room_widget(mut widget: Widget, events: &[StateEvent], records: &[StateEvent]) -> RoomWidget {
    let keyed = |event: &&StateEvent| event.state_key.as_deref() == Some(&widget.widget_id);
    let event = events.iter().find(keyed);
    let recorded = records.iter().find(keyed).is_some_and(|record| !record.content.is_empty());
    let set_ts = event.and_then(|event| event.origin_server_ts);
    let sender = event.and_then(|event| event.sender.clone());
    widget.sender = widget.sender.or(sender);
    RoomWidget { widget, set_ts, recorded }
}

fn bots_of(members: &[StateEvent]) -> Vec<RoomBot> {
    let text = |member: &StateEvent, field: &str| {
        member.content.get(field).and_then(|value| value.as_str()).map(ToOwned::to_owned)
    };
    let mut bots: Vec<RoomBot> = members
        .iter()
        .filter_map(|member| {
            let user_id = member.state_key.clone()?;
            let (automaton, program) = bots::recognise(&user_id)?;
            let waiting = match text(member, "membership")?.as_str() {
                "join" => false,
                "invite" => true,
                _ => return None,
            };
            // Of who has joined, the event is their own.
            let invited_by = member.sender.clone().filter(|sender| *sender != user_id);
            let (name, since_ts) = (text(member, "displayname"), member.origin_server_ts);
            Some(RoomBot { user_id, name, program, automaton, invited_by, waiting, since_ts })
        })
        .collect();
    bots.sort_by(|a, b| a.user_id.cmp(&b.user_id));
    bots
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tessera_host_protocol::manager::Action;
    use tessera_host_protocol::manager::client::Ending;
    use tessera_host_protocol::manager::reading::GetWidgets;

    use super::*;

    const ROOM: &str = "!r:hs";

    fn widgets(response: Value) -> Vec<Widget> {
        GetWidgets { room_id: Some(ROOM.into()) }.read(Ending::Answered(response)).unwrap()
    }

    fn events(list: Value) -> Option<Vec<StateEvent>> {
        Some(serde_json::from_value(list).unwrap())
    }

    fn known() -> Known {
        let picker = |id: &str, url: &str| {
            json!({"id": id, "state_key": id, "type": "m.widget", "sender": "@me:hs",
                "content": {"type": "m.stickerpicker", "url": url}})
        };
        let entry = |id: &str, url: &str| {
            json!({"type": "im.vector.modular.widgets", "state_key": id, "sender": "@a:hs",
                "content": {"type": "m.custom", "url": url, "name": id}})
        };
        Known {
            widgets: widgets(json!([
                entry("old", "https://pad.example/"),
                entry("new", "https://scalar.vector.im/x"),
                picker("p1", "https://im.example/picker"),
                picker("p2", "https://dimension.example/widgets/stickerpicker"),
                {"id": "m", "type": "m.widget", "content":
                    {"type": "m.integration_manager", "url": "https://im.example/"}},
            ])),
            widget_events: events(json!([
                {"state_key": "new", "sender": "@a:hs", "origin_server_ts": 20},
                {"state_key": "old", "sender": "@a:hs", "origin_server_ts": 10},
            ])),
            installations: events(json!([
                {"state_key": "new", "content": {"type": "custom"}},
                {"state_key": "old", "content": {}},
            ])),
            members: events(json!([
                {"state_key": "@a:hs", "sender": "@a:hs", "content": {"membership": "join"}},
                {"state_key": "@hookshot:hs", "sender": "@a:hs", "origin_server_ts": 5,
                    "content": {"membership": "invite"}},
                {"state_key": "@telegrambot:hs", "sender": "@telegrambot:hs",
                    "content": {"membership": "join", "displayname": "Telegram bridge"}},
                {"state_key": "@ircbot:hs", "content": {"membership": "leave"}},
                {"state_key": "@neb:hs", "content": {"membership": "leave"}},
            ])),
        }
    }

    #[test]
    fn everything_is_sorted_into_its_place() {
        let inventory = Inventory::of(known());
        let ids: Vec<_> = inventory.widgets.iter().map(|w| w.widget.widget_id.as_str()).collect();
        assert_eq!(ids, ["new", "old"], "the last set first");
        assert!(inventory.widgets[0].recorded);
        assert!(!inventory.widgets[1].recorded, "a removed record is none");
        let pickers: Vec<_> = inventory.pickers.iter().map(|p| p.widget_id.as_str()).collect();
        assert_eq!(pickers, ["p1", "p2"]);
        assert_eq!(inventory.managers.len(), 1);
        assert!(inventory.room_widget("old").is_some() && inventory.room_widget("p1").is_none());
    }

    #[test]
    fn bots_and_bridges_are_found_among_the_members() {
        let bots = Inventory::of(known()).bots.unwrap();
        let [hookshot, telegram] = bots.as_slice() else { panic!("{bots:?}") };
        assert_eq!((hookshot.program, hookshot.waiting), ("Hookshot", true));
        assert_eq!(hookshot.invited_by.as_deref(), Some("@a:hs"));
        assert_eq!((telegram.automaton, telegram.waiting), (Automaton::Bridge, false));
        assert_eq!(
            (telegram.invited_by.as_deref(), telegram.name.as_deref()),
            (None, Some("Telegram bridge"))
        );
    }

    #[test]
    fn members_that_are_not_known_are_not_no_bots() {
        let inventory = Inventory::of(Known { members: None, ..known() });
        assert_eq!(inventory.bots, None);
    }

    #[test]
    fn an_origin_is_no_mere_beginning() {
        assert!(is_of("https://im.example/picker", "https://im.example"));
        assert!(is_of("https://im.example", "https://im.example"));
        assert!(!is_of("https://im.example.evil/", "https://im.example"));
        assert!(!is_of("https://im.example:81/", "https://im.example"));
    }
}
