//! Where the arrow keys lead in a grid of sections. Pure: a place is a section and a position in
//! it, and every key leads from one to another without leaving the grid.

/// A sticker's place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Which section.
    pub section: usize,
    /// Which sticker of it.
    pub index: usize,
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The one before, in reading order.
    Back,
    /// The one after.
    Forward,
    /// The row above.
    Up,
    /// The row below.
    Down,
    /// The first of the section.
    Home,
    /// The last of the section.
    End,
    /// The section before.
    SectionUp,
    /// The section after.
    SectionDown,
}

impl Move {
    /// The move of a key, as `KeyboardEvent.key` names it.
    #[must_use]
    pub fn of_key(key: &str, rtl: bool) -> Option<Self> {
        Some(match (key, rtl) {
            ("ArrowLeft", false) | ("ArrowRight", true) => Self::Back,
            ("ArrowRight", false) | ("ArrowLeft", true) => Self::Forward,
            ("ArrowUp", _) => Self::Up,
            ("ArrowDown", _) => Self::Down,
            ("Home", _) => Self::Home,
            ("End", _) => Self::End,
            ("PageUp", _) => Self::SectionUp,
            ("PageDown", _) => Self::SectionDown,
            _ => return None,
        })
    }
}

/// The place that a move leads to. `None` leaves the grid upwards. Sections are given by their
/// sizes, none of which is zero.
#[must_use]
pub fn step(sections: &[usize], columns: usize, from: Place, to: Move) -> Option<Place> {
    let columns = columns.max(1);
    let size = |section: usize| sections.get(section).copied().unwrap_or(0);
    let Place { section, index } = from;
    let at = |section: usize, index: usize| {
        Some(Place { section, index: index.min(size(section).saturating_sub(1)) })
    };
    let is_last = section + 1 >= sections.len();
    match to {
        Move::Back if index > 0 => at(section, index - 1),
        Move::Back if section > 0 => at(section - 1, usize::MAX),
        Move::Back => Some(from),
        Move::Forward if index + 1 < size(section) => at(section, index + 1),
        Move::Forward if !is_last => at(section + 1, 0),
        Move::Forward => Some(from),
        Move::Up if index >= columns => at(section, index - columns),
        Move::Up if section > 0 => {
            let rows = size(section - 1).saturating_sub(1) / columns;
            at(section - 1, rows * columns + index)
        }
        Move::Up => None,
        Move::Down if index / columns < size(section).saturating_sub(1) / columns => {
            at(section, index + columns)
        }
        Move::Down if !is_last => at(section + 1, index % columns),
        Move::Down => Some(from),
        Move::Home => at(section, 0),
        Move::End => at(section, usize::MAX),
        Move::SectionUp if index > 0 || section == 0 => at(section, 0),
        Move::SectionUp => at(section - 1, 0),
        Move::SectionDown if is_last => at(section, usize::MAX),
        Move::SectionDown => at(section + 1, 0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn go(section: usize, index: usize, to: Move) -> Option<(usize, usize)> {
        step(&[6, 9], 4, Place { section, index }, to).map(|place| (place.section, place.index))
    }

    #[test]
    fn arrows_cross_sections_in_their_column() {
        assert_eq!(go(0, 1, Move::Down), Some((0, 5)));
        assert_eq!(go(0, 3, Move::Down), Some((0, 5)), "a short row takes the nearest");
        assert_eq!(go(0, 5, Move::Down), Some((1, 1)));
        assert_eq!(go(1, 1, Move::Up), Some((0, 5)));
        assert_eq!(go(1, 3, Move::Up), Some((0, 5)));
        assert_eq!(go(0, 2, Move::Up), None, "to the search box");
        assert_eq!(go(1, 8, Move::Down), Some((1, 8)));
        assert_eq!(go(0, 5, Move::Forward), Some((1, 0)));
        assert_eq!(go(1, 0, Move::Back), Some((0, 5)));
        assert_eq!(go(0, 0, Move::Back), Some((0, 0)));
        assert_eq!(go(1, 4, Move::SectionUp), Some((1, 0)));
        assert_eq!(go(1, 0, Move::SectionUp), Some((0, 0)));
        assert_eq!(go(0, 3, Move::SectionDown), Some((1, 0)));
    }

    #[test]
    fn left_is_forward_where_text_runs_to_the_left() {
        assert_eq!(Move::of_key("ArrowLeft", true), Some(Move::Forward));
        assert_eq!(Move::of_key("ArrowLeft", false), Some(Move::Back));
        assert_eq!(Move::of_key("x", false), None);
    }

    proptest! {
        #[test]
        fn no_move_leaves_the_grid(
            sections in prop::collection::vec(1usize..20, 1..5), columns in 0usize..9,
            section in 0usize..5, index in 0usize..20, to in 0usize..8,
        ) {
            let section = section % sections.len();
            let from = Place { section, index: index % sections[section] };
            let to = [Move::Back, Move::Forward, Move::Up, Move::Down, Move::Home, Move::End,
                Move::SectionUp, Move::SectionDown][to];
            if let Some(place) = step(&sections, columns, from, to) {
                prop_assert!(place.section < sections.len());
                prop_assert!(place.index < sections[place.section]);
            }
        }
    }
}
