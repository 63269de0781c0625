//! The playground's page: a demo room that hosts the picker as Element does (`tests/playground`).

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::bundle::Bundle;
use crate::{paths, tools};

const PAGE: &str = "playground.html";

/// Bundles the page's script and style and adds all three to `bundle`.
pub(crate) fn add_to(bundle: &mut Bundle) -> Result<()> {
    let folder = paths::tests().join("playground");
    let html = fs::read_to_string(folder.join(PAGE)).context("the playground has no page")?;
    let script = bundled(&folder.join("playground.mjs"))?;
    let style = bundled(&folder.join("playground.css"))?;
    let script = bundle.add_asset(PAGE, "playground.js", script);
    let style = bundle.add_asset(PAGE, "playground.css", style);
    let html = html
        .replace("/assets/playground.js", &format!("/assets/{script}"))
        .replace("/assets/playground.css", &format!("/assets/{style}"));
    bundle.add_html(PAGE, &html)
}

fn bundled(entry: &std::path::Path) -> Result<Vec<u8>> {
    let mut esbuild: Command = tools::npm_program("esbuild");
    esbuild.arg(entry).args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
    esbuild.args(["--legal-comments=none", "--log-level=error", "--define:global=globalThis"]);
    let output = esbuild.current_dir(paths::tests()).output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the playground's page cannot be bundled:\n{complaint}");
    Ok(output.stdout)
}
