//! What `tessera packs` prints. Called by the commands; written at once, and a reader that has seen
//! enough (`| head`) is no error.

use std::{fmt::Write as _, io::Write as _};

use tessera_protocol::{moderation::PackState, pack::Rating};
use time::OffsetDateTime;

use crate::{
    packs::{Pack, import::Outcome, licence::Licence},
    storage::{Result, Storage},
};

/// Prints a line a pack.
pub(super) async fn list(storage: &Storage) -> Result<()> {
    let mut out = String::new();
    let packs = storage.packs().await?;
    if packs.is_empty() {
        line(
            &mut out,
            format_args!("There are no packs. Import one with `tessera packs import PATH`."),
        );
    }
    for pack in packs {
        let stickers = storage.stickers(&pack.id).await?;
        let waiting = stickers.iter().filter(|sticker| sticker.original().is_none()).count();
        let mut notes = vec![count(stickers.len(), "sticker")];
        notes.extend((waiting > 0).then(|| format!("{waiting} not uploaded")));
        notes.extend((!pack.is_published()).then(|| state(pack.state.name()).to_owned()));
        notes.extend((pack.rating == Rating::Mature).then(|| "mature".to_owned()));
        notes.extend(pack.is_default.then(|| "default".to_owned()));
        line(&mut out, format_args!("{:24} {} ({})", pack.id, pack.title(), notes.join(", ")));
    }
    print(&out);
    Ok(())
}

/// Prints a pack and its stickers.
pub(super) async fn show(storage: &Storage, pack: &Pack) -> Result<()> {
    let mut out = String::new();
    for title in &pack.titles {
        line(&mut out, format_args!("{} [{}]", title.text, title.language));
    }
    let mut field = |name: &str, value: &str| line(&mut out, format_args!("{name:12} {value}"));
    field("id", &pack.id);
    field("author", pack.author.as_deref().unwrap_or("not stated"));
    field("attribution", pack.attribution.as_deref().unwrap_or("none"));
    field("licence", &Licence::read(&pack.licence).described());
    field("source", pack.source.as_deref().unwrap_or("unknown"));
    field("state", state(pack.state.name()));
    if let Some(reason) = pack.state.reason() {
        field("because", reason);
    }
    field("rating", pack.rating.as_str());
    field("tags", &pack.tags.join(", "));
    field("languages", &pack.primary_languages().join(", "));
    field("default", if pack.is_default { "yes" } else { "no" });
    field("revision", &pack.revision.to_string());
    for sticker in storage.stickers(&pack.id).await? {
        let image = &sticker.image;
        let moves = if image.animated { ", animated" } else { "" };
        let uploaded = sticker.original().unwrap_or("not uploaded");
        line(&mut out, format_args!("\n{} {}", sticker.shortcode, sticker.emoji.join(" ")));
        line(&mut out, format_args!("  {}", sticker.body));
        if !sticker.tags.is_empty() {
            line(&mut out, format_args!("  tags: {}", sticker.tags.join(", ")));
        }
        line(
            &mut out,
            format_args!(
                "  {} {} × {}, {} bytes{moves}",
                image.mimetype, image.w, image.h, image.size
            ),
        );
        line(&mut out, format_args!("  {uploaded}"));
    }
    print(&out);
    Ok(())
}

/// A state, for people.
pub(super) const fn state(name: PackState) -> &'static str {
    match name {
        PackState::Draft => "a draft",
        PackState::InReview => "in review",
        PackState::Published => "published",
        PackState::Rejected => "rejected",
        PackState::Withdrawn => "withdrawn",
        PackState::TakenDown => "taken down",
    }
}

/// Prints a line a decision.
pub(super) async fn log(storage: &Storage, pack_id: Option<&str>) -> Result<()> {
    let mut out = String::new();
    for decision in storage.decisions(pack_id, 0, u32::MAX).await? {
        let seconds = i64::try_from(decision.decided_ts / 1000).unwrap_or_default();
        let time =
            OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (date, (hour, minute, _)) = (time.date(), time.to_hms());
        line(
            &mut out,
            format_args!(
                "{date} {hour:02}:{minute:02} UTC  {:24} {} → {}, by {}: {}",
                decision.pack_id,
                state(decision.before),
                state(decision.after),
                if decision.operator.is_empty() { "?" } else { &decision.operator },
                if decision.reason.is_empty() { "no reason given" } else { &decision.reason },
            ),
        );
        if let Some(appeal) = decision.appeal {
            line(&mut out, format_args!("  appeal: {appeal}"));
        }
    }
    print(&out);
    Ok(())
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes any text.
    let _ = writeln!(out, "{text}");
}

fn print(out: &str) {
    let _ = std::io::stdout().write_all(out.as_bytes());
}

/// Prints what came of an import.
pub(super) fn outcome(outcome: &Outcome, dry_run: bool) {
    let pack = &outcome.pack;
    let verb = match (dry_run, outcome.is_new, outcome.difference.is_empty()) {
        (_, _, true) => "is unchanged",
        (true, true, _) => "would be imported",
        (true, false, _) => "would be updated",
        (false, true, _) => "is imported",
        (false, false, _) => "is updated",
    };
    println!("{} (\"{}\") {verb}", pack.id, pack.title());
    println!("{}", outcome.difference);
    for file in &outcome.left_out {
        println!("  left out: {file}");
    }
    for note in &outcome.notes {
        println!("  note: {note}");
    }
    if pack.licence.is_empty() {
        println!("  note: no licence is stated; set `licence` in pack.toml");
    } else if let Licence::Text(text) = Licence::read(&pack.licence) {
        println!("  note: the licence \"{text}\" is no SPDX expression and is kept as free text");
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
