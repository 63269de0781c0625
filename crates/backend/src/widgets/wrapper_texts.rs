//! The few words of a wrapper, in the five languages of the app.

/// What a wrapper says. `{party}` is who runs the page.
pub struct Words {
    /// The language.
    pub language: &'static str,
    /// The direction it is written in.
    pub direction: &'static str,
    /// Who will see what.
    pub notice: &'static str,
    /// The same where the page opens in a tab.
    pub notice_tab: &'static str,
    /// Shows the page here.
    pub show: &'static str,
    /// Opens it in a tab.
    pub open: &'static str,
    /// The heading where there is nothing to show.
    pub nothing_title: &'static str,
    /// What to do then.
    pub nothing: &'static str,
}

const WORDS: [Words; 5] = [
    Words {
        language: "en",
        direction: "ltr",
        notice: "When you show this, {party} sees your IP address and may set cookies.",
        notice_tab: "When you open this, {party} sees your IP address and may set cookies.",
        show: "Show",
        open: "Open in a new tab",
        nothing_title: "Nothing to show",
        nothing: "This widget's address is not one that can be shown. Ask who added it to edit it.",
    },
    Words {
        language: "de",
        direction: "ltr",
        notice: "Wenn du das anzeigst, sieht {party} deine IP-Adresse und kann Cookies setzen.",
        notice_tab: "Wenn du das öffnest, sieht {party} deine IP-Adresse und kann Cookies setzen.",
        show: "Anzeigen",
        open: "In neuem Tab öffnen",
        nothing_title: "Nichts anzuzeigen",
        nothing: "Die Adresse dieses Widgets kann nicht angezeigt werden. Wer es hinzugefügt hat, kann es bearbeiten.",
    },
    Words {
        language: "fr",
        direction: "ltr",
        notice: "Si vous l’affichez, {party} voit votre adresse IP et peut déposer des cookies.",
        notice_tab: "Si vous l’ouvrez, {party} voit votre adresse IP et peut déposer des cookies.",
        show: "Afficher",
        open: "Ouvrir dans un nouvel onglet",
        nothing_title: "Rien à afficher",
        nothing: "L’adresse de ce widget ne peut pas être affichée. La personne qui l’a ajouté peut le modifier.",
    },
    Words {
        language: "es",
        direction: "ltr",
        notice: "Si lo muestras, {party} ve tu dirección IP y puede guardar cookies.",
        notice_tab: "Si lo abres, {party} ve tu dirección IP y puede guardar cookies.",
        show: "Mostrar",
        open: "Abrir en otra pestaña",
        nothing_title: "Nada que mostrar",
        nothing: "La dirección de este widget no se puede mostrar. Quien lo añadió puede editarlo.",
    },
    Words {
        language: "ar",
        direction: "rtl",
        notice: "عند عرض هذا يرى {party} عنوان IP الخاص بك وقد يحفظ ملفات تعريف ارتباط.",
        notice_tab: "عند فتح هذا يرى {party} عنوان IP الخاص بك وقد يحفظ ملفات تعريف ارتباط.",
        show: "عرض",
        open: "فتح في علامة تبويب جديدة",
        nothing_title: "لا شيء للعرض",
        nothing: "لا يمكن عرض عنوان هذه الأداة. اطلب ممن أضافها تعديلها.",
    },
];

/// The words for the first known of these languages, such as `de-AT`; else English.
pub fn words<'a>(languages: impl IntoIterator<Item = &'a str>) -> &'static Words {
    let known = |tag: &str| {
        let language = tag.trim().split(['-', '_', ';']).next().unwrap_or_default();
        WORDS.iter().find(|words| words.language.eq_ignore_ascii_case(language))
    };
    languages.into_iter().find_map(known).unwrap_or(&WORDS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_is_taken_and_every_notice_names_the_party() {
        assert_eq!(words(["tlh", "de-AT", "fr"]).language, "de");
        assert_eq!(words(["$org.matrix.msc2873.client_language"]).language, "en");
        for words in &WORDS {
            assert!(words.notice.contains("{party}") && words.notice_tab.contains("{party}"));
        }
    }
}
