//! The documents, to the byte, and which clients our own headers keep out.

use super::*;

fn setup(frame_ancestors: &[&str], element_urls: &[&str]) -> Setup {
    Setup {
        base: Some("https://im.example".into()),
        widgets: None,
        frame_ancestors: frame_ancestors.iter().map(|source| (*source).to_owned()).collect(),
        element_urls: element_urls.iter().map(|url| url.parse().unwrap()).collect(),
        homeservers: vec!["example.org".parse().unwrap()],
    }
}

#[test]
fn the_documents_are_what_element_reads() {
    let setup = setup(&["*", "vector:"], &[]);
    let documents = setup.documents().unwrap();
    assert_eq!(
        documents.well_known().to_string(),
        r#"{"m.integrations":{"managers":[{"api_url":"https://im.example/api","ui_url":"https://im.example/"}]}}"#
    );
    assert_eq!(
        documents.element_config().to_string(),
        r#"{"integrations_ui_url":"https://im.example/","integrations_rest_url":"https://im.example/api","integrations_widgets_urls":["https://im.example/api","https://im.example/picker"]}"#
    );
    let module = documents.widget_lifecycle();
    let permissions =
        &module["io.element.element-web-modules.widget-lifecycle"]["widget_permissions"];
    assert_eq!(permissions["https://im.example/picker/*"]["identity_approved"], true);
}

#[test]
fn the_module_approves_all_that_the_picker_asks_for_and_nothing_else() {
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets");
    let mut asked = String::new();
    for file in ["boot.js", "undo.js", "room-packs.js"] {
        asked += &std::fs::read_to_string(format!("{assets}/{file}")).unwrap();
    }
    for capability in CAPABILITIES {
        // Written whole, or put together from a prefix and a type.
        let parts = capability.split_once("state_event:");
        let found = match parts {
            Some((prefix, kind)) => {
                asked.contains(&format!("{prefix}state_event:")) && asked.contains(kind)
            }
            None => asked.contains(capability),
        };
        assert!(found, "{capability} is not asked for");
    }
    let whole = asked.matches("\"org.matrix.msc").count();
    assert!(whole <= CAPABILITIES.len(), "the picker asks for more than is listed");
}

#[test]
fn proxies_are_told_the_operators_clients_and_desktop() {
    let headers = |ancestors: &[&str], clients: &[&str]| {
        setup(ancestors, clients).documents().unwrap().proxy_headers()
    };
    assert_eq!(
        headers(
            &["*", "vector:"],
            &["https://chat.example/app/", "https://chat.example", "http://localhost:8080"]
        ),
        "Content-Security-Policy: frame-ancestors https://chat.example http://localhost:8080 vector:"
    );
    assert_eq!(
        headers(&["https://a.example"], &[]),
        "Content-Security-Policy: frame-ancestors https://a.example"
    );
}
