//! The app's texts in the reader's language. The keys are typed and come from the locale files by
//! `build.rs`; the texts are an object that `boot.js` downloaded, of the one language in use.
//! Plural forms are the browser's (`Intl`). Any screen may call this; it calls nothing of ours.

pub mod price;

use std::cell::RefCell;

use js_sys::{Array, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// A text of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    key: &'static str,
}

/// A text that depends on a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural {
    key: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The manager's texts. They are in locale files of their own, which the picker does not download.
pub mod manager {
    use super::{Plural, Text};

    include!(concat!(env!("OUT_DIR"), "/manager_texts.rs"));
}

/// The texts of the operators' page, which downloads the manager's too.
pub mod admin {
    use super::{Plural, Text};

    include!(concat!(env!("OUT_DIR"), "/admin_texts.rs"));
}

/// The texts of the page where packs are made, which downloads the manager's too.
pub mod making {
    use super::{Plural, Text};

    include!(concat!(env!("OUT_DIR"), "/making_texts.rs"));
}

/// The texts of the page where packs are bought, which downloads the manager's too.
pub mod purchases {
    use super::Text;

    include!(concat!(env!("OUT_DIR"), "/purchases_texts.rs"));
}

thread_local! {
    static LANGUAGE: RefCell<(String, JsValue)> =
        const { RefCell::new((String::new(), JsValue::UNDEFINED)) };
}

/// Speaks another language from now on. What is on screen has to be drawn anew.
pub fn set_language(tag: String, texts: JsValue) {
    LANGUAGE.set((tag, texts));
}

/// The language's tag.
#[must_use]
pub fn language() -> String {
    let tag = LANGUAGE.with_borrow(|(tag, _)| tag.clone());
    if tag.is_empty() { "en".to_owned() } else { tag }
}

fn translated(key: &str) -> Option<String> {
    LANGUAGE.with_borrow(|(_, texts)| {
        let text = texts.is_object().then(|| Reflect::get(texts, &JsValue::from_str(key)))?;
        text.ok()?.as_string()
    })
}

impl Text {
    /// The text in the reader's language.
    #[must_use]
    pub fn get(self) -> String {
        // A key can be read too, should the texts be missing.
        translated(self.key).unwrap_or_else(|| self.key.to_owned())
    }

    /// The text with a value in its one place.
    #[must_use]
    pub fn with(self, value: &str) -> String {
        filled(&self.get(), value)
    }
}

impl Plural {
    /// The text for a number.
    #[must_use]
    pub fn get(self, n: usize) -> String {
        let key = [self.key, ".", &plural_form(n)].concat();
        let other = || translated(&[self.key, ".other"].concat());
        let text = translated(&key).or_else(other).unwrap_or_default();
        filled(&text, &n.to_string())
    }
}

/// Puts a value into a text's one place, `{like this}`.
fn filled(text: &str, value: &str) -> String {
    match text.split_once('{') {
        Some((before, rest)) => {
            let after = rest.split_once('}').map_or("", |(_, after)| after);
            [before, value, after].concat()
        }
        None => text.to_owned(),
    }
}

fn plural_form(n: usize) -> String {
    let rules = Intl::PluralRules::new(&Array::of1(&JsValue::from(language())), &Object::new());
    String::from(rules.select(f64::from(u32::try_from(n).unwrap_or(u32::MAX))))
}
