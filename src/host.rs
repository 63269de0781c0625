//! The browser's side of the host protocols: pumps `MessageEvent`s from `boot.js` into the
//! machines of `tessera-host-protocol` and carries out their effects. Screens ask through
//! [`ask`] and hear of what came through the listener they gave [`connect`].

pub mod incoming;
pub mod messaging;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use tessera_host_protocol::machine::{Credentials, Outcome};
use tessera_host_protocol::manager::OpenIdQuestion;
use tessera_host_protocol::wire::{HostMessage, Outgoing};
use tessera_host_protocol::{Address, Effect, Input, Machine, Request, Source};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_futures::JsFuture;

use self::incoming::get;
use crate::{device, i18n};

/// Wakes the machine just after a reply's time is up.
const REPLY_WAKE: i32 = 10_050;
/// The same for the manager's question.
const MANAGER_WAKE: i32 = 1_050;

/// What the host tells a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A request ended.
    Settled {
        /// The id that [`ask`] gave.
        request_id: String,
        /// How.
        outcome: Outcome,
    },
    /// The host asks the user for their identity.
    OpenIdPrompt {
        /// The id that [`ask`] gave.
        request_id: String,
    },
    /// The manager's question ended.
    ManagerAnswered(Option<Credentials>),
    /// The screen is shown or hidden.
    Visible(bool),
    /// Texts are in another language now.
    Language,
    /// A sticker was chosen in the window that we opened.
    Chosen(String),
}

type Listener = Rc<dyn Fn(Told)>;

struct Host {
    machine: Machine,
    question: OpenIdQuestion,
    listener: Listener,
}

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
    /// What the modules asked: id, parameters, and whom to tell.
    static ASKED: RefCell<Vec<(String, JsValue, Function)>> = const { RefCell::new(Vec::new()) };
}

fn boot() -> JsValue {
    get(&leptos::prelude::window(), "tesseraBoot")
}

fn boot_call(name: &str, argument: &JsValue) -> JsValue {
    call(&boot(), name, argument)
}

fn call(object: &JsValue, name: &str, argument: &JsValue) -> JsValue {
    let function: Option<Function> = get(object, name).dyn_into().ok();
    let answer = function.and_then(|function| function.call1(object, argument).ok());
    answer.unwrap_or(JsValue::UNDEFINED)
}

/// Whether there is a host at all.
#[must_use]
pub fn is_embedded() -> bool {
    let window = leptos::prelude::window();
    window.parent().ok().flatten().is_some_and(|parent| parent != window)
}

/// What the page was opened with; `boot.js` has taken the token out of the address bar since.
#[must_use]
pub fn address() -> Address {
    let boot = boot();
    let text = |name| get(&boot, name).as_string().unwrap_or_default();
    Address::parse(&text("search"), &text("hash"))
}

/// The query of the page's address, as it was before the token was taken out of it.
#[must_use]
pub fn search() -> String {
    get(&boot(), "search").as_string().unwrap_or_default()
}

/// The path of the page's address.
#[must_use]
pub fn path() -> String {
    leptos::prelude::location().pathname().unwrap_or_default()
}

/// Empties the place where the page shows that it loads, and marks the app as started.
#[must_use]
pub fn take_over(id: &str) -> Option<web_sys::HtmlElement> {
    let place = leptos::prelude::document().get_element_by_id(id)?;
    place.set_inner_html("");
    Reflect::set(&boot(), &JsValue::from_str("started"), &JsValue::TRUE).ok()?;
    place.dyn_into().ok()
}

/// The library's answer that `boot.js` asked for with this token, once.
pub async fn early_library(token: &str) -> Option<web_sys::Response> {
    let boot = boot();
    let early = get(&boot, "library");
    Reflect::set(&boot, &JsValue::from_str("library"), &JsValue::NULL).ok()?;
    if get(&early, "token").as_string()? != token {
        return None;
    }
    let promise: Promise = get(&early, "answer").dyn_into().ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// Takes over from `boot.js`. What came before is handled first, in order.
pub fn connect(address: &Address, listener: impl Fn(Told) + 'static) {
    let machine = Machine::new(address.widget_id.clone(), address.parent_url.as_deref());
    let machine = if address.modal.is_some() { machine.in_modal() } else { machine };
    let host = Host { machine, question: OpenIdQuestion::default(), listener: Rc::new(listener) };
    HOST.set(Some(host));
    let handler = Closure::<dyn Fn(JsValue, String, bool)>::new(
        |data: JsValue, origin: String, answered: bool| receive(&data, &origin, answered),
    );
    let asking = Closure::<dyn Fn(String, JsValue, Function)>::new(ask_for_module);
    boot_call("serve", &asking.into_js_value());
    boot_call("take", &handler.into_js_value());
}

/// Waits for the texts of the language that `boot.js` has asked for, and uses them.
pub async fn learn_language() {
    let texts = settled(get(&boot(), "locale")).await;
    i18n::set_language(get(&boot(), "lang").as_string().unwrap_or_default(), texts);
}

/// Takes away what `boot.js` has drawn: at once, or when our own pictures can be painted.
pub fn uncover(at_once: bool) {
    boot_call("uncover", &JsValue::from_bool(at_once));
}

/// The texts of kinds of widgets, in the language that `manager-boot.js` has asked for.
pub async fn widget_texts() -> String {
    settled(get(&boot(), "widgets")).await.as_string().unwrap_or_default()
}

/// Asks the host for something and returns the request's id.
pub fn ask(request: Request) -> String {
    let request_id = device::random_id();
    ask_as(request_id.clone(), request);
    request_id
}

fn ask_as(request_id: String, request: Request) {
    handle(Input::Ask { request, request_id }, None);
    device::after(REPLY_WAKE, || handle(Input::Tick, None));
}

/// Asks on behalf of a module that is loaded on demand: `then` gets the host's `response`, or
/// nothing if there was none.
fn ask_for_module(action: String, data: JsValue, then: Function) {
    let request_id = device::random_id();
    ASKED.with_borrow_mut(|asked| asked.push((request_id.clone(), data, then)));
    ask_as(request_id, Request::Other { action });
}

/// Loads one of the modules that few people need, and calls one of its functions.
pub async fn module(name: &str, function: &str, argument: &JsValue) -> JsValue {
    let loaded = boot_call("module", &JsValue::from_str(name));
    let done = call(&settled(loaded).await, function, argument);
    settled(done).await
}

async fn settled(promise: JsValue) -> JsValue {
    match promise.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    }
}

/// Is no longer interested in a request's end.
pub fn forget(request_id: &str) {
    handle(Input::Forget { request_id }, None);
}

/// The widget's id, as the manager wants it.
#[must_use]
pub fn widget_id() -> String {
    address().widget_id.unwrap_or_default()
}

/// Asks the manager who the user is, which needs no consent where we are the manager.
pub fn ask_manager() {
    let ask = HOST.with_borrow_mut(|host| {
        Some(host.as_mut()?.question.ask(device::random_id(), device::now()))
    });
    if let Some(message) = ask.and_then(|ask| to_js(&ask)) {
        post(&message, "*");
    }
    device::after(MANAGER_WAKE, || {
        let late = HOST.with_borrow_mut(|host| {
            let host = host.as_mut()?;
            host.question.tick(device::now()).then(|| host.listener.clone())
        });
        if let Some(listener) = late {
            listener(Told::ManagerAnswered(None));
        }
    });
}

/// A message that `boot.js` knows to be the parent window's.
fn receive(data: &JsValue, origin: &str, answered: bool) {
    if !data.is_object() {
        return;
    }
    let message = incoming::message(data);
    if message.api.is_some() {
        let source = Source { is_parent: true, origin };
        return handle(Input::Message { source, message: &message, answered }, Some(data));
    }
    let reply = incoming::manager_reply(data);
    let answer = HOST.with_borrow_mut(|host| {
        let host = host.as_mut()?;
        let credentials = host.question.reply(true, &reply)?;
        Some((host.listener.clone(), credentials))
    });
    if let Some((listener, credentials)) = answer {
        listener(Told::ManagerAnswered(credentials));
    }
}

/// Runs the machine and carries out what it says; `message` is what an answer answers.
fn handle(input: Input<'_, HostMessage>, message: Option<&JsValue>) {
    let result = HOST.with_borrow_mut(|host| {
        let host = host.as_mut()?;
        let effects = host.machine.handle(input, device::now());
        Some((effects, host.machine.post_target().to_owned(), host.listener.clone()))
    });
    let Some((effects, target, listener)) = result else { return };
    for effect in effects {
        carry_out(effect, message, &target, &listener);
    }
}

fn carry_out(
    effect: Effect<Outgoing>,
    message: Option<&JsValue>,
    target: &str,
    listener: &Listener,
) {
    match effect {
        Effect::Answer(answer) => {
            let (Some(message), Some(answer)) = (message, to_js(&answer)) else { return };
            let echo = Object::assign(&Object::new(), message.unchecked_ref());
            if Reflect::set(&echo, &JsValue::from_str("response"), &answer).is_ok() {
                post(&echo, target);
            }
        }
        Effect::Post(outgoing) => {
            if let Some(message) = to_js(&outgoing) {
                ASKED.with_borrow(|asked| {
                    let asked = asked.iter().find(|(id, ..)| *id == outgoing.request_id)?;
                    Reflect::set(&message, &JsValue::from_str("data"), &asked.1).ok()
                });
                post(&message, target);
            }
        }
        Effect::Settled { request_id, outcome } => {
            let asked = ASKED.with_borrow_mut(|asked| {
                let position = asked.iter().position(|(id, ..)| *id == request_id)?;
                Some(asked.swap_remove(position))
            });
            if let Some((_, _, then)) = asked {
                let response = message.map(|message| get(message, "response"));
                // What a module makes of it is the module's.
                let _ = then.call1(&JsValue::UNDEFINED, &response.unwrap_or_default());
            } else {
                listener(Told::Settled { request_id, outcome });
            }
        }
        Effect::OpenIdPrompt { request_id } => listener(Told::OpenIdPrompt { request_id }),
        Effect::Theme(name) => {
            boot_call("theme", &JsValue::from(name));
        }
        Effect::Language(tag) => {
            boot_call("language", &JsValue::from(tag));
            let listener = listener.clone();
            wasm_bindgen_futures::spawn_local(async move {
                learn_language().await;
                listener(Told::Language);
            });
        }
        Effect::Visible(visible) => listener(Told::Visible(visible)),
        Effect::Approved(approved) => {
            let approved: Array = approved.into_iter().map(JsValue::from).collect();
            boot_call("approved", &approved);
        }
        Effect::Chosen(sticker) => listener(Told::Chosen(sticker)),
    }
}

/// As JSON would be: no `Map`, no `undefined`.
fn to_js(message: &impl Serialize) -> Option<JsValue> {
    message.serialize(&Serializer::json_compatible()).ok()
}

fn post(message: &JsValue, target: &str) {
    if let Ok(Some(parent)) = leptos::prelude::window().parent() {
        // A message that cannot be cloned was not one of a Matrix client.
        let _ = parent.post_message(message, target);
    }
}
