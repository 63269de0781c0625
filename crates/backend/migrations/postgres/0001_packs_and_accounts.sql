-- Who is signed in where. Holds the hash of a token, never the token.
CREATE TABLE sessions (
    token_hash  BYTEA NOT NULL PRIMARY KEY,
    session_id  TEXT    NOT NULL UNIQUE,
    user_id     TEXT    NOT NULL,
    created_ts  BIGINT  NOT NULL,
    expires_ts  BIGINT  NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_ts);

CREATE TABLE packs (
    pack_id      TEXT    NOT NULL PRIMARY KEY,
    titles       TEXT    NOT NULL,
    author       TEXT,
    attribution  TEXT,
    licence      TEXT    NOT NULL,
    source       TEXT,
    published    BOOLEAN NOT NULL,
    is_default   BOOLEAN NOT NULL,
    position     BIGINT  NOT NULL,
    revision     BIGINT  NOT NULL,
    created_ts   BIGINT  NOT NULL,
    updated_ts   BIGINT  NOT NULL
);

-- Small WebP pictures for the picker, by the first 16 bytes of the SHA-256 of their bytes.
CREATE TABLE previews (
    preview_id  BYTEA NOT NULL PRIMARY KEY,
    bytes       BYTEA NOT NULL
);

-- Originals, by the SHA-256 of their bytes. `bytes` is null where only the homeserver has them.
CREATE TABLE images (
    sha256     BYTEA NOT NULL PRIMARY KEY,
    bytes      BYTEA,
    mimetype   TEXT    NOT NULL,
    w          BIGINT  NOT NULL,
    h          BIGINT  NOT NULL,
    size       BIGINT  NOT NULL,
    animated   BOOLEAN NOT NULL,
    still      BYTEA NOT NULL REFERENCES previews (preview_id),
    animation  BYTEA REFERENCES previews (preview_id),
    mxc_uri    TEXT
);

CREATE TABLE stickers (
    pack_id    TEXT    NOT NULL REFERENCES packs (pack_id) ON DELETE CASCADE,
    shortcode  TEXT    NOT NULL,
    position   BIGINT  NOT NULL,
    body       TEXT    NOT NULL,
    emoji      TEXT    NOT NULL,
    tags       TEXT    NOT NULL,
    sha256     BYTEA NOT NULL REFERENCES images (sha256),
    PRIMARY KEY (pack_id, shortcode)
);
CREATE INDEX stickers_by_image ON stickers (sha256);

-- Users who chose their packs; everyone else has the default packs.
CREATE TABLE libraries (
    user_id     TEXT    NOT NULL PRIMARY KEY,
    updated_ts  BIGINT  NOT NULL
);

-- The packs a user chose, in order.
CREATE TABLE enabled_packs (
    user_id   TEXT    NOT NULL REFERENCES libraries (user_id) ON DELETE CASCADE,
    position  BIGINT  NOT NULL,
    pack_id   TEXT    NOT NULL REFERENCES packs (pack_id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, position)
);
CREATE INDEX enabled_packs_by_pack ON enabled_packs (pack_id);
