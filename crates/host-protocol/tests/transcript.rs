//! The machine against a transcript of the real host library (matrix-widget-api 1.19.0): every
//! request of the host gets the answer that the transcript's widget gave, every request of ours
//! has the transcript's form, and every reply is understood.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use serde_json::{Value, json};
use tessera_host_protocol::machine::{CAPABILITIES, Credentials, REPLY_TIME, Sticker};
use tessera_host_protocol::wire::{Content, HostMessage, Outgoing, SourcePack, SourcePacks};
use tessera_host_protocol::{Effect, Input, Machine, Outcome, Request, Source};

const HOST: Source<'static> = Source { is_parent: true, origin: "https://app.example" };

fn machine() -> Machine {
    Machine::new(Some("wid".into()), Some("https://app.example/#/room"))
}

fn transcript() -> Vec<(bool, Value)> {
    let lines = include_str!("transcript.ndjson").lines();
    lines
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            (line["dir"] == "Element->widget", line["msg"].take())
        })
        .collect()
}

fn receive(machine: &mut Machine, message: &Value) -> Vec<Effect<Outgoing>> {
    let message: HostMessage = serde_json::from_value(message.clone()).unwrap();
    machine.handle(Input::Message { source: HOST, message: &message, answered: false }, 0.0)
}

/// The host's message with the answer in it, as the browser side sends it back.
fn answer(effects: &[Effect<Outgoing>], to: &Value) -> Vec<Value> {
    let answers = effects.iter().filter_map(|effect| match effect {
        Effect::Answer(answer) => Some(serde_json::to_value(answer).unwrap()),
        _ => None,
    });
    answers
        .map(|response| {
            let mut echo = to.clone();
            echo["response"] = response;
            echo
        })
        .collect()
}

#[test]
fn every_request_of_the_host_is_answered_as_in_the_transcript() {
    let lines = transcript();
    let mut machine = machine();
    let mut requests = 0;
    for (from_host, message) in &lines {
        if !from_host || message["api"] != "toWidget" {
            continue;
        }
        requests += 1;
        let given = answer(&receive(&mut machine, message), message);
        let expected = lines.iter().find(|(from_host, reply)| {
            !from_host && reply["requestId"] == message["requestId"] && reply["api"] == "toWidget"
        });
        let mut expected = expected.unwrap().1.clone();
        if message["action"] == "capabilities" {
            expected["response"]["capabilities"] = json!(CAPABILITIES);
        }
        assert_eq!(given, [expected]);
    }
    assert_eq!(requests, 6);
}

#[test]
fn a_theme_an_approval_and_visibility_reach_us() {
    let mut machine = machine();
    let mut effects = Vec::new();
    for (from_host, message) in transcript() {
        if from_host && message["api"] == "toWidget" {
            effects.extend(receive(&mut machine, &message));
        }
    }
    assert!(effects.contains(&Effect::Theme("dark".into())));
    assert!(effects.contains(&Effect::Visible(false)));
    assert!(effects.iter().any(
        |effect| matches!(effect, Effect::Approved(list) if list.contains(&"m.sticker".into()))
    ));
}

fn ask(machine: &mut Machine, request: Request, id: &str, now: f64) -> Vec<Value> {
    let effects = machine.handle(Input::Ask { request, request_id: id.into() }, now);
    let posts = effects.into_iter().map(|effect| match effect {
        Effect::Post(post) => serde_json::to_value(post).unwrap(),
        other => panic!("{other:?}"),
    });
    posts.collect()
}

fn line(id: &str, from_host: bool) -> Value {
    let lines = transcript();
    let found =
        lines.iter().find(|(host, message)| *host == from_host && message["requestId"] == id);
    found.unwrap().1.clone()
}

fn settled(request_id: &str, outcome: Outcome) -> Vec<Effect<Outgoing>> {
    vec![Effect::Settled { request_id: request_id.into(), outcome }]
}

fn credentials() -> Credentials {
    Credentials {
        access_token: "OPENID".into(),
        matrix_server_name: "example.org".into(),
        token_type: "Bearer".into(),
        expires_in: 3600,
    }
}

#[test]
fn our_requests_have_the_transcripts_form_and_its_replies_settle_them() {
    let mut m = machine();
    assert_eq!(ask(&mut m, Request::Versions, "r1", 0.0), [line("r1", false)]);
    let effects = receive(&mut m, &line("r1", true));
    let Some(Effect::Settled { outcome: Outcome::Versions(versions), .. }) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(versions.len(), 16);

    assert_eq!(ask(&mut m, Request::OpenId, "r5", 0.0), [line("r5", false)]);
    let allowed = receive(&mut m, &line("r5", true));
    assert_eq!(allowed, settled("r5", Outcome::OpenId(credentials())));

    ask(&mut m, Request::OpenId, "r7", 0.0);
    assert_eq!(receive(&mut m, &line("r7", true)), settled("r7", Outcome::OpenIdBlocked));

    let more = Request::Other { action: "org.matrix.msc2974.request_capabilities".into() };
    let [post] = &ask(&mut m, more, "r11", 0.0)[..] else { panic!() };
    let mut expected = line("r11", false);
    expected["data"] = json!({});
    assert_eq!(*post, expected, "the parameters are the caller's to add");
    assert_eq!(receive(&mut m, &line("r11", true)), settled("r11", Outcome::Done));
}

#[test]
fn a_question_to_the_user_has_no_time_limit_and_can_be_forgotten() {
    let mut m = machine();
    ask(&mut m, Request::OpenId, "r6", 0.0);
    assert_eq!(m.deadline(), Some(REPLY_TIME));
    let prompt = receive(&mut m, &line("r6", true));
    assert_eq!(prompt, [Effect::OpenIdPrompt { request_id: "r6".into() }]);
    assert_eq!(m.deadline(), None);
    assert_eq!(m.handle(Input::Tick, 1e9), []);

    let lines = transcript();
    let given = lines.iter().find(|(_, message)| message["action"] == "openid_credentials");
    let effects = receive(&mut m, &given.unwrap().1);
    assert_eq!(effects[1..], settled("r6", Outcome::OpenId(credentials()))[..]);

    ask(&mut m, Request::OpenId, "r6", 0.0);
    m.handle(Input::Forget { request_id: "r6" }, 0.0);
    let effects = receive(&mut m, &given.unwrap().1);
    assert_eq!(effects.len(), 1, "answered, and nothing more: {effects:?}");
}

#[test]
fn a_sticker_goes_out_for_every_generation_of_clients() {
    let content = Content {
        url: "mxc://example.org/abc".into(),
        body: "Waving".into(),
        ..Content::default()
    };
    let sticker = Request::Sticker(Box::new(Sticker { name: "wave".into(), content }));
    let mut m = machine();
    let [post] = &ask(&mut m, sticker, "r2", 0.0)[..] else { panic!() };
    let expected = line("r2", false);
    for field in ["api", "widgetId", "requestId", "action"] {
        assert_eq!(post[field], expected[field]);
    }
    assert_eq!(post["data"]["name"], "wave");
    assert_eq!(post["data"]["description"], "Waving");
    assert_eq!(post["data"]["content"]["url"], "mxc://example.org/abc");
    assert_eq!(post["data"]["content"]["body"], "Waving");
    assert_eq!(post["widgetData"]["content"], post["data"]["content"]);
    assert_eq!(post["widgetData"]["file"], "wave.png");
    assert_eq!(receive(&mut m, &line("r2", true)), settled("r2", Outcome::Done));
    assert_eq!(receive(&mut m, &line("r2", true)), [], "a reply counts once");
}

#[test]
fn refusals_and_silence_settle_a_request() {
    let mut m = machine();
    let open =
        Request::OpenManager { integ_type: "m.stickerpicker".into(), integ_id: "wid".into() };
    let [post] = &ask(&mut m, open, "r9", 0.0)[..] else { panic!() };
    assert_eq!(post["data"], json!({"integType": "m.stickerpicker", "integId": "wid"}));
    let mut reply = post.clone();
    reply["response"] = json!({"error": {"message": "no"}});
    assert_eq!(receive(&mut m, &reply), settled("r9", Outcome::Refused("no".into())));

    ask(&mut m, Request::Versions, "r10", 5.0);
    assert_eq!(m.handle(Input::Tick, REPLY_TIME + 4.0), []);
    assert_eq!(m.handle(Input::Tick, REPLY_TIME + 5.0), settled("r10", Outcome::Silent));
}

#[test]
fn without_a_widget_id_requests_wait_for_the_first_message() {
    let mut m = Machine::new(None, None);
    assert_eq!(m.post_target(), "*");
    assert_eq!(ask(&mut m, Request::Versions, "r1", 0.0), Vec::<Value>::new());
    let capabilities = line("widgetapi-1795396898522", true);
    let effects = receive(&mut m, &capabilities);
    assert!(matches!(effects[..], [Effect::Answer(_), Effect::Post(_)]), "{effects:?}");
    assert_eq!(m.post_target(), "https://app.example");
    let mut other = capabilities.clone();
    other["widgetId"] = json!("another");
    assert_eq!(receive(&mut m, &other), []);
}

#[test]
fn what_was_answered_before_is_not_answered_again() {
    let theme = line("widgetapi-1795396898523-0", true);
    let message: HostMessage = serde_json::from_value(theme).unwrap();
    let input = Input::Message { source: HOST, message: &message, answered: true };
    assert_eq!(machine().handle(input, 0.0), [Effect::Theme("dark".into())]);
}

#[test]
fn unknown_actions_are_refused_by_name() {
    let message = json!({"api": "toWidget", "widgetId": "wid", "requestId": "1", "action": "dance", "data": {}});
    let given = answer(&receive(&mut machine(), &message), &message);
    assert_eq!(
        given[0]["response"],
        json!({"error": {"message": "Unknown or unsupported to-widget action: dance"}})
    );
}

#[test]
fn a_sticker_posted_as_an_event_comes_back_with_its_id() {
    let mut m = machine();
    let source = SourcePack {
        room_id: "!packs:example.org".into(),
        via: vec!["example.org".into()],
        state_key: "cats".into(),
        shortcode: "wave".into(),
    };
    let content = Content {
        url: "mxc://example.org/abc".into(),
        body: "Waving".into(),
        source_packs: Some(SourcePacks { url: "mxc://example.org/abc".into(), source }),
        ..Content::default()
    };
    let [post] = &ask(&mut m, Request::Post(Box::new(content)), "p1", 0.0)[..] else { panic!() };
    assert_eq!(post["action"], "send_event");
    assert_eq!(post["data"]["type"], "m.sticker");
    assert_eq!(post["data"]["content"]["body"], "Waving");
    assert_eq!(
        post["data"]["content"]["m.image_source_packs"],
        json!({"mxc://example.org/abc": {"room_id": "!packs:example.org", "via": ["example.org"],
            "state_key": "cats", "shortcode": "wave"}})
    );
    assert!(post.get("widgetData").is_none());
    let mut reply = post.clone();
    reply["response"] = json!({"room_id": "!r:example.org", "event_id": "$e"});
    assert_eq!(receive(&mut m, &reply), settled("p1", Outcome::Posted("$e".into())));

    let again = Request::Post(Box::default());
    let [post] = &ask(&mut m, again, "p2", 0.0)[..] else { panic!() };
    let mut reply = post.clone();
    reply["response"] = json!({"error": {"message": "Error sending event", "matrix_api_error": {
        "http_status": 403, "response": {"errcode": "M_FORBIDDEN", "error": "You may not"}}}});
    let refused = settled("p2", Outcome::Refused("You may not".into()));
    assert_eq!(receive(&mut m, &reply), refused, "the homeserver's words, not the host's");
}

#[test]
fn what_was_chosen_in_our_own_window_reaches_us_and_that_window_asks_for_nothing() {
    let message = |action: &str, data: Value| {
        json!({"api": "toWidget", "widgetId": "wid", "requestId": "h1", "action": action,
            "data": data})
    };
    let effects = receive(&mut machine(), &message("close_modal", json!({"sticker": "cats/wave"})));
    assert!(effects.contains(&Effect::Chosen("cats/wave".into())), "{effects:?}");
    let effects = receive(&mut machine(), &message("close_modal", json!({"m.exited": true})));
    assert_eq!(effects.len(), 1, "answered, and nothing more: {effects:?}");
    let close = Request::CloseModal { sticker: "cats/wave".into() };
    let [post] = &ask(&mut machine(), close, "c", 0.0)[..] else { panic!() };
    assert_eq!(post["action"], "close_modal");
    assert_eq!(post["data"], json!({"sticker": "cats/wave"}));
    let mut modal = machine().in_modal();
    let request = message("capabilities", json!({}));
    let given = answer(&receive(&mut modal, &request), &request);
    assert_eq!(given[0]["response"], json!({"capabilities": []}));
}
