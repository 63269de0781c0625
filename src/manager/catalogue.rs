//! What can be added to the room: cards by category, to be searched by name and by what they do. An
//! address that somebody pastes into the search is a widget already.

use std::sync::Arc;

use leptos::prelude::*;
use tessera_widgets::{Category, WidgetType};

use super::Manager;
use super::screen::{Screen, Task};
use super::shell::Head;
use super::types::{Types, glyph};
use crate::i18n::manager as say;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};
use crate::ui::field::{Input, TextField};
use crate::ui::glyph::GlyphView;

/// The screen.
#[component]
pub fn CatalogueScreen() -> impl IntoView {
    let manager = Manager::here();
    let types = manager.types();
    let query = RwSignal::new(String::new());
    let found = {
        let types = types.clone();
        Memo::new(move |_| search(&types, &query.get()))
    };
    let pasted = {
        let types = types.clone();
        Memo::new(move |_| pasted(&types, &query.get()))
    };
    let count = move || {
        let typed = !query.with(|query| query.trim().is_empty());
        (typed && pasted.with(Option::is_none)).then(|| say::FOUND.get(found.with(Vec::len)))
    };
    let sections = move || {
        let found = found.get();
        let types = types.clone();
        let of = move |category: Category| {
            let ids: Vec<String> = found
                .iter()
                .filter(|id| types.catalogue.get(id).is_some_and(|t| t.category == category))
                .cloned()
                .collect();
            let title = types.texts.category(category).to_owned();
            let types = types.clone();
            (!ids.is_empty()).then(move || {
                let cards = ids.into_iter().filter_map(move |id| {
                    let declared = types.catalogue.get(&id)?.clone();
                    let types = types.clone();
                    Some(view! { <Card declared types /> })
                });
                view! {
                    <section class="section">
                        <h2>{title}</h2>
                        <ul class="cards">{cards.collect_view()}</ul>
                    </section>
                }
            })
        };
        Category::ALL.into_iter().map(of).collect_view()
    };
    view! {
        <Head title=say::CATALOGUE_TITLE.get() subtitle=manager.room_name() />
        <TextField
            id="catalogue-search"
            label=say::CATALOGUE_SEARCH.get()
            help=Some(say::CATALOGUE_SEARCH_HELP.get())
            value=query
            input=Input::Search
        />
        <p class="empty" role="status">
            {count}
        </p>
        {move || {
            pasted
                .get()
                .map(|name| {
                    view! {
                        <Banner tone=Tone::Good title=say::PASTED_TITLE.with(&name)>
                            <Button
                                label=say::PASTED_ACTION.get()
                                weight=Weight::Primary
                                on_press=move || {
                                    let link = query.get_untracked().trim().to_owned();
                                    manager.go(Screen::Widget(Task::Link(link)));
                                }
                            />
                        </Banner>
                    }
                })
        }}
        {sections}
    }
}

/// The kinds that have every word of a query in their name, text or category; all for none.
fn search(types: &Types, query: &str) -> Vec<String> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let matches = |declared: &&WidgetType| {
        let texts = &types.texts;
        let text = [
            texts.name(declared),
            texts.about(declared),
            texts.category(declared.category),
            &declared.id,
        ];
        let text = text.join(" ").to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    types.catalogue.offered().filter(matches).map(|declared| declared.id.clone()).collect()
}

/// The kind of widget that a pasted address is.
fn pasted(types: &Types, query: &str) -> Option<String> {
    let link = query.trim();
    if !link.contains("://") {
        return None;
    }
    let declared = match types.catalogue.link(link) {
        Some(found) => found.widget_type,
        None => types.catalogue.get("custom")?,
    };
    Some(types.texts.name(declared).to_owned())
}

#[component]
fn Card(declared: WidgetType, types: Arc<Types>) -> impl IntoView {
    let manager = Manager::here();
    let id = declared.id.clone();
    let open = move |_| manager.go(Screen::Widget(Task::Add(id.clone())));
    view! {
        <li>
            <button type="button" class="card" on:click=open>
                <span class="row-icon">
                    <GlyphView glyph=glyph(&declared.icon) />
                </span>
                <span class="card-text">
                    <strong>{types.texts.name(&declared).to_owned()}</strong>
                    <span>{types.texts.about(&declared).to_owned()}</span>
                    <small>{types.runs(&declared)}</small>
                    <small>{types.learns(&declared.shares)}</small>
                </span>
            </button>
        </li>
    }
}
