//! The JSON contract between the app and the backend: types, limits and error codes that both
//! sides compile. It imports neither side, does no input or output, and holds no behaviour beyond
//! encoding and decoding. Kept flat and small because the sticker picker pays for every byte.

#![deny(missing_docs)]

pub mod account;
pub mod error;
pub mod frame_check;
pub mod installation;
pub mod library;
pub mod limits;
pub mod manager;
pub mod moderation;
mod names;
pub mod order;
pub mod own_packs;
pub mod pack;
pub mod terms;

pub use error::{ApiError, ErrorCode};
