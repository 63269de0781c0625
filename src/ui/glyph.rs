//! The manager's icons, drawn with one line each. They are apart from [`super::icon`], so that the
//! picker does not carry them.

use leptos::prelude::*;

/// An icon, by what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// A widget.
    Extension,
    /// A bot.
    Bot,
    /// A bridge.
    Bridge,
    /// Stickers.
    Sticker,
    /// The user's account.
    Person,
    /// The integration manager itself.
    Plug,
    /// Calls.
    Call,
    /// Writing.
    Document,
    /// Drawing.
    Board,
    /// Dates.
    Calendar,
    /// Watching and listening.
    Media,
    /// Numbers and maps.
    Chart,
    /// Places.
    Map,
    /// Asking.
    Poll,
    /// To the page before.
    Back,
    /// Something more.
    Add,
    /// Change.
    Edit,
    /// Remove.
    Bin,
    /// Done, allowed.
    Check,
    /// Not allowed, wrong.
    Alert,
    /// Good to know.
    Info,
    /// Search.
    Search,
    /// Close.
    Cross,
    /// Again.
    Again,
    /// Terms and privacy.
    Shield,
    /// To another window.
    Out,
    /// Earlier in a list.
    Up,
    /// Later in a list.
    Down,
    /// Look at it.
    Eye,
}

impl Glyph {
    /// The line.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Extension => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13.5v6M13.5 16.5h6",
            Self::Bot => "M5 9h14v10H5zM12 9V5M9 13.5h.01M15 13.5h.01M3 13v3M21 13v3M10 4h4",
            Self::Bridge => "M3 17V8M21 17V8M3 10c6 7 12 7 18 0M3 17h18M8 13.5V17M16 13.5V17",
            Self::Sticker => {
                "M20 12V7a3 3 0 0 0-3-3H7a3 3 0 0 0-3 3v10a3 3 0 0 0 3 3h6zM20 12h-4a3 3 0 0 0-3 3v5M9 9h.01M15 9h.01M8.5 13a4 4 0 0 0 3 1.5"
            }
            Self::Person => "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4 21c0-4 4-6 8-6s8 2 8 6",
            Self::Plug => "M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3",
            Self::Call => "M3 7h11v10H3zM14 11l7-4v10l-7-4",
            Self::Document => "M6 3h8l4 4v14H6zM9 11h6M9 15h6",
            Self::Board => "M3 4h18v12H3zM8 21l4-5l4 5M7 12l3-4l3 3l4-4",
            Self::Calendar => "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
            Self::Media => "M4 5h16v14H4zM10 9l5 3l-5 3z",
            Self::Chart => "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
            Self::Map => "M9 4L3 7v13l6-3l6 3l6-3V4l-6 3zM9 4v13M15 7v13",
            Self::Poll => "M4 6h.01M8 6h12M4 12h.01M8 12h8M4 18h.01M8 18h5",
            Self::Back => "M15 5l-7 7l7 7",
            Self::Add => "M12 5v14M5 12h14",
            Self::Edit => "M4 20l1-5L16 4l4 4L9 19z",
            Self::Bin => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Alert => "M12 4L3 20h18zM12 10v4M12 17h.01",
            Self::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v5M12 8h.01",
            Self::Search => "M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14M16.5 16.5L21 21",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Again => "M19 12a7 7 0 1 1-2-5M19 4v4h-4",
            Self::Shield => "M12 3l8 3v6c0 5-4 8-8 9c-4-1-8-4-8-9V6zM9 12l2 2l4-4",
            Self::Out => "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
            Self::Up => "M6 14l6-6l6 6",
            Self::Down => "M6 10l6 6l6-6",
            Self::Eye => {
                "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6"
            }
        }
    }

    /// Whether it points, and so the other way where text runs from right to left.
    const fn points(self) -> bool {
        matches!(self, Self::Back | Self::Out)
    }
}

/// Draws an icon; it has no name for assistive technology, what it stands beside has.
#[component]
pub fn GlyphView(glyph: Glyph) -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true" class:points=glyph.points()>
            <path d=glyph.path()></path>
        </svg>
    }
}
