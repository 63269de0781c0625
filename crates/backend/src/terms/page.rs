//! The pages of the terms: a text as the operator wrote it, and what changed between two versions.
//! Markdown is the operator's, but nothing of it becomes markup of ours: HTML in it is shown as
//! text, pictures as their description, and links lead to the web or to a mailbox.

use std::fmt::Write as _;

use html_escape::{encode_double_quoted_attribute as attribute, encode_text as escaped};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html::push_html};

use super::{
    Document, Version,
    changes::{self, Change, Kind, Piece},
    words::{Words, is_right_to_left, words},
};

/// A whole text. `None` if the version is not there in this language.
#[must_use]
pub fn of(document: &Document, version: &Version, language: &str) -> Option<String> {
    let text = version.text(language)?;
    let said = words(language);
    let mut article = String::new();
    push_html(&mut article, events(&text.markdown));
    let mut body = head(document, version, language, said);
    let _ = write!(body, "<article>{article}</article>");
    let others = std::iter::once(&document.current).chain(&document.older);
    let others = others.filter(|other| other.name != version.name);
    let others: Vec<String> = others
        .filter_map(|other| {
            let (language, _) = other.best([language])?;
            let (id, name) = (&document.id, &other.name);
            Some(format!("<li><a href=\"/terms/{id}/{name}/{language}\">{name}</a></li>"))
        })
        .collect();
    if !others.is_empty() {
        let (label, list) = (said.versions, others.concat());
        let _ = write!(
            body,
            "<nav aria-labelledby=\"versions\"><h2 id=\"versions\">{label}</h2><ul>{list}</ul>"
        );
        // What is before this one: the next older version that has a text in this language.
        let before = document
            .older
            .iter()
            .skip_while(|older| version.name != document.current.name && older.name != version.name)
            .find(|older| older.name != version.name && older.text(language).is_some());
        if let Some(before) = before {
            let (id, name, from) = (&document.id, &version.name, &before.name);
            let link = said.changes.replace("{version}", from);
            let _ = write!(
                body,
                "<p><a href=\"/terms/{id}/{name}/{language}/changes/{from}\">{link}</a></p>"
            );
        }
        body.push_str("</nav>");
    }
    Some(whole(&text.title, language, &body))
}

/// What changed from one version to another. `None` if one is not there in this language.
#[must_use]
pub fn of_changes(
    document: &Document,
    version: &Version,
    from: &Version,
    language: &str,
) -> Option<String> {
    let (new, old) = (version.text(language)?, from.text(language)?);
    let said = words(language);
    let changes = changes::between(&old.markdown, &new.markdown);
    let mut body = head(document, version, language, said);
    let (id, name) = (&document.id, &version.name);
    let title = said.changes.replace("{version}", &from.name);
    let _ = write!(
        body,
        "<h1>{}</h1><p class=\"since\">{title} · <a href=\"/terms/{id}/{name}/{language}\">{}</a></p><article class=\"changes\">",
        escaped(&new.title),
        said.whole,
    );
    if changes.iter().all(|change| matches!(change, Change::Same(_))) {
        let _ = write!(body, "<p>{}</p>", said.same);
    }
    for change in &changes {
        write_change(&mut body, change, said);
    }
    body.push_str("</article>");
    Some(whole(&format!("{}: {title}", new.title), language, &body))
}

/// A document's title: its first heading.
pub(super) fn title(markdown: &str) -> Option<String> {
    let mut title = None::<String>;
    for event in Parser::new(markdown) {
        match (event, &mut title) {
            (Event::Start(Tag::Heading { .. }), title @ None) => *title = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(title)) => title.push_str(&text),
            (Event::End(TagEnd::Heading(_)), Some(_)) => break,
            _ => {}
        }
    }
    title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty())
}

/// The text's events, with what could be markup of somebody's own made harmless.
pub(super) fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).filter_map(
        |event| match event {
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            // The description, which follows as text, stays.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let harmless = ["https://", "http://", "mailto:"];
                let known = harmless.iter().any(|scheme| dest_url.starts_with(scheme));
                let dest_url = if known { dest_url } else { CowStr::Borrowed("#") };
                Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
            }
            event => Some(event),
        },
    )
}

fn head(document: &Document, version: &Version, language: &str, said: &Words) -> String {
    let mut head = format!("<header><p>{} {}</p>", said.version, version.name);
    if version.name != document.current.name {
        let _ = write!(head, "<p class=\"outdated\">{}</p>", said.outdated);
    }
    if version.texts().count() > 1 {
        let _ = write!(head, "<nav aria-label=\"{}\"><ul>", attribute(said.languages));
        for (other, text) in version.texts() {
            let (id, name) = (&document.id, &version.name);
            let current = if other == language { " aria-current=\"page\"" } else { "" };
            let _ = write!(
                head,
                "<li><a href=\"/terms/{id}/{name}/{other}\" lang=\"{other}\" hreflang=\"{other}\" title=\"{}\"{current}>{other}</a></li>",
                attribute(&text.title),
            );
        }
        head.push_str("</ul></nav>");
    }
    head.push_str("</header>");
    head
}

fn write_change(html: &mut String, change: &Change, said: &Words) {
    let sign = |said: &str| format!("<span class=\"said\">{said} </span>");
    let _ = match change {
        Change::Same(blocks) => write!(
            html,
            "<details><summary>{} ({})</summary>{}</details>",
            said.unchanged,
            blocks.len(),
            blocks
                .iter()
                .map(|block| in_tag(&block.kind, &escaped(&block.text)))
                .collect::<String>(),
        ),
        Change::Added(block) => {
            let inside = format!("<ins>{}{}</ins>", sign(said.added), escaped(&block.text));
            write!(html, "{}", in_tag(&block.kind, &inside))
        }
        Change::Removed(block) => {
            let inside = format!("<del>{}{}</del>", sign(said.removed), escaped(&block.text));
            write!(html, "{}", in_tag(&block.kind, &inside))
        }
        Change::Edited(kind, pieces) => {
            let inside: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Same(text) => escaped(text).into_owned(),
                    Piece::Added(text) => {
                        format!("<ins>{}{}</ins>", sign(said.added), escaped(text))
                    }
                    Piece::Removed(text) => {
                        format!("<del>{}{}</del>", sign(said.removed), escaped(text))
                    }
                })
                .collect();
            write!(html, "{}", in_tag(kind, &inside))
        }
    };
}

fn in_tag(kind: &Kind, inside: &str) -> String {
    match kind {
        // The page's own title is its only heading of the first rank.
        Kind::Heading => format!("<h2>{inside}</h2>"),
        Kind::Paragraph => format!("<p>{inside}</p>"),
        Kind::Item => format!("<p class=\"item\">{inside}</p>"),
    }
}

fn whole(title: &str, language: &str, body: &str) -> String {
    let direction = if is_right_to_left(language) { "rtl" } else { "ltr" };
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>\
         <link rel=\"stylesheet\" href=\"/terms.css\"><link rel=\"icon\" href=\"data:,\">\
         <main>{body}</main></html>\n",
        escaped(title)
    )
}
