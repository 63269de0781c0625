//! The pack's stickers, each with its texts, in their order.

use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::own_packs::{OwnSticker, StickerChange};

use super::bench::{Task, Work};
use super::words;
use crate::i18n::{making as say, manager as shared};
use crate::ui::button::IconButton;
use crate::ui::field::TextField;
use crate::ui::glyph::Glyph;

/// The list.
#[component]
pub fn Stickers(work: Work) -> impl IntoView {
    let keys = Memo::new(move |_| {
        work.stickers.with(|all| all.iter().map(|it| it.shortcode.clone()).collect::<Vec<_>>())
    });
    let none = move || {
        keys.with(Vec::is_empty).then(|| view! { <p class="empty">{say::STICKERS_NONE.get()}</p> })
    };
    view! {
        <section class="section" id="stickers">
            <h2>{say::STICKERS.get()}</h2>
            {none}
            <ul class="rows">
                <For each=move || keys.get() key=String::clone let:shortcode>
                    <Sticker work shortcode />
                </For>
            </ul>
        </section>
    }
}

/// One sticker. What is typed is saved when the field is left.
#[component]
fn Sticker(work: Work, shortcode: String) -> impl IntoView {
    let name = shortcode.clone();
    let find = move || {
        work.stickers.with_untracked(|all| all.iter().find(|it| it.shortcode == name).cloned())
    };
    let sticker: OwnSticker = find()?;
    let body = RwSignal::new(sticker.body.clone());
    let code = RwSignal::new(sticker.shortcode.clone());
    let emoji = RwSignal::new(sticker.emoji.join(" "));
    let tags = RwSignal::new(sticker.tags.join(", "));
    let wrong = RwSignal::new(None);
    let save = {
        let shortcode = shortcode.clone();
        move || {
            let Some(now) = find() else { return };
            let typed = code.get_untracked().trim().to_owned();
            if !tessera_protocol::limits::is_shortcode(&typed) {
                wrong.set(Some(say::SHORTCODE_WRONG.get()));
                return;
            }
            wrong.set(None);
            let said = body.get_untracked().trim().to_owned();
            let faces = emoji.get_untracked();
            let faces: Vec<String> = faces.split_whitespace().map(str::to_owned).collect();
            let about = words(&tags.get_untracked());
            let change = StickerChange {
                shortcode: (typed != now.shortcode).then_some(typed),
                body: (said != now.body).then_some(said),
                emoji: (faces != now.emoji).then_some(faces),
                tags: (about != now.tags).then_some(about),
            };
            if change != StickerChange::default() {
                work.after(Task::Say(shortcode.clone(), change));
            }
        }
    };
    let place = {
        let shortcode = shortcode.clone();
        move || work.stickers.with(|all| all.iter().position(|it| it.shortcode == shortcode))
    };
    let count = move || work.stickers.with(Vec::len);
    let shift = {
        let place = place.clone();
        move |by: isize| {
            let Some(from) = untrack(&place) else { return };
            let Some(to) = from.checked_add_signed(by).filter(|to| *to < untrack(count)) else {
                return;
            };
            let mut order: Vec<String> = work
                .stickers
                .with_untracked(|all| all.iter().map(|it| it.shortcode.clone()).collect());
            order.swap(from, to);
            work.after(Task::Order(order));
        }
    };
    let (up, down) = (shift.clone(), shift);
    let (first, last) = (place.clone(), place);
    let removed = shortcode.clone();
    let id = |field: &str| ["sticker-", &shortcode, "-", field].concat();
    let still = preview_path(&sticker.still);
    let (up_label, down_label) =
        (shared::PACK_UP.with(&shortcode), shared::PACK_DOWN.with(&shortcode));
    Some(view! {
        <li class="row sticker-row" data-sticker=shortcode.clone() on:focusout=move |_| save()>
            <img src=still alt="" width="72" height="72" />
            <div class="row-text form">
                <TextField id=id("body") label=say::ALT.get() help=Some(say::ALT_HELP.get()) value=body />
                <details>
                    <summary>{say::STICKER_MORE.get()}</summary>
                    <TextField id=id("code") label=say::SHORTCODE.get() value=code error=wrong />
                    <TextField id=id("emoji") label=say::EMOJI.get() value=emoji />
                    <TextField
                        id=id("tags")
                        label=say::TAGS.get()
                        help=Some(say::TAGS_HELP.get())
                        value=tags
                    />
                </details>
            </div>
            <div class="row-buttons">
                {move || {
                    let up = up.clone();
                    let label = up_label.clone();
                    (first() != Some(0))
                        .then(|| {
                            view! {
                                <IconButton label glyph=Glyph::Up on_press=move || up(-1) />
                            }
                        })
                }}
                {move || {
                    let down = down.clone();
                    let label = down_label.clone();
                    (last().map(|at| at + 1) != Some(count()))
                        .then(|| {
                            view! {
                                <IconButton label glyph=Glyph::Down on_press=move || down(1) />
                            }
                        })
                }}
                <IconButton
                    label=shared::REMOVE.with(&shortcode)
                    glyph=Glyph::Bin
                    on_press=move || work.after(Task::Remove(removed.clone()))
                />
            </div>
        </li>
    })
}
