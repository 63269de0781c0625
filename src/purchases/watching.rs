//! What becomes of an order that is open: our server tells as it happens, by server-sent events; where
//! the stream breaks off or cannot be had, it is asked every few seconds.

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use tessera_protocol::order::Order;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ReadableStreamDefaultReader;

use super::Purchases;
use crate::api::lines::Lines;
use crate::device;

/// How long between two questions, in milliseconds.
const PAUSE: i32 = 4000;

/// Follows an order until it is not open any more, and says each time where it stands. It ends with the
/// signal.
pub fn follow(purchases: Purchases, id: String, order: RwSignal<Option<Order>>) {
    spawn_local(async move {
        let _ = stream(purchases, &id, order).await;
        ask_again(purchases, id, order);
    });
}

/// Whether somebody still wants to know.
fn is_open(id: &str, order: RwSignal<Option<Order>>) -> bool {
    let wanted = order.try_get_untracked().flatten();
    wanted.is_some_and(|order| order.id == id && order.state.is_open())
}

fn tell(purchases: Purchases, id: &str, order: RwSignal<Option<Order>>, now: &Order) {
    if is_open(id, order) && order.try_set(Some(now.clone())).is_none() && !now.state.is_open() {
        purchases.changed();
    }
}

fn ask_again(purchases: Purchases, id: String, order: RwSignal<Option<Order>>) {
    if !is_open(&id, order) {
        return;
    }
    device::after(PAUSE, move || {
        spawn_local(async move {
            if !is_open(&id, order) {
                return;
            }
            if let Ok(now) = purchases.get(&["/api/v1/orders/", &id].concat()).await {
                tell(purchases, &id, order, &now);
            }
            ask_again(purchases, id, order);
        });
    });
}

/// Reads the stream to its end; `None` where there is none.
async fn stream(purchases: Purchases, id: &str, order: RwSignal<Option<Order>>) -> Option<()> {
    let answer = gloo_net::http::Request::get(&["/api/v1/orders/", id, "/events"].concat())
        .header("Authorization", &["Bearer ", &purchases.token()].concat())
        .send()
        .await
        .ok()?;
    if !answer.ok() {
        return None;
    }
    let reader: ReadableStreamDefaultReader = answer.body()?.get_reader().dyn_into().ok()?;
    let mut lines = Lines::default();
    loop {
        let chunk = JsFuture::from(reader.read()).await.ok()?;
        let bytes = Reflect::get(&chunk, &"value".into()).ok()?.dyn_into::<Uint8Array>();
        // The end of the stream has no bytes.
        let Ok(bytes) = bytes else { return Some(()) };
        for line in lines.push(&bytes.to_vec()) {
            let data = line.strip_prefix("data: ");
            if let Some(now) = data.and_then(|data| serde_json::from_str(data).ok()) {
                tell(purchases, id, order, &now);
            }
        }
        if !is_open(id, order) {
            // What comes after is of no interest.
            let _ = reader.cancel();
            return Some(());
        }
    }
}
