//! What is said of the pack, for whom it is, and where it stands.

use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use tessera_protocol::moderation::PackState;
use tessera_protocol::own_packs::{PackChange, Visibility};
use tessera_protocol::pack::Rating;

use super::asking::{Content, change};
use super::bench::{Task, Work};
use super::{MINE, name_of_state, name_of_visibility, words};
use crate::device;
use crate::i18n::{self, making as say, manager as shared};
use crate::manager::trouble::{Trouble, TroubleBanner, attempt};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Weight};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Choice, Switch, TextField};

/// Where the pack stands, and what its maker can do about it.
#[component]
pub fn Standing(work: Work) -> impl IntoView {
    let shown = move || {
        let own = work.pack.get();
        let (tone, text) = match own.state {
            PackState::Published => (Tone::Good, name_of_visibility(own.visibility).get()),
            PackState::InReview => (Tone::Info, say::IN_REVIEW_TEXT.get()),
            PackState::Draft if own.visibility == Visibility::Private => {
                (Tone::Info, say::PRIVATE_TEXT.get())
            }
            PackState::Draft => (Tone::Info, say::DRAFT_TEXT.get()),
            PackState::Rejected | PackState::Withdrawn | PackState::TakenDown => {
                (Tone::Critical, own.reason.unwrap_or_default())
            }
        };
        let title =
            [own.pack.title(&i18n::language()), ": ", &name_of_state(own.state).get()].concat();
        let may_submit = matches!(own.state, PackState::Draft | PackState::Rejected)
            && own.visibility != Visibility::Private;
        let may_withdraw = matches!(own.state, PackState::Published | PackState::InReview)
            && own.visibility != Visibility::Private;
        let submit = may_submit.then(|| {
            let press = move || work.after(Task::Submit);
            view! {
                <Button label=say::SUBMIT.get() weight=Weight::Primary on_press=press />
            }
        });
        let withdraw = may_withdraw.then(|| {
            let press = move || work.after(Task::Withdraw);
            view! { <Button label=say::WITHDRAW.get() on_press=press /> }
        });
        let page = own.page_url.map(|url| {
            view! {
                <a class="link" href=url target="_blank" rel="noopener noreferrer">
                    {shared::PACK_PAGE.get()}
                </a>
            }
        });
        view! { <Banner tone title text>{submit} {withdraw} {page}</Banner> }
    };
    view! { <section id="standing">{shown}</section> }
}

/// The form, and deleting the pack.
#[component]
pub fn Details(work: Work) -> impl IntoView {
    let own = work.pack.get_untracked();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let sure = RwSignal::new(false);
    let field = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
    let title = field(Some(own.pack.title(&i18n::language()).to_owned()));
    let author = field(own.pack.author.clone());
    let attribution = field(own.pack.attribution.clone());
    let licence = field(Some(own.pack.licence.clone()));
    let tags = field(Some(own.pack.tags.join(", ")));
    let visibility = field(Some(own.visibility.as_str().to_owned()));
    let mature = field(Some((own.pack.rating == Rating::Mature).to_string()));
    let options = Visibility::ALL.iter();
    let options: Vec<_> =
        options.map(|it| (it.as_str().to_owned(), name_of_visibility(*it).get())).collect();
    let save = move || {
        let text = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let now = work.pack.get_untracked();
        let rating = if text(mature) == "true" { Rating::Mature } else { Rating::Everyone };
        let wanted = Visibility::parse(&text(visibility));
        let about = words(&text(tags));
        let differs = |typed: String, before: Option<&str>| {
            (typed != before.unwrap_or_default()).then_some(typed)
        };
        let said = PackChange {
            title: differs(text(title), Some(now.pack.title(&i18n::language()))),
            author: differs(text(author), now.pack.author.as_deref()),
            attribution: differs(text(attribution), now.pack.attribution.as_deref()),
            licence: differs(text(licence), Some(&now.pack.licence)),
            tags: (about != now.pack.tags).then_some(about),
            rating: (rating != now.pack.rating).then_some(rating),
            visibility: wanted.filter(|wanted| *wanted != now.visibility),
            ..PackChange::default()
        };
        if said != PackChange::default() {
            work.after(Task::Change(said));
        }
    };
    let id = own.pack.id;
    let delete = move || {
        let path = [MINE, "/", &id].concat();
        let making = work.making;
        let sending = async move {
            let nothing = Content::<()>::Nothing;
            let _: Value = change(Method::DELETE, &making.token(), &path, None, nothing).await?;
            Ok(())
        };
        attempt(busy, failed, sending, move || {
            making.manager.say(say::DELETED.get());
            device::packs_changed();
            making.load();
            making.current.set(None);
        });
    };
    view! {
        <section class="section" id="details">
            <h2>{say::DETAILS.get()}</h2>
            <div class="form">
                <TextField id="title" label=say::PACK_TITLE.get() value=title />
                <Choice id="visibility" label=say::VISIBILITY.get() options value=visibility />
                <TextField id="author" label=say::AUTHOR.get() value=author />
                <TextField
                    id="licence"
                    label=say::LICENCE.get()
                    help=Some(say::LICENCE_HELP.get())
                    value=licence
                />
                <TextField id="attribution" label=say::ATTRIBUTION.get() value=attribution />
                <TextField
                    id="tags"
                    label=say::TAGS.get()
                    help=Some(say::TAGS_HELP.get())
                    value=tags
                />
                <Switch id="mature" label=say::MATURE.get() value=mature />
                <div class="buttons">
                    <Button
                        label=say::SAVE.get()
                        weight=Weight::Primary
                        busy=Signal::derive(move || work.left.get() > 0)
                        on_press=save
                    />
                    <Button
                        label=say::DELETE.get()
                        weight=Weight::Critical
                        on_press=move || sure.set(true)
                    />
                </div>
            </div>
        </section>
        <Dialog open=sure title=say::DELETE_SURE.get()>
            {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
            <p>{say::DELETE_TEXT.get()}</p>
            <div class="buttons">
                <Button label=shared::CANCEL.get() on_press=move || sure.set(false) />
                <Button
                    label=say::DELETE.get()
                    weight=Weight::Critical
                    busy=busy
                    on_press=delete.clone()
                />
            </div>
        </Dialog>
    }
}
