//! The operator's terms: documents in versions and languages, read once at start from a folder, and
//! what a user has said to them. Called by `http`; calls `storage`. Pages are made by [`page`], what
//! changed between versions by [`changes`].

pub mod changes;
mod order;
pub mod page;
mod reading;
mod words;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use tessera_protocol::terms::{Accepted, Policies, Policy, PolicyText, Terms, TermsDocument};

pub use self::reading::TermsError;
use crate::storage::ConsentRecord;

/// Every document of the operator's. Without any, nothing is to be accepted.
#[derive(Debug, Clone, Default)]
pub struct Documents(Vec<Document>);

/// One document, such as `privacy`.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its folder's name.
    pub id: String,
    /// The version that users are asked to accept.
    pub current: Version,
    /// The versions before it, the newest first.
    pub older: Vec<Version>,
}

/// A version of a document.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its folder's name, such as `1.2` or `2026-11-23`.
    pub name: String,
    /// The text in each language; there is at least one.
    texts: BTreeMap<String, Text>,
}

/// A version in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its first heading.
    pub title: String,
    /// The whole text, as Markdown.
    pub markdown: String,
}

impl Text {
    /// Which text it is, for the record of a consent.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.markdown.as_bytes()))
    }
}

impl Version {
    /// The text in the best of these languages (`de-AT` is content with `de`), else in English,
    /// else in any.
    #[must_use]
    pub fn best<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Option<(&str, &Text)> {
        let found = wanted.into_iter().chain(["en"]).find_map(|tag| self.in_language(tag));
        found.or_else(|| self.texts.first_key_value().map(|(tag, text)| (tag.as_str(), text)))
    }

    fn in_language(&self, tag: &str) -> Option<(&str, &Text)> {
        let tag = tag.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let family = tag.split(['-', '_']).next().unwrap_or_default();
        let known = self.texts.get_key_value(&tag).or_else(|| self.texts.get_key_value(family));
        known.map(|(tag, text)| (tag.as_str(), text))
    }

    /// Every language and its text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.texts.iter().map(|(language, text)| (language.as_str(), text))
    }

    /// The text in exactly this language.
    #[must_use]
    pub fn text(&self, language: &str) -> Option<&Text> {
        self.texts.get(language)
    }
}

impl Document {
    /// A version by its name.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<&Version> {
        std::iter::once(&self.current).chain(&self.older).find(|version| version.name == name)
    }

    fn is_accepted(&self, consents: &[ConsentRecord]) -> bool {
        let covers =
            |given: &ConsentRecord| given.document == self.id && given.version == self.current.name;
        consents.iter().any(covers)
    }
}

impl Documents {
    /// Whether nothing has to be accepted at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A document by its id.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.0.iter().find(|document| document.id == id)
    }

    /// Whether these consents cover the current version of every document.
    #[must_use]
    pub fn all_accepted(&self, consents: &[ConsentRecord]) -> bool {
        self.0.iter().all(|document| document.is_accepted(consents))
    }

    /// What Matrix clients read (MSC2140). `base` is our address without a slash at its end.
    #[must_use]
    pub fn policies(&self, base: &str) -> Policies {
        let policies = self.0.iter().map(|document| {
            let current = &document.current;
            let languages = current
                .texts()
                .map(|(language, text)| {
                    let url = url_of(base, &document.id, &current.name, language);
                    (language.to_owned(), PolicyText { name: text.title.clone(), url })
                })
                .collect();
            (document.id.clone(), Policy { version: current.name.clone(), languages })
        });
        Policies { policies: policies.collect() }
    }

    /// What our own consent screens show, in the best of the `wanted` languages.
    #[must_use]
    pub fn for_user(&self, base: &str, wanted: &[&str], consents: &[ConsentRecord]) -> Terms {
        let mut all = self.policies(base).policies;
        let documents = self.0.iter().filter_map(|document| {
            let current = &document.current;
            let (language, text) = current.best(wanted.iter().copied())?;
            let last = last_consent(document, consents);
            let changes_url = last
                .filter(|given| given.version != current.name)
                .and_then(|given| document.version(&given.version))
                .map(|from| {
                    let url = url_of(base, &document.id, &current.name, language);
                    format!("{url}/changes/{}", from.name)
                });
            Some(TermsDocument {
                id: document.id.clone(),
                version: current.name.clone(),
                language: language.to_owned(),
                name: text.title.clone(),
                url: url_of(base, &document.id, &current.name, language),
                languages: all.remove(&document.id).map(|all| all.languages).unwrap_or_default(),
                accepted: document.is_accepted(consents),
                last_accepted: last.map(|given| Accepted {
                    version: given.version.clone(),
                    language: given.language.clone(),
                    accepted_ts: given.accepted.wire(),
                }),
                changes_url,
            })
        });
        Terms { documents: documents.collect() }
    }

    /// The current text whose page this address is. Old versions cannot be accepted any more.
    #[must_use]
    pub fn of_url(&self, base: &str, url: &str) -> Option<(&Document, &str, &Text)> {
        let path = url.strip_prefix(base)?.strip_prefix("/terms/")?;
        let mut parts = path.split('/');
        let (document, version, language) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let document = self.document(document)?;
        let current = Some(&document.current).filter(|current| current.name == version)?;
        let (language, text) = current.texts.get_key_value(language)?;
        Some((document, language, text))
    }
}

/// What the user said last to a document, whichever version that was.
fn last_consent<'a>(
    document: &Document,
    consents: &'a [ConsentRecord],
) -> Option<&'a ConsentRecord> {
    let of_it = consents.iter().filter(|given| given.document == document.id);
    of_it.max_by_key(|given| given.accepted.millis())
}

/// The page of a text. Folder names are checked when they are read, so nothing is to be encoded.
#[must_use]
pub fn url_of(base: &str, document: &str, version: &str, language: &str) -> String {
    format!("{base}/terms/{document}/{version}/{language}")
}

#[cfg(test)]
mod tests;
