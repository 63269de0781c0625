//! The app's few icons, drawn with one line each.

use leptos::prelude::*;

/// An icon, by what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Search.
    Glass,
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
}

impl Icon {
    /// The line.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Glass => "M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14M16.5 16.5L21 21",
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
