//! Whatever a window posts: no panic, no answer to a foreign source, one answer to a request.

use proptest::prelude::*;
use serde_json::{Value, json};
use tessera_host_protocol::machine::handle_once;
use tessera_host_protocol::manager::Reply;
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
