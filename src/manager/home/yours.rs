//! What is in the user's account: the sticker picker, of which clients use the first, and
//! integration managers.

use leptos::prelude::*;
use tessera_host_protocol::manager::reply::Widget;
use wasm_bindgen_futures::spawn_local;

use super::{Doing, Section};
use crate::i18n::manager as say;
use crate::manager::changing;
use crate::manager::inventory::is_of;
use crate::manager::screen::Screen;
use crate::manager::visibility;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, IconButton, Weight};
use crate::ui::glyph::Glyph;
use crate::ui::row::Row;

/// The row that replacing is done with.
const REPLACING: &str = "replacing a picker";

/// The section of the account.
#[component]
pub fn Yours(pickers: Vec<Widget>, managers: Vec<Widget>, doing: Doing) -> impl IntoView {
    let manager = doing.manager;
    let origin = changing::origin();
    let foreign = pickers.first().filter(|picker| !is_of(&picker.url, &origin)).map(host_of);
    let empty = pickers.is_empty().then(|| say::NO_PICKER.get());
    let replace = move || {
        doing.begin(REPLACING);
        spawn_local(async move {
            let replaced = changing::install_picker(manager).await;
            if doing.end(replaced) {
                manager.say(say::PICKER_REPLACED.get());
            }
        });
    };
    let of_pickers = origin.clone();
    let pickers = pickers.into_iter().map(move |picker| {
        let ours = is_of(&picker.url, &of_pickers);
        view! { <AccountRow widget=picker glyph=Glyph::Sticker ours doing /> }
    });
    let pickers = pickers.collect_view();
    let managers = managers.into_iter().map(move |entry| {
        let ours = is_of(&entry.url, &origin);
        view! { <AccountRow widget=entry glyph=Glyph::Plug ours doing /> }
    });
    view! {
        {foreign
            .map(|host| {
                view! {
                    <Banner
                        tone=Tone::Info
                        title=say::FOREIGN_PICKER_TITLE.with(&host)
                        text=say::FOREIGN_PICKER_TEXT.get()
                    >
                        <Button
                            label=say::FOREIGN_PICKER_ACTION.get()
                            weight=Weight::Primary
                            busy=doing.with(REPLACING)
                            on_press=replace
                        />
                    </Banner>
                }
            })}
        <Section
            title=say::YOURS.get()
            empty
        >
            {pickers}
            {managers.collect_view()}
        </Section>
        <div class="buttons">
            <Button
                label=say::STICKERS_TITLE.get()
                glyph=Glyph::Sticker
                on_press=move || manager.go(Screen::Stickers)
            />
        </div>
    }
}

fn host_of(widget: &Widget) -> String {
    visibility::host(&widget.url).unwrap_or(&widget.url).to_owned()
}

#[component]
fn AccountRow(widget: Widget, glyph: Glyph, ours: bool, doing: Doing) -> impl IntoView {
    let title = match glyph {
        Glyph::Sticker => say::PICKER.get(),
        _ => say::MANAGER.get(),
    };
    let host = host_of(&widget);
    let mark = if ours {
        Some((say::BY_TESSERA.get(), false))
    } else {
        visibility::ailment(&widget.url).map(|_| (say::AILMENT_CLOSED.get(), true))
    };
    let (key, label) = (widget.widget_id.clone(), say::REMOVE.with(&host));
    let remove = move || {
        let widget = widget.clone();
        doing.begin(&widget.widget_id);
        spawn_local(async move {
            let removed = changing::remove_widget(doing.manager, &widget).await;
            if doing.end(removed) {
                let name = host_of(&widget);
                let undo = move || restore(doing, widget.clone());
                doing.manager.say_with_undo(say::REMOVED.with(&name), undo);
            }
        });
    };
    view! {
        <Row glyph title lines=vec![host] mark>
            <IconButton label glyph=Glyph::Bin busy=doing.with(&key) on_press=remove />
        </Row>
    }
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
