//! What users report about packs, and what operators decide.

use std::collections::HashMap;

use tessera_protocol::moderation::{
    Decision, NewReport, PackAction, PackState, Report, ReportReason,
};

use super::{
    Result, Storage, StorageError, on,
    packs::{COLUMNS, PackRow},
    unsigned,
};
use crate::{
    clock::Timestamp,
    packs::{Pack, State},
};

/// A decision to be carried out.
#[derive(Debug, Clone)]
pub struct NewDecision<'a> {
    /// Names the decision.
    pub id: &'a str,
    /// The pack as it was when this was decided.
    pub pack: &'a Pack,
    /// What is done.
    pub action: PackAction,
    /// Where the pack stands afterwards.
    pub after: &'a State,
    /// Who decided.
    pub operator: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub now: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    pack_id: String,
    user_id: Option<String>,
    reason: String,
    details: String,
    reported_ts: i64,
    /// How many there are of the pack.
    total: i64,
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    decision_id: String,
    pack_id: String,
    pack_title: String,
    action: String,
    state_before: String,
    state_after: String,
    operator: String,
    reason: String,
    reports: i64,
    decided_ts: i64,
    appeal: Option<String>,
}

impl DecisionRow {
    fn read(self) -> Result<Decision> {
        let state =
            |name: &str| PackState::parse(name).ok_or(StorageError::Corrupt("pack's state"));
        Ok(Decision {
            action: PackAction::parse(&self.action).ok_or(StorageError::Corrupt("action"))?,
            before: state(&self.state_before)?,
            after: state(&self.state_after)?,
            id: self.decision_id,
            pack_id: self.pack_id,
            pack_title: self.pack_title,
            operator: self.operator,
            reason: self.reason,
            reports: unsigned(self.reports, "number of reports")?,
            decided_ts: unsigned(self.decided_ts, "time")?,
            appeal: self.appeal,
        })
    }
}

impl Storage {
    /// Keeps a report. Another one by the same user about the same pack takes the place of the one
    /// that nobody has decided about yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_report(
        &self,
        id: &str,
        pack_id: &str,
        user_id: &str,
        report: &NewReport,
        now: Timestamp,
    ) -> Result<()> {
        on!(self, pool => sqlx::query(
            "INSERT INTO reports (report_id, pack_id, user_id, reason, details, reported_ts)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (pack_id, user_id) WHERE decided_ts IS NULL DO UPDATE
             SET reason = excluded.reason, details = excluded.details")
            .bind(id)
            .bind(pack_id)
            .bind(user_id)
            .bind(report.reason.as_str())
            .bind(&report.details)
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(())
    }

    /// The packs that wait for an operator, those in review and those that are reported: the longest
    /// waiting first, at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_waiting(&self, most: u32) -> Result<Vec<Pack>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM packs
             LEFT JOIN (SELECT pack_id AS reported_id, MIN(reported_ts) AS since FROM reports
                        WHERE decided_ts IS NULL GROUP BY pack_id) AS waiting
               ON waiting.reported_id = packs.pack_id
             WHERE packs.state = 'in_review' OR waiting.since IS NOT NULL
             ORDER BY COALESCE(waiting.since, packs.updated_ts), packs.pack_id LIMIT $1"
        );
        let rows: Vec<PackRow> = on!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(i64::from(most))
            .fetch_all(pool).await?);
        rows.into_iter().map(PackRow::read).collect()
    }

    /// The reports about these packs that nobody has decided about yet, by the pack's id: how many there
    /// are of each pack, and its first ones, at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_reports(
        &self,
        packs: &[Pack],
        most: u32,
    ) -> Result<HashMap<String, (u32, Vec<Report>)>> {
        let mut open: HashMap<String, (u32, Vec<Report>)> = HashMap::new();
        if packs.is_empty() {
            return Ok(open);
        }
        let rows: Vec<ReportRow> = on!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT * FROM (
                   SELECT pack_id, user_id, reason, details, reported_ts,
                     ROW_NUMBER() OVER (PARTITION BY pack_id ORDER BY reported_ts, report_id) AS place,
                     COUNT(*) OVER (PARTITION BY pack_id) AS total
                   FROM reports WHERE decided_ts IS NULL AND pack_id IN (");
            let mut ids = query.separated(", ");
            for pack in packs {
                ids.push_bind(pack.id.as_str());
            }
            query.push(")) AS numbered WHERE place <= ").push_bind(i64::from(most));
            query.push(" ORDER BY pack_id, place");
            query.build_query_as().fetch_all(pool).await?
        });
        for row in rows {
            let reason = ReportReason::parse(&row.reason);
            let report = Report {
                reason: reason.ok_or(StorageError::Corrupt("report's reason"))?,
                details: row.details,
                user_id: row.user_id,
                reported_ts: unsigned(row.reported_ts, "time")?,
            };
            let (total, reports) = open.entry(row.pack_id).or_default();
            *total = unsigned(row.total, "number of reports")?;
            reports.push(report);
        }
        Ok(open)
    }

    /// Carries a decision out and writes it down: the pack's state, its place in libraries, the reports
    /// that are answered by it. `false`, and nothing has changed, if the pack is another than when
    /// this was decided.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn decide(&self, decision: &NewDecision<'_>) -> Result<bool> {
        let (pack, after) = (decision.pack, decision.after);
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let moved = sqlx::query(
                "UPDATE packs SET state = $3, state_reason = $4, revision = revision + 1,
                        updated_ts = $5
                 WHERE pack_id = $1 AND state = $2 AND revision = $6")
                .bind(&pack.id)
                .bind(pack.state.name().as_str())
                .bind(after.name().as_str())
                .bind(after.reason())
                .bind(decision.now.millis())
                .bind(i64::try_from(pack.revision).unwrap_or(i64::MAX))
                .execute(&mut *transaction).await?.rows_affected();
            if moved == 0 {
                transaction.rollback().await?;
                return Ok(false);
            }
            if matches!(after, State::TakenDown { .. }) {
                sqlx::query("DELETE FROM enabled_packs WHERE pack_id = $1")
                    .bind(&pack.id)
                    .execute(&mut *transaction).await?;
            }
            // To submit a pack is no answer to what is reported about it.
            let answered = if decision.action == PackAction::Submit {
                0
            } else {
                sqlx::query(
                    "UPDATE reports SET decided_ts = $2 WHERE pack_id = $1 AND decided_ts IS NULL")
                    .bind(&pack.id)
                    .bind(decision.now.millis())
                    .execute(&mut *transaction).await?.rows_affected()
            };
            sqlx::query(
                "INSERT INTO decisions
                     (decision_id, pack_id, pack_title, action, state_before, state_after,
                      operator, reason, reports, decided_ts)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
                .bind(decision.id)
                .bind(&pack.id)
                .bind(pack.title())
                .bind(decision.action.as_str())
                .bind(pack.state.name().as_str())
                .bind(after.name().as_str())
                .bind(decision.operator)
                .bind(decision.reason)
                .bind(i64::try_from(answered).unwrap_or(i64::MAX))
                .bind(decision.now.millis())
                .execute(&mut *transaction).await?;
            transaction.commit().await?;
        });
        Ok(true)
    }

    /// The audit log, the latest first: `most` decisions after the first `from`; of one pack if one is
    /// named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions(
        &self,
        pack_id: Option<&str>,
        from: u32,
        most: u32,
    ) -> Result<Vec<Decision>> {
        let rows: Vec<DecisionRow> = on!(self, pool => sqlx::query_as(
            "SELECT decision_id, pack_id, pack_title, action, state_before, state_after, operator,
                    reason, reports, decided_ts, appeal
             FROM decisions WHERE CAST($1 AS TEXT) IS NULL OR pack_id = $1
             ORDER BY decided_ts DESC, decision_id LIMIT $2 OFFSET $3")
            .bind(pack_id)
            .bind(i64::from(most))
            .bind(i64::from(from))
            .fetch_all(pool).await?);
        rows.into_iter().map(DecisionRow::read).collect()
    }

    /// Notes what came of an appeal against a decision. `false` if there is no such decision.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_appeal(&self, id: &str, note: &str, now: Timestamp) -> Result<bool> {
        let noted = on!(self, pool => sqlx::query(
            "UPDATE decisions SET appeal = $2, appeal_ts = $3 WHERE decision_id = $1")
            .bind(id)
            .bind(note)
            .bind(now.millis())
            .execute(pool).await?.rows_affected());
        Ok(noted > 0)
    }

    /// Forgets the reports that were decided about before a time, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_old_reports(&self, before: Timestamp) -> Result<u64> {
        Ok(on!(self, pool => sqlx::query("DELETE FROM reports WHERE decided_ts < $1")
            .bind(before.millis())
            .execute(pool).await?.rows_affected()))
    }
}
