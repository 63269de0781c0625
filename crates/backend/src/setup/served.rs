//! What is served where clients look: a homeserver's well-known, Element's `config.json`, and our own
//! pages and API through whatever proxy is before them. `cli::check`, `http::setup` and `doctor` call
//! this; it asks through `matrix::outgoing` and judges with `difference` and `widgets::framing`.

use futures_util::future::join_all;
use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap};
use serde_json::{Map, Value};
use url::Url;

use super::{Documents, Setup, wrong::Wrong};
use crate::{
    matrix::{
        documents::{self, NoDocument},
        federation::Federation,
        outgoing::{Destination, Response, SOME_ORIGIN, Wanted},
        server_name::ServerName,
    },
    widgets::framing::{self, Origin},
};

/// Element Desktop's origin.
const DESKTOP: &str = "vector://vector";
/// Our pages that clients show in frames.
const PAGES: [&str; 2] = ["/", "/picker"];
/// One of the second origin, which shows a link.
const WRAPPER: &str = "/open?url=https://matrix.org/";
/// Where clients post first.
const REGISTER: &str = "/api/register";

/// Looks at what is served, as a client does.
pub struct Visitor {
    federation: Federation,
    web_port: Option<u16>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/.well-known/matrix/client` of a homeserver.
    WellKnown,
    /// Element's `config.json`.
    ElementConfig,
    /// A page of ours.
    Page,
    /// Our API, as a page of another origin asks it.
    Api,
}

/// A place that was looked at.
#[derive(Debug)]
pub struct Seen {
    /// What it is.
    pub place: Place,
    /// Where it is.
    pub url: Url,
    /// What is wrong there; nothing if it is as it has to be.
    pub wrong: Vec<Wrong>,
}

impl Visitor {
    /// One that reaches homeservers as the configuration says.
    #[must_use]
    pub const fn new(federation: Federation) -> Self {
        Self { federation, web_port: None }
    }

    /// For tests, which cannot listen on port 443.
    #[cfg(test)]
    pub(crate) fn set_web_port(&mut self, port: u16) {
        self.web_port = Some(port);
        self.federation.set_well_known_port(port);
    }

    /// How homeservers are reached.
    #[must_use]
    pub const fn federation(&self) -> &Federation {
        &self.federation
    }

    /// An address at the web server of a homeserver's name. Element looks there for the well-known,
    /// at the name's port if it has one.
    #[must_use]
    pub fn web(&self, server: &ServerName, path: &str) -> Option<Url> {
        let host = server.host();
        match server.port().or(self.web_port) {
            Some(port) => Url::parse(&format!("https://{host}:{port}{path}")).ok(),
            None => Url::parse(&format!("https://{host}{path}")).ok(),
        }
    }

    /// A homeserver's document, as a page of another origin gets it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn of_homeserver(
        &self,
        server: &ServerName,
        url: &Url,
    ) -> Result<Response, NoDocument> {
        let access = self.federation.access(server);
        documents::fetch(self.federation.guard(), access, url, Wanted::CrossOriginJson).await
    }

    async fn own(&self, url: &Url, wanted: Wanted) -> Result<Response, NoDocument> {
        documents::fetch(self.federation.guard(), self.federation.own(), url, wanted).await
    }

    /// Looks at all places.
    pub async fn visit_all(&self, setup: &Setup) -> Vec<Seen> {
        let Some(documents) = setup.documents() else { return Vec::new() };
        let (well_knowns, configs, ours) = futures_util::future::join3(
            join_all(setup.homeservers.iter().map(|server| self.well_known(documents, server))),
            self.elements(setup),
            self.ours(setup),
        )
        .await;
        well_knowns.into_iter().flatten().chain(configs).chain(ours).collect()
    }

    async fn well_known(&self, documents: Documents<'_>, server: &ServerName) -> Option<Seen> {
        let url = self.web(server, CLIENT_WELL_KNOWN)?;
        let wrong = match self.of_homeserver(server, &url).await {
            Ok(answer) => judge_well_known(documents, &answer),
            Err(none) => vec![Wrong::NoDocument(none)],
        };
        Some(Seen { place: Place::WellKnown, url, wrong })
    }

    /// The operator's Elements.
    pub async fn elements(&self, setup: &Setup) -> Vec<Seen> {
        let Some(documents) = setup.documents() else { return Vec::new() };
        join_all(setup.element_urls.iter().map(|element| self.element(documents, element))).await
    }

    async fn element(&self, documents: Documents<'_>, element: &Url) -> Seen {
        let place = Place::ElementConfig;
        // Element prefers the file that names its host, unless that is empty.
        if let Some(url) =
            element.host_str().and_then(|host| beside(element, &format!("config.{host}.json")))
            && let Ok(answer) = self.own(&url, Wanted::Json).await
            && let Some(config) = object(&answer.body)
            && !config.is_empty()
        {
            let wrong = documents.compare_element_config(&config);
            return Seen { place, url, wrong: wrong.into_iter().map(Wrong::Difference).collect() };
        }
        let url = beside(element, "config.json").unwrap_or_else(|| element.clone());
        let wrong = match self.own(&url, Wanted::Json).await {
            Err(none) => vec![Wrong::NoDocument(none)],
            Ok(answer) => match object(&answer.body) {
                None => vec![Wrong::NotJson],
                Some(config) => {
                    let differences = documents.compare_element_config(&config);
                    differences.into_iter().map(Wrong::Difference).collect()
                }
            },
        };
        Seen { place, url, wrong }
    }

    /// Our own pages and API at our public address.
    pub async fn ours(&self, setup: &Setup) -> Vec<Seen> {
        let Some(base) = setup.base.as_deref().and_then(|base| Url::parse(base).ok()) else {
            return Vec::new();
        };
        let wrapper = setup.widgets.as_ref().map(|widgets| format!("{widgets}{WRAPPER}"));
        let wrapper = wrapper.and_then(|wrapper| Url::parse(&wrapper).ok());
        let pages = PAGES.iter().filter_map(|path| base.join(path).ok()).chain(wrapper);
        let pages = join_all(pages.map(|url| async move {
            let wrong = match self.own(&url, Wanted::PageHead).await {
                Ok(answer) => judge_page(setup, &url, &answer.headers),
                Err(none) => vec![Wrong::NoDocument(none)],
            };
            Seen { place: Place::Page, url, wrong }
        }));
        let (mut seen, api) = futures_util::future::join(pages, self.api(setup, &base)).await;
        seen.extend(api);
        seen
    }

    /// Browsers follow no redirect of a preflight, so neither does this.
    async fn api(&self, setup: &Setup, base: &Url) -> Option<Seen> {
        let url = base.join(REGISTER).ok()?;
        let to = Destination::origin_of(&url)?;
        let own = self.federation.own();
        let answer = self.federation.guard().fetch(&to, own, REGISTER, Wanted::Preflight).await;
        let wrong = match answer {
            Ok(answer) if answer.status.is_success() => judge_preflight(setup, &answer.headers),
            Ok(answer) => vec![Wrong::NoDocument(NoDocument::Status(answer.status))],
            Err(failure) => vec![Wrong::NoDocument(NoDocument::Failure(failure))],
        };
        Some(Seen { place: Place::Api, url, wrong })
    }
}

/// The path of what a homeserver tells clients.
pub const CLIENT_WELL_KNOWN: &str = "/.well-known/matrix/client";

/// A file beside Element's page.
fn beside(element: &Url, file: &str) -> Option<Url> {
    let mut folder = element.clone();
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", element.path()));
    }
    folder.join(file).ok()
}

/// A JSON object. Not by way of a struct, which would also be read from an array.
pub fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body).ok()
}

/// What is wrong with a homeserver's well-known: its content, and who may read it.
#[must_use]
pub fn judge_well_known(documents: Documents<'_>, answer: &Response) -> Vec<Wrong> {
    let Some(served) = object(&answer.body) else { return vec![Wrong::NotJson] };
    let differences = documents.compare_well_known(&served);
    let cors = judge_cors(documents.setup, &answer.headers);
    differences.into_iter().map(Wrong::Difference).chain(cors).collect()
}

/// Whether pages of clients may read an answer.
#[must_use]
pub fn judge_cors(setup: &Setup, headers: &HeaderMap) -> Option<Wrong> {
    let mut allowed = headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN).iter();
    let Some(first) = allowed.next() else { return Some(Wrong::NoCors) };
    let first = String::from_utf8_lossy(first.as_bytes()).into_owned();
    if allowed.next().is_some() || first.contains(',') {
        return Some(Wrong::CorsTwice);
    }
    let mut clients = setup.element_urls.iter().map(|url| url.origin().ascii_serialization());
    let only_ours = !setup.element_urls.is_empty() && clients.all(|client| client == first);
    (first != "*" && first != SOME_ORIGIN && !only_ours)
        .then_some(Wrong::CorsForAnother { allowed: first })
}

fn judge_preflight(setup: &Setup, headers: &HeaderMap) -> Vec<Wrong> {
    if let Some(wrong) = judge_cors(setup, headers) {
        return vec![wrong];
    }
    let names = headers.get_all(ACCESS_CONTROL_ALLOW_HEADERS).iter();
    let allowed = names
        .filter_map(|names| names.to_str().ok())
        .flat_map(|names| names.split(','))
        .any(|name| ["*", "content-type"].contains(&name.trim().to_ascii_lowercase().as_str()));
    if allowed { Vec::new() } else { vec![Wrong::NoContentType] }
}

/// Whether clients may show a page of ours in a frame: the operator's, or Element's own if none is
/// named, and Element Desktop if our configuration lets it.
fn judge_page(setup: &Setup, url: &Url, headers: &HeaderMap) -> Vec<Wrong> {
    let Some(page) = Origin::of(url) else { return Vec::new() };
    if framing::policies(headers).is_empty() {
        return vec![Wrong::NotOurs];
    }
    let ours = setup.frame_ancestors.join(" ");
    let may = |client: &Origin| framing::permits(&ours, &page, client);
    let mut clients: Vec<Origin> = setup.element_urls.iter().filter_map(Origin::of).collect();
    if clients.is_empty() {
        clients.extend(Origin::parse(SOME_ORIGIN).filter(may));
    }
    clients.extend(Origin::parse(DESKTOP).filter(may));
    let mut wrong = Vec::new();
    for client in clients {
        if !may(&client) {
            wrong.push(Wrong::KeptOut { client: client.to_string() });
        } else if let Some(reason) = framing::refusal(&page, headers, std::slice::from_ref(&client))
        {
            wrong.push(Wrong::Framing { client: client.to_string(), reason });
        }
    }
    wrong
}

#[cfg(test)]
mod tests;
