//! What the widget's address says: the query is form-encoded and the host's (`widgetId`,
//! `parentUrl`, `scalar_token`), the fragment is percent-encoded and ours (`theme`, `lang`).
//! Nothing here is trusted for authorisation.

/// The parameters that the picker knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The widget's id.
    pub widget_id: Option<String>,
    /// The host's own address.
    pub parent_url: Option<String>,
    /// A session that the host knows already. A secret.
    pub scalar_token: Option<String>,
    /// The host's theme.
    pub theme: Option<String>,
    /// The host's language.
    pub lang: Option<String>,
    /// Set where the page is in a window that the picker opened itself.
    pub modal: Option<String>,
}

impl Address {
    /// Reads `location.search` and `location.hash`, with or without their `?` and `#`.
    #[must_use]
    pub fn parse(search: &str, hash: &str) -> Self {
        let mut address = Self::default();
        let search = search.strip_prefix('?').unwrap_or(search);
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let fragment = hash.split_once('?').map_or("", |(_, parameters)| parameters);
        for (pairs, plus_is_space) in [(search, true), (fragment, false)] {
            for pair in pairs.split('&') {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let slot = match (decode(name, plus_is_space).as_str(), plus_is_space) {
                    ("widgetId", true) => &mut address.widget_id,
                    ("parentUrl", true) => &mut address.parent_url,
                    ("scalar_token", true) => &mut address.scalar_token,
                    ("theme", _) => &mut address.theme,
                    ("lang", _) => &mut address.lang,
                    ("modal", false) => &mut address.modal,
                    _ => continue,
                };
                let value = decode(value, plus_is_space);
                // A template variable that the host did not know is no value.
                if slot.is_none() && !value.is_empty() && !value.starts_with('$') {
                    *slot = Some(value);
                }
            }
        }
        address
    }
}

/// Percent decoding that keeps what is not an escape and replaces what is not UTF-8.
pub(crate) fn decode(text: &str, plus_is_space: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        match (byte, ahead.next().and_then(hex), ahead.next().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            (b'+', ..) if plus_is_space => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_query_is_form_encoded_and_the_fragment_is_not() {
        let address = Address::parse(
            "?u=%40u%3Aexample.org&widgetId=w+id%211&parentUrl=vector%3A%2F%2Fvector%2Fwebapp%2F&scalar_token=tok%2Ben%2F%3D",
            "#/?theme=light-high-contrast&lang=a+b%20c",
        );
        assert_eq!(address.widget_id.as_deref(), Some("w id!1"));
        assert_eq!(address.parent_url.as_deref(), Some("vector://vector/webapp/"));
        assert_eq!(address.scalar_token.as_deref(), Some("tok+en/="));
        assert_eq!(address.theme.as_deref(), Some("light-high-contrast"));
        assert_eq!(address.lang.as_deref(), Some("a+b c"));
    }

    #[test]
    fn unknown_variables_and_empty_values_are_absent() {
        let address = Address::parse("widgetId=&scalar_token", "/?theme=$unknown&theme=dark");
        assert_eq!(address, Address { theme: Some("dark".into()), ..Address::default() });
    }

    #[test]
    fn secrets_are_not_read_from_the_fragment() {
        assert_eq!(Address::parse("", "#/?scalar_token=x&widgetId=y"), Address::default());
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(decode("100%", true), "100%");
        assert_eq!(decode("%zz%4", true), "%zz%4");
        assert_eq!(decode("%ff", true), "\u{fffd}");
        assert_eq!(decode("%%41", true), "%A");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(search in ".*", hash in ".*") {
            let _ = Address::parse(&search, &hash);
        }
    }
}
