//! The settings of who finds us and how: the operator's clients and the operators themselves.

use super::{Config, ConfigError};
use crate::{matrix::server_name::ServerName, setup::Setup};

impl Config {
    /// Finds what is wrong with the settings of operators and their clients.
    pub(super) fn check_setup(&self) -> Result<(), ConfigError> {
        let invalid = |key: &str, why: String| Err(ConfigError::Invalid(format!("`{key}`: {why}")));
        for url in &self.element_urls {
            let plain = matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            if !plain {
                let why = format!("\"{url}\" is not where a client is, such as https://chat.example.org");
                return invalid("element_urls", why);
            }
        }
        for operator in &self.operators {
            let server = operator.strip_prefix('@').and_then(|id| id.split_once(':'));
            if server.is_none_or(|(_, server)| server.parse::<ServerName>().is_err()) {
                let why = format!("\"{operator}\" is not a Matrix ID, such as @alice:example.org");
                return invalid("operators", why);
            }
        }
        Ok(())
    }

    /// What clients have to be told to find this server.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let base = self.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        Setup {
            base,
            frame_ancestors: self.frame_ancestors.clone(),
            element_urls: self.element_urls.clone(),
            homeservers: self.allow_servers.iter().filter_map(|p| p.single().cloned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;

    #[test]
    fn the_setup_is_made_of_the_settings() {
        let setup = load(
            r#"
            public_url = "https://stickers.example.org"
            allow_servers = ["example.org", "*.example.org", "example.org:8448"]
            element_urls = ["https://chat.example.org"]
            operators = ["@alice:example.org", "@bob:127.0.0.1:8008"]
            "#,
        )
        .unwrap()
        .setup();
        assert_eq!(setup.base.as_deref(), Some("https://stickers.example.org"));
        let homeservers: Vec<String> = setup.homeservers.iter().map(ToString::to_string).collect();
        assert_eq!(homeservers, ["example.org", "example.org:8448"]);
    }

    #[test]
    fn the_wrong_key_is_named() {
        for (toml, key) in [
            ("element_urls = [\"vector://vector\"]", "`element_urls`"),
            ("element_urls = [\"https://chat.example.org/#/home\"]", "`element_urls`"),
            ("operators = [\"alice\"]", "`operators`"),
            ("operators = [\"@alice\"]", "`operators`"),
            ("operators = [\"@alice:exa mple\"]", "`operators`"),
        ] {
            let error = load(toml).unwrap_err().to_string();
            assert!(error.contains(key), "{toml}: {error}");
        }
    }
}
