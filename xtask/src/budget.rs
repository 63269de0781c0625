//! The picker's budget: what a person downloads before the first sticker, in Brotli bytes.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::app;
use crate::bundle::Size;

/// Page, scripts, WASM, style and one locale of the picker may have this many bytes together.
const PICKER_BROTLI_BYTES: usize = 100_000;

/// The sizes of every file of the app, building it if needed.
pub(crate) fn sizes() -> Result<Vec<Size>> {
    let file = app::build()?.join("sizes.json");
    let text = fs::read_to_string(&file).context("the app has no sizes.json")?;
    Ok(serde_json::from_str(&text)?)
}

/// Prints the picker's files and fails when they are over the budget.
pub(crate) fn check() -> Result<()> {
    let sizes = sizes()?;
    let counted = counted(&sizes);
    println!("{:<40} {:>10} {:>10} {:>10}", "picker", "raw", "gzip", "brotli");
    for size in &counted {
        println!("{:<40} {:>10} {:>10} {:>10}", size.name, size.raw, size.gzip, size.brotli);
    }
    let sum: usize = counted.iter().map(|size| size.brotli).sum();
    let left = PICKER_BROTLI_BYTES.checked_sub(sum);
    ensure!(left.is_some(), "the picker has {sum} bytes; the budget is {PICKER_BROTLI_BYTES}");
    println!("{sum} of {PICKER_BROTLI_BYTES} bytes, {} left", left.unwrap_or_default());
    Ok(())
}

/// The beginnings of the names of what is loaded only when somebody asks for it.
const ON_DEMAND: &[&str] = &["client", "enlarge", "help", "image-packs", "room-packs", "undo"];

/// The picker's code: everything of its page except what is loaded on demand, and except that of
/// many locales only one is loaded, of which the largest counts.
fn counted(sizes: &[Size]) -> Vec<Size> {
    let is_on_demand = |size: &&Size| ON_DEMAND.iter().any(|name| size.name.starts_with(name));
    let of_picker =
        || sizes.iter().filter(|size| size.page == "picker.html").filter(move |s| !is_on_demand(s));
    let is_locale = |size: &&Size| size.name.contains("locale");
    let largest = of_picker().filter(is_locale).max_by_key(|size| size.brotli);
    of_picker().filter(|size| !is_locale(size)).chain(largest).cloned().collect()
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
            size("playground.html", "playground.js", 4_000),
        ];
        assert_eq!(counted(&sizes).iter().map(|size| size.brotli).sum::<usize>(), 21);
    }
}
