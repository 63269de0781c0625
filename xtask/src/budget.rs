//! The budgets of the picker, the manager, the operators' page, the buyers' and the makers': what a person downloads before the first screen, in
//! Brotli bytes.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::app;
use crate::bundle::Size;

/// Page, scripts, WASM, style and one locale of a screen, and how many bytes they may have together.
struct Budget {
    name: &'static str,
    page: &'static str,
    brotli: usize,
    /// The beginnings of the names of what is loaded only when somebody asks for it.
    on_demand: &'static [&'static str],
}

const PICKER: Budget = Budget {
    name: "picker",
    page: "picker.html",
    brotli: 100_000,
    on_demand: &["client", "enlarge", "help", "image-packs", "room-packs", "terms", "undo"],
};

const MANAGER: Budget =
    Budget { name: "manager", page: "index.html", brotli: 350_000, on_demand: &[] };

/// Beside what it shares with the manager, whence operators come.
const ADMIN: Budget = Budget { name: "admin", page: "admin.html", brotli: 230_000, on_demand: &[] };

/// Beside what it shares with the manager, whence buyers come.
const PURCHASES: Budget =
    Budget { name: "purchases", page: "purchases.html", brotli: 200_000, on_demand: &[] };

/// Beside what it shares with the manager, whence makers of packs come.
const MAKING: Budget =
    Budget { name: "making", page: "making.html", brotli: 230_000, on_demand: &[] };

/// The sizes of every file of the app, building it if needed.
pub(crate) fn sizes() -> Result<Vec<Size>> {
    let file = app::build()?.join("sizes.json");
    let text = fs::read_to_string(&file).context("the app has no sizes.json")?;
    Ok(serde_json::from_str(&text)?)
}

/// Prints the files of each screen and fails when one is over its budget.
pub(crate) fn check() -> Result<()> {
    let sizes = sizes()?;
    for budget in [&PICKER, &MANAGER, &ADMIN, &PURCHASES, &MAKING] {
        budget.check(&sizes)?;
    }
    Ok(())
}

impl Budget {
    fn check(&self, sizes: &[Size]) -> Result<()> {
        let Self { name, brotli, .. } = self;
        let counted = self.counted(sizes);
        println!("{name:<40} {:>10} {:>10} {:>10}", "raw", "gzip", "brotli");
        for size in &counted {
            println!("{:<40} {:>10} {:>10} {:>10}", size.name, size.raw, size.gzip, size.brotli);
        }
        let sum: usize = counted.iter().map(|size| size.brotli).sum();
        let left = brotli.checked_sub(sum);
        ensure!(left.is_some(), "the {name} has {sum} bytes; the budget is {brotli}");
        println!("{sum} of {brotli} bytes, {} left", left.unwrap_or_default());
        Ok(())
    }

    /// Everything of the page except what is loaded on demand, and except that of each set of
    /// texts only one language is loaded, of which the largest counts.
    fn counted(&self, sizes: &[Size]) -> Vec<Size> {
        let is_on_demand =
            |size: &&Size| self.on_demand.iter().any(|name| size.name.starts_with(name));
        let of_page =
            || sizes.iter().filter(|size| size.page == self.page).filter(move |s| !is_on_demand(s));
        let sets = ["locale", "widgets-"];
        let set_of = |size: &&Size| {
            let is_text = |set: &&&str| size.name.ends_with(".json") && size.name.contains(**set);
            sets.iter().find(is_text)
        };
        let largest = sets.iter().filter_map(|set| {
            of_page().filter(|size| set_of(size) == Some(set)).max_by_key(|size| size.brotli)
        });
        of_page().filter(|size| set_of(size).is_none()).chain(largest).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_locales_the_largest_counts_and_what_is_loaded_on_demand_does_not() {
        let size = |page: &str, name: &str, brotli| Size {
            page: page.into(),
            name: name.into(),
            path: name.into(),
            raw: 0,
            gzip: 0,
            brotli,
        };
        let sizes = [
            size("picker.html", "picker.html", 1),
            size("picker.html", "locales/de.json", 20),
            size("picker.html", "locales/en.json", 10),
            size("picker.html", "help.js", 500),
            size("index.html", "manager.js", 3_000),
            size("index.html", "manager-locale-en.json", 100),
            size("index.html", "manager-locale-de.json", 200),
            size("index.html", "widgets-de.json", 50),
            size("index.html", "widgets-en.json", 30),
            size("playground.html", "playground.js", 4_000),
        ];
        let sum = |budget: Budget| -> usize {
            budget.counted(&sizes).iter().map(|size| size.brotli).sum()
        };
        assert_eq!((sum(PICKER), sum(MANAGER)), (21, 3_250));
    }
}
