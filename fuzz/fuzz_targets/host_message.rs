//! Any window can post to the picker: whatever it posts, in whatever order, the machine neither
//! panics nor answers one message twice, and answers strangers not at all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_host_protocol::machine::{Effect, Input, Machine, Request, Source};
use tessera_host_protocol::wire::HostMessage;

fuzz_target!(|text: &str| {
    let parent = Some("https://client.example/");
    let mut machine: Machine = Machine::new(Some("w".to_owned()), parent);
    let ask = Input::Ask { request: Request::OpenId, request_id: "r".to_owned() };
    machine.handle(ask, 0.0);
    for (turn, line) in (0_u32..).zip(text.lines()) {
        let Ok(message) = serde_json::from_str::<HostMessage>(line) else { continue };
        let now = f64::from(turn) * 1000.0;
        for (is_parent, origin) in [
            (false, "https://client.example"),
            (true, "https://elsewhere.example"),
            (true, "https://client.example"),
        ] {
            let source = Source { is_parent, origin };
            let input = Input::Message { source, message: &message, answered: false };
            let effects = machine.handle(input, now);
            let ours = is_parent && origin == "https://client.example";
            assert!(ours || effects.is_empty());
            let answers = effects.iter().filter(|effect| matches!(effect, Effect::Answer(_)));
            assert!(answers.count() <= 1);
        }
        machine.handle(Input::Tick, now);
    }
});
