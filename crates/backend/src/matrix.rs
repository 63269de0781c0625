//! A homeserver as we see it: who its users are, how it is reached, where images are uploaded.
//! The domain calls this room; this room calls the network through `outgoing` and nothing else of
//! ours but `clock`.

pub mod access;
pub mod addresses;
pub mod discovery;
pub mod documents;
#[cfg(test)]
pub(crate) mod fake_media;
#[cfg(test)]
pub(crate) mod fake_server;
pub mod federation;
pub mod media;
pub mod openid;
pub mod outgoing;
pub mod resolver;
pub mod server_name;
