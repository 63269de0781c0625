//! Turns `assets/locale-*.json` into typed text keys. The texts themselves are downloaded; a key that
//! a language lacks, or has and English has not, fails the build and is named.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::{env, fs};

/// The languages besides English, as `assets/boot.js` offers them.
const OTHERS: [&str; 4] = ["ar", "de", "es", "fr"];

type Texts = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let english = read("en")?;
    let expected: BTreeSet<&str> = english.keys().map(|key| base(key)).collect();
    for language in OTHERS {
        let texts = read(language)?;
        let found: BTreeSet<&str> = texts.keys().map(|key| base(key)).collect();
        let differing: Vec<_> = expected.symmetric_difference(&found).collect();
        if !differing.is_empty() {
            return Err(format!("locale-{language}.json: missing or surplus {differing:?}").into());
        }
        for (key, text) in &texts {
            let original =
                english.get(key).or_else(|| english.get(&format!("{}.other", base(key))));
            let wanted = placeholders(original.map_or("", String::as_str));
            // Plural forms may leave the number out, as Arabic does for one and two.
            if !placeholders(text).is_subset(&wanted)
                || (!key.contains('.') && placeholders(text) != wanted)
            {
                return Err(format!("locale-{language}.json: {key} has other placeholders").into());
            }
        }
    }
    same_help()?;
    page_is_english(&english)?;
    // Constants, so that a text that the app never says is not part of it.
    let mut code = String::from("impl Text {\n");
    for (key, text) in english.iter().filter(|(key, _)| !key.contains('.')) {
        let name = key.to_uppercase();
        writeln!(code, "    /// {text}")?;
        writeln!(code, "    pub const {name}: Self = Self {{ key: {key:?} }};")?;
    }
    code.push_str("}\n\nimpl Plural {\n");
    let counted: BTreeSet<&str> =
        english.keys().filter(|key| key.contains('.')).map(|key| base(key)).collect();
    for key in &counted {
        let other = format!("{key}.other");
        let text = english.get(&other).ok_or(format!("{other} is missing"))?;
        let name = key.to_uppercase();
        writeln!(code, "    /// {text}")?;
        writeln!(code, "    pub const {name}: Self = Self {{ key: {key:?} }};")?;
    }
    code.push_str("}\n");
    fs::write(format!("{}/texts.rs", env::var("OUT_DIR")?), code)?;
    Ok(())
}

fn read(language: &str) -> Result<Texts, Box<dyn Error>> {
    let path = format!("assets/locale-{language}.json");
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?)
}

/// The help is loaded when it is wanted, so it is no part of the typed texts; it has as many rows
/// in every language.
fn same_help() -> Result<(), Box<dyn Error>> {
    let rows = |language: &str| -> Result<usize, Box<dyn Error>> {
        let path = format!("assets/help-{language}.json");
        println!("cargo::rerun-if-changed={path}");
        let help: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let filled = help["title"].is_string() && help["close"].is_string();
        let rows = help["rows"].as_array().filter(|_| filled);
        rows.map(Vec::len).ok_or_else(|| format!("{path}: no title, close or rows").into())
    };
    for language in OTHERS {
        if rows(language)? != rows("en")? {
            return Err(format!("help-{language}.json has other rows than the English").into());
        }
    }
    Ok(())
}

/// The key without its plural form.
fn base(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// What `picker.html` says before another language has arrived is what the English locale says.
fn page_is_english(english: &Texts) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=picker.html");
    let page = fs::read_to_string("picker.html")?;
    let said = |mark: &str, begin: &str, end: char| -> Vec<(String, String)> {
        let places = page.split(mark).skip(1).filter_map(|rest| {
            let (key, rest) = rest.split_once('"')?;
            let (_, text) = rest.split_once(begin)?;
            Some((key.to_owned(), text.split(end).next()?.to_owned()))
        });
        places.collect()
    };
    let texts = said("data-text=\"", ">", '<');
    for (key, text) in texts.into_iter().chain(said("data-label=\"", "aria-label=\"", '"')) {
        if english.get(&key) != Some(&text) {
            return Err(format!("picker.html says {text:?} for {key}, locale-en.json not").into());
        }
    }
    Ok(())
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}
