//! The documents a user agrees to before Tessera serves them (MSC2140), and the consent itself:
//! in the form that Matrix clients read, and in the one for our own consent screen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Answer of `GET /_matrix/integrations/v1/terms`: the current version of every document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policies {
    /// Documents by their id.
    pub policies: BTreeMap<String, Policy>,
}

/// A document as MSC2140 writes it: `{"version": "1", "en": {"name": …, "url": …}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// Its version.
    pub version: String,
    /// Where it is in each language. Each version in each language has a URL of its own, because
    /// clients take a URL that was accepted once as accepted for ever.
    #[serde(flatten)]
    pub languages: BTreeMap<String, PolicyText>,
}

/// A document in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyText {
    /// Its title.
    pub name: String,
    /// Its text, as a web page.
    pub url: String,
}

/// Body of `POST /_matrix/integrations/v1/terms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Acceptance {
    /// The URLs of the documents that the user accepts; one language of each is enough.
    pub user_accepts: Vec<String>,
}

/// Answer of `GET /api/v1/terms`: what our own consent screen shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terms {
    /// The current documents, in the operator's order. Without any, nothing is to be accepted.
    pub documents: Vec<TermsDocument>,
}

impl Terms {
    /// Whether the user has accepted everything, so that nothing answers `M_TERMS_NOT_SIGNED`.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.documents.iter().all(|document| document.accepted)
    }
}

/// One document and what the user said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermsDocument {
    /// Names the document in requests.
    pub id: String,
    /// The current version.
    pub version: String,
    /// The language of `name`, `url` and `changes_url`: the best one for the request's
    /// `Accept-Language`.
    pub language: String,
    /// The title.
    pub name: String,
    /// The text as a web page; this is what `user_accepts` takes.
    pub url: String,
    /// Every language there is, with its own title and page.
    pub languages: BTreeMap<String, PolicyText>,
    /// Whether the user has accepted this version.
    pub accepted: bool,
    /// The version the user accepted last and has not taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_accepted: Option<Accepted>,
    /// A page with what changed since the version that was accepted last, if that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_url: Option<String>,
}

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accepted {
    /// The version that was accepted.
    pub version: String,
    /// The language it was read in.
    pub language: String,
    /// When, in milliseconds since 1970.
    pub accepted_ts: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_written_as_the_proposal_has_them() {
        let json = serde_json::json!({"policies": {"privacy_policy": {
            "version": "1.2",
            "en": {"name": "Privacy", "url": "https://x/terms/privacy_policy/1.2/en"},
            "fr": {"name": "Confidentialité", "url": "https://x/terms/privacy_policy/1.2/fr"},
        }}});
        let policies: Policies = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(policies.policies["privacy_policy"].languages.len(), 2);
        assert_eq!(serde_json::to_value(&policies).unwrap(), json);
    }
}
