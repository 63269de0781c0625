//! A small world for tests: a homeserver with TLS, an Element and our own server behind a proxy, all
//! on this machine, all healthy until a test changes what one of them answers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::json;

use super::{Setup, served::Visitor};
use crate::{
    clock::ManualClock,
    doctor::Doctor,
    matrix::{
        fake_server::{Answer, Authority, FakeServer, PRIVATE, answer, impatient},
        federation::{Federation, FederationConfig, ServerOverride},
        media::HomeserverAccount,
        resolver::table::TableResolver,
        server_name::ServerName,
    },
};

/// The homeserver's name.
pub(crate) const NAME: &str = "hs.test";
/// Its documents.
pub(crate) const WELL_KNOWN: &str = "/.well-known/matrix/client";
pub(crate) const SERVER_WELL_KNOWN: &str = "/.well-known/matrix/server";
pub(crate) const USERINFO: &str = "/_matrix/federation/v1/openid/userinfo";
pub(crate) const VERSIONS: &str = "/_matrix/client/versions";
pub(crate) const UPLOAD: &str = "/_matrix/media/v3/upload";
pub(crate) const DOWNLOAD: &str = "/_matrix/client/v1/media/download/hs.test/doctor";
pub(crate) const WHOAMI: &str = "/_matrix/client/v3/account/whoami";
/// What `Date` says while the clock stands at 0.
pub(crate) const DATE: &str = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
/// What our server sends with its pages.
pub(crate) const POLICY: &str =
    "content-security-policy: default-src 'none'; frame-ancestors * vector:\r\n";
/// Everybody may read it.
pub(crate) const CORS: &str = "access-control-allow-origin: *\r\n";

/// What a server answers at a path; 404 elsewhere.
type Answers = Arc<Mutex<HashMap<String, Answer>>>;

/// One of the three servers.
pub(crate) struct Site {
    pub(crate) server: FakeServer,
    answers: Answers,
}

impl Site {
    fn handler() -> (Answers, impl Fn(&str) -> Answer + Send + Sync + 'static) {
        let answers = Answers::default();
        let ours = answers.clone();
        let handler = move |path: &str| {
            let path = path.split('?').next().unwrap_or_default();
            let known = ours.lock().unwrap().get(path).cloned();
            known.unwrap_or_else(|| answer("404 Not Found", "", "<h1>Not Found</h1>"))
        };
        (answers, handler)
    }

    /// From now on this is answered.
    pub(crate) fn says(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// From now on nothing is there.
    pub(crate) fn forgets(&self, path: &str) {
        self.answers.lock().unwrap().remove(path);
    }
}

/// The world.
pub(crate) struct World {
    pub(crate) homeserver: Site,
    pub(crate) element: Site,
    pub(crate) ours: Site,
    authority: Authority,
    /// How the operator's configuration reaches the homeserver.
    pub(crate) federation: FederationConfig,
    /// What DNS knows.
    pub(crate) dns: TableResolver,
    pub(crate) setup: Setup,
    pub(crate) account: Option<HomeserverAccount>,
    pub(crate) clock: Arc<ManualClock>,
}

/// A JSON answer with these headers.
pub(crate) fn says(status: &str, headers: &str, body: &serde_json::Value) -> Answer {
    let headers = format!("content-type: application/json\r\n{headers}");
    answer(status, &headers, &body.to_string())
}

/// An error of a homeserver.
pub(crate) fn error(status: &str, errcode: &str) -> Answer {
    says(status, DATE, &json!({"errcode": errcode, "error": "no"}))
}

impl World {
    pub(crate) async fn healthy() -> Self {
        let authority = Authority::new();
        let (answers, handler) = Site::handler();
        let server = FakeServer::https((PRIVATE, 0), &authority, &[NAME], handler).await;
        let homeserver = Site { server, answers };
        let (answers, handler) = Site::handler();
        let element = Site { server: FakeServer::http((PRIVATE, 0), handler).await, answers };
        let (answers, handler) = Site::handler();
        let ours = Site { server: FakeServer::http((PRIVATE, 0), handler).await, answers };

        let setup = Setup {
            base: Some(format!("http://{}", ours.server.address)),
            widgets: None,
            frame_ancestors: vec!["*".into(), "vector:".into()],
            element_urls: vec![format!("http://{}/app", element.server.address).parse().unwrap()],
            homeservers: vec![NAME.parse().unwrap()],
        };
        let documents = setup.documents().unwrap();
        let at = format!("{NAME}:{}", homeserver.server.port());
        let mut well_known = documents.well_known();
        well_known["m.homeserver"] = json!({"base_url": format!("https://{at}/")});
        homeserver.says(WELL_KNOWN, says("200 OK", CORS, &well_known));
        homeserver.says(SERVER_WELL_KNOWN, says("200 OK", "", &json!({"m.server": at})));
        homeserver.says(USERINFO, error("401 Unauthorized", "M_UNKNOWN_TOKEN"));
        homeserver.says(VERSIONS, says("200 OK", "", &json!({"versions": ["v1.1", "v1.12"]})));
        homeserver.says(UPLOAD, error("401 Unauthorized", "M_MISSING_TOKEN"));
        homeserver.says(DOWNLOAD, error("401 Unauthorized", "M_MISSING_TOKEN"));
        let user = json!({"user_id": "@stickers:hs.test"});
        homeserver.says(WHOAMI, says("200 OK", "", &user));
        element.says("/app/config.json", says("200 OK", "", &documents.element_config()));
        for page in ["/", "/picker"] {
            ours.says(page, answer("200 OK", POLICY, "<!doctype html>"));
        }
        let preflight = format!("{CORS}access-control-allow-headers: accept,Content-Type\r\n");
        ours.says("/api/register", answer("200 OK", &preflight, ""));

        let server = ServerOverride {
            allow_private_addresses: true,
            ca_file: Some(authority.file()),
            federation_url: None,
        };
        let federation = FederationConfig {
            servers: HashMap::from([(NAME.parse().unwrap(), server)]),
            ..FederationConfig::default()
        };
        let account = HomeserverAccount {
            url: format!("https://{at}").parse().unwrap(),
            access_token: "s3cr3t".into(),
        };
        let dns = TableResolver::default().host(NAME, &["127.0.0.1"]);
        let clock = Arc::new(ManualClock::at(0));
        let account = Some(account);
        Self { homeserver, element, ours, authority, federation, dns, setup, account, clock }
    }

    /// What the operator said of the homeserver.
    pub(crate) fn said(&mut self) -> &mut ServerOverride {
        self.federation.servers.get_mut(&NAME.parse::<ServerName>().unwrap()).unwrap()
    }

    /// A doctor in this world, with the world to keep while it works.
    pub(crate) fn doctor(self) -> (Doctor, Kept) {
        let clock = self.clock;
        let dns = Arc::new(self.dns);
        let federation = Federation::new(self.federation, dns, clock.clone(), impatient()).unwrap();
        let mut visitor = Visitor::new(federation);
        visitor.set_web_port(self.homeserver.server.port());
        let doctor = Doctor::new(visitor, self.setup, self.account, clock);
        let kept = Kept {
            homeserver: self.homeserver,
            element: self.element,
            ours: self.ours,
            _authority: self.authority,
        };
        (doctor, kept)
    }
}

/// What goes on beside a doctor.
pub(crate) struct Kept {
    pub(crate) homeserver: Site,
    pub(crate) element: Site,
    pub(crate) ours: Site,
    _authority: Authority,
}
