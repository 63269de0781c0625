//! The set-up page's HTML. All that is not ours in it is escaped.

use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use serde_json::Value;
use url::Url;

use crate::{
    doctor::{Report, State},
    setup::{
        Documents, Setup,
        served::{CLIENT_WELL_KNOWN, Place, Seen},
        wrong::Wrong,
    },
};

/// What the page shows besides the documents.
pub(super) enum Shown<'a> {
    /// Nothing.
    Documents,
    /// What is served.
    Served(&'a [Seen]),
    /// What the doctor found.
    Report(&'a Report),
    /// It took too long; this command takes its time.
    TooSlow(&'static str),
    /// The homeserver is not one of the configuration.
    NotConfigured,
}

/// There is no page.
pub(super) fn closed(name: &str) -> String {
    frame(
        name,
        false,
        "<p>This server has no set-up page. Its operator opens one by setting \
         <code>operator_token</code> in the configuration; <code>tessera check</code> says the \
         same on the command line.</p>",
    )
}

/// The way in.
pub(super) fn sign_in(name: &str, problem: Option<&str>) -> String {
    let problem = problem.map_or_else(String::new, |problem| {
        format!("<p class=\"problem\" id=\"problem\" role=\"alert\">{}</p>", marked(problem))
    });
    let described = if problem.is_empty() { "" } else { " aria-describedby=\"problem\"" };
    let form = format!(
        "<form method=\"post\" action=\"/setup\" class=\"card\">{problem}\
         <label for=\"token\">The <code>operator_token</code> of the configuration</label>\
         <input id=\"token\" name=\"token\" type=\"password\" required \
         autocomplete=\"current-password\"{described}>\
         <button class=\"button primary\" name=\"do\" value=\"sign-in\">Sign in</button></form>"
    );
    frame(name, false, &form)
}

/// The page itself.
pub(super) fn page(name: &str, setup: &Setup, shown: &Shown<'_>) -> String {
    let Some(documents) = setup.documents() else {
        let advice = "<p class=\"card problem\">Set <code>public_url</code> to the address that \
                      users reach this server at, and this page has what clients have to be \
                      told.</p>";
        return frame(name, true, &format!("{advice}{}", examinations(setup, shown)));
    };
    let seen = match shown {
        Shown::Served(seen) => Some(*seen),
        _ => None,
    };
    let body =
        format!("{}{}{}", check(shown), examinations(setup, shown), told(setup, documents, seen),);
    frame(name, true, &body)
}

/// The page's head, with the way out for who is in.
fn heading(name: &str, is_in: bool) -> String {
    let leave = "<button class=\"button quiet\" name=\"do\" value=\"sign-out\">Sign out</button>";
    let leave = if is_in { form(leave) } else { String::new() };
    format!("<header><h1>Set-up of {}</h1>{leave}</header>", text(name))
}

fn frame(name: &str, is_in: bool, body: &str) -> String {
    let heading = heading(name, is_in);
    let name = text(name);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>Set-up of {name}</title>\
         <link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/setup/setup.css\">\
         <script src=\"/setup/setup.js\" defer></script></head>\
         <body><main>{heading}{body}</main></body></html>\n"
    )
}

fn form(fields: &str) -> String {
    format!("<form method=\"post\" action=\"/setup\">{fields}</form>")
}

/// The documents to copy, each with what is wrong where it has to be.
fn told(setup: &Setup, documents: Documents<'_>, seen: Option<&[Seen]>) -> String {
    let pretty = |document: &Value| serde_json::to_string_pretty(document).unwrap_or_default();
    let places = |place: Place, named: Vec<String>, none: &str| match seen {
        Some(seen) => {
            let here: String =
                seen.iter().filter(|seen| seen.place == place).map(finding).collect();
            if here.is_empty() { format!("<p>{none}</p>") } else { format!("<ul>{here}</ul>") }
        }
        None if named.is_empty() => format!("<p>{none}</p>"),
        None => {
            let here: String = named.iter().map(|url| format!("<li>{}</li>", link(url))).collect();
            format!("<ul>{here}</ul>")
        }
    };
    let well_knowns =
        setup.homeservers.iter().map(|server| format!("https://{server}{CLIENT_WELL_KNOWN}"));
    let configs = setup.element_urls.iter().map(config);
    let base = documents.ui_url();
    [
        document(
            "homeserver",
            "The homeserver",
            "Its well-known has this besides what is there already, and is sent with \
             <code>Access-Control-Allow-Origin: *</code>.",
            &pretty(&documents.well_known()),
            &places(
                Place::WellKnown,
                well_knowns.collect(),
                "No homeserver is named in the configuration (<code>allow_servers</code>, \
                 <code>homeservers</code>).",
            ),
        ),
        document(
            "element",
            "Element",
            "Its <code>config.json</code> has these three keys besides what is there already.",
            &pretty(&documents.element_config()),
            &places(
                Place::ElementConfig,
                configs.collect(),
                "No Element is named in the configuration (<code>element_urls</code>).",
            ),
        ),
        document(
            "module",
            "Element’s module widget-lifecycle",
            "If Element has it, this in the same file lets the picker open without questions.",
            &pretty(&documents.widget_lifecycle()),
            "",
        ),
        document(
            "proxy",
            "The reverse proxy",
            "This server sends its headers itself. Only a proxy that sets some of its own sends \
             this one, and no <code>X-Frame-Options</code>.",
            &documents.proxy_headers(),
            &format!(
                "{}{}",
                places(Place::Page, vec![base.clone()], ""),
                if seen.is_some() { places(Place::Api, Vec::new(), "") } else { String::new() },
            ),
        ),
    ]
    .concat()
}

fn config(element: &Url) -> String {
    format!("{}/config.json", element.as_str().trim_end_matches('/'))
}

fn link(url: &str) -> String {
    format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", attribute(url), text(url))
}

fn document(id: &str, title: &str, advice: &str, content: &str, places: &str) -> String {
    let content = text(content);
    format!(
        "<section class=\"card\" aria-labelledby=\"{id}-title\"><h2 id=\"{id}-title\">{title}</h2>\
         <p>{advice}</p><div class=\"document\">\
         <pre id=\"{id}\" tabindex=\"0\" role=\"region\" aria-label=\"{title}: to copy\">{content}</pre>\
         <button type=\"button\" class=\"button copy\" data-copies=\"{id}\" hidden>Copy</button></div>\
         {places}</section>"
    )
}

fn finding(seen: &Seen) -> String {
    let mut wrong = String::new();
    for (at, each) in seen.wrong.iter().enumerate() {
        let next = seen.wrong.get(at.saturating_add(1)).map(Wrong::remedy);
        let remedy = each.remedy();
        let is_last = next.as_ref() != Some(&remedy);
        wrong.push_str(&problem(&each.to_string(), if is_last { &remedy } else { "" }));
    }
    let word = if seen.wrong.is_empty() { "ok" } else { "failed" };
    format!("<li>{} {}{wrong}</li>", badge(word), link(seen.url.as_str()))
}

fn problem(what: &str, remedy: &str) -> String {
    let what = format!("<p class=\"problem\">{}</p>", marked(what));
    match remedy {
        "" => what,
        remedy => format!("{what}<p class=\"remedy\">{}</p>", marked(remedy)),
    }
}

/// Words of ours, in which what is between backticks is code.
fn marked(words: &str) -> String {
    let mut html = String::new();
    for (at, part) in words.split('`').enumerate() {
        let part = text(part);
        match at % 2 {
            0 => html.push_str(&part),
            _ => html.push_str(&format!("<code>{part}</code>")),
        }
    }
    html
}

fn badge(word: &str) -> String {
    format!("<span class=\"badge {word}\">{word}</span>")
}

/// Looking at what is served.
fn check(shown: &Shown<'_>) -> String {
    let found = match shown {
        Shown::Served(seen) => match seen.iter().filter(|seen| !seen.wrong.is_empty()).count() {
            0 => "All that was looked at is as it has to be.".to_owned(),
            1 => "1 place is not as it has to be; it is marked below.".to_owned(),
            n => format!("{n} places are not as they have to be; they are marked below."),
        },
        Shown::TooSlow("tessera check") => too_slow("tessera check"),
        _ => String::new(),
    };
    let found = status(&found);
    let button = "<button class=\"button primary\" name=\"do\" value=\"check\">Check</button>";
    format!(
        "<section class=\"card\" id=\"check\"><h2>See what is served</h2>\
         <p>Fetches what is below as clients do, and says what differs.</p>{found}{}</section>",
        form(button)
    )
}

/// The doctor.
fn examinations(setup: &Setup, shown: &Shown<'_>) -> String {
    let found = match shown {
        Shown::Report(found) => report(found),
        Shown::NotConfigured => status("This homeserver is not one of the configuration."),
        Shown::TooSlow("tessera doctor") => status(&too_slow("tessera doctor")),
        _ => String::new(),
    };
    let buttons: String = setup
        .homeservers
        .iter()
        .map(|server| {
            let (value, name) = (attribute(server.as_str()), text(server.as_str()));
            let fields = format!(
                "<input type=\"hidden\" name=\"server\" value=\"{value}\">\
                 <button class=\"button\" name=\"do\" value=\"doctor\">Examine <bdi>{name}</bdi></button>"
            );
            form(&fields)
        })
        .collect();
    let buttons = if buttons.is_empty() {
        "<p>No homeserver is named in the configuration; <code>tessera doctor SERVER_NAME</code> \
         examines any.</p>"
            .to_owned()
    } else {
        format!("<div class=\"buttons\">{buttons}</div>")
    };
    format!(
        "<section class=\"card\" id=\"doctor\"><h2>Examine a homeserver</h2>\
         <p>Walks the way that its users take to this server: DNS, TLS, well-known, OpenID, media \
         and our own pages.</p>{buttons}{found}</section>"
    )
}

fn too_slow(command: &str) -> String {
    format!("That took too long. \"{command}\" on the command line takes its time.")
}

fn status(found: &str) -> String {
    match found {
        "" => String::new(),
        found => format!("<p role=\"status\"><strong>{}</strong></p>", text(found)),
    }
}

fn report(report: &Report) -> String {
    let steps: String = report
        .steps
        .iter()
        .map(|(step, state)| {
            let detail = match state {
                State::Ok { found } => format!("<p>{}</p>", text(found)),
                State::Warning(found) | State::Failed(found) => {
                    problem(&found.to_string(), &found.remedy())
                }
                State::Skipped { because } => format!("<p>It needs “{}”.</p>", because.name()),
            };
            let (badge, name) = (badge(state.word()), step.name());
            format!("<li>{badge} <strong>{name}</strong><div>{detail}</div></li>")
        })
        .collect();
    format!("{}<ol>{steps}</ol>", status(&report.summary()))
}
