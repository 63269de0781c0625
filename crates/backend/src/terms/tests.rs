use std::{fs, path::Path};

use super::*;
use crate::clock::Timestamp;

/// A folder of terms with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read(files: &[(&str, &str)]) -> Documents {
    Documents::read(folder(files).path()).unwrap()
}

fn consent(document: &str, version: &str, at: i64) -> ConsentRecord {
    ConsentRecord {
        document: document.into(),
        version: version.into(),
        language: "de".into(),
        digest: "d".into(),
        accepted: Timestamp::from_millis(at),
    }
}

const TWO: &[(&str, &str)] = &[
    ("privacy/1.9/en.md", "# Privacy\n\nOld."),
    ("privacy/1.10/en.md", "# Privacy\n\nNew."),
    ("privacy/1.10/de.md", "# Datenschutz\n\nNeu."),
    ("terms/1/en.md", "Terms\n=====\n\nOf *use*."),
];

#[test]
fn the_newest_version_is_asked_for_in_each_language() {
    let policies = serde_json::to_value(read(TWO).policies("https://t.example")).unwrap();
    let expected = serde_json::json!({"policies": {
        "privacy": {
            "version": "1.10",
            "de": {"name": "Datenschutz", "url": "https://t.example/terms/privacy/1.10/de"},
            "en": {"name": "Privacy", "url": "https://t.example/terms/privacy/1.10/en"},
        },
        "terms": {
            "version": "1",
            "en": {"name": "Terms", "url": "https://t.example/terms/terms/1/en"},
        },
    }});
    assert_eq!(policies, expected);
}

#[test]
fn a_consent_is_to_one_version() {
    let documents = read(TWO);
    let all = [consent("privacy", "1.10", 1), consent("terms", "1", 1)];
    assert!(documents.all_accepted(&all));
    assert!(!documents.all_accepted(&all[..1]), "one document is missing");
    assert!(!documents.all_accepted(&[consent("privacy", "1.9", 1), consent("terms", "1", 1)]));
    assert!(Documents::default().all_accepted(&[]), "nothing is asked for");
}

#[test]
fn who_accepted_an_older_version_is_shown_what_changed() {
    let given = [consent("privacy", "1.9", 5), consent("terms", "1", 6)];
    let terms = read(TWO).for_user("https://t.example", &["de-AT", "en"], &given);
    let [privacy, of_use] = &terms.documents[..] else { panic!("{terms:?}") };
    assert_eq!((privacy.language.as_str(), privacy.name.as_str()), ("de", "Datenschutz"));
    assert!(!privacy.accepted && of_use.accepted && !terms.accepted());
    assert_eq!(privacy.last_accepted.as_ref().unwrap().accepted_ts, 5);
    let changes = privacy.changes_url.as_deref();
    assert_eq!(changes, Some("https://t.example/terms/privacy/1.10/de/changes/1.9"));
    assert_eq!(of_use.changes_url, None);
    assert_eq!(of_use.language, "en", "no other language is there");
}

#[test]
fn only_pages_of_current_versions_can_be_accepted() {
    let documents = read(TWO);
    let of = |url: &str| {
        documents.of_url("https://t.example", url).map(|(document, language, text)| {
            (document.id.clone(), language.to_owned(), text.title.clone())
        })
    };
    let found = of("https://t.example/terms/privacy/1.10/de").unwrap();
    assert_eq!(found, ("privacy".into(), "de".into(), "Datenschutz".into()));
    for url in [
        "https://t.example/terms/privacy/1.9/en",
        "https://t.example/terms/privacy/1.10/fr",
        "https://t.example/terms/privacy/1.10",
        "https://t.example/terms/privacy/1.10/en/changes/1.9",
        "https://other.example/terms/privacy/1.10/en",
        "/terms/privacy/1.10/en",
        "",
    ] {
        assert_eq!(of(url), None, "{url}");
    }
}

#[test]
fn what_is_wrong_with_a_folder_is_named() {
    let title = "# T";
    for (files, path, why) in [
        (&[("privacy.md", title)][..], "privacy.md", "nothing else"),
        (&[("a b/1/en.md", title)], "a b", "ASCII"),
        (&[("p/1/EN.md", title)], "EN.md", "ASCII"),
        (&[("p/1/en.txt", title)], "en.txt", "nothing else"),
        (&[("p/1/en.md", "No heading.")], "en.md", "heading"),
        (&[("p/1/en.md", "#\n\ntext")], "en.md", "heading"),
        (&[("p/1/.hidden", "")], "1", "nothing in this folder"),
        (&[], "", "nothing in this folder"),
    ] {
        let folder = folder(files);
        let error = Documents::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains(path), "{files:?}: {error}");
    }
    let folder = folder(&[("p/1/en.md", title)]);
    fs::write(folder.path().join("p/1/de.md"), b"# \xff").unwrap();
    assert!(Documents::read(folder.path()).unwrap_err().to_string().contains("UTF-8"));
    fs::write(folder.path().join("p/1/de.md"), vec![b'#'; 600_000]).unwrap();
    assert!(Documents::read(folder.path()).unwrap_err().to_string().contains("larger"));
    assert!(matches!(Documents::read(Path::new("/nowhere")), Err(TermsError::Io { .. })));
}

#[test]
fn a_page_is_the_operators_words_and_nobodys_markup() {
    let hostile = "# <b>T</b>\n\n<script>x</script>\n\n[a](javascript:x) [w](https://w.example) \
        ![pic](https://p.example/x.png)\n\n| a |\n|---|\n| 1 |\n";
    let documents = read(&[("p/1/en.md", hostile), ("p/1/ar.md", "# شروط\n")]);
    let document = documents.document("p").unwrap();
    let html = page::of(document, &document.current, "en").unwrap();
    for absent in ["<script", "<b>", "javascript", "<img", "p.example"] {
        assert!(!html.contains(absent), "{absent}: {html}");
    }
    for present in
        ["&lt;script&gt;", "https://w.example", "pic", "<table>", "lang=\"en\" dir=\"ltr\""]
    {
        assert!(html.contains(present), "{present}: {html}");
    }
    let arabic = page::of(document, &document.current, "ar").unwrap();
    assert!(arabic.contains("lang=\"ar\" dir=\"rtl\"") && arabic.contains("الإصدار"), "{arabic}");
    assert_eq!(page::of(document, &document.current, "fr"), None);
}

#[test]
fn pages_of_versions_lead_to_one_another() {
    let documents = read(TWO);
    let document = documents.document("privacy").unwrap();
    let current = page::of(document, &document.current, "en").unwrap();
    assert!(current.contains("/terms/privacy/1.9/en\""), "{current}");
    assert!(current.contains("/terms/privacy/1.10/en/changes/1.9"), "{current}");
    assert!(!current.contains("outdated"));
    let old = page::of(document, &document.older[0], "en").unwrap();
    assert!(old.contains("outdated") && !old.contains("/changes/"), "{old}");
    let german = page::of(document, &document.current, "de").unwrap();
    assert!(!german.contains("/changes/"), "there is no older German text: {german}");
}

#[test]
fn changes_are_marked_for_eyes_and_ears() {
    let old = "# P\n\nWe keep logs for 30 days.\n\nStays.\n\nThis goes away entirely.\n";
    let new = "# P\n\nWe keep logs for 7 days.\n\nStays.\n\n## Rights\n\n- You may <ask>.\n";
    let documents = read(&[("p/1/en.md", old), ("p/2/en.md", new)]);
    let document = documents.document("p").unwrap();
    let html = page::of_changes(document, &document.current, &document.older[0], "en").unwrap();
    for present in [
        "We keep logs for <del><span class=\"said\">Removed: </span>30</del>",
        "<ins><span class=\"said\">Added: </span>7</ins> days.",
        "<summary>Unchanged (1)</summary><p>Stays.</p>",
        "<del><span class=\"said\">Removed: </span>This goes away entirely.</del>",
        "<h2><ins><span class=\"said\">Added: </span>Rights</ins></h2>",
        "You may &lt;ask&gt;.",
    ] {
        assert!(html.contains(present), "{present}\n{html}");
    }
    let same = page::of_changes(document, &document.current, &document.current, "en").unwrap();
    assert!(same.contains("Nothing changed"), "{same}");
}
