//! What the doctor found between a homeserver, its clients and this server.

use serde::{Deserialize, Serialize};

/// Body of `POST /api/v1/doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoctorRequest {
    /// The homeserver's name, as in its users' IDs.
    pub server_name: String,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepResult {
    /// As it should be.
    Passed,
    /// Not as it should be; there is a remedy.
    Failed,
    /// Not looked at; the finding says why.
    Skipped,
}

/// One step of an examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoctorStep {
    /// Names the step, such as `dns` or `well_known_client`.
    pub id: String,
    /// What is looked at.
    pub title: String,
    /// How it ended.
    pub result: StepResult,
    /// What was found.
    pub finding: String,
    /// With a failure: what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Answer of `POST /api/v1/doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// The homeserver that was examined.
    pub server_name: String,
    /// Every step, in the order in which things depend on each other.
    pub steps: Vec<DoctorStep>,
}

impl Diagnosis {
    /// Whether nothing failed.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.steps.iter().all(|step| step.result != StepResult::Failed)
    }
}
