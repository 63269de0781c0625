//! What Element makes of a widget's address, to the byte: its own variables and the keys of `data`
//! are replaced, then `widgetId` and `parentUrl` are added to the query.
//!
//! After `templating/url-template.ts` of matrix-widget-api and `WidgetMessaging.ts` of Element Web.
//! Keys of `data` come in the order that homeservers send them in, which is sorted.

use serde_json::{Map, Value};

use crate::{
    address::{Address, parameters},
    encoding::{encode_component, encode_form},
};

/// Who looks at the widget, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The Matrix ID.
    pub user_id: String,
    /// The room.
    pub room_id: Option<String>,
    /// The display name; without one Element takes the Matrix ID.
    pub display_name: Option<String>,
    /// The picture, as an address of the web.
    pub avatar_url: Option<String>,
    /// The widget's ID.
    pub widget_id: String,
    /// The client, such as `io.element.web`.
    pub client_id: Option<String>,
    /// The theme, such as `dark` or `light-high-contrast`.
    pub theme: Option<String>,
    /// The language, such as `de`.
    pub language: Option<String>,
    /// The device.
    pub device_id: Option<String>,
    /// The client-server API.
    pub base_url: Option<String>,
    /// The client's own address. With it, the address is the one a frame is given.
    pub parent_url: Option<String>,
}

/// Names of the variables that clients fill in themselves, and Element's three.
pub(crate) const RESERVED: [&str; 13] = [
    "matrix_room_id",
    "matrix_user_id",
    "matrix_display_name",
    "matrix_avatar_url",
    "matrix_widget_id",
    "org.matrix.msc2873.client_id",
    "org.matrix.msc2873.client_theme",
    "org.matrix.msc2873.client_language",
    "org.matrix.msc3819.matrix_device_id",
    "org.matrix.msc4039.matrix_base_url",
    "theme",
    "conferenceId",
    "domain",
];

/// The address as the client opens it.
#[must_use]
pub fn expand(template: &str, data: &Map<String, Value>, client: &Client) -> String {
    let mut url = template.to_owned();
    for (key, value) in client_data(template, data, client) {
        url = url.replace(&format!("${key}"), &encode_component(&value));
    }
    match &client.parent_url {
        Some(parent) => framed(&url, &client.widget_id, parent),
        None => url,
    }
}

/// All variables in the order of their replacement: `data`, Element's own, the client's.
fn client_data(
    template: &str,
    data: &Map<String, Value>,
    client: &Client,
) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    // What an object has already keeps its place, as in JavaScript.
    let mut set = |key: &str, value: String| match all.iter_mut().find(|(known, _)| known == key) {
        Some((_, known)) => *known = value,
        None => all.push((key.into(), value)),
    };
    let index = |key: &str| key.parse::<u32>().ok().filter(|n| n.to_string() == key);
    let mut keys: Vec<&String> = data.keys().collect();
    keys.sort_by_key(|key| (index(key).is_none(), index(key), (*key).clone()));
    for key in keys {
        set(key, data.get(key).map_or(String::new(), javascript_text));
    }
    let dark = client.theme.as_deref().is_none_or(|theme| !theme.contains("light"));
    set("theme", if dark { "dark" } else { "light" }.into());
    if !data.contains_key("conferenceId") {
        let in_url = Address::parse(template).and_then(|url| url.parameter("confId"));
        set("conferenceId", in_url.unwrap_or_else(|| "null".into()));
    }
    if !data.contains_key("domain") {
        set("domain", "meet.element.io".into());
    }
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let name = client.display_name.clone().filter(|name| !name.is_empty());
    for (key, value) in [
        ("matrix_room_id", text(&client.room_id)),
        ("matrix_user_id", client.user_id.clone()),
        ("matrix_display_name", name.unwrap_or_else(|| client.user_id.clone())),
        ("matrix_avatar_url", text(&client.avatar_url)),
        ("matrix_widget_id", client.widget_id.clone()),
        ("org.matrix.msc2873.client_id", text(&client.client_id)),
        ("org.matrix.msc2873.client_theme", text(&client.theme)),
        ("org.matrix.msc2873.client_language", text(&client.language)),
        ("org.matrix.msc3819.matrix_device_id", text(&client.device_id)),
        ("org.matrix.msc4039.matrix_base_url", text(&client.base_url)),
    ] {
        set(key, value);
    }
    all
}

/// What JavaScript's `String(value)` makes of a JSON value.
fn javascript_text(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let text =
                |item: &Value| if item.is_null() { String::new() } else { javascript_text(item) };
            items.iter().map(text).collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".into(),
        other => other.to_string(),
    }
}

/// Sets the two parameters that Element sets, which writes the whole query anew as a form's.
fn framed(url: &str, widget_id: &str, parent_url: &str) -> String {
    let (before, fragment) = url.split_once('#').map_or((url, None), |(a, b)| (a, Some(b)));
    let (base, query) = before.split_once('?').unwrap_or((before, ""));
    let mut pairs: Vec<(String, String)> = parameters(query).collect();
    let parent = parent_url.split('#').next().unwrap_or_default();
    for (name, value) in [("widgetId", widget_id), ("parentUrl", parent)] {
        let mut seen = false;
        // `set` keeps the first of a name and drops the others.
        pairs.retain_mut(|(known, old)| {
            if known != name {
                return true;
            }
            *old = value.into();
            !std::mem::replace(&mut seen, true)
        });
        if !seen {
            pairs.push((name.into(), value.into()));
        }
    }
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode_form(name), encode_form(value)))
        .collect();
    let base = normal(base);
    let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
    format!("{base}?{}{fragment}", query.join("&")).replace("%24", "$")
}

/// The scheme and host in lower case, and a path.
fn normal(base: &str) -> String {
    match Address::parse(base) {
        Some(address) => {
            let path = if address.path.is_empty() { "/" } else { address.path };
            format!("{}{path}", address.origin())
        }
        None => base.into(),
    }
}

/// The names after each `$` of an address, as far as a variable's name goes.
#[must_use]
pub fn variables(template: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    template
        .split('$')
        .skip(1)
        .map(|rest| rest.split(|c| !part(c)).next().unwrap_or_default().trim_end_matches('.'))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The key of `data` that would spoil a variable of the address: Element replaces `$key` without
/// looking where the name ends, so `matrix` would take the front off `$matrix_user_id`.
pub(crate) fn clash<'a>(template: &str, data: &'a Map<String, Value>) -> Option<&'a str> {
    let spoils = |key: &&String| {
        variables(template).iter().any(|name| name.starts_with(key.as_str()) && name != key)
    };
    data.keys().find(spoils).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        Client {
            user_id: "@u:example.org".into(),
            display_name: Some("Al $ice é!".into()),
            room_id: Some("!r:example.org".into()),
            widget_id: "w id!".into(),
            client_id: Some("io.element.web".into()),
            theme: Some("light-high-contrast".into()),
            language: Some("de".into()),
            parent_url: Some("https://app.example/#/room/x".into()),
            ..Client::default()
        }
    }

    fn data(json: Value) -> Map<String, Value> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn elements_own_examples_come_out_to_the_byte() {
        let query = "https://im.example/picker?u=$matrix_user_id&n=$matrix_display_name&flag";
        let mut client = client();
        client.widget_id = "w id!".into();
        assert_eq!(
            expand(query, &Map::new(), &client),
            "https://im.example/picker?u=%40u%3Aexample.org&n=Al+$ice+%C3%A9%21&flag=&widgetId=w+id%21&parentUrl=https%3A%2F%2Fapp.example%2F"
        );
        client.widget_id = "wid".into();
        client.parent_url = Some("vector://vector/webapp/".into());
        assert_eq!(
            expand("https://im.example/w/#/?u=$matrix_user_id", &Map::new(), &client),
            "https://im.example/w/?widgetId=wid&parentUrl=vector%3A%2F%2Fvector%2Fwebapp%2F#/?u=%40u%3Aexample.org"
        );
    }

    #[test]
    fn every_variable_and_every_kind_of_data_is_replaced() {
        let mut client = client();
        client.parent_url = None;
        for (template, shown) in [
            ("$matrix_user_id", "%40u%3Aexample.org"),
            ("$matrix_room_id", "!r%3Aexample.org"),
            ("$matrix_display_name", "Al%20%24ice%20%C3%A9!"),
            ("$matrix_avatar_url", ""),
            ("$matrix_widget_id", "w%20id!"),
            ("$org.matrix.msc2873.client_id", "io.element.web"),
            ("$org.matrix.msc2873.client_theme", "light-high-contrast"),
            ("$org.matrix.msc2873.client_language", "de"),
            ("$org.matrix.msc3819.matrix_device_id", ""),
            ("$org.matrix.msc4039.matrix_base_url", ""),
            ("$theme", "light"),
            ("$conferenceId", "null"),
            ("https://x.example/?confId=c1#$conferenceId", "https://x.example/?confId=c1#c1"),
            ("$domain", "meet.element.io"),
            (
                "$text $number $yes $nothing $object $list",
                "a%20b 7 true null %5Bobject%20Object%5D 1%2C%2Cx",
            ),
            ("$unknown", "$unknown"),
        ] {
            let data = data(serde_json::json!({
                "text": "a b", "number": 7, "yes": true, "nothing": null, "object": {},
                "list": [1, null, "x"],
            }));
            assert_eq!(expand(template, &data, &client), shown);
        }
        client.display_name = None;
        assert_eq!(expand("$matrix_display_name", &Map::new(), &client), "%40u%3Aexample.org");
        client.theme = Some("custom-night".into());
        assert_eq!(expand("$theme", &Map::new(), &client), "dark");
    }

    #[test]
    fn data_cannot_lie_about_the_user_and_may_spoil_names_as_in_element() {
        let mut client = client();
        client.parent_url = None;
        let lie = data(serde_json::json!({"matrix_user_id": "@someone:else"}));
        assert_eq!(expand("$matrix_user_id", &lie, &client), "%40u%3Aexample.org");
        let spoils = data(serde_json::json!({"matrix": "v"}));
        assert_eq!(expand("$matrix_user_id", &spoils, &client), "v_user_id");
        assert_eq!(clash("https://x/?u=$matrix_user_id", &spoils), Some("matrix"));
        assert_eq!(clash("https://x/?u=$matrix", &spoils), None);
    }

    #[test]
    fn setting_a_parameter_replaces_it_and_drops_its_doubles() {
        let shown = expand("https://X.example?widgetId=a&b=%20&widgetId=c", &Map::new(), &client());
        assert_eq!(
            shown,
            "https://x.example/?widgetId=w+id%21&b=+&parentUrl=https%3A%2F%2Fapp.example%2F"
        );
    }
}
