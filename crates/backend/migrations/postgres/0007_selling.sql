-- Selling packs: what they cost, orders and what becomes of them, and who owns what.

-- A pack that is or was sold is only for those who own it, and stays with them when it is withdrawn.
ALTER TABLE packs ADD COLUMN for_sale BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE packs ADD COLUMN version_of TEXT;
ALTER TABLE packs ADD COLUMN kept BOOLEAN GENERATED ALWAYS AS
    (state = 'published' OR (for_sale AND state = 'withdrawn')) STORED;
CREATE INDEX packs_by_version ON packs (version_of) WHERE version_of IS NOT NULL;

CREATE TABLE prices (
    pack_id   TEXT    NOT NULL PRIMARY KEY REFERENCES packs (pack_id) ON DELETE CASCADE,
    price_id  TEXT    NOT NULL,
    amount    BIGINT  NOT NULL,
    currency  TEXT    NOT NULL,
    tax       TEXT    NOT NULL,
    set_ts    BIGINT  NOT NULL
);

-- What was agreed is copied, so that an order outlives the pack, its price and, pseudonymised, its buyer.
CREATE TABLE orders (
    order_id          TEXT    NOT NULL PRIMARY KEY,
    version           BIGINT  NOT NULL,
    state             TEXT    NOT NULL,
    user_id           TEXT,
    pack_id           TEXT    NOT NULL,
    pack_title        TEXT    NOT NULL,
    pack_revision     BIGINT  NOT NULL,
    rail              TEXT    NOT NULL,
    amount            BIGINT  NOT NULL,
    currency          TEXT    NOT NULL,
    tax               TEXT    NOT NULL,
    total             BIGINT,
    refunded          BIGINT  NOT NULL,
    attempt           BIGINT  NOT NULL,
    session_id        TEXT,
    checkout_url      TEXT,
    payment_id        TEXT,
    consent           TEXT,
    consent_version   TEXT,
    consent_language  TEXT,
    reference         TEXT,
    problem           TEXT,
    is_gift           BOOLEAN NOT NULL,
    created_ts        BIGINT  NOT NULL,
    updated_ts        BIGINT  NOT NULL,
    looked_ts         BIGINT  NOT NULL,
    paid_ts           BIGINT
);
CREATE UNIQUE INDEX active_orders ON orders (user_id, pack_id)
    WHERE NOT is_gift AND state IN ('draft', 'pending', 'paid', 'fulfilled', 'partially_refunded', 'disputed', 'won');
CREATE UNIQUE INDEX orders_by_session ON orders (session_id);
CREATE INDEX orders_by_payment ON orders (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX orders_by_user ON orders (user_id, created_ts);
CREATE INDEX orders_by_pack ON orders (pack_id);
CREATE INDEX orders_by_time ON orders (created_ts);
CREATE INDEX open_orders ON orders (looked_ts) WHERE state IN ('draft', 'pending', 'paid');

-- Money that is to go back: written down before the provider is asked, so that it is asked until it does.
CREATE TABLE refunds (
    order_id      TEXT    NOT NULL REFERENCES orders (order_id) ON DELETE CASCADE,
    number        BIGINT  NOT NULL,
    amount        BIGINT  NOT NULL,
    reason        TEXT    NOT NULL,
    operator      TEXT    NOT NULL,
    payment_id    TEXT,
    requested_ts  BIGINT  NOT NULL,
    sent_ts       BIGINT,
    PRIMARY KEY (order_id, number)
);
CREATE INDEX refunds_to_send ON refunds (requested_ts) WHERE sent_ts IS NULL;

-- Who may use what is for sale.
CREATE TABLE entitlements (
    user_id     TEXT    NOT NULL,
    pack_id     TEXT    NOT NULL REFERENCES packs (pack_id) ON DELETE CASCADE,
    order_id    TEXT,
    suspended   BOOLEAN NOT NULL,
    granted_ts  BIGINT  NOT NULL,
    PRIMARY KEY (user_id, pack_id)
);
CREATE INDEX entitlements_by_order ON entitlements (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX entitlements_by_pack ON entitlements (pack_id);

CREATE TABLE gifts (
    gift_id     TEXT    NOT NULL PRIMARY KEY,
    order_id    TEXT    NOT NULL UNIQUE REFERENCES orders (order_id) ON DELETE CASCADE,
    state       TEXT    NOT NULL,
    to_user     TEXT,
    code        TEXT    UNIQUE,
    claimed_by  TEXT,
    expires_ts  BIGINT
);
CREATE INDEX gifts_by_recipient ON gifts (to_user) WHERE to_user IS NOT NULL;
CREATE INDEX gifts_by_claimer ON gifts (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX gifts_waiting ON gifts (expires_ts) WHERE state = 'waiting';

CREATE TABLE vouchers (
    code_hash   BYTEA NOT NULL PRIMARY KEY,
    pack_id     TEXT    NOT NULL REFERENCES packs (pack_id) ON DELETE CASCADE,
    expires_ts  BIGINT  NOT NULL,
    order_id    TEXT
);
CREATE INDEX vouchers_by_expiry ON vouchers (expires_ts);
CREATE INDEX vouchers_by_pack ON vouchers (pack_id);

-- What the payment provider told us, so that nothing is done twice and nothing is forgotten.
CREATE TABLE payment_events (
    event_id     TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    order_id     TEXT,
    session_id   TEXT,
    payment_id   TEXT,
    received_ts  BIGINT  NOT NULL,
    done_ts      BIGINT
);
CREATE INDEX payment_events_by_time ON payment_events (received_ts);
CREATE INDEX payment_events_to_do ON payment_events (received_ts) WHERE done_ts IS NULL;
