//! The order of versions: numbers in their names count as numbers, so that `1.10` is after `1.9`.

use std::cmp::Ordering;

/// Which of two versions is older.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    runs(left).cmp(runs(right)).then_with(|| left.cmp(right))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Run<'a> {
    /// Without leading zeros, by length and then by digits: a number of any size.
    Number(usize, &'a str),
    Other(&'a str),
}

fn runs(name: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let is_number = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(if is_number {
            let digits = run.trim_start_matches('0');
            Run::Number(digits.len(), digits)
        } else {
            Run::Other(run)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = ["2026-11-23", "1.10", "1.9", "2", "1.9.1", "10", "2025-01-02", "01.9"];
        names.sort_by(|left, right| compare(left, right));
        assert_eq!(names, ["01.9", "1.9", "1.9.1", "1.10", "2", "10", "2025-01-02", "2026-11-23"]);
        assert_eq!(compare("1.2", "1.2"), Ordering::Equal);
    }
}
