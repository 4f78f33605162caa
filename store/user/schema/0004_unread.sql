-- What in a source could not be read, where it is not the source itself: a path
-- as text, '' for none. Beside reason.
ALTER TABLE sources ADD COLUMN unread TEXT NOT NULL DEFAULT '';
