//! The app: what runs inside the Matrix client. Each screen is its own binary and its own folder
//! (`picker`, `manager`, `admin`, `purchases`, `making`); `host` talks to the client around us, `api` to the backend.

pub mod admin;
pub mod api;
pub mod device;
pub mod host;
pub mod i18n;
pub mod making;
pub mod manager;
pub mod picker;
pub mod purchases;
pub mod ui;
