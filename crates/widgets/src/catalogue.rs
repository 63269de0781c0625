//! All types there are: ours and the operator's. What a screen talks to.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    builtin,
    declaration::{Category, Random, WidgetType},
    fill::{self, FieldErrors, Filled, Show, Values},
    recognise::{self, Recognised},
};

/// The types, and where the second origin is.
#[derive(Debug, Clone)]
pub struct Catalogue {
    types: Vec<WidgetType>,
    widgets_url: Option<String>,
}

/// What the backend adds to the built-in types: the body of `GET /api/v1/widget-types`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Where the second origin is, if the operator has set one up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widgets_url: Option<String>,
    /// The types that the operator declares.
    #[serde(default)]
    pub types: Vec<WidgetType>,
}

impl From<Offer> for Catalogue {
    fn from(offer: Offer) -> Self {
        Self::new(offer.widgets_url.as_deref(), offer.types)
    }
}

impl Catalogue {
    /// The built-in types and the operator's, as `GET /api/v1/widget-types` gives them. An
    /// operator's type takes the place of a built-in one with its `id`.
    #[must_use]
    pub fn new(widgets_url: Option<&str>, operators: Vec<WidgetType>) -> Self {
        let mut types = builtin::types();
        types.retain(|built_in| operators.iter().all(|theirs| theirs.id != built_in.id));
        types.extend(operators);
        let widgets_url = widgets_url.map(|url| url.trim_end_matches('/').to_owned());
        Self { types, widgets_url }
    }

    /// The types that can be added here: without a second origin some cannot.
    pub fn offered(&self) -> impl Iterator<Item = &WidgetType> {
        self.types.iter().filter(|declared| {
            let needs = declared.direct_url.is_none() && declared.url.starts_with("{widgets}");
            !needs || self.widgets_url.is_some()
        })
    }

    /// Those of one category.
    pub fn of_category(&self, category: Category) -> impl Iterator<Item = &WidgetType> {
        self.offered().filter(move |declared| declared.category == category)
    }

    /// The type of this `id`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&WidgetType> {
        self.types.iter().find(|declared| declared.id == id)
    }

    /// The type that a deep link means: `type_X` with an `id`, or with the `type` of an event.
    #[must_use]
    pub fn of_screen(&self, name: &str) -> Option<&WidgetType> {
        // Several kinds write `m.custom`; the one of that name is meant.
        self.get(name.strip_prefix("m.").unwrap_or(name))
            .or_else(|| self.offered().find(|declared| declared.has_event_type(name)))
    }

    /// What an empty form holds. `random` makes up names; new ones need new bytes.
    #[must_use]
    pub fn first_values(&self, declared: &WidgetType, random: &[u8; 24]) -> Values {
        let mut values = Values::new();
        for field in &declared.fields {
            let value = match field.random {
                Some(Random::Letters) => Some(letters(random)),
                Some(Random::Words) => Some(words(random)),
                None => field.default.clone(),
            };
            values.extend(value.map(|value| (field.name.clone(), value)));
        }
        values
    }

    /// The widget that a form describes.
    ///
    /// # Errors
    /// What is wrong with which field.
    pub fn fill(
        &self,
        declared: &WidgetType,
        values: &Values,
        show: Show,
    ) -> Result<Filled, FieldErrors> {
        fill::fill(declared, values, show, self.widgets_url.as_deref())
    }

    /// The type and form of a widget, from its event's content. `None` if it has no address.
    #[must_use]
    pub fn recognise(&self, content: &Map<String, Value>) -> Option<Recognised<'_>> {
        recognise::content(&self.types, content, self.widgets_url.as_deref())
    }

    /// The type and form of an address that somebody pastes. `None` if no type knows it.
    #[must_use]
    pub fn link(&self, text: &str) -> Option<Recognised<'_>> {
        let found = recognise::link(&self.types, text.trim())?;
        self.offered().any(|declared| declared.id == found.widget_type.id).then_some(found)
    }

    /// What a wrapper on the second origin shows: the type, and the widget that shows its page
    /// without a wrapper. `url` is the wrapper's whole address.
    #[must_use]
    pub fn behind_wrapper(&self, url: &str) -> Option<(&WidgetType, Values, Option<Filled>)> {
        let origin = self.widgets_url.as_deref()?;
        self.types.iter().filter(|declared| declared.url.starts_with("{widgets}/")).find_map(
            |declared| {
                let values = recognise::by_own_address(declared, url, origin)?;
                let filled = fill::fill(declared, &values, Show::Frame, None).ok();
                Some((declared, values, filled))
            },
        )
    }

    /// Where the second origin is.
    #[must_use]
    pub fn widgets_url(&self) -> Option<&str> {
        self.widgets_url.as_deref()
    }
}

/// A capital and 23 letters, as Element names its own meetings.
fn letters(random: &[u8; 24]) -> String {
    let letter = |byte: &u8| char::from(b'a' + byte % 26);
    let name: String = random.iter().map(letter).collect();
    let mut rest = name.chars();
    rest.next()
        .map_or(String::new(), |first| format!("{}{}", first.to_ascii_uppercase(), rest.as_str()))
}

/// Two words and a number, readable aloud.
fn words(random: &[u8; 24]) -> String {
    const FIRST: [&str; 16] = [
        "amber", "bright", "calm", "coral", "early", "gentle", "golden", "green", "happy",
        "lively", "misty", "quiet", "silver", "sunny", "swift", "warm",
    ];
    const SECOND: [&str; 16] = [
        "badger", "birch", "breeze", "brook", "comet", "falcon", "forest", "harbour", "heron",
        "lantern", "meadow", "otter", "pebble", "river", "sparrow", "willow",
    ];
    let pick = |from: [&'static str; 16], byte: u8| from[usize::from(byte % 16)];
    let number = random.iter().skip(2).take(3).fold(0_u32, |n, byte| n * 256 + u32::from(*byte));
    format!("{}-{}-{:06}", pick(FIRST, random[0]), pick(SECOND, random[1]), number % 1_000_000)
}
