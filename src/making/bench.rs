//! One pack to work on. Changes go to the server one after the other, for each is based on the revision
//! that the one before it made; what is typed meanwhile waits its turn.

use std::collections::VecDeque;

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::ErrorCode;
use tessera_protocol::own_packs::{
    OwnPack, OwnPackContent, OwnSticker, PackChange, StickerChange, StickerChanged, StickerOrder,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::asking::{Content, change};
use super::{MINE, Making, details, drop, stickers};
use crate::api::manager as api;
use crate::device;
use crate::i18n::{making as say, manager as shared};
use crate::manager::Loading;
use crate::manager::trouble::{Trouble, TroubleBanner};
use crate::ui::waiting::Bones;

/// Something to be done to the pack.
#[derive(Debug, Clone)]
pub enum Task {
    /// A picture becomes a sticker: the file, and what becomes of it, as a query.
    Add(JsValue, String),
    /// Something else is said of a sticker.
    Say(String, StickerChange),
    /// A sticker goes.
    Remove(String),
    /// The stickers in another order.
    Order(Vec<String>),
    /// Something else is said of the pack.
    Change(PackChange),
    /// Others are to see it.
    Submit,
    /// Nobody else is to see it any more.
    Withdraw,
}

/// The pack on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// The page.
    pub making: Making,
    /// The pack as the server has it.
    pub pack: RwSignal<OwnPack>,
    /// Its stickers.
    pub stickers: RwSignal<Vec<OwnSticker>>,
    /// How much is to be done.
    pub left: RwSignal<usize>,
    /// What went wrong last.
    pub failed: RwSignal<Option<Trouble>>,
    tasks: StoredValue<VecDeque<Task>, LocalStorage>,
}

impl Work {
    /// Does something, after what is to be done before.
    pub fn after(self, task: Task) {
        self.tasks.update_value(|tasks| tasks.push_back(task));
        self.failed.set(None);
        self.left.update(|left| *left += 1);
        if self.left.get_untracked() == 1 {
            spawn_local(self.work());
        }
    }

    async fn work(self) {
        while let Some(task) = self.tasks.try_update_value(VecDeque::pop_front).flatten() {
            let done = self.carry_out(task).await;
            if let Err(refusal) = done {
                let stale = refusal.code == Some(ErrorCode::Conflict);
                let _ = self.failed.try_set(Some(refusal.into()));
                if stale {
                    self.read_again().await;
                }
            }
            if self.left.try_update(|left| *left = left.saturating_sub(1)).is_none() {
                return;
            }
        }
        device::packs_changed();
    }

    async fn carry_out(self, task: Task) -> Result<(), api::Refusal> {
        let Some(now) = self.pack.try_get_untracked() else { return Ok(()) };
        let base = [MINE, "/", &now.pack.id].concat();
        let (token, revision) = (self.making.token(), Some(now.revision));
        let of = |shortcode: &str| {
            let name = String::from(js_sys::encode_uri_component(shortcode));
            [&base, "/stickers/", &name].concat()
        };
        match task {
            Task::Add(file, query) => {
                let path = [&base, "/stickers", &query].concat();
                let content = Content::<()>::File(&file);
                let made = change(Method::POST, &token, &path, revision, content).await?;
                self.stickers.update(|all| all.push(self.changed(made)));
            }
            Task::Say(shortcode, said) => {
                let content = Content::Json(&said);
                let path = of(&shortcode);
                let made = change(Method::PATCH, &token, &path, revision, content).await?;
                let sticker = self.changed(made);
                self.stickers.update(|all| {
                    if let Some(old) = all.iter_mut().find(|it| it.shortcode == shortcode) {
                        *old = sticker;
                    }
                });
            }
            Task::Remove(shortcode) => {
                let nothing = Content::<()>::Nothing;
                let pack: OwnPack =
                    change(Method::DELETE, &token, &of(&shortcode), revision, nothing).await?;
                self.pack.set(pack);
                self.stickers.update(|all| all.retain(|it| it.shortcode != shortcode));
            }
            Task::Order(order) => {
                let path = [&base, "/order"].concat();
                let order = StickerOrder { stickers: order };
                let content = Content::Json(&order);
                let pack = change(Method::PUT, &token, &path, revision, content).await?;
                self.pack.set(pack);
                self.stickers.update(|all| {
                    all.sort_by_key(|it| order.stickers.iter().position(|s| *s == it.shortcode));
                });
            }
            Task::Change(said) => {
                let content = Content::Json(&said);
                self.pack.set(change(Method::PATCH, &token, &base, revision, content).await?);
                self.making.manager.say(say::SAVED.get());
            }
            Task::Submit | Task::Withdraw => {
                let (end, said) = match task {
                    Task::Submit => ("/submit", say::SUBMITTED),
                    _ => ("/withdraw", say::WITHDRAWN),
                };
                let path = [&base, end].concat();
                let nothing = Content::<()>::Nothing;
                self.pack.set(change(Method::POST, &token, &path, revision, nothing).await?);
                self.making.manager.say(said.get());
            }
        }
        Ok(())
    }

    /// Takes note of the pack's revision after a change of a sticker.
    fn changed(self, made: StickerChanged) -> OwnSticker {
        self.pack.update(|pack| {
            pack.revision = made.revision;
            pack.state = made.state;
        });
        made.sticker
    }

    /// The pack was changed elsewhere.
    async fn read_again(self) {
        let Some(now) = self.pack.try_get_untracked() else { return };
        let path = [MINE, "/", &now.pack.id].concat();
        if let Ok(content) = api::get::<OwnPackContent>(&self.making.token(), &path).await {
            let _ = self.pack.try_set(content.pack);
            let _ = self.stickers.try_set(content.stickers);
        }
    }
}

/// The pack of this id.
#[component]
pub fn Bench(making: Making, id: String) -> impl IntoView {
    let content = RwSignal::new(Loading::<OwnPackContent>::Busy);
    let load = Callback::new(move |()| {
        let path = [MINE, "/", &id].concat();
        spawn_local(async move {
            let read = api::get(&making.token(), &path).await;
            // The page may show something else by now.
            let _ = content.try_set(match read {
                Ok(found) => Loading::Ready(found),
                Err(refusal) => Loading::Failed(Trouble::from(refusal)),
            });
        });
    });
    load.run(());
    move || match content.get() {
        Loading::Busy => view! { <Bones label=shared::LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => view! { <TroubleBanner trouble retry=Some(load) /> }.into_any(),
        Loading::Ready(OwnPackContent { pack, stickers }) => {
            let work = Work {
                making,
                pack: RwSignal::new(pack),
                stickers: RwSignal::new(stickers),
                left: RwSignal::default(),
                failed: RwSignal::default(),
                tasks: StoredValue::new_local(VecDeque::new()),
            };
            view! {
                <details::Standing work />
                {move || {
                    work.failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })
                }}
                <drop::Drop work />
                <stickers::Stickers work />
                <details::Details work />
            }
            .into_any()
        }
    }
}
