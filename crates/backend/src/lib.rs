//! The backend of Tessera: a thin JSON server and a command line over one domain.
//!
//! Arrows point one way: `http` and `cli` call the domain (`accounts`, `doctor`, `moderation`,
//! `packs`, `setup`, `terms`, `widgets`), the domain calls `matrix` and `storage`. The domain never
//! sees a request or a row.

pub mod accounts;
pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod http;
pub mod matrix;
pub mod moderation;
pub mod orders;
pub mod packs;
pub mod payments;
pub mod random;
pub mod setup;
pub mod storage;
pub mod terms;
pub mod widgets;
