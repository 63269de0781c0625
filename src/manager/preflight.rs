//! Before a form: may the user do this here, and what should they know of the room? Each answer that
//! is in the way says what is missing and how to get it.

use leptos::prelude::*;
use tessera_host_protocol::manager::json::Object;
use tessera_host_protocol::manager::reading::{
    CanSendEvent, GetRoomEncState, JoinRulesState, MembershipState, ReadEvents, Readable, StateKey,
};
use tessera_host_protocol::manager::refusal::{Failure, MayNot};
use wasm_bindgen_futures::spawn_local;

use super::Manager;
use super::trouble::{Trouble, TroubleBanner};
use crate::host::messaging::ask;
use crate::i18n::Text;
use crate::i18n::manager as say;
use crate::ui::glyph::{Glyph, GlyphView};
use crate::ui::waiting::Bones;

/// The event that sets a widget.
const WIDGET: &str = "im.vector.modular.widgets";

/// What Element told of the room; `None` for what it did not tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The user's own membership.
    pub membership: Option<String>,
    /// Whether the user may set widgets.
    pub may: bool,
    /// The room's power levels.
    pub power: Option<Object>,
    /// Whether the room is encrypted.
    pub encrypted: Option<bool>,
    /// Who may join.
    pub join_rule: Option<String>,
}

/// How an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// In the way.
    Bad,
    /// Good to know.
    Note,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it is.
    pub state: State,
    /// What is so, and if it is in the way, how to change that.
    pub text: Text,
    /// What is put into the text, if it has a place for something.
    pub value: Option<String>,
}

impl Facts {
    /// The answers, those in the way first.
    #[must_use]
    pub fn answers(&self) -> Vec<Answer> {
        let plain = |state, text| Answer { state, text, value: None };
        let mut answers = Vec::new();
        let joined = self.membership.as_deref().is_none_or(|membership| membership == "join");
        if !joined {
            answers.push(plain(State::Bad, say::CHECK_NOT_JOINED));
        } else if self.may {
            answers.push(plain(State::Good, say::CHECK_MAY));
        } else {
            let needed = self.power.as_ref().map_or(50, needed).to_string();
            let text = say::CHECK_MAY_NOT;
            answers.push(Answer { state: State::Bad, text, value: Some(needed) });
        }
        answers.extend(self.encrypted.map(|encrypted| {
            let text = if encrypted { say::CHECK_ENCRYPTED } else { say::CHECK_NOT_ENCRYPTED };
            plain(if encrypted { State::Note } else { State::Good }, text)
        }));
        answers.extend(self.join_rule.as_deref().map(|rule| match rule {
            "public" => plain(State::Note, say::CHECK_PUBLIC),
            _ => plain(State::Good, say::CHECK_PRIVATE),
        }));
        answers
    }

    /// Whether nothing is in the way.
    #[must_use]
    pub fn clear(&self) -> bool {
        self.answers().iter().all(|answer| answer.state != State::Bad)
    }
}

/// The power that setting a widget takes.
fn needed(power: &Object) -> i64 {
    let number = |value: Option<&serde_json::Value>| value.and_then(serde_json::Value::as_i64);
    number(power.get("events").and_then(|events| events.get(WIDGET)))
        .or_else(|| number(power.get("state_default")))
        .unwrap_or(50)
}

/// Asks Element.
async fn facts(manager: Manager, room_id: String) -> Result<Facts, Trouble> {
    let (event_type, is_state) = (WIDGET.to_owned(), true);
    let may = match ask(CanSendEvent { room_id: room_id.clone(), event_type, is_state }).await {
        Ok(()) => true,
        Err(Failure::Refused(refusal)) if refusal.reason == MayNot::NotAllowed => false,
        Err(failure) => return Err(failure.into()),
    };
    let user_id = manager.session().map(|session| session.user_id).unwrap_or_default();
    let member = ask(MembershipState { room_id: room_id.clone(), user_id }).await.ok().flatten();
    let (kind, state_key) = (Readable::PowerLevels, StateKey::One(String::new()));
    let power = ReadEvents { room_id: room_id.clone(), kind, state_key, limit: Some(1) };
    let power = ask(power).await.ok().and_then(|events| events.into_iter().next());
    let rules = ask(JoinRulesState { room_id: room_id.clone() }).await.ok().flatten();
    Ok(Facts {
        membership: member.and_then(|member| member.membership),
        may,
        power: power.map(|event| event.content),
        encrypted: ask(GetRoomEncState { room_id }).await.ok(),
        join_rule: rules.and_then(|rules| rules.join_rule),
    })
}

/// The list, and into `clear` whether nothing is in the way.
#[component]
pub fn Preflight(
    /// Whether nothing is in the way; false until that is known.
    clear: RwSignal<bool>,
) -> impl IntoView {
    let manager = Manager::here();
    let told: RwSignal<Option<Result<Facts, Trouble>>> = RwSignal::new(None);
    let look = move || {
        told.set(None);
        let Some(room_id) = manager.room_id() else { return };
        spawn_local(async move {
            let facts = facts(manager, room_id).await;
            clear.set(facts.as_ref().is_ok_and(Facts::clear));
            told.set(Some(facts));
        });
    };
    look();
    let retry = Callback::new(move |()| look());
    move || match told.get() {
        None => view! { <Bones label=say::CHECKING.get() rows=1 /> }.into_any(),
        Some(Err(trouble)) => view! { <TroubleBanner trouble retry=Some(retry) /> }.into_any(),
        Some(Ok(facts)) => {
            let rows = facts.answers().into_iter().map(|answer| {
                let (class, glyph) = match answer.state {
                    State::Good => ("check good", Glyph::Check),
                    State::Bad => ("check bad", Glyph::Alert),
                    State::Note => ("check", Glyph::Info),
                };
                let text = match answer.value {
                    Some(value) => answer.text.with(&value),
                    None => answer.text.get(),
                };
                view! {
                    <li class=class>
                        <GlyphView glyph />
                        <span>{text}</span>
                    </li>
                }
            });
            view! { <ul class="checks" aria-label=say::CHECKS.get()>{rows.collect_view()}</ul> }
                .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: serde_json::Value) -> Object {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_user_with_power_has_nothing_in_the_way() {
        let facts = Facts { membership: Some("join".into()), may: true, ..Facts::default() };
        assert!(facts.clear());
        assert_eq!(facts.answers().len(), 1, "what is not known is not said");
    }

    #[test]
    fn what_is_missing_is_named() {
        for (power, level) in [
            (json!({}), "50"),
            (json!({"state_default": 75}), "75"),
            (json!({"state_default": 75, "events": {WIDGET: 0}}), "0"),
            (json!({"events": {WIDGET: "90"}}), "50"),
        ] {
            let facts = Facts { power: Some(object(power)), ..Facts::default() };
            assert!(!facts.clear());
            assert_eq!(facts.answers()[0].value.as_deref(), Some(level));
        }
        let invited = Facts { membership: Some("invite".into()), may: true, ..Facts::default() };
        assert_eq!(invited.answers()[0].text, say::CHECK_NOT_JOINED);
        assert!(!invited.clear());
    }

    #[test]
    fn encryption_and_open_doors_are_notes() {
        let facts = Facts {
            may: true,
            encrypted: Some(true),
            join_rule: Some("public".into()),
            ..Facts::default()
        };
        let states: Vec<State> = facts.answers().iter().map(|answer| answer.state).collect();
        assert_eq!(states, [State::Good, State::Note, State::Note]);
        assert!(facts.clear());
    }
}
