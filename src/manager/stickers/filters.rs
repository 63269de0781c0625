//! What packs are chosen by beside words: what they are about, their language, what one may do with
//! them, who they are for; and what comes first. Only what the catalogue has is offered.

use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use tessera_protocol::pack::{Facet, Facets, LicenceKind, Rating, Sort};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::i18n::{self, manager as say};
use crate::ui::field::{Choice, Switch};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locales: &Array, options: &Object) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<JsValue, JsValue>;
}

/// The user's choice; empty where everything will do.
#[derive(Debug, Clone, Copy)]
pub struct Filters {
    /// `true` if only packs are wanted whose stickers move.
    pub(super) moving: RwSignal<String>,
    /// `true` if only packs for everyone are wanted.
    everyone: RwSignal<String>,
    tag: RwSignal<String>,
    language: RwSignal<String>,
    licence: RwSignal<String>,
    sort: RwSignal<String>,
    /// What there is to choose.
    pub(super) facets: RwSignal<Facets>,
}

impl Filters {
    pub(super) fn new() -> Self {
        let off = || RwSignal::new(false.to_string());
        Self {
            moving: off(),
            everyone: off(),
            tag: RwSignal::default(),
            language: RwSignal::default(),
            licence: RwSignal::default(),
            sort: RwSignal::default(),
            facets: RwSignal::default(),
        }
    }

    const fn all(self) -> [(&'static str, RwSignal<String>); 6] {
        [
            ("animated", self.moving),
            ("everyone", self.everyone),
            ("tag", self.tag),
            ("language", self.language),
            ("licence", self.licence),
            ("sort", self.sort),
        ]
    }

    /// Whether they leave packs out.
    pub(super) fn are_on(self) -> bool {
        let on = |value: &String| !value.is_empty() && value != "false";
        self.all().into_iter().any(|(name, value)| name != "sort" && value.with(on))
    }

    /// For an effect that depends on all of them.
    pub(super) fn track(self) {
        for (_, value) in self.all() {
            value.track();
        }
    }

    /// The part of the address after the words.
    pub(super) fn query(self) -> String {
        let mut query = String::new();
        for (name, value) in self.all() {
            let value = value.get_untracked();
            if !value.is_empty() {
                let value = String::from(js_sys::encode_uri_component(&value));
                query.extend(["&", name, "=", &value]);
            }
        }
        query
    }
}

/// The fields.
#[component]
pub fn FiltersView(filters: Filters) -> impl IntoView {
    let fields = move || {
        let Facets { tags, languages, licences, animated, mature } = filters.facets.get();
        let names = names_of_languages();
        let languages = options(languages, |code| name_of(names.as_ref(), code));
        let licences = options(licences, |kind| {
            let kind = LicenceKind::ALL.iter().find(|known| known.as_str() == kind);
            kind.map_or_else(|| say::KIND_UNCLEAR.get(), |kind| name_of_kind(*kind))
        });
        let sorts = [Sort::Catalogue, Sort::Newest, Sort::Title].map(|sort| match sort {
            Sort::Catalogue => ("catalogue".to_owned(), say::SORT_CATALOGUE.get()),
            Sort::Newest => ("newest".to_owned(), say::SORT_NEWEST.get()),
            Sort::Title => ("title".to_owned(), say::SORT_TITLE.get()),
        });
        view! {
            {choice("packs-tag", say::FILTER_TAG.get(), options(tags, str::to_owned), filters.tag)}
            {choice("packs-language", say::FILTER_LANGUAGE.get(), languages, filters.language)}
            {choice("packs-licence", say::FILTER_LICENCE.get(), licences, filters.licence)}
            <Choice
                id="packs-sort"
                label=say::FILTER_SORT.get()
                options=sorts.to_vec()
                value=filters.sort
            />
            {(animated > 0)
                .then(|| {
                    view! {
                        <Switch
                            id="packs-moving"
                            label=say::PACKS_MOVING.get()
                            value=filters.moving
                        />
                    }
                })}
            {(mature > 0)
                .then(|| {
                    view! {
                        <Switch
                            id="packs-everyone"
                            label=say::FILTER_EVERYONE.get()
                            value=filters.everyone
                        />
                    }
                })}
        }
    };
    view! {
        <details class="filters">
            <summary>{say::PACKS_FILTERS.get()}</summary>
            <div class="filter-fields">{fields}</div>
        </details>
    }
}

/// A field, where there is a choice.
fn choice(
    id: &'static str,
    label: String,
    mut options: Vec<(String, String)>,
    value: RwSignal<String>,
) -> impl IntoView {
    let some = options.len() > 1 || value.with_untracked(|value| !value.is_empty());
    options.insert(0, (String::new(), say::FILTER_ANY.get()));
    some.then(move || view! { <Choice id label options value /> })
}

/// What can be chosen, with how many packs that is.
fn options(facets: Vec<Facet>, name: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let option = |Facet { value, packs }: Facet| {
        let name = [&name(&value), " (", &packs.to_string(), ")"].concat();
        (value, name)
    };
    facets.into_iter().map(option).collect()
}

/// Who a pack is for, where that is not everyone.
pub(super) fn rated(rating: Rating) -> Option<String> {
    (rating == Rating::Mature).then(|| say::RATED_MATURE.get())
}

fn name_of_kind(kind: LicenceKind) -> String {
    let name = match kind {
        LicenceKind::PublicDomain => say::KIND_PUBLIC_DOMAIN,
        LicenceKind::Attribution => say::KIND_ATTRIBUTION,
        LicenceKind::ShareAlike => say::KIND_SHARE_ALIKE,
        LicenceKind::Restricted => say::KIND_RESTRICTED,
        LicenceKind::Unclear => say::KIND_UNCLEAR,
    };
    name.get()
}

/// The browser's names of languages, in the reader's.
fn names_of_languages() -> Option<DisplayNames> {
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"language".into()).ok()?;
    DisplayNames::new(&Array::of1(&i18n::language().into()), &options).ok()
}

/// A language's name, or its code where the browser knows none.
fn name_of(names: Option<&DisplayNames>, code: &str) -> String {
    let name = names.and_then(|names| names.of(code).ok()?.as_string());
    name.unwrap_or_else(|| code.to_owned())
}
