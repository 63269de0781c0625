//! From a widget of a room, or an address that somebody pastes, back to a type and a form's values.

use serde_json::{Map, Value};

use crate::{
    address::Address,
    declaration::{Link, WidgetType},
    fill::{MARK, Show, Values, by_link, from_link, whole},
    pattern,
    template::{placeholder, placeholders, without_parameters},
    wrapped,
};

/// What was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised<'a> {
    /// The type.
    pub widget_type: &'a WidgetType,
    /// What its form holds.
    pub values: Values,
    /// How it shows its page.
    pub show: Show,
}

/// The type that takes any address.
const ANY: &str = "custom";
/// The `type` of an event that says nothing.
const ANY_EVENT: &str = "m.custom";

/// Recognises the content of a widget's event. `None` only for what has no address.
pub(crate) fn content<'a>(
    types: &'a [WidgetType],
    content: &Map<String, Value>,
    widgets_url: Option<&str>,
) -> Option<Recognised<'a>> {
    let event_type = content.get("type").and_then(Value::as_str).unwrap_or_default();
    let none = Map::new();
    let data = content.get("data").and_then(Value::as_object).unwrap_or(&none);
    let url = wrapped::with_data(content.get("url").and_then(Value::as_str)?, data);
    let mark = data.get(MARK).and_then(Value::as_str).unwrap_or_default();
    let name = content.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let named = |mut recognised: Recognised<'a>| {
        recognised.values.extend(name.map(|name| ("name".to_owned(), name.to_owned())));
        recognised
    };

    let marked = types.iter().filter(|declared| declared.id == mark);
    let typed = types.iter().filter(|declared| {
        declared.id != mark
            && declared.event_type != ANY_EVENT
            && declared.has_event_type(event_type)
    });
    let inner = wrapped::inner(&url, widgets_url, !mark.is_empty());
    let show = match &inner {
        Some((_, true)) => Show::Card,
        _ => Show::Frame,
    };
    // What is innermost counts most. What Dimension shows is not always in its wrapper's address.
    let within = data.get("url").and_then(Value::as_str).map(|url| wrapped::with_data(url, data));
    let mut addresses: Vec<String> = inner.into_iter().map(|(url, _)| url).collect();
    let first = addresses.first().unwrap_or(&url).clone();
    addresses.push(url);
    addresses.extend(within);

    for declared in marked.chain(typed) {
        // Element reads Jitsi's `data` and not its address, so the one counts before the other.
        let found = from_data(declared, data).or_else(|| {
            let in_address = |url| own(declared, url, None).or_else(|| from_link(declared, url));
            addresses.iter().map(String::as_str).find_map(in_address)
        });
        if let Some(mut values) = found {
            add_from_data(declared, data, &mut values);
            let card = show == Show::Card && !declared.url.starts_with("{widgets}/open?");
            let show = if card { Show::Card } else { Show::Frame };
            return Some(named(Recognised { widget_type: declared, values, show }));
        }
    }
    let known = addresses.iter().find_map(|url| link(types, url)).or_else(|| {
        let ours = |declared: &WidgetType, url: &String| own(declared, url, Some(widgets_url));
        types.iter().find_map(|declared| {
            let values = addresses.iter().find_map(|url| ours(declared, url))?;
            Some(Recognised { widget_type: declared, values, show })
        })
    });
    if let Some(mut recognised) = known {
        recognised.show = show;
        return Some(named(recognised));
    }
    let widget_type = types.iter().find(|declared| declared.id == ANY)?;
    // As it is, for it may be none that we would write.
    let values = Values::from([("url".to_owned(), first)]);
    Some(named(Recognised { widget_type, values, show }))
}

/// Recognises an address that is not yet a widget.
pub(crate) fn link<'a>(types: &'a [WidgetType], text: &str) -> Option<Recognised<'a>> {
    // Types that know their host come before those that know a path on any.
    let anywhere =
        |link: &Link| link.like.starts_with("https://*/") || link.like.starts_with("https://{");
    [false, true].into_iter().find_map(|on_any_host| {
        types.iter().find_map(|declared| {
            let links = declared.links.iter().filter(|link| !link.loose);
            let values = links
                .filter(|link| anywhere(link) == on_any_host)
                .find_map(|link| by_link(declared, link, text))?;
            Some(Recognised { widget_type: declared, values, show: Show::Frame })
        })
    })
}

/// The values in an address that the type wrote itself with this second origin.
pub(crate) fn by_own_address(
    declared: &WidgetType,
    url: &str,
    widgets_url: &str,
) -> Option<Values> {
    own(declared, url, Some(Some(widgets_url)))
}

/// The values in an address that the type wrote itself. `unsure` if nothing but the address says
/// that it is of this type; it has where the second origin is then, which else may have moved.
fn own(declared: &WidgetType, url: &str, unsure: Option<Option<&str>>) -> Option<Values> {
    let address = Address::parse(url)?;
    let templates = [Some(&declared.url), declared.direct_url.as_ref()];
    templates.into_iter().flatten().find_map(|template| {
        let ours = template.strip_prefix("{widgets}");
        let any_host = template.starts_with("https://{");
        match (unsure, ours) {
            (Some(_), None) if any_host || template.starts_with('{') => return None,
            (Some(None), Some(_)) => return None,
            _ => {}
        }
        if let (Some(("", field, added)), None) = (placeholder(template), ours) {
            let mut found = Values::from([(field.to_owned(), without_parameters(url, template))]);
            let added = format!("https://*/**?{}", added.trim_start_matches('&'));
            found.extend(pattern::read(&added, &address).unwrap_or_default());
            return whole(declared, found);
        }
        whole(declared, pattern::read(&placed(template, unsure.flatten()), &address)?)
    })
}

/// A template with the second origin in its place; any host if it is not known.
fn placed(template: &str, widgets_url: Option<&str>) -> String {
    template.replace("{widgets}", widgets_url.map_or("https://*", |url| url.trim_end_matches('/')))
}

/// The values in `data`, where the type keeps them all there.
fn from_data(declared: &WidgetType, data: &Map<String, Value>) -> Option<Values> {
    let mut found = Values::new();
    add_from_data(declared, data, &mut found);
    if found.is_empty() { None } else { whole(declared, found) }
}

/// Adds what `data` has and the address had not.
fn add_from_data(declared: &WidgetType, data: &Map<String, Value>, values: &mut Values) {
    for (key, template) in &declared.data {
        let Some(("", name, "")) = template.as_str().and_then(placeholder) else { continue };
        let value = match data.get(key) {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
            _ => continue,
        };
        let Some(field) = declared.field(name) else { continue };
        let named = placeholders(&declared.url).contains(&name) && values.contains_key(name);
        if let Ok(value) = crate::field::clean(field, &value)
            && !named
        {
            values.insert(name.into(), value);
        }
    }
}
