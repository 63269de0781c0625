//! Writes a form's widget to the room, and reads it back: only what is there was saved. A failure
//! says what went wrong and leaves the form as it is.

use leptos::prelude::*;
use tessera_host_protocol::manager::changing::Setting;
use tessera_host_protocol::manager::json::Object;
use tessera_host_protocol::manager::reply::{Place, Widget};
use tessera_widgets::Filled;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::{Form, framing};
use crate::device;
use crate::i18n::manager as say;
use crate::manager::screen::Screen;
use crate::manager::trouble::{Kind, Trouble};
use crate::manager::{Manager, changing, loading};

/// The field of a widget's content that `set_widget` cannot write.
const WAIT: &str = "waitForIframeLoad";

/// Saves a form, or shows what is wrong with it.
pub(super) fn save(form: Form) {
    form.tried.set(true);
    form.failed.set(None);
    let Ok(filled) = form.filled.get_untracked() else {
        return focus_first_mistake();
    };
    let Some(room_id) = form.manager.room_id() else { return };
    if form.saving.get_untracked() {
        return;
    }
    form.saving.set(true);
    spawn_local(async move {
        // What cannot be framed is added only if the user has seen that and insists.
        if !form.insisted.get_untracked() && !framing::may_be_framed(form, &filled).await {
            return form.saving.set(false);
        }
        let saved = write(form, Place::Room(room_id), filled).await;
        form.saving.set(false);
        match saved {
            Ok((name, widget_id)) => done(form, &name, widget_id),
            Err(trouble) => form.failed.set(Some(trouble)),
        }
    });
}

/// Writes and reads back; gives the widget's name and id.
async fn write(form: Form, place: Place, filled: Filled) -> Result<(String, String), Trouble> {
    let manager = form.manager;
    let existing = form.existing.get_value();
    let widget_id =
        existing.as_ref().map_or_else(device::random_id, |widget| widget.widget_id.clone());
    let name = filled.name.clone().unwrap_or_else(|| form.title());
    let url = filled.url.clone();
    let setting = setting(filled, &name, existing.as_ref());
    let wait = existing.as_ref().and_then(|widget| widget.content.get(WAIT).cloned());
    let put = changing::put_widget(manager, &place, &widget_id, setting, wait.as_ref()).await;
    match put {
        Err(trouble) if !trouble.maybe_done => Err(trouble),
        outcome => {
            loading::load(manager).await;
            let there = manager.inventory_now(|all| {
                all.room_widget(&widget_id).is_some_and(|found| found.widget.url == url)
            });
            let unconfirmed = || Trouble { kind: Kind::Unconfirmed, maybe_done: true, words: None };
            match (there, outcome) {
                (true, _) => Ok((name, widget_id)),
                (false, Err(trouble)) => Err(trouble),
                (false, Ok(())) => Err(unconfirmed()),
            }
        }
    }
}

fn setting(filled: Filled, name: &str, existing: Option<&Widget>) -> Setting {
    let mut data: Object = filled.data;
    // What clients show after the name is the user's, whoever made the widget.
    if let Some(title) = existing.and_then(|widget| widget.data.get("title")) {
        data.entry("title").or_insert_with(|| title.clone());
    }
    Setting::Put {
        kind: filled.event_type,
        url: filled.url,
        name: Some(name.to_owned()),
        avatar_url: existing.and_then(|widget| widget.avatar_url.clone()),
        data: Some(data),
    }
}

fn done(form: Form, name: &str, widget_id: String) {
    let manager = form.manager;
    manager.arrive(Screen::Home);
    match form.existing.get_value() {
        Some(before) => {
            manager.say_with_undo(say::SAVED.with(name), move || put_back(manager, before.clone()));
        }
        None => {
            let undo = move || take_away(manager, widget_id.clone());
            manager.say_with_undo(say::ADDED.with(name), undo);
        }
    }
}

fn put_back(manager: Manager, before: Widget) {
    spawn_local(async move {
        match changing::restore_widget(manager, &before).await {
            Ok(()) => manager.say(say::RESTORED.get()),
            Err(trouble) => manager.say(trouble.kind.texts().0.get()),
        }
        manager.reload();
    });
}

fn take_away(manager: Manager, widget_id: String) {
    spawn_local(async move {
        let found = manager
            .inventory_now(|all| all.room_widget(&widget_id).map(|found| found.widget.clone()));
        if let Some(widget) = found {
            let name = widget.name.clone().unwrap_or_default();
            match changing::remove_widget(manager, &widget).await {
                Ok(()) => manager.say(say::REMOVED.with(&name)),
                Err(trouble) => manager.say(trouble.kind.texts().0.get()),
            }
        }
        manager.reload();
    });
}

/// Once the mistakes are in the page, which is after the next frame.
fn focus_first_mistake() {
    device::after(50, || {
        let wrong = document().query_selector(".form [aria-invalid=\"true\"]").ok().flatten();
        if let Some(wrong) = wrong.and_then(|wrong| wrong.dyn_into::<HtmlElement>().ok()) {
            // It is in the page, so it can be focused.
            let _ = wrong.focus();
        }
    });
}
