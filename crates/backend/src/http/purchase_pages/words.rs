//! What those pages say, in the five languages of the app.

/// The words of one language. `{name}` is what the operator calls this server.
pub(super) struct Words {
    pub(super) language: &'static str,
    /// Paid, and handed over.
    pub(super) paid: &'static str,
    /// Not known yet.
    pub(super) open: &'static str,
    /// It came to nothing.
    pub(super) failed: &'static str,
    /// The money is on its way back.
    pub(super) refunded: &'static str,
    /// The checkout was left.
    pub(super) left: &'static str,
    /// There is no such checkout.
    pub(super) unknown: &'static str,
    /// What to do with a gift's code.
    pub(super) gift: &'static str,
}

const WORDS: [Words; 5] = [
    Words {
        language: "en",
        paid: "Paid. The sticker pack is in your library: close this page and go back to your Matrix client.",
        open: "The payment is being checked. This may take a moment; some ways to pay take days. You can close this page: the stickers come by themselves.",
        failed: "The payment did not succeed. Nothing was taken. You can try again in your Matrix client.",
        refunded: "The pack could not be handed over, so your money is on its way back.",
        left: "You left without paying. Close this page and go back to your Matrix client; you can pay later from there.",
        unknown: "There is no such purchase here. If you paid, your stickers come by themselves; look at your purchases in your Matrix client.",
        gift: "Somebody gives you a sticker pack! In your Matrix client, open the stickers of {name}, choose “Purchases”, and enter this code:",
    },
    Words {
        language: "de",
        paid: "Bezahlt. Das Stickerpaket ist in deiner Sammlung: Schließe diese Seite und geh zurück zu deinem Matrix-Client.",
        open: "Die Zahlung wird geprüft. Das kann einen Moment dauern, bei manchen Zahlungsarten Tage. Du kannst diese Seite schließen: Die Sticker kommen von selbst.",
        failed: "Die Zahlung war nicht erfolgreich. Es wurde nichts abgebucht. Du kannst es in deinem Matrix-Client erneut versuchen.",
        refunded: "Das Paket konnte nicht übergeben werden, darum ist dein Geld auf dem Rückweg.",
        left: "Du hast nicht bezahlt. Schließe diese Seite und geh zurück zu deinem Matrix-Client; von dort kannst du später bezahlen.",
        unknown: "Diesen Kauf gibt es hier nicht. Wenn du bezahlt hast, kommen die Sticker von selbst; sieh in deinem Matrix-Client bei den Käufen nach.",
        gift: "Jemand schenkt dir ein Stickerpaket! Öffne in deinem Matrix-Client die Sticker von {name}, wähle „Käufe“ und gib diesen Code ein:",
    },
    Words {
        language: "fr",
        paid: "Payé. Le pack de stickers est dans votre collection : fermez cette page et retournez à votre client Matrix.",
        open: "Le paiement est en cours de vérification. Cela peut prendre un moment, voire des jours selon le moyen de paiement. Vous pouvez fermer cette page : les stickers arriveront d’eux-mêmes.",
        failed: "Le paiement n’a pas abouti. Rien n’a été débité. Vous pouvez réessayer dans votre client Matrix.",
        refunded: "Le pack n’a pas pu être remis : votre argent vous est renvoyé.",
        left: "Vous êtes parti sans payer. Fermez cette page et retournez à votre client Matrix ; vous pourrez payer plus tard.",
        unknown: "Cet achat n’existe pas ici. Si vous avez payé, les stickers arriveront d’eux-mêmes ; consultez vos achats dans votre client Matrix.",
        gift: "On vous offre un pack de stickers ! Dans votre client Matrix, ouvrez les stickers de {name}, choisissez « Achats » et saisissez ce code :",
    },
    Words {
        language: "es",
        paid: "Pagado. El paquete de stickers está en tu colección: cierra esta página y vuelve a tu cliente de Matrix.",
        open: "Se está comprobando el pago. Puede tardar un momento; algunas formas de pago tardan días. Puedes cerrar esta página: los stickers llegarán solos.",
        failed: "El pago no se completó. No se cobró nada. Puedes intentarlo de nuevo en tu cliente de Matrix.",
        refunded: "No se pudo entregar el paquete, así que tu dinero está de vuelta en camino.",
        left: "Saliste sin pagar. Cierra esta página y vuelve a tu cliente de Matrix; podrás pagar más tarde desde allí.",
        unknown: "Esta compra no existe aquí. Si pagaste, los stickers llegarán solos; mira tus compras en tu cliente de Matrix.",
        gift: "¡Alguien te regala un paquete de stickers! En tu cliente de Matrix, abre los stickers de {name}, elige «Compras» e introduce este código:",
    },
    Words {
        language: "ar",
        paid: "تم الدفع. حزمة الملصقات في مكتبتك: أغلق هذه الصفحة وعد إلى تطبيق Matrix.",
        open: "يجري التحقق من الدفع. قد يستغرق ذلك لحظة، وبعض طرق الدفع تستغرق أيامًا. يمكنك إغلاق هذه الصفحة: ستصل الملصقات وحدها.",
        failed: "لم ينجح الدفع، ولم يُخصم شيء. يمكنك المحاولة مرة أخرى في تطبيق Matrix.",
        refunded: "تعذر تسليم الحزمة، لذلك أُعيدت أموالك إليك.",
        left: "غادرت دون دفع. أغلق هذه الصفحة وعد إلى تطبيق Matrix؛ يمكنك الدفع لاحقًا من هناك.",
        unknown: "لا توجد عملية شراء كهذه هنا. إن كنت قد دفعت فستصل الملصقات وحدها؛ راجع مشترياتك في تطبيق Matrix.",
        gift: "أهداك أحدهم حزمة ملصقات! في تطبيق Matrix افتح ملصقات {name} واختر «المشتريات» وأدخل هذا الرمز:",
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
}
