-- An account as the cache knows it: how its last listing ended.
CREATE TABLE places (
  account    INTEGER PRIMARY KEY,
  slot       INTEGER NOT NULL UNIQUE,    -- its bit in items.mask is slot % 63
  pass       INTEGER NOT NULL DEFAULT 0, -- number of the youngest listing
  checked_at INTEGER NOT NULL DEFAULT 0, -- end of the last complete one
  stale      INTEGER NOT NULL DEFAULT 1, -- checked_at is too old for "pinned" to be Safe
  incomplete INTEGER NOT NULL DEFAULT 0, -- the last one could not be read to its end
  reading    INTEGER NOT NULL DEFAULT 0, -- the first one is under way
  seen       INTEGER NOT NULL DEFAULT 0,
  expected   INTEGER NOT NULL DEFAULT 0,
  newest     INTEGER NOT NULL DEFAULT 0, -- no item of it was added later
  -- Items of pins with a smaller id agree with stale already; NULL: all do.
  settle     INTEGER
) STRICT;

-- One row per pin request of an account, as it was last seen.
CREATE TABLE pins (
  id        INTEGER PRIMARY KEY,
  account   INTEGER NOT NULL,
  requestid TEXT    NOT NULL,
  cid       TEXT    NOT NULL,  -- as the service wrote it, '' where that is cid_key
  cid_key   TEXT    NOT NULL,
  status    INTEGER NOT NULL,  -- services.Status
  name      TEXT    NOT NULL,
  created   INTEGER NOT NULL,
  size      INTEGER NOT NULL,  -- bytes, -1 unknown
  meta      TEXT,              -- JSON, NULL where empty
  info      TEXT,              -- JSON, NULL where empty
  seen_at   INTEGER NOT NULL,  -- when it was written; a later complete listing saw it too
  seen_pass INTEGER NOT NULL,  -- places.pass when it was written
  missing   INTEGER NOT NULL,  -- a complete listing did not see it
  UNIQUE (account, requestid)
) STRICT;
CREATE INDEX pins_cid ON pins(cid_key);
CREATE INDEX pins_created ON pins(created DESC, id DESC, account, status);
CREATE INDEX pins_pending ON pins(account, created DESC) WHERE status IN (1, 2);

-- Open operations, mirrored from user.db.
CREATE TABLE pending (
  op      INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  cid     TEXT    NOT NULL,
  cid_key TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  stuck   INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_cid ON pending(cid_key);

-- One row of the list: everything of one CID. Written from pins and pending,
-- in the same transaction. Each order of the screen has an index that also
-- holds what the filters ask for, so that rows can be skipped without being
-- read; those but the first are left out during a large first load.
CREATE TABLE items (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  cid      TEXT    NOT NULL,   -- '' where that is cid_key
  cid_key  TEXT    NOT NULL UNIQUE,
  name     TEXT    NOT NULL,
  name_key TEXT    NOT NULL,   -- folded in Go
  size     INTEGER NOT NULL,   -- bytes, -1 unknown
  added    INTEGER NOT NULL,
  state    INTEGER NOT NULL,   -- store.ItemState
  copies   INTEGER NOT NULL,
  places   INTEGER NOT NULL,
  mask     INTEGER NOT NULL    -- the accounts it is at
) STRICT;
CREATE INDEX items_added ON items(added, id, state, copies, mask);
CREATE INDEX items_name ON items(name_key, id, state, copies, mask);
CREATE INDEX items_size ON items(size, id, state, copies, mask);
CREATE INDEX items_copies ON items(copies, id, state, mask);
CREATE INDEX items_state ON items(state, copies);
CREATE INDEX items_cid ON items(cid) WHERE cid <> '';

CREATE VIRTUAL TABLE items_fts USING fts5(
  name_key, content = 'items', content_rowid = 'id', tokenize = 'trigram', detail = none, columnsize = 0);

-- Counters, kept by the writer.
CREATE TABLE pin_counts (
  account INTEGER NOT NULL,
  status  INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (account, status)
) STRICT, WITHOUT ROWID;
CREATE TABLE item_counts (
  account INTEGER NOT NULL,  -- 0: all
  state   INTEGER NOT NULL,
  one     INTEGER NOT NULL,  -- exactly one copy
  n       INTEGER NOT NULL,
  PRIMARY KEY (account, state, one)
) STRICT, WITHOUT ROWID;

-- Items up to this id are in items_fts (those with a name).
CREATE TABLE searchable (upto INTEGER NOT NULL) STRICT;
INSERT INTO searchable VALUES (0);
