//! The table: what was measured, as ratios, and whether it is what we aim at.

use super::{Comparison, load::Series};

/// The most resident memory, in MB.
const MEMORY: f64 = 60.0;
/// The least share of the rate at which memory answers.
const SHARE: f64 = 0.5;
/// How much longer the slowest of a hundred answers may take with many users.
const SLOWER: f64 = 2.0;

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<[String; 4]>,
    aims: Vec<(String, String, String, bool)>,
}

impl Report {
    /// Adds the memory of the idle server, in kB.
    pub(crate) fn memory(&mut self, kilobytes: u64) {
        let megabytes = f64::from(u32::try_from(kilobytes).unwrap()) * 1024.0 / 1e6;
        let met = megabytes < MEMORY;
        self.aim("idle server, resident memory", format!("{megabytes:.1} MB"), "< 60 MB", met);
    }

    /// Adds the search in a small and in a large catalogue.
    pub(crate) fn catalogue(&mut self, name: &str, few: (u64, &Series), many: (u64, &Series)) {
        for (packs, series) in [few, many] {
            self.row(&format!("{name}: search in {packs} packs"), series);
        }
        let longer = many.1.percentile(50) / few.1.percentile(50);
        let what = format!("{name}: search in {} packs, of {}", many.0, few.0);
        self.aim(&what, format!("{longer:.2}"), "<= 2.00", longer <= SLOWER);
    }

    fn row(&mut self, what: &str, series: &Series) {
        self.rows.push([
            what.to_owned(),
            format!("{:.0}", series.rate()),
            format!("{:.2}", series.percentile(50)),
            format!("{:.2}", series.percentile(99)),
        ]);
    }

    /// Adds the series of a database.
    pub(crate) fn database(&mut self, name: &str, measured: Comparison) {
        let Comparison { memory, few, many, unchanged } = measured;
        let mut row = |what: &str, series: &Series| self.row(&format!("{name}: {what}"), series);
        row("same bytes from memory", &memory);
        row("library, 1,000 users", &few);
        row("library, 1,000,000 users", &many);
        row("unchanged (304), 1,000,000 users", &unchanged);
        let share = many.rate() / memory.rate();
        let value = format!("{share:.2}");
        self.aim(&format!("{name}: rate, of memory's"), value, ">= 0.50", share >= SHARE);
        let slower = many.percentile(99) / few.percentile(99);
        let value = format!("{slower:.2}");
        self.aim(&format!("{name}: p99, of that of 1,000"), value, "<= 2.00", slower <= SLOWER);
        let cheaper = unchanged.rate() / many.rate();
        let value = format!("{cheaper:.2}");
        self.aim(&format!("{name}: rate of 304s, of 200s"), value, "> 1.00", cheaper > 1.0);
    }

    fn aim(&mut self, what: &str, value: String, aim: &str, met: bool) {
        self.aims.push((what.to_owned(), value, aim.to_owned(), met));
    }

    /// Prints everything.
    pub(crate) fn print(&self) {
        println!("\n{:<56} {:>8} {:>8} {:>8}", "request", "a second", "p50 ms", "p99 ms");
        for [what, rate, p50, p99] in &self.rows {
            println!("{what:<56} {rate:>8} {p50:>8} {p99:>8}");
        }
        println!("\n{:<56} {:>8} {:>8} {:>8}", "aim", "measured", "wanted", "met");
        for (what, value, aim, met) in &self.aims {
            println!("{what:<56} {value:>8} {aim:>8} {:>8}", if *met { "yes" } else { "NO" });
        }
    }
}
