-- Where a pack stands between its making and its users, as `packs::state` says, and why where there
-- is a reason. Whether users see it follows from that.
ALTER TABLE packs ADD COLUMN state TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE packs ADD COLUMN state_reason TEXT;
UPDATE packs SET state = CASE WHEN published THEN 'published' ELSE 'withdrawn' END;
ALTER TABLE packs DROP COLUMN published;
ALTER TABLE packs ADD COLUMN published BOOLEAN GENERATED ALWAYS AS (state = 'published') STORED;

-- What the store says of a pack and sorts it by.
ALTER TABLE packs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE packs ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE packs ADD COLUMN rating TEXT NOT NULL DEFAULT 'everyone';
ALTER TABLE packs ADD COLUMN title_key TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX packs_in_store ON packs (position, pack_id, rating) WHERE owner IS NULL AND published;
CREATE INDEX packs_by_title ON packs (title_key, pack_id, rating) WHERE owner IS NULL AND published;
CREATE INDEX packs_by_age ON packs (created_ts DESC, pack_id, rating) WHERE owner IS NULL AND published;
-- Packs are found by these too: their words are found anew when the database is opened.
DELETE FROM pack_words;

-- What users say is wrong with a pack. `user_id` and `details` are empty once the user is erased.
CREATE TABLE reports (
    report_id    TEXT    NOT NULL PRIMARY KEY,
    pack_id      TEXT    NOT NULL REFERENCES packs (pack_id) ON DELETE CASCADE,
    user_id      TEXT,
    reason       TEXT    NOT NULL,
    details      TEXT    NOT NULL,
    reported_ts  BIGINT  NOT NULL,
    decided_ts   BIGINT
);
CREATE UNIQUE INDEX open_reports ON reports (pack_id, user_id) WHERE decided_ts IS NULL;
CREATE INDEX reports_by_user ON reports (user_id);
CREATE INDEX reports_by_decision ON reports (decided_ts) WHERE decided_ts IS NOT NULL;

-- Every decision about a pack. It outlives the pack.
CREATE TABLE decisions (
    decision_id   TEXT    NOT NULL PRIMARY KEY,
    pack_id       TEXT    NOT NULL,
    pack_title    TEXT    NOT NULL,
    action        TEXT    NOT NULL,
    state_before  TEXT    NOT NULL,
    state_after   TEXT    NOT NULL,
    operator      TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    reports       BIGINT  NOT NULL,
    decided_ts    BIGINT  NOT NULL,
    appeal        TEXT,
    appeal_ts     BIGINT
);
CREATE INDEX decisions_by_time ON decisions (decided_ts DESC, decision_id);
