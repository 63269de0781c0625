//! Sticker packs: what they are, how they come in and go out, and the library a user sees.
//! Called by `http` and `cli`; calls `storage` and, for originals, `matrix`.

pub mod image_id;
pub mod pack;

pub use image_id::{ImageId, PreviewId};
pub use pack::{Pack, Sticker, StickerImage};
