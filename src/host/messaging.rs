//! The manager's way to Element: posts the messages that an [`Action`] makes, hands what comes to
//! [`Client`], and ends every question as a future. The manager's screens call [`ask`]; the picker
//! has nothing of this in its bundle.

use std::cell::RefCell;

use futures_channel::oneshot;
use serde::Serialize;
use serde_json::json;
use serde_wasm_bindgen::Serializer;
use tessera_host_protocol::Source;
use tessera_host_protocol::manager::Action;
use tessera_host_protocol::manager::client::{Client, Echo, Effect, Ending, Input, REPLY_TIME};
use tessera_host_protocol::manager::refusal::Failure;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::MessageEvent;

use super::incoming::{get, text};
use super::{boot, is_embedded, post};
use crate::device;

/// Wakes the client just after a reply's time is up.
const WAKE_AFTER: i32 = 50;

thread_local! {
    static CLIENT: RefCell<Client> = RefCell::new(Client::default());
    /// Who waits for which request's end.
    static WAITING: RefCell<Vec<(String, oneshot::Sender<Ending>)>> =
        const { RefCell::new(Vec::new()) };
}

/// Listens for answers from now on. Call it once, before the first question.
pub fn connect() {
    let ancestor = text(&boot(), "ancestor").filter(|ancestor| !ancestor.is_empty());
    CLIENT.set(Client::new(ancestor.as_deref()));
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| hear(&event));
    let window = leptos::prelude::window();
    // A window always takes a listener.
    let _ =
        window.add_event_listener_with_callback("message", heard.into_js_value().unchecked_ref());
}

/// Asks Element for something.
///
/// # Errors
/// When Element refuses, does not answer in 25 seconds, or is not to be asked this at all.
pub async fn ask<A: Action>(action: A) -> Result<A::Reply, Failure<A::Refusal>> {
    if !is_embedded() {
        return action.read(Ending::Silent);
    }
    let request_id = device::random_id();
    let message = action.ask(&request_id)?;
    let (ended, ending) = oneshot::channel();
    WAITING.with_borrow_mut(|waiting| waiting.push((request_id, ended)));
    handle(Input::Ask(message));
    device::after(wake_time(), || handle(Input::Tick));
    // The sender is dropped only with the page.
    action.read(ending.await.unwrap_or(Ending::Silent))
}

/// The origin of the client around us, once it is known and can be named.
#[must_use]
pub fn client_origin() -> Option<String> {
    let target = CLIENT.with_borrow(|client| client.post_target().to_owned());
    Some(target).filter(|target| target != "*")
}

fn wake_time() -> i32 {
    let whole = super::incoming::whole(REPLY_TIME);
    i32::try_from(whole).unwrap_or(i32::MAX).saturating_add(WAKE_AFTER)
}

fn hear(event: &MessageEvent) {
    let data = event.data();
    if !data.is_object() {
        return;
    }
    let parent = leptos::prelude::window().parent().ok().flatten();
    let is_parent = event.source().is_some_and(|source| {
        parent.is_some_and(|parent| JsValue::from(source) == JsValue::from(parent))
    });
    // Other windows' messages are not even read.
    let Some(echo) = is_parent.then(|| read(&data)).flatten() else { return };
    let origin = event.origin();
    handle(Input::Message { source: Source { is_parent, origin: &origin }, message: &echo });
}

/// `None` for a message that JSON could not hold.
fn read(data: &JsValue) -> Option<Echo> {
    let mut echo: Echo = serde_wasm_bindgen::from_value(data.clone()).ok()?;
    // The clone of a JavaScript `Error` shows its message only to who asks for it by name.
    let error = get(&get(data, "response"), "error");
    let detail = error.is_object().then(|| get(&error, "_error")).filter(JsValue::is_object);
    let detail = detail.and_then(|detail| text(&detail, "message"));
    if let (Some(detail), Some(response)) = (detail, echo.response.as_mut())
        && let Some(error) = response.value.get_mut("error").and_then(|e| e.as_object_mut())
    {
        error.insert("_error".into(), json!({ "message": detail }));
    }
    Some(echo)
}

fn handle(input: Input<'_>) {
    let (effects, target) = CLIENT.with_borrow_mut(|client| {
        let effects = client.handle(input, device::now());
        (effects, client.post_target().to_owned())
    });
    for effect in effects {
        match effect {
            Effect::Post(message) => {
                if let Ok(message) = message.serialize(&Serializer::json_compatible()) {
                    post(&message, &target);
                }
            }
            Effect::Settled { request_id, ending } => {
                let ended = WAITING.with_borrow_mut(|waiting| {
                    let position = waiting.iter().position(|(id, _)| *id == request_id)?;
                    Some(waiting.swap_remove(position).1)
                });
                if let Some(ended) = ended {
                    // Whoever asked may have gone to another screen.
                    let _ = ended.send(ending);
                }
            }
        }
    }
}
