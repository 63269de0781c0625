//! The texts of types in one language, from `assets/widgets-LANGUAGE.json`:
//!
//! ```json
//! {
//!   "categories": {"media": "Media"},
//!   "shares": {"ip_address": "IP address"},
//!   "errors": {"required": "Fill this in."},
//!   "fields": {"url": {"label": "Address"}},
//!   "types": {"youtube": {"name": "YouTube", "about": "…", "fields": {"video": {"label": "…"}}}}
//! }
//! ```
//!
//! A field's text is the type's own, or the one that all fields of its name have.

use serde_json::Value;

use crate::{
    declaration::{Category, Field, Shared, WidgetType},
    field::FieldError,
};

/// The texts in one language.
#[derive(Debug, Clone, Default)]
pub struct Texts(Value);

impl Texts {
    /// Reads a file. What is not one has no texts, and names and keys are shown instead.
    #[must_use]
    pub fn parse(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or_default())
    }

    fn at<'a>(&'a self, path: &[&str]) -> Option<&'a str> {
        path.iter().try_fold(&self.0, |value, key| value.get(key))?.as_str()
    }

    /// The name of a type.
    #[must_use]
    pub fn name<'a>(&'a self, declared: &'a WidgetType) -> &'a str {
        let own = declared.name.as_deref();
        own.or_else(|| self.at(&["types", &declared.id, "name"])).unwrap_or(&declared.id)
    }

    /// What a type does.
    #[must_use]
    pub fn about<'a>(&'a self, declared: &'a WidgetType) -> &'a str {
        let own = declared.description.as_deref();
        own.or_else(|| self.at(&["types", &declared.id, "about"])).unwrap_or_default()
    }

    fn of_field(&self, declared: &WidgetType, field: &Field, text: &str) -> Option<&str> {
        self.at(&["types", &declared.id, "fields", &field.name, text])
            .or_else(|| self.at(&["fields", &field.name, text]))
    }

    /// The label of a field.
    #[must_use]
    pub fn label<'a>(&'a self, declared: &WidgetType, field: &'a Field) -> &'a str {
        let own = field.label.as_deref();
        own.or_else(|| self.of_field(declared, field, "label")).unwrap_or(&field.name)
    }

    /// The line of help below a field, if it has one.
    #[must_use]
    pub fn help<'a>(&'a self, declared: &WidgetType, field: &'a Field) -> Option<&'a str> {
        field.help.as_deref().or_else(|| self.of_field(declared, field, "help"))
    }

    /// The text of one of a choice's options; names of things are their own text.
    #[must_use]
    pub fn option<'a>(&'a self, declared: &WidgetType, field: &Field, option: &'a str) -> &'a str {
        self.at(&["types", &declared.id, "fields", &field.name, "options", option])
            .or_else(|| self.at(&["fields", &field.name, "options", option]))
            .unwrap_or(option)
    }

    /// The heading of a category.
    #[must_use]
    pub fn category(&self, category: Category) -> &str {
        self.at(&["categories", category.text_key()]).unwrap_or(category.text_key())
    }

    /// What is shared, as a noun.
    #[must_use]
    pub fn shared(&self, shared: Shared) -> &str {
        self.at(&["shares", shared.text_key()]).unwrap_or(shared.text_key())
    }

    /// What is wrong with a field, and what to do.
    #[must_use]
    pub fn error(&self, error: &FieldError) -> String {
        let text = self.at(&["errors", error.text_key()]).unwrap_or(error.text_key());
        let number = |value: &Option<i64>| value.map_or("…".into(), |value| value.to_string());
        match error {
            FieldError::Length(lengths) => {
                let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
                text.replace("{lengths}", &lengths.join(" / "))
            }
            FieldError::TooLong(most) => text.replace("{most}", &most.to_string()),
            FieldError::Range(min, max) => {
                text.replace("{min}", &number(min)).replace("{max}", &number(max))
            }
            FieldError::Secret(name) | FieldError::Clash(name) => text.replace("{name}", name),
            _ => text.into(),
        }
    }
}

impl Category {
    /// All of them, in the order of the catalogue.
    pub const ALL: [Self; 8] = [
        Self::Calls,
        Self::Documents,
        Self::Boards,
        Self::Calendars,
        Self::Media,
        Self::Polls,
        Self::Data,
        Self::Other,
    ];

    /// The key of its heading.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Documents => "documents",
            Self::Boards => "boards",
            Self::Calendars => "calendars",
            Self::Media => "media",
            Self::Data => "data",
            Self::Polls => "polls",
            Self::Other => "other",
        }
    }
}

impl Shared {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::IpAddress,
        Self::DisplayName,
        Self::Avatar,
        Self::UserId,
        Self::DeviceId,
        Self::RoomId,
        Self::Theme,
        Self::Language,
        Self::CameraAndMicrophone,
    ];

    /// The key of its text.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::IpAddress => "ip_address",
            Self::DisplayName => "display_name",
            Self::Avatar => "avatar",
            Self::UserId => "user_id",
            Self::DeviceId => "device_id",
            Self::RoomId => "room_id",
            Self::Theme => "theme",
            Self::Language => "language",
            Self::CameraAndMicrophone => "camera_and_microphone",
        }
    }
}
