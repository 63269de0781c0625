//! The media store of the operator's homeserver: where originals are uploaded once, so that every
//! client of the federation can fetch them. Called by `packs`.
//!
//! The address is the operator's own setting, so it is not guarded like a stranger's; still nothing
//! is followed or read without limit.

use std::{sync::Arc, time::Duration};

use reqwest::{Method, StatusCode, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::random::Random;

/// How often a request is tried.
const TRIES: u32 = 5;
/// The longest that one answer of a homeserver may make us wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The largest original that is fetched, in bytes.
const DOWNLOAD_LIMIT: usize = 10 << 20;

/// The account that uploads.
#[derive(Debug, Clone)]
pub struct HomeserverAccount {
    /// Base address of the client-server API.
    pub url: Url,
    /// The account's access token.
    pub access_token: SecretString,
}

/// Why the media store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// It cannot be reached.
    #[error("the homeserver at {0} cannot be reached; is `matrix.homeserver_url` right?")]
    Unreachable(String),
    /// It does not accept the token.
    #[error("the homeserver refuses `matrix.access_token`; make a new one")]
    Token,
    /// It has a limit that the file exceeds.
    #[error("the homeserver does not accept files as large as this one")]
    TooLarge,
    /// It has no such file.
    #[error("the homeserver does not have {0}")]
    NotFound(String),
    /// Not an `mxc://` URI.
    #[error("\"{0}\" is not an mxc:// URI")]
    InvalidUri(String),
    /// It answered something else.
    #[error("the homeserver answered with status {0}")]
    Answer(u16),
    /// It answered nonsense.
    #[error("the homeserver's answer could not be read")]
    BadAnswer,
    /// Our own client failed.
    #[error("no HTTP client could be made: {0}")]
    Client(String),
}

impl MediaError {
    /// Whether every other file would fail as this one did.
    #[must_use]
    pub const fn concerns_all(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Token | Self::Client(_))
    }

    /// Whether the same request may go well another time.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Answer(status) => *status == 429 || *status >= 500,
            Self::BadAnswer => true,
            other => other.concerns_all(),
        }
    }
}

/// Where originals are fetched and brought. The playground has one of its own.
#[async_trait::async_trait]
pub trait Media: Send + Sync {
    /// A file's bytes.
    async fn download(&self, mxc_uri: &str) -> Result<Vec<u8>, MediaError>;

    /// Keeps a file and returns its `mxc://` URI.
    async fn upload(
        &self,
        bytes: bytes::Bytes,
        mimetype: &str,
        filename: &str,
    ) -> Result<String, MediaError>;
}

#[async_trait::async_trait]
impl Media for MediaStore {
    async fn download(&self, mxc_uri: &str) -> Result<Vec<u8>, MediaError> {
        Self::download(self, mxc_uri).await
    }

    async fn upload(
        &self,
        bytes: bytes::Bytes,
        mimetype: &str,
        filename: &str,
    ) -> Result<String, MediaError> {
        Self::upload(self, bytes, mimetype, filename).await
    }
}

/// A connection to the media store.
#[derive(Clone)]
pub struct MediaStore {
    account: HomeserverAccount,
    client: reqwest::Client,
    random: Arc<dyn Random>,
    first_wait: Duration,
}

#[derive(Deserialize)]
struct Uploaded {
    content_uri: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    errcode: String,
    retry_after_ms: Option<u64>,
}

impl MediaStore {
    /// A connection for this account.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(account: HomeserverAccount, random: Arc<dyn Random>) -> Result<Self, MediaError> {
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(120))
            .build()
            .map_err(|error| MediaError::Client(error.to_string()))?;
        Ok(Self { account, client, random, first_wait: Duration::from_millis(500) })
    }

    /// Waits this long after the first failure, and twice as long after each further one.
    #[must_use]
    pub fn with_first_wait(mut self, first_wait: Duration) -> Self {
        self.first_wait = first_wait;
        self
    }

    /// Uploads a file and returns its `mxc://` URI (`POST /_matrix/media/v3/upload`).
    ///
    /// # Errors
    /// When it is refused, or all tries failed.
    pub async fn upload(
        &self,
        bytes: bytes::Bytes,
        mimetype: &str,
        filename: &str,
    ) -> Result<String, MediaError> {
        let mut url = self.address(&["_matrix", "media", "v3", "upload"])?;
        url.query_pairs_mut().append_pair("filename", filename);
        let response = self
            .send(|client| {
                client
                    .request(Method::POST, url.clone())
                    .header(header::CONTENT_TYPE, mimetype)
                    .body(bytes.clone())
            })
            .await?;
        let uploaded: Uploaded = response.json().await.map_err(|_| MediaError::BadAnswer)?;
        parts(&uploaded.content_uri).map_err(|_| MediaError::BadAnswer)?;
        Ok(uploaded.content_uri)
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// When there is no such file, it is larger than 10 MiB, or all tries failed.
    pub async fn download(&self, mxc_uri: &str) -> Result<Vec<u8>, MediaError> {
        let mut response = self.fetch(Method::GET, mxc_uri).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| MediaError::BadAnswer)? {
            if bytes.len() + chunk.len() > DOWNLOAD_LIMIT {
                return Err(MediaError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Whether the homeserver still has a file.
    ///
    /// # Errors
    /// When it does not say.
    pub async fn exists(&self, mxc_uri: &str) -> Result<bool, MediaError> {
        match self.fetch(Method::GET, mxc_uri).await {
            Ok(_) => Ok(true),
            Err(MediaError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The authenticated download, or on homeservers before Matrix 1.11 the old one.
    async fn fetch(&self, method: Method, mxc_uri: &str) -> Result<reqwest::Response, MediaError> {
        let (server, media_id) = parts(mxc_uri)?;
        let get = |path: [&str; 6]| {
            let url = self.address(&path)?;
            let method = method.clone();
            Ok::<_, MediaError>(move |client: &reqwest::Client| {
                client.request(method.clone(), url.clone())
            })
        };
        let current = ["_matrix", "client", "v1", "media", "download", server];
        let mut url = self.address(&current)?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(media_id);
        }
        let authenticated = {
            let method = method.clone();
            self.send(move |client| client.request(method.clone(), url.clone())).await
        };
        match authenticated {
            Err(MediaError::Answer(400 | 405 | 501)) => {}
            Err(MediaError::NotFound(errcode)) if errcode == "M_UNRECOGNIZED" => {}
            Err(MediaError::NotFound(_)) => return Err(MediaError::NotFound(mxc_uri.to_owned())),
            other => return other,
        }
        let old = self.send(get(["_matrix", "media", "v3", "download", server, media_id])?).await;
        old.map_err(|error| match error {
            MediaError::NotFound(_) => MediaError::NotFound(mxc_uri.to_owned()),
            other => other,
        })
    }

    fn address(&self, segments: &[&str]) -> Result<Url, MediaError> {
        let mut url = self.account.url.clone();
        url.path_segments_mut()
            .map_err(|()| MediaError::Unreachable(self.host()))?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }

    fn host(&self) -> String {
        self.account.url.host_str().unwrap_or_default().to_owned()
    }

    /// Sends a request, again after a while if the homeserver asks for that or fails. A
    /// [`MediaError::NotFound`] holds the answer's `errcode`.
    async fn send(
        &self,
        request: impl Fn(&reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, MediaError> {
        let mut wait = self.first_wait;
        let mut tries = 0;
        loop {
            tries += 1;
            let token = self.account.access_token.expose_secret();
            let (error, asked) = match request(&self.client).bearer_auth(token).send().await {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) => refusal(response).await,
                Err(_) => (MediaError::Unreachable(self.host()), None),
            };
            let passing = match error {
                MediaError::Unreachable(_) => true,
                MediaError::Answer(status) => status == 429 || status >= 500,
                _ => false,
            };
            if !passing || tries == TRIES {
                return Err(error);
            }
            let pause = asked.unwrap_or(wait).min(LONGEST_WAIT);
            tokio::time::sleep(pause + self.jitter(pause)).await;
            wait *= 2;
        }
    }

    /// Up to a quarter of the pause, so that many clients do not come back in step.
    fn jitter(&self, pause: Duration) -> Duration {
        let mut byte = [0];
        match self.random.fill(&mut byte) {
            Ok(()) => pause.mul_f32(f32::from(byte[0]) / 1024.0),
            Err(_) => Duration::ZERO,
        }
    }
}

/// What a refusal means, and how long it asks to wait.
async fn refusal(response: reqwest::Response) -> (MediaError, Option<Duration>) {
    let status = response.status();
    let header = response.headers().get(header::RETRY_AFTER);
    let header = header.and_then(|value| value.to_str().ok()?.parse().ok());
    let body: Refusal = response.json().await.unwrap_or_default();
    let asked =
        header.map(Duration::from_secs).or_else(|| body.retry_after_ms.map(Duration::from_millis));
    let error = match status {
        StatusCode::UNAUTHORIZED => MediaError::Token,
        StatusCode::PAYLOAD_TOO_LARGE => MediaError::TooLarge,
        StatusCode::NOT_FOUND => MediaError::NotFound(body.errcode),
        other => MediaError::Answer(other.as_u16()),
    };
    (error, asked)
}

/// Server name and media id of an `mxc://` URI.
///
/// # Errors
/// When it is not one.
pub fn parts(mxc_uri: &str) -> Result<(&str, &str), MediaError> {
    let invalid = || MediaError::InvalidUri(mxc_uri.chars().take(200).collect());
    let rest = mxc_uri.strip_prefix("mxc://").ok_or_else(invalid)?;
    let (server, media_id) = rest.split_once('/').ok_or_else(invalid)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    let host = |b: u8| b.is_ascii_alphanumeric() || b".:-[]".contains(&b);
    let valid = !server.is_empty()
        && server.bytes().all(host)
        && !media_id.is_empty()
        && media_id.len() <= 255
        && media_id.bytes().all(plain);
    if valid { Ok((server, media_id)) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::{
        Mock, MockServer, ResponseTemplate,
        matchers::{bearer_token, body_bytes, header, method, path, query_param},
    };

    use super::*;
    use crate::random::CountingRandom;

    fn store(server: &MockServer) -> MediaStore {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let account = HomeserverAccount {
            url: server.uri().parse().unwrap(),
            access_token: "bot-token".into(),
        };
        MediaStore::new(account, Arc::new(CountingRandom::default()))
            .unwrap()
            .with_first_wait(Duration::from_millis(1))
    }

    #[tokio::test]
    async fn an_upload_is_tried_again_when_the_homeserver_is_busy() {
        let server = MockServer::start().await;
        let busy = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1});
        for answer in [ResponseTemplate::new(429).set_body_json(busy), ResponseTemplate::new(502)] {
            Mock::given(path("/_matrix/media/v3/upload"))
                .respond_with(answer)
                .up_to_n_times(1)
                .with_priority(1)
                .mount(&server)
                .await;
        }
        Mock::given(method("POST"))
            .and(path("/_matrix/media/v3/upload"))
            .and(query_param("filename", "wave.png"))
            .and(header("content-type", "image/png"))
            .and(bearer_token("bot-token"))
            .and(body_bytes(b"png"))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({"content_uri": "mxc://hs/a1"})),
            )
            .expect(1)
            .mount(&server)
            .await;
        let mxc = store(&server).upload("png".into(), "image/png", "wave.png").await.unwrap();
        assert_eq!(mxc, "mxc://hs/a1");
    }

    #[tokio::test]
    async fn refusals_are_final_and_told_apart() {
        let cases = [
            (401, MediaError::Token),
            (413, MediaError::TooLarge),
            (403, MediaError::Answer(403)),
            (302, MediaError::Answer(302)),
        ];
        for (status, expected) in cases {
            let server = MockServer::start().await;
            Mock::given(method("POST"))
                .respond_with(ResponseTemplate::new(status).insert_header("location", "/elsewhere"))
                .expect(1)
                .mount(&server)
                .await;
            let error = store(&server).upload("x".into(), "image/png", "x").await.unwrap_err();
            assert_eq!(error.to_string(), expected.to_string(), "{status}");
        }
    }

    #[tokio::test]
    async fn tries_end() {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(503))
            .expect(u64::from(TRIES))
            .mount(&server)
            .await;
        let error = store(&server).upload("x".into(), "image/png", "x").await.unwrap_err();
        assert!(matches!(error, MediaError::Answer(503)));
    }

    #[tokio::test]
    async fn an_old_homeserver_is_asked_the_old_way() {
        let server = MockServer::start().await;
        Mock::given(path("/_matrix/client/v1/media/download/hs/a1"))
            .respond_with(
                ResponseTemplate::new(404).set_body_json(json!({"errcode": "M_UNRECOGNIZED"})),
            )
            .mount(&server)
            .await;
        Mock::given(path("/_matrix/media/v3/download/hs/a1"))
            .respond_with(ResponseTemplate::new(200).set_body_bytes(b"png"))
            .mount(&server)
            .await;
        assert_eq!(store(&server).download("mxc://hs/a1").await.unwrap(), b"png");
    }

    #[tokio::test]
    async fn a_lost_file_is_lost_and_a_silent_homeserver_is_not() {
        let server = MockServer::start().await;
        let lost = json!({"errcode": "M_NOT_FOUND", "error": "Not found"});
        Mock::given(path("/_matrix/client/v1/media/download/hs/lost"))
            .respond_with(ResponseTemplate::new(404).set_body_json(lost))
            .mount(&server)
            .await;
        Mock::given(path("/_matrix/client/v1/media/download/hs/slow"))
            .respond_with(ResponseTemplate::new(500))
            .mount(&server)
            .await;
        let store = store(&server);
        assert!(!store.exists("mxc://hs/lost").await.unwrap());
        assert!(store.exists("mxc://hs/slow").await.is_err());
    }

    #[test]
    fn only_mxc_uris_are_taken() {
        assert_eq!(parts("mxc://hs:8448/a-B_1").unwrap(), ("hs:8448", "a-B_1"));
        for wrong in [
            "",
            "https://hs/a",
            "mxc://hs",
            "mxc:///a",
            "mxc://hs/",
            "mxc://hs/a/b",
            "mxc://hs/..",
            "mxc://h s/a",
        ] {
            assert!(parts(wrong).is_err(), "{wrong}");
        }
    }
}
