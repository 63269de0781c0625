//! What a user set up through Tessera, and where: for the user's own list and export. The rooms
//! themselves hold what works; these records only say what to look for when it is to be undone.

use serde::{Deserialize, Serialize};

/// What was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InstallationKind {
    /// A widget in a room.
    Widget,
    /// A widget in the user's account data: a sticker picker, or this integration manager.
    AccountWidget,
    /// A bot that was invited to a room; `key` is its Matrix ID.
    Bot,
    /// A bridge between a room and elsewhere.
    Bridge,
}

impl InstallationKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Widget, Self::AccountWidget, Self::Bot, Self::Bridge];

    /// The kind's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::AccountWidget => "account_widget",
            Self::Bot => "bot",
            Self::Bridge => "bridge",
        }
    }

    /// Reads [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it is in a room, rather than in the user's account.
    #[must_use]
    pub const fn is_in_a_room(self) -> bool {
        !matches!(self, Self::AccountWidget)
    }
}

/// Body of `PUT /api/v1/installations`. The same kind, room and key again change the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewInstallation {
    /// What was installed.
    pub kind: InstallationKind,
    /// In which room; none for what is in the user's account, and only for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<String>,
    /// What names it there: a widget's id, which is its event's `state_key`, or a bot's Matrix ID.
    pub key: String,
    /// Which one it is, such as `m.jitsi`, `m.stickerpicker` or `etherpad`.
    #[serde(rename = "type")]
    pub kind_type: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Installation {
    /// Names the record in requests.
    pub id: String,
    /// What was installed.
    pub kind: InstallationKind,
    /// In which room; none for what is in the user's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<String>,
    /// What names it there.
    pub key: String,
    /// Which one it is.
    #[serde(rename = "type")]
    pub kind_type: String,
    /// When it was installed first, in milliseconds since 1970.
    pub installed_ts: u64,
    /// When it was changed last.
    pub updated_ts: u64,
}

/// Answer of `GET /api/v1/installations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Installations {
    /// Newest first.
    pub installations: Vec<Installation>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_called_the_same_everywhere() {
        for kind in InstallationKind::ALL {
            assert_eq!(InstallationKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(InstallationKind::parse("toaster"), None);
    }
}
