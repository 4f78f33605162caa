-- What is known of an account's service, fact by fact.
CREATE TABLE facts (
  account  INTEGER NOT NULL,
  fact     TEXT    NOT NULL,
  belief   INTEGER NOT NULL, -- services.Belief
  evidence TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (account, fact)
) STRICT, WITHOUT ROWID;
-- When the account was last read pin by pin; checked_at is later where a quick
-- look could vouch for it.
ALTER TABLE places ADD COLUMN full_at INTEGER NOT NULL DEFAULT 0;
-- pins.missing is 2 where a pin is confirmed gone, with so many others that the
-- person has to say so.
CREATE INDEX pins_missing ON pins(account, missing) WHERE missing > 0;
CREATE INDEX pins_failed ON pins(account) WHERE status = 4;
-- Of all that a service said of the pin: a listing that says it again is told by it.
ALTER TABLE pins ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
