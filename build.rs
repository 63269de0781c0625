//! Turns the locale files into typed text keys: `assets/locale-*.json` for the picker,
//! `assets/manager-locale-*.json` for the manager, `assets/admin-locale-*.json` for the operators'
//! page, `assets/purchases-locale-*.json` for the one where packs are bought,
//! `assets/making-locale-*.json` for the one where they are made, so that none downloads another's for nothing. The texts
//! themselves are downloaded; a key that a language lacks, or has and English has not, fails the
//! build and is named.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::{env, fs};

/// The languages besides English, as `assets/boot.js` offers them.
const OTHERS: [&str; 4] = ["ar", "de", "es", "fr"];

type Texts = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let picker = checked("locale")?;
    let manager = checked("manager-locale")?;
    let admin = checked("admin-locale")?;
    let purchases = checked("purchases-locale")?;
    let making = checked("making-locale")?;
    same_help()?;
    same_terms()?;
    page_is_english("picker.html", &picker)?;
    page_is_english("index.html", &manager)?;
    page_is_english("admin.html", &admin)?;
    page_is_english("purchases.html", &purchases)?;
    page_is_english("making.html", &making)?;
    let folder = env::var("OUT_DIR")?;
    let (texts, plurals) = constants(&picker)?;
    let code = format!("impl Text {{\n{texts}}}\n\nimpl Plural {{\n{plurals}}}\n");
    fs::write(format!("{folder}/texts.rs"), code)?;
    let (texts, plurals) = constants(&manager)?;
    fs::write(format!("{folder}/manager_texts.rs"), texts + &plurals)?;
    let (texts, plurals) = constants(&admin)?;
    fs::write(format!("{folder}/admin_texts.rs"), texts + &plurals)?;
    let (texts, plurals) = constants(&purchases)?;
    fs::write(format!("{folder}/purchases_texts.rs"), texts + &plurals)?;
    let (texts, plurals) = constants(&making)?;
    fs::write(format!("{folder}/making_texts.rs"), texts + &plurals)?;
    Ok(())
}

/// The English texts of a set, once every language is found to have the same.
fn checked(set: &str) -> Result<Texts, Box<dyn Error>> {
    let english = read(set, "en")?;
    let expected: BTreeSet<&str> = english.keys().map(|key| base(key)).collect();
    for language in OTHERS {
        let texts = read(set, language)?;
        let found: BTreeSet<&str> = texts.keys().map(|key| base(key)).collect();
        let differing: Vec<_> = expected.symmetric_difference(&found).collect();
        if !differing.is_empty() {
            return Err(format!("{set}-{language}.json: missing or surplus {differing:?}").into());
        }
        for (key, text) in &texts {
            let original =
                english.get(key).or_else(|| english.get(&format!("{}.other", base(key))));
            let wanted = placeholders(original.map_or("", String::as_str));
            // Plural forms may leave the number out, as Arabic does for one and two.
            if !placeholders(text).is_subset(&wanted)
                || (!key.contains('.') && placeholders(text) != wanted)
            {
                return Err(format!("{set}-{language}.json: {key} has other placeholders").into());
            }
        }
    }
    Ok(english)
}

/// Constants, so that a text that the app never says is not part of it: those of texts, and those
/// of plurals.
fn constants(english: &Texts) -> Result<(String, String), Box<dyn Error>> {
    let (mut texts, mut plurals) = (String::new(), String::new());
    for (key, text) in english.iter().filter(|(key, _)| !key.contains('.')) {
        let name = key.to_uppercase();
        writeln!(texts, "    /// {text}")?;
        writeln!(texts, "    pub const {name}: Text = Text {{ key: {key:?} }};")?;
    }
    let counted: BTreeSet<&str> =
        english.keys().filter(|key| key.contains('.')).map(|key| base(key)).collect();
    for key in &counted {
        let other = format!("{key}.other");
        let text = english.get(&other).ok_or(format!("{other} is missing"))?;
        let name = key.to_uppercase();
        writeln!(plurals, "    /// {text}")?;
        writeln!(plurals, "    pub const {name}: Plural = Plural {{ key: {key:?} }};")?;
    }
    Ok((texts, plurals))
}

fn read(set: &str, language: &str) -> Result<Texts, Box<dyn Error>> {
    let path = format!("assets/{set}-{language}.json");
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

/// So are the words around the operator's terms.
fn same_terms() -> Result<(), Box<dyn Error>> {
    let keys = |language: &str| -> Result<Vec<String>, Box<dyn Error>> {
        let path = format!("assets/terms-{language}.json");
        println!("cargo::rerun-if-changed={path}");
        let texts: BTreeMap<String, String> = serde_json::from_str(&fs::read_to_string(&path)?)?;
        Ok(texts.into_keys().collect())
    };
    for language in OTHERS {
        if keys(language)? != keys("en")? {
            return Err(format!("terms-{language}.json has other texts than the English").into());
        }
    }
    Ok(())
}

/// The key without its plural form.
fn base(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// What a page says before another language has arrived is what the English locale says.
fn page_is_english(name: &str, english: &Texts) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={name}");
    let page = fs::read_to_string(name)?;
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
            return Err(format!("{name} says {text:?} for {key}, the English locale not").into());
        }
    }
    Ok(())
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}
