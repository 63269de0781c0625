//! Licences of packs: SPDX expressions where they are such, else the author's own words. Called by
//! the import, which keeps either, and by the command line, which tells them apart.

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
}
