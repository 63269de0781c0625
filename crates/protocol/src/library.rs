//! The user's whole sticker library in a compact form: `GET /api/v1/library`.
//!
//! The body is newline-delimited JSON, one [`PackLine`] a line in the user's order, so that the
//! picker can draw the first pack before the last has arrived. Within a pack every column of its
//! stickers is one string with a value a line: few values to decode for many stickers, and like
//! stands beside like for the compressor.

use serde::{Deserialize, Serialize};

/// The media type of the library's body.
pub const CONTENT_TYPE: &str = "application/x-ndjson";

/// A pack and its stickers, by column. Every column has as many lines as the pack has stickers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackLine {
    /// The pack's id.
    pub id: String,
    /// `tag title` a line, the pack's own language first; tags are BCP 47.
    pub titles: String,
    /// Author, attribution and licence in one readable line.
    pub credit: String,
    /// Shortcodes, unique within the pack.
    pub shortcodes: String,
    /// Alt texts; they become the event's `body`.
    pub bodies: String,
    /// Emoji, separated by spaces.
    pub emoji: String,
    /// Tags, separated by commas.
    pub tags: String,
    /// `mxc://` URIs of the originals.
    pub urls: String,
    /// `mimetype w h size` of the originals, in pixels and bytes.
    pub infos: String,
    /// Preview ids: `still`, or `still animation` for a moving sticker. See [`preview_path`].
    pub previews: String,
    /// Where the pack was saved from, if that is a public room: a [`Source`] as
    /// `room_id via,via state_key`. Neither a room's id nor a server's name holds a space or a
    /// comma; the key, which may hold anything, is the rest. Not sent where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// The public room that a pack was saved from: what a sticker says of its origin (MSC4459).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The room.
    pub room_id: String,
    /// Servers by which the room can be joined.
    pub via: Vec<String>,
    /// The pack's `state_key` in the room.
    pub state_key: String,
}

impl Source {
    /// As one line of text, see [`PackLine::source`].
    #[must_use]
    pub fn to_text(&self) -> String {
        [&self.room_id, " ", &self.via.join(","), " ", &self.state_key].concat()
    }

    /// Reads [`Self::to_text`].
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let (room_id, via, state_key) = (parts.next()?, parts.next()?, parts.next()?);
        let via = via.split(',').filter(|server| !server.is_empty()).map(String::from);
        Some(Self { room_id: room_id.into(), via: via.collect(), state_key: state_key.into() })
    }
}

/// One sticker of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticker {
    /// Unique within its pack.
    pub shortcode: String,
    /// Alt text.
    pub body: String,
    /// The emoji it stands for.
    pub emoji: Vec<String>,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// `mxc://` URI of the original.
    pub url: String,
    /// The original's media type.
    pub mimetype: String,
    /// The original's width in pixels.
    pub w: u32,
    /// The original's height in pixels.
    pub h: u32,
    /// The original's size in bytes.
    pub size: u32,
    /// Preview id of the still image.
    pub still: String,
    /// Preview id of the moving image, if the sticker moves.
    pub animation: Option<String>,
}

/// One pack of a library.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    /// The pack's id.
    pub id: String,
    /// `(language tag, title)`, the pack's own language first.
    pub titles: Vec<(String, String)>,
    /// Author, attribution and licence in one readable line.
    pub credit: String,
    /// In the pack's order.
    pub stickers: Vec<Sticker>,
    /// The public room it was saved from, if it was.
    pub source: Option<Source>,
}

/// The address of a preview, relative to the server's root. Its content never changes.
#[must_use]
pub fn preview_path(preview_id: &str) -> String {
    ["/previews/", preview_id, ".webp"].concat()
}

/// The title for a reader of `language` among `(tag, title)`: exact tag, same primary language, else
/// the first.
#[must_use]
pub fn title_for<'a>(
    titles: &(impl Iterator<Item = (&'a str, &'a str)> + Clone),
    language: &str,
) -> Option<&'a str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let wanted = primary(language);
    let exact = titles.clone().find(|(tag, _)| tag.eq_ignore_ascii_case(language));
    let related = || titles.clone().find(|(tag, _)| primary(tag) == wanted);
    exact.or_else(related).or_else(|| titles.clone().next()).map(|(_, title)| title)
}

/// A pack line whose columns do not belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The column at fault.
    pub column: &'static str,
}

impl Pack {
    /// The title for a reader of `language`: exact tag, same primary language, else the pack's own.
    #[must_use]
    pub fn title(&self, language: &str) -> &str {
        let titles = self.titles.iter().map(|(tag, title)| (tag.as_str(), title.as_str()));
        title_for(&titles, language).unwrap_or(&self.id)
    }

    /// Packs the stickers into columns. Line breaks inside a value become spaces.
    #[must_use]
    pub fn to_line(&self) -> PackLine {
        let column = |value: &dyn Fn(&Sticker) -> String| {
            let values: Vec<String> = self.stickers.iter().map(|s| one_line(&value(s))).collect();
            values.join("\n")
        };
        let titles: Vec<String> =
            self.titles.iter().map(|(tag, title)| one_line(&[tag, " ", title].concat())).collect();
        PackLine {
            id: self.id.clone(),
            titles: titles.join("\n"),
            credit: self.credit.clone(),
            shortcodes: column(&|s| s.shortcode.clone()),
            bodies: column(&|s| s.body.clone()),
            emoji: column(&|s| s.emoji.join(" ")),
            tags: column(&|s| s.tags.join(",")),
            urls: column(&|s| s.url.clone()),
            infos: column(&|s| {
                let [w, h, size] = [s.w, s.h, s.size].map(|n| n.to_string());
                [&s.mimetype, " ", &w, " ", &h, " ", &size].concat()
            }),
            previews: column(&|s| match &s.animation {
                Some(animation) => [&s.still, " ", animation].concat(),
                None => s.still.clone(),
            }),
            source: self.source.as_ref().map(Source::to_text).unwrap_or_default(),
        }
    }

    /// Unpacks the columns.
    ///
    /// # Errors
    /// When columns differ in length or a value is not of its column's form.
    pub fn from_line(line: &PackLine) -> Result<Self, Malformed> {
        let count = lines(&line.shortcodes).count();
        let checked = |column: &'static str, values: &'_ str| {
            if lines(values).count() == count { Ok(()) } else { Err(Malformed { column }) }
        };
        checked("bodies", &line.bodies)?;
        checked("emoji", &line.emoji)?;
        checked("tags", &line.tags)?;
        checked("urls", &line.urls)?;
        checked("infos", &line.infos)?;
        checked("previews", &line.previews)?;

        let words = |value: &str, separator: char| -> Vec<String> {
            value.split(separator).filter(|word| !word.is_empty()).map(String::from).collect()
        };
        let mut stickers = Vec::with_capacity(count);
        let columns = lines(&line.shortcodes)
            .zip(lines(&line.bodies))
            .zip(lines(&line.emoji))
            .zip(lines(&line.tags))
            .zip(lines(&line.urls))
            .zip(lines(&line.infos))
            .zip(lines(&line.previews));
        for ((((((shortcode, body), emoji), tags), url), info), preview) in columns {
            let mut info = info.split(' ');
            let mimetype = info.next().unwrap_or_default();
            let mut number = || {
                let value = info.next().and_then(|n| n.parse().ok());
                value.ok_or(Malformed { column: "infos" })
            };
            let (w, h, size) = (number()?, number()?, number()?);
            let mut previews = preview.split(' ').map(String::from);
            stickers.push(Sticker {
                shortcode: shortcode.into(),
                body: body.into(),
                emoji: words(emoji, ' '),
                tags: words(tags, ','),
                url: url.into(),
                mimetype: mimetype.into(),
                w,
                h,
                size,
                still: previews.next().unwrap_or_default(),
                animation: previews.next(),
            });
        }
        let titles = line.titles.split('\n').filter_map(|title| {
            title.split_once(' ').map(|(tag, title)| (tag.into(), title.into()))
        });
        let source = match line.source.as_str() {
            "" => None,
            text => Some(Source::from_text(text).ok_or(Malformed { column: "source" })?),
        };
        Ok(Self {
            id: line.id.clone(),
            titles: titles.collect(),
            credit: line.credit.clone(),
            stickers,
            source,
        })
    }
}

/// The lines of a column. The columns of a pack without stickers read as one sticker without a
/// shortcode, which is why the backend never sends such a pack.
fn lines(column: &str) -> impl Iterator<Item = &str> {
    column.split('\n')
}

fn one_line(value: &str) -> String {
    value.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pack(bodies: &[&str]) -> Pack {
        let sticker = |(i, body): (usize, &&str)| Sticker {
            shortcode: format!("s{i}"),
            body: (*body).into(),
            emoji: vec!["👋".into(), "🙂".into()],
            tags: vec!["hello there".into()],
            url: format!("mxc://example.org/{i}"),
            mimetype: "image/webp".into(),
            w: 512,
            h: 256,
            size: 1234,
            still: "0a".into(),
            animation: (i % 2 == 1).then(|| "0b".into()),
        };
        Pack {
            id: "cats".into(),
            titles: vec![("en".into(), "Cats and more".into()), ("de-AT".into(), "Katzen".into())],
            credit: "Ann Artist, CC-BY-4.0".into(),
            stickers: bodies.iter().enumerate().map(sticker).collect(),
            source: None,
        }
    }

    #[test]
    fn a_pack_survives_the_wire() {
        let pack = pack(&["waving", "", "سلام"]);
        assert_eq!(Pack::from_line(&pack.to_line()), Ok(pack));
    }

    #[test]
    fn a_column_of_another_length_is_named() {
        let mut line = pack(&["a", "b"]).to_line();
        line.urls.push_str("\nmxc://example.org/surplus");
        assert_eq!(Pack::from_line(&line), Err(Malformed { column: "urls" }));
        let mut line = pack(&["a"]).to_line();
        line.infos = "image/png 12 twelve 5".into();
        assert_eq!(Pack::from_line(&line), Err(Malformed { column: "infos" }));
        let line = PackLine { source: "!room:hs".into(), ..pack(&["a"]).to_line() };
        assert_eq!(Pack::from_line(&line), Err(Malformed { column: "source" }));
    }

    #[test]
    fn a_source_survives_the_wire_and_none_costs_nothing() {
        for (via, state_key) in [(&[][..], ""), (&["a.example", "[::1]:8448"], "our cats, v2 ")] {
            let via = via.iter().map(|server| (*server).to_owned()).collect();
            let source = Source { room_id: "!r:hs".into(), via, state_key: state_key.into() };
            let pack = Pack { source: Some(source), ..pack(&["a"]) };
            assert_eq!(Pack::from_line(&pack.to_line()), Ok(pack));
        }
        let line = serde_json::to_value(pack(&["a"]).to_line()).unwrap();
        assert!(line.get("source").is_none());
        assert_eq!(serde_json::from_value::<PackLine>(line).unwrap(), pack(&["a"]).to_line());
    }

    #[test]
    fn titles_follow_the_reader() {
        let pack = pack(&["a"]);
        assert_eq!(pack.title("de"), "Katzen");
        assert_eq!(pack.title("de-AT"), "Katzen");
        assert_eq!(pack.title("en-GB"), "Cats and more");
        assert_eq!(pack.title("fr"), "Cats and more");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_columns(bodies in prop::collection::vec(".*", 1..5)) {
            let texts: Vec<&str> = bodies.iter().map(String::as_str).collect();
            let read = Pack::from_line(&pack(&texts).to_line()).unwrap();
            let expected: Vec<String> = texts.iter().map(|t| one_line(t)).collect();
            let found: Vec<String> = read.stickers.into_iter().map(|s| s.body).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
