//! What every stored column is for, and how long what is personal in it is kept. A test walks the
//! schema of both engines against this table, so that a new column cannot be forgotten.

use super::{Result, Storage, on};

/// How long a column's value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Not about a person: kept as long as what it describes.
    NotPersonal,
    /// Until the session ends: by sign-out, or by itself at `expires_ts`.
    Session,
    /// Until the user changes it or is erased.
    Account,
    /// Until [`crate::moderation::REPORTS_KEPT`] after an operator has decided, or the user is erased.
    Report,
    /// Kept for as long as the tax authorities want it (`sales.keep_years`), and 30 days where nothing came
    /// of an order; without the buyer once they are erased.
    Sale,
    /// Until [`crate::orders::FAILED_KEPT`] after it cannot be used any more.
    Voucher,
    /// [`crate::orders::EVENTS_KEPT`].
    Message,
    /// Kept, for decisions have to be accounted for; the operator's name until they are erased.
    Audit,
}

/// One column: where, what for, how long.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub name: &'static str,
    /// Why it is stored.
    pub purpose: &'static str,
    /// How long.
    pub retention: Retention,
}

macro_rules! schema {
    ($($table:ident { $($name:ident $retention:ident $purpose:literal;)* })*) => {
        &[$($(Column {
            table: stringify!($table),
            name: stringify!($name),
            purpose: $purpose,
            retention: Retention::$retention,
        },)*)*]
    };
}

/// Every column that the migrations make.
pub const SCHEMA: &[Column] = schema! {
    sessions {
        token_hash Session "recognises the session's token";
        session_id Session "names the session to its user";
        user_id Session "whose session it is";
        created_ts Session "shown to the user beside the session";
        expires_ts Session "ends the session";
    }
    packs {
        pack_id NotPersonal "names the pack";
        titles NotPersonal "shown to users";
        author NotPersonal "credit that the licence asks for";
        attribution NotPersonal "credit that the licence asks for";
        licence NotPersonal "what may be done with the pack";
        source NotPersonal "updates the pack when it is imported again";
        state NotPersonal "where it stands between its making and its users";
        state_reason NotPersonal "why it was rejected or taken down";
        published NotPersonal "whether users see it; follows from the state";
        tags NotPersonal "finds it";
        languages NotPersonal "finds it";
        rating NotPersonal "keeps what is not for everyone from everyone";
        title_key NotPersonal "sorts it";
        is_default NotPersonal "whether users who made no choice have it";
        position NotPersonal "the catalogue's order";
        revision NotPersonal "tells whether a copy is current";
        created_ts NotPersonal "shown to operators";
        updated_ts NotPersonal "shown to operators";
        kind NotPersonal "tells packs that users made from saved ones and from the operator's";
        owner Account "whose own the pack is, with all that belongs to it, published or not, for none is \
                       sold; null for the operator's";
        visibility NotPersonal "for whom the pack is once it is published";
        audience Account "the homeserver of the owner, where the pack is for its users alone";
        listed NotPersonal "whether the store lists it; follows from state and visibility";
        room Account "tells where stickers of a public room's pack are from (MSC4459)";
        for_sale NotPersonal "keeps it to those who own it";
        version_of NotPersonal "which pack it was when it was sold";
        kept NotPersonal "whether it stays in libraries; follows from the state";
    }
    pack_words {
        pack_id NotPersonal "which pack has the word";
        word NotPersonal "finds the pack in the catalogue";
    }
    previews {
        preview_id NotPersonal "content address";
        bytes NotPersonal "the picture";
    }
    images {
        sha256 NotPersonal "content address";
        bytes NotPersonal "the picture";
        mimetype NotPersonal "how to read it";
        w NotPersonal "how to show it";
        h NotPersonal "how to show it";
        size NotPersonal "how to show it";
        animated NotPersonal "how to show it";
        still NotPersonal "the preview that stands";
        animation NotPersonal "the preview that moves";
        mxc_uri NotPersonal "where the homeserver keeps it";
    }
    stickers {
        pack_id NotPersonal "its pack";
        shortcode NotPersonal "names the sticker";
        position NotPersonal "the pack's order";
        body NotPersonal "alt text";
        emoji NotPersonal "finds it";
        tags NotPersonal "finds it";
        sha256 NotPersonal "its picture";
        mxc_uri Account "where the room of a saved pack keeps the original";
    }
    libraries {
        user_id Account "whose choice it is";
        updated_ts Account "shown in the user's export";
    }
    installations {
        installation_id Account "names the record to its user";
        user_id Account "who set it up";
        kind Account "what it is, to find and undo it";
        room_id Account "where it is, to find and undo it";
        key Account "what names it there";
        type Account "which one it is";
        installed_ts Account "shown to the user";
        updated_ts Account "shown to the user";
    }
    consents {
        user_id Account "who accepted";
        document Account "what was accepted";
        version Account "which version of it";
        language Account "in which language";
        digest Account "proves which text that was";
        accepted_ts Account "when; shown to the user";
        withdrawn_ts Account "keeps what clients remember from bringing it back";
    }
    reports {
        report_id Report "names the report";
        pack_id Report "which pack it is about";
        user_id Report "who says so; counts each user once, and lets an operator ask back";
        reason Report "what is wrong, for the operator to decide";
        details Report "the same in the user's words";
        reported_ts Report "the oldest are decided first";
        decided_ts Report "when an operator has decided";
    }
    decisions {
        decision_id Audit "names the decision";
        pack_id Audit "which pack it was about";
        pack_title Audit "names the pack where it is gone";
        action Audit "what was done";
        state_before Audit "where the pack stood";
        state_after Audit "where it stood afterwards";
        operator Audit "who decided";
        reason Audit "why, for who asks or appeals";
        reports Audit "how many reports this answered";
        decided_ts Audit "when";
        appeal Audit "what came of an appeal";
        appeal_ts Audit "when that was noted";
    }
    prices {
        pack_id NotPersonal "which pack costs it";
        price_id NotPersonal "tells whether a buyer was shown this price";
        amount NotPersonal "what it costs";
        currency NotPersonal "in which currency";
        tax NotPersonal "whether tax is in it";
        set_ts NotPersonal "since when";
    }
    orders {
        order_id Sale "names the order, at the payment provider too";
        version Sale "keeps two servers from changing it at once";
        state Sale "where it stands";
        user_id Sale "whose order it is; empty once they are erased";
        pack_id Sale "what was bought";
        pack_title Sale "names the pack where it is gone";
        pack_revision Sale "which version of it was bought";
        rail Sale "how it was paid";
        amount Sale "the price that was agreed";
        currency Sale "its currency";
        tax Sale "whether tax was in it";
        total Sale "what was paid";
        refunded Sale "what of it went back";
        attempt Sale "keeps a repeated request from opening two checkouts";
        session_id Sale "the checkout, to ask the provider about it";
        checkout_url Sale "where to pay, while that is possible";
        payment_id Sale "the payment, to send money back";
        consent Sale "what the buyer agreed to, which has to be proved";
        consent_version Sale "which wording that was";
        consent_language Sale "in which language";
        reference Sale "what an operator gave it for";
        problem Sale "what an operator has to look at";
        is_gift Sale "whether somebody else gets the pack";
        created_ts Sale "when it was ordered, and when the consent was given";
        updated_ts Sale "when it changed";
        looked_ts Sale "when the provider was asked";
        paid_ts Sale "when it was paid";
    }
    refunds {
        order_id Sale "of which order";
        number Sale "keeps a repeated request from sending it twice";
        amount Sale "how much goes back";
        reason Sale "why";
        operator Sale "who decided; empty once they are erased";
        payment_id Sale "another payment than the order's own";
        requested_ts Sale "when";
        sent_ts Sale "when the provider took it";
    }
    entitlements {
        user_id Account "who owns the pack";
        pack_id Account "which pack";
        order_id Account "by which order";
        suspended Account "whether it is disputed";
        granted_ts Account "since when";
    }
    gifts {
        gift_id Sale "names the gift";
        order_id Sale "the order that pays for it";
        state Sale "where it stands";
        to_user Sale "for whom; empty once they are erased";
        code Sale "what the link holds, while the gift waits";
        claimed_by Sale "who took it; empty once they are erased";
        expires_ts Sale "when it goes back";
    }
    vouchers {
        code_hash Voucher "recognises the voucher";
        pack_id Voucher "what it is good for";
        expires_ts Voucher "until when";
        order_id Voucher "the order that it paid, so that it pays no other";
    }
    payment_events {
        event_id Message "recognises what is told twice";
        kind Message "what it is about";
        order_id Message "which order";
        session_id Message "which checkout";
        payment_id Message "which payment";
        received_ts Message "the oldest are done first";
        done_ts Message "whether it is done";
    }
    enabled_packs {
        user_id Account "whose choice it is";
        position Account "the user's order";
        pack_id Account "the chosen pack";
    }
};

impl Storage {
    /// The schema as it is: `(table, column)`, without the migrations' own table.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn columns(&self) -> Result<Vec<(String, String)>> {
        let sql = match &self.pool {
            super::Pool::Sqlite(_) => {
                "SELECT tables.name AS table_name, columns.name AS column_name
                 FROM sqlite_master AS tables, pragma_table_xinfo(tables.name) AS columns
                 WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
                   AND tables.name <> '_sqlx_migrations'"
            }
            super::Pool::Postgres(_) => {
                "SELECT table_name::text, column_name::text FROM information_schema.columns
                 WHERE table_schema = current_schema()
                   AND table_name <> '_sqlx_migrations'"
            }
        };
        Ok(on!(self, pool => sqlx::query_as(sql).fetch_all(pool).await?))
    }
}

#[cfg(test)]
impl Storage {
    /// Where in the whole database this text stands: every column of every table is looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mentions(&self, text: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (table, column) in self.columns().await? {
            let sql = format!(
                "SELECT COUNT(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE '%' || $1 || '%'"
            );
            let count: i64 = on!(self, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(text)
                .fetch_one(pool).await?);
            if count > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
        Ok(found)
    }
}
