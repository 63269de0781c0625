//! Addresses that Scalar and Dimension put around others. A widget of theirs is taken out of its
//! wrapper so that it can be edited as if it were ours.

use serde_json::{Map, Value};

use crate::{address::Address, expand::RESERVED};

/// A widget's address with the keys of its `data` filled in but for the client's own variables:
/// `$pair` of a widget of Dimension's is part of what was chosen, `$matrix_user_id` is not.
pub(crate) fn with_data(url: &str, data: &Map<String, Value>) -> String {
    let mut url = url.to_owned();
    // Longest first: what is meant by `$ab` is not `$a`.
    let mut keys: Vec<&String> = data.keys().filter(|key| !is_client_variable(key)).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    for key in keys {
        let value = match data.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
            _ => continue,
        };
        url = url.replace(&format!("${key}"), &crate::encode_component(&value));
    }
    url
}

fn is_client_variable(key: &str) -> bool {
    // `conferenceId` and `domain` are Jitsi's own data, whatever Element adds where they lack.
    RESERVED.contains(&key) && !["conferenceId", "domain"].contains(&key)
}

/// The address within a wrapper's `url` parameter: Scalar's (`…/widgets/TYPE.html?url=`),
/// Dimension's (`/widgets/generic`, `generic-fullscreen`, `video`, `spotify`) and our card
/// (`/open`), with whether it is the card. `marked` says that the event is of our making, so that
/// the card is known where the second origin was elsewhere then.
pub(crate) fn inner(url: &str, widgets_url: Option<&str>, marked: bool) -> Option<(String, bool)> {
    let address = Address::parse(url)?;
    let ours = widgets_url.is_some_and(|ours| ours.trim_end_matches('/') == address.origin())
        || marked && address.parameter("lang").is_some() && address.parameter("theme").is_some();
    let segments = address.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (known, card) = match path.as_slice() {
        [.., "widgets", file] => {
            let scalars = is_scalar(&address) && file.ends_with(".html");
            (scalars || ["generic", "generic-fullscreen", "video", "spotify"].contains(file), false)
        }
        ["page"] => (ours, false),
        ["open"] => (ours, true),
        _ => (false, false),
    };
    let inner = known.then(|| address.parameter("url").or_else(|| address.parameter("uri")))??;
    Address::parse(&inner).is_some().then_some((inner, card))
}

/// Whether the address is one of Scalar's.
fn is_scalar(address: &Address) -> bool {
    let host = address.hostname();
    ["vector.im", "riot.im"].iter().any(|domain| {
        host.strip_suffix(domain)
            .and_then(|host| host.strip_suffix('.'))
            .is_some_and(|host| host.starts_with("scalar"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_wrappers_are_taken_off() {
        for (url, found) in [
            (
                "https://scalar.vector.im/api/widgets/etherpad.html?url=https%3A%2F%2Fp.example%2Fp%2Fx",
                Some("https://p.example/p/x"),
            ),
            (
                "https://scalar-staging.riot.im/scalar/api/widgets/generic.html?url=https%3A%2F%2Fp.example%2Fp%2Fx",
                Some("https://p.example/p/x"),
            ),
            (
                "https://scalar.evil.example/api/widgets/generic.html?url=https%3A%2F%2Fp.example%2F",
                None,
            ),
            (
                "https://dim.example/widgets/generic?url=https%3A%2F%2Fp.example%2Fp%2F$matrix_room_id",
                Some("https://p.example/p/$matrix_room_id"),
            ),
            ("https://dim.example/widgets/generic?url=javascript%3Aalert(1)", None),
            (
                "https://widgets.example/open?url=https%3A%2F%2Fp.example%2F",
                Some("https://p.example/"),
            ),
            ("https://other.example/open?url=https%3A%2F%2Fp.example%2F", None),
            ("https://dim.example/widgets/gcal?calendarId=x", None),
            ("https://p.example/p/x?url=https%3A%2F%2Fother.example%2F", None),
        ] {
            let inner = inner(url, Some("https://widgets.example"), false);
            assert_eq!(inner.as_ref().map(|(url, _)| url.as_str()), found, "{url}");
        }
    }
}
