//! The widget's address comes from whoever made the link.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_host_protocol::address::Address;

fuzz_target!(|text: &str| {
    let (search, hash) = text.split_once('#').unwrap_or((text, ""));
    let address = Address::parse(search, hash);
    let values = [
        &address.widget_id,
        &address.parent_url,
        &address.scalar_token,
        &address.theme,
        &address.lang,
    ];
    for value in values.into_iter().flatten() {
        assert!(!value.is_empty() && !value.starts_with('$'));
    }
    // A replaced character is three bytes for one escape of as many.
    let longest = values.into_iter().flatten().map(String::len).max().unwrap_or(0);
    assert!(longest <= text.len() * 3);
});
