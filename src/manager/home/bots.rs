//! The room's bots and bridges, as far as they can be told from people.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Doing, Section, by_and_when};
use crate::i18n::manager as say;
use crate::manager::bots::Automaton;
use crate::manager::changing;
use crate::manager::inventory::RoomBot;
use crate::ui::button::IconButton;
use crate::ui::glyph::Glyph;
use crate::ui::row::Row;

/// The section of bots and bridges.
#[component]
pub fn Bots(bots: Option<Vec<RoomBot>>, doing: Doing) -> impl IntoView {
    let empty = match &bots {
        None => Some(say::BOTS_UNKNOWN.get()),
        Some(bots) => bots.is_empty().then(|| say::BOTS_NONE.get()),
    };
    let bots = bots.unwrap_or_default();
    let rows = bots.into_iter().map(move |bot| view! { <BotRow bot doing /> });
    view! {
        <Section title=say::BOTS.get() empty>
            {rows.collect_view()}
        </Section>
    }
}

#[component]
fn BotRow(bot: RoomBot, doing: Doing) -> impl IntoView {
    let user_id = bot.user_id;
    let title = bot.name.unwrap_or_else(|| user_id.clone());
    let (glyph, reads) = match bot.automaton {
        Automaton::Bot => (Glyph::Bot, say::BOT_READS),
        Automaton::Bridge => (Glyph::Bridge, say::BRIDGE_READS),
    };
    let mut lines = vec![user_id.clone(), reads.get()];
    if !bot.program.is_empty() && bot.program != title {
        lines.insert(1, bot.program.to_owned());
    }
    lines.extend(by_and_when(say::INVITED_BY, bot.invited_by.as_deref(), bot.since_ts));
    let mark = bot.waiting.then(|| (say::BOT_WAITING.get(), true));
    let remove = {
        let (user_id, title) = (user_id.clone(), title.clone());
        move || remove(doing, user_id.clone(), title.clone())
    };
    view! {
        <Row glyph title=title.clone() lines mark>
            <IconButton
                label=say::REMOVE.with(&title)
                glyph=Glyph::Bin
                busy=doing.with(&user_id)
                on_press=remove
            />
        </Row>
    }
}

fn remove(doing: Doing, user_id: String, title: String) {
    doing.begin(&user_id);
    spawn_local(async move {
        let removed = changing::remove_bot(doing.manager, &user_id).await;
        if doing.end(removed) {
            let undo = move || invite(doing, user_id.clone());
            doing.manager.say_with_undo(say::REMOVED.with(&title), undo);
        }
    });
}

fn invite(doing: Doing, user_id: String) {
    doing.begin(&user_id);
    spawn_local(async move {
        let invited = changing::invite_bot(doing.manager, &user_id).await;
        if doing.end(invited) {
            doing.manager.say(say::INVITED_AGAIN.get());
        }
    });
}
