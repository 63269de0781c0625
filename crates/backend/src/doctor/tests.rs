//! The doctor in a world of real servers: a healthy walk, and every step failing in its own way.

use super::*;
use crate::{
    matrix::{
        fake_server::{Answer, answer, redirect},
        resolver::table::TableResolver,
        server_name::ServerPattern,
    },
    setup::world::{
        CORS, DATE, DOWNLOAD, NAME, SERVER_WELL_KNOWN, UPLOAD, USERINFO, VERSIONS, WELL_KNOWN,
        WHOAMI, World, error, says,
    },
};

async fn examine(world: World) -> Report {
    let (doctor, _kept) = world.doctor();
    let report = doctor.examine(&NAME.parse().unwrap()).await;
    let steps: Vec<Step> = report.steps.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, Step::ALL, "every step, once, in order");
    report
}

async fn after(change: impl FnOnce(&mut World)) -> Report {
    let mut world = World::healthy().await;
    change(&mut world);
    examine(world).await
}

/// The steps that are not well, as `step word code`.
fn unwell(report: &Report) -> Vec<String> {
    let mut unwell = Vec::new();
    for (step, state) in &report.steps {
        let detail = match state {
            State::Ok { .. } => continue,
            State::Skipped { because } => because.id(),
            State::Warning(problem) | State::Failed(problem) => {
                assert!(problem.remedy().ends_with(['.', ')']), "{problem}");
                problem.code()
            }
        };
        unwell.push(format!("{} {} {detail}", step.id(), state.word()));
    }
    unwell
}

#[tokio::test]
async fn a_healthy_walk() {
    let world = World::healthy().await;
    let (base, port) = (world.setup.base.clone().unwrap(), world.homeserver.server.port());
    let element = world.setup.element_urls[0].to_string();
    let (doctor, kept) = world.doctor();
    let report = doctor.examine(&NAME.parse().unwrap()).await;
    assert_eq!(unwell(&report), Vec::<String>::new(), "{report}");
    assert!(report.is_healthy());
    let expected = format!(
        "hs.test\n\
         \x20 ok       configuration        its users may sign in, and it is named\n\
         \x20 ok       DNS                  127.0.0.1\n\
         \x20 ok       TLS                  https://hs.test:{port} has a valid certificate\n\
         \x20 ok       well-known (client)  clients find {base}/api\n\
         \x20 ok       CORS                 browsers let Element read the well-known\n\
         \x20 ok       well-known (server)  delegates to hs.test:{port}\n\
         \x20 ok       federation           answers at hs.test:{port}\n\
         \x20 ok       OpenID               the homeserver tells whose a token is\n\
         \x20 ok       clock                the same as ours\n\
         \x20 ok       client API           https://hs.test:{port}, Matrix v1.12\n\
         \x20 ok       media                uploads and downloads are answered\n\
         \x20 ok       upload account       @stickers:hs.test at https://hs.test:{port}\n\
         \x20 ok       our pages            {base} may be shown by the clients\n\
         \x20 ok       our API              {base} may be called by the clients\n\
         \x20 ok       Element              {element} leads here\n\
         hs.test can use this server: all is well."
    );
    assert_eq!(report.to_string(), expected);
    let json = report.json();
    assert_eq!((&json["healthy"], &json["server_name"]), (&true.into(), &NAME.into()));
    assert_eq!(json["steps"].as_array().unwrap().len(), Step::ALL.len());

    let requests = kept.homeserver.server.requests();
    let uploads: Vec<_> = requests.iter().filter(|head| head.contains(UPLOAD)).collect();
    assert!(uploads[0].starts_with("post "), "{uploads:?}");
    assert!(uploads[0].contains("content-length: 0"), "{uploads:?}");
    for head in &requests {
        let is_ours = head.starts_with(&format!("get {WHOAMI} "));
        assert_eq!(head.contains("bearer s3cr3t"), is_ours, "{head}");
    }
}

#[test]
fn the_operators_guide_has_a_healthy_walk() {
    let guide = include_str!("../../../../docs/operators.md");
    for step in Step::ALL {
        let line = format!("\n  ok       {:<20} ", step.name());
        assert!(guide.contains(&line), "{line}");
    }
}

#[tokio::test]
async fn a_homeserver_that_the_operator_does_not_serve() {
    let deny: ServerPattern = NAME.parse().unwrap();
    let report = after(|world| world.federation.deny = vec![deny]).await;
    assert_eq!(unwell(&report), ["configuration failed not_served"]);
    assert!(report.summary().ends_with("1 step failed."), "{}", report.summary());
    let text = report.to_string();
    assert!(text.contains("  FAILED   configuration") && text.contains("→ Add the homeserver"));
}

#[tokio::test]
async fn a_name_without_an_address_stops_all_that_needs_one() {
    let report = after(|world| {
        world.dns = TableResolver::default();
        world.account = None;
    })
    .await;
    let mut expected = vec!["dns failed no_address".to_owned()];
    for step in [
        "tls",
        "client_well_known",
        "cors",
        "server_well_known",
        "federation",
        "openid",
        "clock",
        "client_api",
        "media",
    ] {
        expected.push(format!("{step} skipped dns"));
    }
    expected.push("account warning no_account".into());
    assert_eq!(unwell(&report), expected);
    assert!(report.to_string().contains("skipped  CORS                 needs \"DNS\""));
    let json = report.json();
    assert_eq!(
        json["steps"][4],
        serde_json::json!({"step": "cors", "state": "skipped", "because": "dns"})
    );
    assert_eq!(json["steps"][1]["code"], "no_address");
    assert!(json["steps"][1]["remedy"].as_str().unwrap().contains("DNS"));
}

#[tokio::test]
async fn private_addresses_are_not_asked_unless_the_operator_says_so() {
    let mut world = World::healthy().await;
    world.said().allow_private_addresses = false;
    world.account = None;
    let (doctor, kept) = world.doctor();
    let report = doctor.examine(&NAME.parse().unwrap()).await;
    assert_eq!(unwell(&report)[0], "dns failed private_address");
    assert_eq!(kept.homeserver.server.connections(), 0);
    assert!(report.to_string().contains("allow_private_addresses = true"));
    let report = doctor.examine(&"127.0.0.1:1".parse().unwrap()).await;
    assert_eq!(unwell(&report)[0], "tls failed private_address");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for() {
    let report = after(|world| {
        world.said().ca_file = None;
        world.account = None;
    })
    .await;
    let expected = [
        "tls failed certificate",
        "client_well_known skipped tls",
        "cors skipped tls",
        "server_well_known skipped tls",
        // It may be somewhere else all the same: here, at a closed port 8448.
        "federation failed no_connection",
        "openid skipped federation",
        "clock skipped federation",
        "client_api skipped tls",
        "media skipped tls",
        "account warning no_account",
    ];
    assert_eq!(unwell(&report), expected);
}

#[tokio::test]
async fn a_well_known_that_leads_elsewhere_or_nowhere() {
    let report = after(|world| world.homeserver.forgets(WELL_KNOWN)).await;
    let expected = ["client_well_known failed status", "cors skipped client_well_known"];
    assert_eq!(unwell(&report), expected, "clients then take the name for the address");

    let report = after(|world| {
        let base = format!("https://hs.test:{}", world.homeserver.server.port());
        let content = serde_json::json!({"m.homeserver": {"base_url": base}});
        world.homeserver.says(WELL_KNOWN, says("200 OK", CORS, &content));
    })
    .await;
    assert_eq!(unwell(&report), ["client_well_known failed differs"]);
    assert!(report.to_string().contains("client: `m.integrations` is missing"), "{report}");

    let report =
        after(|world| world.homeserver.says(WELL_KNOWN, answer("200 OK", CORS, "no"))).await;
    let expected = [
        "client_well_known failed not_json",
        "client_api skipped client_well_known",
        "media skipped client_well_known",
    ];
    assert_eq!(unwell(&report), expected);

    // At somebody else's homeserver it is not a mistake.
    let report = after(|world| {
        world.homeserver.forgets(WELL_KNOWN);
        world.setup.homeservers = Vec::new();
    })
    .await;
    assert_eq!(unwell(&report)[0], "client_well_known warning status");
    assert!(report.is_healthy());
}

#[tokio::test]
async fn a_well_known_that_browsers_keep_from_clients() {
    let report = after(|world| {
        let content = world.setup.documents().unwrap().well_known();
        world.homeserver.says(WELL_KNOWN, says("200 OK", "", &content));
    })
    .await;
    assert_eq!(unwell(&report), ["cors failed cors"]);
    assert!(report.to_string().contains("→ Send `Access-Control-Allow-Origin: *` with it."));
}

#[tokio::test]
async fn a_delegation_that_cannot_be_read() {
    let delegation =
        |answer: Answer| after(|world| world.homeserver.says(SERVER_WELL_KNOWN, answer));
    for answer in [
        answer("200 OK", "", "<html>"),
        says("200 OK", "", &serde_json::json!({"m.server": "https://hs.test"})),
        says("200 OK", "", &serde_json::json!({})),
        redirect("http://hs.test/"),
        answer("500 Oops", "", ""),
    ] {
        let unwell = unwell(&delegation(answer).await);
        assert_eq!(unwell[0], "server_well_known warning delegation");
        // Port 8448, where nobody listens.
        assert_eq!(unwell[1], "federation failed no_connection");
    }
    let report = delegation(answer("404 Not Found", "", "")).await;
    assert_eq!(unwell(&report)[0], "federation failed no_connection");
    let text = report.to_string();
    assert!(text.contains("hs.test:8448: no connection") && text.contains("`federation_url`"));
}

#[tokio::test]
async fn a_federation_address_of_the_operators_own() {
    let world = World::healthy().await;
    let port = world.homeserver.server.port();
    let mut world = world;
    world.said().federation_url = Some(format!("https://hs.test:{port}").parse().unwrap());
    world.homeserver.says(SERVER_WELL_KNOWN, answer("500 Oops", "", ""));
    let report = examine(world).await;
    assert_eq!(unwell(&report), Vec::<String>::new(), "{report}");
    let text = report.to_string();
    assert!(text.contains("not needed: `federation_url` is set"), "{text}");
    assert!(text.contains(&format!("answers at hs.test:{port} (`federation_url`)")), "{text}");
}

#[tokio::test]
async fn an_openid_endpoint_that_is_not_served() {
    for answer in [
        // What Synapse says without the listener's resource, and a proxy without the path.
        error("404 Not Found", "M_UNRECOGNIZED"),
        answer("404 Not Found", DATE, "<h1>nginx</h1>"),
        answer("401 Unauthorized", DATE, "<h1>Password?</h1>"),
        says("200 OK", DATE, &serde_json::json!({"sub": "@any:hs.test"})),
    ] {
        let report = after(|world| world.homeserver.says(USERINFO, answer)).await;
        assert_eq!(unwell(&report), ["openid failed no_openid"]);
        assert!(report.to_string().contains("→ Add the resource `openid`"), "{report}");
    }
    let away = answer("502 Bad Gateway", "", "");
    let report = after(|world| world.homeserver.says(USERINFO, away)).await;
    assert!(report.to_string().contains("→ Start the homeserver"), "{report}");
}

#[tokio::test]
async fn clocks_that_differ() {
    let date = |headers: &str| {
        let body = serde_json::json!({"errcode": "M_UNKNOWN_TOKEN"});
        let answer = says("401 Unauthorized", headers, &body);
        after(|world| world.homeserver.says(USERINFO, answer))
    };
    for (headers, expected) in [
        ("date: Thu, 01 Jan 1970 00:00:20 GMT\r\n", vec![]),
        ("date: Thu, 01 Jan 1970 00:01:00 GMT\r\n", vec!["clock warning clock"]),
        ("date: Thu, 01 Jan 1970 00:05:00 GMT\r\n", vec!["clock failed clock"]),
        ("date: yesterday\r\n", vec!["clock warning no_date"]),
        ("", vec!["clock warning no_date"]),
    ] {
        assert_eq!(unwell(&date(headers).await), expected, "{headers}");
    }
    let report = after(|world| world.clock.advance(std::time::Duration::from_secs(3600))).await;
    let problem = report.state(Step::Clock).unwrap().problem().unwrap().to_string();
    assert_eq!(problem, "the homeserver's clock is 3600 seconds behind ours");
}

#[tokio::test]
async fn a_client_api_that_is_none() {
    let report =
        after(|world| world.homeserver.says(VERSIONS, answer("200 OK", "", "Hello"))).await;
    assert_eq!(unwell(&report), ["client_api failed no_client_api", "media skipped client_api"]);
    let report = after(|world| {
        let mut content = world.setup.documents().unwrap().well_known();
        content["m.homeserver"] = serde_json::json!({"base_url": "https://hs.test:1/"});
        world.homeserver.says(WELL_KNOWN, says("200 OK", CORS, &content));
    })
    .await;
    assert_eq!(unwell(&report), ["client_api failed no_connection", "media skipped client_api"]);
}

#[tokio::test]
async fn media_that_does_not_get_through() {
    for path in [UPLOAD, DOWNLOAD] {
        let nginx = answer("413 Payload Too Large", "", "<h1>nginx</h1>");
        let report = after(|world| world.homeserver.says(path, nginx)).await;
        assert_eq!(unwell(&report), ["media failed no_media"], "{path}");
        assert!(report.to_string().contains(path), "{report}");
    }
    let unknown = || error("404 Not Found", "M_UNRECOGNIZED");
    let report = after(|world| world.homeserver.says(UPLOAD, unknown())).await;
    assert_eq!(unwell(&report), ["media failed no_media"]);
    let report = after(|world| world.homeserver.says(DOWNLOAD, unknown())).await;
    assert_eq!(unwell(&report), ["media warning old_media"]);
    assert!(report.summary().contains("with 1 warning"), "{}", report.summary());
}

#[tokio::test]
async fn an_account_that_cannot_upload() {
    let whoami = |answer: Answer| after(|world| world.homeserver.says(WHOAMI, answer));
    let report = whoami(error("401 Unauthorized", "M_UNKNOWN_TOKEN")).await;
    assert_eq!(unwell(&report), ["account failed account_token"]);
    assert!(
        !report.to_string().contains("s3cr3t") && !report.json().to_string().contains("s3cr3t")
    );
    assert_eq!(unwell(&whoami(answer("404 No", "", "")).await), ["account failed account_answer"]);
    let report = after(|world| {
        world.account.as_mut().unwrap().url = "https://hs.test:1".parse().unwrap();
    })
    .await;
    assert_eq!(unwell(&report), ["account failed no_connection"]);
}

#[tokio::test]
async fn our_own_side() {
    let report = after(|world| world.ours.says("/picker", answer("200 OK", "", ""))).await;
    assert_eq!(unwell(&report), ["pages failed not_ours"]);
    let report = after(|world| world.ours.forgets("/api/register")).await;
    assert_eq!(unwell(&report), ["api failed status"]);
    let report = after(|world| world.setup.base = None).await;
    let expected = [
        "client_well_known warning no_public_url",
        "pages failed no_public_url",
        "api skipped pages",
        "element skipped pages",
    ];
    assert_eq!(unwell(&report), expected);
    let report = after(|world| world.element.forgets("/app/config.json")).await;
    assert_eq!(unwell(&report), ["element failed status"]);
    let report = after(|world| world.setup.element_urls = Vec::new()).await;
    assert_eq!(unwell(&report), Vec::<String>::new());
}
