//! What the page of a pack says besides the pack, in the five languages of the app.

/// The words of one language.
pub(super) struct Words {
    /// The language.
    pub(super) language: &'static str,
    /// Before who drew it.
    pub(super) author: &'static str,
    /// Before how many stickers there are.
    pub(super) stickers: &'static str,
    /// Before the licence.
    pub(super) licence: &'static str,
    /// Where no licence is stated.
    pub(super) unstated: &'static str,
    /// Before what a copy has to say about its origin.
    pub(super) attribution: &'static str,
    /// How to have the pack, at the server called `{name}`.
    pub(super) how: &'static str,
}

const WORDS: [Words; 5] = [
    Words {
        language: "en",
        author: "By",
        stickers: "Stickers",
        licence: "Licence",
        unstated: "not stated: ask before you use it elsewhere",
        attribution: "Credit",
        how: "To send these stickers, open the stickers of {name} in your Matrix client and add the pack.",
    },
    Words {
        language: "de",
        author: "Von",
        stickers: "Sticker",
        licence: "Lizenz",
        unstated: "nicht angegeben: frage, bevor du sie anderswo verwendest",
        attribution: "Nennung",
        how: "Um diese Sticker zu senden, öffne in deinem Matrix-Client die Sticker von {name} und füge das Paket hinzu.",
    },
    Words {
        language: "fr",
        author: "Par",
        stickers: "Stickers",
        licence: "Licence",
        unstated: "non précisée : demande avant de les utiliser ailleurs",
        attribution: "Mention",
        how: "Pour envoyer ces stickers, ouvre les stickers de {name} dans ton client Matrix et ajoute le pack.",
    },
    Words {
        language: "es",
        author: "De",
        stickers: "Stickers",
        licence: "Licencia",
        unstated: "no indicada: pregunta antes de usarlos en otro lugar",
        attribution: "Créditos",
        how: "Para enviar estos stickers, abre los stickers de {name} en tu cliente Matrix y añade el paquete.",
    },
    Words {
        language: "ar",
        author: "من",
        stickers: "الملصقات",
        licence: "الترخيص",
        unstated: "غير مذكور: اسأل قبل استخدامها في مكان آخر",
        attribution: "الإسناد",
        how: "لإرسال هذه الملصقات، افتح ملصقات {name} في عميل Matrix وأضف الحزمة.",
    },
];

impl Words {
    /// The words for a reader of the first of these languages that there are words in.
    pub(super) fn best(wanted: &[&str]) -> &'static Self {
        let of = |tag: &&str| {
            let primary = tag.trim().split(['-', ';']).next().unwrap_or_default();
            WORDS.iter().find(|words| words.language.eq_ignore_ascii_case(primary))
        };
        let [english, ..] = &WORDS;
        wanted.iter().find_map(of).unwrap_or(english)
    }

    /// Where its lines begin.
    pub(super) fn direction(&self) -> &'static str {
        if self.language == "ar" { "rtl" } else { "ltr" }
    }
}
