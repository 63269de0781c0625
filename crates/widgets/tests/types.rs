//! Each built-in type through its whole life: a form with its first values, the widget it writes,
//! and the same form again when that widget is opened for editing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use tessera_widgets::{
    Catalogue, Category, FieldError, Filled, Shared, Show, Texts, Values, WidgetType,
};

const ORIGIN: &str = "https://widgets.example.org";

type Example = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// For each type: what is typed into its form, and the address that is written.
const WRITTEN: &[Example] = &[
    (
        "custom",
        &[("url", "example.org/page?u=$matrix_user_id")],
        "https://example.org/page?u=$matrix_user_id",
    ),
    (
        "jitsi",
        &[("conference", "Weekly call"), ("domain", "meet.example.org"), ("audio_only", "true")],
        "https://meet.example.org/Weekly%20call#config.startAudioOnly=true&userInfo.displayName=%22$matrix_display_name%22",
    ),
    (
        "element-call",
        &[("host", "call.example.org"), ("encrypted", "true")],
        "https://call.example.org/room/#?perParticipantE2EE=true&userId=$matrix_user_id&deviceId=$org.matrix.msc3819.matrix_device_id&roomId=$matrix_room_id&baseUrl=$org.matrix.msc4039.matrix_base_url&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "bigbluebutton",
        &[("url", "https://bbb.example.org/rooms/abc-def/join")],
        "https://widgets.example.org/open?url=https%3A%2F%2Fbbb.example.org%2Frooms%2Fabc-def%2Fjoin&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "etherpad",
        &[("pad", "https://pad.example.org/p/notes")],
        "https://pad.example.org/p/notes?userName=$matrix_display_name&lang=$org.matrix.msc2873.client_language",
    ),
    (
        "hedgedoc",
        &[("note", "https://md.example.org/s/AbC?view")],
        "https://md.example.org/s/AbC?view",
    ),
    (
        "google-docs",
        &[("document", "https://docs.google.com/document/u/0/d/1AbC/edit?usp=sharing")],
        "https://docs.google.com/document/d/1AbC/edit",
    ),
    (
        "google-published",
        &[("document", "https://docs.google.com/presentation/d/e/2PACX-1v/embed?start=false")],
        "https://docs.google.com/presentation/d/e/2PACX-1v/embed?embedded=true&widget=true",
    ),
    (
        "cryptpad",
        &[("key", "https://pad.example.org/form/#/2/form/view/AbC-d/")],
        "https://pad.example.org/form/#/2/form/view/AbC-d/embed/",
    ),
    (
        "excalidraw",
        &[("room", "https://excalidraw.com/#room=0123456789abcdef0123,abcdefghijklmnopqrstuA")],
        "https://excalidraw.com/#room=0123456789abcdef0123,abcdefghijklmnopqrstuA",
    ),
    (
        "tldraw",
        &[("board", "https://www.tldraw.com/r/abc_DEF?d=v0.0")],
        "https://www.tldraw.com/r/abc_DEF",
    ),
    (
        "wbo",
        &[("board", "our ideas"), ("host", "wbo.example.org")],
        "https://wbo.example.org/boards/our%20ideas",
    ),
    (
        "miro",
        &[("board", "https://miro.com/app/board/uXjVabc=/?share_link_id=1")],
        "https://miro.com/app/live-embed/uXjVabc%3D/",
    ),
    (
        "whiteboard",
        &[("board", "ideas"), ("url", "https://board.example.org/")],
        "https://board.example.org/?whiteboardid=ideas&username=$matrix_display_name",
    ),
    (
        "youtube",
        &[("video", "https://youtu.be/aqz-KE-bpKQ?t=90")],
        "https://widgets.example.org/youtube?video=aqz-KE-bpKQ&start=90&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "vimeo",
        &[("video", "https://vimeo.com/1084537/abcdef0123")],
        "https://widgets.example.org/vimeo?video=1084537&hash=abcdef0123&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "dailymotion",
        &[("video", "https://www.dailymotion.com/video/x8m8jyr")],
        "https://widgets.example.org/dailymotion?video=x8m8jyr&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "peertube",
        &[("video", "https://framatube.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d")],
        "https://widgets.example.org/peertube?host=framatube.org&video=9c9de5e8-0a1e-484a-b099-e80766180a6d&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "twitch",
        &[("code", "https://www.twitch.tv/videos/123456")],
        "https://widgets.example.org/twitch?kind=video&code=123456&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "spotify",
        &[("code", "spotify:track:37i9dQZF1DXcBWIGoYBM5M")],
        "https://widgets.example.org/spotify?kind=track&code=37i9dQZF1DXcBWIGoYBM5M&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "google-calendar",
        &[("calendar", "team@group.calendar.google.com"), ("time_zone", "Europe/Berlin")],
        "https://calendar.google.com/calendar/embed?src=team%40group.calendar.google.com&ctz=Europe%2FBerlin&mode=MONTH&hl=$org.matrix.msc2873.client_language",
    ),
    (
        "ical",
        &[("url", "https://cal.example.org/a.ics")],
        "https://open-web-calendar.hosted.quelltext.eu/calendar.html?url=https%3A%2F%2Fcal.example.org%2Fa.ics&tab=month&language=$org.matrix.msc2873.client_language",
    ),
    (
        "nextcloud-form",
        &[("form", "https://cloud.example.org/index.php/apps/forms/s/AbCd")],
        "https://cloud.example.org/apps/forms/embed/AbCd",
    ),
    (
        "google-form",
        &[("form", "https://docs.google.com/forms/d/e/1FAIpQL-x/viewform?usp=sf_link")],
        "https://docs.google.com/forms/d/e/1FAIpQL-x/viewform?embedded=true",
    ),
    (
        "grafana",
        &[("url", "https://grafana.example.org/d/abc/servers?orgId=1&theme=light")],
        "https://grafana.example.org/d/abc/servers?orgId=1&kiosk=true&theme=$theme",
    ),
    (
        "tradingview",
        &[("symbol", "https://www.tradingview.com/symbols/NASDAQ-AAPL/")],
        "https://widgets.example.org/tradingview?symbol=NASDAQ-AAPL&interval=D&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
    (
        "openstreetmap",
        &[("latitude", "https://www.openstreetmap.org/?mlat=52.5&mlon=13.4#map=12/52.6/13.5")],
        "https://widgets.example.org/openstreetmap?bbox=13.31211%2C52.456055%2C13.48789%2C52.543945&layer=mapnik&marker=52.5,13.4&lang=$org.matrix.msc2873.client_language&theme=$org.matrix.msc2873.client_theme",
    ),
];

fn catalogue() -> Catalogue {
    Catalogue::new(Some(ORIGIN), Vec::new())
}

fn form(catalogue: &Catalogue, declared: &WidgetType, typed: &[(&str, &str)]) -> Values {
    let mut values = catalogue.first_values(declared, &[7; 24]);
    values.insert("name".into(), "Ours".into());
    values.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    values
}

fn content(filled: &Filled) -> Map<String, Value> {
    let content = json!({"type": filled.event_type, "url": filled.url, "name": filled.name,
        "data": filled.data});
    content.as_object().cloned().unwrap_or_default()
}

#[test]
fn every_type_writes_its_address_and_is_the_same_form_again() {
    let catalogue = catalogue();
    let tested: BTreeSet<&str> = WRITTEN.iter().map(|(id, ..)| *id).collect();
    let all: BTreeSet<&str> = catalogue.offered().map(|declared| declared.id.as_str()).collect();
    assert_eq!(tested, all, "each type has an example");
    for (id, typed, url) in WRITTEN {
        let declared = catalogue.get(id).unwrap();
        let values = form(&catalogue, declared, typed);
        let filled = catalogue
            .fill(declared, &values, Show::Frame)
            .unwrap_or_else(|errors| panic!("{id}: {errors:?}"));
        assert_eq!(filled.url, *url, "{id}");
        let again = catalogue.recognise(&content(&filled)).unwrap();
        assert_eq!(again.widget_type.id, *id, "{}", filled.url);
        let refilled = catalogue.fill(again.widget_type, &again.values, again.show).unwrap();
        assert_eq!(refilled, filled, "{id}: {:?}", again.values);
    }
}

#[test]
fn a_card_opens_the_page_in_a_tab_and_is_recognised() {
    let catalogue = catalogue();
    for (id, typed, _) in WRITTEN.iter().filter(|(id, ..)| *id != "bigbluebutton") {
        let declared = catalogue.get(id).unwrap();
        let values = form(&catalogue, declared, typed);
        let card = catalogue.fill(declared, &values, Show::Card).unwrap();
        assert!(card.url.starts_with("https://widgets.example.org/open?url=https"), "{}", card.url);
        let again = catalogue.recognise(&content(&card)).unwrap();
        assert_eq!((again.widget_type.id.as_str(), again.show), (*id, Show::Card), "{}", card.url);
        let refilled = catalogue.fill(again.widget_type, &again.values, Show::Card).unwrap();
        assert_eq!(refilled, card, "{id}");
    }
}

#[test]
fn the_name_of_a_screen_finds_its_type() {
    let catalogue = catalogue();
    for (name, id) in [
        ("m.custom", Some("custom")),
        ("custom", Some("custom")),
        ("jitsi", Some("jitsi")),
        ("m.jitsi", Some("jitsi")),
        ("m.etherpad", Some("etherpad")),
        ("m.googledoc", Some("google-docs")),
        ("m.video", Some("youtube")),
        ("toaster", None),
    ] {
        let found = catalogue.of_screen(name).map(|declared| declared.id.as_str());
        assert_eq!(found, id, "{name}");
    }
}

#[test]
fn pasted_addresses_find_their_type() {
    let catalogue = catalogue();
    for (address, id) in [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ&list=PL1", Some("youtube")),
        ("https://vimeo.com/1084537", Some("vimeo")),
        ("https://dai.ly/x8m8jyr", Some("dailymotion")),
        ("https://framatube.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d", Some("peertube")),
        ("https://www.twitch.tv/matrixdotorg", Some("twitch")),
        ("https://open.spotify.com/intl-de/track/37i9dQZF1DXcBWIGoYBM5M?si=1", Some("spotify")),
        ("https://pad.example.org/p/notes", Some("etherpad")),
        ("https://docs.google.com/document/d/1AbC/edit", Some("google-docs")),
        ("https://docs.google.com/forms/d/e/1FA/viewform", Some("google-form")),
        ("https://grafana.example.org/d/abc/x", Some("grafana")),
        ("https://meet.jit.si/Room", Some("jitsi")),
        ("https://cloud.example.org/apps/forms/s/AbCd", Some("nextcloud-form")),
        ("https://www.openstreetmap.org/#map=12/52.5/13.4", Some("openstreetmap")),
        ("https://bbb.example.org/b/abc-def", Some("bigbluebutton")),
        ("https://example.org/", None),
        ("not an address", None),
    ] {
        let found = catalogue.link(address).map(|found| found.widget_type.id.as_str());
        assert_eq!(found, id, "{address}");
    }
}

#[test]
fn wrong_values_are_named_and_nothing_is_written() {
    let catalogue = catalogue();
    let errors = |id: &str, typed: &[(&str, &str)]| {
        let declared = catalogue.get(id).unwrap();
        catalogue.fill(declared, &form(&catalogue, declared, typed), Show::Frame).unwrap_err()
    };
    let one = |name: &str, error: FieldError| BTreeMap::from([(name.to_owned(), error)]);
    assert_eq!(errors("custom", &[]), one("url", FieldError::Required));
    assert_eq!(
        errors("youtube", &[("video", "https://evil.example/watch?v=aqz-KE-bpKQ")]),
        one("video", FieldError::OtherLink)
    );
    assert_eq!(
        errors("bigbluebutton", &[("url", "https://bbb.example/api/join?meetingID=1&password=x")]),
        one("url", FieldError::Secret("password".into())),
        "a meeting's password never comes into the room's state"
    );
    assert_eq!(
        errors("custom", &[("url", "https://example.org/?x=$tessera_id")]),
        one("url", FieldError::Clash("tessera".into()))
    );
}

#[test]
fn without_a_second_origin_what_needs_it_is_not_offered() {
    let catalogue = Catalogue::new(None, Vec::new());
    let offered: Vec<&str> = catalogue.offered().map(|declared| declared.id.as_str()).collect();
    assert!(!offered.contains(&"twitch") && !offered.contains(&"bigbluebutton"));
    let youtube = catalogue.get("youtube").unwrap();
    let values = form(&catalogue, youtube, &[("video", "aqz-KE-bpKQ")]);
    let filled = catalogue.fill(youtube, &values, Show::Frame).unwrap();
    assert_eq!(filled.url, "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ");
    let refused = catalogue.fill(youtube, &values, Show::Card).unwrap_err();
    assert_eq!(refused.get(""), Some(&FieldError::NoWidgetsOrigin));
}

#[test]
fn who_learns_what_is_said_with_the_widget() {
    let catalogue = catalogue();
    let custom = catalogue.get("custom").unwrap();
    let values =
        form(&catalogue, custom, &[("url", "https://x.example/?u=$matrix_user_id&t=$theme")]);
    let filled = catalogue.fill(custom, &values, Show::Frame).unwrap();
    assert_eq!(filled.party.as_deref(), Some("x.example"));
    assert_eq!(filled.shares, [Shared::IpAddress, Shared::UserId, Shared::Theme]);
    let youtube = catalogue.get("youtube").unwrap();
    let values = form(&catalogue, youtube, &[("video", "aqz-KE-bpKQ")]);
    let filled = catalogue.fill(youtube, &values, Show::Frame).unwrap();
    assert_eq!(filled.shares, [Shared::IpAddress], "the wrapper passes nothing on");
}

#[test]
fn operators_declare_types_and_replace_ours() {
    let theirs: Vec<WidgetType> = serde_json::from_value(json!([
        {"id": "wiki", "name": "Our wiki", "url": "https://wiki.example.org/{page*}?r=$matrix_room_id",
         "fields": [{"name": "page", "kind": "text", "required": true, "label": "Page"}]},
        {"id": "jitsi", "type": "m.jitsi", "url": "https://meet.example.org/{conference}",
         "fields": [{"name": "conference", "kind": "text", "required": true}]},
    ]))
    .unwrap();
    let catalogue = Catalogue::new(None, theirs);
    let wiki = catalogue.get("wiki").unwrap();
    let filled =
        catalogue.fill(wiki, &form(&catalogue, wiki, &[("page", "a b/c")]), Show::Frame).unwrap();
    assert_eq!(filled.url, "https://wiki.example.org/a%20b/c?r=$matrix_room_id");
    assert_eq!(catalogue.recognise(&content(&filled)).unwrap().widget_type.id, "wiki");
    assert_eq!(catalogue.offered().filter(|declared| declared.id == "jitsi").count(), 1);
    assert_eq!(catalogue.get("jitsi").unwrap().fields.len(), 1);
}

const LANGUAGES: [(&str, &str); 5] = [
    ("en", include_str!("../../../assets/widgets-en.json")),
    ("de", include_str!("../../../assets/widgets-de.json")),
    ("fr", include_str!("../../../assets/widgets-fr.json")),
    ("es", include_str!("../../../assets/widgets-es.json")),
    ("ar", include_str!("../../../assets/widgets-ar.json")),
];

#[test]
fn every_type_field_and_error_has_its_text_in_every_language() {
    let keys = |json: &str| {
        let mut found = BTreeSet::new();
        collect(&serde_json::from_str(json).unwrap(), String::new(), &mut found);
        found
    };
    let english = keys(LANGUAGES[0].1);
    for (language, json) in LANGUAGES {
        assert_eq!(keys(json), english, "{language} has the keys of English");
        let texts = Texts::parse(json);
        let value: Value = serde_json::from_str(json).unwrap();
        for declared in catalogue().offered() {
            let id = &declared.id;
            assert!(value["types"][id]["name"].is_string(), "{language}: {id} has no name");
            assert!(!texts.about(declared).is_empty(), "{language}: {id} says nothing of itself");
            for field in &declared.fields {
                assert_ne!(
                    texts.label(declared, field),
                    field.name,
                    "{language}: {id}.{}",
                    field.name
                );
            }
        }
        let groups = [
            ("categories", Category::ALL.map(Category::text_key).to_vec()),
            ("shares", Shared::ALL.map(Shared::text_key).to_vec()),
            ("errors", FieldError::TEXT_KEYS.to_vec()),
        ];
        for (group, keys) in groups {
            for key in keys {
                assert!(value[group][key].is_string(), "{language}: {group}.{key}");
            }
        }
    }
    let texts = Texts::parse(LANGUAGES[0].1);
    let range = texts.error(&FieldError::Range(Some(0), Some(19)));
    assert!(range.contains('0') && range.contains("19"), "{range}");
}

fn collect(value: &Value, path: String, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, format!("{path}/{key}"), into);
            }
        }
        _ => {
            into.insert(path);
        }
    }
}
