//! What every screen is made of: icons and styles that depend on state. Screens call it; it calls
//! nothing of ours.

pub mod icon;
pub mod style;
