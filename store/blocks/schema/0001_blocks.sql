-- A set is what one writing wrote; it never changes afterwards. Holders share
-- sets. The ids of a set's blocks and files are set << 40 and a number, in
-- order of writing.
CREATE TABLE sets (
  id     INTEGER PRIMARY KEY,
  blocks INTEGER NOT NULL DEFAULT 0,
  bytes  INTEGER NOT NULL DEFAULT 0,
  car    INTEGER NOT NULL DEFAULT 0,
  roots  INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE holders (
  holder INTEGER NOT NULL,
  place  INTEGER NOT NULL, -- of several sets, in order of coming
  set_id INTEGER NOT NULL,
  PRIMARY KEY (holder, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX holders_set ON holders (set_id);

CREATE TABLE files (
  id       INTEGER PRIMARY KEY,
  path     BLOB NOT NULL,    -- as the system has it, not text
  size     INTEGER NOT NULL,
  modified INTEGER NOT NULL, -- Unix nanoseconds
  dev      INTEGER NOT NULL,
  ino      INTEGER NOT NULL
) STRICT;

CREATE TABLE blocks (
  id     INTEGER PRIMARY KEY,
  set_id INTEGER NOT NULL,
  mh     BLOB NOT NULL,
  kind   INTEGER NOT NULL, -- the codec of a CID of version 1, -1 for version 0
  size   INTEGER NOT NULL,
  file   INTEGER NOT NULL, -- 0: data has it
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  data   BLOB
) STRICT;
CREATE UNIQUE INDEX blocks_mh ON blocks (mh, set_id);
