//! Finding passwords in addresses. Room state is not encrypted, is kept for ever, and can be read by
//! everybody who joins later: whatever opens a meeting or an account does not belong there.

use crate::{address::parameters, encoding::decode};

/// Names of parameters that hold a secret, in lower case.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "moderatorpw",
    "attendeepw",
    "access_token",
    "scalar_token",
    "api_key",
    "apikey",
    "jwt",
    "secret",
    "client_secret",
    "checksum",
];

/// The name of the first secret in an address: a parameter of its query or fragment, or the user of
/// `user:password@`.
pub(crate) fn in_address(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((user, _)) = authority.rsplit_once('@') {
        return Some(decode(user.split(':').next().unwrap_or_default()));
    }
    let (before, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let query = before.split_once('?').map_or("", |(_, query)| query);
    let fragment = fragment.rsplit_once('?').map_or(fragment, |(_, query)| query);
    parameters(query).chain(parameters(fragment)).find_map(|(name, value)| {
        let secret = NAMES.contains(&name.to_ascii_lowercase().as_str()) && !value.is_empty();
        if secret {
            return Some(name);
        }
        // Addresses within addresses, as wrappers have them.
        value.contains("://").then(|| in_address(&value)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_wherever_addresses_carry_them() {
        for (address, name) in [
            (
                "https://bbb.example/bigbluebutton/api/join?meetingID=1&password=mp&checksum=c",
                "password",
            ),
            ("https://zoom.example/j/1?PWD=abc", "PWD"),
            ("https://meet.example/room#jwt=abc", "jwt"),
            ("https://meet.example/#/room?pwd=abc", "pwd"),
            ("https://user:pass@host.example/", "user"),
            ("https://w.example/page?url=https%3A%2F%2Fx.example%2F%3Fpassword%3Da", "password"),
        ] {
            assert_eq!(in_address(address).as_deref(), Some(name), "{address}");
        }
        for address in [
            "https://pad.example/p/password",
            "https://pad.example/?passwordless=1&password=",
            "https://pad.example/@user/doc",
        ] {
            assert_eq!(in_address(address), None, "{address}");
        }
    }
}
