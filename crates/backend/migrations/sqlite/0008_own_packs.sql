-- Packs that users make ('made'), told from copies of rooms' packs ('saved') and from the operator's
-- ('shared'). `visibility` says for whom a pack is once it is published, and `audience` for the users
-- of which homeserver where it is for one's alone.
ALTER TABLE packs ADD COLUMN kind TEXT NOT NULL DEFAULT 'shared';
ALTER TABLE packs ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';
ALTER TABLE packs ADD COLUMN audience TEXT;
UPDATE packs SET kind = 'saved', visibility = 'private' WHERE owner IS NOT NULL;

-- What the store lists.
ALTER TABLE packs ADD COLUMN listed BOOLEAN
    GENERATED ALWAYS AS (state = 'published' AND visibility IN ('server', 'public')) VIRTUAL;
DROP INDEX packs_in_store;
DROP INDEX packs_by_title;
DROP INDEX packs_by_age;
CREATE INDEX packs_in_store ON packs (position, pack_id, rating, audience) WHERE listed;
CREATE INDEX packs_by_title ON packs (title_key, pack_id, rating, audience) WHERE listed;
CREATE INDEX packs_by_age ON packs (created_ts DESC, pack_id, rating, audience) WHERE listed;
