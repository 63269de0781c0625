//! From a form's values to what is written to the room.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    address::Address,
    declaration::{Field, Kind, Link, Shared, WidgetType},
    expand::{clash, variables},
    field::{FieldError, clean},
    map, pattern,
    template::{Piece, placeholder, placeholders, render, without_parameters},
};

/// What a form holds, by field. `name` is the widget's own name.
pub type Values = BTreeMap<String, String>;

/// What is wrong, by field. Under `""` is what no field can put right.
pub type FieldErrors = BTreeMap<String, FieldError>;

/// How a widget shows its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// In its frame.
    #[default]
    Frame,
    /// As a card that opens it in a tab, for pages that no frame may show.
    Card,
}

/// A widget to be written to the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The `type` of its content.
    pub event_type: String,
    /// Its address, a template for the client.
    pub url: String,
    /// Its name, if it was given one or its kind has one. Without, show what the kind is called.
    pub name: Option<String>,
    /// Its `data`.
    pub data: Map<String, Value>,
    /// Who runs what is shown, for the line that says who learns what.
    pub party: Option<String>,
    /// What they learn about each member who opens it: what the type says, and what the variables
    /// of the address tell.
    pub shares: Vec<Shared>,
    /// The page of theirs that is framed in the end, for the frame check.
    pub page: Option<String>,
}

/// The key of `data` that says which type a widget is of.
pub(crate) const MARK: &str = "tessera";

/// Cleans the values and writes the widget.
pub(crate) fn fill(
    declared: &WidgetType,
    values: &Values,
    show: Show,
    widgets_url: Option<&str>,
) -> Result<Filled, FieldErrors> {
    let values = cleaned(declared, values)?;
    let own = match (&declared.direct_url, widgets_url) {
        (Some(direct), None) => direct,
        _ => &declared.url,
    };
    let unavailable = || FieldErrors::from([(String::new(), FieldError::NoWidgetsOrigin)]);
    if widgets_url.is_none() && (own.starts_with("{widgets}") || show == Show::Card) {
        return Err(unavailable());
    }
    let write = |template: &str| {
        render(template, &|name| piece(declared, &values, name, widgets_url.unwrap_or_default()))
    };
    let page = declared.direct_url.as_deref().or((!own.starts_with("{widgets}")).then_some(own));
    let page = page.map(&write).or_else(|| shown_page(declared, &values));
    let mut url = write(own);
    if show == Show::Card && !declared.url.starts_with("{widgets}/open?") {
        let opened =
            Values::from([("url".to_owned(), page.clone().unwrap_or_else(|| url.clone()))]);
        url = render(CARD, &|name| match name {
            "widgets" => Some(Piece::Raw(widgets_url.unwrap_or_default().into())),
            name => opened.get(name).cloned().map(Piece::Address),
        });
    }
    let mut data = data(declared, &values);
    data.insert(MARK.into(), declared.id.clone().into());
    if let Some(key) = clash(&url, &data) {
        let error = FieldError::Clash(key.into());
        let field = declared.fields.iter().find(|field| field.kind == Kind::Url);
        return Err([(field.map_or(String::new(), |field| field.name.clone()), error)].into());
    }
    let name = values.get("name").cloned().or_else(|| declared.name.clone());
    Ok(Filled {
        event_type: declared.event_type.clone(),
        name,
        data,
        party: party(declared, &values),
        shares: shares(declared, &url),
        page,
        url,
    })
}

/// The card's own address; `recognise` reads it backwards.
pub(crate) const CARD: &str = "{widgets}/open?url={url}&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme";

/// The values in the form they are written in; what is empty is not there.
pub(crate) fn cleaned(declared: &WidgetType, values: &Values) -> Result<Values, FieldErrors> {
    let mut given = values.clone();
    let mut errors = FieldErrors::new();
    for field in declared.fields.iter().filter(|field| field.link) {
        if let Some(value) = given.get(&field.name).filter(|value| is_link(value)) {
            match from_link(declared, value.trim()) {
                Some(found) => given.extend(found),
                None => {
                    errors.insert(field.name.clone(), FieldError::OtherLink);
                }
            }
        }
    }
    let mut cleaned = Values::new();
    if let Some(name) = given.get("name").map(|name| name.trim()).filter(|name| !name.is_empty()) {
        cleaned.insert("name".into(), name.chars().take(100).collect());
    }
    for field in &declared.fields {
        if errors.contains_key(&field.name) {
            continue;
        }
        let value = given.get(&field.name).map_or("", |value| value.trim());
        if value.is_empty() {
            if field.required {
                errors.insert(field.name.clone(), FieldError::Required);
            }
            continue;
        }
        match clean(field, value) {
            Ok(value) => cleaned.insert(field.name.clone(), value).map_or((), drop),
            Err(error) => errors.insert(field.name.clone(), error).map_or((), drop),
        }
    }
    if errors.is_empty() { Ok(cleaned) } else { Err(errors) }
}

fn is_link(value: &str) -> bool {
    value.contains("://") || value.starts_with("spotify:")
}

/// The values that an address of one of the type's links holds.
pub(crate) fn from_link(declared: &WidgetType, text: &str) -> Option<Values> {
    declared.links.iter().find_map(|link| by_link(declared, link, text))
}

/// The values that an address holds if it is like this link.
pub(crate) fn by_link(declared: &WidgetType, link: &Link, text: &str) -> Option<Values> {
    // What Spotify's own program copies.
    let spotify = text.strip_prefix("spotify:").map(|rest| rest.replace(':', "/"));
    let spotify = spotify.map(|path| format!("https://open.spotify.com/{path}"));
    let text = spotify.as_deref().unwrap_or(text);
    let mut found = pattern::read(&link.like, &Address::parse(text)?)?;
    found.extend(link.with.clone());
    if let Some(field) = &link.into {
        found.insert(field.clone(), without_parameters(text, &declared.url));
    }
    whole(declared, found)
}

/// Found values, if each is one its field may hold and none that is required is missing.
pub(crate) fn whole(declared: &WidgetType, mut found: Values) -> Option<Values> {
    if let Some(corners) = found.remove("corners") {
        let (latitude, longitude, zoom) = map::centre(&corners)?;
        for (name, value) in [("latitude", latitude), ("longitude", longitude), ("zoom", zoom)] {
            found.entry(name.into()).or_insert(value);
        }
    }
    let mut values = Values::new();
    for field in &declared.fields {
        match found.get(&field.name) {
            Some(value) if !value.is_empty() => match clean(field, value) {
                Ok(value) => values.insert(field.name.clone(), value).map_or((), drop),
                // What can be done without is, such as a start at `1m30s`.
                Err(_) if !field.required => {}
                Err(_) => return None,
            },
            _ if field.required => {
                values.insert(field.name.clone(), field.default.clone()?);
            }
            _ => {}
        }
    }
    Some(values)
}

/// What a placeholder stands for.
fn piece(declared: &WidgetType, values: &Values, name: &str, widgets: &str) -> Option<Piece> {
    match name {
        "widgets" => return Some(Piece::Raw(widgets.trim_end_matches('/').into())),
        "corners" => {
            let value = |name: &str| values.get(name).map(String::as_str);
            let corners = map::corners(value("latitude")?, value("longitude")?, value("zoom")?)?;
            return Some(Piece::Text(corners));
        }
        _ => {}
    }
    let value = values.get(name)?.clone();
    Some(match declared.field(name)?.kind {
        Kind::Host => Piece::Raw(value),
        Kind::Url => Piece::Address(value),
        // A switch that is off is not there.
        Kind::Switch if value == "false" => return None,
        _ => Piece::Text(value),
    })
}

fn data(declared: &WidgetType, values: &Values) -> Map<String, Value> {
    let mut data = Map::new();
    for (key, template) in &declared.data {
        let Some(template) = template.as_str() else {
            data.insert(key.clone(), template.clone());
            continue;
        };
        if let Some(value) = data_value(declared, values, template) {
            data.insert(key.clone(), value);
        }
    }
    data
}

/// A string of `data` with its placeholders replaced, in the type of the field if it is just one.
fn data_value(declared: &WidgetType, values: &Values, template: &str) -> Option<Value> {
    if let Some(("", name, "")) = placeholder(template) {
        let field = declared.field(name)?;
        return typed(field, values.get(name).map(String::as_str));
    }
    let mut text = template.to_owned();
    for name in placeholders(template) {
        text = text.replace(&format!("{{{name}}}"), values.get(name)?);
    }
    Some(text.into())
}

fn typed(field: &Field, value: Option<&str>) -> Option<Value> {
    match field.kind {
        Kind::Switch => Some((value == Some("true")).into()),
        Kind::Number => Some(value?.parse::<i64>().ok()?.into()),
        _ => Some(value?.into()),
    }
}

/// Who runs what is shown.
fn party(declared: &WidgetType, values: &Values) -> Option<String> {
    let party = declared.party.as_ref()?;
    let Some(("", name, "")) = placeholder(party) else { return Some(party.clone()) };
    let value = values.get(name)?;
    Some(Address::parse(value).map_or_else(|| value.clone(), |address| address.host))
}

fn shares(declared: &WidgetType, url: &str) -> Vec<Shared> {
    // A wrapper of ours passes on nothing: it reads the language and the theme itself.
    let told = if declared.url.starts_with("{widgets}") { Vec::new() } else { variables(url) };
    let tells = |variable: &&str| {
        Some(match *variable {
            "matrix_display_name" => Shared::DisplayName,
            "matrix_avatar_url" => Shared::Avatar,
            "matrix_user_id" => Shared::UserId,
            "matrix_room_id" => Shared::RoomId,
            "org.matrix.msc3819.matrix_device_id" => Shared::DeviceId,
            "org.matrix.msc2873.client_theme" | "theme" => Shared::Theme,
            "org.matrix.msc2873.client_language" => Shared::Language,
            _ => return None,
        })
    };
    let told: Vec<Shared> = told.iter().filter_map(tells).collect();
    let all = Shared::ALL.into_iter();
    all.filter(|shared| declared.shares.contains(shared) || told.contains(shared)).collect()
}

/// The address that a form's address field holds: what a wrapper frames in the end.
fn shown_page(declared: &WidgetType, values: &Values) -> Option<String> {
    let field = declared.fields.iter().find(|field| field.kind == Kind::Url)?;
    values.get(&field.name).cloned()
}
