//! What one field may hold. Values are text, as forms have them; [`clean`] judges one and gives it
//! the one form it is written in.

use crate::{
    address::{Address, is_host},
    declaration::{Field, Kind},
    secret,
};

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldError {
    /// It must be filled in.
    Required,
    /// It is no address of a page.
    NotAnAddress,
    /// Clients on `https:` do not show pages without it.
    NotHttps,
    /// It is not the host of a server.
    NotAHost,
    /// It holds a character that it cannot.
    Characters,
    /// It is not as long as it has to be: the lengths that it may have.
    Length(Vec<usize>),
    /// It is too long: the most characters.
    TooLong(usize),
    /// It is no number, or not between these.
    Range(Option<i64>, Option<i64>),
    /// It is none of the choices.
    NotAnOption,
    /// It is an address, and of something else.
    OtherLink,
    /// It holds a password or a token, by this name: all members could read it for ever.
    Secret(String),
    /// A variable in it would be spoilt by this key of the widget's `data`.
    Clash(String),
    /// It needs the second origin, and the operator has set none (`widgets_url`).
    NoWidgetsOrigin,
}

impl FieldError {
    /// The key of its text in `assets/widgets-LANGUAGE.json`, under `errors`.
    #[must_use]
    pub const fn text_key(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::NotAnAddress => "not_an_address",
            Self::NotHttps => "not_https",
            Self::NotAHost => "not_a_host",
            Self::Characters => "characters",
            Self::Length(_) => "length",
            Self::TooLong(_) => "too_long",
            Self::Range(..) => "range",
            Self::NotAnOption => "not_an_option",
            Self::OtherLink => "other_link",
            Self::Secret(_) => "secret",
            Self::Clash(_) => "clash",
            Self::NoWidgetsOrigin => "no_widgets_origin",
        }
    }

    /// Every key that [`Self::text_key`] gives.
    pub const TEXT_KEYS: [&'static str; 13] = [
        "required",
        "not_an_address",
        "not_https",
        "not_a_host",
        "characters",
        "length",
        "too_long",
        "range",
        "not_an_option",
        "other_link",
        "secret",
        "clash",
        "no_widgets_origin",
    ];
}

/// The longest text of a field that sets no length: event contents are small.
const LONGEST: usize = 1000;

/// The value as it is written, or what is wrong with it. An empty one is not judged here.
pub(crate) fn clean(field: &Field, value: &str) -> Result<String, FieldError> {
    let value = value.trim();
    let count = value.chars().count();
    let longest = field.longest.unwrap_or(LONGEST);
    if count > longest {
        return Err(FieldError::TooLong(longest));
    }
    if !field.lengths.is_empty() && !field.lengths.contains(&count) {
        return Err(FieldError::Length(field.lengths.clone()));
    }
    match field.kind {
        Kind::Text if value.chars().any(char::is_control) => Err(FieldError::Characters),
        Kind::Text => Ok(value.into()),
        Kind::Code => {
            let allowed = |c: char| c.is_ascii_alphanumeric() || field.symbols.contains(c);
            if value.chars().all(allowed) { Ok(value.into()) } else { Err(FieldError::Characters) }
        }
        Kind::Url => url(value),
        Kind::Host => host(value),
        Kind::Number => {
            let number = value.parse().map_err(|_| FieldError::Range(field.min, field.max))?;
            in_range(field, number, number).map(|()| number.to_string())
        }
        Kind::Decimal => decimal(field, value),
        Kind::Choice if field.options.iter().any(|option| option == value) => Ok(value.into()),
        Kind::Choice => Err(FieldError::NotAnOption),
        Kind::Switch => match value {
            // In an address a switch may just be there.
            "true" | "1" => Ok("true".into()),
            "false" | "0" => Ok("false".into()),
            _ => Err(FieldError::NotAnOption),
        },
    }
}

fn url(value: &str) -> Result<String, FieldError> {
    if let Some(name) = secret::in_address(value) {
        return Err(FieldError::Secret(name));
    }
    // People paste addresses without a scheme; nothing but `https:` can be meant.
    let with_scheme = if value.contains("://") { value.into() } else { format!("https://{value}") };
    let address = Address::parse(&with_scheme).ok_or(FieldError::NotAnAddress)?;
    let at_home = ["localhost", "127.0.0.1", "[::1]"].contains(&address.hostname());
    // A name without a dot is more likely a slip than a server.
    if !at_home && !address.host.contains(['.', ':']) {
        return Err(FieldError::NotAnAddress);
    }
    if address.scheme == "http" && !at_home {
        return Err(FieldError::NotHttps);
    }
    Ok(with_scheme)
}

fn host(value: &str) -> Result<String, FieldError> {
    // Whole addresses are pasted here too.
    let host = match Address::parse(value) {
        Some(address) => address.host,
        None => value.trim_end_matches('/').to_lowercase(),
    };
    let named = host.contains('.') || host.starts_with("localhost");
    if named && is_host(&host) { Ok(host) } else { Err(FieldError::NotAHost) }
}

fn in_range(field: &Field, low: i64, high: i64) -> Result<(), FieldError> {
    let fits = field.min.is_none_or(|min| min <= low) && field.max.is_none_or(|max| high <= max);
    if fits { Ok(()) } else { Err(FieldError::Range(field.min, field.max)) }
}

fn decimal(field: &Field, value: &str) -> Result<String, FieldError> {
    let wrong = || FieldError::Range(field.min, field.max);
    let millionths = millionths(value).ok_or_else(wrong)?;
    let (low, high) = (millionths.div_euclid(1_000_000), -((-millionths).div_euclid(1_000_000)));
    in_range(field, low, high)?;
    Ok(decimal_text(millionths))
}

/// A decimal number in millionths; more decimals are cut off. (Reading floats would weigh more.)
pub(crate) fn millionths(value: &str) -> Option<i64> {
    let (negative, digits) = match value.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(decimals) || whole.len() > 9 {
        return None;
    }
    let decimals: String = decimals.chars().chain("000000".chars()).take(6).collect();
    let number = whole.parse::<i64>().ok()? * 1_000_000 + decimals.parse::<i64>().ok()?;
    Some(if negative { -number } else { number })
}

/// Millionths as a decimal number.
pub(crate) fn decimal_text(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, decimals) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
    let decimals = format!("{decimals:06}");
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(json: serde_json::Value) -> Field {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn each_kind_has_its_limits() {
        let cases: &[(serde_json::Value, &str, Result<&str, FieldError>)] = &[
            (serde_json::json!({"kind": "text"}), " a b ", Ok("a b")),
            (serde_json::json!({"kind": "text"}), "a\nb", Err(FieldError::Characters)),
            (serde_json::json!({"kind": "text", "longest": 2}), "äöü", Err(FieldError::TooLong(2))),
            (serde_json::json!({"kind": "code", "symbols": "-"}), "a-9", Ok("a-9")),
            (serde_json::json!({"kind": "code"}), "a/9", Err(FieldError::Characters)),
            (
                serde_json::json!({"kind": "code", "lengths": [11]}),
                "abc",
                Err(FieldError::Length(vec![11])),
            ),
            (serde_json::json!({"kind": "url"}), "pad.example/p/x", Ok("https://pad.example/p/x")),
            (serde_json::json!({"kind": "url"}), "http://pad.example/", Err(FieldError::NotHttps)),
            (
                serde_json::json!({"kind": "url"}),
                "http://localhost:3000/",
                Ok("http://localhost:3000/"),
            ),
            (
                serde_json::json!({"kind": "url"}),
                "javascript:alert(1)",
                Err(FieldError::NotAnAddress),
            ),
            (serde_json::json!({"kind": "url"}), "pad", Err(FieldError::NotAnAddress)),
            (
                serde_json::json!({"kind": "url"}),
                "https://bbb.example/join?password=x",
                Err(FieldError::Secret("password".into())),
            ),
            (
                serde_json::json!({"kind": "url"}),
                "https://u:p@pad.example/",
                Err(FieldError::Secret("u".into())),
            ),
            (serde_json::json!({"kind": "host"}), "https://Meet.Example/room", Ok("meet.example")),
            (serde_json::json!({"kind": "host"}), "meet example", Err(FieldError::NotAHost)),
            (serde_json::json!({"kind": "number", "min": 1, "max": 19}), "07", Ok("7")),
            (
                serde_json::json!({"kind": "number", "min": 1, "max": 19}),
                "20",
                Err(FieldError::Range(Some(1), Some(19))),
            ),
            (
                serde_json::json!({"kind": "decimal", "min": -90, "max": 90}),
                "-89.1234567",
                Ok("-89.123456"),
            ),
            (
                serde_json::json!({"kind": "decimal", "min": -90, "max": 90}),
                "90.1",
                Err(FieldError::Range(Some(-90), Some(90))),
            ),
            (
                serde_json::json!({"kind": "decimal", "min": -90, "max": 90}),
                "-90.000001",
                Err(FieldError::Range(Some(-90), Some(90))),
            ),
            (
                serde_json::json!({"kind": "choice", "options": ["a"]}),
                "b",
                Err(FieldError::NotAnOption),
            ),
            (serde_json::json!({"kind": "switch"}), "1", Ok("true")),
        ];
        for (declared, value, expected) in cases {
            let mut declared = declared.clone();
            declared["name"] = "x".into();
            let expected = expected.clone().map(String::from);
            assert_eq!(clean(&field(declared), value), expected, "{value}");
        }
    }

    #[test]
    fn decimals_survive_without_floats() {
        for (text, number) in [("52.5", 52_500_000), ("-0.000001", -1), ("7", 7_000_000)] {
            assert_eq!(millionths(text), Some(number));
            assert_eq!(decimal_text(number), text);
        }
        for text in ["", "-", ".5", "5.", "1e3", "+1", "1.2.3"] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }
}
