//! The built app: its pages and its content-named files, held in memory with their compressed
//! variants. They come from a folder, or from inside the binary.

use std::{borrow::Cow, collections::HashMap, path::Path, sync::Arc};

use axum::{
    Router,
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::Engine as _;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tessera_protocol::ErrorCode;

use super::{
    error::HttpError,
    library::{accepts, names},
};
use crate::packs::library::compressed;

/// The app's files.
#[derive(Debug, Clone)]
pub struct AppFiles {
    files: Arc<HashMap<String, File>>,
    picker_csp: HeaderValue,
    manager_csp: HeaderValue,
    admin_csp: HeaderValue,
    purchases_csp: HeaderValue,
    making_csp: HeaderValue,
}

#[derive(Debug)]
struct File {
    identity: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    content_type: &'static str,
    etag: HeaderValue,
}

/// The app cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AppFilesError {
    /// A file cannot be read.
    #[error("cannot read the app from {0}: {1}")]
    Unreadable(std::path::PathBuf, std::io::Error),
    /// The setting cannot be sent as a header.
    #[error("`frame_ancestors` cannot be sent in a Content-Security-Policy")]
    FrameAncestors,
}

#[cfg(feature = "embed-app")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../../target/app"]
struct Embedded;

impl AppFiles {
    /// The app in a folder, or without one the app inside the binary, if it was built with it.
    ///
    /// # Errors
    /// When a file cannot be read, or the setting cannot be sent.
    pub fn load(folder: Option<&Path>, frame_ancestors: &[String]) -> Result<Self, AppFilesError> {
        let raw = match folder {
            Some(folder) => read_folder(folder)?,
            None => embedded(),
        };
        let policy = |page: &str, frames: &str| {
            let page = raw.get(page).map(|page| String::from_utf8_lossy(page));
            let inline = |element| inline_hashes(page.as_deref().unwrap_or_default(), element);
            let [script, style] = ["script", "style"].map(inline);
            let policy = [
                "default-src 'none'",
                &format!("script-src 'self' 'wasm-unsafe-eval'{script}"),
                &format!("style-src 'self'{style}"),
                "img-src 'self' data: blob:",
                "connect-src 'self'",
                frames,
                "base-uri 'none'",
                "form-action 'none'",
                &format!("frame-ancestors {}", frame_ancestors.join(" ")),
            ]
            .join("; ");
            HeaderValue::from_str(&policy).map_err(|_| AppFilesError::FrameAncestors)
        };
        let picker_csp = policy("picker.html", "frame-src 'none'")?;
        // The preview of a widget may be any page, in a sandbox.
        let manager_csp = policy("index.html", "frame-src http: https:")?;
        let admin_csp = policy("admin.html", "frame-src 'none'")?;
        let purchases_csp = policy("purchases.html", "frame-src 'none'")?;
        let making_csp = policy("making.html", "frame-src 'none'")?;
        let files = Arc::new(with_variants(raw));
        Ok(Self { files, picker_csp, manager_csp, admin_csp, purchases_csp, making_csp })
    }

    /// Whether there is an app to serve.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The picker's page.
    pub(super) fn picker(&self, headers: &HeaderMap) -> Response {
        self.page("picker.html", headers, &self.picker_csp)
    }

    /// The picker's page with what somebody sees first in it; for them alone, and of this moment.
    pub(super) fn picker_showing(&self, first_view: &str, headers: &HeaderMap) -> Response {
        let page = self.files.get("picker.html").and_then(|file| file.showing(first_view));
        let Some(page) = page else { return self.picker(headers) };
        let mut answer = page.answer(headers, "private, no-cache");
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, self.picker_csp.clone());
        answer
    }

    /// A page: fetched anew each time, at the cost of a 304.
    pub(super) fn page(&self, name: &str, headers: &HeaderMap, csp: &HeaderValue) -> Response {
        let Some(file) = self.files.get(name) else {
            let text = "The app is not part of this build. Set `app_dir` to a folder with it.";
            return HttpError::new(ErrorCode::NotFound, text).into_response();
        };
        let mut answer = file.answer(headers, "no-cache");
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, csp.clone());
        answer
    }
}

impl File {
    fn new(
        identity: Bytes,
        brotli: Option<Bytes>,
        gzip: Option<Bytes>,
        content_type: &'static str,
    ) -> Option<Self> {
        let digest = hex::encode(&Sha256::digest(&identity)[..12]);
        let etag = HeaderValue::from_str(&format!("\"{digest}\"")).ok()?;
        Some(Self { identity, brotli, gzip, content_type, etag })
    }

    /// The page with this where it has room for it.
    fn showing(&self, first_view: &str) -> Option<Self> {
        let page = std::str::from_utf8(&self.identity).ok()?;
        let (before, rest) = page.split_once(FIRST_VIEW.0)?;
        let (_, after) = rest.split_once(FIRST_VIEW.1)?;
        let identity = Bytes::from([before, first_view, after].concat());
        let (brotli, gzip) = compressed(&identity).ok()?;
        Self::new(identity, Some(brotli), Some(gzip), self.content_type)
    }

    fn answer(&self, request: &HeaderMap, caching: &'static str) -> Response {
        let etag = self.etag.to_str().unwrap_or_default();
        let mut answer = if names(request, header::IF_NONE_MATCH, etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let variants = [("br", &self.brotli), ("gzip", &self.gzip)];
            let variant = variants.into_iter().find_map(|(name, body)| {
                Some((name, body.as_ref()?)).filter(|_| accepts(request, name))
            });
            let mut answer =
                variant.map_or(&self.identity, |(_, body)| body).clone().into_response();
            if let Some((encoding, _)) = variant {
                let encoding = HeaderValue::from_static(encoding);
                answer.headers_mut().insert(header::CONTENT_ENCODING, encoding);
            }
            answer
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            answer
        };
        let headers = answer.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        for (name, value) in [
            (header::CACHE_CONTROL, caching),
            (header::VARY, "accept-encoding"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        answer
    }
}

/// Where the picker's page has room for what is seen first.
const FIRST_VIEW: (&str, &str) = ("<!-- first view -->", "<!-- /first view -->");

/// Allows the page's scripts, or styles, that are part of it, by their hashes.
fn inline_hashes(page: &str, element: &str) -> String {
    let (opening, closing) = (format!("<{element} data-inline>"), format!("</{element}>"));
    let texts = page.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once(&closing)?.0));
    let digests = texts.map(|text| {
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()))
    });
    digests.map(|digest| format!(" 'sha256-{digest}'")).collect()
}

fn with_variants(mut raw: HashMap<String, Cow<'static, [u8]>>) -> HashMap<String, File> {
    let names: Vec<String> =
        raw.keys().filter(|name| content_type(name).is_some()).cloned().collect();
    let bytes = |raw: &mut HashMap<String, Cow<'static, [u8]>>, name: &str| {
        raw.remove(name).map(|bytes| match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        })
    };
    let mut files = HashMap::new();
    for name in names {
        let brotli = bytes(&mut raw, &format!("{name}.br"));
        let gzip = bytes(&mut raw, &format!("{name}.gz"));
        let (Some(identity), Some(content_type)) = (bytes(&mut raw, &name), content_type(&name))
        else {
            continue;
        };
        if let Some(file) = File::new(identity, brotli, gzip, content_type) {
            files.insert(name, file);
        }
    }
    files
}

fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        // The browser compiles while it downloads only what bears this type.
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        _ => return None,
    })
}

fn read_folder(folder: &Path) -> Result<HashMap<String, Cow<'static, [u8]>>, AppFilesError> {
    let mut files = HashMap::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.map_err(|e| AppFilesError::Unreadable(folder.to_path_buf(), e.into()))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path();
        let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) else {
            continue;
        };
        let bytes =
            std::fs::read(path).map_err(|e| AppFilesError::Unreadable(path.to_path_buf(), e))?;
        files.insert(name.replace('\\', "/"), Cow::Owned(bytes));
    }
    Ok(files)
}

#[cfg(feature = "embed-app")]
fn embedded() -> HashMap<String, Cow<'static, [u8]>> {
    let file = |name: Cow<'static, str>| Some((name.to_string(), Embedded::get(&name)?.data));
    Embedded::iter().filter_map(file).collect()
}

#[cfg(not(feature = "embed-app"))]
fn embedded() -> HashMap<String, Cow<'static, [u8]>> {
    HashMap::new()
}

/// The manager's page and the app's files. The manager is also at the addresses of the screens that
/// need no room: a bot's "starter link" leads to one, and Element puts `?scalar_token=…` behind it.
pub(crate) fn router(files: AppFiles) -> Router {
    let pages = ["/", "/stickers", "/account"];
    pages
        .into_iter()
        .fold(Router::new(), |router, path| router.route(path, get(manager)))
        .route("/admin", get(admin))
        .route("/purchases", get(purchases))
        .route("/making", get(making))
        .route("/assets/{file}", get(asset))
        .with_state(files)
}

async fn manager(State(files): State<AppFiles>, headers: HeaderMap) -> Response {
    files.page("index.html", &headers, &files.manager_csp)
}

/// The operators' page. Anybody may have it: what it shows, the server tells operators only.
async fn admin(State(files): State<AppFiles>, headers: HeaderMap) -> Response {
    files.page("admin.html", &headers, &files.admin_csp)
}

/// The page where packs are bought.
async fn purchases(State(files): State<AppFiles>, headers: HeaderMap) -> Response {
    files.page("purchases.html", &headers, &files.purchases_csp)
}

/// The page where packs are made.
async fn making(State(files): State<AppFiles>, headers: HeaderMap) -> Response {
    files.page("making.html", &headers, &files.making_csp)
}

async fn asset(
    State(files): State<AppFiles>,
    UrlPath(file): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    match files.files.get(&format!("assets/{file}")) {
        Some(file) => file.answer(&headers, "public, max-age=31536000, immutable"),
        None => HttpError::new(ErrorCode::NotFound, "There is no such file.").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::test_app::TestApp;

    async fn app() -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        for (name, text) in [
            ("picker.html", "<!doctype html>"),
            ("index.html", "<!doctype html><title>manager</title>"),
            ("admin.html", "<!doctype html><title>admin</title>"),
            ("assets/picker-1.wasm", "plain"),
            ("assets/picker-1.wasm.br", "smaller"),
            ("assets/secret.key", "no"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let ancestors = ["https://app.example".to_owned(), "vector:".to_owned()];
        TestApp::with_files(AppFiles::load(Some(folder.path()), &ancestors).unwrap()).await
    }

    #[test]
    fn what_is_marked_within_the_page_is_allowed_by_its_hash_and_nothing_else_is() {
        let page = "<style data-inline>go();</style><script data-inline>go();</script><script>other()</script>";
        // `printf 'go();' | openssl dgst -sha256 -binary | base64`
        let hash = " 'sha256-bYOqbsii8BMz1hC57p5sZG4K4cMuk6QQDiwupM2aRMM='";
        assert_eq!(inline_hashes(page, "script"), hash);
        assert_eq!(inline_hashes(page, "style"), hash);
        assert_eq!(inline_hashes(&[page, page].concat(), "style"), [hash, hash].concat());
        assert_eq!(inline_hashes("<script>other()</script>", "script"), "");
    }

    #[tokio::test]
    async fn the_operators_page_may_be_framed_and_frames_nothing() {
        let page = app().await.get("/admin?theme=dark").await;
        assert_eq!(page.body(), b"<!doctype html><title>admin</title>");
        let csp = page.header("content-security-policy").unwrap();
        assert!(csp.contains("frame-ancestors https://app.example vector:"), "{csp}");
        assert!(csp.contains("frame-src 'none'"), "{csp}");
    }

    #[tokio::test]
    async fn the_manager_may_be_framed_too_and_may_frame_what_it_previews() {
        let app = app().await;
        for path in ["/", "/?scalar_token=x&room_id=!r%3Ahs&theme=dark"] {
            let page = app.get(path).await;
            assert_eq!(page.body(), b"<!doctype html><title>manager</title>");
            let csp = page.header("content-security-policy").unwrap();
            assert!(csp.contains("frame-ancestors https://app.example vector:"), "{csp}");
            assert!(csp.contains("frame-src http: https:"), "{csp}");
            assert_eq!(page.header("x-frame-options"), None);
            assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        }
        let picker = app.get("/picker").await;
        assert!(picker.header("content-security-policy").unwrap().contains("frame-src 'none'"));
    }

    #[tokio::test]
    async fn files_are_immutable_compressed_and_only_of_known_types() {
        let app = app().await;
        let plain = app.get("/assets/picker-1.wasm").await;
        assert_eq!((plain.body(), plain.header("content-encoding")), (&b"plain"[..], None));
        assert_eq!(plain.header("content-type"), Some("application/wasm"));
        assert!(plain.header("cache-control").unwrap().contains("immutable"));
        let br = app.get_with("/assets/picker-1.wasm", "", &[("accept-encoding", "br")]).await;
        assert_eq!((br.body(), br.header("content-encoding")), (&b"smaller"[..], Some("br")));
        let etag = plain.header("etag").unwrap().to_owned();
        let same = app.get_with("/assets/picker-1.wasm", "", &[("if-none-match", &etag)]).await;
        assert_eq!(same.status(), 304);
        for path in ["/assets/secret.key", "/assets/..%2Fpicker.html", "/assets/none.js"] {
            assert_eq!(app.get(path).await.status(), 404, "{path}");
        }
    }

    #[tokio::test]
    async fn unknown_addresses_and_methods_answer_with_json() {
        let app = app().await;
        let unknown = app.get("/api/v2/anything").await;
        assert_eq!((unknown.status(), unknown.errcode().as_str()), (404, "M_UNRECOGNIZED"));
        let wrong = app.post("/healthz", &serde_json::json!({})).await;
        assert_eq!((wrong.status(), wrong.errcode().as_str()), (405, "M_UNRECOGNIZED"));
    }
}
