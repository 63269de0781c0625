//! The playground: a demo room that needs no homeserver. Its identity confirms anyone and its
//! media store needs no login, so all of this exists only with `serve --playground`, and that
//! refuses to start where other machines could reach it.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tessera_protocol::{ErrorCode, account::OpenIdToken};

use super::{app::AppFiles, body::Body, error::HttpError};
use crate::{
    accounts::VerifyOpenId,
    clock::Clock,
    matrix::{
        media::{self, Media, MediaError},
        openid::OpenIdError,
    },
    packs::ImageId,
    payments::pretended::Pretended,
    storage::{Storage, StorageError},
};

/// The name of the homeserver that does not exist.
pub const SERVER_NAME: &str = "playground.localhost";

/// What the playground's routes need.
#[derive(Clone)]
pub struct Playground {
    storage: Storage,
    files: AppFiles,
    csp: HeaderValue,
    payments: Option<Arc<Pretended>>,
}

/// The playground was asked for where others could reach it.
#[derive(Debug, thiserror::Error)]
#[error(
    "the playground lets anyone in, so it runs only on a loopback address: \
     set `listen` to 127.0.0.1 instead of {0}"
)]
pub struct NotLoopback(SocketAddr);

impl Playground {
    /// A playground on `listen`.
    ///
    /// # Errors
    /// When `listen` is not a loopback address.
    pub fn new(listen: SocketAddr, storage: Storage, files: AppFiles) -> Result<Self, NotLoopback> {
        if !listen.ip().is_loopback() {
            return Err(NotLoopback(listen));
        }
        let csp = HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
             connect-src 'self'; frame-src *; base-uri 'none'; form-action 'none'",
        );
        Ok(Self { storage, files, csp, payments: None })
    }

    /// The same with pretended payments.
    #[must_use]
    pub fn with_payments(self, rail: Arc<Pretended>) -> Self {
        Self { payments: Some(rail), ..self }
    }

    /// Its pretended payments.
    pub(super) fn payments(&self) -> Option<Arc<Pretended>> {
        self.payments.clone()
    }

    /// Gives every image without an upload an address in the playground's own media store.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn place_images(&self, clock: &dyn Clock) -> Result<(), StorageError> {
        let images = self.storage.images_to_upload().await?;
        let ids: Vec<ImageId> = images.iter().map(|image| image.id).collect();
        for id in &ids {
            let mxc_uri = format!("mxc://{SERVER_NAME}/{id}");
            self.storage.set_mxc_uri(*id, Some(&mxc_uri)).await?;
        }
        self.storage.touch_packs_with(&ids, clock.now()).await
    }
}

/// Confirms the playground's own tokens and asks homeservers about all others.
pub struct DemoIdentity(pub Arc<dyn VerifyOpenId>);

#[async_trait::async_trait]
impl VerifyOpenId for DemoIdentity {
    async fn verify(&self, token: &OpenIdToken) -> Result<String, OpenIdError> {
        if token.matrix_server_name != SERVER_NAME {
            return self.0.verify(token).await;
        }
        let user = token.access_token.strip_prefix("playground-").ok_or(OpenIdError::Rejected)?;
        Ok(format!("@{user}:{SERVER_NAME}"))
    }
}

/// Has the playground's own images, and asks the operator's homeserver, if there is one, for others.
pub struct DemoMedia {
    /// Where the playground's images are.
    pub storage: Storage,
    /// Where all others are.
    pub homeserver: Option<Arc<dyn Media>>,
}

#[async_trait::async_trait]
impl Media for DemoMedia {
    async fn download(&self, mxc_uri: &str) -> Result<Vec<u8>, MediaError> {
        let not_found = || MediaError::NotFound(mxc_uri.to_owned());
        match (media::parts(mxc_uri)?, &self.homeserver) {
            ((SERVER_NAME, id), _) => {
                let id = id.parse::<ImageId>().map_err(|_| not_found())?;
                self.storage.image_bytes(id).await.ok().flatten().ok_or_else(not_found)
            }
            (_, Some(homeserver)) => homeserver.download(mxc_uri).await,
            (_, None) => Err(not_found()),
        }
    }

    async fn upload(&self, bytes: Bytes, _: &str, _: &str) -> Result<String, MediaError> {
        // Whatever is uploaded comes from the database, where it is found again by its hash.
        Ok(format!("mxc://{SERVER_NAME}/{}", ImageId::of(&bytes)))
    }
}

#[derive(Deserialize)]
struct OpenIdRequest {
    user: String,
}

/// The playground's page, identity and media.
pub(crate) fn router(playground: Playground) -> Router {
    Router::new()
        .route("/playground", get(page))
        .route("/playground/openid", post(openid))
        .route("/playground/media/{id}", get(media))
        .with_state(playground)
}

async fn page(State(playground): State<Playground>, headers: HeaderMap) -> Response {
    playground.files.page("playground.html", &headers, &playground.csp)
}

async fn openid(Body(request): Body<OpenIdRequest>) -> Result<Json<OpenIdToken>, HttpError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if request.user.is_empty() || request.user.len() > 32 || !request.user.chars().all(plain) {
        let text = "`user` is 1 to 32 of a-z and 0-9.";
        return Err(HttpError::new(ErrorCode::InvalidParam, text));
    }
    Ok(Json(OpenIdToken {
        access_token: format!("playground-{}", request.user),
        matrix_server_name: SERVER_NAME.into(),
        token_type: "Bearer".into(),
        expires_in: 3600,
    }))
}

async fn media(
    State(playground): State<Playground>,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    let not_found = || HttpError::new(ErrorCode::NotFound, "There is no such image.");
    let id: ImageId = id.parse().map_err(|_| not_found())?;
    let image = playground.storage.image(id).await?.ok_or_else(not_found)?;
    let bytes = playground.storage.image_bytes(id).await?.ok_or_else(not_found)?;
    let mut answer = bytes.into_response();
    if let Ok(mimetype) = HeaderValue::from_str(&image.mimetype) {
        answer.headers_mut().insert(header::CONTENT_TYPE, mimetype);
    }
    answer
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    #[async_trait::async_trait]
    impl VerifyOpenId for Nobody {
        async fn verify(&self, _: &OpenIdToken) -> Result<String, OpenIdError> {
            Err(OpenIdError::Rejected)
        }
    }

    #[tokio::test]
    async fn it_refuses_addresses_that_others_could_reach() {
        let storage = crate::storage::fresh::open().await;
        let files = AppFiles::load(None, &["*".to_owned()]).unwrap();
        for (listen, allowed) in
            [("127.0.0.1:1", true), ("[::1]:1", true), ("0.0.0.0:1", false), ("192.0.2.1:1", false)]
        {
            let listen = listen.parse().unwrap();
            let playground = Playground::new(listen, storage.clone(), files.clone());
            assert_eq!(playground.is_ok(), allowed, "{listen}");
        }
    }

    #[tokio::test]
    async fn the_demo_media_are_those_of_the_database() {
        let app = crate::http::test_app::TestApp::new().await;
        app.add_pack("cats", &["wave"]).await;
        let media = DemoMedia { storage: app.storage().clone(), homeserver: None };
        let uri = media.upload("wave".into(), "image/png", "wave.png").await.unwrap();
        assert_eq!(media.download(&uri).await.unwrap(), b"wave");
        for other in ["mxc://playground.localhost/wave", "mxc://example.org/wave"] {
            let refused = media.download(other).await;
            assert!(matches!(refused, Err(MediaError::NotFound(_))), "{other}");
        }
    }

    #[tokio::test]
    async fn the_demo_identity_vouches_only_for_its_own_server() {
        let identity = DemoIdentity(Arc::new(Nobody));
        let token = openid(Body(OpenIdRequest { user: "demo".into() })).await.unwrap().0;
        assert_eq!(identity.verify(&token).await.unwrap(), "@demo:playground.localhost");
        let elsewhere = OpenIdToken { matrix_server_name: "example.org".into(), ..token.clone() };
        assert!(identity.verify(&elsewhere).await.is_err());
        let forged = OpenIdToken { access_token: "x".into(), ..token };
        assert!(identity.verify(&forged).await.is_err());
    }
}
