//! What is served, against real servers on this machine.

use serde_json::json;

use super::*;
use crate::{
    matrix::{
        fake_server::{Answer, answer, redirect},
        outgoing::Failure,
    },
    setup::world::{CORS, POLICY, WELL_KNOWN, World, error, says},
};

/// What is wrong in a world, as `code: text`.
async fn wrong(world: World) -> Vec<String> {
    let (doctor, _kept) = world.doctor();
    let seen = doctor.visitor().visit_all(doctor.setup()).await;
    assert_eq!(seen.len(), 5, "{seen:?}");
    let said = |wrong: &Wrong| {
        assert!(wrong.remedy().ends_with('.'), "{wrong}");
        format!("{}: {wrong}", wrong.code())
    };
    seen.iter().flat_map(|seen| seen.wrong.iter().map(said)).collect()
}

/// The only thing that is wrong after a change.
async fn only(change: impl FnOnce(&mut World)) -> String {
    let mut world = World::healthy().await;
    change(&mut world);
    let mut wrong = wrong(world).await;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    wrong.remove(0)
}

#[tokio::test]
async fn a_healthy_world_is_as_it_has_to_be() {
    assert_eq!(wrong(World::healthy().await).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_homeservers_well_known_is_judged() {
    let at = |answer: Answer| only(move |world| world.homeserver.says(WELL_KNOWN, answer));
    let content = |world: &World| world.setup.documents().unwrap().well_known();
    let scalar = json!({"m.integrations": {"managers": [{"api_url": "https://scalar.test/api"}]}});
    let text = at(answer("404 Not Found", "", "")).await;
    assert_eq!(text, "status: it answers with status 404");
    assert!(at(answer("200 OK", CORS, "[]")).await.starts_with("not_json: "));
    assert!(at(says("200 OK", CORS, &json!({}))).await.starts_with("differs: `m.integrations`"));
    assert!(at(Answer::Stall(Vec::new())).await.starts_with("timed_out: "));
    let mut world = World::healthy().await;
    world.homeserver.says(WELL_KNOWN, says("200 OK", CORS, &scalar));
    assert_eq!(wrong(world).await.len(), 2, "both addresses are Scalar's");

    for (headers, code) in [
        ("", "cors: it has no"),
        ("access-control-allow-origin: https://other.test\r\n", "cors: its `Access"),
        ("access-control-allow-origin: *\r\naccess-control-allow-origin: *\r\n", "cors: it has `A"),
        ("access-control-allow-origin: *, *\r\n", "cors: it has `A"),
    ] {
        let found = only(|world| {
            let content = content(world);
            world.homeserver.says(WELL_KNOWN, says("200 OK", headers, &content));
        });
        let found = found.await;
        assert!(found.starts_with(code), "{headers}: {found}");
    }
    world = World::healthy().await;
    let client = world.setup.element_urls[0].origin().ascii_serialization();
    let headers = format!("access-control-allow-origin: {client}\r\n");
    let content = content(&world);
    world.homeserver.says(WELL_KNOWN, says("200 OK", &headers, &content));
    assert_eq!(wrong(world).await, Vec::<String>::new(), "the only client is named");
}

#[tokio::test]
async fn redirects_are_followed_while_they_keep_to_tls() {
    let world = World::healthy().await;
    let content = world.setup.documents().unwrap().well_known();
    world.homeserver.says("/elsewhere", says("200 OK", CORS, &content));
    world.homeserver.says(WELL_KNOWN, redirect("/elsewhere"));
    assert_eq!(wrong(world).await, Vec::<String>::new());
    for target in ["http://hs.test/elsewhere", WELL_KNOWN, "https://user@hs.test/"] {
        let found = only(|world| world.homeserver.says(WELL_KNOWN, redirect(target))).await;
        assert!(found.starts_with("bad_redirect: "), "{target}: {found}");
    }
}

#[tokio::test]
async fn elements_configuration_is_judged_and_the_file_that_names_its_host_first() {
    let config = "/app/config.json";
    let found = only(|world| world.element.forgets(config)).await;
    assert_eq!(found, "status: it answers with status 404");
    let found = only(|world| world.element.says(config, answer("200 OK", "", "<html>"))).await;
    assert!(found.starts_with("not_json: "), "{found}");
    let found = only(|world| {
        let mut content = world.setup.documents().unwrap().element_config();
        content["integrations_rest_url"] = json!("https://scalar.test/api");
        world.element.says(config, says("200 OK", "", &content));
    });
    assert!(found.await.starts_with("differs: `integrations_rest_url` is \"https://scalar"));

    let named = "/app/config.127.0.0.1.json";
    let world = World::healthy().await;
    let content = world.setup.documents().unwrap().element_config();
    world.element.says(named, says("200 OK", "", &content));
    world.element.forgets(config);
    assert_eq!(wrong(world).await, Vec::<String>::new());
    let world = World::healthy().await;
    world.element.says(named, says("200 OK", "", &json!({})));
    assert_eq!(wrong(world).await, Vec::<String>::new(), "an empty one does not count");
    let world = World::healthy().await;
    world.element.says(named, says("200 OK", "", &json!({"brand": "Ours"})));
    assert_eq!(wrong(world).await.len(), 3, "the other one does not count");
}

#[tokio::test]
async fn our_own_headers_are_judged_as_they_arrive() {
    let picker = |headers: &'static str| {
        only(move |world| world.ours.says("/picker", answer("200 OK", headers, "")))
    };
    assert!(picker("").await.starts_with("not_ours: "));
    assert!(picker("x-frame-options: SAMEORIGIN\r\n").await.starts_with("not_ours: "));
    let mut world = World::healthy().await;
    let client = world.setup.element_urls[0].origin().ascii_serialization();
    let policy = format!("{POLICY}content-security-policy: frame-ancestors 'self'\r\n");
    world.ours.says("/", answer("200 OK", &policy, ""));
    let found = wrong(world).await;
    assert_eq!(found.len(), 2, "Element, and its desktop: {found:?}");
    assert!(found[0].starts_with("framing: its `frame-ancestors` are \"'self'\""), "{found:?}");
    assert!(found[0].contains(&client));
    let found = picker("content-security-policy: frame-ancestors *\r\n").await;
    assert!(found.contains("vector://vector"), "{found}");

    // What our own configuration does is not the proxy's fault.
    world = World::healthy().await;
    world.setup.frame_ancestors = vec!["https://other.test".into(), "vector:".into()];
    let found = wrong(world).await;
    assert_eq!(found.len(), 2, "both pages: {found:?}");
    assert!(found[0].starts_with("kept_out: "), "{found:?}");

    // Without a client of their own, operators have Element's.
    world = World::healthy().await;
    world.setup.element_urls = Vec::new();
    let policy = "content-security-policy: frame-ancestors https://chat.test vector:\r\n";
    world.ours.says("/", answer("200 OK", policy, ""));
    let (doctor, _kept) = world.doctor();
    let seen = doctor.visitor().ours(doctor.setup()).await;
    let wrong: Vec<_> = seen.iter().flat_map(|seen| &seen.wrong).collect();
    assert!(matches!(wrong[..], [Wrong::Framing { client, .. }] if client == SOME_ORIGIN));
}

#[tokio::test]
async fn the_second_origin_is_looked_at_too() {
    let mut world = World::healthy().await;
    world.setup.widgets = world.setup.base.clone();
    let (doctor, kept) = world.doctor();
    let seen = doctor.visitor().ours(doctor.setup()).await;
    assert_eq!(seen[2].url.path(), "/open");
    let status = NoDocument::Status(http::StatusCode::NOT_FOUND);
    assert_eq!(seen[2].wrong, [Wrong::NoDocument(status)]);
    kept.ours.says("/open", answer("200 OK", POLICY, ""));
    let seen = doctor.visitor().ours(doctor.setup()).await;
    assert!(seen.iter().all(|seen| seen.wrong.is_empty()), "{seen:?}");
}

#[tokio::test]
async fn our_api_is_asked_as_a_browser_asks_it() {
    let api = |answer: Answer| only(move |world| world.ours.says("/api/register", answer));
    assert!(api(answer("200 OK", "", "")).await.starts_with("cors: it has no"));
    assert!(api(answer("200 OK", CORS, "")).await.starts_with("preflight: "));
    assert!(api(redirect("/api/register/")).await.starts_with("status: "));
    assert!(api(error("405 Method Not Allowed", "M_UNRECOGNIZED")).await.contains("405"));

    let (doctor, kept) = World::healthy().await.doctor();
    doctor.visitor().ours(doctor.setup()).await;
    let requests = kept.ours.server.requests();
    let preflight =
        requests.iter().find(|head| head.starts_with("options /api/register ")).unwrap();
    for header in [
        "origin: https://app.element.io\r\n",
        "access-control-request-method: post\r\n",
        "access-control-request-headers: content-type\r\n",
    ] {
        assert!(preflight.contains(header), "{preflight}");
    }
    assert_eq!(kept.element.server.connections(), 0);
}

#[tokio::test]
async fn what_does_not_answer_is_said_to() {
    let mut world = World::healthy().await;
    world.setup.base = Some("http://127.0.0.1:1".into());
    let found = wrong(world).await;
    // Documents for another address differ everywhere else.
    let unreached = found.iter().filter(|text| text.starts_with("no_connection: ")).count();
    assert_eq!(unreached, 3, "{found:?}");
    let mut world = World::healthy().await;
    world.said().allow_private_addresses = false;
    assert_eq!(wrong(world).await, ["private_address: its address is not on the public internet"]);
    let mut world = World::healthy().await;
    world.said().ca_file = None;
    world.account = None;
    assert_eq!(wrong(world).await, ["certificate: its TLS certificate could not be verified"]);
}

#[test]
fn every_failure_has_its_words() {
    use crate::setup::wrong::{failure_code, failure_remedy, failure_text};
    let all = [
        Failure::Resolve,
        Failure::AddressRefused,
        Failure::Connect,
        Failure::Tls,
        Failure::TimedOut,
        Failure::TooLarge,
        Failure::Answer,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(|f| failure_code(*f)).collect();
    let texts: std::collections::BTreeSet<_> = all.iter().map(|f| failure_text(*f)).collect();
    let remedies: std::collections::BTreeSet<_> = all.iter().map(|f| failure_remedy(*f)).collect();
    assert_eq!((codes.len(), texts.len(), remedies.len()), (7, 7, 7));
}
