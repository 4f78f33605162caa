-- One access key at one endpoint. Names are unique without regard to case; an
-- id is never used again, so that history keeps naming what it named.
CREATE TABLE accounts (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT    NOT NULL,
  name_key      TEXT    NOT NULL UNIQUE, -- folded in Go
  endpoint      TEXT    NOT NULL,
  template      TEXT    NOT NULL,
  key           TEXT    NOT NULL,           -- where the key is kept, never the key
  paused        INTEGER NOT NULL,
  created       INTEGER NOT NULL,
  -- How the last check ended: err_code is '' where it went well.
  err_code      TEXT    NOT NULL DEFAULT '',
  err_op        TEXT    NOT NULL DEFAULT '',
  err_reason    TEXT    NOT NULL DEFAULT '',
  err_details   TEXT    NOT NULL DEFAULT '',
  err_http      INTEGER NOT NULL DEFAULT 0,
  err_since     INTEGER NOT NULL DEFAULT 0, -- start of the unbroken run of failures
  limited_until INTEGER NOT NULL DEFAULT 0,
  latency       INTEGER NOT NULL DEFAULT 0  -- of the last list call, microseconds
) STRICT;

-- Everything a person asked for. Closed ones are the history.
CREATE TABLE operations (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  key          TEXT    NOT NULL UNIQUE, -- goes out as meta "op"
  account      INTEGER NOT NULL,        -- may be gone
  kind         TEXT    NOT NULL,
  cid          TEXT    NOT NULL,
  cid_key      TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  origins      TEXT,                    -- JSON, NULL where empty
  meta         TEXT,                    -- JSON, NULL where empty
  requestid    TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  already_kept INTEGER NOT NULL,
  adopted      INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  sent_at      INTEGER NOT NULL,
  next_at      INTEGER NOT NULL,
  done_at      INTEGER NOT NULL,
  last_code    TEXT    NOT NULL,
  last_text    TEXT    NOT NULL
) STRICT;
CREATE INDEX operations_open ON operations(account, id) WHERE state NOT IN ('done', 'cancelled');
CREATE INDEX operations_open_cid ON operations(account, cid_key, id) WHERE state NOT IN ('done', 'cancelled');
CREATE INDEX operations_open_request ON operations(account, requestid, id) WHERE state NOT IN ('done', 'cancelled');
CREATE INDEX operations_cid ON operations(cid_key);

-- What was seen to change and nobody here asked for.
CREATE TABLE observations (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL,
  account  INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  cid      TEXT    NOT NULL,
  cid_key  TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  count    INTEGER NOT NULL,
  resolved INTEGER NOT NULL
) STRICT;
CREATE INDEX observations_open ON observations(account, kind) WHERE resolved = 0;

CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
