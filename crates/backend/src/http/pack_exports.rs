//! `/api/v1/packs/{id}/export/{format}`: a pack to take along. What is for sale is not exported: nobody
//! could say any more who paid.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tessera_protocol::{ApiError, ErrorCode};

use super::{App, error::HttpError, packs, token::User};
use crate::packs::{
    Pack,
    export::{self, ExportError, Names},
};

/// A pack as a file: `zip` (pictures and their texts, as FluffyChat and Tessera read it), `maunium`
/// (maunium/stickerpicker), `msc2545` (image pack events of Matrix v1.19) or `msc2545-unstable` (the
/// same under the names from before).
#[utoipa::path(get, path = "/api/v1/packs/{id}/export/{format}", tag = "packs",
    security(("token" = [])), params(
        ("id" = String, Path, description = "The pack's id"),
        ("format" = String, Path, description = "`zip`, `maunium`, `msc2545` or `msc2545-unstable`")),
    responses(
    (status = 200, description = "The file", content_type = "application/octet-stream"),
    (status = 400, description = "There is no such format", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "The pack is for sale", body = ApiError),
    (status = 404, description = "There is no such pack for the user", body = ApiError),
    (status = 409, description = "The homeserver does not have its stickers yet", body = ApiError),
    (status = 502, description = "The homeserver does not send its pictures", body = ApiError),
))]
pub(crate) async fn export(
    State(app): State<App>,
    User(session): User,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    let Some(pack) = packs::visible(&app, &session.user_id, &id).await? else {
        let text = "There is no such pack; it may have been withdrawn.";
        return Err(HttpError::new(ErrorCode::NotFound, text));
    };
    if pack.for_sale {
        let text = "Packs that are sold are not exported: nobody could say any more who paid.";
        return Err(HttpError::new(ErrorCode::Forbidden, text));
    }
    let (bytes, ending, content_type) = match format.as_str() {
        "zip" => (
            export::to_zip(&app.storage, app.saver.media(), &pack).await?,
            "zip",
            "application/zip",
        ),
        "maunium" => {
            let files = export::to_maunium(&app.storage, &pack).await?;
            let name = format!("{}.json", pack.id);
            let file = files.into_iter().find(|file| file.name == name);
            (file.map(|file| file.bytes).unwrap_or_default(), "json", "application/json")
        }
        "msc2545" => (image_pack(&app, &pack, Names::Stable).await?, "json", "application/json"),
        "msc2545-unstable" => {
            (image_pack(&app, &pack, Names::Unstable).await?, "json", "application/json")
        }
        _ => {
            let text = "A pack is exported as zip, maunium, msc2545 or msc2545-unstable.";
            return Err(HttpError::new(ErrorCode::InvalidParam, text));
        }
    };
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    // A pack's id is safe in a header and as a file's name.
    let disposition = format!("attachment; filename=\"{}.{ending}\"", pack.id);
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    for (name, value) in [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

async fn image_pack(app: &App, pack: &Pack, names: Names) -> Result<Vec<u8>, ExportError> {
    let pack = export::to_image_pack(&app.storage, pack, names).await?;
    Ok(serde_json::to_vec_pretty(&pack)?)
}

impl From<ExportError> for HttpError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Storage(error) => error.into(),
            ExportError::NotUploaded(_) | ExportError::NoOriginal(_) => {
                let text = "The homeserver does not have these stickers yet. Try again in a while.";
                Self::new(ErrorCode::Conflict, text)
            }
            ExportError::Media { error, .. } => {
                tracing::warn!(%error, "a pack's pictures could not be fetched");
                let text = "The homeserver does not send the pack's pictures. Try again later.";
                Self::new(ErrorCode::HomeserverUnreachable, text)
            }
            error => {
                tracing::error!(%error, "a pack could not be exported");
                Self::new(ErrorCode::Unknown, "Tessera failed to write this pack.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::{
        http::test_app::TestApp,
        packs::import::{image_pack, maunium, zip},
    };

    async fn exported(app: &TestApp, token: &str, format: &str) -> Vec<u8> {
        let answer = app.get_as(&format!("/api/v1/packs/cats/export/{format}"), token).await;
        assert_eq!(answer.status(), 200, "{format}");
        assert!(
            answer
                .header("content-disposition")
                .unwrap()
                .starts_with("attachment; filename=\"cats.")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        answer.body().to_vec()
    }

    fn shortcodes(pack: &crate::packs::import::ImportedPack) -> Vec<String> {
        pack.stickers.iter().map(|sticker| sticker.shortcode.clone()).collect()
    }

    #[tokio::test]
    async fn every_format_is_read_again_as_the_same_pack() {
        let app = TestApp::new().await;
        app.add_pack("cats", &["wave", "bow"]).await;
        let token = app.sign_in("@a:hs").await;
        let read = zip::read(&exported(&app, &token, "zip").await, "cats").unwrap();
        assert_eq!(shortcodes(&read), ["wave", "bow"]);
        let bodies: Vec<_> = read.stickers.iter().map(|it| it.body.clone()).collect();
        assert_eq!(bodies, ["A wave", "A bow"]);
        for format in ["maunium", "msc2545", "msc2545-unstable"] {
            let text = String::from_utf8(exported(&app, &token, format).await).unwrap();
            let read = if format == "maunium" {
                maunium::parse(&text).unwrap()
            } else {
                image_pack::parse(&text).unwrap()
            };
            assert_eq!(read.stickers.len(), 2, "{format}");
            let bodies: Vec<_> = read.stickers.iter().map(|it| it.body.clone()).collect();
            assert_eq!(bodies, ["A wave", "A bow"], "{format}");
        }
        let stable: Value =
            serde_json::from_slice(&exported(&app, &token, "msc2545").await).unwrap();
        let unstable: Value =
            serde_json::from_slice(&exported(&app, &token, "msc2545-unstable").await).unwrap();
        assert_ne!(stable["type"], unstable["type"]);
        assert!(unstable["type"].as_str().unwrap().starts_with("im.ponies."));
        assert_eq!(stable["content"], unstable["content"]);
    }

    #[tokio::test]
    async fn what_is_sold_hidden_or_unknown_is_not_exported() {
        let app = TestApp::with_shop().await;
        let token = app.sign_in("@a:hs").await;
        let path = "/api/v1/packs/cats/export/zip";
        assert_eq!(app.get_as(path, &token).await.errcode(), "M_FORBIDDEN");
        assert_eq!(app.get(path).await.errcode(), "M_MISSING_TOKEN");
        let ghost = app.get_as("/api/v1/packs/ghost/export/zip", &token).await;
        assert_eq!(ghost.errcode(), "M_NOT_FOUND");
        app.add_pack("dogs", &["wag"]).await;
        let odd = app.get_as("/api/v1/packs/dogs/export/rar", &token).await;
        assert_eq!(odd.errcode(), "M_INVALID_PARAM");
        app.storage().set_published("dogs", false, app.now()).await.unwrap();
        let hidden = app.get_as("/api/v1/packs/dogs/export/zip", &token).await;
        assert_eq!(hidden.errcode(), "M_NOT_FOUND");
    }
}
