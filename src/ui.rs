//! What every screen is made of: icons, styles that depend on state, and for the manager buttons,
//! fields, dialogs, banners, rows and states of waiting. Screens call it; it calls nothing of ours.

pub mod banner;
pub mod button;
pub mod dialog;
pub mod field;
pub mod glyph;
pub mod icon;
pub mod row;
pub mod style;
pub mod waiting;
