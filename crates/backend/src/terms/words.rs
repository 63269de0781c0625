//! The few words of the terms' pages, in the five languages of the app. The documents themselves
//! may be in any language.

/// What a page says besides the operator's text.
pub(super) struct Words {
    /// The language.
    pub(super) language: &'static str,
    /// Before the version's name.
    pub(super) version: &'static str,
    /// Said of a version that is no longer the current one.
    pub(super) outdated: &'static str,
    /// Names the list of languages.
    pub(super) languages: &'static str,
    /// Names the list of older versions.
    pub(super) versions: &'static str,
    /// Leads to what changed since `{version}`.
    pub(super) changes: &'static str,
    /// Leads to the whole text.
    pub(super) whole: &'static str,
    /// Before what is new, for those who do not see it.
    pub(super) added: &'static str,
    /// Before what is gone, for those who do not see it.
    pub(super) removed: &'static str,
    /// Stands for what stayed the same.
    pub(super) unchanged: &'static str,
    /// Where nothing at all changed.
    pub(super) same: &'static str,
}

const WORDS: [Words; 5] = [
    Words {
        language: "en",
        version: "Version",
        outdated: "This is an older version.",
        languages: "Languages",
        versions: "Other versions",
        changes: "What changed since version {version}",
        whole: "The whole text",
        added: "Added:",
        removed: "Removed:",
        unchanged: "Unchanged",
        same: "Nothing changed in this language.",
    },
    Words {
        language: "de",
        version: "Fassung",
        outdated: "Das ist eine ältere Fassung.",
        languages: "Sprachen",
        versions: "Andere Fassungen",
        changes: "Was sich seit Fassung {version} geändert hat",
        whole: "Der ganze Text",
        added: "Neu:",
        removed: "Entfallen:",
        unchanged: "Unverändert",
        same: "In dieser Sprache hat sich nichts geändert.",
    },
    Words {
        language: "fr",
        version: "Version",
        outdated: "Ceci est une ancienne version.",
        languages: "Langues",
        versions: "Autres versions",
        changes: "Ce qui a changé depuis la version {version}",
        whole: "Le texte entier",
        added: "Ajouté :",
        removed: "Supprimé :",
        unchanged: "Inchangé",
        same: "Rien n’a changé dans cette langue.",
    },
    Words {
        language: "es",
        version: "Versión",
        outdated: "Esta es una versión anterior.",
        languages: "Idiomas",
        versions: "Otras versiones",
        changes: "Qué ha cambiado desde la versión {version}",
        whole: "El texto completo",
        added: "Añadido:",
        removed: "Eliminado:",
        unchanged: "Sin cambios",
        same: "No ha cambiado nada en este idioma.",
    },
    Words {
        language: "ar",
        version: "الإصدار",
        outdated: "هذا إصدار أقدم.",
        languages: "اللغات",
        versions: "إصدارات أخرى",
        changes: "ما تغيّر منذ الإصدار {version}",
        whole: "النص الكامل",
        added: "مضاف:",
        removed: "محذوف:",
        unchanged: "بلا تغيير",
        same: "لم يتغيّر شيء في هذه اللغة.",
    },
];

/// The words for a document's language; English where there are none.
pub(super) fn words(language: &str) -> &'static Words {
    let family = language.split(['-', '_']).next().unwrap_or_default();
    WORDS.iter().find(|words| words.language == family).unwrap_or(&WORDS[0])
}

/// Whether a language is written from right to left.
pub(super) fn is_right_to_left(language: &str) -> bool {
    let family = language.split(['-', '_']).next().unwrap_or_default();
    ["ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"].contains(&family)
}
