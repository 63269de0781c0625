//! The encodings of addresses: of JavaScript's `encodeURIComponent`, and of forms.

/// What JavaScript's `encodeURIComponent` makes of a text.
#[must_use]
pub fn encode_component(text: &str) -> String {
    percent(text, |byte| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte))
}

/// What `URLSearchParams` makes of a name or value.
pub(crate) fn encode_form(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"*-._ ".contains(&byte);
    percent(text, plain).replace(' ', "+")
}

/// A value for one segment of a path, which may hold what a segment may.
pub(crate) fn encode_segment(text: &str) -> String {
    percent(text, |byte| byte.is_ascii_alphanumeric() || b"-_.!~*'(),:@".contains(&byte))
}

fn percent(text: &str, plain: impl Fn(u8) -> bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// Percent decoding; what is no escape stays, and what is no UTF-8 is replaced.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped =
            (byte == b'%').then(|| Some((hex(bytes.get(at + 1))?, hex(bytes.get(at + 2))?)));
        if let Some(Some((high, low))) = escaped {
            out.push(high << 4 | low);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    match byte? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        letter @ b'a'..=b'f' => Some(letter - b'a' + 10),
        letter @ b'A'..=b'F' => Some(letter - b'A' + 10),
        _ => None,
    }
}

/// Percent decoding of a form's name or value: `+` is a space.
pub(crate) fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_the_browsers() {
        assert_eq!(encode_component("@u:hs Al $é!*'()~"), "%40u%3Ahs%20Al%20%24%C3%A9!*'()~");
        assert_eq!(encode_form("Al $é!~*"), "Al+%24%C3%A9%21%7E*");
        assert_eq!(decode("a%20b%2"), "a b%2");
        assert_eq!(decode("%C3%A9%FF%zz"), "é\u{fffd}%zz");
        assert_eq!(decode_form("a+b%2B"), "a b+");
    }
}
