//! The settings of who finds us and how: the operator's clients, and what opens the set-up page.

use secrecy::ExposeSecret as _;
use url::Url;

use super::{Config, ConfigError};
use crate::{matrix::server_name::ServerName, setup::Setup};

/// The shortest `operator_token`: it opens a page on the internet, so it must not be guessed.
const TOKEN_LENGTH: usize = 16;

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
                let why =
                    format!("\"{url}\" is not where a client is, such as https://chat.example.org");
                return invalid("element_urls", why);
            }
        }
        let short = |token: &str| token.chars().count() < TOKEN_LENGTH;
        if self.operator_token.as_ref().is_some_and(|token| short(token.expose_secret())) {
            let why = format!(
                "must have {TOKEN_LENGTH} characters or more; `openssl rand -base64 24` makes one"
            );
            return invalid("operator_token", why);
        }
        Ok(())
    }

    /// What clients have to be told to find this server.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let plain = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        let mut homeservers: Vec<ServerName> =
            self.allow_servers.iter().filter_map(|pattern| pattern.single().cloned()).collect();
        // The keys were checked to be names.
        homeservers.extend(self.homeservers.keys().filter_map(|name| name.parse().ok()));
        homeservers.sort();
        homeservers.dedup();
        Setup {
            base: self.public_url.as_ref().map(plain),
            widgets: self.widgets_url.as_ref().map(plain),
            frame_ancestors: self.frame_ancestors.clone(),
            element_urls: self.element_urls.clone(),
            homeservers,
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
            operator_token = "0123456789abcdef"
            [homeservers."closed.example"]
            federation_url = "http://synapse:8008"
            "#,
        )
        .unwrap()
        .setup();
        assert_eq!(setup.base.as_deref(), Some("https://stickers.example.org"));
        let homeservers: Vec<String> = setup.homeservers.iter().map(ToString::to_string).collect();
        assert_eq!(homeservers, ["closed.example", "example.org", "example.org:8448"]);
    }

    #[test]
    fn the_wrong_key_is_named() {
        for (toml, key) in [
            ("element_urls = [\"vector://vector\"]", "`element_urls`"),
            ("element_urls = [\"https://chat.example.org/#/home\"]", "`element_urls`"),
            ("operator_token = \"short\"", "`operator_token`"),
        ] {
            let error = load(toml).unwrap_err().to_string();
            assert!(error.contains(key), "{toml}: {error}");
        }
    }
}
