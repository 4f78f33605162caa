-- Who the account is, where its key is a password and not an access key.
ALTER TABLE accounts ADD COLUMN user TEXT NOT NULL DEFAULT '';

-- Where this file lives: one row. How that is used stands at user.DB.Moved.
CREATE TABLE home (
  mark    TEXT    NOT NULL,  -- stands in user.db.mark, too
  machine TEXT    NOT NULL,  -- '' unknown
  file    TEXT    NOT NULL,  -- its number in the file system, '' unknown
  moved   INTEGER NOT NULL
) STRICT;
