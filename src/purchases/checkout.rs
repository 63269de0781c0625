//! The payment provider's page, in a window of its own. It has to be opened in the click itself, before
//! our server has been asked where it is; and it may not open at all (Element Desktop, blockers), so there
//! is always a link too.

use leptos::prelude::*;
use web_sys::Window;

/// A window that waits for its address.
pub struct Checkout(Option<Window>);

impl Checkout {
    /// Opens an empty window, if that is allowed.
    #[must_use]
    pub fn open() -> Self {
        let opened = window().open_with_url_and_target("about:blank", "_blank").ok().flatten();
        if let Some(opened) = &opened {
            // What is shown there has nothing to do with this page.
            let _ = opened.set_opener(&wasm_bindgen::JsValue::NULL);
        }
        Self(opened)
    }

    /// Leads it to the checkout.
    pub fn lead(self, url: &str) {
        if let Some(opened) = self.0 {
            // A window that is closed meanwhile leads nowhere.
            let _ = opened.location().replace(&whole(url));
        }
    }

    /// There is nothing to pay.
    pub fn close(self) {
        if let Some(opened) = self.0 {
            let _ = opened.close();
        }
    }
}

/// An address of our own server with the server.
fn whole(url: &str) -> String {
    if url.starts_with('/') {
        [window().location().origin().unwrap_or_default().as_str(), url].concat()
    } else {
        url.to_owned()
    }
}
