-- The account that is this computer: what it keeps is not a copy.
ALTER TABLE places ADD COLUMN local INTEGER NOT NULL DEFAULT 0;
