//! Which stickers the user takes most and took last. Pure: a list that is written as text, a
//! sticker a line, and an order that weighs how often against how long ago.

use std::collections::BinaryHeap;

/// The most stickers that are remembered.
const KEPT: usize = 64;
/// Counting further would make a favourite of last year stay for ever.
const COUNTED: u32 = 30;

/// One remembered sticker.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    key: String,
    count: u32,
    /// Minutes since 1970.
    last: u32,
}

/// The remembered stickers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recents {
    uses: Vec<Use>,
}

impl Recents {
    /// Reads what [`Self::write`] wrote; lines of another form are skipped.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let uses = text.lines().filter_map(|line| {
            let mut fields = line.split('\t');
            let key = fields.next().filter(|key| key.contains('/'))?.to_owned();
            let count = fields.next()?.parse().ok()?;
            let last = fields.next()?.parse().ok()?;
            Some(Use { key, count, last })
        });
        Self { uses: uses.take(KEPT).collect() }
    }

    /// The list as text.
    #[must_use]
    pub fn write(&self) -> String {
        let lines: Vec<String> = self
            .uses
            .iter()
            .map(|used| {
                [&used.key, "\t", &used.count.to_string(), "\t", &used.last.to_string()].concat()
            })
            .collect();
        lines.join("\n")
    }

    /// A sticker was sent at `minute`.
    pub fn add(&mut self, key: &str, minute: u32) {
        match self.uses.iter_mut().find(|used| used.key == key) {
            Some(used) => {
                used.count = (used.count + 1).min(COUNTED);
                used.last = minute;
            }
            None => self.uses.push(Use { key: key.to_owned(), count: 1, last: minute }),
        }
        if self.uses.len() > KEPT {
            let weakest = self.uses.iter().enumerate().min_by_key(|(_, used)| used.last);
            if let Some((position, _)) = weakest {
                self.uses.swap_remove(position);
            }
        }
    }

    /// The keys, the most wanted first.
    #[must_use]
    pub fn ranked(&self, now: u32) -> Vec<String> {
        let mut order: BinaryHeap<(u32, u32, usize)> = self
            .uses
            .iter()
            .enumerate()
            .map(|(i, used)| (weight(used, now), used.last, usize::MAX - i))
            .collect();
        let mut keys = Vec::with_capacity(order.len());
        while let Some((_, _, i)) = order.pop() {
            keys.extend(self.uses.get(usize::MAX - i).map(|used| used.key.clone()));
        }
        keys
    }
}

fn weight(used: &Use, now: u32) -> u32 {
    let freshness = match now.saturating_sub(used.last) / (60 * 24) {
        0 => 100,
        1..=3 => 60,
        4..=13 => 30,
        14..=44 => 12,
        _ => 3,
    };
    // The last hour is what the conversation is about.
    let just_now = if now.saturating_sub(used.last) < 60 { 200 } else { 0 };
    used.count.min(COUNTED) * freshness + just_now
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u32 = 60 * 24;

    #[test]
    fn often_and_lately_come_first() {
        let mut recents = Recents::default();
        for _ in 0..20 {
            recents.add("old/favourite", 0);
        }
        for _ in 0..3 {
            recents.add("new/often", 100 * DAY);
        }
        recents.add("new/once", 100 * DAY + 1);
        let ranked = recents.ranked(100 * DAY + 2 * 60);
        assert_eq!(ranked, ["new/often", "new/once", "old/favourite"]);
    }

    #[test]
    fn it_survives_being_written_and_read() {
        let mut recents = Recents::default();
        recents.add("cats/wave", 7);
        recents.add("cats/wave", 8);
        recents.add("dogs/hi", 9);
        assert_eq!(Recents::read(&recents.write()), recents);
        let damaged = ["garbage", &recents.write(), "a/b\tx\ty", "a/b"].join("\n");
        assert_eq!(Recents::read(&damaged), recents);
    }

    #[test]
    fn the_list_stays_short() {
        let mut recents = Recents::default();
        for i in 0..200 {
            recents.add(&format!("p/{i}"), i);
        }
        assert_eq!(recents.ranked(200).len(), KEPT);
        assert!(recents.ranked(200).contains(&"p/199".to_owned()));
    }
}
