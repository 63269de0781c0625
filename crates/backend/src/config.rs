//! The configuration: one file (`tessera.toml`) under the environment (`TESSERA_…`), read once at
//! start. Everything has a default that works, and a wrong key or value is named.

mod sales;
mod setup;
mod widgets;

pub use self::sales::{SalesSettings, StripeSettings};

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use figment::{
    Figment,
    providers::{Env, Format as _, Toml},
};
use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;
use tessera_widgets::WidgetType;
use url::Url;

use crate::matrix::{
    federation::{FederationConfig, ServerOverride},
    media::HomeserverAccount,
    server_name::{ServerName, ServerPattern},
};

/// The file that is read when no other is named and it exists.
pub const DEFAULT_FILE: &str = "tessera.toml";

/// Every setting. In the environment `listen` is `TESSERA_LISTEN` and `matrix.access_token` is
/// `TESSERA_MATRIX__ACCESS_TOKEN`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `sqlite://path`, or `postgres://user:password@host/name`.
    pub database: SecretString,
    /// A folder with the built app, instead of the one inside the binary.
    pub app_dir: Option<PathBuf>,
    /// Who may show our pages in a frame: sources of the CSP's `frame-ancestors`.
    pub frame_ancestors: Vec<String>,
    /// What users see this server called.
    pub name: String,
    /// Where users reach this server: scheme and host, no path. Without it, the address of each
    /// request is taken.
    pub public_url: Option<Url>,
    /// The second origin, where third parties' pages are wrapped: scheme and host, no path.
    pub widgets_url: Option<Url>,
    /// Where to listen for the second origin alone; without it, requests that name its host on
    /// `listen` are for it.
    pub widgets_listen: Option<SocketAddr>,
    /// Widget types besides the built-in ones.
    pub widget_types: Vec<WidgetType>,
    /// A folder with the terms that users accept first: `DOCUMENT/VERSION/LANGUAGE.md`. Without it
    /// there is nothing to accept.
    pub terms: Option<PathBuf>,
    /// Whether anybody may look at the operator's packs, each on a page of its own: `/packs/ID`.
    pub public_packs: bool,
    /// Whether packs that are rated `mature` are shown to users who may look at them; otherwise they are
    /// in no store and no library.
    pub mature_packs: bool,
    /// The Matrix IDs of those who look after the store: they see what is reported and decide.
    pub operators: Vec<String>,
    /// Where the operator's Element is: what `tessera check` and `tessera doctor` look at.
    pub element_urls: Vec<Url>,
    /// What opens the set-up page (`/setup`); without it there is none.
    pub operator_token: Option<SecretString>,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How many days a sign-in lasts.
    pub session_days: u32,
    /// What a scraper must send as a bearer token to read `/metrics` from elsewhere than this
    /// machine.
    pub metrics_token: Option<SecretString>,
    /// How much to log: `error`, `warn`, `info`, `debug`, or a filter such as `tessera_backend=debug`.
    pub log: String,
    /// How to write the log.
    pub log_format: LogFormat,
    /// How many requests are allowed.
    pub rate_limits: RateLimits,
    /// Homeservers whose users are served; empty means all. `*.example.org` covers a domain.
    pub allow_servers: Vec<ServerPattern>,
    /// Homeservers whose users are not served.
    pub deny_servers: Vec<ServerPattern>,
    /// How to reach single homeservers otherwise than by discovery.
    pub homeservers: HashMap<String, HomeserverOverride>,
    /// The bot account that uploads the stickers' originals.
    pub matrix: Option<MatrixAccount>,
    /// Who sells packs, and how they are paid; without it nothing is sold.
    pub sales: Option<SalesSettings>,
}

/// How to write the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For log collectors, an object a line.
    Json,
}

/// Requests a minute; bursts of as many are allowed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimits {
    /// From one address (an IPv6 /64 counts as one).
    pub address_per_minute: std::num::NonZeroU32,
    /// Sign-ins from one address.
    pub register_per_minute: std::num::NonZeroU32,
    /// From one user.
    pub user_per_minute: std::num::NonZeroU32,
}

/// How to reach a homeserver otherwise than by discovery.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HomeserverOverride {
    /// Base address of its federation API, such as `http://synapse:8008`.
    pub federation_url: Option<Url>,
    /// Whether it may be at a private or loopback address.
    pub allow_private_addresses: bool,
    /// Certificates (PEM) that are trusted for it beside the public ones.
    pub ca_file: Option<PathBuf>,
}

/// An account on a homeserver.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixAccount {
    /// Base address of its client API.
    pub homeserver_url: Url,
    /// The account's access token.
    pub access_token: SecretString,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8184)),
            database: "sqlite://tessera.db".into(),
            app_dir: None,
            // `*` covers no scheme but the web's, and Element Desktop is at `vector:`.
            frame_ancestors: vec!["*".into(), "vector:".into()],
            name: "Tessera".into(),
            public_url: None,
            widgets_url: None,
            widgets_listen: None,
            widget_types: Vec::new(),
            terms: None,
            public_packs: false,
            mature_packs: false,
            operators: Vec::new(),
            element_urls: Vec::new(),
            operator_token: None,
            trusted_proxies: Vec::new(),
            session_days: 90,
            metrics_token: None,
            log: "info".into(),
            log_format: LogFormat::Text,
            rate_limits: RateLimits::default(),
            allow_servers: Vec::new(),
            deny_servers: Vec::new(),
            homeservers: HashMap::new(),
            matrix: None,
            sales: None,
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        let per_minute = |n| std::num::NonZeroU32::new(n).unwrap_or(std::num::NonZeroU32::MIN);
        Self {
            address_per_minute: per_minute(1200),
            register_per_minute: per_minute(30),
            user_per_minute: per_minute(300),
        }
    }
}

/// A configuration that cannot be used. The text names the key, the file or variable, and the
/// remedy; it never holds a secret's value.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The named file is not there.
    #[error("there is no configuration file at {0}")]
    NoFile(PathBuf),
    /// A key or value is wrong.
    #[error("{0}")]
    Invalid(String),
}

impl Config {
    /// Reads `file` (or [`DEFAULT_FILE`] if there is one) and the environment.
    ///
    /// # Errors
    /// When a key is unknown or a value cannot be used.
    pub fn load(file: Option<&PathBuf>) -> Result<Self, ConfigError> {
        let mut figment = Figment::new();
        match file {
            Some(path) if !path.is_file() => return Err(ConfigError::NoFile(path.clone())),
            Some(path) => figment = figment.merge(Toml::file_exact(path)),
            None if Path::new(DEFAULT_FILE).is_file() => {
                figment = figment.merge(Toml::file_exact(DEFAULT_FILE));
            }
            None => {}
        }
        // `TESSERA_CONFIG` names the file and `TESSERA_TEST_…` belongs to the test suite.
        let environment =
            Env::prefixed("TESSERA_").ignore(&["config", "test_postgres_url"]).split("__");
        let config: Self =
            figment.merge(environment).extract().map_err(|e| ConfigError::Invalid(explain(&e)))?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        use secrecy::ExposeSecret as _;
        let invalid = |key: &str, why: String| Err(ConfigError::Invalid(format!("`{key}`: {why}")));
        let database = self.database.expose_secret();
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| database.starts_with(scheme))
        {
            return invalid("database", "must begin with sqlite: or postgres:".into());
        }
        if self.session_days == 0 {
            return invalid("session_days", "must be at least 1".into());
        }
        for source in &self.frame_ancestors {
            if source.is_empty() || source.contains([' ', ';', ',']) {
                let why = format!("\"{source}\" is not one source of a Content-Security-Policy");
                return invalid("frame_ancestors", why);
            }
        }
        for operator in &self.operators {
            let server = operator.strip_prefix('@').and_then(|rest| rest.split_once(':'));
            let good = server.is_some_and(|(name, server)| {
                !name.is_empty() && server.parse::<ServerName>().is_ok()
            });
            if !good {
                let why = format!("\"{operator}\" is no Matrix ID such as @admin:example.org");
                return invalid("operators", why);
            }
        }
        self.check_widgets()?;
        self.check_setup()?;
        self.check_sales()?;
        self.federation()?;
        if let Some(matrix) = &self.matrix {
            if !matches!(matrix.homeserver_url.scheme(), "http" | "https") {
                return invalid("matrix.homeserver_url", "must begin with https: or http:".into());
            }
            if matrix.access_token.expose_secret().is_empty() {
                return invalid("matrix.access_token", "is empty".into());
            }
        }
        Ok(())
    }

    /// How OpenID tokens are verified.
    ///
    /// # Errors
    /// When a key of `homeservers` is no server name, or a certificate file is missing.
    pub fn federation(&self) -> Result<FederationConfig, ConfigError> {
        let mut servers = HashMap::new();
        for (name, setting) in &self.homeservers {
            let key = format!("homeservers.\"{name}\"");
            let Ok(server) = name.parse::<ServerName>() else {
                let why = format!("`{key}`: \"{name}\" is not the name of a homeserver");
                return Err(ConfigError::Invalid(why));
            };
            if let Some(path) = &setting.ca_file
                && !path.is_file()
            {
                let why = format!("`{key}.ca_file`: there is no file at {}", path.display());
                return Err(ConfigError::Invalid(why));
            }
            let setting = ServerOverride {
                federation_url: setting.federation_url.clone(),
                allow_private_addresses: setting.allow_private_addresses,
                ca_file: setting.ca_file.clone(),
            };
            servers.insert(server, setting);
        }
        let (allow, deny) = (self.allow_servers.clone(), self.deny_servers.clone());
        Ok(FederationConfig { allow, deny, servers })
    }

    /// The account that uploads originals.
    #[must_use]
    pub fn homeserver_account(&self) -> Option<HomeserverAccount> {
        let matrix = self.matrix.as_ref()?;
        Some(HomeserverAccount {
            url: matrix.homeserver_url.clone(),
            access_token: matrix.access_token.clone(),
        })
    }

    /// How long a sign-in lasts.
    #[must_use]
    pub fn session_lifetime(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_days) * 24 * 60 * 60)
    }
}

/// A figment error as one line: the key, what is wrong, and where it was read.
fn explain(error: &figment::Error) -> String {
    let mut text = String::new();
    for error in error.clone() {
        if !text.is_empty() {
            text.push('\n');
        }
        let from_environment =
            error.metadata.as_ref().is_some_and(|m| m.name.contains("environment"));
        let key = match error.path.as_slice() {
            [] => String::new(),
            path if from_environment => {
                format!("`TESSERA_{}`: ", path.join("__").to_ascii_uppercase())
            }
            path => format!("`{}`: ", path.join(".")),
        };
        // The kind only: figment's own text may quote a value, which may be a secret.
        let what = match &error.kind {
            figment::error::Kind::UnknownField(field, known) => {
                format!("there is no setting \"{field}\"; the settings are {}", known.join(", "))
            }
            figment::error::Kind::MissingField(field) => format!("`{field}` is missing"),
            figment::error::Kind::InvalidType(_, expected) => format!("must be {expected}"),
            kind => kind.to_string(),
        };
        let place = error.metadata.as_ref().map_or_else(String::new, |m| {
            let source = m.source.as_ref().map_or_else(|| m.name.to_string(), ToString::to_string);
            format!(" (in {source})")
        });
        text.push_str(&format!("{key}{what}{place}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    pub(super) fn load(toml: &str) -> Result<Config, ConfigError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(toml.as_bytes()).unwrap();
        Config::load(Some(&file.path().to_path_buf()))
    }

    #[test]
    fn an_empty_file_is_a_working_configuration() {
        let config = load("").unwrap();
        assert_eq!(config.listen.port(), 8184);
        assert!(config.listen.ip().is_loopback());
    }

    #[test]
    fn a_full_file_is_read() {
        let config = load(
            r#"
            listen = "0.0.0.0:80"
            database = "postgres://u:p@db/tessera"
            allow_servers = ["example.org", "*.example.org"]
            trusted_proxies = ["10.0.0.0/8"]
            operators = ["@admin:example.org", "@b:[::1]:8448"]
            mature_packs = true
            [homeservers."example.org"]
            federation_url = "http://synapse:8008"
            allow_private_addresses = true
            [matrix]
            homeserver_url = "https://matrix.example.org"
            access_token = "secret"
            "#,
        )
        .unwrap();
        assert_eq!(config.federation().unwrap().servers.len(), 1);
        assert!(config.homeserver_account().is_some());
        assert!(!format!("{config:?}").contains("secret"), "secrets stay out of Debug");
    }

    #[test]
    fn the_wrong_key_is_named() {
        let cases = [
            ("lisen = \"x\"", "lisen"),
            ("listen = \"here\"", "`listen`"),
            ("database = \"mysql://x\"", "`database`"),
            ("widgets_url = \"http://widgets.example\"", "`widgets_url`"),
            ("widgets_url = \"https://widgets.example/path\"", "`widgets_url`"),
            ("public_url = \"http://tessera.example\"", "`public_url`"),
            ("public_url = \"https://tessera.example/?x\"", "`public_url`"),
            (
                "public_url = \"https://x.example\"\nwidgets_url = \"https://x.example\"",
                "`widgets_url`",
            ),
            ("widgets_listen = \"127.0.0.1:9\"", "`widgets_listen`"),
            ("operators = [\"admin\"]", "`operators`"),
            ("operators = [\"@:example.org\"]", "`operators`"),
            ("operators = [\"@admin\"]", "`operators`"),
            ("session_days = 0", "`session_days`"),
            ("session_days = \"many\"", "`session_days`"),
            ("frame_ancestors = [\"a; b\"]", "`frame_ancestors`"),
            ("[rate_limits]\nuser_per_minute = 0", "rate_limits.user_per_minute"),
            ("[matrix]\nhomeserver_url = \"https://x\"", "access_token"),
            ("[matrix]\nhomeserver_url = \"x\"\naccess_token = \"y\"", "homeserver_url"),
            ("[homeservers.\"a b\"]", "homeservers.\"a b\""),
            ("[homeservers.\"a\"]\nca_file = \"/nowhere.pem\"", "ca_file"),
            ("[homeservers.\"a\"]\nurl = \"http://x\"", "url"),
        ];
        for (toml, key) in cases {
            let error = load(toml).unwrap_err().to_string();
            assert!(error.contains(key), "{toml}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Config::load(Some(&"/nowhere/tessera.toml".into())).unwrap_err();
        assert!(error.to_string().contains("/nowhere/tessera.toml"));
    }
}
