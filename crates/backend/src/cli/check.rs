//! `tessera check`: whether the configuration can be used, what clients have to be told so that they
//! find this server, and whether that is what is served where they look.

use std::{fmt::Write as _, process::ExitCode};

use serde_json::Value;

use crate::{
    config::Config,
    setup::{
        Documents, Setup,
        served::{CLIENT_WELL_KNOWN, Seen},
        wrong::Wrong,
    },
};

/// `tessera check`; the configuration was read, so it is fine.
///
/// # Errors
/// When TLS or DNS cannot be set up.
pub(super) async fn run(config: &Config, offline: bool) -> anyhow::Result<ExitCode> {
    println!("The configuration is fine.");
    let setup = config.setup();
    let Some(documents) = setup.documents() else {
        println!(
            "\nSet `public_url` to the address that users reach Tessera at, and this command prints \
             what clients have to be told."
        );
        return Ok(ExitCode::SUCCESS);
    };
    print!("{}", told(&setup, documents));
    if config.operator_token.is_some() {
        println!("\nThe same as a page: {}setup", documents.ui_url());
    }
    if offline {
        return Ok(ExitCode::SUCCESS);
    }
    let doctor = super::doctor::of(config)?;
    let seen = doctor.visitor().visit_all(&setup).await;
    print!("{}", served(&setup, &seen));
    let wrong = seen.iter().any(|seen| !seen.wrong.is_empty());
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn pretty(document: &Value) -> String {
    // A value that was made here has a text.
    serde_json::to_string_pretty(document).unwrap_or_default()
}

/// What clients have to be told.
fn told(setup: &Setup, documents: Documents<'_>) -> String {
    let at = |places: Vec<String>, otherwise: &str| match places.is_empty() {
        true => otherwise.to_owned(),
        false => places.join("\n   "),
    };
    let homeservers = setup.homeservers.iter();
    let homeservers = at(
        homeservers.map(|server| format!("https://{server}{CLIENT_WELL_KNOWN}")).collect(),
        "https://YOUR.HOMESERVER/.well-known/matrix/client",
    );
    let elements = setup.element_urls.iter();
    let elements = at(
        elements.map(|url| format!("{}/config.json", url.as_str().trim_end_matches('/'))).collect(),
        "https://YOUR.ELEMENT/config.json",
    );
    let mut text = String::new();
    let _ = write!(
        text,
        "\n1. The homeserver's well-known has, besides what is there already:\n   {homeservers}\n\n\
         {}\n\n\
         2. Element's configuration has, besides what is there already:\n   {elements}\n\n\
         {}\n\n\
         3. If Element has the module widget-lifecycle, the picker opens without questions with, in \
         the same file:\n\n\
         {}\n\n\
         4. Tessera sends its headers itself. Only a reverse proxy that sets some of its own sends \
         this one for Tessera, and no X-Frame-Options:\n\n\
         {}\n",
        pretty(&documents.well_known()),
        pretty(&documents.element_config()),
        pretty(&documents.widget_lifecycle()),
        documents.proxy_headers(),
    );
    text
}

/// What is served.
fn served(setup: &Setup, seen: &[Seen]) -> String {
    let mut text = String::from("\nWhat is served:\n\n");
    for Seen { url, wrong, .. } in seen {
        let word = if wrong.is_empty() { "ok" } else { "WRONG" };
        let _ = writeln!(text, "  {word:<6} {url}");
        for (at, each) in wrong.iter().enumerate() {
            let _ = writeln!(text, "         {each}");
            let next = wrong.get(at.saturating_add(1)).map(Wrong::remedy);
            let remedy = each.remedy();
            if next.as_ref() != Some(&remedy) {
                let _ = writeln!(text, "         → {remedy}");
            }
        }
    }
    for (none, setting) in [
        (setup.homeservers.is_empty(), "No homeserver is named (`allow_servers`, `homeservers`)"),
        (setup.element_urls.is_empty(), "No Element is named (`element_urls`)"),
    ] {
        if none {
            let _ = writeln!(text, "  {setting}, so none was looked at.");
        }
    }
    let wrong = seen.iter().filter(|seen| !seen.wrong.is_empty()).count();
    let _ = match wrong {
        0 => writeln!(text, "\nAll that was looked at is as it has to be."),
        1 => writeln!(text, "\n1 place is not as it has to be."),
        n => writeln!(text, "\n{n} places are not as they have to be."),
    };
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::setup::{difference::Difference, served::Place};

    #[test]
    fn the_operators_guide_has_what_is_printed_for_its_configuration() {
        let guide = include_str!("../../../../docs/operators.md");
        let (_, rest) = guide.split_once("```toml\n").unwrap();
        let (toml, _) = rest.split_once("```").unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(toml.as_bytes()).unwrap();
        let setup = Config::load(Some(&file.path().to_path_buf())).unwrap().setup();
        let told = told(&setup, setup.documents().unwrap());
        assert!(guide.contains(&told), "docs/operators.md has to have:\n{told}");
    }

    #[test]
    fn a_remedy_is_said_once_for_all_that_it_helps_with() {
        let missing = |key| Wrong::Difference(Difference::Missing { key });
        let url = "https://chat.example/config.json".parse().unwrap();
        let wrong = vec![missing("a"), missing("b"), Wrong::NoCors];
        let seen = [Seen { place: Place::ElementConfig, url, wrong }];
        let expected = "\nWhat is served:\n\n\
            \x20 WRONG  https://chat.example/config.json\n\
            \x20        `a` is missing\n\
            \x20        `b` is missing\n\
            \x20        → Put in what `tessera check` prints for it.\n\
            \x20        it has no `Access-Control-Allow-Origin`, so browsers keep it from Element\n\
            \x20        → Send `Access-Control-Allow-Origin: *` with it.\n\
            \x20 No homeserver is named (`allow_servers`, `homeservers`), so none was looked at.\n\
            \x20 No Element is named (`element_urls`), so none was looked at.\n\
            \n1 place is not as it has to be.\n";
        assert_eq!(served(&Setup::default(), &seen), expected);
    }
}
