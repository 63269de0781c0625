//! The operator's terms: accepting them before anything else works, and, from the user's account,
//! reading them again and taking the consent back. Clients ask for them too, but not all of them,
//! and not again when a new version comes while this window is open.

use gloo_net::http::Method;
use leptos::prelude::*;
use tessera_protocol::ErrorCode;
use tessera_protocol::terms::{Acceptance, Terms, TermsDocument};
use wasm_bindgen_futures::spawn_local;

use super::shell::Head;
use super::sign_in::{Event, SignIn};
use super::trouble::{Trouble, TroubleBanner};
use super::{Loading, Manager, entering, home};
use crate::api::manager as api;
use crate::i18n::{self, manager as say};
use crate::ui::button::{Button, Weight};
use crate::ui::glyph::Glyph;
use crate::ui::row::Row;
use crate::ui::waiting::Bones;

const TERMS: &str = "/api/v1/terms";

/// What the server has to be accepted, read with a token that is good for nothing else yet.
async fn read(token: &str) -> Loading<Terms> {
    let path = [TERMS, "?language=", &i18n::language()].concat();
    match api::get(token, &path).await {
        Ok(terms) => Loading::Ready(terms),
        Err(refusal) => Loading::Failed(refusal.into()),
    }
}

/// The screen before all others, where there is something to accept.
#[component]
pub fn TermsScreen() -> impl IntoView {
    let manager = Manager::here();
    let token = move || match manager.sign_in.get_untracked() {
        SignIn::Terms { token } => token,
        _ => String::new(),
    };
    let terms = RwSignal::new(Loading::Busy);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let reload = Callback::new(move |()| {
        terms.set(Loading::Busy);
        spawn_local(async move { terms.set(read(&token()).await) });
    });
    reload.run(());
    let accept = move || {
        let Loading::Ready(shown) = terms.get_untracked() else { return };
        busy.set(true);
        failed.set(None);
        let unsigned = shown.documents.into_iter().filter(|document| !document.accepted);
        let body = Acceptance { user_accepts: unsigned.map(|document| document.url).collect() };
        spawn_local(async move {
            let sent =
                api::send::<_, serde_json::Value>(Method::POST, &token(), TERMS, &body).await;
            busy.set(false);
            match sent {
                Ok(_) => entering::on(manager, Event::Accepted),
                Err(refusal) => {
                    // They changed while they were read.
                    if refusal.code == Some(ErrorCode::InvalidParam) {
                        reload.run(());
                    }
                    failed.set(Some(refusal.into()));
                }
            }
        });
    };
    view! {
        <Head title=say::TERMS_TITLE.get() back=false />
        {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
        {move || match terms.get() {
            Loading::Busy => view! { <Bones label=say::LOADING.get() rows=2 /> }.into_any(),
            Loading::Failed(trouble) => {
                view! { <TroubleBanner trouble retry=Some(reload) /> }.into_any()
            }
            Loading::Ready(terms) => {
                view! {
                    <section class="section">
                        <h2>{say::TERMS_ASKED.get()}</h2>
                        <ul class="rows">
                            {terms
                                .documents
                                .into_iter()
                                .filter(|document| !document.accepted)
                                .map(|document| view! { <Document document /> })
                                .collect_view()}
                        </ul>
                        <p class="terms-text">{say::TERMS_TEXT.get()}</p>
                        <div class="buttons">
                            <Button
                                label=say::TERMS_ACCEPT.get()
                                weight=Weight::Primary
                                busy
                                on_press=accept
                            />
                        </div>
                    </section>
                }
                    .into_any()
            }
        }}
    }
}

/// What the user has accepted, within their account; nothing where there are no terms.
#[component]
pub fn Accepted() -> impl IntoView {
    let manager = Manager::here();
    let terms = RwSignal::new(None::<Terms>);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    let token = move || manager.session().map(|session| session.token).unwrap_or_default();
    spawn_local(async move {
        // Without an answer the rest of the account is as good as with it.
        if let Loading::Ready(read) = read(&token()).await {
            terms.set(Some(read).filter(|terms| !terms.documents.is_empty()));
        }
    });
    let withdraw = move || {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let gone = api::delete(&token(), TERMS).await;
            busy.set(false);
            match gone {
                Ok(()) => entering::on(manager, Event::Withdrawn),
                Err(refusal) => failed.set(Some(refusal.into())),
            }
        });
    };
    move || {
        terms.get().map(|terms| {
            let documents = terms.documents.into_iter();
            view! {
                <section class="section">
                    <h2>{say::TERMS_TITLE.get()}</h2>
                    <ul class="rows">
                        {documents.map(|document| view! { <Document document /> }).collect_view()}
                    </ul>
                    {move || failed.get().map(|trouble| view! { <TroubleBanner trouble retry=None /> })}
                    <p>{say::TERMS_WITHDRAW_TEXT.get()}</p>
                    <div class="buttons">
                        <Button
                            label=say::TERMS_WITHDRAW.get()
                            weight=Weight::Critical
                            busy
                            on_press=withdraw
                        />
                    </div>
                </section>
            }
        })
    }
}

/// A document, with where to read it and what changed since the user accepted it.
#[component]
fn Document(document: TermsDocument) -> impl IntoView {
    let mut line = say::TERMS_VERSION.with(&document.version);
    let accepted = document.last_accepted.filter(|_| document.accepted);
    if let Some(accepted) = accepted {
        line =
            [&line, " · ", &say::TERMS_ACCEPTED.with(&home::date(accepted.accepted_ts))].concat();
    }
    let link = |url: String, text: String| {
        view! { <a class="button" href=url target="_blank" rel="noopener noreferrer">{text}</a> }
    };
    let named = say::TERMS_READ.with(&document.name);
    view! {
        <Row glyph=Glyph::Shield title=document.name lines=vec![line]>
            {document.changes_url.map(|url| link(url, say::TERMS_CHANGES.get()))}
            {link(document.url, named)}
        </Row>
    }
}
