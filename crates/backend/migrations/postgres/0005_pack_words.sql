-- The words a pack is found by in the catalogue, as `packs::words` writes them. Compared byte by byte, so
-- that words with one beginning stand together in the index.
CREATE TABLE pack_words (
    word     TEXT COLLATE "C" NOT NULL,
    pack_id  TEXT NOT NULL REFERENCES packs (pack_id) ON DELETE CASCADE,
    PRIMARY KEY (word, pack_id)
);
CREATE INDEX pack_words_by_pack ON pack_words (pack_id, word);
