//! Every row of Dimension's widget table, and Scalar's wrappers, with one real example each: what
//! stands in old rooms is recognised, taken out of its wrapper and can be edited as if it were ours.

use serde_json::{Map, Value, json};
use tessera_widgets::{Catalogue, Show};

struct Example {
    row: &'static str,
    content: Value,
    id: &'static str,
    values: &'static [(&'static str, &'static str)],
}

const ORIGIN: &str = "https://widgets.example.org";

fn catalogue() -> Catalogue {
    Catalogue::new(Some(ORIGIN), Vec::new())
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// As Dimension writes them: its metadata beside the keys that its addresses use.
fn dimension(event_type: &str, name: &str, url: &str, mut data: Value) -> Value {
    data["dimension:app:metadata"] = json!({
        "inRoomId": "!room:example.org", "wrapperUrlBase": "https://dimension.example.org/widgets/",
        "wrapperId": "generic", "scalarWrapperId": "generic", "integration": {"type": event_type},
        "lastUpdatedTs": 1_560_000_000_000_i64,
    });
    data["title"] = "A title".into();
    json!({"type": event_type, "url": format!("https://dimension.example.org/widgets/{url}"),
        "name": name, "data": data, "creatorUserId": "@admin:example.org"})
}

fn table() -> Vec<Example> {
    vec![
        Example {
            row: "custom",
            content: dimension(
                "m.custom",
                "Board",
                "generic?url=https%3A%2F%2Fwiki.example.org%2F%3Froom%3D$matrix_room_id",
                json!({"url": "https://wiki.example.org/?room=$matrix_room_id"}),
            ),
            id: "custom",
            values: &[("name", "Board"), ("url", "https://wiki.example.org/?room=$matrix_room_id")],
        },
        Example {
            row: "etherpad",
            content: dimension(
                "m.etherpad",
                "Etherpad",
                "generic?url=https%3A%2F%2Fscalar.vector.im%2Fetherpad%2Fp%2F$roomId_$padName",
                json!({"padName": "weekly-notes", "roomId": "abcdefghij",
                    "url": "https://scalar.vector.im/etherpad/p/$roomId_$padName"}),
            ),
            id: "etherpad",
            values: &[
                ("host", "scalar.vector.im"),
                ("pad", "abcdefghij_weekly-notes"),
                ("path", "etherpad/p"),
            ],
        },
        Example {
            row: "googlecalendar",
            content: dimension(
                "m.googlecalendar",
                "Team",
                "gcal?calendarId=$shareId",
                json!({"shareId": "team@group.calendar.google.com",
                    "url": "https://calendar.google.com/calendar/embed?src=team@group.calendar.google.com"}),
            ),
            id: "google-calendar",
            values: &[("calendar", "team@group.calendar.google.com")],
        },
        Example {
            row: "googledocs",
            content: dimension(
                "m.googledoc",
                "Plan",
                "generic?url=https%3A%2F%2Fdocs.google.com%2Fspreadsheets%2Fd%2F1AbC-d_e%2Fedit%23gid%3D0",
                json!({"url": "https://docs.google.com/spreadsheets/d/1AbC-d_e/edit#gid=0"}),
            ),
            id: "google-docs",
            values: &[("kind", "spreadsheets"), ("document", "1AbC-d_e"), ("mode", "edit")],
        },
        Example {
            row: "youtube: YouTube",
            content: dimension(
                "m.video",
                "Film",
                "video?url=https%3A%2F%2Fwww.youtube.com%2Fembed%2Faqz-KE-bpKQ",
                json!({"videoUrl": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
                    "url": "https://www.youtube.com/embed/aqz-KE-bpKQ"}),
            ),
            id: "youtube",
            values: &[("video", "aqz-KE-bpKQ")],
        },
        Example {
            row: "youtube: Vimeo",
            content: dimension(
                "m.video",
                "Film",
                "video?url=https%3A%2F%2Fplayer.vimeo.com%2Fvideo%2F1084537",
                json!({"videoUrl": "https://vimeo.com/1084537"}),
            ),
            id: "vimeo",
            values: &[("video", "1084537")],
        },
        Example {
            row: "youtube: Dailymotion",
            content: dimension(
                "m.video",
                "Film",
                "video?url=https%3A%2F%2Fwww.dailymotion.com%2Fembed%2Fvideo%2Fx8m8jyr",
                json!({}),
            ),
            id: "dailymotion",
            values: &[("video", "x8m8jyr")],
        },
        Example {
            row: "twitch",
            content: dimension(
                "twitch",
                "Stream",
                "video?url=https%3A%2F%2Fplayer.twitch.tv%2F%3Fchannel%3D$channelName",
                json!({"channelName": "matrixdotorg",
                    "url": "https://player.twitch.tv/?channel=$channelName"}),
            ),
            id: "twitch",
            values: &[("kind", "channel"), ("code", "matrixdotorg")],
        },
        Example {
            row: "jitsi",
            content: dimension(
                "jitsi",
                "Jitsi",
                "jitsi?conferenceId=$conferenceId&domain=$domain&isAudioOnly=$isAudioOnly&displayName=$matrix_display_name&avatarUrl=$matrix_avatar_url&userId=$matrix_user_id",
                json!({"conferenceUrl": "https://jitsi.riot.im/CuddlyOtters", "domain": "jitsi.riot.im",
                    "conferenceId": "CuddlyOtters", "isAudioOnly": false}),
            ),
            id: "jitsi",
            values: &[
                ("conference", "CuddlyOtters"),
                ("domain", "jitsi.riot.im"),
                ("audio_only", "false"),
            ],
        },
        Example {
            row: "grafana",
            content: dimension(
                "grafana",
                "Servers",
                "generic-fullscreen?url=https%3A%2F%2Fgrafana.example.org%2Fd%2Fabc%2Fservers%3ForgId%3D1%26kiosk",
                json!({"url": "https://grafana.example.org/d/abc/servers?orgId=1&kiosk"}),
            ),
            id: "grafana",
            values: &[
                ("url", "https://grafana.example.org/d/abc/servers?orgId=1"),
                ("kiosk", "true"),
            ],
        },
        Example {
            row: "tradingview",
            content: dimension(
                "tradingview",
                "BTC",
                "tradingview?pair=$pair&interval=$interval",
                json!({"pair": "COINBASE:BTCUSD", "interval": "D"}),
            ),
            id: "tradingview",
            values: &[("symbol", "COINBASE:BTCUSD"), ("interval", "D")],
        },
        Example {
            row: "spotify",
            content: dimension(
                "spotify",
                "Music",
                "spotify?uri=$uri",
                json!({"uri": "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"}),
            ),
            id: "spotify",
            values: &[("kind", "playlist"), ("code", "37i9dQZF1DXcBWIGoYBM5M")],
        },
        Example {
            row: "spotify by address",
            content: dimension(
                "spotify",
                "Music",
                "spotify?uri=$uri",
                json!({"uri": "https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3?si=x"}),
            ),
            id: "spotify",
            values: &[("kind", "album"), ("code", "1DFixLWuPkv3KT3TnV35m3")],
        },
        Example {
            row: "whiteboard",
            content: dimension(
                "whiteboard",
                "Board",
                "generic?url=https%3A%2F%2Fcloud13.de%2Ftestwhiteboard%2F%3Fwhiteboardid%3D$roomId_$boardName",
                json!({"roomId": "abcdefghij", "boardName": "ideas"}),
            ),
            id: "whiteboard",
            values: &[("url", "https://cloud13.de/testwhiteboard/"), ("board", "abcdefghij_ideas")],
        },
        Example {
            row: "bigbluebutton",
            content: dimension(
                "bigbluebutton",
                "BBB",
                "bigbluebutton?conferenceUrl=$conferenceUrl&displayName=$matrix_display_name&avatarUrl=$matrix_avatar_url&userId=$matrix_user_id",
                json!({"conferenceUrl": "https://demo.bigbluebutton.org/b/ada-bcd-efg"}),
            ),
            id: "bigbluebutton",
            values: &[("url", "https://demo.bigbluebutton.org/b/ada-bcd-efg")],
        },
        Example {
            row: "Scalar's etherpad",
            content: json!({"type": "etherpad", "name": "Pad",
                "url": "https://scalar.vector.im/api/widgets/etherpad.html?url=https%3A%2F%2Fscalar.vector.im%2Fetherpad%2Fp%2FabcDEF_notes&userName=$matrix_display_name",
                "data": {}}),
            id: "etherpad",
            values: &[
                ("pad", "abcDEF_notes"),
                ("host", "scalar.vector.im"),
                ("path", "etherpad/p"),
            ],
        },
        Example {
            row: "Scalar's custom widget",
            content: json!({"type": "customwidget", "name": "Site",
                "url": "https://scalar-staging.riot.im/scalar/api/widgets/custom.html?url=https%3A%2F%2Fsite.example.org%2F"}),
            id: "custom",
            values: &[("url", "https://site.example.org/")],
        },
        Example {
            row: "Scalar's Jitsi",
            content: json!({"type": "jitsi", "name": "Jitsi",
                "url": "https://scalar.vector.im/api/widgets/jitsi.html?confId=JitsiAbcDef&isAudioConf=false&displayName=$matrix_display_name&avatarUrl=$matrix_avatar_url&email=$matrix_user_id",
                "data": {"widgetSessionId": "x"}}),
            id: "jitsi",
            values: &[("conference", "JitsiAbcDef"), ("domain", "meet.element.io")],
        },
        Example {
            row: "Element's own Jitsi",
            content: json!({"type": "jitsi", "name": "Jitsi",
                "url": "https://app.element.io/jitsi.html?confId=JitsiQwErTy#conferenceDomain=$domain&conferenceId=$conferenceId&isAudioOnly=$isAudioOnly&displayName=$matrix_display_name",
                "data": {"conferenceId": "JitsiQwErTy", "domain": "meet.element.io", "isAudioOnly": true,
                    "roomName": "Room"}}),
            id: "jitsi",
            values: &[
                ("conference", "JitsiQwErTy"),
                ("domain", "meet.element.io"),
                ("audio_only", "true"),
            ],
        },
    ]
}

#[test]
fn every_row_is_recognised_and_unwrapped() {
    let catalogue = catalogue();
    for Example { row, content, id, values } in table() {
        let found = catalogue.recognise(&object(&content)).unwrap();
        assert_eq!(found.widget_type.id, id, "{row}: {:?}", found.values);
        assert_eq!(found.show, Show::Frame, "{row}");
        for (name, value) in values {
            assert_eq!(
                found.values.get(*name).map(String::as_str),
                Some(*value),
                "{row}: {name} in {:?}",
                found.values
            );
        }
    }
}

#[test]
fn every_row_can_be_saved_as_ours_and_is_then_the_same() {
    let catalogue = catalogue();
    for Example { row, content, id, .. } in table() {
        let found = catalogue.recognise(&object(&content)).unwrap();
        let filled = catalogue
            .fill(found.widget_type, &found.values, Show::Frame)
            .unwrap_or_else(|errors| panic!("{row}: {errors:?}"));
        assert!(!filled.url.contains("dimension.example.org"), "{row}: {}", filled.url);
        let saved = json!({"type": filled.event_type, "url": filled.url, "name": filled.name,
            "data": filled.data});
        let again = catalogue.recognise(&object(&saved)).unwrap();
        assert_eq!(again.widget_type.id, id, "{row}: {}", filled.url);
        for (name, value) in &found.values {
            assert_eq!(again.values.get(name), Some(value), "{row}: {name} of {}", filled.url);
        }
    }
}

#[test]
fn the_table_has_every_row() {
    let rows: Vec<_> = table().into_iter().map(|example| example.row).collect();
    for wanted in [
        "custom",
        "etherpad",
        "googlecalendar",
        "googledocs",
        "youtube",
        "twitch",
        "jitsi",
        "grafana",
        "tradingview",
        "spotify",
        "whiteboard",
        "bigbluebutton",
    ] {
        assert!(rows.iter().any(|row| row.starts_with(wanted)), "{wanted}");
    }
}
