//! What the manager changes in a room and in the user's account, and how that is recorded. Every
//! screen changes through here, so that whatever was set up is on record and can be taken back.

use gloo_net::http::Method;
use serde_json::{Value, json};
use tessera_host_protocol::manager::changing::{
    Invite, Kick, SendEvent, Sendable, SetWidget, Setting,
};
use tessera_host_protocol::manager::json::Object;
use tessera_host_protocol::manager::reading::CanSendEvent;
use tessera_host_protocol::manager::reply::{Place, Widget};

use tessera_protocol::installation::{InstallationKind, Installations, NewInstallation};
use tessera_protocol::manager::Manager as Server;

use super::Manager;
use super::trouble::Trouble;
use crate::api::manager as api;
use crate::device;
use crate::host::messaging::ask;

/// The user's own records.
const INSTALLATIONS: &str = "/api/v1/installations";

/// The field of a widget's content that only `send_event` can write.
const WAIT: &str = "waitForIframeLoad";

/// The origin of this manager.
#[must_use]
pub fn origin() -> String {
    leptos::prelude::window().location().origin().unwrap_or_default()
}

/// The address that a widget shows: that inside a wrapper, where it is one, else its own.
#[must_use]
pub fn shown_url(widget: &Widget) -> String {
    let inner = widget.data.get("url").and_then(Value::as_str).filter(|url| url.contains("://"));
    inner.unwrap_or(&widget.url).to_owned()
}

/// Removes a widget from its room or account.
///
/// # Errors
/// When it was not removed, or nobody knows.
pub async fn remove_widget(manager: Manager, widget: &Widget) -> Result<(), Trouble> {
    let (place, widget_id) = (widget.place.clone(), widget.widget_id.clone());
    ask(SetWidget { place, widget_id, setting: Setting::Remove }).await?;
    unrecord(manager, widget).await;
    Ok(())
}

/// Puts a widget back as it was.
///
/// # Errors
/// When it was not put back, or nobody knows.
pub async fn restore_widget(manager: Manager, widget: &Widget) -> Result<(), Trouble> {
    let setting = Setting::Put {
        kind: widget.kind.clone(),
        url: widget.url.clone(),
        name: widget.name.clone(),
        avatar_url: widget.avatar_url.clone(),
        data: Some(widget.data.clone()).filter(|data| !data.is_empty()),
    };
    put_widget(manager, &widget.place, &widget.widget_id, setting, widget.content.get(WAIT)).await
}

/// Sets a widget, and puts it on record. `wait` is what its content says about waiting for its
/// frame, if it says something.
///
/// # Errors
/// When it was not set, or nobody knows.
pub async fn put_widget(
    manager: Manager,
    place: &Place,
    widget_id: &str,
    setting: Setting,
    wait: Option<&Value>,
) -> Result<(), Trouble> {
    let kind = match &setting {
        Setting::Put { kind, .. } => kind.clone(),
        Setting::Remove => String::new(),
    };
    match (place, &setting, wait) {
        (Place::Room(room_id), Setting::Put { kind, url, name, avatar_url, data }, Some(wait)) => {
            let mut content = Object::new();
            content.insert("type".into(), json!(kind));
            content.insert("url".into(), json!(url));
            content.insert(WAIT.into(), wait.clone());
            for (field, value) in [("name", name), ("avatar_url", avatar_url)] {
                content.extend(value.as_ref().map(|value| (field.into(), json!(value))));
            }
            content.extend(data.as_ref().map(|data| ("data".into(), json!(data))));
            let state_key = widget_id.to_owned();
            let (room_id, kind) = (room_id.clone(), Sendable::ModularWidgets);
            ask(SendEvent { room_id, kind, state_key, content }).await?;
        }
        _ => {
            let (place, widget_id) = (place.clone(), widget_id.to_owned());
            ask(SetWidget { place, widget_id, setting }).await?;
        }
    }
    record(manager, place, widget_id, &kind).await;
    Ok(())
}

/// Installs our sticker picker for the user, and removes every other: clients use only the first.
///
/// # Errors
/// When it was not installed, or nobody knows.
pub async fn install_picker(manager: Manager) -> Result<(), Trouble> {
    let pickers = manager.inventory_now(|inventory| inventory.pickers.clone());
    let own = pickers.iter().find(|picker| super::inventory::is_of(&picker.url, &origin()));
    let widget_id = own.map_or_else(device::random_id, |picker| picker.widget_id.clone());
    let Some(session) = manager.session() else { return Err(Trouble::default()) };
    let server: Server = api::get(&session.token, "/api/v1/manager").await?;
    let setting = Setting::Put {
        kind: "m.stickerpicker".into(),
        url: server.picker_url,
        name: Some("Stickers".into()),
        avatar_url: None,
        data: None,
    };
    put_widget(manager, &Place::Account, &widget_id, setting, None).await?;
    // Ours is there, so that at no time there is none.
    for other in pickers.iter().filter(|picker| picker.widget_id != widget_id) {
        remove_widget(manager, other).await?;
    }
    Ok(())
}

/// Makes this the user's integration manager: an entry in their account. Without it, a client that
/// knows us from the homeserver alone forgets us as soon as a widget of the account changes.
///
/// # Errors
/// When it was not set, or nobody knows.
pub async fn install_manager(manager: Manager) -> Result<(), Trouble> {
    let entries = manager.inventory_now(|inventory| inventory.managers.clone());
    let own = entries.iter().find(|entry| super::inventory::is_of(&entry.url, &origin()));
    let widget_id = own.map_or_else(device::random_id, |entry| entry.widget_id.clone());
    let Some(session) = manager.session() else { return Err(Trouble::default()) };
    let server: Server = api::get(&session.token, "/api/v1/manager").await?;
    let mut data = Object::new();
    data.insert("api_url".into(), json!(server.api_url));
    let setting = Setting::Put {
        kind: "m.integration_manager".into(),
        url: server.ui_url,
        name: Some(server.name),
        avatar_url: None,
        data: Some(data),
    };
    put_widget(manager, &Place::Account, &widget_id, setting, None).await
}

/// What of ours is in the user's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// Sticker pickers.
    Picker,
    /// Everything that we wrote.
    All,
}

/// Removes what is ours from the user's account.
///
/// # Errors
/// When something was not removed, or nobody knows; what was removed before then stays so.
pub async fn remove_own(manager: Manager, what: Own) -> Result<(), Trouble> {
    let mut entries = manager.inventory_now(|inventory| inventory.pickers.clone());
    if what == Own::All {
        entries.extend(manager.inventory_now(|inventory| inventory.managers.clone()));
    }
    for entry in entries.iter().filter(|entry| super::inventory::is_of(&entry.url, &origin())) {
        remove_widget(manager, entry).await?;
    }
    Ok(())
}

/// Removes a bot from the room.
///
/// # Errors
/// When it was not removed, or nobody knows.
pub async fn remove_bot(manager: Manager, user_id: &str) -> Result<(), Trouble> {
    let room_id = manager.room_id().unwrap_or_default();
    let kick = Kick { room_id, user_id: user_id.to_owned(), reason: None };
    Ok(ask(kick).await?)
}

/// Invites a bot to the room.
///
/// # Errors
/// When it was not invited, or nobody knows.
pub async fn invite_bot(manager: Manager, user_id: &str) -> Result<(), Trouble> {
    let room_id = manager.room_id().unwrap_or_default();
    Ok(ask(Invite { room_id, user_id: user_id.to_owned() }).await?)
}

/// Records what was set up: in the room where the user may, and for the user's own list. What was
/// set up works without either, so neither failing fails it.
async fn record(manager: Manager, place: &Place, key: &str, kind: &str) {
    let room_id = match place {
        Place::Room(room_id) => Some(room_id.clone()),
        Place::Account => None,
    };
    let Some(session) = manager.session() else { return };
    if let Some(room_id) = &room_id {
        let content = json!({
            "type": kind,
            "installed_by": session.user_id,
            "installed_ts": crate::host::incoming::whole(device::now() / 1000.0),
        });
        keep_in_room(room_id, key, content).await;
    }
    let body = NewInstallation {
        kind: kind_of(place),
        room_id,
        key: key.to_owned(),
        kind_type: kind.to_owned(),
    };
    let _: Result<Value, _> = api::send(Method::PUT, &session.token, INSTALLATIONS, &body).await;
}

const fn kind_of(place: &Place) -> InstallationKind {
    match place {
        Place::Room(_) => InstallationKind::Widget,
        Place::Account => InstallationKind::AccountWidget,
    }
}

/// Takes a record back.
async fn unrecord(manager: Manager, widget: &Widget) {
    let mut in_room = None;
    if let Place::Room(room_id) = &widget.place {
        in_room = Some(room_id);
        let recorded = manager.inventory_now(|inventory| {
            inventory.room_widget(&widget.widget_id).is_some_and(|found| found.recorded)
        });
        if recorded {
            keep_in_room(room_id, &widget.widget_id, json!({})).await;
        }
    }
    let Some(session) = manager.session() else { return };
    let Ok(all) = api::get::<Installations>(&session.token, INSTALLATIONS).await else { return };
    let ours = all.installations.into_iter().find(|record| {
        record.kind == kind_of(&widget.place)
            && record.key == widget.widget_id
            && record.room_id.as_ref() == in_room
    });
    if let Some(record) = ours {
        let path = [INSTALLATIONS, "/", &record.id].concat();
        let _: Result<(), _> = api::delete(&session.token, &path).await;
    }
}

async fn keep_in_room(room_id: &str, state_key: &str, content: Value) {
    let event_type = "io.element.integrations.installations".to_owned();
    let may = CanSendEvent { room_id: room_id.to_owned(), event_type, is_state: true };
    let Value::Object(content) = content else { return };
    if ask(may).await.is_ok() {
        let (room_id, state_key) = (room_id.to_owned(), state_key.to_owned());
        let kind = Sendable::Installations;
        let _ = ask(SendEvent { room_id, kind, state_key, content }).await;
    }
}
