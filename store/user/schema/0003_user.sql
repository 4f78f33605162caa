-- Who the account is, where its key is a password and not an access key.
ALTER TABLE accounts ADD COLUMN user TEXT NOT NULL DEFAULT '';

-- Where this file lives: one row. How that is used stands at user.DB.Moved.
CREATE TABLE home (
  mark    TEXT    NOT NULL,  -- stands in user.db.mark, too
  machine TEXT    NOT NULL,  -- '' unknown
  file    TEXT    NOT NULL,  -- its number in the file system, '' unknown
  moved   INTEGER NOT NULL
) STRICT;

-- Of a rename or replace: the pin that is to take the place of requestid, the
-- CID of that one ('' where it is cid). posts: how many times a new pin was asked
-- for and may have been made.
ALTER TABLE operations ADD COLUMN made TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN posts INTEGER NOT NULL DEFAULT 0;
