//! `cargo xtask test`: Rust's tests with SQLite and a real PostgreSQL, then a real Chromium and a
//! real Firefox against a real Synapse. Ends with one line that sums up.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;

use crate::cargo::cargo;
use crate::postgres::Postgres;
use crate::{app, interrupt, paths, run, stamp, step, tools};

/// Options of `cargo xtask test`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run one part only
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Run the browser tests in one browser only
    #[arg(long, value_enum)]
    browser: Option<Browser>,
    /// Do not look at every state of every screen in each theme and width, with axe, which takes
    /// some eight minutes a browser
    #[arg(long)]
    quick: bool,
    /// Run only tests whose name has this text
    filter: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rust's tests, databases included
    Backend,
    /// Browsers, Synapse and the real widget host
    Browser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Browser {
    Chromium,
    Firefox,
}

impl Browser {
    /// How the tests call it.
    const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    fn program(self) -> Result<PathBuf> {
        match self {
            Self::Chromium => tools::chromium(),
            Self::Firefox => tools::firefox(),
        }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Runs the tests and prints their sum.
pub(crate) fn run(options: &Options) -> Result<()> {
    let begun = Instant::now();
    let mut sum = Count::default();
    let filter = options.filter.as_deref();
    if options.only != Some(Part::Browser) {
        sum.add(rust_tests(filter)?);
    }
    if options.only != Some(Part::Backend) {
        ensure!(!interrupt::requested(), "interrupted");
        sum.add(browser_tests(options, filter)?);
    }
    ensure!(!interrupt::requested(), "interrupted");
    println!("\nAll tests took {}.", step::seconds(begun.elapsed()));
    match sum.skipped {
        0 => println!("{} passed, {} failed", sum.passed, sum.failed),
        skipped => println!("{} passed, {} failed, {skipped} skipped", sum.passed, sum.failed),
    }
    if sum.passed == 0 {
        bail!("no test ran");
    }
    if sum.failed > 0 {
        bail!("{} tests failed; they are named above", sum.failed);
    }
    Ok(())
}

fn rust_tests(filter: Option<&str>) -> Result<Count> {
    step::run("Building Rust's tests", &mut cargo(&["test", "--workspace", "--no-run"]))?;
    println!("Everything, the backend on SQLite");
    let mut count = cargo_tests(&["--workspace"], filter, None)?;
    let postgres = Postgres::start()?;
    println!("The backend once more, on PostgreSQL");
    let on_postgres = cargo_tests(&["--package", "tessera-backend"], filter, Some(&postgres))?;
    if on_postgres.failed > 0 {
        println!("What PostgreSQL said last:\n{}", postgres.last_words());
    }
    count.add(on_postgres);
    Ok(count)
}

fn cargo_tests(what: &[&str], filter: Option<&str>, postgres: Option<&Postgres>) -> Result<Count> {
    let mut cargo = cargo(&["test", "--no-fail-fast", "--quiet"]);
    cargo.args(what).args(filter);
    match postgres {
        Some(postgres) => cargo.env("TESSERA_TEST_POSTGRES_URL", postgres.url()),
        None => cargo.env_remove("TESSERA_TEST_POSTGRES_URL"),
    };
    let mut count = Count::default();
    let ended_well = streamed(&mut cargo, |line| {
        if let Some(binary) = count_of_cargo(line) {
            count.add(binary);
        }
    })?;
    if !ended_well && count.failed == 0 {
        // A test program that crashed, or a documentation test that does not compile.
        count.failed = 1;
    }
    Ok(count)
}

fn browser_tests(options: &Options, filter: Option<&str>) -> Result<Count> {
    let browsers = match &options.browser {
        Some(browser) => std::slice::from_ref(browser),
        None => Browser::value_variants(),
    };
    // A missing browser is said before minutes of building.
    let programs: Vec<_> =
        browsers.iter().map(|browser| browser.program()).collect::<Result<_>>()?;
    let mut environment = vec![
        ("TESSERA_TEST_APP", app::build()?),
        ("TESSERA_TEST_BACKEND", run::build_backend()?),
        ("TESSERA_TEST_SYNAPSE_PYTHON", tools::synapse_python()?),
        ("TESSERA_TEST_PREPARED", prepared()?),
    ];
    tools::npm_packages()?;
    println!(
        "\nThe Checkout stand-in, which the browser tests buy at, and purchases while servers are killed"
    );
    let databases = [Postgres::start()?, Postgres::start()?];
    let names = ["TESSERA_TEST_POSTGRES_URL", "TESSERA_TEST_SECOND_POSTGRES_URL"];
    let urls = names.into_iter().zip(&databases).map(|(name, it)| (name, it.url().into()));
    let with_databases: Vec<_> = environment.iter().cloned().chain(urls).collect();
    let mut count = node_tests("checkout", options.quick, filter, &with_databases)?;
    drop(databases);
    for (browser, program) in browsers.iter().zip(programs) {
        ensure!(!interrupt::requested(), "interrupted");
        println!("\nIn {}", browser.name());
        environment.push(("TESSERA_TEST_BROWSER", browser.name().into()));
        environment.push(("TESSERA_TEST_BROWSER_PROGRAM", program));
        count.add(node_tests("e2e", options.quick, filter, &environment)?);
    }
    Ok(count)
}

/// Where the first of the test files leaves for the others what takes long to prepare.
pub(crate) fn prepared() -> Result<PathBuf> {
    let folder = paths::target().join("browser-tests");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs the tests of one of the folders in `tests/`.
fn node_tests(
    folder: &str,
    quick: bool,
    filter: Option<&str>,
    environment: &[(&str, PathBuf)],
) -> Result<Count> {
    let files = stamp::files_under(&paths::tests().join(folder))?;
    let files = files.iter().filter(|file| {
        let name = file.to_string_lossy();
        name.ends_with(".test.mjs") && !(quick && name.ends_with("looks.test.mjs"))
    });
    let mut node = Command::new("node");
    // One file after the other: they share two cores with a browser, Synapse and the backend.
    node.args([
        "--test",
        "--test-concurrency=1",
        "--test-reporter=spec",
        "--test-force-exit",
        "--test-timeout=1800000",
    ]);
    if let Some(filter) = filter {
        node.arg("--test-name-pattern").arg(filter);
    }
    node.args(files).current_dir(paths::tests()).envs(environment.iter().cloned());
    let mut count = Count::default();
    let ended_well = streamed(&mut node, |line| count_of_node(line, &mut count))?;
    if !ended_well && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// Runs `command`, shows its lines as they come and hands each to `read`.
fn streamed(command: &mut Command, mut read: impl FnMut(&str)) -> Result<bool> {
    println!("\n$ {}", step::describe(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} cannot be started", step::describe(command)))?;
    let output = child.stdout.take().context("the tests have no output")?;
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        read(&line);
    }
    Ok(child.wait()?.success())
}

/// Reads `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn count_of_cargo(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |what: &str| {
        let part = counts.split(';').find(|part| part.trim().ends_with(what))?;
        part.split_whitespace().next()?.parse().ok()
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
        skipped: number("ignored").unwrap_or(0),
    })
}

/// Reads Node's `ℹ pass 12`, `ℹ fail 0`, `ℹ cancelled 0` and `ℹ skipped 0`.
fn count_of_node(line: &str, count: &mut Count) {
    let mut words = line.split_whitespace();
    let (Some("ℹ"), Some(what), Some(number), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return;
    };
    let number = number.parse().unwrap_or(0);
    match what {
        "pass" => count.passed += number,
        "fail" | "cancelled" => count.failed += number,
        "skipped" => count.skipped += number,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(count_of_cargo(line), Some(Count { passed: 12, failed: 2, skipped: 1 }));
        assert_eq!(count_of_cargo("running 3 tests"), None);
        let mut count = Count::default();
        for line in
            ["ℹ tests 9", "ℹ pass 6", "ℹ fail 1", "ℹ cancelled 1", "ℹ skipped 1", "ℹ duration_ms 2"]
        {
            count_of_node(line, &mut count);
        }
        assert_eq!(count, Count { passed: 6, failed: 2, skipped: 1 });
    }
}
