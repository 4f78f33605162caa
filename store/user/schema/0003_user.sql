-- Who the account is, where its key is a password and not an access key.
ALTER TABLE accounts ADD COLUMN user TEXT NOT NULL DEFAULT '';
