//! The steps on our own side: the account that uploads, our pages and API as they arrive, and what the
//! operator's Element says of them. Only `doctor::walk` calls this.

use futures_util::future::join;
use url::Url;

use super::{Doctor, Problem, State, Step};
use crate::{
    matrix::outgoing::{Destination, Failure, Response},
    setup::{
        served::{Place, Seen, object},
        wrong::Wrong,
    },
};

/// Whose the account is that uploads stickers.
pub(super) async fn account(doctor: &Doctor) -> State {
    let Some(account) = &doctor.account else { return State::Warning(Problem::NoAccount) };
    let url = plain(&account.url);
    let Some(mut to) = Destination::origin_of(&account.url) else {
        let failure = Failure::Resolve;
        return State::Failed(Problem::Unreachable { what: url, failure });
    };
    to.base_path = account.url.path().trim_end_matches('/').to_owned();
    let (guard, own) = (doctor.visitor.federation().guard(), doctor.visitor.federation().own());
    let path = "/_matrix/client/v3/account/whoami";
    let answer = match guard.get_as(&account.access_token, &to, own, path).await {
        Ok(answer) => answer,
        Err(failure) => return State::Failed(Problem::Unreachable { what: url, failure }),
    };
    let status = answer.status.as_u16();
    let document = object(&answer.body);
    let user = document.as_ref().and_then(|all| all.get("user_id")?.as_str());
    match user {
        Some(user) if status == 200 => State::ok(format!("{user} at {url}")),
        _ if status == 401 && errcode(&answer).is_some() => {
            State::Failed(Problem::AccountToken { url })
        }
        _ => State::Failed(Problem::AccountAnswer { url, status }),
    }
}

/// Our own pages, our API, and what the operator's Element says of them.
pub(super) async fn ours(doctor: &Doctor) -> [(Step, State); 3] {
    let setup = &doctor.setup;
    let Some(base) = &setup.base else {
        let skipped = || State::Skipped { because: Step::Pages };
        return [
            (Step::Pages, State::Failed(Problem::NoPublicUrl)),
            (Step::Api, skipped()),
            (Step::Element, skipped()),
        ];
    };
    let (seen, elements) = join(doctor.visitor.ours(setup), doctor.visitor.elements(setup)).await;
    let state = |seen: &[Seen], place: Place, found: String| {
        let here = seen.iter().filter(|seen| seen.place == place);
        let wrong: Vec<(String, Wrong)> = here
            .flat_map(|seen| seen.wrong.iter().map(|wrong| (seen.url.to_string(), wrong.clone())))
            .collect();
        if wrong.is_empty() { State::ok(found) } else { State::Failed(Problem::Wrong(wrong)) }
    };
    let named: Vec<String> = setup.element_urls.iter().map(plain).collect();
    let element = match named.as_slice() {
        [] => State::ok("none is named (`element_urls`)"),
        named => state(&elements, Place::ElementConfig, format!("{} leads here", named.join(", "))),
    };
    let pages = state(&seen, Place::Page, format!("{base} may be shown by the clients"));
    let api = state(&seen, Place::Api, format!("{base} may be called by the clients"));
    [(Step::Pages, pages), (Step::Api, api), (Step::Element, element)]
}

/// An address without the slash at its end.
pub(super) fn plain(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

pub(super) fn errcode(answer: &Response) -> Option<String> {
    object(&answer.body)?.get("errcode")?.as_str().map(str::to_owned)
}
