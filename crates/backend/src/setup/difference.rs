//! How a document that is served differs from what it has to say, judged as Element reads it. Pure:
//! `served` brings the documents.

use std::fmt;

use serde_json::{Map, Value};

use super::{CAPABILITIES, Documents, MODULE};

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A key is not there.
    Missing {
        /// The key.
        key: &'static str,
    },
    /// A key's value has another type, so clients ignore it.
    NotA {
        /// The key.
        key: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// A key has another value.
    Other {
        /// The key.
        key: &'static str,
        /// What is served.
        found: String,
        /// What has to be.
        expected: String,
    },
    /// A list lacks an address.
    Lacks {
        /// The key of the list.
        key: &'static str,
        /// The address.
        expected: String,
    },
    /// Element's widgets are switched off altogether.
    WidgetsOff,
    /// The module widget-lifecycle is configured, and lets the picker ask all the same.
    NotApproved {
        /// For what.
        what: Vec<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { key } => write!(f, "`{key}` is missing"),
            Self::NotA { key, expected } => write!(f, "`{key}` is not {expected}"),
            Self::Other { key, found, expected } => {
                write!(f, "`{key}` is \"{found}\" and has to be \"{expected}\"")
            }
            Self::NotApproved { what } => {
                write!(f, "`{MODULE}` does not approve the picker for {}", what.join(", "))
            }
            Self::Lacks { key, expected } => write!(f, "`{key}` lacks \"{expected}\""),
            Self::WidgetsOff => write!(
                f,
                "`setting_defaults` has \"UIFeature.widgets\": false, which hides every widget and \
                 the manager"
            ),
        }
    }
}

impl Documents<'_> {
    /// What is wrong with a homeserver's `/.well-known/matrix/client`. Element uses the first
    /// manager that has an `api_url`, and no other.
    #[must_use]
    pub fn compare_well_known(&self, served: &Map<String, Value>) -> Vec<Difference> {
        const MANAGERS: &str = "m.integrations.managers";
        let Some(integrations) = served.get("m.integrations") else {
            return vec![Difference::Missing { key: "m.integrations" }];
        };
        let Some(managers) = integrations.get("managers") else {
            return vec![Difference::Missing { key: MANAGERS }];
        };
        let Some(managers) = managers.as_array() else {
            return vec![Difference::NotA { key: MANAGERS, expected: "a list" }];
        };
        let text = |manager: &Value, key: &str| {
            manager
                .get(key)
                .and_then(Value::as_str)
                .filter(|url| !url.is_empty())
                .map(str::to_owned)
        };
        let first = managers.iter().find_map(|manager| Some((text(manager, "api_url")?, manager)));
        let Some((api_url, manager)) = first else {
            return vec![Difference::Missing { key: "m.integrations.managers[].api_url" }];
        };
        let mut differences = Vec::new();
        if api_url != self.api_url() {
            differences.push(Difference::Other {
                key: "m.integrations.managers[].api_url",
                found: api_url.clone(),
                expected: self.api_url(),
            });
        }
        // Without one, clients open the API's address.
        let ui_url = text(manager, "ui_url").unwrap_or(api_url);
        self.compare_ui_url("m.integrations.managers[].ui_url", ui_url, &mut differences);
        differences
    }

    /// What is wrong with the three keys in an Element's `config.json`.
    #[must_use]
    pub fn compare_element_config(&self, served: &Map<String, Value>) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut text = |key: &'static str| match served.get(key) {
            None => {
                differences.push(Difference::Missing { key });
                None
            }
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                differences.push(Difference::NotA { key, expected: "an address" });
                None
            }
        };
        let (ui_url, api_url) = (text("integrations_ui_url"), text("integrations_rest_url"));
        if let Some(ui_url) = ui_url {
            self.compare_ui_url("integrations_ui_url", ui_url, &mut differences);
        }
        if let Some(found) = api_url.filter(|found| *found != self.api_url()) {
            let key = "integrations_rest_url";
            differences.push(Difference::Other { key, found, expected: self.api_url() });
        }
        let key = "integrations_widgets_urls";
        match served.get(key).map(Value::as_array) {
            // Without a list clients take the API's address, which the picker is not under.
            None => differences.push(Difference::Missing { key }),
            Some(None) => differences.push(Difference::NotA { key, expected: "a list" }),
            Some(Some(listed)) => {
                for expected in self.widgets_urls() {
                    let covers = |url: &str| is_under(&expected, url);
                    if !listed.iter().filter_map(Value::as_str).any(covers) {
                        differences.push(Difference::Lacks { key, expected });
                    }
                }
            }
        }
        let defaults = served.get("setting_defaults");
        if defaults.and_then(|all| all.get("UIFeature.widgets")) == Some(&Value::Bool(false)) {
            differences.push(Difference::WidgetsOff);
        }
        differences.extend(served.get(MODULE).and_then(|module| self.compare_module(module)));
        differences
    }

    /// What the module, if Element has it, does not approve. It takes an address, or what begins
    /// with one and ends with `*`.
    fn compare_module(&self, module: &Value) -> Option<Difference> {
        let picker = format!("{}/picker/", self.base);
        let approvals: Vec<&Value> = module
            .get("widget_permissions")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(pattern, _)| match pattern.strip_suffix('*') {
                Some(start) => picker.starts_with(start),
                None => **pattern == picker,
            })
            .map(|(_, approval)| approval)
            .collect();
        let is = |key: &str| approvals.iter().any(|all| all.get(key) == Some(&Value::Bool(true)));
        let lists = |capability: &str| {
            let lists =
                approvals.iter().filter_map(|all| all.get("capabilities_approved")?.as_array());
            lists.flatten().any(|listed| listed == capability)
        };
        let flags = ["preload_approved", "identity_approved"];
        let what: Vec<String> = flags
            .into_iter()
            .filter(|key| !is(key))
            .chain(CAPABILITIES.into_iter().filter(|capability| !lists(capability)))
            .map(str::to_owned)
            .collect();
        (!what.is_empty()).then_some(Difference::NotApproved { what })
    }

    /// With or without the slash behind the host it is the same page.
    fn compare_ui_url(&self, key: &'static str, found: String, into: &mut Vec<Difference>) {
        let expected = self.ui_url();
        if found != expected && found != self.base {
            into.push(Difference::Other { key, found, expected });
        }
    }
}

/// Whether an address is under a listed one, as Element compares them: the same origin, and the
/// path begins with the listed path.
fn is_under(address: &str, listed: &str) -> bool {
    let (Ok(address), Ok(listed)) = (address.parse::<url::Url>(), listed.parse::<url::Url>())
    else {
        return false;
    };
    address.origin() == listed.origin() && address.path().starts_with(listed.path())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::setup::Setup;

    fn setup() -> Setup {
        Setup { base: Some("https://im.example".into()), ..Setup::default() }
    }

    fn texts(differences: &[Difference]) -> Vec<String> {
        differences.iter().map(ToString::to_string).collect()
    }

    fn well_known(served: &Value) -> Vec<String> {
        texts(&setup().documents().unwrap().compare_well_known(served.as_object().unwrap()))
    }

    fn element_config(served: &Value) -> Vec<String> {
        texts(&setup().documents().unwrap().compare_element_config(served.as_object().unwrap()))
    }

    #[test]
    fn what_we_print_is_what_we_accept() {
        let setup = setup();
        let documents = setup.documents().unwrap();
        assert!(well_known(&documents.well_known()).is_empty());
        assert!(element_config(&documents.element_config()).is_empty());
    }

    #[test]
    fn a_well_known_is_read_as_element_reads_it() {
        let managers = |managers: Value| json!({"m.integrations": {"managers": managers}});
        let ours = json!({"api_url": "https://im.example/api", "ui_url": "https://im.example"});
        let fine = [
            managers(json!([ours])),
            // An entry without `api_url` is skipped.
            managers(json!([{"ui_url": "https://x.example"}, {"api_url": ""}, ours])),
        ];
        for served in fine {
            assert!(well_known(&served).is_empty(), "{served}");
        }
        let wrong = [
            (json!({}), "`m.integrations` is missing"),
            (json!({"m.integrations": {}}), "`m.integrations.managers` is missing"),
            (managers(json!({})), "is not a list"),
            (managers(json!([])), "api_url` is missing"),
            (
                managers(
                    json!([{"api_url": "https://scalar.example/api", "ui_url": "https://im.example/"}, ours]),
                ),
                "\"https://scalar.example/api\" and has to be \"https://im.example/api\"",
            ),
            // A slash too many becomes `//register`.
            (
                managers(
                    json!([{"api_url": "https://im.example/api/", "ui_url": "https://im.example/"}]),
                ),
                "api/\"",
            ),
            (
                managers(json!([{"api_url": "https://im.example/api"}])),
                "ui_url` is \"https://im.example/api\"",
            ),
        ];
        for (served, expected) in wrong {
            let found = well_known(&served);
            assert!(found.len() == 1 && found[0].contains(expected), "{served}: {found:?}");
        }
    }

    #[test]
    fn a_config_is_read_as_element_reads_it() {
        let full = json!({
            "integrations_ui_url": "https://im.example",
            "integrations_rest_url": "https://im.example/api",
            "integrations_widgets_urls": ["https://im.example/"],
            "brand": "Ours",
        });
        assert!(element_config(&full).is_empty());
        let with = |key: &str, value: Value| {
            let mut config = full.clone();
            config[key] = value;
            config
        };
        let wrong = [
            (with("integrations_ui_url", Value::Null), "`integrations_ui_url` is not an address"),
            (
                with("integrations_rest_url", json!("https://im.example")),
                "`integrations_rest_url` is",
            ),
            (
                with("integrations_widgets_urls", json!(["https://im.example/picker"])),
                "lacks \"https://im.example/api\"",
            ),
            (with("integrations_widgets_urls", json!("x")), "is not a list"),
            (with("setting_defaults", json!({"UIFeature.widgets": false})), "UIFeature.widgets"),
        ];
        for (served, expected) in wrong {
            let found = element_config(&served);
            assert!(found.len() == 1 && found[0].contains(expected), "{served}: {found:?}");
        }
        assert_eq!(element_config(&json!({})).len(), 3);
    }

    #[test]
    fn the_module_is_judged_if_element_has_it() {
        let setup = setup();
        let documents = setup.documents().unwrap();
        let with = |module: &Value| {
            let mut config = documents.element_config();
            config[MODULE] = module.clone();
            element_config(&config)
        };
        let ours = documents.widget_lifecycle()[MODULE].clone();
        assert!(with(&ours).is_empty());
        let mut wider = ours.clone();
        let mut approval = ours["widget_permissions"]["https://im.example/picker/*"].clone();
        wider["widget_permissions"] = json!({"https://im.example/*": approval});
        assert!(with(&wider).is_empty());
        approval["identity_approved"] = json!(false);
        approval["capabilities_approved"] = json!(["m.sticker"]);
        for permissions in [
            json!({"https://im.example/picker/*": approval}),
            json!({"https://im.example/picker/": approval}),
        ] {
            let found = with(&json!({"widget_permissions": permissions}));
            assert!(found.len() == 1 && found[0].contains("identity_approved, org."), "{found:?}");
        }
        for module in
            [json!({}), json!(1), json!({"widget_permissions": {"https://x.example/*": approval}})]
        {
            let found = with(&module);
            assert!(
                found[0].contains("for preload_approved, identity_approved, m.sticker"),
                "{found:?}"
            );
        }
    }
}
