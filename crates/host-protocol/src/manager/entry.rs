//! What Element opens the manager with: the query of its address, which Element builds by joining
//! strings (`ScalarAuthClient.getScalarInterfaceUrlForRoom`), in any order that a version of it
//! likes. Nothing here is trusted: who the user is says the token, and what they may do the
//! homeserver.

use crate::address::decode;

/// What the address says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// A session that Element keeps for us; it may be over. A secret.
    pub scalar_token: Option<String>,
    /// The room in view.
    pub room_id: Option<String>,
    /// Its name, as Element shows it.
    pub room_name: Option<String>,
    /// The screen that is wanted: `type_` and a widget's type, or one of our own.
    pub screen: Option<String>,
    /// The widget that is meant, by its id.
    pub integ_id: Option<String>,
}

impl Entry {
    /// Reads `location.search`, with or without its `?`. Of a name that is there twice the first
    /// counts, and an empty value is none.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut entry = Self::default();
        for pair in search.strip_prefix('?').unwrap_or(search).split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match decode(name, true).as_str() {
                "scalar_token" => &mut entry.scalar_token,
                "room_id" => &mut entry.room_id,
                "room_name" => &mut entry.room_name,
                "screen" => &mut entry.screen,
                "integ_id" => &mut entry.integ_id,
                _ => continue,
            };
            let value = decode(value, true);
            if slot.is_none() && !value.is_empty() {
                *slot = Some(value);
            }
        }
        entry
    }

    /// The type that the screen names after `type_`.
    #[must_use]
    pub fn widget_type(&self) -> Option<&str> {
        self.screen.as_deref()?.strip_prefix("type_")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_element_joins_is_read_in_any_order() {
        let mut pairs = [
            "scalar_token=t%2Bk%2F%3D",
            "room_id=!r%3Aexample.org",
            "room_name=Caf%C3%A9%20%26%20more",
            "theme=dark",
            "integ_id=w%20id!1",
            "screen=type_m.jitsi",
        ];
        let wanted = Entry {
            scalar_token: Some("t+k/=".into()),
            room_id: Some("!r:example.org".into()),
            room_name: Some("Café & more".into()),
            screen: Some("type_m.jitsi".into()),
            integ_id: Some("w id!1".into()),
        };
        for _ in 0..pairs.len() {
            pairs.rotate_left(1);
            assert_eq!(Entry::parse(&["?", &pairs.join("&")].concat()), wanted);
            assert_eq!(Entry::parse(&pairs.join("&")), wanted);
        }
        assert_eq!(wanted.widget_type(), Some("m.jitsi"));
    }

    #[test]
    fn what_is_not_there_is_none() {
        assert_eq!(Entry::parse(""), Entry::default());
        assert_eq!(Entry::parse("?screen=&integ_id&theme=light"), Entry::default());
        let undefined = Entry::parse("screen=type_undefined&screen=other");
        assert_eq!(undefined.widget_type(), Some("undefined"));
        assert_eq!(Entry::parse("screen=home").widget_type(), None);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(search in ".*") {
            let _ = Entry::parse(&search);
        }
    }
}
