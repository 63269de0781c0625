//! What clients have to be told so that they find this server: the documents that an operator
//! copies into a homeserver's well-known, Element's `config.json` and a reverse proxy, and how what
//! is served there differs. Called by `cli`, `http` and `doctor`.

pub mod difference;
pub mod operators;
pub mod served;
#[cfg(test)]
pub(crate) mod world;
pub mod wrong;

use serde_json::{Value, json};
use url::Url;

use crate::matrix::server_name::ServerName;

/// The source that stands for Element Desktop.
const DESKTOP: &str = "vector:";

/// What the documents are made of.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Where users reach this server, without a slash at the end; none if the operator did not say.
    pub base: Option<String>,
    /// Where third parties' pages are wrapped, without a slash at the end; none if nowhere.
    pub widgets: Option<String>,
    /// Who may frame our pages, as we send it.
    pub frame_ancestors: Vec<String>,
    /// Where the operator's Element is.
    pub element_urls: Vec<Url>,
    /// Homeservers whose users are to find us.
    pub homeservers: Vec<ServerName>,
}

/// The documents for one address.
#[derive(Debug, Clone, Copy)]
pub struct Documents<'a> {
    base: &'a str,
    setup: &'a Setup,
}

impl Setup {
    /// The documents, if the operator said where users reach this server.
    #[must_use]
    pub fn documents(&self) -> Option<Documents<'_>> {
        self.base.as_deref().map(|base| Documents { base, setup: self })
    }
}

impl Documents<'_> {
    /// `m.integrations` api_url and `integrations_rest_url`. Clients put paths behind it, so there
    /// is no slash at its end.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api", self.base)
    }

    /// `m.integrations` ui_url and `integrations_ui_url`. Clients put `?scalar_token=…` behind it.
    #[must_use]
    pub fn ui_url(&self) -> String {
        format!("{}/", self.base)
    }

    /// What the picker is under; with the API the addresses that clients give a token to. The
    /// second origin is not among them, for what is shown there must never see a token.
    #[must_use]
    pub fn widgets_urls(&self) -> [String; 2] {
        [self.api_url(), format!("{}/picker", self.base)]
    }

    /// What `/.well-known/matrix/client` of a homeserver's name has to hold besides the rest.
    #[must_use]
    pub fn well_known(&self) -> Value {
        json!({"m.integrations": {"managers": [
            {"api_url": self.api_url(), "ui_url": self.ui_url()},
        ]}})
    }

    /// The three keys of Element's `config.json`.
    #[must_use]
    pub fn element_config(&self) -> Value {
        json!({
            "integrations_ui_url": self.ui_url(),
            "integrations_rest_url": self.api_url(),
            "integrations_widgets_urls": self.widgets_urls(),
        })
    }

    /// The setting of Element's widget-lifecycle module with which the picker opens without asking
    /// who may know what. The capabilities are those the picker asks for.
    #[must_use]
    pub fn widget_lifecycle(&self) -> Value {
        let picker = format!("{}/picker/*", self.base);
        json!({MODULE: {"widget_permissions": {
            picker: {
                "preload_approved": true,
                "identity_approved": true,
                "capabilities_approved": CAPABILITIES,
            },
        }}})
    }

    /// Sources of `frame-ancestors`: the operator's clients and Element Desktop, or what the
    /// configuration has if no client is named.
    #[must_use]
    pub fn frame_ancestors(&self) -> Vec<String> {
        if self.setup.element_urls.is_empty() {
            return self.setup.frame_ancestors.clone();
        }
        let origins = self.setup.element_urls.iter().map(|url| url.origin().ascii_serialization());
        let mut sources: Vec<String> = Vec::new();
        for source in origins.chain([DESKTOP.to_owned()]) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    /// The headers that have to reach browsers where a reverse proxy sets headers of its own.
    #[must_use]
    pub fn proxy_headers(&self) -> String {
        format!("Content-Security-Policy: frame-ancestors {}", self.frame_ancestors().join(" "))
    }
}

/// The module's key in Element's configuration.
const MODULE: &str = "io.element.element-web-modules.widget-lifecycle";
/// Everything the picker may ask for: to send stickers, and on the user's click to take one back
/// and to see the room's own packs.
const CAPABILITIES: [&str; 6] = [
    "m.sticker",
    "org.matrix.msc2762.send.event:m.sticker",
    "org.matrix.msc2762.send.event:m.room.redaction",
    "org.matrix.msc2762.receive.state_event:m.image_pack",
    "org.matrix.msc2762.receive.state_event:im.ponies.room_emotes",
    "org.matrix.msc4039.download_file",
];

#[cfg(test)]
mod tests;
