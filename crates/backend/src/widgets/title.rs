//! The title of a page, for the tooltip of a widget.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use moka::future::Cache;
use url::Url;

use super::page::{LONGEST_URL, Pages};
use crate::matrix::outgoing::Wanted;

/// The longest title, in characters.
const LONGEST: usize = 200;

/// Titles, remembered for an hour so that a room full of people asks once.
#[derive(Clone)]
pub struct Titles {
    pages: Pages,
    cache: Cache<String, Option<String>>,
}

impl Titles {
    /// Titles of pages.
    #[must_use]
    pub fn new(pages: Pages) -> Self {
        let cache =
            Cache::builder().max_capacity(1_000).time_to_live(Duration::from_secs(60 * 60)).build();
        Self { pages, cache }
    }

    /// The title of the page at this address, which may be encoded once more than it should be:
    /// Element encodes it twice. `None` if there is no page or it has none.
    pub async fn of(&self, address: &str) -> Option<String> {
        if address.len() > 3 * LONGEST_URL {
            return None;
        }
        let url = Url::parse(address).ok().or_else(|| {
            let decoded = url::form_urlencoded::parse(
                format!("u={}", address.replace('+', "%2B")).as_bytes(),
            )
            .next()
            .map(|(_, value)| value.into_owned())?;
            Url::parse(&decoded).ok()
        })?;
        self.cache
            .get_with(url.to_string(), async {
                let seen = self.pages.look(&url, Wanted::PageStart).await.ok()?;
                let content_type = seen.response.headers.get(CONTENT_TYPE)?.to_str().ok()?;
                let page = content_type.to_ascii_lowercase().contains("html");
                let found = page && seen.response.status.is_success();
                found.then(|| title(&String::from_utf8_lossy(&seen.response.body)))?
            })
            .await
    }
}

/// The text of the first `<title>`, in one line.
fn title(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower.get(tag..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let text = unescape(html.get(start..end)?);
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// The character references that titles have.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let character = reference.and_then(|(name, _)| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            "ndash" => Some('–'),
            "mdash" => Some('—'),
            "hellip" => Some('…'),
            _ => {
                let number = name.strip_prefix('#')?;
                let hex = number.strip_prefix(['x', 'X']);
                let code = match hex {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (character, reference) {
            (Some(character), Some((_, after))) => {
                out.push(character);
                rest = after;
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_text() {
        for (html, found) in [
            ("<html><TITLE lang=en>\n A &amp; B &#8211; &#x43;\n</TITLE>", Some("A & B – C")),
            ("<title>&nope; &</title>", Some("&nope; &")),
            ("<title></title>", None),
            ("<title>cut off", None),
            ("<p>none</p>", None),
        ] {
            assert_eq!(title(html).as_deref(), found, "{html}");
        }
        assert_eq!(title(&format!("<title>{}</title>", "x".repeat(999))).unwrap().len(), LONGEST);
    }
}
