//! Whatever a window posts: no panic, no answer to a foreign source, one answer to a request.

use proptest::prelude::*;
use serde_json::{Value, json};
use tessera_host_protocol::machine::handle_once;
use tessera_host_protocol::manager::changing::{Invite, SetBotPower};
use tessera_host_protocol::manager::client::{Echo, Effect as Told, Ending, Input as Heard};
use tessera_host_protocol::manager::reading::{
    BotOptions, CanSendEvent, GetMembershipCount, GetOpenIdToken, GetRoomEncState, GetWidgets,
    JoinRulesState, MembershipState, ReadEvents, Readable, StateKey,
};
use tessera_host_protocol::manager::{Action, Client, Reply};
use tessera_host_protocol::wire::HostMessage;
use tessera_host_protocol::{Effect, Input, Machine, Source};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "api",
            "widgetId",
            "requestId",
            "action",
            "data",
            "response",
            "visible",
            "name",
            "state",
            "approved",
            "error",
            "message",
            "original_request_id",
            "expires_in",
            "access_token",
            "request_id",
            "room_id",
            "user_id",
            "_error",
            "success",
            "events",
            "content",
            "state_key",
            "type",
            "url",
        ])
        .prop_map(String::from),
        ".{0,8}".prop_map(String::from),
    ]
}

fn action() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "capabilities",
            "notify_capabilities",
            "theme_change",
            "visibility",
            "openid_credentials",
            "supported_api_versions",
            "language_change",
        ])
        .prop_map(String::from),
        ".{1,20}".prop_map(String::from),
    ]
}

proptest! {
    #[test]
    fn any_value_is_read_without_a_panic(value in any_json()) {
        if let Ok(message) = serde_json::from_value::<HostMessage>(value.clone()) {
            handle_once(Source { is_parent: true, origin: "https://a.example" }, &message, None);
        }
        let _ = serde_json::from_value::<Reply>(value);
    }

    #[test]
    fn any_response_ends_a_managers_request_and_can_be_read(response in any_json()) {
        let (room_id, user_id) = ("!r:hs".to_owned(), "@u:hs".to_owned());
        let action = Invite { room_id: room_id.clone(), user_id: user_id.clone() };
        let mut client = Client::default();
        client.handle(Heard::Ask(action.ask("1").unwrap()), 0.0);
        let echo = json!({
            "action": "invite", "request_id": "1", "room_id": room_id, "user_id": user_id,
            "response": response,
        });
        let echo: Echo = serde_json::from_value(echo).unwrap();
        let source = Source { is_parent: true, origin: "https://a.example" };
        let effects = client.handle(Heard::Message { source, message: &echo }, 0.0);
        let [Told::Settled { ending, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        prop_assert_eq!(ending, &Ending::Answered(response.clone()));
        prop_assert_eq!(client.handle(Heard::Message { source, message: &echo }, 0.0), vec![]);
        let done = action.read(ending.clone()).is_ok();
        prop_assert!(!done || response["success"] == true);
        read_by_every_type(ending);
    }

    #[test]
    fn no_foreign_message_ends_a_managers_request(
        message in any_json(), wrong in prop::sample::select(vec!["request_id", "action", "room_id"]),
        value in any_json(),
    ) {
        let action = GetMembershipCount { room_id: "!r:hs".into() };
        let mut client = Client::default();
        let asked = action.ask("1").unwrap();
        let mut altered = serde_json::to_value(&asked).unwrap();
        client.handle(Heard::Ask(asked), 0.0);
        altered["response"] = json!(1);
        prop_assume!(altered[wrong] != value);
        altered[wrong] = value;
        let source = Source { is_parent: true, origin: "https://a.example" };
        for message in [message, altered] {
            let Ok(message) = serde_json::from_value::<Echo>(message) else { continue };
            prop_assert_eq!(client.handle(Heard::Message { source, message: &message }, 0.0), vec![]);
        }
        prop_assert!(client.deadline().is_some());
        prop_assert_eq!(client.post_target(), "*");
    }

    #[test]
    fn a_request_with_any_data_is_answered_once(action in action(), data in any_json()) {
        let request = json!({"api": "toWidget", "widgetId": "w", "requestId": "1", "action": action, "data": data});
        let message: HostMessage = serde_json::from_value(request).unwrap();
        let source = Source { is_parent: true, origin: "https://a.example" };
        let effects = handle_once(source, &message, Some("https://a.example/"));
        let answers = effects.iter().filter(|effect| matches!(effect, Effect::Answer(_))).count();
        prop_assert_eq!(answers, 1);
    }

    #[test]
    fn a_foreign_source_gets_nothing_and_changes_nothing(
        action in action(), data in any_json(), is_parent in any::<bool>(), origin in ".{0,20}",
    ) {
        let request = json!({"api": "toWidget", "widgetId": "w", "requestId": "1", "action": action, "data": data});
        let message: HostMessage = serde_json::from_value(request).unwrap();
        let mut machine = Machine::new(Some("w".into()), Some("https://a.example/"));
        let origin = if is_parent { origin.as_str() } else { "https://a.example" };
        let source = Source { is_parent, origin };
        let input = Input::Message { source, message: &message, answered: false };
        prop_assert_eq!(machine.handle(input, 0.0), vec![]);
        let source = Source { is_parent: true, origin: "https://a.example" };
        let input = Input::Message { source, message: &message, answered: false };
        prop_assert!(!machine.handle(input, 0.0).is_empty());
    }
}

/// Whatever was answered to whatever question.
fn read_by_every_type(ending: &Ending) {
    let (room, user) = (|| "!r:hs".to_owned(), || "@u:hs".to_owned());
    let _ = GetWidgets { room_id: Some(room()) }.read(ending.clone());
    let _ = GetOpenIdToken {}.read(ending.clone());
    let _ = JoinRulesState { room_id: room() }.read(ending.clone());
    let _ = GetMembershipCount { room_id: room() }.read(ending.clone());
    let _ = GetRoomEncState { room_id: room() }.read(ending.clone());
    let event_type = String::from("m.x");
    let _ = CanSendEvent { room_id: room(), event_type, is_state: true }.read(ending.clone());
    let (kind, state_key) = (Readable::Member, StateKey::Every);
    let _ = ReadEvents { room_id: room(), kind, state_key, limit: None }.read(ending.clone());
    let _ = MembershipState { room_id: room(), user_id: user() }.read(ending.clone());
    let _ = BotOptions { room_id: room(), user_id: user() }.read(ending.clone());
    let power =
        SetBotPower { room_id: room(), user_id: user(), level: 1, ignore_if_greater: false };
    let _ = power.read(ending.clone());
}

#[test]
fn deep_and_huge_messages_are_survived() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(
        r#"{{"api":"toWidget","widgetId":"w","requestId":"1","action":"x","data":{deep}}}"#
    );
    let message: HostMessage = serde_json::from_str(&text).unwrap();
    assert_eq!(message.data.name, None, "what is not needed is skipped, not built");

    let long = "x".repeat(5_000_000);
    let list = vec![json!("y"); 100_000];
    let value = json!({"api": "toWidget", "widgetId": "w", "requestId": "1", "action": long, "data": {"approved": list, "name": long}});
    let message: HostMessage = serde_json::from_value(value).unwrap();
    assert!(message.data.approved.len() <= 200);
    let source = Source { is_parent: true, origin: "null" };
    let effects = handle_once(source, &message, None);
    let Some(Effect::Answer(answer)) = effects.first() else { panic!() };
    assert!(answer.error.as_ref().unwrap().message.len() < 200);
}

#[test]
fn a_falsy_response_is_no_reply() {
    for response in [json!(null), json!(false), json!(0), json!("")] {
        let value = json!({"api": "toWidget", "widgetId": "w", "requestId": "1", "action": "capabilities", "response": response});
        let message: HostMessage = serde_json::from_value(value).unwrap();
        let source = Source { is_parent: true, origin: "https://a.example" };
        assert_eq!(handle_once(source, &message, None).len(), 1);
    }
}
