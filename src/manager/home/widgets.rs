//! The room's widgets.

use leptos::prelude::*;
use tessera_host_protocol::manager::reply::Widget;
use wasm_bindgen_futures::spawn_local;

use super::{Doing, Section, by_and_when};
use crate::i18n::manager as say;
use crate::manager::changing;
use crate::manager::inventory::RoomWidget;
use crate::manager::screen::{Screen, Task};
use crate::manager::visibility::{self, Ailment};
use crate::ui::button::{Button, IconButton};
use crate::ui::glyph::Glyph;
use crate::ui::row::Row;

/// The section of widgets.
#[component]
pub fn Widgets(widgets: Vec<RoomWidget>, doing: Doing) -> impl IntoView {
    let empty = widgets.is_empty().then(|| say::WIDGETS_NONE.get());
    let rows = widgets.into_iter().map(move |widget| view! { <WidgetRow widget doing /> });
    view! {
        <Section title=say::WIDGETS.get() empty>
            {rows.collect_view()}
        </Section>
    }
}

#[component]
fn WidgetRow(widget: RoomWidget, doing: Doing) -> impl IntoView {
    let RoomWidget { widget, set_ts, recorded } = widget;
    let id = widget.widget_id.clone();
    let shown = changing::shown_url(&widget);
    let host = visibility::host(&shown).map(ToOwned::to_owned);
    let mut lines = Vec::new();
    let title = match (widget.name.clone(), host) {
        (Some(name), host) => {
            lines.extend(host);
            name
        }
        (None, Some(host)) => host,
        (None, None) => widget.kind.clone(),
    };
    lines.push(what_it_sees(&shown, &widget));
    lines.extend(by_and_when(say::SET_BY, widget.sender.as_deref(), set_ts));
    let mark = match visibility::ailment(&widget.url) {
        Some(Ailment::Closed) => Some((say::AILMENT_CLOSED.get(), true)),
        Some(Ailment::Insecure) => Some((say::AILMENT_INSECURE.get(), true)),
        Some(Ailment::NoAddress) => Some((say::AILMENT_NO_ADDRESS.get(), true)),
        None => recorded.then(|| (say::BY_TESSERA.get(), false)),
    };
    let edit = {
        let id = id.clone();
        move || doing.manager.go(Screen::Widget(Task::Edit(id.clone())))
    };
    let remove = {
        let title = title.clone();
        move || remove(doing, widget.clone(), title.clone())
    };
    view! {
        <Row glyph=Glyph::Extension title=title.clone() lines mark>
            <Button label=say::EDIT.get() on_press=edit />
            <IconButton
                label=say::REMOVE.with(&title)
                glyph=Glyph::Bin
                busy=doing.with(&id)
                on_press=remove
            />
        </Row>
    }
}

fn what_it_sees(url: &str, widget: &Widget) -> String {
    let mut learns = vec![say::LEARNS_IP.get()];
    learns.extend(visibility::of(url, &widget.data).into_iter().map(|what| what.text().get()));
    say::LEARNS.with(&learns.join(&say::LIST_COMMA.get()))
}

fn remove(doing: Doing, widget: Widget, title: String) {
    doing.begin(&widget.widget_id);
    spawn_local(async move {
        let removed = changing::remove_widget(doing.manager, &widget).await;
        if doing.end(removed) {
            let undo = move || restore(doing, widget.clone());
            doing.manager.say_with_undo(say::REMOVED.with(&title), undo);
        }
    });
}

fn restore(doing: Doing, widget: Widget) {
    doing.begin(&widget.widget_id);
    spawn_local(async move {
        let restored = changing::restore_widget(doing.manager, &widget).await;
        if doing.end(restored) {
            doing.manager.say(say::RESTORED.get());
        }
    });
}
