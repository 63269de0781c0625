//! How the app talks with the Matrix client around it, without a browser: the Widget API of the
//! sticker picker ([`machine`]), the manager's own messages ([`manager`]) and what the widget's
//! address says ([`address`]). Everything is `handle(input) -> effects`; the caller brings the
//! clock, the random request ids and the postMessage, so every case is a test.

#![deny(missing_docs)]

pub mod address;
pub mod codec;
mod lenient;
pub mod machine;
pub mod manager;
pub mod origin;
pub mod wire;

pub use address::Address;
pub use machine::{Effect, Input, Machine, Outcome, Request, Source};
