//! What is wrong with a declaration. `tessera check` runs this over the operator's types, a test
//! over ours.

use serde_json::Value;

use crate::{
    address::Address,
    declaration::{Kind, WidgetType},
    expand::{RESERVED, variables},
    field::clean,
    fill::MARK,
    template::placeholders,
};

/// A key of a declaration and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The key, such as `fields.pad.default`.
    pub key: String,
    /// What is wrong, in English.
    pub problem: String,
}

/// Everything that is wrong with a declaration.
#[must_use]
pub fn check(declared: &WidgetType) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut wrong = |key: &str, problem: String| {
        mistakes.push(Mistake { key: key.into(), problem });
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if declared.id.is_empty() || !declared.id.chars().all(plain) {
        wrong("id", "must be of lower-case letters, digits and hyphens".into());
    }
    if declared.event_type.trim().is_empty() {
        wrong("type", "must not be empty".into());
    }
    let known =
        |name: &str| ["widgets", "corners", "_"].contains(&name) || declared.field(name).is_some();
    let templates =
        [Some(("url", &declared.url)), declared.direct_url.as_ref().map(|url| ("direct_url", url))];
    for (key, template) in templates.into_iter().flatten() {
        for name in placeholders(template).into_iter().filter(|name| !known(name)) {
            wrong(key, format!("{{{name}}} is no field; declare it in `fields`"));
        }
        if let Some(problem) = not_a_template(declared, template) {
            wrong(key, problem);
        }
        for name in variables(template) {
            if !RESERVED.contains(&name) && !declared.data.contains_key(name) {
                wrong(key, format!("${name} is no variable of a client and no key of `data`"));
            }
            let spoils = |key: &&String| name.starts_with(key.as_str()) && name != **key;
            if let Some(spoiler) = declared.data.keys().find(spoils) {
                wrong(&format!("data.{spoiler}"), format!("would spoil ${name} of the address"));
            }
        }
    }
    for (key, value) in &declared.data {
        // Jitsi's own data has two of the names that Element fills in where they lack.
        if RESERVED.contains(&key.as_str()) && !["conferenceId", "domain"].contains(&key.as_str())
            || key == MARK
        {
            wrong(&format!("data.{key}"), "is a name that is filled in otherwise".into());
        }
        let unknown = value.as_str().map(placeholders).unwrap_or_default();
        for name in unknown.into_iter().filter(|name| !known(name)) {
            wrong(&format!("data.{key}"), format!("{{{name}}} is no field"));
        }
        if matches!(value, Value::Object(_) | Value::Array(_)) {
            wrong(&format!("data.{key}"), "must be a text, a number, true or false".into());
        }
    }
    for (at, field) in declared.fields.iter().enumerate() {
        let key = |of: &str| format!("fields.{}.{of}", field.name);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if field.name.is_empty() || !field.name.chars().all(plain) {
            wrong(&key("name"), "must be of lower-case letters, digits and underscores".into());
        }
        if ["name", "widgets", "corners"].contains(&field.name.as_str()) {
            wrong(&key("name"), "is a name of our own".into());
        }
        if declared.fields.iter().take(at).any(|other| other.name == field.name) {
            wrong(&key("name"), "is there twice".into());
        }
        if (field.kind == Kind::Choice) == field.options.is_empty() {
            wrong(&key("options"), "belong to a choice, and a choice needs some".into());
        }
        if field.link && declared.links.is_empty() {
            wrong(&key("link"), "needs `links` that say which addresses may be pasted".into());
        }
        for (of, value) in [("default", &field.default), ("example", &field.example)] {
            let refused = |value: &&String| !value.contains("://") && clean(field, value).is_err();
            if value.as_ref().filter(refused).is_some() {
                wrong(&key(of), "is no value that the field may hold".into());
            }
        }
    }
    for (at, link) in declared.links.iter().enumerate() {
        let key = format!("links.{}.like", at + 1);
        if !link.like.starts_with("https://") {
            wrong(&key, "must begin with https://".into());
        }
        let names = placeholders(&link.like).into_iter().chain(link.into.as_deref());
        for name in names.chain(link.with.keys().map(String::as_str)).filter(|name| !known(name)) {
            wrong(&key, format!("{{{name}}} is no field"));
        }
    }
    if let Some(party) = &declared.party {
        for name in placeholders(party).into_iter().filter(|name| !known(name)) {
            wrong("party", format!("{{{name}}} is no field"));
        }
    }
    mistakes
}

/// Why a template cannot be an address. Whatever a field holds must not change the scheme, and the
/// host only where the field is one.
fn not_a_template(declared: &WidgetType, template: &str) -> Option<String> {
    let kind = |name: &str| declared.field(name).map(|field| field.kind);
    if let Some((name, rest)) = template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        let whole = kind(name) == Some(Kind::Url) && (rest.is_empty() || rest.starts_with('&'));
        let ours = name == "widgets" && rest.starts_with('/');
        return (!whole && !ours).then(|| {
            "may begin with a field only if that is an address and `&name=value` follows".into()
        });
    }
    let Some(rest) = template.strip_prefix("https://") else {
        return Some("must begin with https://".into());
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match placeholders(host).as_slice() {
        [] => Address::parse(&format!("https://{host}/")).is_none().then(|| "has no host".into()),
        [name] if host == format!("{{{name}}}") && kind(name) == Some(Kind::Host) => None,
        _ => Some("may have a field for its host only if that is of kind \"host\"".into()),
    }
}
