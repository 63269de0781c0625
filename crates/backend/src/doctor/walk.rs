//! One walk of the doctor. Each step looks at one thing and says how it is; what needs an earlier
//! step that failed is not tried, and says which.

use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::future::join3;
use http::header::DATE;
use serde_json::Value;
use url::Url;

use super::{
    Doctor, Problem, Report, State, Step,
    ours::{account, errcode, ours, plain},
};
use crate::{
    matrix::{
        access::Access,
        documents::{self, NoDocument},
        outgoing::{Destination, Failure, Response, Wanted},
        server_name::{Host, ServerName},
    },
    setup::{
        served::{CLIENT_WELL_KNOWN, judge_cors, object},
        wrong::Wrong,
    },
};

/// From when on clocks that differ are worth a word, and from when on they break things: TLS, and
/// tokens that expire.
const CLOCK_WARNING: u64 = 30;
const CLOCK_FAILURE: u64 = 5 * 60;
/// A token that no homeserver has given out.
const USERINFO: &str = "/_matrix/federation/v1/openid/userinfo?access_token=made-up-by-a-doctor";
const SERVER_WELL_KNOWN: &str = "/.well-known/matrix/server";
const UPLOAD: &str = "/_matrix/media/v3/upload";

/// The walk along one homeserver.
pub(super) struct Walk<'a> {
    doctor: &'a Doctor,
    server: &'a ServerName,
    access: &'a Access,
    steps: Vec<(Step, State)>,
    /// What the client well-known said, if it answered.
    well_known: Option<Response>,
    /// Where the client API is said to be.
    client_api: Option<Url>,
    /// What the federation API answered.
    userinfo: Option<Response>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(doctor: &'a Doctor, server: &'a ServerName) -> Self {
        Self {
            doctor,
            server,
            access: doctor.visitor.federation().access(server),
            steps: Vec::new(),
            well_known: None,
            client_api: None,
            userinfo: None,
        }
    }

    pub(super) async fn whole(mut self) -> Report {
        let (account, ours) = (account(self.doctor), ours(self.doctor));
        let (account, ours, ()) = join3(account, ours, self.homeserver()).await;
        self.steps.push((Step::Account, account));
        self.steps.extend(ours);
        Report { server: self.server.clone(), steps: self.steps }
    }

    async fn homeserver(&mut self) {
        let state = self.configuration();
        self.put(Step::Configuration, state);
        let state = self.dns().await;
        self.put(Step::Dns, state);
        let state = self.tls().await;
        self.put(Step::Tls, state);
        let state = self.client_well_known().await;
        self.put(Step::ClientWellKnown, state);
        let state = self.cors();
        self.put(Step::Cors, state);
        let state = self.server_well_known().await;
        self.put(Step::ServerWellKnown, state);
        let state = self.federation().await;
        self.put(Step::Federation, state);
        let state = self.openid();
        self.put(Step::OpenId, state);
        let state = self.clock();
        self.put(Step::Clock, state);
        let state = self.client_api().await;
        self.put(Step::ClientApi, state);
        let state = self.media().await;
        self.put(Step::Media, state);
    }

    fn put(&mut self, step: Step, state: State) {
        self.steps.push((step, state));
    }

    /// The first cause of why what needs `step` cannot be tried.
    fn blocked(&self, step: Step) -> Option<State> {
        let because = match self.steps.iter().find(|(other, _)| *other == step)?.1 {
            State::Failed(_) => step,
            State::Skipped { because } => because,
            State::Ok { .. } | State::Warning(_) => return None,
        };
        Some(State::Skipped { because })
    }

    /// Whether clients of this homeserver are meant to find us by its well-known.
    fn is_configured(&self) -> bool {
        self.doctor.setup.homeservers.contains(self.server)
    }

    /// What keeps users of a configured homeserver from us may be meant so at another.
    fn severity(&self, problem: Problem) -> State {
        if self.is_configured() { State::Failed(problem) } else { State::Warning(problem) }
    }

    fn web(&self, path: &str) -> Result<Url, State> {
        self.doctor.visitor.web(self.server, path).ok_or_else(|| {
            let what = self.server.to_string();
            State::Failed(Problem::Unreachable { what, failure: Failure::Resolve })
        })
    }

    fn configuration(&self) -> State {
        match self.doctor.visitor.federation().admits(self.server) {
            false => State::Failed(Problem::NotServed),
            true if self.is_configured() => State::ok("its users may sign in, and it is named"),
            true => State::ok("its users may sign in"),
        }
    }

    async fn dns(&self) -> State {
        if let Host::Ip(_) = self.server.host() {
            return State::ok("not needed: the name is an address");
        }
        let url = match self.web("/") {
            Ok(url) => url,
            Err(state) => return state,
        };
        let federation = self.doctor.visitor.federation();
        let found = match Destination::origin_of(&url) {
            Some(to) => federation.guard().permitted(&to, self.access).await,
            None => Err(Failure::Resolve),
        };
        match found {
            Ok(addresses) => {
                let addresses: Vec<String> =
                    addresses.iter().map(|address| address.ip().to_string()).collect();
                State::ok(addresses.join(", "))
            }
            Err(failure) => {
                let what = self.server.host().to_string();
                State::Failed(Problem::Unreachable { what, failure })
            }
        }
    }

    async fn tls(&self) -> State {
        if let Some(skipped) = self.blocked(Step::Dns) {
            return skipped;
        }
        let url = match self.web("/") {
            Ok(url) => url,
            Err(state) => return state,
        };
        match self.head(&url, CLIENT_WELL_KNOWN).await {
            Ok(_) => State::ok(format!("{} has a valid certificate", plain(&url))),
            Err(failure) => State::Failed(Problem::Unreachable { what: plain(&url), failure }),
        }
    }

    async fn head(&self, base: &Url, path: &str) -> Result<Response, Failure> {
        self.ask(base, path, Wanted::PageHead).await
    }

    async fn ask(&self, base: &Url, path: &str, wanted: Wanted) -> Result<Response, Failure> {
        let mut to = Destination::origin_of(base).ok_or(Failure::Resolve)?;
        to.base_path = base.path().trim_end_matches('/').to_owned();
        let federation = self.doctor.visitor.federation();
        federation.guard().fetch(&to, self.access, path, wanted).await
    }

    async fn client_well_known(&mut self) -> State {
        if let Some(skipped) = self.blocked(Step::Tls) {
            return skipped;
        }
        let url = match self.web(CLIENT_WELL_KNOWN) {
            Ok(url) => url,
            Err(state) => return state,
        };
        let wrong = |wrong: Vec<Wrong>| {
            let at = url.to_string();
            Problem::Wrong(wrong.into_iter().map(|wrong| (at.clone(), wrong)).collect())
        };
        let answer = match self.doctor.visitor.of_homeserver(self.server, &url).await {
            Ok(answer) => answer,
            Err(none) => {
                // Without a document clients take the name for the address.
                if none == NoDocument::Status(http::StatusCode::NOT_FOUND) {
                    self.client_api = self.web("/").ok();
                }
                return self.severity(wrong(vec![Wrong::NoDocument(none)]));
            }
        };
        let document = object(&answer.body);
        self.well_known = Some(answer);
        let Some(document) = document else {
            return State::Failed(wrong(vec![Wrong::NotJson]));
        };
        let base_url = document
            .get("m.homeserver")
            .and_then(|homeserver| homeserver.get("base_url"))
            .and_then(Value::as_str);
        self.client_api = match base_url {
            Some(base_url) => Url::parse(base_url).ok(),
            None => self.web("/").ok(),
        };
        let Some(documents) = self.doctor.setup.documents() else {
            return State::Warning(Problem::NoPublicUrl);
        };
        let differences = documents.compare_well_known(&document);
        if differences.is_empty() {
            return State::ok(format!("clients find {}", documents.api_url()));
        }
        self.severity(wrong(differences.into_iter().map(Wrong::Difference).collect()))
    }

    fn cors(&self) -> State {
        let Some(answer) = &self.well_known else {
            return match self.blocked(Step::ClientWellKnown) {
                Some(skipped) => skipped,
                None => State::Skipped { because: Step::ClientWellKnown },
            };
        };
        match judge_cors(&self.doctor.setup, &answer.headers) {
            None => State::ok("browsers let Element read the well-known"),
            Some(wrong) => {
                let at = CLIENT_WELL_KNOWN.to_owned();
                self.severity(Problem::Wrong(vec![(at, wrong)]))
            }
        }
    }

    async fn server_well_known(&self) -> State {
        let federation = self.doctor.visitor.federation();
        if federation.given(self.server).is_some() {
            return State::ok("not needed: `federation_url` is set");
        }
        if self.server.port().is_some() || matches!(self.server.host(), Host::Ip(_)) {
            return State::ok("not needed: the name says where to connect");
        }
        if let Some(skipped) = self.blocked(Step::Tls) {
            return skipped;
        }
        let url = match self.web(SERVER_WELL_KNOWN) {
            Ok(url) => url,
            Err(state) => return state,
        };
        let broken =
            |why: String| State::Warning(Problem::Delegation { url: url.to_string(), why });
        let found = documents::fetch(federation.guard(), self.access, &url, Wanted::Json).await;
        let answer = match found {
            Ok(answer) => answer,
            Err(NoDocument::Status(status)) if status.as_u16() == 404 => {
                return State::ok("there is none: SRV records count, or port 8448");
            }
            Err(none) => return broken(Wrong::NoDocument(none).to_string()),
        };
        let Some(document) = object(&answer.body) else {
            return broken(Wrong::NotJson.to_string());
        };
        let named = document.get("m.server").and_then(Value::as_str).unwrap_or_default();
        match named.parse::<ServerName>() {
            Ok(delegated) => State::ok(format!("delegates to {delegated}")),
            Err(why) => broken(format!("`m.server` is \"{named}\", and {why}")),
        }
    }

    async fn federation(&mut self) -> State {
        let federation = self.doctor.visitor.federation();
        let given = federation.given(self.server).is_some();
        if !given && let Some(skipped) = self.blocked(Step::Dns) {
            return skipped;
        }
        let to = match federation.find(self.server).await {
            Ok(to) => to,
            Err(failure) => {
                let at = self.server.to_string();
                return State::Failed(Problem::NoFederation { at, failure });
            }
        };
        let targets: Vec<String> =
            to.connect.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        let at = targets.join(", ");
        match federation.guard().get(&to, self.access, USERINFO).await {
            Ok(answer) => {
                self.userinfo = Some(answer);
                let how = if given { " (`federation_url`)" } else { "" };
                State::ok(format!("answers at {at}{how}"))
            }
            Err(failure) => State::Failed(Problem::NoFederation { at, failure }),
        }
    }

    fn openid(&self) -> State {
        let Some(answer) = &self.userinfo else { return self.without_federation() };
        if [401, 403].contains(&answer.status.as_u16()) && errcode(answer).is_some() {
            State::ok("the homeserver tells whose a token is")
        } else {
            State::Failed(Problem::NoOpenId { status: answer.status.as_u16() })
        }
    }

    fn without_federation(&self) -> State {
        let because = State::Skipped { because: Step::Federation };
        self.blocked(Step::Federation).unwrap_or(because)
    }

    fn clock(&self) -> State {
        let Some(answer) = &self.userinfo else { return self.without_federation() };
        let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(theirs) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
            return State::Warning(Problem::NoDate);
        };
        let (seconds, ahead) = difference(theirs, self.doctor.clock.now().wire() / 1000);
        let problem = Problem::Clock { seconds, ahead };
        match seconds {
            CLOCK_FAILURE.. => State::Failed(problem),
            CLOCK_WARNING.. => State::Warning(problem),
            // A `Date` is rounded to a second.
            0 | 1 => State::ok("the same as ours"),
            _ => State::ok(format!("{seconds} seconds from ours")),
        }
    }

    async fn client_api(&self) -> State {
        let Some(base) = &self.client_api else {
            let because = State::Skipped { because: Step::ClientWellKnown };
            return self.blocked(Step::ClientWellKnown).unwrap_or(because);
        };
        let answer = match self.ask(base, "/_matrix/client/versions", Wanted::Json).await {
            Ok(answer) => answer,
            Err(failure) => {
                return State::Failed(Problem::Unreachable { what: plain(base), failure });
            }
        };
        let document = object(&answer.body);
        let versions = document.as_ref().and_then(|all| all.get("versions")?.as_array());
        match versions.and_then(|versions| versions.last()?.as_str()) {
            Some(newest) if answer.status.is_success() => {
                State::ok(format!("{}, Matrix {newest}", plain(base)))
            }
            _ => {
                let (url, status) = (plain(base), answer.status.as_u16());
                State::Failed(Problem::NoClientApi { url, status })
            }
        }
    }

    /// Asks for an upload and a download without a token: a homeserver says that one is missing,
    /// and what only looks like one says something else. Nothing is stored.
    async fn media(&self) -> State {
        if let Some(skipped) = self.blocked(Step::ClientApi) {
            return skipped;
        }
        let Some(base) = &self.client_api else {
            return State::Skipped { because: Step::ClientApi };
        };
        let download = format!("/_matrix/client/v1/media/download/{}/doctor", self.server);
        let mut old = false;
        for (path, wanted) in [(UPLOAD, Wanted::EmptyPost), (&download, Wanted::Json)] {
            let url = plain(base) + path;
            let answer = match self.ask(base, path, wanted).await {
                Ok(answer) => answer,
                Err(failure) => {
                    return State::Failed(Problem::Unreachable { what: url, failure });
                }
            };
            match errcode(&answer).as_deref() {
                Some("M_UNRECOGNIZED") if path == download => old = true,
                Some("M_UNRECOGNIZED") | None => {
                    let status = answer.status.as_u16();
                    return State::Failed(Problem::NoMedia { url, status });
                }
                Some(_) => {}
            }
        }
        if old {
            return State::Warning(Problem::OldMedia);
        }
        State::ok("uploads and downloads are answered")
    }
}

/// How many seconds a time is away from ours, and whether it is ahead.
fn difference(theirs: SystemTime, ours: u64) -> (u64, bool) {
    let theirs = theirs.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    (theirs.abs_diff(ours), theirs > ours)
}
