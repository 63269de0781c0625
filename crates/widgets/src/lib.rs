//! Widget types and the one engine behind them. It does no input or output, draws no randomness and
//! needs no browser; the manager's screens and the backend (`tessera check`) both compile it.
//!
//! A type is a declaration ([`WidgetType`]): the fields of its form, the address it writes, and the
//! addresses it is recognised by. The built-in ones are in `types/*.json`; operators declare theirs
//! in `tessera.toml` in the same terms. [`Catalogue`] holds both and is what a screen talks to:
//!
//! - [`Catalogue::fill`] makes the content of a widget from what a form holds, or says what is wrong
//!   with which field;
//! - [`Catalogue::recognise`] takes a form's values out of a widget's content again, also where
//!   Scalar or Dimension wrapped it, and [`Catalogue::link`] out of an address that somebody pastes;
//! - [`expand()`] shows what the Matrix client makes of an address, exactly as Element does.
//!
//! Texts are not in here. They are in `assets/widgets-LANGUAGE.json`, one file a language, which the
//! manager downloads and hands to [`Texts::parse`].

#![deny(missing_docs)]

mod address;
mod builtin;
mod catalogue;
mod check;
mod declaration;
mod encoding;
mod expand;
mod field;
mod fill;
mod map;
mod pattern;
mod recognise;
mod secret;
mod template;
mod texts;
mod wrapped;

pub use address::Address;
pub use catalogue::{Catalogue, Offer};
pub use check::{Mistake, check};
pub use declaration::{Category, Field, Kind, Link, Random, Shared, WidgetType};
pub use encoding::encode_component;
pub use expand::{Client, expand, variables};
pub use field::FieldError;
pub use fill::{FieldErrors, Filled, Show, Values};
pub use recognise::Recognised;
pub use texts::Texts;
