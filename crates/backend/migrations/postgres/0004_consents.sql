-- What users accepted of the operator's terms: which document, in which version and language, when,
-- which text that was (its SHA-256), and when the user took it back.
CREATE TABLE consents (
    user_id      TEXT    NOT NULL,
    document     TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    digest       TEXT    NOT NULL,
    accepted_ts  BIGINT  NOT NULL,
    withdrawn_ts BIGINT,
    PRIMARY KEY (user_id, document, version)
);
