//! `GET /api/v1/manager`: the addresses that clients are to write down.

use axum::{Json, extract::State, http::HeaderMap};
use tessera_protocol::{ApiError, manager::Manager};

use super::{App, token::User};

/// The picker's address within the server. It never changes, because clients remember permissions
/// by it; theme and language are filled in by the client.
const PICKER: &str = "/picker/#/?theme=$org.matrix.msc2873.client_theme&lang=$org.matrix.msc2873.client_language&user=$matrix_user_id";

/// What the app has to know of its server.
#[utoipa::path(get, path = "/api/v1/manager", tag = "installations", security(("token" = [])), responses(
    (status = 200, description = "The addresses", body = Manager),
    (status = 401, description = "Not signed in", body = ApiError),
))]
pub(crate) async fn get(State(app): State<App>, _user: User, headers: HeaderMap) -> Json<Manager> {
    let base = app.site.base(&headers);
    Json(Manager {
        name: app.site.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        picker_url: format!("{base}{PICKER}"),
        api_url: format!("{base}/api"),
        widgets_url: app.offer.widgets_url.clone(),
        ui_url: base,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::test_app::TestApp;

    #[tokio::test]
    async fn the_addresses_are_those_of_the_server() {
        let app = TestApp::new().await;
        assert_eq!(app.get("/api/v1/manager").await.errcode(), "M_MISSING_TOKEN");
        let token = app.sign_in("@a:hs").await;
        let manager: Manager =
            serde_json::from_value(app.get_as("/api/v1/manager", &token).await.json()).unwrap();
        assert_eq!(manager.ui_url, "https://tessera.example");
        assert_eq!(manager.api_url, "https://tessera.example/api");
        assert!(manager.picker_url.starts_with("https://tessera.example/picker/#/?theme=$"));
    }
}
