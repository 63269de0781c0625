//! What a page's headers say about frames: `X-Frame-Options` and the `frame-ancestors` of its
//! Content-Security-Policies, judged as browsers do against every page around the frame.
//! After CSP Level 3 and the HTML standard's check of `X-Frame-Options`.

use http::{
    HeaderMap,
    header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS},
};
use tessera_protocol::frame_check::FrameReason;
use url::Url;

/// An origin as policies see it. `url` makes none of `vector://vector`, Element Desktop's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// Reads `scheme://host[:port]`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse().ok()?)),
            _ => (authority, None),
        };
        let scheme = scheme.to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let named = !host.is_empty() && !host.contains(['@', ' ', '*', ';', ',', '\'']);
        if !scheme.chars().all(plain) || !named {
            return None;
        }
        let port = port.or_else(|| default_port(&scheme));
        Some(Self { host: host.to_ascii_lowercase(), port, scheme })
    }

    /// The origin of a page.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        Self::parse(&url.origin().ascii_serialization())
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.scheme != "http"
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match self.port.filter(|port| default_port(&self.scheme) != Some(*port)) {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        _ => None,
    }
}

/// Why a page with these headers is not shown in a frame inside all of `ancestors`.
pub(crate) fn refusal(
    page: &Origin,
    headers: &HeaderMap,
    ancestors: &[Origin],
) -> Option<FrameReason> {
    let policies = policies(headers);
    for allowed in &policies {
        let refused = ancestors.iter().find(|ancestor| !permits(allowed, page, ancestor));
        if let Some(ancestor) = refused {
            let ancestor = ancestor.to_string();
            return Some(FrameReason::FrameAncestors { allowed: allowed.clone(), ancestor });
        }
    }
    // A policy with `frame-ancestors` makes browsers ignore the older header.
    if policies.is_empty() { by_x_frame_options(page, headers, ancestors) } else { None }
}

/// The sources of each policy's first `frame-ancestors`.
pub(crate) fn policies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(CONTENT_SECURITY_POLICY).iter().filter_map(|v| v.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .filter_map(|policy| {
            policy.split(';').find_map(|directive| {
                let mut words = directive.split_ascii_whitespace();
                let name = words.next()?;
                let ours = name.eq_ignore_ascii_case("frame-ancestors");
                ours.then(|| words.collect::<Vec<_>>().join(" "))
            })
        })
        .collect()
}

/// Whether one of the sources matches. None at all, like `'none'`, matches nothing.
pub(crate) fn permits(sources: &str, page: &Origin, ancestor: &Origin) -> bool {
    sources.split(' ').any(|source| source_matches(source, page, ancestor))
}

fn source_matches(source: &str, page: &Origin, ancestor: &Origin) -> bool {
    let source = source.to_ascii_lowercase();
    match source.as_str() {
        "*" => {
            ["http", "https"].contains(&ancestor.scheme.as_str()) || ancestor.scheme == page.scheme
        }
        "'self'" => {
            ancestor == page
                || ancestor.host == page.host && upgraded(&page.scheme, page.port, ancestor)
        }
        "" | "'none'" => false,
        source => match source.strip_suffix(':') {
            Some(scheme) if !scheme.contains(['/', ':', '.']) => {
                scheme_matches(scheme, &ancestor.scheme)
            }
            _ => host_source_matches(source, page, ancestor),
        },
    }
}

/// Whether `ancestor` is the same with TLS on the default ports.
fn upgraded(scheme: &str, port: Option<u16>, ancestor: &Origin) -> bool {
    scheme == "http" && ancestor.scheme == "https" && port == Some(80) && ancestor.port == Some(443)
}

/// What is allowed without TLS is allowed with it.
fn scheme_matches(allowed: &str, given: &str) -> bool {
    allowed == given || allowed == "http" && given == "https"
}

fn host_source_matches(source: &str, page: &Origin, ancestor: &Origin) -> bool {
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (page.scheme.as_str(), source),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host_matches = match host.strip_prefix("*.") {
        Some(domain) => ancestor
            .host
            .strip_suffix(domain)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => host == "*" || host == ancestor.host,
    };
    let port_matches = match port {
        Some("*") => true,
        Some(port) => {
            let port = port.parse().ok();
            port.is_some()
                && (port == ancestor.port || port == Some(80) && ancestor.port == Some(443))
        }
        None => ancestor.port == default_port(&ancestor.scheme),
    };
    scheme_matches(scheme, &ancestor.scheme) && host_matches && port_matches
}

fn by_x_frame_options(
    page: &Origin,
    headers: &HeaderMap,
    ancestors: &[Origin],
) -> Option<FrameReason> {
    let values = headers.get_all(X_FRAME_OPTIONS).iter().filter_map(|value| value.to_str().ok());
    let mut options: Vec<String> = values
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().to_ascii_lowercase())
        .collect();
    options.sort();
    options.dedup();
    let known = |value: &String| ["deny", "sameorigin", "allowall"].contains(&value.as_str());
    let refused = match options.as_slice() {
        [] => false,
        [one] if one == "deny" => true,
        [one] if one == "sameorigin" => ancestors.iter().any(|ancestor| ancestor != page),
        // `allowall`, and what no browser knows, such as `ALLOW-FROM`.
        [_] => false,
        // Values that contradict each other are as good as `deny`.
        several => several.iter().any(known),
    };
    refused.then(|| FrameReason::XFrameOptions { value: options.join(", ").to_ascii_uppercase() })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const CLIENT: &str = "https://app.example";

    fn judge(headers: &[(&'static str, &str)], ancestors: &[&str]) -> Option<&'static str> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let ancestors: Vec<_> = ancestors.iter().map(|text| Origin::parse(text).unwrap()).collect();
        let page = Origin::parse("https://page.example").unwrap();
        refusal(&page, &map, &ancestors).map(|reason| match reason {
            FrameReason::XFrameOptions { .. } => "xfo",
            FrameReason::FrameAncestors { .. } => "csp",
            _ => "other",
        })
    }

    #[test]
    fn policies_are_read_as_browsers_read_them() {
        let csp = |value: &str| judge(&[("content-security-policy", value)], &[CLIENT]);
        for (value, verdict) in [
            ("default-src 'none'", None),
            ("frame-ancestors *", None),
            ("frame-ancestors https:", None),
            ("frame-ancestors http:", None),
            ("frame-ancestors https://app.example", None),
            ("frame-ancestors http://app.example", None),
            ("frame-ancestors app.example", None),
            ("FRAME-ANCESTORS HTTPS://APP.EXAMPLE/any/path", None),
            ("frame-ancestors *.example", None),
            ("frame-ancestors https://*:*", None),
            ("frame-ancestors https://app.example:443", None),
            ("default-src 'self'; frame-ancestors 'self' https://app.example", None),
            ("frame-ancestors", Some("csp")),
            ("frame-ancestors 'none'", Some("csp")),
            ("frame-ancestors 'self'", Some("csp")),
            ("frame-ancestors https://other.example", Some("csp")),
            ("frame-ancestors *.app.example", Some("csp")),
            ("frame-ancestors https://app.example:8443", Some("csp")),
            ("frame-ancestors vector:", Some("csp")),
            ("frame-ancestors *, frame-ancestors 'self'", Some("csp")),
            ("frame-ancestors 'self'; frame-ancestors *", Some("csp")),
            ("frame-ancestorss 'none'", None),
        ] {
            assert_eq!(csp(value), verdict, "{value}");
        }
        assert_eq!(
            judge(&[("content-security-policy-report-only", "frame-ancestors 'none'")], &[CLIENT]),
            None
        );
    }

    #[test]
    fn every_page_around_the_frame_must_be_allowed() {
        let csp = [("content-security-policy", "frame-ancestors https://app.example")];
        assert_eq!(judge(&csp, &[CLIENT]), None);
        assert_eq!(judge(&csp, &["https://widgets.example", CLIENT]), Some("csp"));
        let desktop = [("content-security-policy", "frame-ancestors https: vector:")];
        assert_eq!(judge(&desktop, &["vector://vector", "https://widgets.example"]), None);
        let star = [("content-security-policy", "frame-ancestors *")];
        assert_eq!(judge(&star, &["vector://vector"]), Some("csp"), "`*` means the web");
    }

    #[test]
    fn the_older_header_counts_only_without_the_newer() {
        let deny = ("x-frame-options", "DENY");
        assert_eq!(judge(&[deny], &[CLIENT]), Some("xfo"));
        assert_eq!(judge(&[("x-frame-options", "SameOrigin")], &[CLIENT]), Some("xfo"));
        assert_eq!(judge(&[("x-frame-options", "SAMEORIGIN")], &["https://page.example"]), None);
        assert_eq!(judge(&[("x-frame-options", "ALLOW-FROM https://x.example")], &[CLIENT]), None);
        assert_eq!(judge(&[("x-frame-options", "ALLOWALL")], &[CLIENT]), None);
        assert_eq!(judge(&[("x-frame-options", "SAMEORIGIN, ALLOWALL")], &[CLIENT]), Some("xfo"));
        let csp = ("content-security-policy", "frame-ancestors https://app.example");
        assert_eq!(judge(&[deny, csp], &[CLIENT]), None, "the policy wins");
        assert_eq!(
            judge(&[deny, ("content-security-policy", "default-src 'self'")], &[CLIENT]),
            Some("xfo")
        );
    }
}
