//! Makes a described pack fit for our limits: texts are cleaned, shortcodes made unique, and what
//! is too long is refused by name rather than cut in silence. Pure functions, called by the
//! pipeline before any picture is touched.

use std::collections::HashSet;

use tessera_protocol::limits;

use super::{FileError, ImportError, ImportedPack, ImportedSticker};
use crate::packs::{Sticker, licence::Licence, pack::Title, text, words};

/// Cleans and checks `pack`. Stickers at fault move to `pack.broken`.
///
/// # Errors
/// When the pack as a whole is at fault.
pub fn check(pack: &mut ImportedPack) -> Result<(), ImportError> {
    check_with(pack, clean)
}

/// The same for a pack that is being made: its stickers may lack alt text.
///
/// # Errors
/// When the pack as a whole is at fault.
pub fn check_draft(pack: &mut ImportedPack) -> Result<(), ImportError> {
    check_with(pack, clean_draft)
}

fn check_with(pack: &mut ImportedPack, clean: fn(&mut ImportedSticker)) -> Result<(), ImportError> {
    if pack.stickers.len() > limits::STICKERS_PER_PACK {
        let (count, limit) = (pack.stickers.len(), limits::STICKERS_PER_PACK);
        return Err(ImportError::Malformed(format!(
            "the pack has {count} stickers; {limit} are allowed, so split it"
        )));
    }
    if let Some(id) = &pack.id
        && !limits::is_pack_id(id)
    {
        return Err(ImportError::Malformed(format!(
            "the pack's id `{id}` is not 1 to {} of a-z 0-9 . _ -, beginning with a letter or digit",
            limits::PACK_ID_CHARS
        )));
    }
    pack.name = text::clean(&pack.name);
    for title in &mut pack.titles {
        title.text = text::clean(&title.text);
        if !text::is_language(&title.language) {
            let text = format!("`{}` is no language tag such as en or pt-BR", title.language);
            return Err(ImportError::Malformed(text));
        }
    }
    pack.titles.retain(|title| !title.text.is_empty());
    if pack.titles.is_empty() {
        let name = if pack.name.is_empty() { "Stickers".to_owned() } else { pack.name.clone() };
        pack.titles.push(Title { language: "und".into(), text: name });
    }
    let optional = |value: &Option<String>| {
        value.as_deref().map(text::clean).filter(|value| !value.is_empty())
    };
    pack.author = optional(&pack.author);
    pack.attribution = optional(&pack.attribution);
    pack.licence = optional(&pack.licence).map(|text| Licence::read(&text).as_str().to_owned());
    let named = pack.titles.iter().map(|title| ("title", Some(&title.text)));
    let texts = [
        ("author", pack.author.as_ref()),
        ("attribution", pack.attribution.as_ref()),
        ("licence", pack.licence.as_ref()),
    ];
    for (what, value) in named.chain(texts) {
        if value.is_some_and(|value| value.chars().count() > limits::TITLE_CHARS) {
            let limit = limits::TITLE_CHARS;
            let text = format!("the pack's {what} has more than {limit} characters");
            return Err(ImportError::Malformed(text));
        }
    }

    if let Some(tags) = &mut pack.tags {
        *tags = checked_tags(tags)?;
    }
    check_languages(pack.languages.as_deref().unwrap_or_default())?;

    let mut taken = HashSet::new();
    let mut good = Vec::with_capacity(pack.stickers.len());
    for mut sticker in std::mem::take(&mut pack.stickers) {
        clean(&mut sticker);
        if let Some(reason) = fault(&sticker.body, &sticker.emoji, &sticker.tags) {
            pack.broken.push(FileError::new(sticker.name, reason));
            continue;
        }
        sticker.shortcode = text::unique(&sticker.shortcode, &taken);
        taken.insert(sticker.shortcode.clone());
        good.push(sticker);
    }
    pack.stickers = good;
    Ok(())
}

/// A pack's tags as they are kept: in lower case, each once.
///
/// # Errors
/// When there are too many, or one is too long.
pub fn checked_tags(tags: &[String]) -> Result<Vec<String>, ImportError> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags.iter().map(|tag| words::tag_key(&text::clean(tag))) {
        if tag.chars().count() > limits::TAG_CHARS {
            let text = format!("the tag `{tag}` has more than {} characters", limits::TAG_CHARS);
            return Err(ImportError::Malformed(text));
        }
        if !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    if kept.len() > limits::PACK_TAGS {
        let text = format!("the pack has more than {} tags", limits::PACK_TAGS);
        return Err(ImportError::Malformed(text));
    }
    Ok(kept)
}

/// Looks at the languages of a pack's stickers.
///
/// # Errors
/// When there are too many, or one is none.
pub fn check_languages(languages: &[String]) -> Result<(), ImportError> {
    if let Some(language) = languages.iter().find(|language| !text::is_language(language)) {
        let text = format!("`{language}` is no language tag such as en or pt-BR");
        return Err(ImportError::Malformed(text));
    }
    if languages.len() > limits::PACK_TAGS {
        let text = format!("the pack has more than {} languages", limits::PACK_TAGS);
        return Err(ImportError::Malformed(text));
    }
    Ok(())
}

/// Cleans the texts of a sticker that is being made, whose alt text may be empty.
///
/// # Errors
/// With what is too long, or too much.
pub fn check_texts(sticker: &mut Sticker) -> Result<(), String> {
    sticker.body = text::clean(&sticker.body);
    (sticker.emoji, sticker.tags) = cleaned_lists(&sticker.emoji, &sticker.tags);
    fault(&sticker.body, &sticker.emoji, &sticker.tags).map_or(Ok(()), Err)
}

fn clean(sticker: &mut ImportedSticker) {
    clean_draft(sticker);
    if sticker.body.is_empty() {
        let emoji = sticker.emoji.first();
        sticker.body = emoji.unwrap_or(&sticker.shortcode).clone();
    }
}

fn clean_draft(sticker: &mut ImportedSticker) {
    if !limits::is_shortcode(&sticker.shortcode) {
        sticker.shortcode = text::shortcode(&sticker.shortcode);
    }
    sticker.body = text::clean(&sticker.body);
    (sticker.emoji, sticker.tags) = cleaned_lists(&sticker.emoji, &sticker.tags);
}

fn cleaned_lists(emoji: &[String], tags: &[String]) -> (Vec<String>, Vec<String>) {
    // The library separates emoji by spaces and tags by commas.
    let emoji = emoji
        .iter()
        .flat_map(|emoji| text::clean(emoji).split(' ').map(String::from).collect::<Vec<_>>());
    let tags = tags.iter().map(|tag| text::clean(&tag.replace(',', " ")));
    (distinct(emoji), distinct(tags))
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    values.filter(|value| !value.is_empty() && seen.insert(value.clone())).collect()
}

fn fault(body: &str, emoji: &[String], tags: &[String]) -> Option<String> {
    if body.chars().count() > limits::BODY_CHARS {
        return Some(format!("its text has more than {} characters", limits::BODY_CHARS));
    }
    if emoji.len() > limits::EMOJI {
        return Some(format!("it has more than {} emoji", limits::EMOJI));
    }
    if emoji.iter().any(|emoji| emoji.chars().count() > limits::TAG_CHARS) {
        return Some("one of its emoji is no emoji".into());
    }
    if tags.len() > limits::TAGS {
        return Some(format!("it has more than {} tags", limits::TAGS));
    }
    if tags.iter().any(|tag| tag.chars().count() > limits::TAG_CHARS) {
        return Some(format!("one of its tags has more than {} characters", limits::TAG_CHARS));
    }
    None
}
