//! The order of the user's packs, and how it changes. Pure.

/// Moves what is at `from` to `to`; out of range, nothing moves.
pub(super) fn moved<T>(mut packs: Vec<T>, from: usize, to: usize) -> Vec<T> {
    if from < packs.len() && to < packs.len() {
        let pack = packs.remove(from);
        packs.insert(to, pack);
    }
    packs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_goes_to_its_place_and_the_others_close_up() {
        for (from, to, after) in [(0, 2, "bcad"), (3, 0, "dabc"), (1, 1, "abcd"), (2, 3, "abdc")] {
            let packs = moved("abcd".chars().collect(), from, to);
            assert_eq!(packs.into_iter().collect::<String>(), after, "{from} to {to}");
        }
    }

    #[test]
    fn no_pack_is_ever_lost() {
        for (from, to) in [(4, 0), (0, 4), (9, 9)] {
            assert_eq!(moved(vec![1, 2, 3, 4], from, to), [1, 2, 3, 4]);
        }
        assert_eq!(moved(Vec::<u8>::new(), 0, 0), [0; 0]);
    }
}
