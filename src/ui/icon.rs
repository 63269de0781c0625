//! The app's few icons, drawn with one line each.

use leptos::prelude::*;

/// An icon, by what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Search.
    Glass,
    /// Clear, dismiss.
    Cross,
    /// Recently used.
    Clock,
    /// A pack, or none yet.
    Smile,
    /// Who are you?
    Person,
    /// Terms.
    Page,
    /// No connection.
    Cloud,
    /// Not allowed.
    Lock,
    /// Something is wrong.
    Alert,
    /// A favourite.
    Star,
    /// Stay open.
    Pin,
    /// More.
    Dots,
    /// How large.
    Size,
    /// A window of its own.
    Enlarge,
    /// Help.
    Help,
}

impl Icon {
    /// The line.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Glass => "M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14M16.5 16.5L21 21",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3 2",
            Self::Smile => {
                "M20 12V7a3 3 0 0 0-3-3H7a3 3 0 0 0-3 3v10a3 3 0 0 0 3 3h6zM20 12h-4a3 3 0 0 0-3 3v5M9 9h.01M15 9h.01M8.5 13a4 4 0 0 0 3 1.5"
            }
            Self::Person => "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4 21c0-4 4-6 8-6s8 2 8 6",
            Self::Page => "M6 3h8l4 4v14H6zM9 11h6M9 15h6",
            Self::Cloud => "M7 18a4 4 0 0 1-.5-8A6 6 0 0 1 18 11.5a3.3 3.3 0 0 1-.5 6.5zM4 4l16 17",
            Self::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::Alert => "M12 4L3 20h18zM12 10v4M12 17h.01",
            Self::Star => {
                "M12 3l2.7 5.8 6.3.8-4.6 4.3 1.2 6.2L12 17l-5.6 3.1 1.2-6.2L3 9.6l6.3-.8z"
            }
            Self::Pin => "M8 4h8M9 4v6l-3 4h12l-3-4V4M12 14v7",
            Self::Dots => "M12 5h.01M12 12h.01M12 19h.01",
            Self::Size => "M4 20L10 8l6 12M6 16h8M16 12h5M18.5 9.5v5",
            Self::Enlarge => "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
            Self::Help => "M9 9a3 3 0 1 1 4 3c-1 .4-1 1-1 2M12 18h.01",
        }
    }
}

/// Draws an icon; it has no name for assistive technology, its button has.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
