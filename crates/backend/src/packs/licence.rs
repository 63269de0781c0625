//! Licences of packs: SPDX expressions where they are such, else the author's own words. Called by
//! the import, which keeps either, by the command line, which tells them apart, and by the store, which
//! says what the well-known ones let people do.

use tessera_protocol::pack::LicenceTerms;

/// What a licence text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licence {
    /// A valid SPDX expression, such as `CC-BY-4.0` or `MIT OR Apache-2.0`.
    Spdx(String),
    /// Words that no machine reads.
    Text(String),
    /// Nothing was said: all rights reserved, as far as anyone knows.
    Unstated,
}

/// What is kept where nothing was said.
pub const UNSTATED: &str = "";

impl Licence {
    /// Reads a licence; an imprecise name such as `Apache 2.0` becomes the SPDX one.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Unstated;
        }
        if spdx::Expression::parse(text).is_ok() {
            return Self::Spdx(text.to_owned());
        }
        match spdx::Expression::canonicalize(text) {
            Ok(Some(exact)) if spdx::Expression::parse(&exact).is_ok() => Self::Spdx(exact),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Spdx(text) | Self::Text(text) => text,
            Self::Unstated => UNSTATED,
        }
    }

    /// What it lets people do, where it is one licence that we know.
    #[must_use]
    pub fn terms(&self) -> Option<LicenceTerms> {
        let Self::Spdx(id) = self else { return None };
        if let Some(conditions) = id.strip_prefix("CC-BY") {
            let conditions: Vec<&str> = conditions.split('-').collect();
            let has = |condition| conditions.contains(&condition);
            return Some(LicenceTerms {
                change: !has("ND"),
                sell: !has("NC"),
                credit: true,
                same_licence: has("SA"),
            });
        }
        let is_one_of = |families: &[&str]| {
            families.iter().any(|family| {
                let rest = id.strip_prefix(family);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
        };
        let free = LicenceTerms { change: true, sell: true, credit: false, same_licence: false };
        if id.contains(' ') {
            None
        } else if is_one_of(&["CC0", "CC-PDDC", "PDDL", "Unlicense", "0BSD", "MIT-0", "WTFPL"]) {
            Some(free)
        } else if is_one_of(&["MIT", "Apache", "BSD", "ISC", "Zlib"]) {
            Some(LicenceTerms { credit: true, ..free })
        } else if is_one_of(&["GPL", "LGPL", "AGPL", "MPL", "OFL"]) {
            Some(LicenceTerms { credit: true, same_licence: true, ..free })
        } else {
            None
        }
    }

    /// For people, saying so where a machine cannot read it.
    #[must_use]
    pub fn described(&self) -> String {
        match self {
            Self::Spdx(id) => id.clone(),
            Self::Text(text) => format!("{text} (free text, no SPDX expression)"),
            Self::Unstated => "not stated".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_words() {
        for good in ["CC-BY-4.0", "MIT OR Apache-2.0", "LicenseRef-artist"] {
            assert_eq!(Licence::read(good), Licence::Spdx(good.into()));
        }
        let words = "Free for fans, ask Ann";
        assert_eq!(Licence::read(words), Licence::Text(words.into()));
        assert!(Licence::read(words).described().contains("free text"));
        assert_eq!(Licence::read("  "), Licence::Unstated);
        assert_eq!(Licence::read("").as_str(), "");
    }
    #[test]
    fn well_known_licences_are_told_in_plain_terms() {
        use tessera_protocol::pack::LicenceKind::{
            Attribution, PublicDomain, Restricted, ShareAlike, Unclear,
        };
        for (text, kind) in [
            ("CC0-1.0", PublicDomain),
            ("MIT-0", PublicDomain),
            ("CC-BY-4.0", Attribution),
            ("MIT", Attribution),
            ("Apache-2.0", Attribution),
            ("CC-BY-SA-4.0", ShareAlike),
            ("GPL-3.0-or-later", ShareAlike),
            ("CC-BY-NC-SA-3.0", Restricted),
            ("CC-BY-ND-4.0", Restricted),
            ("MIT OR CC-BY-NC-4.0", Unclear),
            ("LicenseRef-artist", Unclear),
            ("Free for fans, ask Ann", Unclear),
            ("", Unclear),
        ] {
            assert_eq!(LicenceTerms::kind(Licence::read(text).terms()), kind, "{text}");
        }
        let terms = Licence::read("CC-BY-NC-SA-3.0").terms().unwrap();
        assert!(terms.change && !terms.sell && terms.credit && terms.same_licence);
    }
}
