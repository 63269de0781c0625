//! The settings of our addresses and of widgets: both origins, and the types that the operator declares.

use tessera_widgets::Offer;

use super::{Config, ConfigError};

impl Config {
    /// Finds what is wrong with the settings of widgets.
    pub(super) fn check_widgets(&self) -> Result<(), ConfigError> {
        let invalid = |key: &str, why: &str| Err(ConfigError::Invalid(format!("`{key}`: {why}")));
        for (key, url) in [("public_url", &self.public_url), ("widgets_url", &self.widgets_url)] {
            let Some(url) = url else { continue };
            let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            if url.scheme() != "https" && !(url.scheme() == "http" && local) {
                return invalid(key, "must begin with https:, for clients refuse others");
            }
            if url.path() != "/"
                || url.query().is_some()
                || url.fragment().is_some()
                || !url.username().is_empty()
            {
                return invalid(key, "is a scheme and a host, such as https://tessera.example.org");
            }
        }
        if self.widgets_url.is_some() && self.widgets_url == self.public_url {
            return invalid("widgets_url", "must be another host than `public_url`");
        }
        if self.widgets_url.is_none() && self.widgets_listen.is_some() {
            return invalid("widgets_listen", "needs `widgets_url`, the address it is reached at");
        }
        if self.widgets_listen == Some(self.listen) {
            return invalid("widgets_listen", "must not be the same as `listen`");
        }
        for (at, declared) in self.widget_types.iter().enumerate() {
            let key = |key: &str| format!("widget_types.{}.{key}", declared.id);
            if declared.name.as_deref().is_none_or(str::is_empty) {
                return invalid(&key("name"), "is missing");
            }
            if let Some(field) = declared.fields.iter().find(|field| field.label.is_none()) {
                return invalid(&key(&format!("fields.{}.label", field.name)), "is missing");
            }
            if self.widget_types.iter().take(at).any(|other| other.id == declared.id) {
                return invalid(&key("id"), "is there twice");
            }
            if declared.url.starts_with("{widgets}") && self.widgets_url.is_none() {
                return invalid(&key("url"), "needs `widgets_url`");
            }
            if let Some(mistake) = tessera_widgets::check(declared).into_iter().next() {
                return invalid(&key(&mistake.key), &mistake.problem);
            }
        }
        Ok(())
    }

    /// What this adds to the built-in widget types.
    #[must_use]
    pub fn widget_offer(&self) -> Offer {
        let widgets_url =
            self.widgets_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        Offer { widgets_url, types: self.widget_types.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;

    #[test]
    fn an_operator_declares_a_widget_type() {
        let config = load(
            r#"
            widgets_url = "https://widgets.example.org"
            [[widget_types]]
            id = "wiki"
            name = "Our wiki"
            description = "A page of the wiki."
            icon = "document"
            category = "documents"
            url = "https://wiki.example.org/{page*}?room=$matrix_room_id"
            links = [{ like = "https://wiki.example.org/{page*}" }]
            [[widget_types.fields]]
            name = "page"
            kind = "text"
            label = "Page"
            required = true
            link = true
            "#,
        )
        .unwrap();
        let offer = config.widget_offer();
        assert_eq!(offer.widgets_url.as_deref(), Some("https://widgets.example.org"));
        let catalogue = tessera_widgets::Catalogue::from(offer);
        let found = catalogue.link("https://wiki.example.org/Team/Plan").unwrap();
        assert_eq!(found.widget_type.id, "wiki");
        assert_eq!(found.values.get("page").map(String::as_str), Some("Team/Plan"));
    }

    #[test]
    fn the_wrong_key_is_named() {
        let cases = [
            (
                "widgets_url = \"https://w.example\"\nwidgets_listen = \"127.0.0.1:8184\"",
                "`widgets_listen`",
            ),
            ("[[widget_types]]\nid = \"wiki\"", "url"),
            (
                "[[widget_types]]\nid = \"wiki\"\nurl = \"https://x.example\"",
                "`widget_types.wiki.name`",
            ),
            (
                "[[widget_types]]\nid = \"Wiki\"\nname = \"W\"\nurl = \"https://x.example\"",
                "`widget_types.Wiki.id`",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"http://x.example\"",
                "`widget_types.wiki.url`",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"https://x.example/{page}\"",
                "{page} is no field",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"https://{page}.example/\"\nfields = [{ name = \"page\", kind = \"text\", label = \"Page\" }]",
                "`widget_types.wiki.url`",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"https://x.example/?u=$matrix_user_id\"\ndata = { matrix = \"x\" }",
                "`widget_types.wiki.data.matrix`",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"https://x.example/{page}\"\nfields = [{ name = \"page\", kind = \"text\" }]",
                "`widget_types.wiki.fields.page.label`",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"https://x.example/{page}\"\nfields = [{ name = \"page\", kind = \"letter\", label = \"P\" }]",
                "kind",
            ),
            (
                "[[widget_types]]\nid = \"wiki\"\nname = \"W\"\nurl = \"{widgets}/page?url=x\"",
                "`widget_types.wiki.url`",
            ),
            ("[[widget_types]]\nid = \"wiki\"\nnam = \"W\"\nurl = \"https://x.example\"", "nam"),
        ];
        for (toml, key) in cases {
            let error = load(toml).unwrap_err().to_string();
            assert!(error.contains(key), "{toml}: {error}");
        }
    }
}
