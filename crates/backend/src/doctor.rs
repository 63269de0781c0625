//! The doctor: walks the way from a homeserver's name to stickers and widgets step by step, and says
//! which step failed, why, and what to do about it. `cli::doctor` and `http::setup` call this; it
//! calls `setup::served`, and every request goes through `matrix::outgoing`.

mod ours;
pub mod problem;
mod walk;

use std::{fmt, sync::Arc};

use serde_json::{Value, json};

pub use self::problem::Problem;
use crate::{
    clock::Clock,
    matrix::{media::HomeserverAccount, server_name::ServerName},
    setup::{Setup, served::Visitor},
};

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Whether our configuration serves the homeserver's users.
    Configuration,
    /// The name's addresses.
    Dns,
    /// The web server at the name, and its certificate.
    Tls,
    /// `/.well-known/matrix/client`.
    ClientWellKnown,
    /// Who may read it.
    Cors,
    /// `/.well-known/matrix/server`.
    ServerWellKnown,
    /// The federation API: found, reached, certified.
    Federation,
    /// Its endpoint that tells whose an OpenID token is.
    OpenId,
    /// The homeserver's clock against ours.
    Clock,
    /// The client API.
    ClientApi,
    /// The media repository, to and from.
    Media,
    /// The account that uploads stickers.
    Account,
    /// Our own pages and their headers.
    Pages,
    /// Our own API, for pages of other origins.
    Api,
    /// The operator's Element, where its users have one.
    Element,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Configuration,
        Self::Dns,
        Self::Tls,
        Self::ClientWellKnown,
        Self::Cors,
        Self::ServerWellKnown,
        Self::Federation,
        Self::OpenId,
        Self::Clock,
        Self::ClientApi,
        Self::Media,
        Self::Account,
        Self::Pages,
        Self::Api,
        Self::Element,
    ];

    /// For programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::ClientWellKnown => "client_well_known",
            Self::Cors => "cors",
            Self::ServerWellKnown => "server_well_known",
            Self::Federation => "federation",
            Self::OpenId => "openid",
            Self::Clock => "clock",
            Self::ClientApi => "client_api",
            Self::Media => "media",
            Self::Account => "account",
            Self::Pages => "pages",
            Self::Api => "api",
            Self::Element => "element",
        }
    }

    /// For people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Dns => "DNS",
            Self::Tls => "TLS",
            Self::ClientWellKnown => "well-known (client)",
            Self::Cors => "CORS",
            Self::ServerWellKnown => "well-known (server)",
            Self::Federation => "federation",
            Self::OpenId => "OpenID",
            Self::Clock => "clock",
            Self::ClientApi => "client API",
            Self::Media => "media",
            Self::Account => "upload account",
            Self::Pages => "our pages",
            Self::Api => "our API",
            Self::Element => "Element",
        }
    }
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Well.
    Ok {
        /// What was found.
        found: String,
    },
    /// It works, or works for some; it is worth a look.
    Warning(Problem),
    /// It does not work.
    Failed(Problem),
    /// It was not tried, for it needs an earlier step that failed.
    Skipped {
        /// That step.
        because: Step,
    },
}

impl State {
    fn ok(found: impl Into<String>) -> Self {
        Self::Ok { found: found.into() }
    }

    /// A word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Ok { .. } => "ok",
            Self::Warning(_) => "warning",
            Self::Failed(_) => "failed",
            Self::Skipped { .. } => "skipped",
        }
    }

    /// What is wrong, if something is.
    #[must_use]
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Warning(problem) | Self::Failed(problem) => Some(problem),
            Self::Ok { .. } | Self::Skipped { .. } => None,
        }
    }
}

/// What the doctor found about one homeserver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub server: ServerName,
    /// Every step, in order.
    pub steps: Vec<(Step, State)>,
}

impl Report {
    /// Whether no step failed.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        !self.steps.iter().any(|(_, state)| matches!(state, State::Failed(_)))
    }

    /// How a step went.
    #[must_use]
    pub fn state(&self, step: Step) -> Option<&State> {
        self.steps.iter().find(|(other, _)| *other == step).map(|(_, state)| state)
    }

    fn count(&self, word: &str) -> usize {
        self.steps.iter().filter(|(_, state)| state.word() == word).count()
    }

    /// All in one sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let several = |n: usize, one: &str, more: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {more}"),
        };
        let warnings = several(self.count("warning"), "warning", "warnings");
        match (self.count("failed"), self.count("warning")) {
            (0, 0) => format!("{} can use this server: all is well.", self.server),
            (0, _) => format!("{} can use this server, with {warnings}.", self.server),
            (failed, _) => {
                let failed = several(failed, "step failed", "steps failed");
                format!("{} cannot use this server as it should: {failed}.", self.server)
            }
        }
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let steps: Vec<Value> = self
            .steps
            .iter()
            .map(|(step, state)| match state {
                State::Ok { found } => {
                    json!({"step": step.id(), "state": "ok", "found": found})
                }
                State::Warning(problem) | State::Failed(problem) => json!({
                    "step": step.id(),
                    "state": state.word(),
                    "code": problem.code(),
                    "problem": problem.to_string(),
                    "remedy": problem.remedy(),
                }),
                State::Skipped { because } => {
                    json!({"step": step.id(), "state": "skipped", "because": because.id()})
                }
            })
            .collect();
        json!({"server_name": self.server.as_str(), "healthy": self.is_healthy(), "steps": steps})
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.server)?;
        for (step, state) in &self.steps {
            let word = match state {
                State::Failed(_) => "FAILED",
                other => other.word(),
            };
            write!(f, "  {word:<8} {:<20} ", step.name())?;
            match state {
                State::Ok { found } => writeln!(f, "{found}")?,
                State::Warning(problem) | State::Failed(problem) => {
                    writeln!(f, "{problem}")?;
                    writeln!(f, "  {:<8} {:<20} → {}", "", "", problem.remedy())?;
                }
                State::Skipped { because } => writeln!(f, "needs \"{}\"", because.name())?,
            }
        }
        write!(f, "{}", self.summary())
    }
}

/// Walks.
pub struct Doctor {
    visitor: Visitor,
    setup: Setup,
    account: Option<HomeserverAccount>,
    clock: Arc<dyn Clock>,
}

impl Doctor {
    /// A doctor of this server's configuration.
    #[must_use]
    pub fn new(
        visitor: Visitor,
        setup: Setup,
        account: Option<HomeserverAccount>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { visitor, setup, account, clock }
    }

    /// What has to be served where.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Who looks.
    #[must_use]
    pub const fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Walks the whole way for one homeserver.
    pub async fn examine(&self, server: &ServerName) -> Report {
        walk::Walk::new(self, server).whole().await
    }
}

#[cfg(test)]
mod tests;
