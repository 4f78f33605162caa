-- How large the files are that were read on this computer, in bytes: services
-- seldom say it.
CREATE TABLE sizes (
  cid_key TEXT    PRIMARY KEY,
  size    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
