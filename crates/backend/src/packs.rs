//! Sticker packs: what they are, how they come in and go out, and the library a user sees.
//! Called by `http` and `cli`; calls `storage` and, for originals, `matrix`.

pub mod export;
mod first_view;
pub mod image;
pub mod image_id;
pub mod import;
pub mod library;
pub mod licence;
pub mod making;
pub mod pack;
pub mod picture;
pub mod preview;
pub mod saving;
pub mod starter;
pub mod state;
pub mod text;
pub mod uploads;
pub mod words;

pub use image_id::{ImageId, PreviewId};
pub use pack::{Kind, Pack, Sticker, StickerImage};
pub use state::State;
