//! Stands in for the crate of this name. Leptos brings it for streaming server functions, of which
//! this app has none; but the real crate exports classes to JavaScript, and what is exported is
//! never dropped by the linker: 12 kB of WebAssembly that nobody calls. Here a stream made from
//! Rust is empty, and so is one read from JavaScript.

use futures_util::stream::{Empty, Stream, empty};
use wasm_bindgen::JsValue;
use web_sys::ReadableStream as Raw;

/// A stream of the browser's.
#[derive(Debug)]
pub struct ReadableStream {
    raw: Option<Raw>,
}

impl ReadableStream {
    /// Wraps a stream.
    #[must_use]
    pub fn from_raw(raw: Raw) -> Self {
        Self { raw: Some(raw) }
    }

    /// An empty stream, whatever it is made from.
    #[must_use]
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        Self { raw: Raw::new().ok() }
    }

    /// The stream itself.
    #[must_use]
    pub fn into_raw(self) -> Raw {
        self.raw.unwrap_or_else(|| JsValue::UNDEFINED.into())
    }

    /// An empty stream.
    #[must_use]
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        empty()
    }
}
