//! What the device gives us: storage that may be blocked, clock, randomness, timers. Storage in a
//! third-party frame can throw at every call, so each call may fail and nothing depends on it.

use js_sys::Date;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::Storage;

/// The session's token.
pub const SESSION: &str = "tessera.session";
/// The last library as the server sent it.
pub const LIBRARY: &str = "tessera.library";
/// Its ETag.
pub const LIBRARY_ETAG: &str = "tessera.library.etag";
/// The stickers that were sent.
pub const RECENTS: &str = "tessera.recents";

/// The stickers that the user has marked.
pub const FAVOURITES: &str = "tessera.favourites";
/// How large stickers are drawn.
pub const SIZE: &str = "tessera.size";

/// Where open pickers hear that packs have changed.
const LIBRARY_CHANNEL: &str = "tessera.library";

/// Tells open pickers that the user's packs have changed; those that are not open read them when they are.
pub fn packs_changed() {
    if let Ok(channel) = web_sys::BroadcastChannel::new(LIBRARY_CHANNEL) {
        // Nobody need be listening.
        let _ = channel.post_message(&true.into());
        channel.close();
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok()?
}

/// What is kept under a name.
#[must_use]
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a value; says whether it is kept.
pub fn keep(name: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(name, value).is_ok())
}

/// Forgets a value.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // A value that cannot be removed is in a storage that cannot be read either.
        let _ = storage.remove_item(name);
    }
}

/// Whether anything can be kept.
#[must_use]
pub fn can_keep() -> bool {
    let kept = keep("tessera.probe", "1");
    forget("tessera.probe");
    kept
}

/// Milliseconds since 1970.
#[must_use]
pub fn now() -> f64 {
    Date::now()
}

/// Minutes since 1970.
#[must_use]
pub fn minutes() -> u32 {
    crate::host::incoming::whole(Date::now() / 60_000.0)
}

/// Fills in bytes that nobody can guess.
pub fn random_bytes(bytes: &mut [u8]) {
    if let Ok(crypto) = leptos::prelude::window().crypto() {
        // Without it an id is only as unique as the clock, which is enough for one window.
        let _ = crypto.get_random_values_with_u8_array(bytes);
    }
}

/// An id that nobody can guess.
#[must_use]
pub fn random_id() -> String {
    let mut bytes = [0_u8; 12];
    random_bytes(&mut bytes);
    let mut id = String::from("tessera-");
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            id.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    id
}

/// Calls back once, after some milliseconds.
pub fn after(milliseconds: i32, then: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(then);
    let window = leptos::prelude::window();
    let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(
        callback.unchecked_ref(),
        milliseconds,
    );
}

/// Whether the user wants things to stay where they are.
#[must_use]
pub fn reduced_motion() -> bool {
    is_so("(prefers-reduced-motion: reduce)")
}

/// Whether there is a pointer that can hover, and so most likely a keyboard of its own.
#[must_use]
pub fn has_pointer() -> bool {
    is_so("(hover: hover)")
}

fn is_so(query: &str) -> bool {
    let query = leptos::prelude::window().match_media(query);
    query.ok().flatten().is_some_and(|query| query.matches())
}
