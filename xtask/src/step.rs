//! Long steps with progress: a spinner with the time and the newest output line in a terminal,
//! plain lines elsewhere. Output is kept and shown only when a step fails.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::interrupt;

/// How often a waiting step says that it still waits, where there is no spinner.
const REMINDER: Duration = Duration::from_secs(60);
/// How many of the last output lines a failed step shows.
const SHOWN_LINES: usize = 60;

/// One step that a person waits for.
pub(crate) struct Step {
    label: String,
    begun: Instant,
    bar: Option<ProgressBar>,
}

impl Step {
    /// Begins a step; `label` says what happens, as in "Building the picker".
    pub(crate) fn begin(label: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {prefix} [{elapsed}] {wide_msg:.dim}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(label.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("… {label}");
        }
        Self { label: label.to_owned(), begun: Instant::now(), bar }
    }

    /// Shows what the step is busy with.
    pub(crate) fn busy_with(&self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(detail.trim().to_owned());
        }
    }

    /// Ends the step well.
    pub(crate) fn done(self) {
        let took = seconds(self.begun.elapsed());
        self.clear();
        eprintln!("✓ {} ({took})", self.label);
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Runs `command` as one step and returns what it printed to standard output.
///
/// # Errors
/// When it cannot start or fails; the error carries its last lines.
pub(crate) fn run(label: &str, command: &mut Command) -> Result<String> {
    let step = Step::begin(label);
    let (status, lines, output) = watch(&step, command)?;
    if !status.success() {
        drop(step);
        let from = lines.len().saturating_sub(SHOWN_LINES);
        let shown = lines.get(from..).unwrap_or_default().join("\n");
        bail!("{label}: {} ended with {status}\n{shown}", describe(command));
    }
    step.done();
    Ok(output)
}

/// What a quick command prints, or `None` when it fails or does not exist.
pub(crate) fn answer_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A time as a person says it.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..10 => {
            let tenths = time.as_millis() / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        whole @ 10..60 => format!("{whole} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// The command line of `command`, for messages.
pub(crate) fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!("{} cannot be started", describe(command))
}

fn watch(step: &Step, command: &mut Command) -> Result<(ExitStatus, Vec<String>, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let output = Arc::new(Mutex::new(String::new()));
    let mut readers = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let (lines, output) = (Arc::clone(&lines), Arc::clone(&output));
        readers.push(thread::spawn(move || collect(stdout, &lines, Some(&output))));
    }
    if let Some(stderr) = child.stderr.take() {
        let lines = Arc::clone(&lines);
        readers.push(thread::spawn(move || collect(stderr, &lines, None)));
    }
    let mut reminded = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if interrupt::requested() {
            child.kill().ok();
            child.wait()?;
            bail!("interrupted");
        }
        thread::sleep(Duration::from_millis(50));
        let newest = lines
            .lock()
            .ok()
            .and_then(|lines: std::sync::MutexGuard<'_, Vec<String>>| lines.last().cloned());
        if let Some(newest) = newest {
            step.busy_with(&newest);
        }
        if step.bar.is_none() && reminded.elapsed() > REMINDER {
            reminded = Instant::now();
            eprintln!("  still {} ({})", lower_first(&step.label), seconds(step.begun.elapsed()));
        }
    };
    for reader in readers {
        reader.join().ok();
    }
    let lines = lines.lock().map(|lines| lines.clone()).unwrap_or_default();
    let output = output.lock().map(|output| output.clone()).unwrap_or_default();
    Ok((status, lines, output))
}

fn collect(stream: impl Read, lines: &Mutex<Vec<String>>, output: Option<&Mutex<String>>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if let Some(Ok(mut output)) = output.map(Mutex::lock) {
            output.push_str(&line);
            output.push('\n');
        }
        if let Ok(mut lines) = lines.lock() {
            lines.push(line);
        }
    }
}

fn lower_first(label: &str) -> String {
    let mut characters = label.chars();
    characters
        .next()
        .map(|first| first.to_lowercase().chain(characters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_person_says_them() {
        assert_eq!(seconds(Duration::from_millis(1_234)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(42)), "42 s");
        assert_eq!(seconds(Duration::from_secs(135)), "2 min 15 s");
    }

    #[test]
    fn a_failed_step_shows_what_was_printed() {
        let error =
            run("Failing", Command::new("sh").args(["-c", "echo out; echo why >&2; exit 3"]))
                .unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("out") && text.contains("why") && text.contains('3'), "{text}");
    }

    #[test]
    fn a_step_returns_only_standard_output() {
        let output =
            run("Printing", Command::new("sh").args(["-c", "echo a; echo b >&2"])).unwrap();
        assert_eq!(output, "a\n");
    }
}
