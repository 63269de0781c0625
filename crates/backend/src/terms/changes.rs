//! What changed between two versions of a text, for people who do not want to read it all again:
//! by paragraph, and within a paragraph that was edited by word.

use pulldown_cmark::{Event, Tag, TagEnd};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

use super::page::events;

/// Two paragraphs that have less in common than this are two different paragraphs.
const ALIKE: f32 = 0.4;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Its words.
    pub text: String,
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A heading.
    Heading,
    /// A paragraph, or a row of a table.
    Paragraph,
    /// An item of a list.
    Item,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These stayed as they were.
    Same(Vec<Block>),
    /// This is new.
    Added(Block),
    /// This is gone.
    Removed(Block),
    /// Words of this changed.
    Edited(Kind, Vec<Piece>),
}

/// What became of some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// They stayed.
    Same(String),
    /// They are new.
    Added(String),
    /// They are gone.
    Removed(String),
}

/// What changed from `old` to `new`, both Markdown, in the order of the text.
#[must_use]
pub fn between(old: &str, new: &str) -> Vec<Change> {
    let (old, new) = (blocks(old), blocks(new));
    let of = |blocks: &[Block], from: usize, len: usize| -> Vec<Block> {
        blocks.iter().skip(from).take(len).cloned().collect()
    };
    let mut changes = Vec::new();
    for operation in capture_diff_slices(Algorithm::Patience, &old, &new) {
        match operation {
            DiffOp::Equal { new_index, len, .. } => {
                changes.push(Change::Same(of(&new, new_index, len)));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                changes.extend(of(&old, old_index, old_len).into_iter().map(Change::Removed));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                changes.extend(of(&new, new_index, new_len).into_iter().map(Change::Added));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                replaced(of(&old, old_index, old_len), of(&new, new_index, new_len), &mut changes);
            }
        }
    }
    changes
}

/// Pairs up parts that stand for one another; what has no partner is new or gone.
fn replaced(old: Vec<Block>, new: Vec<Block>, changes: &mut Vec<Change>) {
    let mut old = old.into_iter().peekable();
    for block in new {
        let partner = old.peek().filter(|before| before.kind == block.kind);
        let edited = partner.and_then(|before| pieces(&before.text, &block.text));
        match edited {
            Some(pieces) => {
                old.next();
                changes.push(Change::Edited(block.kind, pieces));
            }
            None => changes.push(Change::Added(block)),
        }
    }
    changes.extend(old.map(Change::Removed));
}

/// The words of an edited part; `None` if too little stayed for that to be readable.
fn pieces(old: &str, new: &str) -> Option<Vec<Piece>> {
    let diff = TextDiff::from_words(old, new);
    if diff.ratio() < ALIKE {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        match (change.tag(), pieces.last_mut()) {
            (ChangeTag::Equal, Some(Piece::Same(last)))
            | (ChangeTag::Insert, Some(Piece::Added(last)))
            | (ChangeTag::Delete, Some(Piece::Removed(last))) => last.push_str(text),
            (ChangeTag::Equal, _) => pieces.push(Piece::Same(text.to_owned())),
            (ChangeTag::Insert, _) => pieces.push(Piece::Added(text.to_owned())),
            (ChangeTag::Delete, _) => pieces.push(Piece::Removed(text.to_owned())),
        }
    }
    Some(pieces)
}

/// The parts of a text, as plain words. A link's address is part of what it says.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut text = String::new();
    let mut items = 0_u32;
    let mut links = Vec::new();
    let mut end = |text: &mut String, kind: Kind| {
        let words = std::mem::take(text);
        if !words.trim().is_empty() {
            blocks.push(Block { kind, text: words.trim().to_owned() });
        }
    };
    for event in events(markdown) {
        let within = if items > 0 { Kind::Item } else { Kind::Paragraph };
        match event {
            Event::Start(Tag::Item) => {
                end(&mut text, within);
                items += 1;
            }
            Event::End(TagEnd::Item) => {
                end(&mut text, within);
                items = items.saturating_sub(1);
            }
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url),
            Event::End(TagEnd::Link) => {
                if let Some(url) = links.pop().filter(|url| !text.ends_with(&**url)) {
                    text.push_str(&format!(" ({url})"));
                }
            }
            Event::End(TagEnd::Heading(_)) => end(&mut text, Kind::Heading),
            Event::End(
                TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::TableRow | TagEnd::TableHead,
            ) => end(&mut text, within),
            Event::End(TagEnd::TableCell) => text.push_str(" | "),
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    end(&mut text, Kind::Paragraph);
    blocks
}
