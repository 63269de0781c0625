//! Everything that the manager asks of Element, against `manager_actions.json`: a message of each
//! action, an answer and an error, as Element Web makes them. An error's words are in a language
//! that is not English, since the user's may be any.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Debug;

use serde_json::{Value, json};
use tessera_host_protocol::Source;
use tessera_host_protocol::machine::Credentials;
use tessera_host_protocol::manager::changing::{
    CloseScalar, Invite, Kick, SendEvent, Sendable, SetBotOptions, SetBotPower, SetPlumbingState,
    SetWidget, Setting,
};
use tessera_host_protocol::manager::client::{Echo, Effect, Ending, Input, REPLY_TIME};
use tessera_host_protocol::manager::json::Object;
use tessera_host_protocol::manager::reading::{
    BotOptions, CanSendEvent, GetMembershipCount, GetOpenIdToken, GetRoomEncState, GetWidgets,
    JoinRulesState, MembershipState, ReadEvents, Readable, StateKey,
};
use tessera_host_protocol::manager::refusal::{
    Failure, Invalid, MayNot, NotChanged, NotListed, NotSet, NotTold, Reason, Refusal, Remedy,
    Unexplained,
};
use tessera_host_protocol::manager::reply::{JoinRules, Member, Place, StateEvent, Widget};
use tessera_host_protocol::manager::{Action, Client};

const ELEMENT: Source<'static> = Source { is_parent: true, origin: "https://app.example" };

fn client() -> Client {
    Client::new(Some("https://app.example/#/room"))
}

fn object(value: Value) -> Object {
    serde_json::from_value(value).unwrap()
}

fn room() -> String {
    "!r:example.org".into()
}

fn bot() -> String {
    "@bot:example.org".into()
}

fn receive(client: &mut Client, source: Source<'_>, message: &Value) -> Vec<Effect> {
    let message: Echo = serde_json::from_value(message.clone()).unwrap();
    client.handle(Input::Message { source, message: &message }, 1.0)
}

/// Element's answer to a message.
fn echo(message: &Value, response: &Value) -> Value {
    let mut echo = message.clone();
    echo["response"] = response.clone();
    echo
}

/// Asks, and gives the message that is posted.
fn ask(client: &mut Client, action: &impl Action, request_id: &str, now: f64) -> Value {
    match client.handle(Input::Ask(action.ask(request_id).unwrap()), now).remove(0) {
        Effect::Post(message) => serde_json::to_value(message).unwrap(),
        Effect::Settled { ending, .. } => panic!("{ending:?}"),
    }
}

fn settled(mut effects: Vec<Effect>) -> Ending {
    assert_eq!(effects.len(), 1);
    match effects.remove(0) {
        Effect::Settled { request_id, ending } => {
            assert_eq!(request_id, "1");
            ending
        }
        Effect::Post(message) => panic!("{message:?}"),
    }
}

/// Walks one action through an answer, an error and silence.
fn walk<A: Action>(case: &Value, action: &A, expected: A::Reply, grounds: A::Refusal)
where
    A::Reply: Debug + PartialEq,
    A::Refusal: Debug + PartialEq,
{
    assert_eq!(case["action"], A::NAME);
    let through = |response: &Value| {
        let mut client = client();
        let message = ask(&mut client, action, "1", 0.0);
        assert_eq!(message, case["request"]);
        let reply = echo(&message, response);
        let ending = settled(receive(&mut client, ELEMENT, &reply));
        assert_eq!(receive(&mut client, ELEMENT, &reply), [], "a second answer");
        assert_eq!(client.deadline(), None);
        action.read(ending)
    };
    assert_eq!(through(&case["response"]), Ok(expected));
    let error = &case["error"];
    let refused = Refusal {
        reason: grounds,
        message: error["message"].as_str().unwrap().to_owned(),
        detail: error["_error"]["message"].as_str().map(ToOwned::to_owned),
    };
    assert_eq!(through(&json!({ "error": error })), Err(Failure::Refused(refused)));
    assert_eq!(through(&json!("?")), Err(Failure::Unreadable));

    let mut client = client();
    let message = ask(&mut client, action, "1", 100.0);
    assert_eq!(client.deadline(), Some(100.0 + REPLY_TIME));
    assert_eq!(client.handle(Input::Tick, 99.0 + REPLY_TIME), []);
    let ending = settled(client.handle(Input::Tick, 100.0 + REPLY_TIME));
    assert_eq!(action.read(ending), Err(Failure::NoAnswer { maybe_done: A::CHANGES }));
    let late = echo(&message, &case["response"]);
    assert_eq!(receive(&mut client, ELEMENT, &late), [], "too late");
}

#[test]
fn every_action_is_asked_answered_refused_and_given_up() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("manager_actions.json")).unwrap();
    assert_eq!(cases.len(), 17);
    for case in &cases {
        // What Element reads is what we send, and nothing else is.
        for (field, value) in case["request"].as_object().unwrap() {
            let listed = case["fields"].as_array().unwrap().iter().any(|name| name == field);
            let named = matches!(field.as_str(), "action" | "request_id" | "room_id" | "user_id");
            assert!(listed || named, "{field}: {value}");
        }
        walk_named(case);
    }
}

fn walk_named(case: &Value) {
    let (room_id, user_id) = (room(), bot());
    let content = case["request"].get("content").cloned().map(object).unwrap_or_default();
    let answer = case["response"].clone();
    match case["action"].as_str().unwrap() {
        "close_scalar" => {
            // Over at once: the frame is gone before an answer could come.
            let mut client = client();
            let effects = client.handle(Input::Ask(CloseScalar {}.ask("1").unwrap()), 0.0);
            let [Effect::Post(message), Effect::Settled { ending, .. }] = effects.as_slice() else {
                panic!("{effects:?}")
            };
            let message = serde_json::to_value(message).unwrap();
            assert_eq!(message, case["request"]);
            assert_eq!(CloseScalar {}.read(ending.clone()), Ok(()));
            assert_eq!(client.deadline(), None);
            assert_eq!(receive(&mut client, ELEMENT, &echo(&message, &answer)), []);
        }
        "get_widgets" => {
            let (room_widget, own) = (&answer[0], &answer[1]);
            let expected = vec![
                Widget {
                    place: Place::Room(room()),
                    widget_id: "w1".into(),
                    kind: "jitsi".into(),
                    url: "https://meet.example/$domain".into(),
                    name: Some("Meet".into()),
                    avatar_url: None,
                    data: object(json!({"domain": "meet.example"})),
                    sender: Some("@a:example.org".into()),
                    content: object(room_widget["content"].clone()),
                },
                Widget {
                    place: Place::Account,
                    widget_id: "stickers".into(),
                    kind: "m.stickerpicker".into(),
                    url: "https://im.example/picker".into(),
                    name: Some("Stickers".into()),
                    avatar_url: None,
                    data: Object::new(),
                    sender: Some("@a:example.org".into()),
                    content: object(own["content"].clone()),
                },
            ];
            let action = GetWidgets { room_id: Some(room_id) };
            walk(case, &action, expected, NotTold::RoomNotInView);
        }
        "set_widget" => {
            let setting = Setting::Put {
                kind: "m.jitsi".into(),
                url: "https://meet.example/".into(),
                name: Some("Meet".into()),
                avatar_url: Some("mxc://example.org/a".into()),
                data: Some(object(json!({"domain": "meet.example"}))),
            };
            let action = SetWidget { place: Place::Room(room_id), widget_id: "w1".into(), setting };
            walk(case, &action, (), NotSet::Unconfirmed);
        }
        "get_open_id_token" => {
            let expected = Credentials {
                access_token: "T".into(),
                matrix_server_name: "example.org".into(),
                token_type: "Bearer".into(),
                expires_in: 3600,
            };
            walk(case, &GetOpenIdToken {}, expected, Unexplained);
        }
        "join_rules_state" => {
            let expected = JoinRules { join_rule: Some("invite".into()), content: object(answer) };
            walk(case, &JoinRulesState { room_id }, Some(expected), NotTold::Unavailable);
        }
        "set_plumbing_state" => {
            let action = SetPlumbingState { room_id, status: "enabled".into() };
            walk(case, &action, (), NotChanged::NotAllowed);
        }
        "get_membership_count" => {
            walk(case, &GetMembershipCount { room_id }, 7, NotTold::RoomNotInView);
        }
        "get_room_enc_state" => {
            walk(case, &GetRoomEncState { room_id }, false, NotTold::Unavailable);
        }
        "can_send_event" => {
            let event_type = "im.vector.modular.widgets".into();
            let action = CanSendEvent { room_id, event_type, is_state: true };
            walk(case, &action, (), MayNot::NotAllowed);
        }
        "send_event" => {
            let (kind, state_key) = (Sendable::Installations, "rss".into());
            let action = SendEvent { room_id, kind, state_key, content };
            walk(case, &action, "$e".into(), NotChanged::BadRequest);
        }
        "read_events" => {
            let event = StateEvent {
                kind: Some("m.room.power_levels".into()),
                state_key: Some(String::new()),
                sender: Some("@a:example.org".into()),
                event_id: Some("$p".into()),
                origin_server_ts: Some(1),
                content: object(json!({"users": {"@a:example.org": 100}})),
            };
            let (kind, state_key) = (Readable::PowerLevels, StateKey::One(String::new()));
            let action = ReadEvents { room_id, kind, state_key, limit: Some(1) };
            walk(case, &action, vec![event], NotListed::BadRequest);
        }
        "membership_state" => {
            let expected = Member {
                membership: Some("join".into()),
                displayname: Some("Bot".into()),
                avatar_url: None,
                content: object(answer),
            };
            let action = MembershipState { room_id, user_id };
            walk(case, &action, Some(expected), NotTold::RoomNotInView);
        }
        "invite" => walk(case, &Invite { room_id, user_id }, (), NotChanged::NotAllowed),
        "kick" => {
            let action = Kick { room_id, user_id, reason: Some("spam".into()) };
            walk(case, &action, (), NotChanged::TooFast);
        }
        "bot_options" => {
            let action = BotOptions { room_id, user_id };
            walk(case, &action, Some(object(answer)), NotTold::Unavailable);
        }
        "set_bot_options" => {
            let action = SetBotOptions { room_id, user_id, content };
            walk(case, &action, (), NotChanged::HomeserverDown);
        }
        "set_bot_power" => {
            let action = SetBotPower { room_id, user_id, level: 50, ignore_if_greater: true };
            walk(case, &action, (), NotChanged::Other);
        }
        unknown => panic!("{unknown}"),
    }
}

/// The message's own fields.
fn fields(action: &impl Action) -> Value {
    let mut message = serde_json::to_value(action.ask("1").unwrap()).unwrap();
    let object = message.as_object_mut().unwrap();
    object.remove("action").and(object.remove("request_id")).unwrap();
    message
}

#[test]
fn what_is_absent_is_not_sent() {
    assert_eq!(fields(&GetWidgets { room_id: None }), json!({}));
    let (room_id, user_id) = (room(), bot());
    let kick = Kick { room_id, user_id, reason: None };
    assert_eq!(fields(&kick), json!({"room_id": room(), "user_id": bot()}));
    let (room_id, user_id) = (room(), bot());
    let power = SetBotPower { room_id, user_id, level: 0, ignore_if_greater: false };
    assert_eq!(fields(&power), json!({"room_id": room(), "user_id": bot(), "level": 0}));
    let (kind, state_key) = (Readable::Member, StateKey::Every);
    let every = ReadEvents { room_id: room(), kind, state_key, limit: None };
    let expected = json!({"room_id": room(), "type": "m.room.member", "state_key": true});
    assert_eq!(fields(&every), expected);
}

#[test]
fn a_widget_can_be_the_accounts_and_can_be_removed() {
    let set = |place, setting| fields(&SetWidget { place, widget_id: "w".into(), setting });
    let put = Setting::Put {
        kind: "m.stickerpicker".into(),
        url: "https://im.example/".into(),
        name: None,
        avatar_url: Some("mxc://example.org/a".into()),
        data: None,
    };
    let expected = json!({
        "userWidget": true, "widget_id": "w", "type": "m.stickerpicker",
        "url": "https://im.example/",
    });
    assert_eq!(set(Place::Account, put), expected, "no room, and no picture, which has no effect");
    let expected = json!({"userWidget": true, "widget_id": "w", "url": null});
    assert_eq!(set(Place::Account, Setting::Remove), expected);
    let expected = json!({"room_id": room(), "widget_id": "w", "url": null});
    assert_eq!(set(Place::Room(room()), Setting::Remove), expected);
}

#[test]
fn what_element_would_refuse_or_never_answer_is_not_sent() {
    let invalid = |field| Some(Invalid { field });
    for id in ["", "#alias:example.org", "r"] {
        let (room_id, user_id) = (id.to_owned(), bot());
        assert_eq!(Invite { room_id, user_id }.ask("1").err(), invalid("room_id"));
        let (room_id, user_id) = (room(), id.to_owned());
        assert_eq!(Invite { room_id, user_id }.ask("1").err(), invalid("user_id"));
    }
    let put = |kind: &str, url: &str| Setting::Put {
        kind: kind.into(),
        url: url.into(),
        name: None,
        avatar_url: None,
        data: None,
    };
    let set = |id: &str, setting| {
        let action = SetWidget { place: Place::Account, widget_id: id.into(), setting };
        action.ask("1").err()
    };
    assert_eq!(set("", put("m.custom", "https://w.example/")), invalid("widget_id"));
    assert_eq!(set("w", put("", "https://w.example/")), invalid("type"));
    assert_eq!(set("w", put("m.custom", "")), invalid("url"), "it would remove the widget");
    let failure = Failure::<NotSet>::from(Invalid { field: "url" });
    assert_eq!(failure.remedy(), Remedy::Report);
}

#[test]
fn messages_of_other_windows_and_origins_are_nothing() {
    let mut client = client();
    let message = ask(&mut client, &GetMembershipCount { room_id: room() }, "1", 0.0);
    let reply = echo(&message, &json!(7));
    for source in [
        Source { is_parent: false, origin: "https://app.example" },
        Source { is_parent: true, origin: "https://evil.example" },
        Source { is_parent: true, origin: "http://app.example" },
        Source { is_parent: true, origin: "https://app.example.evil.example" },
        Source { is_parent: true, origin: "null" },
        Source { is_parent: true, origin: "" },
    ] {
        assert_eq!(receive(&mut client, source, &reply), [], "{source:?}");
    }
    assert_eq!(settled(receive(&mut client, ELEMENT, &reply)), Ending::Answered(json!(7)));
}

#[test]
fn where_nobody_tells_the_origin_the_first_answer_does() {
    let mut client = Client::new(None);
    assert_eq!(client.post_target(), "*");
    let first = ask(&mut client, &GetWidgets { room_id: None }, "1", 0.0);
    let stranger = Source { is_parent: true, origin: "https://evil.example" };
    let guess = json!({"action": "get_widgets", "request_id": "2", "response": []});
    assert_eq!(receive(&mut client, stranger, &guess), []);
    assert_eq!(client.post_target(), "*", "no answer to us, so it says nothing");
    let elsewhere = Source { is_parent: false, ..ELEMENT };
    assert_eq!(receive(&mut client, elsewhere, &echo(&first, &json!([]))), []);
    assert_eq!(client.post_target(), "*");
    settled(receive(&mut client, ELEMENT, &echo(&first, &json!([]))));
    assert_eq!(client.post_target(), "https://app.example");
    let second = ask(&mut client, &GetWidgets { room_id: None }, "1", 0.0);
    assert_eq!(receive(&mut client, stranger, &echo(&second, &json!([]))), []);
    settled(receive(&mut client, ELEMENT, &echo(&second, &json!([]))));
}

#[test]
fn element_desktops_origin_is_checked_and_cannot_be_a_target() {
    let mut client = Client::new(Some("vector://vector/webapp/"));
    assert_eq!(client.post_target(), "*");
    let message = ask(&mut client, &GetWidgets { room_id: None }, "1", 0.0);
    let reply = echo(&message, &json!([]));
    assert_eq!(receive(&mut client, ELEMENT, &reply), []);
    let desktop = Source { is_parent: true, origin: "vector://vector" };
    settled(receive(&mut client, desktop, &reply));
}

#[test]
fn an_answer_repeats_all_of_the_question() {
    let mut client = client();
    let (room_id, user_id) = (room(), bot());
    let message = ask(&mut client, &MembershipState { room_id, user_id }, "1", 0.0);
    for (field, other) in [
        ("action", json!("invite")),
        ("request_id", json!("2")),
        ("request_id", json!(1)),
        ("room_id", json!("!other:example.org")),
        ("user_id", json!(["@bot:example.org"])),
        ("user_id", json!(null)),
        ("api", json!("toWidget")),
        ("api", json!({})),
    ] {
        let mut reply = echo(&message, &json!(null));
        reply[field] = other;
        assert_eq!(receive(&mut client, ELEMENT, &reply), [], "{reply}");
    }
    assert_eq!(receive(&mut client, ELEMENT, &message), [], "our own message");
    let reply = echo(&message, &json!(null));
    assert_eq!(settled(receive(&mut client, ELEMENT, &reply)), Ending::Answered(json!(null)));
}

#[test]
fn only_so_many_requests_wait() {
    let mut client = client();
    let action = GetWidgets { room_id: None };
    for id in 0..64 {
        ask(&mut client, &action, &id.to_string(), 0.0);
    }
    let effects = client.handle(Input::Ask(action.ask("x").unwrap()), 0.0);
    let settled = Effect::Settled { request_id: "x".into(), ending: Ending::TooMany };
    assert_eq!(effects, [settled]);
    assert_eq!(action.read(Ending::TooMany), Err(Failure::TooMany));
    client.handle(Input::Forget { request_id: "7" }, 0.0);
    let message = ask(&mut client, &action, "x", 0.0);
    assert_eq!(client.handle(Input::Ask(action.ask("x").unwrap()), 0.0), [], "an id in use");
    assert_eq!(receive(&mut client, ELEMENT, &echo(&message, &json!([]))).len(), 1);
    let forgotten = json!({"action": "get_widgets", "request_id": "7", "response": []});
    assert_eq!(receive(&mut client, ELEMENT, &forgotten), []);
    assert_eq!(client.handle(Input::Tick, REPLY_TIME).len(), 63);
}

#[test]
fn a_content_with_an_error_in_it_is_no_error() {
    let (room_id, user_id) = (room(), bot());
    let member = MembershipState { room_id, user_id };
    let content = json!({"membership": "join", "error": {"message": "Room !r:example.org"}});
    let reply = member.read(Ending::Answered(content)).unwrap().unwrap();
    assert_eq!(reply.membership.as_deref(), Some("join"));
    // What is no content has no `error` of its own.
    let mixed = json!({"success": true, "error": {"message": "Nein."}});
    let plumbing = SetPlumbingState { room_id: room(), status: String::new() };
    assert!(matches!(plumbing.read(Ending::Answered(mixed)), Err(Failure::Refused(_))));
}

#[test]
fn wrong_types_read_as_absent_and_wrong_answers_as_none() {
    let widgets = GetWidgets { room_id: Some(room()) };
    let list = json!([
        null, 5, "x", [], {},
        {"state_key": "w", "content": {"type": 1, "url": "u"}},
        {"state_key": "", "content": {"type": "t", "url": "u"}},
        {"state_key": 7, "id": "own", "type": "m.widget",
         "content": {"type": "t", "url": "u", "name": 5, "data": "x", "avatar_url": []}},
    ]);
    let read = widgets.read(Ending::Answered(list.clone())).unwrap();
    let [widget] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!((widget.widget_id.as_str(), &widget.place), ("own", &Place::Account));
    assert_eq!((&widget.name, &widget.avatar_url), (&None, &None));
    assert!(widget.data.is_empty());

    let (kind, state_key) = (Readable::Widgets, StateKey::Every);
    let events = ReadEvents { room_id: room(), kind, state_key, limit: None };
    let read = events.read(Ending::Answered(json!({ "events": list }))).unwrap();
    assert_eq!(read.len(), 4, "objects");
    assert_eq!(events.read(Ending::Answered(json!({"events": {}}))), Err(Failure::Unreadable));

    let count = GetMembershipCount { room_id: room() };
    assert_eq!(count.read(Ending::Answered(json!(-1))), Err(Failure::Unreadable));
    assert_eq!(count.read(Ending::TooMuch), Err(Failure::Unreadable));
    let token = json!({"access_token": "T", "matrix_server_name": ""});
    assert_eq!(GetOpenIdToken {}.read(Ending::Answered(token)), Err(Failure::Unreadable));
    let token = json!({"access_token": "T", "matrix_server_name": "hs", "expires_in": -5});
    let credentials = GetOpenIdToken {}.read(Ending::Answered(token)).unwrap();
    assert_eq!((credentials.token_type.as_str(), credentials.expires_in), ("Bearer", 0));
}

#[test]
fn an_error_of_any_form_is_a_refusal() {
    let can = CanSendEvent { room_id: room(), event_type: "m.x".into(), is_state: false };
    for error in [json!({}), json!("Nein."), json!(true), json!([1]), json!({"message": 5})] {
        let failure = can.read(Ending::Answered(json!({ "error": error }))).unwrap_err();
        assert!(matches!(&failure, Failure::Refused(refusal) if refusal.detail.is_none()));
        assert_eq!(failure.remedy(), Remedy::AskAdmin);
    }
    let no = can.read(Ending::Answered(json!(false))).unwrap_err();
    assert_eq!(no.remedy(), Remedy::AskAdmin);
    let reasons = [
        (Reason::from(NotTold::RoomNotInView), Remedy::ViewRoom),
        (Reason::from(NotSet::Unconfirmed), Remedy::LookAgain),
        (Reason::from(NotChanged::TooFast), Remedy::Retry),
        (Reason::from(NotListed::BadRequest), Remedy::Report),
        (Reason::from(Unexplained), Remedy::Report),
    ];
    for (reason, remedy) in reasons {
        assert_eq!(reason.remedy(), remedy);
    }
}
