//! What `tessera packs` prints.

use crate::{
    packs::{Pack, import::Outcome, licence::Licence},
    storage::{Result, Storage},
};

/// Prints a line a pack.
pub(super) async fn list(storage: &Storage) -> Result<()> {
    let packs = storage.packs().await?;
    if packs.is_empty() {
        println!("There are no packs. Import one with `tessera packs import PATH`.");
    }
    for pack in packs {
        let stickers = storage.stickers(&pack.id).await?;
        let waiting = stickers.iter().filter(|sticker| sticker.image.mxc_uri.is_none()).count();
        let mut notes = vec![count(stickers.len(), "sticker")];
        notes.extend((waiting > 0).then(|| format!("{waiting} not uploaded")));
        notes.extend((!pack.published).then(|| "hidden".to_owned()));
        notes.extend(pack.is_default.then(|| "default".to_owned()));
        println!("{:24} {} ({})", pack.id, pack.title(), notes.join(", "));
    }
    Ok(())
}

/// Prints a pack and its stickers.
pub(super) async fn show(storage: &Storage, pack: &Pack) -> Result<()> {
    for title in &pack.titles {
        println!("{} [{}]", title.text, title.language);
    }
    let field = |name: &str, value: &str| println!("{name:12} {value}");
    field("id", &pack.id);
    field("author", pack.author.as_deref().unwrap_or("not stated"));
    field("attribution", pack.attribution.as_deref().unwrap_or("none"));
    field("licence", &Licence::read(&pack.licence).described());
    field("source", pack.source.as_deref().unwrap_or("unknown"));
    field("published", if pack.published { "yes" } else { "no" });
    field("default", if pack.is_default { "yes" } else { "no" });
    field("revision", &pack.revision.to_string());
    for sticker in storage.stickers(&pack.id).await? {
        let image = &sticker.image;
        let moves = if image.animated { ", animated" } else { "" };
        let uploaded = image.mxc_uri.as_deref().unwrap_or("not uploaded");
        println!("\n{} {}", sticker.shortcode, sticker.emoji.join(" "));
        println!("  {}", sticker.body);
        if !sticker.tags.is_empty() {
            println!("  tags: {}", sticker.tags.join(", "));
        }
        println!("  {} {} × {}, {} bytes{moves}", image.mimetype, image.w, image.h, image.size);
        println!("  {uploaded}");
    }
    Ok(())
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
