//! Templates read backwards: does an address look like one, and which values are in it? One pattern
//! language serves a type's own address and the links of `declaration::Link`.

use std::collections::BTreeMap;

use crate::{
    address::{Address, parameters},
    encoding::decode,
    template::{bare, placeholder},
};

type Found = BTreeMap<String, String>;

/// The values in the address, if it looks like the pattern. Parameters that the pattern does not
/// name may be there; parameters with a value to take may be missing.
pub(crate) fn read(pattern: &str, address: &Address) -> Option<Found> {
    let (scheme, rest) = pattern.split_once("://")?;
    if scheme != "https" && scheme != address.scheme {
        return None;
    }
    let (rest, fragment) = split(rest, '#');
    let (rest, query) = split(rest, '?');
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut found = Found::new();
    if !host_matches(host, address, &mut found) || !path_matches(path, address, &mut found) {
        return None;
    }
    if let Some(query) = query {
        let given: Vec<_> = parameters(address.query.unwrap_or_default()).collect();
        parameters_match(query, &given, &mut found)?;
    }
    if let Some(pattern) = fragment {
        let fragment = address.fragment.unwrap_or_default();
        if pattern.contains('=') {
            let start = |text: &str| text.trim_start_matches(['/', '?']).to_owned();
            let given: Vec<_> = parameters(&start(fragment)).collect();
            parameters_match(&start(pattern), &given, &mut found)?;
        } else {
            let fragment = decode(fragment);
            let trimmed = fragment.strip_suffix('/').unwrap_or(&fragment);
            let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
            text_matches(pattern, trimmed, &mut found)?;
        }
    }
    Some(found)
}

fn host_matches(pattern: &str, address: &Address, found: &mut Found) -> bool {
    let short = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some((_, name, _)) = placeholder(pattern) {
        found.insert(name.into(), address.host.clone());
        return true;
    }
    match pattern.strip_prefix("*.") {
        Some(domain) => address.host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => pattern == "*" || short(pattern) == short(&address.host),
    }
}

fn path_matches(pattern: &str, address: &Address, found: &mut Found) -> bool {
    let segments = address.segments();
    let mut given = segments.iter();
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    for wanted in pattern.split('/').filter(|segment| !segment.is_empty()) {
        if wanted == "**" {
            return true;
        }
        if let Some(name) = wanted.strip_prefix('{').and_then(|name| name.strip_suffix("*}")) {
            let rest: Vec<&str> = given.map(String::as_str).collect();
            let some = !rest.is_empty();
            found.insert(name.into(), rest.join("/"));
            return some;
        }
        let Some(segment) = given.next() else { return false };
        if wanted != "*" && text_matches(wanted, segment, found).is_none() {
            return false;
        }
    }
    given.next().is_none()
}

/// Names with a literal value must have it; names with `{field}` give it if they are there.
fn parameters_match(pattern: &str, given: &[(String, String)], found: &mut Found) -> Option<()> {
    for part in pattern.split('&') {
        let (name, wanted) = part.split_once('=').unwrap_or((part, "*"));
        // What the client fills in says nothing about us.
        if wanted.contains('$') {
            continue;
        }
        // The whole parameter is a value: `?both`.
        if name.contains('{') {
            if let Some((given, _)) = given.iter().find(|(_, value)| value.is_empty()) {
                text_matches(name, given, found)?;
            }
            continue;
        }
        let value = given.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let takes = wanted.contains('{');
        match value {
            Some(value) if takes || wanted == value || wanted == "*" => {
                // A switch may just be there.
                let value = if value.is_empty() && takes { "true" } else { value };
                if wanted != "*" {
                    text_matches(wanted, value, found)?;
                }
            }
            None if takes && !wanted.contains("!}") => {}
            _ => return None,
        }
    }
    Some(())
}

/// Matches text with `{field}`s in it; each takes as little as it can.
fn text_matches(pattern: &str, text: &str, found: &mut Found) -> Option<()> {
    let Some((before, name, after)) = placeholder(pattern) else {
        return (pattern == text).then_some(());
    };
    let rest = text.strip_prefix(before)?;
    let next_literal = after.split('{').next().unwrap_or_default();
    let (value, rest) = if after.is_empty() {
        (rest, "")
    } else if after == next_literal {
        (rest.strip_suffix(after)?, after)
    } else {
        rest.split_at(rest.find(next_literal)?)
    };
    if value.is_empty() {
        return None;
    }
    found.entry(bare(name).into()).or_insert_with(|| value.into());
    text_matches(after, rest, found)
}

fn split(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(pattern: &str, address: &str) -> Option<String> {
        let found = read(pattern, &Address::parse(address).unwrap())?;
        Some(
            found
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" "),
        )
    }

    #[test]
    fn patterns_take_values_or_refuse() {
        for (pattern, address, found) in [
            (
                "https://youtube.com/watch?v={v}&t={t}",
                "https://www.youtube.com/watch?list=x&v=abc",
                Some("v=abc"),
            ),
            ("https://youtube.com/watch?v={v}", "https://evil.example/watch?v=abc", None),
            ("https://youtu.be/{v}", "https://youtu.be/abc?si=tracking", Some("v=abc")),
            ("https://youtu.be/{v}", "https://youtu.be/abc/def", None),
            ("https://youtu.be/{v}", "https://youtu.be/", None),
            ("https://*.twitch.tv/{c}", "https://m.twitch.tv/someone/", Some("c=someone")),
            ("https://*.twitch.tv/{c}", "https://eviltwitch.tv/someone", None),
            (
                "https://{host}/p/{pad}",
                "https://pad.example:8443/p/a%20b",
                Some("host=pad.example:8443 pad=a b"),
            ),
            ("https://{host}/{path*}", "https://x.example/a/b/", Some("host=x.example path=a/b")),
            ("https://*/d/**", "https://g.example/d/x/y?z", Some("")),
            ("https://*/d/**", "https://g.example/e/x", None),
            (
                "https://o.example/#map={z}/{lat}/{lon}",
                "https://o.example/#map=12/52.5/13.4&layers=N",
                Some("lat=52.5 lon=13.4 z=12"),
            ),
            (
                "https://excalidraw.com/#room={room},{key}",
                "https://excalidraw.com/#room=1a,k-_y",
                Some("key=k-_y room=1a"),
            ),
            (
                "https://{host}/form/#/2/form/view/{key}/",
                "https://c.example/form/#/2/form/view/AbC",
                Some("host=c.example key=AbC"),
            ),
            ("https://x.example/?kiosk={kiosk}", "https://x.example/?kiosk", Some("kiosk=true")),
            ("https://x.example/?a=1", "https://x.example/?a=2", None),
            ("https://x.example/?lang=$l&a={a}", "https://x.example/?a=2&lang=zz", Some("a=2")),
        ] {
            assert_eq!(matched(pattern, address).as_deref(), found, "{pattern} {address}");
        }
    }
}
