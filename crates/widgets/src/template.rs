//! Writing an address from a declaration's template: `{field}` is replaced by a value in the
//! encoding of its place, parameters without a value are left out, `$variables` stay for the client.

use crate::{
    encoding::{encode_component, encode_segment},
    expand::variables,
};

/// A value and how it may be written.
pub(crate) enum Piece {
    /// As it is: a host, or the second origin.
    Raw(String),
    /// An address: in a query its variables stay readable for the client.
    Address(String),
    /// Any text, encoded for its place.
    Text(String),
}

/// Writes the template. `value` gives what a `{name}` stands for; `None` and empty are nothing.
pub(crate) fn render(template: &str, value: &dyn Fn(&str) -> Option<Piece>) -> String {
    // A template that begins with a whole address adds parameters to it.
    if let Some((name, added)) = template.strip_prefix('{').and_then(|rest| rest.split_once('}'))
        && let Some(Piece::Address(address)) = value(name)
    {
        return with_parameters(&address, added, value);
    }
    let (before, fragment) = split(template, '#');
    let (path, query) = split(before, '?');
    let mut out = fill(path, value, Place::Path).0;
    if let Some(query) = query.map(|query| parts(query, value)).filter(|query| !query.is_empty()) {
        out.push('?');
        out.push_str(&query);
    }
    if let Some(fragment) = fragment.map(|part| parts(part, value)).filter(|part| !part.is_empty())
    {
        out.push('#');
        out.push_str(&fragment);
    }
    out
}

/// An address with parameters set: those of the same name are replaced.
fn with_parameters(address: &str, added: &str, value: &dyn Fn(&str) -> Option<Piece>) -> String {
    let added: Vec<&str> = added.split('&').filter(|part| !part.is_empty()).collect();
    let (before, fragment) = split(address, '#');
    let (path, query) = split(before, '?');
    let name = |part: &str| part.split('=').next().unwrap_or_default().to_owned();
    let replaced: Vec<String> = added.iter().map(|part| name(part)).collect();
    let mut kept: Vec<String> = query
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty() && !replaced.contains(&name(part)))
        .map(Into::into)
        .collect();
    kept.extend(added.iter().map(|part| parts(part, value)).filter(|part| !part.is_empty()));
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
    format!("{path}{query}{fragment}")
}

/// The address without the parameters that a template beginning with an address adds.
pub(crate) fn without_parameters(address: &str, template: &str) -> String {
    let added = template.split_once('}').map_or("", |(_, added)| added);
    let names: Vec<&str> = added.split('&').filter_map(|part| part.split('=').next()).collect();
    let (before, fragment) = split(address, '#');
    let (path, query) = split(before, '?');
    let kept: Vec<&str> = query
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty())
        .filter(|part| !names.contains(&part.split('=').next().unwrap_or_default()))
        .collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
    format!("{path}{query}{fragment}")
}

/// A query or fragment: parameters of which all placeholders are empty are left out.
fn parts(text: &str, value: &dyn Fn(&str) -> Option<Piece>) -> String {
    let mut kept = Vec::new();
    for part in text.split('&') {
        let (written, any) = fill(part, value, Place::Query);
        if any {
            kept.push(written);
        }
    }
    kept.join("&")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
}

/// Replaces the placeholders, and says whether one of them has a value (or there is none at all).
fn fill(text: &str, value: &dyn Fn(&str) -> Option<Piece>, place: Place) -> (String, bool) {
    let mut out = String::new();
    let (mut rest, mut some, mut none) = (text, false, false);
    while let Some((before, name, after)) = placeholder(rest) {
        out.push_str(before);
        let whole = name.strip_suffix('*');
        let written = match value(whole.unwrap_or(name)) {
            Some(Piece::Raw(text)) => text,
            Some(Piece::Address(text)) => encode_keeping_variables(&text),
            Some(Piece::Text(text)) if whole.is_some() => {
                text.split('/').map(encode_segment).collect::<Vec<_>>().join("/")
            }
            Some(Piece::Text(text)) if place == Place::Path => encode_segment(&text),
            Some(Piece::Text(text)) => encode_component(&text),
            None => String::new(),
        };
        if written.is_empty() {
            none = true;
        } else {
            some = true;
        }
        out.push_str(&written);
        rest = after;
    }
    out.push_str(rest);
    (out, some || !none)
}

/// The text before the first `{name}`, the name, and the text after it.
pub(crate) fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// A placeholder's name without the sign that it takes more (`*`) or must be there (`!`).
pub(crate) fn bare(name: &str) -> &str {
    name.trim_end_matches(['*', '!'])
}

/// Every `{name}` of a template.
pub(crate) fn placeholders(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((_, name, after)) = placeholder(rest) {
        names.push(bare(name));
        rest = after;
    }
    names
}

/// `encodeURIComponent` but for the client's variables.
fn encode_keeping_variables(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(name) = variables(rest).first().copied() {
        let variable = format!("${name}");
        let Some((before, after)) = rest.split_once(&variable) else { break };
        out.push_str(&encode_component(before));
        out.push_str(&variable);
        rest = after;
    }
    out.push_str(&encode_component(rest));
    out
}

fn split(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> Option<Piece> {
        Some(match name {
            "host" => Piece::Raw("pad.example:8443".into()),
            "url" => Piece::Address("https://g.example/d/x?orgId=1&kiosk=old#t".into()),
            "with_variable" => Piece::Address("https://x.example/?r=$matrix_room_id".into()),
            "text" => Piece::Text("a b/é&$x".into()),
            "path" => Piece::Text("a b/c".into()),
            "yes" => Piece::Text("true".into()),
            _ => return None,
        })
    }

    #[test]
    fn values_are_encoded_for_their_place() {
        for (template, written) in [
            ("https://{host}/p/{text}", "https://pad.example:8443/p/a%20b%2F%C3%A9%26%24x"),
            ("https://{host}/{path*}", "https://pad.example:8443/a%20b/c"),
            (
                "https://x/?q={text}&n={none}&v=$matrix_user_id",
                "https://x/?q=a%20b%2F%C3%A9%26%24x&v=$matrix_user_id",
            ),
            ("https://x/?n={none}#n={none}", "https://x/"),
            ("https://x/#a={text},{none}", "https://x/#a=a%20b%2F%C3%A9%26%24x,"),
            (
                "https://x/?u={with_variable}",
                "https://x/?u=https%3A%2F%2Fx.example%2F%3Fr%3D$matrix_room_id",
            ),
            ("{url}", "https://g.example/d/x?orgId=1&kiosk=old#t"),
            (
                "{url}&kiosk={yes}&theme=$theme",
                "https://g.example/d/x?orgId=1&kiosk=true&theme=$theme#t",
            ),
            ("{url}&kiosk={none}", "https://g.example/d/x?orgId=1#t"),
        ] {
            assert_eq!(render(template, &value), written);
        }
    }

    #[test]
    fn what_a_template_adds_is_taken_off_again() {
        let url = "https://g.example/d/x?orgId=1&kiosk=true&theme=$theme#t";
        let bare = without_parameters(url, "{url}&kiosk={kiosk}&theme=$theme");
        assert_eq!(bare, "https://g.example/d/x?orgId=1#t");
    }
}
