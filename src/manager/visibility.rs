//! What a widget learns about who opens it, read off its address: the variables that the Matrix
//! client fills in, and the host that is contacted. Pure.

use tessera_host_protocol::manager::json::Object;

use crate::i18n::Text;
use crate::i18n::manager as say;

/// Something that a widget learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learns {
    /// The display name.
    Name,
    /// The picture.
    Avatar,
    /// The Matrix ID.
    UserId,
    /// The device.
    Device,
    /// The room's ID.
    Room,
    /// Light or dark.
    Theme,
    /// The language.
    Language,
}

/// A variable and what it tells.
const VARIABLES: &[(&str, Learns)] = &[
    ("$matrix_display_name", Learns::Name),
    ("$matrix_avatar_url", Learns::Avatar),
    ("$matrix_user_id", Learns::UserId),
    ("$org.matrix.msc3819.matrix_device_id", Learns::Device),
    ("$org.matrix.msc2873.matrix_device_id", Learns::Device),
    ("$matrix_room_id", Learns::Room),
    ("$org.matrix.msc2873.client_theme", Learns::Theme),
    ("$theme", Learns::Theme),
    ("$org.matrix.msc2873.client_language", Learns::Language),
];

impl Learns {
    /// Its name.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Name => say::LEARNS_NAME,
            Self::Avatar => say::LEARNS_AVATAR,
            Self::UserId => say::LEARNS_USER_ID,
            Self::Device => say::LEARNS_DEVICE,
            Self::Room => say::LEARNS_ROOM,
            Self::Theme => say::LEARNS_THEME,
            Self::Language => say::LEARNS_LANGUAGE,
        }
    }
}

/// What an address tells, in a fixed order. `data` may hold variables too, which end up in it.
#[must_use]
pub fn of(url: &str, data: &Object) -> Vec<Learns> {
    let texts: Vec<&str> =
        std::iter::once(url).chain(data.values().filter_map(serde_json::Value::as_str)).collect();
    let mut learns = Vec::new();
    for (variable, what) in VARIABLES {
        if texts.iter().any(|text| text.contains(variable)) && !learns.contains(what) {
            learns.push(*what);
        }
    }
    learns
}

/// The host of an address; `None` if it has none.
#[must_use]
pub fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(host).filter(|host| !host.is_empty())
}

/// Why a widget cannot work, as far as its address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ailment {
    /// The server that ran it has been closed.
    Closed,
    /// A client on `https:` does not load `http:`.
    Insecure,
    /// The address is none of the web's.
    NoAddress,
}

/// Hosts of integration managers that are no more.
const CLOSED: &[&str] =
    &["scalar.vector.im", "scalar-staging.vector.im", "scalar.riot.im", "scalar-staging.riot.im"];

/// What ails a widget at this address.
#[must_use]
pub fn ailment(url: &str) -> Option<Ailment> {
    let Some(host) = host(url) else { return Some(Ailment::NoAddress) };
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| {
        host == *local || host.strip_prefix(local).is_some_and(|rest| rest.starts_with(':'))
    });
    if CLOSED.contains(&host) {
        Some(Ailment::Closed)
    } else if url.starts_with("http://") && !is_local {
        Some(Ailment::Insecure)
    } else if url.starts_with("https://") || url.starts_with("http://") {
        None
    } else {
        Some(Ailment::NoAddress)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_tells_what_it_gives_away() {
        let none = Object::new();
        assert_eq!(of("https://pad.example/p/x", &none), []);
        let url = "https://x.example/?u=$matrix_user_id&n=$matrix_display_name&t=$theme\
                   &v=$org.matrix.msc2873.client_theme";
        assert_eq!(of(url, &none), [Learns::Name, Learns::UserId, Learns::Theme]);
        let data = json!({"url": "https://x.example/$matrix_room_id"});
        let Some(data) = data.as_object() else { unreachable!() };
        assert_eq!(of("https://wrap.example/?url=$url", data), [Learns::Room]);
    }

    #[test]
    fn hosts_are_read_as_a_browser_does() {
        for (url, found) in [
            ("https://a.example/b", Some("a.example")),
            ("https://good.example@evil.example:8/", Some("evil.example:8")),
            ("https://evil.example\\@good.example/", Some("evil.example")),
            ("mailto:a@b", None),
            ("https://", None),
        ] {
            assert_eq!(host(url), found, "{url}");
        }
    }

    #[test]
    fn what_cannot_work_is_known() {
        for (url, found) in [
            ("https://a.example/", None),
            ("http://localhost:8080/x", None),
            ("http://a.example/", Some(Ailment::Insecure)),
            ("http://localhost.evil.example/", Some(Ailment::Insecure)),
            ("https://scalar.vector.im/api/widgets/x.html", Some(Ailment::Closed)),
            ("javascript:alert(1)", Some(Ailment::NoAddress)),
            ("ftp://a.example/", Some(Ailment::NoAddress)),
        ] {
            assert_eq!(ailment(url), found, "{url}");
        }
    }
}
