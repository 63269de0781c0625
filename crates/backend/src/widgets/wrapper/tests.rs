//! What each wrapper shows, and where Dimension's addresses lead.

use super::*;

fn wrappers() -> Wrappers {
    Wrappers::new(Catalogue::new(Some("https://widgets.example/"), Vec::new())).unwrap()
}

fn query(text: &str) -> Query {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

#[test]
fn each_wrapper_shows_one_page_of_one_party() {
    for (kind, asked, url, party) in [
        (
            "youtube",
            "video=aqz-KE-bpKQ&start=9&lang=de&theme=dark&widgetId=x",
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?start=9",
            "YouTube (Google)",
        ),
        ("vimeo", "video=1084537&lang=de", "https://player.vimeo.com/video/1084537?dnt=1", "Vimeo"),
        (
            "dailymotion",
            "video=x8m8jyr",
            "https://geo.dailymotion.com/player.html?video=x8m8jyr",
            "Dailymotion",
        ),
        (
            "peertube",
            "host=tube.example&video=9c9de5e8-0a1e-484a-b099-e80766180a6d",
            "https://tube.example/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d?p2p=0",
            "tube.example",
        ),
        (
            "spotify",
            "kind=track&code=37i9dQZF1DXcBWIGoYBM5M",
            "https://open.spotify.com/embed/track/37i9dQZF1DXcBWIGoYBM5M",
            "Spotify",
        ),
        (
            "tradingview",
            "symbol=NASDAQ:AAPL&interval=D&theme=light-high-contrast",
            "https://s.tradingview.com/widgetembed/?symbol=NASDAQ%3AAAPL&interval=D&theme=light",
            "TradingView",
        ),
        (
            "openstreetmap",
            "bbox=13.31211,52.456055,13.48789,52.543945&layer=mapnik&marker=52.5,13.4",
            "https://www.openstreetmap.org/export/embed.html?bbox=13.31211%2C52.456055%2C13.48789%2C52.543945&layer=mapnik&marker=52.5,13.4",
            "OpenStreetMap",
        ),
        (
            "twitch",
            "kind=video&code=123&parentUrl=https%3A%2F%2Fapp.example%2F%3Fx",
            "https://player.twitch.tv/?video=v123&autoplay=false&parent=widgets.example&parent=app.example",
            "Twitch (Amazon)",
        ),
        ("page", "url=https%3A%2F%2Fpad.example%2Fp%2Fx", "https://pad.example/p/x", "pad.example"),
        (
            "page",
            "url=https%3A%2F%2Fm%C3%BCnchen.example%2F",
            "https://xn--mnchen-3ya.example/",
            "münchen.example",
        ),
        (
            "open",
            "url=https%3A%2F%2Fbbb.example%2Frooms%2Fx%2Fjoin",
            "https://bbb.example/rooms/x/join",
            "bbb.example",
        ),
    ] {
        let shown =
            wrappers().shown(kind, &query(asked)).unwrap_or_else(|| panic!("{kind}?{asked}"));
        assert_eq!((shown.url.as_str(), shown.party.as_str()), (url, party), "{kind}");
        assert!(url.starts_with(&format!("{}/", shown.origin)), "{}", shown.origin);
        assert_eq!(shown.show == Show::Card, kind == "open", "{kind}");
    }
}

/// Dimension frames whatever its query says, on the origin that holds the token.
#[test]
fn what_is_no_page_of_the_wrappers_is_not_shown() {
    for (kind, asked) in [
        ("youtube", "video=javascript:alert(1)"),
        ("youtube", "video=../../evil"),
        ("youtube", "url=https%3A%2F%2Fevil.example%2F"),
        ("youtube", ""),
        ("peertube", "host=evil.example/x&video=9c9de5e8-0a1e-484a-b099-e80766180a6d"),
        ("peertube", "host=a%3Bscript-src%20*&video=9c9de5e8-0a1e-484a-b099-e80766180a6d"),
        ("twitch", "kind=channel&code=a%26parent%3Devil"),
        ("page", "url=javascript:alert(1)"),
        ("page", "url=data:text/html,x"),
        ("page", "url=http%3A%2F%2Fplain.example%2F"),
        ("page", "url=https%3A%2F%2Fuser%3Apass%40evil.example%2F"),
        ("page", "url=https%3A%2F%2Fwidgets.example%2Fpage"),
        ("page", "url=https%3A%2F%2Fa.example%3B%20script-src%20*%2F"),
        ("open", "url=javascript:alert(1)"),
        ("custom", "url=https%3A%2F%2Fx.example%2F"),
        ("nothing", ""),
    ] {
        assert_eq!(wrappers().shown(kind, &query(asked)), None, "{kind}?{asked}");
    }
}

#[test]
fn dimensions_addresses_lead_to_ours() {
    for (wrapper, asked, instead) in [
        (
            "generic",
            "url=https%3A%2F%2Fpad.example%2Fp%2Fx&widgetId=w",
            "https://widgets.example/page?url=https%3A%2F%2Fpad.example%2Fp%2Fx&widgetId=w",
        ),
        (
            "generic-fullscreen",
            "url=https%3A%2F%2Fg.example%2Fd%2Fx%3Fkiosk",
            "https://widgets.example/page?url=https%3A%2F%2Fg.example%2Fd%2Fx%3Fkiosk",
        ),
        (
            "video",
            "url=https%3A%2F%2Fwww.youtube.com%2Fembed%2Faqz-KE-bpKQ",
            "https://widgets.example/youtube?video=aqz-KE-bpKQ&lang=&theme=",
        ),
        (
            "video",
            "url=https%3A%2F%2Fplayer.twitch.tv%2F%3Fchannel%3Dx&parentUrl=https%3A%2F%2Fapp.example%2F",
            "https://widgets.example/twitch?kind=channel&code=x&lang=&theme=&parentUrl=https%3A%2F%2Fapp.example%2F",
        ),
        (
            "video",
            "url=https%3A%2F%2Fother.example%2Fv",
            "https://widgets.example/page?url=https%3A%2F%2Fother.example%2Fv",
        ),
        (
            "spotify",
            "uri=spotify:album:37i9dQZF1DXcBWIGoYBM5M",
            "https://widgets.example/spotify?kind=album&code=37i9dQZF1DXcBWIGoYBM5M&lang=&theme=",
        ),
        (
            "tradingview",
            "pair=COINBASE:BTCUSD&interval=D",
            "https://widgets.example/tradingview?symbol=COINBASE%3ABTCUSD&interval=D&lang=&theme=",
        ),
        (
            "gcal",
            "calendarId=team@group.calendar.google.com",
            "https://widgets.example/page?url=https%3A%2F%2Fcalendar.google.com%2Fcalendar%2Fembed%3Fsrc%3Dteam%2540group.calendar.google.com%26mode%3DMONTH%26hl%3D",
        ),
        (
            "bigbluebutton",
            "conferenceUrl=https%3A%2F%2Fbbb.example%2Fb%2Fx-y&userId=@u:hs",
            "https://widgets.example/open?url=https%3A%2F%2Fbbb.example%2Fb%2Fx-y&lang=&theme=",
        ),
        (
            "jitsi",
            "conferenceId=Otters&domain=jitsi.example&isAudioOnly=false&displayName=Ada",
            "https://widgets.example/page?url=https%3A%2F%2Fjitsi.example%2FOtters%23userInfo.displayName%3D%2522Ada%2522",
        ),
    ] {
        let found = wrappers().instead_of_dimensions(wrapper, &query(asked));
        assert_eq!(found.as_deref(), Some(instead), "{wrapper}");
    }
    for wrapper in ["stickerpicker", "manager-test", "reauth", "terms"] {
        assert_eq!(wrappers().instead_of_dimensions(wrapper, &Query::new()), None);
    }
    // A meeting's password in the address is not carried on.
    let secret = query("conferenceUrl=https%3A%2F%2Fbbb.example%2Fapi%2Fjoin%3Fpassword%3Dmp");
    assert_eq!(wrappers().instead_of_dimensions("bigbluebutton", &secret), None);
}
