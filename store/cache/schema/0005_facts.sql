-- What is known of an account's service, fact by fact.
CREATE TABLE facts (
  account  INTEGER NOT NULL,
  fact     TEXT    NOT NULL,
  belief   INTEGER NOT NULL, -- services.Belief
  evidence TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (account, fact)
) STRICT, WITHOUT ROWID;
