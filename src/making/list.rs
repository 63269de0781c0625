//! The user's packs, making a new one, and making one of a zip.

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::own_packs::{ImportedPack, OwnPack, OwnPacks, PackChange};

use super::asking::{Content, change};
use super::{MINE, Making, name_of_state, name_of_visibility};
use crate::device;
use crate::i18n::{self, making as say, manager as shared};
use crate::manager::Loading;
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};
use crate::ui::field::TextField;
use crate::ui::waiting::Bones;

/// The list.
#[component]
pub fn List(making: Making) -> impl IntoView {
    let retry = Callback::new(move |()| making.load());
    let rows = move || match making.packs.get() {
        Loading::Busy => view! { <Bones label=say::MAKING_LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => {
            view! { <TroubleBanner trouble retry=Some(retry) /> }.into_any()
        }
        Loading::Ready(OwnPacks { packs, .. }) if packs.is_empty() => {
            view! { <p class="empty">{say::PACKS_NONE.get()}</p> }.into_any()
        }
        Loading::Ready(OwnPacks { packs, .. }) => {
            let rows = packs.into_iter().map(|pack| row(making, pack));
            view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <section class="section" id="packs">
            <h2>{say::PACKS.get()}</h2>
            {rows}
        </section>
        <New making />
        <Zip making />
    }
}

fn row(making: Making, own: OwnPack) -> impl IntoView {
    let title = own.pack.title(&i18n::language()).to_owned();
    let count = usize::try_from(own.pack.sticker_count).unwrap_or(usize::MAX);
    let facts = [
        name_of_state(own.state).get(),
        name_of_visibility(own.visibility).get(),
        shared::PACK_STICKERS.get(count),
    ];
    let reason = own.reason.map(|reason| view! { <p dir="auto">{reason}</p> });
    let covers = own.pack.covers.iter().map(|cover| {
        view! { <img src=preview_path(cover) alt="" width="36" height="36" loading="lazy" /> }
    });
    let covers = covers.collect_view();
    let label = say::EDIT.with(&title);
    let (id, opened) = (own.pack.id.clone(), own.pack.id);
    view! {
        <li class="row" data-pack=id>
            <div class="row-text">
                <h3 dir="auto">{title}</h3>
                <p>{facts.join(" · ")}</p>
                {reason}
                <p class="covers">{covers}</p>
            </div>
            <div class="row-buttons">
                <button
                    type="button"
                    class="button"
                    aria-label=label
                    on:click=move |_| making.current.set(Some(opened.clone()))
                >
                    {say::EDIT_SHORT.get()}
                </button>
            </div>
        </li>
    }
}

/// A new pack needs a title and nothing more.
#[component]
fn New(making: Making) -> impl IntoView {
    let title = RwSignal::new(String::new());
    let wrong = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let make = move || {
        let typed = title.get_untracked().trim().to_owned();
        if typed.is_empty() {
            wrong.set(Some(say::TITLE_MISSING.get()));
            return;
        }
        wrong.set(None);
        let new = PackChange {
            title: Some(typed),
            language: Some(i18n::language()),
            ..PackChange::default()
        };
        let sending = async move {
            let content = Content::Json(&new);
            let made: OwnPack = change(Method::POST, &making.token(), MINE, None, content).await?;
            making.current.set(Some(made.pack.id));
            Ok(())
        };
        attempt(busy, failed, sending, device::packs_changed);
    };
    view! {
        <section class="section" id="new">
            <h2>{say::NEW_TITLE.get()}</h2>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <div class="form">
                <TextField id="new-title" label=say::PACK_TITLE.get() value=title error=wrong />
                <div class="buttons">
                    <Button
                        label=say::NEW_PRESS.get()
                        weight=Weight::Primary
                        busy=busy
                        on_press=make
                    />
                </div>
            </div>
        </section>
    }
}

/// A pack that was made elsewhere.
#[component]
fn Zip(making: Making) -> impl IntoView {
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let came = RwSignal::new(None::<ImportedPack>);
    let read = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        let name = js_sys::encode_uri_component(file.name().trim_end_matches(".zip"));
        let path = [MINE, "/import?name=", &String::from(name)].concat();
        let sending = async move {
            let content = Content::<()>::File(file.as_ref());
            let made: Option<ImportedPack> =
                change(Method::POST, &making.token(), &path, None, content).await?;
            came.set(made);
            Ok(())
        };
        // The same file may be chosen again.
        input.set_value("");
        attempt(busy, failed, sending, move || {
            making.load();
            device::packs_changed();
        });
    };
    let result = move || {
        came.get().map(|made| {
            let title = say::ZIP_TAKEN.get(made.taken.len());
            let left = made.left_out.into_iter().map(|file| {
                view! {
                    <li dir="auto">
                        <strong>{file.file}</strong>
                        ": "
                        {file.reason}
                    </li>
                }
            });
            view! {
                <Banner tone=Tone::Good title>
                    <ul class="left-out">{left.collect_view()}</ul>
                </Banner>
            }
        })
    };
    view! {
        <section class="section" id="zip">
            <h2>{say::ZIP_TITLE.get()}</h2>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            {result}
            <div class="field">
                <label for="zip-file">{say::ZIP_LABEL.get()}</label>
                <input
                    id="zip-file"
                    type="file"
                    accept=".zip,application/zip"
                    aria-describedby="zip-help"
                    aria-busy=move || busy.get().then_some("true")
                    on:change=read
                />
                <p class="field-help" id="zip-help">
                    {say::ZIP_HELP.get()}
                </p>
            </div>
        </section>
    }
}
