//! Where a pack stands between its making and its users, and what can be done with it there: a machine
//! without a clock or a database. Called by `moderation`, by the import and by `storage`.

use tessera_protocol::moderation::{PackAction, PackState};

/// Where a pack stands, and why where somebody has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Being made.
    Draft,
    /// An operator is asked to publish it.
    InReview,
    /// Users see it.
    Published,
    /// An operator did not publish it.
    Rejected {
        /// Why not.
        reason: String,
    },
    /// Hidden for now, and kept in libraries.
    Withdrawn,
    /// Removed from every library.
    TakenDown {
        /// Why.
        reason: String,
    },
}

/// What cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pack that is {} {}", described(*.state), impossible(*.action))]
pub struct Refused {
    /// Where the pack stands.
    pub state: PackState,
    /// What was to be done.
    pub action: PackAction,
}

impl State {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> PackState {
        match self {
            Self::Draft => PackState::Draft,
            Self::InReview => PackState::InReview,
            Self::Published => PackState::Published,
            Self::Rejected { .. } => PackState::Rejected,
            Self::Withdrawn => PackState::Withdrawn,
            Self::TakenDown { .. } => PackState::TakenDown,
        }
    }

    /// Why, where there is a reason.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Rejected { reason } | Self::TakenDown { reason } => Some(reason),
            Self::Draft | Self::InReview | Self::Published | Self::Withdrawn => None,
        }
    }

    /// The state of this name. A reason that it does not have is left out.
    #[must_use]
    pub fn named(name: PackState, reason: String) -> Self {
        match name {
            PackState::Draft => Self::Draft,
            PackState::InReview => Self::InReview,
            PackState::Published => Self::Published,
            PackState::Rejected => Self::Rejected { reason },
            PackState::Withdrawn => Self::Withdrawn,
            PackState::TakenDown => Self::TakenDown { reason },
        }
    }

    /// Where the pack stands after an action.
    ///
    /// # Errors
    /// When that cannot be done where it stands now.
    pub fn after(&self, action: PackAction, reason: &str) -> Result<Self, Refused> {
        use PackState::{Draft, InReview, Published, Rejected, TakenDown, Withdrawn};
        let name = match (action, self.name()) {
            (PackAction::Keep, _) => return Ok(self.clone()),
            (PackAction::Submit, Draft | Rejected | Withdrawn) => InReview,
            (PackAction::Publish, Draft | InReview | Rejected | Withdrawn)
            | (PackAction::Reinstate, TakenDown) => Published,
            (PackAction::Reject, InReview) => Rejected,
            (PackAction::Withdraw, InReview | Published) => Withdrawn,
            (PackAction::TakeDown, Draft | InReview | Published | Rejected | Withdrawn) => {
                TakenDown
            }
            (PackAction::Submit, InReview | Published | TakenDown)
            | (PackAction::Publish, Published | TakenDown)
            | (PackAction::Reinstate, Draft | InReview | Published | Rejected | Withdrawn)
            | (PackAction::Reject, Draft | Published | Rejected | Withdrawn | TakenDown)
            | (PackAction::Withdraw, Draft | Rejected | Withdrawn | TakenDown)
            | (PackAction::TakeDown, TakenDown) => {
                return Err(Refused { state: self.name(), action });
            }
        };
        Ok(Self::named(name, reason.to_owned()))
    }

    /// Where the pack stands after its maker has changed it. What an operator has looked at, or is about
    /// to look at, and has to look at `again`, is a draft until it is submitted.
    ///
    /// # Errors
    /// When it was taken down: then it stays as it is.
    pub fn changed(&self, again: bool) -> Result<Self, Refused> {
        match self {
            Self::TakenDown { .. } => {
                Err(Refused { state: self.name(), action: PackAction::Submit })
            }
            Self::Published | Self::InReview if again => Ok(Self::Draft),
            Self::Draft
            | Self::InReview
            | Self::Published
            | Self::Rejected { .. }
            | Self::Withdrawn => Ok(self.clone()),
        }
    }

    /// What can be done where the pack stands.
    #[must_use]
    pub fn actions(&self) -> Vec<PackAction> {
        let possible = |action: &&PackAction| self.after(**action, "").is_ok();
        PackAction::ALL.iter().filter(possible).copied().collect()
    }

    /// Where a pack stands after an import: a new one is published unless the operator wants
    /// otherwise, a known one stays where it is unless they do. What was taken down stays so, for
    /// files that come again are no reason.
    #[must_use]
    pub fn imported(before: Option<&Self>, publish: Option<bool>) -> Self {
        match (before, publish) {
            (Some(down @ Self::TakenDown { .. }), _) => down.clone(),
            (_, Some(true)) | (None, None) => Self::Published,
            (None, Some(false)) => Self::Draft,
            (Some(Self::Published), Some(false)) => Self::Withdrawn,
            (Some(before), _) => before.clone(),
        }
    }
}

/// The end of "a pack that is …".
const fn described(state: PackState) -> &'static str {
    match state {
        PackState::Draft => "a draft",
        PackState::InReview => "in review",
        PackState::Published => "published",
        PackState::Rejected => "rejected",
        PackState::Withdrawn => "withdrawn",
        PackState::TakenDown => "taken down",
    }
}

const fn impossible(action: PackAction) -> &'static str {
    match action {
        PackAction::Submit => "cannot be submitted for review",
        PackAction::Publish => "cannot be published",
        PackAction::Reject => "cannot be rejected",
        PackAction::Withdraw => "cannot be withdrawn",
        PackAction::TakeDown => "cannot be taken down",
        PackAction::Reinstate => "cannot be reinstated",
        PackAction::Keep => "cannot be kept as it is",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn every_state() -> impl Iterator<Item = State> {
        PackState::ALL.iter().map(|name| State::named(*name, "before".into()))
    }

    #[test]
    fn each_action_leads_where_it_says_or_is_refused_with_a_text() {
        let leads_to = |action| match action {
            PackAction::Submit => Some(PackState::InReview),
            PackAction::Publish | PackAction::Reinstate => Some(PackState::Published),
            PackAction::Reject => Some(PackState::Rejected),
            PackAction::Withdraw => Some(PackState::Withdrawn),
            PackAction::TakeDown => Some(PackState::TakenDown),
            PackAction::Keep => None,
        };
        for state in every_state() {
            for action in PackAction::ALL {
                match state.after(*action, "because") {
                    Ok(after) => {
                        assert_eq!(after.name(), leads_to(*action).unwrap_or(state.name()));
                        let reason = action.needs_reason().then_some("because");
                        let kept = (*action == PackAction::Keep).then(|| state.reason()).flatten();
                        assert_eq!(after.reason(), reason.or(kept));
                    }
                    Err(refused) => {
                        assert_eq!((refused.state, refused.action), (state.name(), *action));
                        assert!(refused.to_string().contains(" cannot be "), "{refused}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_can_be_done_twice_and_a_takedown_is_undone_only_as_such() {
        for state in every_state() {
            for action in PackAction::ALL.iter().filter(|action| **action != PackAction::Keep) {
                if let Ok(after) = state.after(*action, "") {
                    assert!(after.after(*action, "").is_err(), "{action:?} twice");
                }
            }
        }
        let down = State::TakenDown { reason: "stolen".into() };
        assert_eq!(down.actions(), [PackAction::Reinstate, PackAction::Keep]);
        assert_eq!(
            down.after(PackAction::Publish, "").unwrap_err().to_string(),
            "a pack that is taken down cannot be published"
        );
    }

    #[test]
    fn an_import_brings_nothing_back_that_was_taken_down() {
        let imported = State::imported;
        assert_eq!(imported(None, None), State::Published);
        assert_eq!(imported(None, Some(false)), State::Draft);
        assert_eq!(imported(Some(&State::Published), Some(false)), State::Withdrawn);
        assert_eq!(imported(Some(&State::Draft), Some(false)), State::Draft);
        assert_eq!(imported(Some(&State::Withdrawn), None), State::Withdrawn);
        assert_eq!(imported(Some(&State::Withdrawn), Some(true)), State::Published);
        let down = State::TakenDown { reason: "stolen".into() };
        assert_eq!(imported(Some(&down), Some(true)), down);
    }

    #[test]
    fn what_was_looked_at_is_a_draft_again_when_it_changes() {
        for state in every_state() {
            let name = state.name();
            for again in [true, false] {
                let changed = state.changed(again).map(|after| after.name());
                match name {
                    PackState::TakenDown => assert!(changed.is_err()),
                    PackState::Published | PackState::InReview if again => {
                        assert_eq!(changed, Ok(PackState::Draft));
                    }
                    _ => assert_eq!(changed, Ok(name)),
                }
            }
        }
    }

    proptest! {
        #[test]
        fn users_see_a_pack_only_after_it_was_published(
            actions in proptest::collection::vec(0..PackAction::ALL.len(), 0..40)
        ) {
            let mut state = State::Draft;
            let mut visible = false;
            for action in actions.into_iter().map(|index| PackAction::ALL[index]) {
                if let Ok(after) = state.after(action, "r") {
                    visible = match action {
                        PackAction::Publish | PackAction::Reinstate => true,
                        PackAction::Withdraw | PackAction::TakeDown => false,
                        _ => visible,
                    };
                    state = after;
                }
                prop_assert_eq!(visible, state == State::Published);
            }
        }
    }
}
