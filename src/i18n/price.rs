//! Amounts as the reader writes them, by the browser's rules.

use js_sys::{Array, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// An amount of a currency's minor units. What cost nothing has no currency.
#[must_use]
pub fn written(amount: u32, currency: &str) -> String {
    let code = currency.to_ascii_uppercase();
    let options = Object::new();
    for (name, value) in [("style", "currency"), ("currency", &code)] {
        // A fresh object takes any property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let format = Intl::NumberFormat::new(&Array::of1(&super::language().into()), &options);
    let resolved = format.resolved_options();
    let digits = Reflect::get(&resolved, &"maximumFractionDigits".into()).ok();
    let digits = digits.and_then(|digits| digits.as_f64()).unwrap_or(2.0);
    let value = f64::from(amount) / 10_f64.powf(digits);
    let written = format.format().call1(&JsValue::UNDEFINED, &value.into());
    written
        .ok()
        .and_then(|text| text.dyn_into::<js_sys::JsString>().ok())
        .map(String::from)
        .unwrap_or(code)
}
