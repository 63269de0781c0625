//! What strangers write into rooms must never bring the manager down, and what we take for an
//! address must be the same one to a browser.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tessera_widgets::{Address, Catalogue, Client, Show, expand};

fn catalogue() -> Catalogue {
    Catalogue::new(Some("https://widgets.example.org"), Vec::new())
}

/// Text that is often nearly an address of a known type.
fn near_address() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec![
        "https://",
        "http://",
        "HTTPS://",
        "spotify:",
        "javascript:",
        "",
    ]);
    let host = prop::sample::select(vec![
        "youtu.be",
        "www.youtube.com",
        "docs.google.com",
        "widgets.example.org",
        "pad.example",
        "é.example",
        "scalar.vector.im",
        "open.spotify.com",
        "[::1]",
        "user@host.example",
        "a\\b",
        "",
    ]);
    let rest = prop::sample::select(vec![
        "/",
        "/watch?v=",
        "/p/",
        "/open?url=",
        "/widgets/generic?url=",
        "/youtube?video=",
        "#map=1/2/",
        "/document/d/",
        "/#room=",
        "?whiteboardid=",
        ":443/",
        "/%zz%",
    ]);
    (scheme, host, rest, any::<String>())
        .prop_map(|(scheme, host, rest, any)| format!("{scheme}{host}{rest}{any}"))
}

proptest! {
    #[test]
    fn any_widget_is_recognised_filled_and_expanded_without_a_panic(
        url in near_address(), event_type in "[a-z.]{0,12}", key in any::<String>(), value in any::<String>(),
    ) {
        let catalogue = catalogue();
        let content: Map<String, Value> = json!({"type": event_type, "url": url, "name": value.clone(),
            "data": {key: value, "tessera": event_type.clone(), "url": url.clone(), "n": [1, null]}})
            .as_object().cloned().unwrap_or_default();
        let _ = catalogue.link(&url);
        if let Some(found) = catalogue.recognise(&content) {
            for show in [Show::Frame, Show::Card] {
                if let Ok(filled) = catalogue.fill(found.widget_type, &found.values, show) {
                    prop_assert!(Address::parse(&filled.url).is_some(), "{}", filled.url);
                    let client = Client { parent_url: Some("https://app.example/".into()), ..Client::default() };
                    let _ = expand(&filled.url, &filled.data, &client);
                }
            }
        }
    }

    #[test]
    fn what_we_take_for_an_address_is_the_same_to_a_browser(text in near_address()) {
        if let Some(address) = Address::parse(&text) {
            // A browser may refuse what we accept, but never go elsewhere.
            if let Ok(url) = url::Url::parse(&text) {
                prop_assert_eq!(url.scheme(), address.scheme);
                prop_assert!(url.username().is_empty() && url.password().is_none());
                let ours = url::Url::parse(&address.origin()).map(|ours| ours.origin());
                prop_assert_eq!(Ok(url.origin()), ours);
            }
        }
    }
}
