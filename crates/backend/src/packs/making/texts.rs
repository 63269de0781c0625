//! What is said of packs that users make and of their stickers: cleaned and checked as an import is,
//! but that alt text may be missing for now. Pure; called by `making`.

use std::collections::HashSet;

use tessera_protocol::{
    limits,
    own_packs::{PackChange, StickerChange},
};

use super::{MakeError, Result};
use crate::packs::{
    Pack, Sticker, StickerImage,
    import::{ImportedPack, check},
    pack::Title,
    text,
};

/// The language of a title of which nobody says it.
const UNSAID: &str = "und";

/// The pack after a change.
pub(super) fn described(before: &Pack, change: &PackChange) -> Result<Pack> {
    let title = before.titles.first();
    let said = |new: &Option<String>, old: Option<&str>| new.clone().or(old.map(str::to_owned));
    let text = said(&change.title, title.map(|title| title.text.as_str()));
    let language = said(&change.language, title.map(|title| title.language.as_str()));
    let text = text.map(|text| text::clean(&text)).filter(|text| !text.is_empty());
    let title = Title {
        language: language.unwrap_or_else(|| UNSAID.to_owned()),
        text: text.ok_or(MakeError::NoTitle)?,
    };
    let mut checked = ImportedPack {
        titles: vec![title],
        author: said(&change.author, before.author.as_deref()),
        attribution: said(&change.attribution, before.attribution.as_deref()),
        licence: said(&change.licence, Some(&before.licence)),
        tags: Some(change.tags.clone().unwrap_or_else(|| before.tags.clone())),
        languages: Some(change.languages.clone().unwrap_or_else(|| before.languages.clone())),
        ..ImportedPack::default()
    };
    check::check(&mut checked)?;
    Ok(Pack {
        titles: checked.titles,
        author: checked.author,
        attribution: checked.attribution,
        licence: checked.licence.unwrap_or_default(),
        tags: checked.tags.unwrap_or_default(),
        languages: checked.languages.unwrap_or_default(),
        rating: change.rating.unwrap_or(before.rating),
        visibility: change.visibility.unwrap_or(before.visibility),
        ..before.clone()
    })
}

/// A new sticker beside these.
pub(super) fn new_sticker(
    image: StickerImage,
    change: &StickerChange,
    others: &[Sticker],
) -> Result<Sticker> {
    let taken: HashSet<String> = others.iter().map(|other| other.shortcode.clone()).collect();
    let wanted = text::shortcode(change.body.as_deref().unwrap_or_default());
    let sticker = Sticker {
        shortcode: text::unique(&wanted, &taken),
        body: String::new(),
        emoji: vec![],
        tags: vec![],
        mxc_uri: None,
        image,
    };
    changed_sticker(sticker, change, others)
}

/// The sticker after a change, beside these.
pub(super) fn changed_sticker(
    mut sticker: Sticker,
    change: &StickerChange,
    others: &[Sticker],
) -> Result<Sticker> {
    if let Some(shortcode) = &change.shortcode {
        if !limits::is_shortcode(shortcode) {
            return Err(MakeError::Shortcode);
        }
        if others.iter().any(|other| other.shortcode == *shortcode) {
            return Err(MakeError::ShortcodeTaken(shortcode.clone()));
        }
        sticker.shortcode.clone_from(shortcode);
    }
    for (new, old) in [(&change.emoji, &mut sticker.emoji), (&change.tags, &mut sticker.tags)] {
        if let Some(new) = new {
            old.clone_from(new);
        }
    }
    if let Some(body) = &change.body {
        sticker.body.clone_from(body);
    }
    check::check_texts(&mut sticker).map_err(MakeError::Text)?;
    Ok(sticker)
}
