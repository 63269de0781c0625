//! What a buyer is asked to agree to, in each language. A changed text needs a new version: what was
//! agreed is copied into the order.

use tessera_protocol::order::{ConsentAsked, ConsentGiven};

use super::Consent;

/// The wording of now.
const VERSION: &str = "1";

/// Language, what begins at once, what ends with that.
const TEXTS: [(&str, &str, &str); 5] = [
    (
        "en",
        "I ask for the stickers to be made available to me at once, before the withdrawal period ends.",
        "I know that I lose my right of withdrawal as soon as they are made available.",
    ),
    (
        "de",
        "Ich verlange, dass mir die Sticker sofort bereitgestellt werden, noch vor Ablauf der Widerrufsfrist.",
        "Mir ist bekannt, dass mein Widerrufsrecht mit der Bereitstellung erlischt.",
    ),
    (
        "fr",
        "Je demande que les stickers soient mis à ma disposition immédiatement, avant la fin du délai de rétractation.",
        "Je sais que je perds mon droit de rétractation dès qu’ils sont mis à ma disposition.",
    ),
    (
        "es",
        "Solicito que los stickers se pongan a mi disposición de inmediato, antes de que termine el plazo de desistimiento.",
        "Sé que pierdo mi derecho de desistimiento en cuanto se ponen a mi disposición.",
    ),
    (
        "ar",
        "أطلب إتاحة الملصقات لي فورًا قبل انتهاء مهلة العدول عن الشراء.",
        "أعلم أنني أفقد حقي في العدول عن الشراء بمجرد إتاحتها لي.",
    ),
];

/// What is asked of a reader of `language`.
pub(super) fn asked(language: &str) -> ConsentAsked {
    let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let of = |wanted: &str| TEXTS.into_iter().find(|(language, ..)| *language == wanted);
    let (language, at_once, no_withdrawal) = of(&primary).or_else(|| of("en")).unwrap_or_default();
    ConsentAsked {
        version: VERSION.into(),
        language: language.into(),
        at_once: at_once.into(),
        no_withdrawal: no_withdrawal.into(),
    }
}

/// What a buyer agreed to; none if it is not all that is asked, or another wording.
pub(super) fn given(answer: &ConsentGiven) -> Option<Consent> {
    let asked = asked(&answer.language);
    let all = answer.at_once && answer.no_withdrawal;
    (all && answer.version == asked.version && answer.language == asked.language).then(|| Consent {
        text: format!("{} {}", asked.at_once, asked.no_withdrawal),
        version: asked.version,
        language: asked.language,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_asked_in_a_language_and_nothing_less_than_all_is_consent() {
        assert_eq!(asked("de-AT").language, "de");
        assert_eq!(asked("ja").language, "en");
        let asked = asked("ar");
        let whole = ConsentGiven {
            version: asked.version,
            language: asked.language,
            at_once: true,
            no_withdrawal: true,
        };
        let consent = given(&whole).unwrap();
        assert!(
            consent.text.contains(&asked.at_once) && consent.text.contains(&asked.no_withdrawal)
        );
        assert_eq!(given(&ConsentGiven { at_once: false, ..whole.clone() }), None);
        assert_eq!(given(&ConsentGiven { no_withdrawal: false, ..whole.clone() }), None);
        assert_eq!(given(&ConsentGiven { version: "0".into(), ..whole.clone() }), None);
        assert_eq!(given(&ConsentGiven { language: "ja".into(), ..whole }), None);
    }
}
