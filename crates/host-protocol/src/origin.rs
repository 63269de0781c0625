//! Who the host is: the origin that `parentUrl` promises, compared with what the browser says in
//! `event.origin`. Origins of schemes other than the web's (`vector://vector` of Element Desktop)
//! are `"null"` to `URL.origin`, so they are built from scheme and host by hand.

/// The origin that messages of a host at `parent_url` carry; `None` if the address names none.
#[must_use]
pub fn of_address(parent_url: &str) -> Option<String> {
    let (scheme, rest) = parent_url.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let mut letters = scheme.bytes();
    if !letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        || !letters.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    if host.is_empty() || host.contains(char::is_whitespace) {
        // `file:///…`: the browser calls such an origin "null".
        return (scheme == "file").then(|| "null".to_owned());
    }
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = match host.strip_suffix(default_port) {
        Some(stripped) if !default_port.is_empty() => stripped,
        _ => &host,
    };
    Some([&scheme, "://", host].concat())
}

/// What to give `postMessage` as its target. Only web origins can be named there; none of our
/// messages to the host holds a secret.
#[must_use]
pub fn post_target(origin: Option<&str>) -> &str {
    match origin {
        Some(origin) if origin.starts_with("https://") || origin.starts_with("http://") => origin,
        _ => "*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_the_browser_says() {
        for (address, origin) in [
            ("https://app.example/#/room/!x", Some("https://app.example")),
            ("HTTPS://App.Example:443/a?b", Some("https://app.example")),
            ("http://localhost:8081", Some("http://localhost:8081")),
            ("vector://vector/webapp/", Some("vector://vector")),
            ("https://good.example@evil.example/", Some("https://evil.example")),
            ("https://evil.example\\@good.example/", Some("https://evil.example")),
            ("file:///opt/element/index.html", Some("null")),
            ("https:///", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(of_address(address).as_deref(), origin, "{address}");
        }
    }

    #[test]
    fn only_web_origins_can_be_targets() {
        assert_eq!(post_target(Some("https://app.example")), "https://app.example");
        assert_eq!(post_target(Some("vector://vector")), "*");
        assert_eq!(post_target(Some("null")), "*");
        assert_eq!(post_target(None), "*");
    }
}
