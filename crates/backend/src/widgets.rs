//! What the backend does for widgets: looking at pages that somebody wants in a room (their title,
//! and whether a frame may show them), and the wrappers of the second origin. What a widget type is
//! belongs to the crate `tessera-widgets`. Called by `http` and
//! `setup`; calls `matrix::outgoing`.

pub mod frame_check;
pub(crate) mod framing;
pub mod page;
pub mod title;
pub mod wrapper;
pub mod wrapper_texts;
