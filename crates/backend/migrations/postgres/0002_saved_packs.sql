-- Packs that users saved from rooms: `owner` is the user, and null for the packs of the operator.
-- `room` says where a pack of a public room is from.
ALTER TABLE packs ADD COLUMN owner TEXT;
ALTER TABLE packs ADD COLUMN room TEXT;
CREATE INDEX packs_of_operator ON packs (position) WHERE owner IS NULL;
CREATE INDEX packs_of_users ON packs (owner) WHERE owner IS NOT NULL;

-- The original of a saved pack's sticker stays where the room has it, whatever other packs' stickers
-- with the same picture say.
ALTER TABLE stickers ADD COLUMN mxc_uri TEXT;

-- Pictures are forgotten one by one when a user's pack goes.
CREATE INDEX images_by_still ON images (still);
CREATE INDEX images_by_animation ON images (animation);
