//! Reads what came from JavaScript into our types, field by field: only the fields that we know are
//! touched, so a message may be as large, deep or circular as it likes. The types also derive
//! `Deserialize`, with the same leniency, for tests and the fuzzer; here that would double the code
//! of the picker.

use js_sys::{Array, Reflect};
use tessera_host_protocol::manager::Reply;
use tessera_host_protocol::wire::{Body, HostMessage};
use wasm_bindgen::JsValue;

/// The longest list that is read.
const LIST: u32 = 200;

/// A property; `undefined` if there is none or it cannot be read.
#[must_use]
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is text.
#[must_use]
pub fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// A property that is a whole number.
#[must_use]
pub fn number(object: &JsValue, name: &str) -> u32 {
    whole(get(object, name).as_f64().unwrap_or(0.0))
}

/// The whole part of a number that is one.
#[must_use]
pub fn whole(number: f64) -> u32 {
    // Going through text is the one conversion that can neither wrap nor trap.
    let text = js_sys::Number::from(number.floor()).to_string_with_radix(10);
    text.ok().and_then(|text| String::from(text).parse().ok()).unwrap_or(0)
}

fn list(object: &JsValue, name: &str) -> Vec<String> {
    let value = get(object, name);
    if !Array::is_array(&value) {
        return Vec::new();
    }
    let array = Array::from(&value);
    (0..array.length().min(LIST)).filter_map(|i| array.get(i).as_string()).collect()
}

/// An error, with the homeserver's words where it was the homeserver that refused.
fn refusal(error: &JsValue) -> Box<Body> {
    let homeserver = get(&get(error, "matrix_api_error"), "response");
    let message = text(&homeserver, "error").or_else(|| text(error, "message"));
    Box::new(Body { message, ..Body::default() })
}

fn body(object: &JsValue) -> Box<Body> {
    if !object.is_object() {
        return Box::default();
    }
    let error = get(object, "error");
    Box::new(Body {
        name: text(object, "name"),
        lang: text(object, "lang"),
        visible: get(object, "visible").as_bool(),
        approved: list(object, "approved"),
        state: text(object, "state"),
        original_request_id: text(object, "original_request_id"),
        access_token: text(object, "access_token"),
        matrix_server_name: text(object, "matrix_server_name"),
        token_type: text(object, "token_type"),
        expires_in: number(object, "expires_in"),
        supported_versions: list(object, "supported_versions"),
        error: error.is_truthy().then(|| refusal(&error)),
        event_id: text(object, "event_id"),
        sticker: text(object, "sticker"),
        ..Body::default()
    })
}

fn reply(message: &JsValue) -> Option<Box<Body>> {
    let response = get(message, "response");
    response.is_truthy().then(|| body(&response))
}

/// A message of the Widget API, or what looks like one.
#[must_use]
pub fn message(data: &JsValue) -> HostMessage {
    HostMessage {
        api: text(data, "api"),
        widget_id: text(data, "widgetId"),
        request_id: text(data, "requestId"),
        action: text(data, "action"),
        data: body(&get(data, "data")),
        response: reply(data),
        visible: get(data, "visible").as_bool(),
    }
}

/// A message of Element to its integration manager, or what looks like one.
#[must_use]
pub fn manager_reply(data: &JsValue) -> Reply {
    Reply {
        api: text(data, "api"),
        action: text(data, "action"),
        request_id: text(data, "request_id"),
        response: reply(data),
    }
}
