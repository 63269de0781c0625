//! What an import changes, so that an operator sees it before and after. Pure; stickers are
//! recognised by their pictures, so that a new name is a rename.

use std::{collections::HashMap, fmt};

use crate::packs::{ImageId, Pack, Sticker};

/// Two states of a pack, compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Shortcodes that are new.
    pub added: Vec<String>,
    /// Shortcodes that are gone.
    pub removed: Vec<String>,
    /// Old and new shortcode of the same picture.
    pub renamed: Vec<(String, String)>,
    /// Shortcodes with another picture, text, emoji or tags.
    pub changed: Vec<String>,
    /// Shortcodes that are as they were.
    pub unchanged: Vec<String>,
    /// Whether the stickers that stay stand in another order.
    pub reordered: bool,
    /// Whether title, credit, visibility or source are others than before.
    pub metadata: bool,
}

impl Difference {
    /// Compares.
    #[must_use]
    pub fn between(before: Option<(&Pack, &[Sticker])>, after: (&Pack, &[Sticker])) -> Self {
        let (old_pack, old) = before.unzip();
        let (old, (new_pack, new)) = (old.unwrap_or_default(), after);
        let mut found = Self {
            metadata: old_pack.is_some_and(|old| {
                // Place and revision are the database's.
                let placed =
                    Pack { position: old.position, revision: old.revision, ..new_pack.clone() };
                *old != placed
            }),
            ..Self::default()
        };
        let by_code: HashMap<&str, &Sticker> =
            old.iter().map(|sticker| (sticker.shortcode.as_str(), sticker)).collect();
        let kept = |code: &str| new.iter().any(|sticker| sticker.shortcode == code);
        let mut gone: Vec<&Sticker> =
            old.iter().filter(|sticker| !kept(&sticker.shortcode)).collect();
        let mut take = |id: ImageId| {
            let at = gone.iter().position(|sticker| sticker.image.id == id)?;
            Some(gone.remove(at))
        };
        for sticker in new {
            let code = sticker.shortcode.clone();
            match by_code.get(code.as_str()) {
                Some(old) if same(old, sticker) => found.unchanged.push(code),
                Some(_) => found.changed.push(code),
                None => match take(sticker.image.id) {
                    Some(old) => found.renamed.push((old.shortcode.clone(), code)),
                    None => found.added.push(code),
                },
            }
        }
        found.removed = gone.iter().map(|sticker| sticker.shortcode.clone()).collect();
        let order = |from: &[Sticker], other: &[Sticker]| -> Vec<ImageId> {
            let ids = from.iter().map(|sticker| sticker.image.id);
            ids.filter(|id| other.iter().any(|sticker| sticker.image.id == *id)).collect()
        };
        found.reordered = !old.is_empty() && order(old, new) != order(new, old);
        found
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.renamed.is_empty()
            && self.changed.is_empty()
            && !self.reordered
            && !self.metadata
    }
}

/// Whether two stickers are the same to a user: the upload is ours and not compared.
fn same(old: &Sticker, new: &Sticker) -> bool {
    old.body == new.body
        && old.emoji == new.emoji
        && old.tags == new.tags
        && old.mxc_uri == new.mxc_uri
        && old.image.id == new.image.id
        && old.image.still == new.image.still
        && old.image.animation == new.image.animation
}

/// One line a kind of change.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |sign: &str, what: &str, names: &[String]| {
            if names.is_empty() {
                return Ok(());
            }
            writeln!(f, "  {sign} {} {what}: {}", names.len(), names.join(", "))
        };
        line("+", "added", &self.added)?;
        line("-", "removed", &self.removed)?;
        let renamed: Vec<String> =
            self.renamed.iter().map(|(old, new)| format!("{old} → {new}")).collect();
        line("→", "renamed", &renamed)?;
        line("~", "changed", &self.changed)?;
        if self.reordered {
            writeln!(f, "  ~ the order")?;
        }
        if self.metadata {
            writeln!(f, "  ~ title, credit, visibility or source")?;
        }
        write!(f, "  = {} unchanged", self.unchanged.len())
    }
}
