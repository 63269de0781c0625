//! Where an order can go from where it is. Every state has an answer to every event, so that events
//! may come twice, late or in any order, and two servers may be told of them at once.

pub use tessera_protocol::order::OrderState;

/// Something that happened to an order, by the payment provider's word or our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The checkout is open.
    Opened,
    /// All of it is paid.
    Paid,
    /// The pack is handed over.
    Fulfilled,
    /// Part of the money is on its way back.
    PartlyRefunded,
    /// All of it is.
    Refunded,
    /// Money that was on its way back did not arrive there.
    RefundFailed,
    /// The checkout ran out of time.
    Expired,
    /// The buyer or the operator ended it.
    Canceled,
    /// The payment did not succeed.
    Failed,
    /// The buyer's bank wants the money back.
    Disputed,
    /// The dispute went the seller's way.
    Won,
    /// The dispute went the buyer's way.
    Lost,
}

impl Event {
    /// Each of them.
    #[cfg(test)]
    pub(crate) const ALL: &'static [Self] = &[
        Self::Opened,
        Self::Paid,
        Self::Fulfilled,
        Self::PartlyRefunded,
        Self::Refunded,
        Self::RefundFailed,
        Self::Expired,
        Self::Canceled,
        Self::Failed,
        Self::Disputed,
        Self::Won,
        Self::Lost,
    ];
}

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The order goes there.
    To(OrderState),
    /// It has been there already.
    Stays,
    /// It must not happen: somebody has to look.
    Alarm(Alarm),
}

/// What must not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// Money came after the end.
    #[error("it was paid after it had ended")]
    PaidAfterEnd,
    /// Something came back that was never paid.
    #[error("money goes back that never came")]
    NotPaid,
    /// An end came after the payment.
    #[error("it is said to have ended unpaid, but it was paid")]
    EndedAfterPaid,
}

/// What an event does to an order.
#[must_use]
pub const fn after(state: OrderState, event: Event) -> Step {
    use OrderState as S;
    use Step::{Alarm as No, Stays, To};
    match (state, event) {
        (S::Draft, Event::Opened) => To(S::Pending),
        (S::Draft | S::Pending, Event::Paid) => To(S::Paid),
        (S::Draft | S::Pending, Event::Expired) => To(S::Expired),
        (S::Draft | S::Pending, Event::Canceled) => To(S::Canceled),
        (S::Draft | S::Pending, Event::Failed) => To(S::Failed),
        // Nothing is handed over, and nothing goes back, before it is paid.
        (
            S::Draft | S::Pending | S::Expired | S::Canceled | S::Failed,
            Event::Fulfilled
            | Event::PartlyRefunded
            | Event::Refunded
            | Event::RefundFailed
            | Event::Disputed
            | Event::Won
            | Event::Lost,
        ) => No(Alarm::NotPaid),
        (S::Expired | S::Canceled | S::Failed, Event::Paid) => No(Alarm::PaidAfterEnd),

        (S::Paid, Event::Fulfilled) => To(S::Fulfilled),
        (S::Fulfilled | S::Won, Event::PartlyRefunded) => To(S::PartiallyRefunded),
        (
            S::Paid | S::Fulfilled | S::PartiallyRefunded | S::Disputed | S::Won,
            Event::Refunded,
        ) => To(S::Refunded),
        (S::PartiallyRefunded | S::Refunded, Event::RefundFailed) => To(S::Fulfilled),
        (S::Paid | S::Fulfilled | S::PartiallyRefunded | S::Won, Event::Disputed) => {
            To(S::Disputed)
        }
        (S::Paid | S::Fulfilled | S::Disputed | S::Lost, Event::Won) => To(S::Won),
        (S::Paid | S::Fulfilled | S::PartiallyRefunded | S::Disputed | S::Won, Event::Lost) => {
            To(S::Lost)
        }

        // A provider that opened it or was paid cannot have closed it unpaid.
        (
            S::Paid
            | S::Fulfilled
            | S::PartiallyRefunded
            | S::Refunded
            | S::Disputed
            | S::Won
            | S::Lost,
            Event::Expired | Event::Canceled | Event::Failed,
        ) => No(Alarm::EndedAfterPaid),

        // It was that already, or something later.
        (
            S::Pending
            | S::Paid
            | S::Fulfilled
            | S::PartiallyRefunded
            | S::Refunded
            | S::Disputed
            | S::Won
            | S::Lost
            | S::Expired
            | S::Canceled
            | S::Failed,
            Event::Opened,
        )
        | (
            S::Paid
            | S::Fulfilled
            | S::PartiallyRefunded
            | S::Refunded
            | S::Disputed
            | S::Won
            | S::Lost,
            Event::Paid,
        )
        | (
            S::Fulfilled
            | S::PartiallyRefunded
            | S::Refunded
            | S::Disputed
            | S::Won
            | S::Lost,
            Event::Fulfilled,
        )
        // Part of it goes back before it is handed over, or while it is disputed: nothing changes.
        | (
            S::Paid | S::PartiallyRefunded | S::Refunded | S::Disputed | S::Lost,
            Event::PartlyRefunded,
        )
        | (S::Refunded | S::Lost, Event::Refunded)
        | (S::Paid | S::Fulfilled | S::Disputed | S::Won | S::Lost, Event::RefundFailed)
        // The money is back: whatever becomes of the dispute, there is nothing left to give.
        | (S::Refunded | S::Disputed | S::Lost, Event::Disputed)
        | (S::Refunded | S::PartiallyRefunded | S::Won, Event::Won)
        | (S::Refunded | S::Lost, Event::Lost)
        | (S::Expired | S::Canceled | S::Failed, Event::Expired | Event::Canceled | Event::Failed) => {
            Stays
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paid(state: OrderState) -> bool {
        !matches!(
            state,
            OrderState::Draft
                | OrderState::Pending
                | OrderState::Expired
                | OrderState::Canceled
                | OrderState::Failed
        )
    }

    fn any_event() -> impl Strategy<Value = Event> {
        proptest::sample::select(Event::ALL)
    }

    #[test]
    fn the_way_of_a_purchase_is_the_one_that_is_documented() {
        use OrderState as S;
        for (from, event, to) in [
            (S::Draft, Event::Opened, S::Pending),
            (S::Pending, Event::Paid, S::Paid),
            (S::Pending, Event::Expired, S::Expired),
            (S::Pending, Event::Canceled, S::Canceled),
            (S::Pending, Event::Failed, S::Failed),
            (S::Paid, Event::Fulfilled, S::Fulfilled),
            (S::Fulfilled, Event::PartlyRefunded, S::PartiallyRefunded),
            (S::Fulfilled, Event::Refunded, S::Refunded),
            (S::PartiallyRefunded, Event::Refunded, S::Refunded),
            (S::Fulfilled, Event::Disputed, S::Disputed),
            (S::Disputed, Event::Won, S::Won),
            (S::Disputed, Event::Lost, S::Lost),
        ] {
            assert_eq!(after(from, event), Step::To(to), "{from:?} {event:?}");
        }
    }

    #[test]
    fn what_happens_twice_happens_once() {
        for state in OrderState::ALL {
            for event in Event::ALL {
                if let Step::To(next) = after(*state, *event) {
                    assert_eq!(after(next, *event), Step::Stays, "{state:?} {event:?}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Whatever comes in whatever order: nobody has a pack that was not paid, what was paid is
        /// never forgotten, and money that is back leaves no pack behind.
        #[test]
        fn no_sequence_of_events_makes_an_order_inconsistent(
            events in proptest::collection::vec(any_event(), 0..40)
        ) {
            let (mut state, mut was_paid) = (OrderState::Draft, false);
            for event in events {
                let before = state;
                match after(state, event) {
                    Step::To(next) => {
                        prop_assert_ne!(before, next);
                        state = next;
                    }
                    Step::Stays | Step::Alarm(_) => {}
                }
                was_paid |= event == Event::Paid && matches!(after(before, event), Step::To(_));
                prop_assert_eq!(paid(state), was_paid, "{:?} {:?}", before, event);
                prop_assert!(!state.entitles() || was_paid);
                if event == Event::Refunded && was_paid {
                    prop_assert!(!state.entitles(), "{:?}", before);
                }
                prop_assert!(!paid(before) || paid(state));
            }
        }
    }
}
