//! Looking after what is in the store: users report packs, operators decide, and every decision is
//! written down. Called by `http` and by `cli`; calls `packs::state`, which knows what is possible, and
//! `storage`, which carries it out.

use std::{sync::Arc, time::Duration};

use tessera_protocol::moderation::{NewReport, PackAction, PackState, REASON_CHARS, ReportReason};

use crate::{
    clock::Clock,
    packs::{Kind, Pack, State, state::Refused, text},
    random::{NoRandomness, Random},
    storage::{NewDecision, Storage, StorageError},
};

/// How long a report is kept after an operator has decided: as long as somebody may ask again.
pub const REPORTS_KEPT: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// Who decided, where that was somebody with a shell on the server.
pub const COMMAND_LINE: &str = "command line";

/// Reports and decisions.
#[derive(Clone)]
pub struct Moderation {
    /// Where packs, reports and the audit log are.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The users whom the configuration names as operators.
    pub operators: Arc<[String]>,
}

/// Why nothing was decided, or reported.
#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    /// There is no such pack, or the user does not see it.
    #[error("There is no such pack; it may have been withdrawn.")]
    NoPack,
    /// It cannot be done where the pack stands.
    #[error("This is not possible: {0}.")]
    Refused(#[from] Refused),
    /// Somebody else decided at the same time.
    #[error("Somebody else has decided about this pack meanwhile. Look at it again.")]
    Changed,
    /// Those concerned would not know why.
    #[error("Say why: the pack's author may ask, and appeal.")]
    NoReason,
    /// A text is too long.
    #[error("The text has more than {REASON_CHARS} characters.")]
    TooLong,
    /// A report says nothing.
    #[error("Say what is wrong in your own words.")]
    NoDetails,
    /// A note on an appeal says nothing.
    #[error("Say who appealed and what came of it.")]
    NoNote,
    /// There is no such decision.
    #[error("There is no such decision.")]
    NoDecision,
    /// The machine gave no randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

type Result<T> = std::result::Result<T, ModerationError>;

impl Moderation {
    /// Whether the configuration names the user as an operator.
    #[must_use]
    pub fn is_operator(&self, user_id: &str) -> bool {
        self.operators.iter().any(|operator| operator == user_id)
    }

    /// Keeps what a user reports about a pack that they see.
    ///
    /// # Errors
    /// When there is no such pack for them, or nothing is said.
    pub async fn report(&self, user_id: &str, pack_id: &str, report: &NewReport) -> Result<()> {
        let details = checked(&report.details)?;
        if details.is_empty() && report.reason == ReportReason::Other {
            return Err(ModerationError::NoDetails);
        }
        let pack = self.storage.pack(pack_id).await?;
        let others = pack.filter(|pack| pack.owner.as_deref() != Some(user_id));
        if !others.is_some_and(|pack| self.storage.shows(&pack, Some(user_id))) {
            return Err(ModerationError::NoPack);
        }
        let report = NewReport { reason: report.reason, details };
        let id = self.id()?;
        Ok(self.storage.put_report(&id, pack_id, user_id, &report, self.clock.now()).await?)
    }

    /// Decides about a pack, and answers everything that is reported about it; about this revision
    /// alone, if one is named, lest a user's pack be another one by now. Returns where it stands now.
    ///
    /// # Errors
    /// When it is not possible where the pack stands, a reason is missing, or somebody else was
    /// faster; then nothing has changed.
    pub async fn decide(
        &self,
        operator: &str,
        pack_id: &str,
        action: PackAction,
        reason: &str,
        revision: Option<u64>,
    ) -> Result<PackState> {
        let reason = checked(reason)?;
        if reason.is_empty() && action.needs_reason() {
            return Err(ModerationError::NoReason);
        }
        let pack = self.storage.pack(pack_id).await?.ok_or(ModerationError::NoPack)?;
        let after = after(&pack, action, &reason)?;
        if revision.is_some_and(|looked_at| looked_at != pack.revision) {
            return Err(ModerationError::Changed);
        }
        let (id, now) = (self.id()?, self.clock.now());
        let decision = NewDecision {
            id: &id,
            pack: &pack,
            action,
            after: &after,
            operator,
            reason: &reason,
            now,
        };
        if self.storage.decide(&decision).await? {
            Ok(after.name())
        } else {
            Err(ModerationError::Changed)
        }
    }

    /// Notes what came of an appeal against a decision.
    ///
    /// # Errors
    /// When there is no such decision, or nothing is noted.
    pub async fn note_appeal(&self, decision_id: &str, note: &str) -> Result<()> {
        let note = checked(note)?;
        if note.is_empty() {
            return Err(ModerationError::NoNote);
        }
        let noted = self.storage.note_appeal(decision_id, &note, self.clock.now()).await?;
        if noted { Ok(()) } else { Err(ModerationError::NoDecision) }
    }

    /// Forgets reports that were decided about long ago, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<u64> {
        let before = self.clock.now().before(REPORTS_KEPT);
        Ok(self.storage.remove_old_reports(before).await?)
    }

    fn id(&self) -> Result<String> {
        let mut id = [0; 16];
        self.random.fill(&mut id)?;
        Ok(hex::encode(id))
    }
}

/// What operators can do with a pack. To submit it is its maker's.
#[must_use]
pub fn possible(pack: &Pack) -> Vec<PackAction> {
    let actions = PackAction::ALL.iter().filter(|action| **action != PackAction::Submit);
    actions.filter(|action| after(pack, **action, "").is_ok()).copied().collect()
}

/// Where a pack stands after an operator's action. What a user makes is published only when they have
/// submitted it.
fn after(pack: &Pack, action: PackAction, reason: &str) -> std::result::Result<State, Refused> {
    let is_asked = pack.kind != Kind::Made || pack.state == State::InReview;
    if action == PackAction::Publish && !is_asked {
        return Err(Refused { state: pack.state.name(), action });
    }
    pack.state.after(action, reason)
}

/// A text that somebody wrote, cleaned.
fn checked(words: &str) -> Result<String> {
    let words = text::clean(words);
    if words.chars().count() > REASON_CHARS {
        return Err(ModerationError::TooLong);
    }
    Ok(words)
}

#[cfg(test)]
mod tests;
