//! What a form begins with: the kind of widget, its values, and the widget that is edited. Pure but
//! for the randomness of names that are made up.

use tessera_host_protocol::manager::reply::Widget;
use tessera_widgets::{Show, Values, WidgetType};

use crate::device;
use crate::manager::screen::Task;
use crate::manager::types::Types;

/// The kind that takes any address.
const ANY: &str = "custom";

/// What a form begins with.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The kind of widget.
    pub declared: WidgetType,
    /// What the fields hold.
    pub values: Values,
    /// In its frame, or as a card.
    pub show: Show,
    /// The widget that is edited.
    pub existing: Option<Widget>,
}

/// What the form of a task begins with. `None` if there is no such kind or widget.
pub(super) fn of_task(
    types: &Types,
    task: Task,
    widget: impl Fn(&str) -> Option<Widget>,
) -> Option<Draft> {
    let catalogue = &types.catalogue;
    let fresh = |declared: &WidgetType| catalogue.first_values(declared, &random());
    match task {
        Task::Add(id) => {
            let declared = catalogue.get(&id)?.clone();
            let values = fresh(&declared);
            Some(Draft { declared, values, show: Show::Frame, existing: None })
        }
        Task::Link(link) => Some(match catalogue.link(&link) {
            Some(found) => {
                let declared = found.widget_type.clone();
                let mut values = fresh(&declared);
                values.extend(found.values);
                Draft { declared, values, show: found.show, existing: None }
            }
            None => {
                let declared = catalogue.get(ANY)?.clone();
                let values = Values::from([("url".to_owned(), link)]);
                Draft { declared, values, show: Show::Frame, existing: None }
            }
        }),
        Task::Edit(id) => {
            let existing = widget(&id)?;
            let name = existing.name.clone().unwrap_or_default();
            let (declared, mut values, show) = match catalogue.recognise(&existing.content) {
                Some(found) => (found.widget_type.clone(), found.values, found.show),
                None => {
                    let values = Values::from([("url".to_owned(), existing.url.clone())]);
                    (catalogue.get(ANY)?.clone(), values, Show::Frame)
                }
            };
            values.entry("name".to_owned()).or_insert(name);
            Some(Draft { declared, values, show, existing: Some(existing) })
        }
    }
}

fn random() -> [u8; 24] {
    let mut bytes = [0; 24];
    device::random_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tessera_host_protocol::manager::Action;
    use tessera_host_protocol::manager::client::Ending;
    use tessera_host_protocol::manager::reading::GetWidgets;
    use tessera_widgets::{Catalogue, Texts};

    use super::*;

    fn types() -> Types {
        let catalogue = Catalogue::new(Some("https://widgets.example"), Vec::new());
        Types { catalogue, texts: Texts::default() }
    }

    fn widget(content: &serde_json::Value) -> Widget {
        let event =
            json!([{"type": "im.vector.modular.widgets", "state_key": "w", "content": content}]);
        let room = GetWidgets { room_id: Some("!r:hs".into()) };
        room.read(Ending::Answered(event)).unwrap().remove(0)
    }

    #[test]
    fn a_widget_of_another_manager_is_edited_as_what_it_is() {
        let content = json!({
            "type": "m.custom", "name": "Film",
            "url": "https://dimension.example/widgets/video?url=https%3A%2F%2Fwww.youtube.com%2Fembed%2FdQw4w9WgXcQ",
        });
        let task = Task::Edit("w".into());
        let draft = of_task(&types(), task, |_| Some(widget(&content))).unwrap();
        assert_eq!(draft.declared.id, "youtube");
        assert_eq!(draft.values["name"], "Film");
        assert_eq!(draft.existing.unwrap().widget_id, "w");
    }

    #[test]
    fn what_is_not_there_has_no_form() {
        assert!(of_task(&types(), Task::Edit("gone".into()), |_| None).is_none());
        assert!(of_task(&types(), Task::Add("toaster".into()), |_| None).is_none());
    }

    #[test]
    fn an_address_that_no_kind_knows_is_a_page_of_its_own() {
        let link = "https://unheard.example/of";
        let draft = of_task(&types(), Task::Link(link.into()), |_| None).unwrap();
        assert_eq!((draft.declared.id.as_str(), draft.values["url"].as_str()), (ANY, link));
    }
}
