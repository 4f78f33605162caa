-- One row per thing of this computer to bring to services; operations share it.
CREATE TABLE sources (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  path    BLOB    NOT NULL, -- absolute, the system's own bytes
  profile TEXT    NOT NULL,
  car     INTEGER NOT NULL,
  ignore  TEXT,             -- JSON, NULL where empty
  hidden  INTEGER NOT NULL,
  state   TEXT    NOT NULL,
  cid     TEXT    NOT NULL,
  cid_key TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  size    INTEGER NOT NULL, -- bytes, -1 until it was read
  files   INTEGER NOT NULL,
  left_out INTEGER NOT NULL,
  created INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  reason  TEXT    NOT NULL,
  folder  INTEGER NOT NULL, -- 0: none; may be gone
  rel     BLOB    NOT NULL
) STRICT;
CREATE INDEX sources_open ON sources(state, next_at) WHERE state <> 'released';

-- What an operation's bytes come from, 0: nothing of this computer.
ALTER TABLE operations ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
CREATE INDEX operations_source ON operations(source) WHERE source <> 0;
-- Those somebody may carry out: 50,000 files that are still being read are no
-- burden to what is sent meanwhile.
CREATE INDEX operations_due ON operations(account, id) WHERE state NOT IN ('done', 'cancelled', 'stuck', 'preparing');

-- Watched folders and their rules. An id is never used again.
CREATE TABLE folders (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  path         BLOB    NOT NULL UNIQUE,
  rule         TEXT    NOT NULL,
  on_change    TEXT    NOT NULL,
  profile      TEXT    NOT NULL,
  include      TEXT,             -- JSON, NULL where empty
  ignore       TEXT,             -- JSON, NULL where empty
  text_lists   INTEGER NOT NULL,
  accounts     TEXT    NOT NULL, -- JSON
  created      INTEGER NOT NULL,
  consented    INTEGER NOT NULL, -- when the person said yes to what the dry run showed
  state        TEXT    NOT NULL,
  reason       TEXT    NOT NULL,
  waiting      INTEGER NOT NULL,
  waiting_bytes INTEGER NOT NULL,
  paused_until INTEGER NOT NULL,
  scanned_at   INTEGER NOT NULL,
  changed_at   INTEGER NOT NULL,
  polled       TEXT    NOT NULL, -- why it is only looked at now and then, '' where it is watched
  approved     INTEGER NOT NULL, -- files gone that the person knows of
  settling     INTEGER NOT NULL, -- files still being written
  dev          INTEGER NOT NULL, -- what stood at path when it was added: another one is not it
  ino          INTEGER NOT NULL
) STRICT;

-- The index: every file of a watched folder, as it was last seen. Same size,
-- time and inode: unchanged.
CREATE TABLE folder_files (
  folder  INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
  rel     BLOB    NOT NULL,
  size    INTEGER NOT NULL,
  mtime   INTEGER NOT NULL, -- nanoseconds
  dev     INTEGER NOT NULL,
  ino     INTEGER NOT NULL,
  gone    INTEGER NOT NULL, -- when it was seen to be gone, 0: there
  held    INTEGER NOT NULL, -- 0: dealt with, 1: waits for the person, 2: to be published
  PRIMARY KEY (folder, rel)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_files_held ON folder_files(folder, held) WHERE held <> 0;

-- What was published of a folder: one row per version of an item, the manifest.
CREATE TABLE folder_items (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  folder   INTEGER NOT NULL,
  rel      BLOB    NOT NULL, -- '' for the whole folder
  stamp    TEXT    NOT NULL, -- of the files it was made of: another one is a change
  source   INTEGER NOT NULL,
  cid      TEXT    NOT NULL,
  cid_key  TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  added    INTEGER NOT NULL,
  replaces INTEGER NOT NULL, -- the row it came after, 0: none
  ended    INTEGER NOT NULL  -- when another version took its place, 0: it is the one
) STRICT;
CREATE INDEX folder_items_rel ON folder_items(folder, rel, id);
CREATE INDEX folder_items_stamp ON folder_items(folder, stamp) WHERE ended = 0;
CREATE INDEX folder_items_cid ON folder_items(cid_key) WHERE ended = 0;
CREATE INDEX folder_items_source ON folder_items(source);

-- What became of an item at each account it was meant for.
CREATE TABLE folder_pins (
  item      INTEGER NOT NULL, -- of folder_items
  account   INTEGER NOT NULL,
  operation INTEGER NOT NULL, -- the add that was asked for
  name      TEXT    NOT NULL, -- the name it was last asked for under, '' where that is not its name any more
  requestid TEXT    NOT NULL, -- '' until the add is done
  ours      INTEGER NOT NULL, -- that add made the pin: it may be let go of
  safe      INTEGER NOT NULL, -- when it was first seen pinned, 0: not yet
  release   INTEGER NOT NULL, -- let go of once this item is pinned there, 0: kept
  PRIMARY KEY (item, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_pins_open ON folder_pins(item) WHERE safe = 0 OR release <> 0 OR name = '';
CREATE INDEX folder_pins_operation ON folder_pins(operation);
CREATE INDEX folder_pins_request ON folder_pins(account, requestid) WHERE requestid <> '';

-- The pins of "This computer".
CREATE TABLE local_pins (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  requestid TEXT    NOT NULL UNIQUE,
  cid       TEXT    NOT NULL,
  cid_key   TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  name_key  TEXT    NOT NULL, -- folded in Go
  meta      TEXT,             -- JSON, NULL where empty
  origins   TEXT,             -- JSON, NULL where empty
  status    INTEGER NOT NULL, -- services.Status
  created   INTEGER NOT NULL UNIQUE, -- microseconds; unique, so that pages by time lose nothing
  size      INTEGER NOT NULL, -- bytes, -1 unknown
  details   TEXT    NOT NULL  -- why it failed, or how far it is
) STRICT;
CREATE INDEX local_pins_cid ON local_pins(cid_key);
