//! What a picker shows before its code has arrived: the covers of the first packs and the stickers
//! of the very first, as HTML for the picker's page. Called by `library`, which keeps it beside the
//! library it is of.

use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute as escaped;
use tessera_protocol::library::{PackLine, preview_path};

/// Covers in a bar as wide as Element's popup.
const COVERS: usize = 8;
/// Stickers that are in view in Element's popup.
const IN_VIEW: usize = 12;
/// Stickers that are drawn: each costs the slowest phones time, and the app is not far behind.
const DRAWN: usize = 20;

/// The first view of a library; nothing if the library is empty. The titles of the pack are left to
/// the page, which knows the reader's language.
pub(super) fn of(packs: &[PackLine]) -> String {
    let Some(first) = packs.first() else { return String::new() };
    let stills = |pack: &PackLine| -> Vec<String> {
        let ids = pack.previews.lines().filter_map(|previews| previews.split(' ').next());
        ids.map(preview_path).collect()
    };
    let mut html = String::from("<div class=\"bar\">");
    for pack in packs.iter().take(COVERS) {
        if let Some(cover) = stills(pack).first() {
            picture(&mut html, "<i>", cover, "");
        }
    }
    let titles = escaped(&first.titles);
    // Writing to a string does not fail.
    let _ = write!(
        html,
        "</div><div class=\"shelf\"><div class=\"pack\"><div class=\"pack-title\">\
         <span data-titles=\"{titles}\"></span></div><div class=\"grid\">"
    );
    for (index, still) in stills(first).iter().take(DRAWN).enumerate() {
        // Where the popup is small, what is out of view waits for its turn.
        let loading = if index < IN_VIEW { "" } else { " loading=\"lazy\"" };
        picture(&mut html, "<i class=\"sticker\">", still, loading);
    }
    html.push_str("</div></div></div>");
    html
}

fn picture(html: &mut String, tag: &str, source: &str, loading: &str) {
    let source = escaped(source);
    let _ = write!(html, "{tag}<img alt=\"\" src=\"{source}\"{loading}></i>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(titles: &str, stickers: usize) -> PackLine {
        let previews: Vec<String> = (0..stickers).map(|i| format!("{titles}{i} moving")).collect();
        PackLine { titles: titles.into(), previews: previews.join("\n"), ..PackLine::default() }
    }

    #[test]
    fn it_has_the_covers_and_the_first_pack_only() {
        let html = of(&[pack("a", 3), pack("b", 3)]);
        let count = |what: &str| html.matches(what).count();
        assert_eq!(count("<i><img"), 2, "covers");
        assert_eq!(count("class=\"sticker\""), 3);
        assert_eq!(count("/previews/a0.webp"), 2, "as a cover and as a sticker");
        assert_eq!(count("/previews/b1.webp"), 0);
        assert_eq!(count("moving"), 0, "stills only");
    }

    #[test]
    fn what_is_out_of_view_waits_and_a_large_library_is_no_larger_page() {
        let html = of(&vec![pack("a", 1000); 200]);
        assert_eq!(html.matches("<i><img").count(), COVERS);
        assert_eq!(html.matches("class=\"sticker\"").count(), DRAWN);
        assert_eq!(html.matches("lazy").count(), DRAWN - IN_VIEW);
    }

    #[test]
    fn titles_are_other_peoples_and_an_empty_library_has_no_view() {
        let html = of(&[pack("en \"><script>x</script>&", 1)]);
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("data-titles=\"en &quot;"), "{html}");
        assert_eq!(of(&[]), "");
    }
}
