//! Turns what the builders made into what is served: optimised WASM, minified scripts and styles,
//! file names by content, compressed siblings.
//!
//! Every file except pages is named by the hash of its final bytes, so that it can be cached for
//! ever. That is why leaves come first: a script's name depends on the names it mentions.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::step::Step;
use crate::{stamp, tools, wasm};

/// Files by their final name, and pages.
#[derive(Default)]
pub(crate) struct Bundle {
    pages: BTreeMap<String, Vec<u8>>,
    assets: BTreeMap<String, Asset>,
}

struct Asset {
    plain_name: String,
    bytes: Vec<u8>,
    page: String,
}

/// One line of `sizes.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Size {
    /// The page that loads the file.
    pub(crate) page: String,
    /// The file's name before its content's hash was put in.
    pub(crate) name: String,
    /// Where it is in the app's folder.
    pub(crate) path: String,
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

impl Bundle {
    /// Adds a page and every file beside it in `folder`.
    pub(crate) fn add_page(&mut self, folder: &Path, page: &str, step: &Step) -> Result<()> {
        let mut waiting = BTreeMap::new();
        for file in stamp::files_under(folder)? {
            let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
            if Path::new(&name).extension().is_none_or(|extension| extension != "html") {
                waiting.insert(name, file);
            }
        }
        let mut waiting = optimised(waiting, step)?;
        let html = fs::read_to_string(folder.join(page))
            .with_context(|| format!("the build made no {page}"))?;
        // What became part of another file is no file of its own.
        let html = without_trunk_tags(&html);
        let is_used = |name: &str| {
            let others = waiting.iter().filter(|(other, _)| *other != name);
            mentions(html.as_bytes(), name)
                || others
                    .into_iter()
                    .any(|(other, bytes)| !is_binary(other) && mentions(bytes, name))
        };
        let unused: Vec<String> = waiting.keys().filter(|name| !is_used(name)).cloned().collect();
        waiting.retain(|name, _| !unused.contains(name));
        let mut renamed = BTreeMap::new();
        while !waiting.is_empty() {
            let plain: BTreeSet<String> = waiting.keys().cloned().collect();
            let ready = waiting.iter().find(|(name, bytes)| {
                is_binary(name)
                    || !plain.iter().any(|other| other != *name && mentions(bytes, other))
            });
            let Some(name) = ready.map(|(name, _)| name.clone()) else {
                bail!("these files mention each other in a circle: {plain:?}");
            };
            let mut bytes = waiting.remove(&name).unwrap_or_default();
            if !is_binary(&name) {
                bytes = with_final_names(&bytes, &renamed)?.into_bytes();
            }
            let last = self.add_asset(page, &name, bytes);
            renamed.insert(name, last);
        }
        let html = with_final_names(html.as_bytes(), &renamed)?;
        let html = self.with_inline_files(&html)?;
        self.add_html(page, &html)
    }

    /// Puts the script of a `<script data-inline src=…>` and the styles of a
    /// `<link data-inline rel="stylesheet" href=…>` into the page: files less to wait for.
    fn with_inline_files(&mut self, html: &str) -> Result<String> {
        let mut html = html.to_owned();
        for (opening, closing, element) in [
            ("<script data-inline src=\"/assets/", "\"></script>", "script"),
            ("<link data-inline rel=\"stylesheet\" href=\"/assets/", "\">", "style"),
        ] {
            while let Some((before, rest)) = html.split_once(opening) {
                let (name, after) =
                    rest.split_once(closing).context("an inline tag does not end")?;
                let file =
                    self.assets.remove(name).with_context(|| format!("there is no {name}"))?;
                let text = String::from_utf8(file.bytes)?;
                ensure!(!text.contains(&format!("</{element}")), "{name} would end its own tag");
                let text = text.trim_end();
                html = format!("{before}<{element} data-inline>{text}</{element}>{after}");
            }
        }
        Ok(html)
    }

    /// Adds a file under a name of its content and returns that name.
    pub(crate) fn add_asset(&mut self, page: &str, plain_name: &str, bytes: Vec<u8>) -> String {
        let digest = hex::encode(Sha256::digest(&bytes));
        let hash: String = digest.chars().take(16).collect();
        // One flat folder is served.
        let flat_name = plain_name.replace('/', "-");
        let name = match flat_name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
            None => format!("{flat_name}-{hash}"),
        };
        let asset = Asset { plain_name: plain_name.to_owned(), bytes, page: page.to_owned() };
        // What two pages share counts for the first.
        self.assets.entry(name.clone()).or_insert(asset);
        name
    }

    /// Adds a page that may load only files of this bundle, and nothing inline but what the server
    /// finds by `data-inline` and allows by its hash.
    pub(crate) fn add_html(&mut self, page: &str, html: &str) -> Result<()> {
        assert_nothing_inline(page, html)?;
        for address in addresses(html) {
            let name = address.strip_prefix("/assets/").unwrap_or(address);
            ensure!(
                self.assets.contains_key(name),
                "{page} loads {address}, which is not a file of the bundle by its final name"
            );
        }
        self.pages.insert(page.to_owned(), html.as_bytes().to_vec());
        Ok(())
    }

    /// Writes everything with compressed siblings, and `sizes.json`.
    pub(crate) fn write_to(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        let mut sizes = Vec::new();
        for (name, bytes) in &self.pages {
            sizes.push(write(folder, name, name, name, bytes)?);
        }
        for (name, asset) in &self.assets {
            let path = format!("assets/{name}");
            sizes.push(write(folder, &asset.page, &asset.plain_name, &path, &asset.bytes)?);
        }
        fs::write(folder.join("sizes.json"), serde_json::to_string_pretty(&sizes)?)?;
        Ok(())
    }
}

/// Puts `fresh` where `current` is, so that a running server never sees half of it for long.
pub(crate) fn replace_folder(fresh: &Path, current: &Path) -> Result<()> {
    let old = current.with_extension("old");
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    if current.exists() {
        fs::rename(current, &old)?;
    }
    fs::rename(fresh, current)?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

/// The Brotli size at the quality that we serve.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, 11, 24);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

fn write(folder: &Path, page: &str, name: &str, path: &str, bytes: &[u8]) -> Result<Size> {
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    let (gzipped, compressed) = (gzip(bytes)?, brotli(bytes)?);
    fs::write(&file, bytes)?;
    fs::write(folder.join(format!("{path}.gz")), &gzipped)?;
    fs::write(folder.join(format!("{path}.br")), &compressed)?;
    Ok(Size {
        page: page.to_owned(),
        name: name.to_owned(),
        path: path.to_owned(),
        raw: bytes.len(),
        gzip: gzipped.len(),
        brotli: compressed.len(),
    })
}

/// The files' contents, made small by what each is. A script beside its WASM changes with it.
fn optimised(files: BTreeMap<String, PathBuf>, step: &Step) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut done = BTreeMap::new();
    for (name, file) in &files {
        if let Some(stem) = name.strip_suffix("_bg.wasm") {
            step.busy_with(name);
            let script = file.with_file_name(format!("{stem}.js"));
            let (bytes, script) = wasm::optimised_with_script(file, &script)?;
            done.insert(name.clone(), bytes);
            let copy = file.with_file_name(format!("{stem}.short.js"));
            fs::write(&copy, script)?;
            let small = minified(&copy);
            fs::remove_file(&copy)?;
            done.insert(format!("{stem}.js"), small?);
        }
    }
    for (name, file) in files {
        if let Entry::Vacant(free) = done.entry(name) {
            step.busy_with(free.key());
            free.insert(minified(&file)?);
        }
    }
    Ok(done)
}

const ESBUILD: &[&str] = &[
    "--minify",
    "--legal-comments=none",
    "--log-level=error",
    "--charset=utf8",
    "--target=es2022",
];

fn minified(file: &Path) -> Result<Vec<u8>> {
    let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
    match extension.as_str() {
        "js" | "mjs" => run_quietly(tools::npm_program("esbuild").arg(file).args(ESBUILD)),
        // With what it imports: a file less to wait for.
        "css" => run_quietly(tools::npm_program("esbuild").arg(file).arg("--bundle").args(ESBUILD)),
        "json" => {
            let value: serde_json::Value = serde_json::from_slice(&fs::read(file)?)
                .with_context(|| format!("{} is not JSON", file.display()))?;
            Ok(serde_json::to_vec(&value)?)
        }
        _ => Ok(fs::read(file)?),
    }
}

pub(crate) fn run_quietly(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed:\n{complaint}", crate::step::describe(command));
    Ok(output.stdout)
}

fn is_binary(name: &str) -> bool {
    !["js", "mjs", "css", "json", "svg", "webmanifest"]
        .iter()
        .any(|text| name.rsplit('.').next() == Some(text))
}

/// Where `name` stands as an address: after `/assets/`, `./` or a quote, and before a quote or
/// another character that ends an address. Pairs of the begin and end of the name itself.
fn places(text: &str, name: &str) -> Vec<usize> {
    let begins = ["/assets/", "./", "\"", "'", "`"];
    let ends = ['"', '\'', '`', ')', '?', '#', ' ', '\n', ','];
    let found = text.match_indices(name).map(|(at, _)| at);
    found
        .filter(|at| {
            let before = text.get(..*at).unwrap_or_default();
            let after = text.get(at + name.len()..).unwrap_or_default();
            begins.iter().any(|begin| before.ends_with(begin))
                && (after.is_empty() || after.starts_with(ends))
        })
        .collect()
}

fn mentions(bytes: &[u8], name: &str) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !places(text, name).is_empty())
}

fn with_final_names(bytes: &[u8], names: &BTreeMap<String, String>) -> Result<String> {
    let mut text = String::from_utf8(bytes.to_vec())?;
    for (plain, last) in names {
        for at in places(&text, plain).into_iter().rev() {
            text.replace_range(at..at + plain.len(), last);
        }
    }
    Ok(text)
}

/// Trunk leaves the tags it worked from in the page when it injects nothing itself.
fn without_trunk_tags(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        kept.push_str(before);
        rest = after;
        if tag.contains("data-trunk") {
            let closing = ["link", "script"].iter().find(|name| tag[1..].starts_with(**name));
            if let Some(closing) = closing
                && let Some(more) = rest.trim_start().strip_prefix(&format!("</{closing}>"))
            {
                rest = more;
            }
        } else {
            kept.push_str(tag);
        }
    }
    kept.push_str(rest);
    let lines = kept.lines().filter(|line| !line.trim().is_empty());
    lines.map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

/// The `src` and `href` of scripts, styles, preloads and images in `html`.
fn addresses(html: &str) -> Vec<&str> {
    let quoted = |attribute: &'static str| {
        html.match_indices(attribute)
            .filter_map(move |(at, _)| html.get(at + attribute.len()..)?.split('"').next())
    };
    let all = quoted(" src=\"").chain(quoted(" href=\""));
    all.filter(|address| {
        !address.is_empty() && !address.starts_with("data:") && !address.starts_with('#')
    })
    .collect()
}

fn assert_nothing_inline(page: &str, html: &str) -> Result<()> {
    let styles = html.matches("<style").count() - html.matches("<style data-inline>").count();
    ensure!(styles == 0, "{page} has an inline <style>, which its CSP forbids");
    ensure!(!html.contains(" style=\""), "{page} has a style attribute, which its CSP forbids");
    ensure!(!html.contains("data-trunk"), "{page} still has a tag of Trunk's");
    for (at, _) in html.match_indices("<script") {
        let tag = html.get(at..).unwrap_or_default();
        let opening = tag.split('>').next().unwrap_or_default();
        ensure!(
            opening.contains(" src=") || opening == "<script data-inline",
            "{page} has an inline script, which its CSP forbids"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_only_where_they_are_addresses() {
        let names = BTreeMap::from([("a.js".to_owned(), "a-1.js".to_owned())]);
        let text = b"import '/assets/a.js'; import './a.js'; x('data.js','extra.js'); // a.json /assets/a.js?v";
        let found = with_final_names(text, &names).unwrap();
        assert_eq!(
            found,
            "import '/assets/a-1.js'; import './a-1.js'; x('data.js','extra.js'); // a.json /assets/a-1.js?v"
        );
    }

    #[test]
    fn trunks_tags_go_and_ours_stay() {
        let html = "<head>\n<link data-trunk rel=\"rust\" href=\"Cargo.toml\" />\n<link data-trunk rel=\"copy-file\" href=\"x\"></link><meta name=\"a\">\n</head>";
        assert_eq!(without_trunk_tags(html), "<head>\n<meta name=\"a\">\n</head>\n");
    }

    #[test]
    fn inline_code_is_refused() {
        assert!(assert_nothing_inline("p", "<script>alert(1)</script>").is_err());
        assert!(assert_nothing_inline("p", "<p style=\"x\">").is_err());
        assert!(assert_nothing_inline("p", "<script data-inline>1</script>").is_ok());
        assert!(assert_nothing_inline("p", "<style>p{}</style>").is_err());
        assert!(assert_nothing_inline("p", "<style data-inline>p{}</style>").is_ok());
        assert!(assert_nothing_inline("p", "<script src=\"/assets/a.js\"></script>").is_ok());
    }

    #[test]
    fn a_file_is_named_by_its_bytes_and_a_page_may_load_no_other() {
        let mut bundle = Bundle::default();
        let name = bundle.add_asset("p.html", "a.js", b"1".to_vec());
        assert!(name.starts_with("a-") && name.ends_with(".js") && name.len() == 21, "{name}");
        let other = bundle.add_asset("p.html", "a.js", b"2".to_vec());
        assert_ne!(name, other);
        let page = |name: &str| format!("<script src=\"/assets/{name}\"></script>");
        assert!(bundle.add_html("p.html", &page(&name)).is_ok());
        assert!(bundle.add_html("p.html", &page("a.js")).is_err());
    }

    #[test]
    fn marked_files_become_part_of_their_page() {
        let mut bundle = Bundle::default();
        let name = bundle.add_asset("p.html", "a.js", b"go();\n".to_vec());
        let html = format!("<a><script data-inline src=\"/assets/{name}\"></script><b>");
        let inline = bundle.with_inline_files(&html).unwrap();
        assert_eq!(inline, "<a><script data-inline>go();</script><b>");
        let name = bundle.add_asset("p.html", "a.css", b"a{}\n".to_vec());
        let html = format!("<link data-inline rel=\"stylesheet\" href=\"/assets/{name}\"><b>");
        assert_eq!(bundle.with_inline_files(&html).unwrap(), "<style data-inline>a{}</style><b>");
        assert!(bundle.assets.is_empty());
        let name = bundle.add_asset("p.html", "a.js", b"'</script>'".to_vec());
        let html = format!("<script data-inline src=\"/assets/{name}\"></script>");
        assert!(bundle.with_inline_files(&html).is_err());
    }

    #[test]
    fn compressed_files_can_be_read_back() {
        let text = b"stickers ".repeat(1000);
        let compressed = brotli(&text).unwrap();
        let mut back = Vec::new();
        std::io::Read::read_to_end(
            &mut brotli::Decompressor::new(&compressed[..], 4096),
            &mut back,
        )
        .unwrap();
        assert_eq!(back, text);
    }
}
