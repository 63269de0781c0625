//! Styles that depend on state, by stylist, under a strict Content-Security-Policy: the sheet is
//! built into a detached fragment, where no policy applies, and adopted by the document. Register
//! once per component and keep the class name; never call this for a list's cells.

use js_sys::{Array, Reflect};
use stylist::manager::StyleManager;
use stylist::{Style, StyleSource};
use wasm_bindgen::JsValue;
use web_sys::CssStyleSheet;

/// The class name of a style that is now part of the page; empty where it cannot be.
pub fn register(css: StyleSource) -> String {
    mounted(css).unwrap_or_default()
}

fn mounted(css: StyleSource) -> Option<String> {
    let document = leptos::prelude::document();
    let manager = StyleManager::builder()
        .prefix("tessera".into())
        .container(document.create_document_fragment().into())
        .build()
        .ok()?;
    let style = Style::new_with_manager(css, manager).ok()?;
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(style.get_style_str()).ok()?;
    let name = JsValue::from_str("adoptedStyleSheets");
    let adopted: Array = Reflect::get(&document, &name).ok()?.into();
    let all = adopted.concat(&Array::of1(&sheet));
    Reflect::set(&document, &name, &all).ok()?;
    Some(style.get_class_name().to_owned())
}
