//! The kinds of widgets that can be set up here, with their texts: the built-in ones, and those that
//! the operator declares. Asked for once, when the user is in.

use std::sync::Arc;

use leptos::prelude::*;
use tessera_widgets::{Catalogue, Offer, Shared, Texts, WidgetType};

use super::Manager;
use crate::api::manager as api;
use crate::host;
use crate::i18n::manager as say;
use crate::ui::glyph::Glyph;

/// The kinds and their texts.
#[derive(Debug, Clone)]
pub struct Types {
    /// The kinds.
    pub catalogue: Catalogue,
    /// Their texts, in the reader's language.
    pub texts: Texts,
}

/// Asks for what the operator declares, and for the texts. Without the one there are the built-in
/// kinds, without the other their names.
pub(super) async fn load(manager: Manager) {
    let offer = match manager.session() {
        Some(session) => {
            let path = "/api/v1/widget-types";
            api::get::<Offer>(&session.token, path).await.unwrap_or_default()
        }
        None => Offer::default(),
    };
    let types = Types {
        catalogue: Catalogue::from(offer),
        texts: Texts::parse(&host::widget_texts().await),
    };
    manager.types.set_value(Some(Arc::new(types)));
}

impl Types {
    /// "Learns of whoever opens it: …".
    #[must_use]
    pub fn learns(&self, shares: &[Shared]) -> String {
        let names: Vec<&str> = shares.iter().map(|shared| self.texts.shared(*shared)).collect();
        say::LEARNS.with(&names.join(&say::LIST_COMMA.get()))
    }

    /// Who runs what a kind shows, as far as that is known before its form is filled in.
    #[must_use]
    pub fn runs(&self, declared: &WidgetType) -> String {
        match declared.party.as_deref().filter(|party| !party.contains('{')) {
            Some(party) => say::RUN_BY.with(party),
            None => say::RUN_BY_ANY.get(),
        }
    }
}

/// The icon that a declaration names.
#[must_use]
pub fn glyph(name: &str) -> Glyph {
    match name {
        "video-call" => Glyph::Call,
        "document" => Glyph::Document,
        "board" => Glyph::Board,
        "calendar" => Glyph::Calendar,
        "play" => Glyph::Media,
        "chart" => Glyph::Chart,
        "map" => Glyph::Map,
        "poll" => Glyph::Poll,
        _ => Glyph::Extension,
    }
}
