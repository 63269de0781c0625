//! The fields of a form, each drawn by what it holds.

use leptos::prelude::*;
use tessera_widgets::{Field, Kind};

use super::{Form, is_number};
use crate::i18n::manager as say;
use crate::ui::field::{Choice, Input, Switch, TextField};

/// All fields, the widget's own name last: the others often say what it should be.
#[component]
pub fn Fields(
    /// The form.
    form: Form,
) -> impl IntoView {
    let fields = form.declared.with_value(|declared| declared.fields.clone());
    let fields = fields.into_iter().map(move |field| view! { <FieldView form field /> });
    view! {
        {fields.collect_view()}
        <TextField
            id="field-name"
            label=say::WIDGET_NAME.get()
            help=Some(say::WIDGET_NAME_HELP.get())
            example=form.title()
            value=form.value("name")
            error=form.error("name")
        />
    }
}

#[component]
fn FieldView(form: Form, field: Field) -> impl IntoView {
    let value = form.value(&field.name);
    let error = form.error(&field.name);
    let id = ["field-", &field.name].concat();
    let (label, help, options) = form.types.with_value(|types| {
        form.declared.with_value(|declared| {
            let texts = &types.texts;
            let options = field
                .options
                .iter()
                .map(|option| (option.clone(), texts.option(declared, &field, option).to_owned()));
            (
                texts.label(declared, &field).to_owned(),
                texts.help(declared, &field).map(ToOwned::to_owned),
                options.collect::<Vec<_>>(),
            )
        })
    });
    match field.kind {
        Kind::Switch => view! { <Switch id label help value /> }.into_any(),
        Kind::Choice => view! { <Choice id label help options value error /> }.into_any(),
        kind => {
            let input = match kind {
                Kind::Url | Kind::Host => Input::Url,
                kind if is_number(kind) => Input::Number,
                _ => Input::Text,
            };
            let example = field.example.clone().unwrap_or_default();
            view! {
                <TextField id label help example value error input required=field.required />
            }
            .into_any()
        }
    }
}
