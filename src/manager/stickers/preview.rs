//! A pack to look at, with every sticker.

use leptos::prelude::*;
use tessera_protocol::library::preview_path;
use tessera_protocol::pack::{LicenceTerms, PackPreview, PackSummary};
use wasm_bindgen_futures::spawn_local;

use super::report::Report;
use super::{buy, filters, packs, title_of};
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
            let label = title_of(&found.pack);
            let buy = buy::link(&found.pack).map(|link| view! { <p>{link}</p> });
            let credit = [found.pack.author, found.pack.attribution, Some(found.pack.licence)];
            let rating = filters::rated(found.pack.rating);
            let credit: Vec<String> =
                rating.into_iter().chain(credit.into_iter().flatten()).collect();
            let terms = terms_of(found.pack.licence_terms).map(|line| view! { <li>{line}</li> });
            let tags = found.pack.tags.into_iter().map(|tag| view! { <li dir="auto">{tag}</li> });
            let (own, id) = (found.pack.own, found.pack.id);
            let sent = Callback::new(move |()| open.set(false));
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
                {buy}
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
                <ul class="tags">{tags.collect_view()}</ul>
                <ul class="pack-stickers" tabindex="0" aria-label=label>
                    {stickers.collect_view()}
                </ul>
                <details class="pack-terms">
                    <summary>{say::PACK_TERMS.get()}</summary>
                    <ul>{terms.collect_view()}</ul>
                </details>
                {(!own).then(|| view! { <Report manager id on_sent=sent /> })}
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

/// What one may do with a pack's stickers, and what one has to do for it.
fn terms_of(terms: Option<LicenceTerms>) -> impl Iterator<Item = String> {
    let lines = match terms {
        None => vec![say::TERMS_SEND, say::TERMS_UNCLEAR],
        Some(LicenceTerms { change, sell, credit, same_licence }) => {
            let changed = if change { say::TERMS_CHANGE } else { say::TERMS_NO_CHANGE };
            let sold = if sell { say::TERMS_SELL } else { say::TERMS_NO_SELL };
            let duties =
                [credit.then_some(say::TERMS_CREDIT), same_licence.then_some(say::TERMS_SAME)];
            let lines = [say::TERMS_SEND, changed, sold].into_iter();
            lines.chain(duties.into_iter().flatten()).collect()
        }
    };
    lines.into_iter().map(crate::i18n::Text::get)
}
