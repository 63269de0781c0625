//! What a wrapper shows. A wrapper is a page of the second origin around one of a third party,
//! which is loaded when somebody asks for it: until then nobody outside learns who opened a room.
//! The types themselves say which page that is (`direct_url`); only what no declaration can say is
//! here: any page, the card that opens a tab, Twitch's `parent`, and Dimension's old addresses.

use std::collections::BTreeMap;

use tessera_widgets::{Address, Catalogue, Client, Show, encode_component, expand};
use url::Url;

/// What is asked for: the query of a wrapper's address.
pub type Query = BTreeMap<String, String>;

/// What a wrapper shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The page.
    pub url: String,
    /// The page's origin, for the Content-Security-Policy.
    pub origin: String,
    /// Who runs it.
    pub party: String,
    /// In a frame here, or in a tab.
    pub show: Show,
    /// Whether the page is told that our origin embeds it; players want to know.
    pub named: bool,
}

/// The wrappers of one second origin.
#[derive(Debug, Clone)]
pub struct Wrappers {
    catalogue: Catalogue,
    origin: String,
}

impl Wrappers {
    /// Wrappers at `origin` for these types.
    #[must_use]
    pub fn new(catalogue: Catalogue) -> Option<Self> {
        let origin = Address::parse(catalogue.widgets_url()?)?.origin();
        Some(Self { catalogue, origin })
    }

    /// Scheme, host and port of the second origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What the wrapper at `/kind?query` shows. `None` if there is no such wrapper, or the query is
    /// not one of its.
    #[must_use]
    pub fn shown(&self, kind: &str, query: &Query) -> Option<Wrapped> {
        match kind {
            "page" => self.any(query.get("url")?, Show::Frame),
            "open" => self.any(query.get("url")?, Show::Card),
            "twitch" => self.twitch(query),
            kind => self.declared(kind, query),
        }
    }

    /// Any page of another origin.
    fn any(&self, url: &str, show: Show) -> Option<Wrapped> {
        let address = Address::parse(url).filter(|_| url.len() <= super::page::LONGEST_URL)?;
        // A page within itself helps nobody, and what is not `https:` does not load.
        let local = ["localhost", "127.0.0.1"].contains(&address.hostname());
        let fits = address.scheme == "https" || local;
        let other = address.origin() != self.origin;
        let party = address.host.clone();
        (fits && other).then(|| wrapped(url, party, show, false))?
    }

    /// The page that a declaration names.
    fn declared(&self, kind: &str, query: &Query) -> Option<Wrapped> {
        let (declared, _, filled) = self.catalogue.behind_wrapper(&self.address(kind, query))?;
        let filled = filled.filter(|_| declared.id == kind)?;
        let client = Client {
            theme: query.get("theme").cloned(),
            language: query.get("lang").cloned(),
            ..Client::default()
        };
        let url = expand(&filled.url, &filled.data, &client);
        let address = Address::parse(&url)?;
        let party = filled.party.unwrap_or_else(|| address.host.clone());
        wrapped(&url, party, Show::Frame, true)
    }

    /// Twitch plays only where it is told every page around it, by host.
    fn twitch(&self, query: &Query) -> Option<Wrapped> {
        let address = self.address("twitch", query);
        let (declared, values, _) = self.catalogue.behind_wrapper(&address)?;
        let (kind, code) = (values.get("kind")?, values.get("code")?);
        let v = if kind == "video" { "v" } else { "" };
        let mut url = format!("https://player.twitch.tv/?{kind}={v}{code}&autoplay=false");
        let own = Address::parse(&self.origin)?;
        let client = query.get("parentUrl").and_then(|parent| Address::parse(parent));
        let mut hosts = vec![own.hostname().to_owned()];
        hosts.extend(client.map(|client| client.hostname().to_owned()));
        hosts.dedup();
        for host in hosts {
            url.push_str(&format!("&parent={}", encode_component(&host)));
        }
        let party = declared.party.clone().unwrap_or_default();
        wrapped(&url, party, Show::Frame, true)
    }

    /// The wrapper's own address.
    fn address(&self, kind: &str, query: &Query) -> String {
        let pairs: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{}={}", encode_component(name), encode_component(value)))
            .collect();
        format!("{}/{kind}?{}", self.origin, pairs.join("&"))
    }

    /// Where one of Dimension's wrapper addresses leads today: an address of ours.
    #[must_use]
    pub fn instead_of_dimensions(&self, wrapper: &str, query: &Query) -> Option<String> {
        let page = |url: &str| format!("{}/page?url={}", self.origin, encode_component(url));
        let address = match wrapper {
            "generic" | "generic-fullscreen" => page(query.get("url")?),
            "video" | "gcal" | "jitsi" | "tradingview" | "spotify" | "bigbluebutton" => {
                // Dimension's origin is whatever led here; only the path and the query count.
                let old = self.address(&format!("widgets/{wrapper}"), query);
                let event_type = if wrapper == "jitsi" { "m.jitsi" } else { "m.custom" };
                let content = serde_json::json!({"type": event_type, "url": old});
                let found = self.catalogue.recognise(content.as_object()?)?;
                let filled = match found.widget_type.id.as_str() {
                    "custom" => return Some(page(query.get("url")?)),
                    _ => self.catalogue.fill(found.widget_type, &found.values, found.show).ok()?,
                };
                let client = Client {
                    display_name: query.get("displayName").cloned(),
                    user_id: query.get("userId").cloned().unwrap_or_default(),
                    ..Client::default()
                };
                let url = expand(&filled.url, &filled.data, &client);
                if filled.url.starts_with(&self.origin) { url } else { page(&url) }
            }
            _ => return None,
        };
        // What the client added goes along.
        let passed = ["widgetId", "parentUrl"]
            .iter()
            .filter_map(|name| Some(format!("&{name}={}", encode_component(query.get(*name)?))));
        Some(address + &passed.collect::<String>())
    }
}

/// The page with its origin as a policy names it: in ASCII.
fn wrapped(url: &str, party: String, show: Show, named: bool) -> Option<Wrapped> {
    let url = Url::parse(url).ok()?;
    let origin = url.origin().ascii_serialization();
    Some(Wrapped { url: url.into(), origin, party, show, named })
}

#[cfg(test)]
mod tests;
