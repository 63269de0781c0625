-- What users set up through Tessera, for their own list and export. What works is in the rooms and
-- in the users' account data. `room_id` is empty for what is in the account.
CREATE TABLE installations (
    installation_id  TEXT    NOT NULL PRIMARY KEY,
    user_id          TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    room_id          TEXT    NOT NULL,
    key              TEXT    NOT NULL,
    type             TEXT    NOT NULL,
    installed_ts     BIGINT  NOT NULL,
    updated_ts       BIGINT  NOT NULL
);
CREATE INDEX installations_by_user ON installations (user_id, installed_ts);
