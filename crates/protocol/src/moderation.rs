//! Where a pack stands between its making and its users, what users report about packs, and what
//! operators decide.

use serde::{Deserialize, Serialize};

use crate::names::names;

/// The most characters of a report's details, of a decision's reason, and of an appeal.
pub const REASON_CHARS: usize = 1000;

names! {
    /// Where a pack stands.
    PackState {
        /// Being made; nobody but its maker sees it.
        Draft = "draft",
        /// An operator is asked to publish it.
        InReview = "in_review",
        /// Users see it.
        Published = "published",
        /// An operator did not publish it.
        Rejected = "rejected",
        /// Hidden for now. Users who have it get it back when it is published again.
        Withdrawn = "withdrawn",
        /// Removed from every library. What was sent stays.
        TakenDown = "taken_down",
    }
}

names! {
    /// What can be done with a pack's state.
    PackAction {
        /// Ask an operator to publish it.
        Submit = "submit",
        /// Show it to users.
        Publish = "publish",
        /// Answer a submission with no.
        Reject = "reject",
        /// Hide it for now.
        Withdraw = "withdraw",
        /// Remove it from every library.
        TakeDown = "take_down",
        /// Undo a takedown, as after an appeal.
        Reinstate = "reinstate",
        /// Leave it as it is: what was reported is no reason to do anything.
        Keep = "keep",
    }
}

impl PackAction {
    /// Whether those concerned have to be told why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Reject | Self::TakeDown)
    }
}

names! {
    /// What is wrong with a pack, by the user who reports it.
    ReportReason {
        /// It is somebody else's work.
        Copyright = "copyright",
        /// It breaks a law in another way.
        Illegal = "illegal",
        /// It attacks people.
        Hateful = "hateful",
        /// It is not for everyone and does not say so.
        Mature = "mature",
        /// It is advertising, or rubbish.
        Spam = "spam",
        /// The details say it.
        Other = "other",
    }
}

/// Body of `POST /api/v1/packs/{id}/reports`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewReport {
    /// What is wrong.
    pub reason: ReportReason,
    /// The same in the user's words, at most [`REASON_CHARS`] characters.
    #[serde(default)]
    pub details: String,
}

/// A report that no operator has decided about yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// What is wrong.
    pub reason: ReportReason,
    /// The same in the user's words.
    pub details: String,
    /// Who says so; none if the user has been erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// When, in milliseconds since 1970.
    pub reported_ts: u64,
}

/// A pack that waits for an operator: it is in review, or somebody has reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Waiting {
    /// The pack.
    pub pack: crate::pack::PackSummary,
    /// Where it stands.
    pub state: PackState,
    /// The user whose own pack it is; none for a pack of the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How many reports there are.
    pub report_count: u32,
    /// The first of them; at most [`crate::limits::REPORTS_SHOWN`].
    pub reports: Vec<Report>,
    /// What can be decided.
    pub actions: Vec<PackAction>,
    /// Counts the pack's changes, see [`NewDecision::revision`].
    pub revision: u64,
}

/// Answer of `GET /api/v1/moderation/queue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queue {
    /// What waits, the longest waiting first; at most [`crate::limits::CATALOGUE_PAGE`] packs.
    pub waiting: Vec<Waiting>,
}

/// Body of `POST /api/v1/moderation/packs/{id}/decisions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewDecision {
    /// What to do.
    pub action: PackAction,
    /// Why, at most [`REASON_CHARS`] characters. See [`PackAction::needs_reason`].
    #[serde(default)]
    pub reason: String,
    /// The revision that was looked at: nothing is decided if the pack has changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

/// A decision, as the audit log has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Names the decision.
    pub id: String,
    /// About which pack, which need not be there any more.
    pub pack_id: String,
    /// Its title at that time.
    pub pack_title: String,
    /// What was done.
    pub action: PackAction,
    /// Where the pack stood before.
    pub before: PackState,
    /// Where it stood afterwards.
    pub after: PackState,
    /// Who decided: a Matrix user ID, or `command line`.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// How many reports this answered.
    pub reports: u32,
    /// When, in milliseconds since 1970.
    pub decided_ts: u64,
    /// What came of an appeal against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<String>,
}

/// Answer of `GET /api/v1/moderation/decisions`: one page of the audit log, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decisions {
    /// The decisions of this page.
    pub decisions: Vec<Decision>,
    /// What `from` is for the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Body of `PUT /api/v1/moderation/decisions/{id}/appeal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appeal {
    /// Who appealed, what was looked at again, and what came of it; at most [`REASON_CHARS`]
    /// characters.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_on_the_wire_and_in_the_database() {
        for state in PackState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
            assert_eq!(PackState::parse(state.as_str()), Some(*state));
        }
        for action in PackAction::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
            assert_eq!(PackAction::parse(action.as_str()), Some(*action));
        }
        for reason in ReportReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
            assert_eq!(ReportReason::parse(reason.as_str()), Some(*reason));
        }
        assert_eq!(PackState::parse("of the future"), None);
    }
}
