//! Where pictures come in: chosen, dropped or pasted.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList, ImageBitmap};

use super::bench::{Task, Work};
use crate::i18n::making as say;
use crate::ui::field::{Choice, Switch};

/// The field, and what becomes of pictures.
#[component]
pub fn Drop(work: Work) -> impl IntoView {
    let over = RwSignal::new(false);
    let outline = RwSignal::new(String::new());
    let cut = RwSignal::new("whole".to_owned());
    let take = move |files: Option<FileList>| {
        let Some(files) = files else { return };
        for index in 0..files.length() {
            let Some(file) = files.get(index) else { continue };
            let (square, rim) =
                (cut.get_untracked() == "square", outline.get_untracked() == "true");
            spawn_local(async move {
                let crop = if square { middle(&file).await } else { None };
                work.after(Task::Add(file.clone().into(), query(&file.name(), crop, rim)));
            });
        }
    };
    let chosen = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        take(input.files());
        // The same files may be chosen again.
        input.set_value("");
    };
    let pasted = window_event_listener(leptos::ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            take(files);
        }
    });
    on_cleanup(move || pasted.remove());
    let options = vec![
        ("whole".to_owned(), say::CUT_WHOLE.get()),
        ("square".to_owned(), say::CUT_SQUARE.get()),
    ];
    let waiting = move || {
        let left = work.left.get();
        (left > 0).then(|| say::TASKS_LEFT.get(left))
    };
    view! {
        <section
            class="section drop"
            id="drop"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                take(event.data_transfer().and_then(|data| data.files()));
            }
        >
            <div class="field">
                <label for="pictures">{say::PICTURES.get()}</label>
                <input
                    id="pictures"
                    type="file"
                    multiple
                    accept="image/png,image/apng,image/gif,image/webp,image/jpeg"
                    aria-describedby="pictures-help"
                    on:change=chosen
                />
                <p class="field-help" id="pictures-help">
                    {say::PICTURES_HELP.get()}
                </p>
            </div>
            <Choice id="cut" label=say::CUT.get() options value=cut />
            <Switch id="outline" label=say::OUTLINE.get() value=outline />
            <p role="status">{waiting}</p>
        </section>
    }
}

/// How the server is told what becomes of a picture, and what the sticker is called.
fn query(name: &str, crop: Option<String>, outline: bool) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let usable = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let shortcode: String = stem.chars().map(usable).take(40).collect();
    let shortcode = shortcode.trim_matches('_').to_ascii_lowercase();
    let mut parts = vec![["outline=", &outline.to_string()].concat()];
    if let Some(crop) = crop {
        parts.push(["crop=", &crop].concat());
    }
    if !shortcode.is_empty() {
        parts.push(["shortcode=", &shortcode].concat());
    }
    ["?", &parts.join("&")].concat()
}

/// The largest square in the middle of a picture, if it is not square.
async fn middle(file: &File) -> Option<String> {
    let promise = window().create_image_bitmap_with_blob(file).ok()?;
    let bitmap: ImageBitmap =
        JsFuture::from(promise).await.ok()?.unchecked_into::<JsValue>().into();
    let (w, h) = (bitmap.width(), bitmap.height());
    bitmap.close();
    let side = w.min(h);
    let (x, y) = (w.saturating_sub(side) / 2, h.saturating_sub(side) / 2);
    (w != h).then(|| [x, y, side, side].map(|n| n.to_string()).join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sticker_is_called_as_its_file_where_that_is_possible() {
        assert_eq!(query("Happy Cat.PNG", None, false), "?outline=false&shortcode=happy_cat");
        assert_eq!(query("猫.png", None, true), "?outline=true");
        let cropped = query("a-b", Some("1,0,2,2".into()), true);
        assert_eq!(cropped, "?outline=true&crop=1,0,2,2&shortcode=a-b");
    }
}
