//! `/api/v1/installations`: what the user set up through Tessera, for their own list.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use tessera_protocol::{
    ApiError, ErrorCode,
    installation::{Installation, Installations, NewInstallation},
    limits,
};

use super::{App, body::Body, error::HttpError, token::User};

/// What the user set up.
#[utoipa::path(get, path = "/api/v1/installations", tag = "installations",
    security(("token" = [])), responses(
    (status = 200, description = "Newest first", body = Installations),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn list(
    State(app): State<App>,
    User(session): User,
) -> Result<Json<Installations>, HttpError> {
    let installations = app.storage.installations(&session.user_id).await?;
    Ok(Json(Installations { installations }))
}

/// Record what was set up.
#[utoipa::path(put, path = "/api/v1/installations", tag = "installations",
    security(("token" = [])), request_body = NewInstallation, responses(
    (status = 200, description = "The record", body = Installation),
    (status = 400, description = "Not what an installation is", body = ApiError),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 403, description = "There are too many", body = ApiError),
))]
pub(crate) async fn put(
    State(app): State<App>,
    User(session): User,
    Body(new): Body<NewInstallation>,
) -> Result<Json<Installation>, HttpError> {
    check(&new).map_err(|text| HttpError::new(ErrorCode::InvalidParam, text))?;
    let most = i64::try_from(limits::INSTALLATIONS).unwrap_or(i64::MAX);
    let kept = app.storage.put_installation(&session.user_id, &new, most, app.clock.now()).await?;
    kept.map(Json).ok_or_else(|| {
        let text =
            "You have set up as much as can be listed. Remove something that you no longer use.";
        HttpError::new(ErrorCode::QuotaExceeded, text)
    })
}

/// Take a record back.
#[utoipa::path(delete, path = "/api/v1/installations/{id}", tag = "installations",
    security(("token" = [])),
    params(("id" = String, Path, description = "The record's id")), responses(
    (status = 204, description = "Forgotten"),
    (status = 401, description = "Not signed in", body = ApiError),
    (status = 404, description = "The user has no such record", body = ApiError),
))]
pub(crate) async fn remove(
    State(app): State<App>,
    User(session): User,
    Path(id): Path<String>,
) -> Result<StatusCode, HttpError> {
    if app.storage.remove_installation(&session.user_id, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        let text = "There is no such record in your list; it may have been removed already.";
        Err(HttpError::new(ErrorCode::NotFound, text))
    }
}

fn check(new: &NewInstallation) -> Result<(), &'static str> {
    let is_room = |id: &str| id.starts_with('!') && id.len() <= limits::EVENT_KEY_BYTES;
    match (&new.room_id, new.kind.is_in_a_room()) {
        (None, true) => return Err("`room_id` is missing: this kind is in a room."),
        (Some(_), false) => return Err("`room_id` is not for what is in an account."),
        (Some(room_id), true) if !is_room(room_id) => return Err("`room_id` is no room's id."),
        _ => {}
    }
    if new.key.is_empty() || new.key.len() > limits::EVENT_KEY_BYTES {
        return Err("`key` must have between 1 and 255 bytes.");
    }
    let length = new.kind_type.chars().count();
    if length == 0 || length > limits::INSTALLATION_TYPE_CHARS {
        return Err("`type` must have between 1 and 100 characters.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::test_app::TestApp;

    const PATH: &str = "/api/v1/installations";

    #[tokio::test]
    async fn a_record_is_the_users_own_changes_in_place_and_goes() {
        let app = TestApp::new().await;
        let (ann, bob) = (app.sign_in("@a:hs").await, app.sign_in("@b:hs").await);
        let widget = json!({"kind": "widget", "room_id": "!r:hs", "key": "w1", "type": "m.jitsi"});
        let first = app.put_as(PATH, &ann, &widget).await.json();
        app.clock().advance(std::time::Duration::from_secs(60));
        let mut changed = widget.clone();
        changed["type"] = json!("m.custom");
        let second = app.put_as(PATH, &ann, &changed).await.json();
        assert_eq!(second["id"], first["id"]);
        assert_eq!(second["installed_ts"], first["installed_ts"]);
        assert_ne!(second["updated_ts"], first["updated_ts"]);
        let list = app.get_as(PATH, &ann).await.json();
        assert_eq!(list["installations"], json!([second]));
        assert_eq!(app.get_as(PATH, &bob).await.json()["installations"], json!([]));

        let path = format!("{PATH}/{}", first["id"].as_str().unwrap());
        assert_eq!(app.delete_as(&path, &bob).await.errcode(), "M_NOT_FOUND");
        assert_eq!(app.delete_as(&path, &ann).await.status(), 204);
        assert_eq!(app.get_as(PATH, &ann).await.json()["installations"], json!([]));
    }

    #[tokio::test]
    async fn what_is_no_installation_is_refused() {
        let app = TestApp::new().await;
        let token = app.sign_in("@a:hs").await;
        let good = json!({"kind": "widget", "room_id": "!r:hs", "key": "w", "type": "m.jitsi"});
        assert_eq!(app.put(PATH, &good).await.errcode(), "M_MISSING_TOKEN");
        for (field, value) in [
            ("room_id", json!(null)),
            ("room_id", json!("#alias:hs")),
            ("room_id", json!(format!("!{}", "x".repeat(300)))),
            ("kind", json!("account_widget")),
            ("key", json!("")),
            ("key", json!("x".repeat(256))),
            ("type", json!("")),
            ("type", json!("x".repeat(101))),
        ] {
            let mut bad = good.clone();
            bad[field] = value;
            let answer = app.put_as(PATH, &token, &bad).await;
            assert_eq!(
                (answer.status(), answer.errcode().as_str()),
                (400, "M_INVALID_PARAM"),
                "{bad}"
            );
        }
        let mut bad = good.clone();
        bad["kind"] = json!("toaster");
        assert_eq!(app.put_as(PATH, &token, &bad).await.errcode(), "M_BAD_JSON");
    }
}
