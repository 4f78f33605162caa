-- No pin of the account was created later.
ALTER TABLE places ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;
