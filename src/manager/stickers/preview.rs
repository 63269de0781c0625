//! A pack to look at, with every sticker.

use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::pack::{PackPreview, PackSummary};
use wasm_bindgen_futures::spawn_local;

use super::{packs, title_of};
use crate::i18n::manager as say;
use crate::manager::trouble::TroubleBanner;
use crate::manager::{Loading, Manager};
use crate::ui::button::Button;
use crate::ui::dialog::Dialog;
use crate::ui::waiting::Bones;

/// Shows the pack that `shown` names.
#[component]
pub fn PackDialog(manager: Manager, shown: RwSignal<Option<PackSummary>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let pack = RwSignal::new(Loading::<PackPreview>::Busy);
    Effect::new(move |_| {
        let Some(summary) = shown.get() else { return };
        pack.set(Loading::Busy);
        open.set(true);
        spawn_local(async move {
            pack.set(match packs::preview(manager, &summary.id).await {
                Ok(found) => Loading::Ready(found),
                Err(trouble) => Loading::Failed(trouble),
            });
        });
    });
    let stickers = move || match pack.get() {
        Loading::Busy => view! { <Bones label=say::LOADING.get() /> }.into_any(),
        Loading::Failed(trouble) => view! { <TroubleBanner trouble retry=None /> }.into_any(),
        Loading::Ready(found) => {
            let credit = [found.pack.author, found.pack.attribution, Some(found.pack.licence)];
            let credit: Vec<String> = credit.into_iter().flatten().collect();
            let stickers = found.stickers.into_iter().map(|sticker| {
                let source = preview_path(&sticker.still);
                let name = if sticker.body.is_empty() { sticker.shortcode } else { sticker.body };
                view! {
                    <li>
                        <img
                            src=source
                            alt=name.clone()
                            title=name
                            width="72"
                            height="72"
                            loading="lazy"
                        />
                    </li>
                }
            });
            view! {
                <p class="field-help" dir="auto">{credit.join(" · ")}</p>
                {found
                    .page_url
                    .map(|url| {
                        view! {
                            <p>
                                <a class="link" href=url target="_blank" rel="noopener noreferrer">
                                    {say::PACK_PAGE.get()}
                                </a>
                            </p>
                        }
                    })}
                <ul class="pack-stickers">{stickers.collect_view()}</ul>
            }
            .into_any()
        }
    };
    let title = move || shown.get().as_ref().map(title_of).unwrap_or_default();
    view! {
        {move || {
            view! {
                <Dialog open title=title()>
                    {stickers}
                    <div class="buttons">
                        <Button label=say::CLOSE.get() on_press=move || open.set(false) />
                    </div>
                </Dialog>
            }
        }}
    }
}
