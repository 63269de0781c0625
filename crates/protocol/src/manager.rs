//! What the app has to know of the server it came from: addresses that clients are to write down.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/manager`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manager {
    /// What the operator calls this integration manager.
    pub name: String,
    /// The version of the server.
    pub version: String,
    /// The address of a sticker picker in a user's account data, with the variables that the
    /// client fills in. It never changes, because clients remember permissions by it.
    pub picker_url: String,
    /// The manager's page: `m.integrations` and `integrations_ui_url`.
    pub ui_url: String,
    /// The manager's API: `m.integrations` and `integrations_rest_url`.
    pub api_url: String,
    /// The second origin, where what others made is shown; none if the operator has none.
    pub widgets_url: Option<String>,
}
